//! `nixsmith flake update`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::update::{Report, Request, Updated, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Prints a line for each input that is locked to something else now. With `--commit` only flake.lock is committed, with the same lines as its message."
)]
pub(crate) struct Arguments {
    /// Names of inputs, `INPUT/INPUT` for one of an input [default: all]
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
    /// Commit flake.lock
    #[arg(long)]
    commit: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                inputs: self.inputs,
                commit: self.commit,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if let Some(diff) = &report.diff {
            write!(output, "{diff}")?;
        }
        if report.updated.is_empty() {
            writeln!(output, "{}: nothing is newer", visible(&report.path))?;
        }
        for one in &report.updated {
            writeln!(output, "{}", visible(&line(one)))?;
        }
        if let Some(commit) = &report.commit {
            let short: String = commit.chars().take(12).collect();
            writeln!(output, "committed as {short}")?;
        }
        Ok(())
    }
}

/// `nixpkgs: 0123456789ab (2026-01-02) → 123456789abc (2026-01-03)`, and below it the page that compares them.
fn line(one: &Updated) -> String {
    let older = if one.is_older { ", which is older" } else { "" };
    let change = one.change();
    match &one.compare {
        Some(page) => format!("{}: {change}{older}\n  {page}", one.input),
        None => format!("{}: {change}{older}", one.input),
    }
}
