//! `nixsmith doctor`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::doctor::{Report, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
pub(crate) struct Arguments {}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(context)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        writeln!(output, "nixsmith {}", report.version)?;
        for program in &report.programs {
            let state = match (&program.version, &program.problem) {
                (Some(version), _) => visible(version),
                (None, Some(problem)) => visible(problem),
                (None, None) => "not found".to_owned(),
            };
            writeln!(output, "{}: {state}", program.program)?;
            if let Some(hint) = &program.hint {
                writeln!(output, "  needed for {}", program.needed_for)?;
                writeln!(output, "  to get it: {hint}")?;
            }
        }
        writeln!(output, "cache: {}", report.cache)?;
        writeln!(
            output,
            "GitHub token: {}",
            if report.github_token { "set" } else { "none" }
        )?;
        for endpoint in &report.endpoints {
            writeln!(output, "endpoint {}: {}", endpoint.name, endpoint.url)?;
        }
        Ok(())
    }
}
