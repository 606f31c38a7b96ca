//! `nixsmith nar dump`

use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nar::dump::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File, folder or link; a link is not followed
    path: PathBuf,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, output: &mut Output) -> anyhow::Result<Report> {
        run(&Request { path: self.path }, context, output)
    }

    fn print(_report: &Report, _output: &mut Output) -> anyhow::Result<()> {
        Ok(())
    }
}
