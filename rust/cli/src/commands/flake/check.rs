//! `nixsmith flake check`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::check::{Report, Request, Row, Verdict, run};

use crate::commands::Operation;
use crate::commands::building::Building;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Goes on after a failure: every output has a verdict. A check counts as passed when its outputs are in the store. Ends with 1 where an output does not evaluate or a check fails. Nothing is built to be imported."
)]
pub(crate) struct Arguments {
    /// A flake reference [default: the flake of this folder]
    #[arg(value_name = "FLAKE")]
    reference: Option<String>,
    /// Evaluate the outputs of all systems [default: only this machine's]
    #[arg(long)]
    all_systems: bool,
    /// Build nothing
    #[arg(long)]
    no_build: bool,
    #[command(flatten)]
    building: Building,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                reference: self.reference,
                all_systems: self.all_systems,
                skip_build: self.no_build,
                settings: self.building.settings(),
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for row in &report.rows {
            if row.verdict != Verdict::Evaluates {
                print_row(row, output)?;
            }
        }
        for note in &report.notes {
            writeln!(output, "note: {}", visible(note))?;
        }
        let count = |verdict, one: &str, many: &str| {
            let words = match report.count(verdict) {
                0 => return None,
                1 => format!("1 {one}"),
                count => format!("{count} {many}"),
            };
            Some(words)
        };
        let counts: Vec<String> = [
            count(Verdict::Passed, "check passed", "checks passed"),
            count(Verdict::Failed, "failed", "failed"),
            count(Verdict::Skipped, "skipped", "skipped"),
            count(
                Verdict::DoesNotEvaluate,
                "output does not evaluate",
                "outputs do not evaluate",
            ),
            count(Verdict::Evaluates, "output evaluates", "outputs evaluate"),
        ]
        .into_iter()
        .flatten()
        .collect();
        writeln!(output, "{}", counts.join(", "))?;
        Ok(())
    }
}

fn print_row(row: &Row, output: &mut Output) -> anyhow::Result<()> {
    let word = match row.verdict {
        Verdict::Evaluates => "evaluates",
        Verdict::DoesNotEvaluate => "does not evaluate",
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Skipped => "skipped",
    };
    let reason = match row.reason.as_str() {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    writeln!(
        output,
        "{}: {word}{}",
        visible(&row.path.join(".")),
        visible(&reason)
    )?;
    for line in &row.log {
        writeln!(output, "  {}", visible(line))?;
    }
    Ok(())
}
