//! `nixsmith nar cat`

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nar::cat::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// NAR, plain or compressed; - is standard input
    file: PathBuf,
    /// Path of a file in it
    inner: OsString,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, output: &mut Output) -> anyhow::Result<Report> {
        let request = Request {
            archive: self.file.into(),
            inner: self.inner,
        };
        run(&request, context, output)
    }

    fn print(_report: &Report, _output: &mut Output) -> anyhow::Result<()> {
        Ok(())
    }
}
