//! `nixsmith hydra log`

use std::io::Write as _;

use clap::Args;
use nixsmith_fetch::hydra::Jobset;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::hydra::log::{MOST_LINES, Report, Request, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Of a build that was not tried because a dependency failed, prints the log of that dependency."
)]
pub(crate) struct Arguments {
    /// Attribute path, name of a job, or number of a build
    #[arg(value_name = "ATTR|BUILD")]
    subject: String,
    /// Where it is built [default: nixpkgs/trunk, for tests nixos/trunk-combined]
    #[arg(long, value_name = "PROJECT/JOBSET")]
    jobset: Option<Jobset>,
    /// For which system [default: this machine's]
    #[arg(long, value_name = "SYSTEM")]
    system: Option<String>,
    /// How many lines from the end
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=MOST_LINES as i64))]
    lines: u32,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                subject: self.subject,
                jobset: self.jobset,
                system: self.system,
                lines: usize::try_from(self.lines)?,
            },
            context,
        )?;
        context.progress().note(&format!(
            "{}: {} ({}), log of `{}`",
            visible(&report.job),
            report.status,
            report.url,
            visible(&report.name)
        ));
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for line in &report.lines {
            writeln!(output, "{}", visible(line))?;
        }
        Ok(())
    }
}
