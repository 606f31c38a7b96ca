//! `nixsmith nar ls`

use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nar::ls::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// NAR, plain or compressed; - is standard input
    file: PathBuf,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let archive = self.file.into();
        run(&Request { archive }, context)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        Ok(report.root.write_text(output)?)
    }
}
