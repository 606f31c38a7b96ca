//! `nixsmith nar verify`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nar::verify::{Report, Request, run};

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
        writeln!(output, "{}", report.hash)?;
        writeln!(
            output,
            "bytes: {}, files: {}, directories: {}, links: {}",
            report.size, report.files, report.directories, report.links
        )?;
        if report.trailing_bytes > 0 {
            writeln!(output, "bytes after the archive: {}", report.trailing_bytes)?;
        }
        Ok(())
    }
}
