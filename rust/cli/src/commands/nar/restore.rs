//! `nixsmith nar restore`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nar::restore::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to create; nothing may be there yet
    #[arg(value_name = "DIR")]
    destination: PathBuf,
    /// NAR, plain or compressed; - is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let request = Request {
            destination: self.destination,
            archive: self.file.into(),
        };
        run(&request, context)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if !report.restored {
            writeln!(output, "would create {}", report.destination)?;
        }
        Ok(())
    }
}
