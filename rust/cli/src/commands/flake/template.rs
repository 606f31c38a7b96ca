//! `nixsmith flake template`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::templates::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "`nixsmith flake init NAME` lays one out in the current folder; `--json` lists their files as well."
)]
pub(crate) struct Arguments {}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(&Request, context)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        let names = report.templates.iter().map(|template| template.name.len());
        let width = names.max().unwrap_or(0);
        for template in &report.templates {
            writeln!(output, "{:width$}  {}", template.name, template.description)?;
        }
        Ok(())
    }
}
