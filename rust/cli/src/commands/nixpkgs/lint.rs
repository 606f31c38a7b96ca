//! `nixsmith nixpkgs lint`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::lint::summary;
use nixsmith_workflow::nixpkgs::lint::{Report, Request, run};

use crate::commands::Operation;
use crate::findings;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Judges the commits of HEAD that the base does not have, not the work tree. Ends with 1 where something has the level error or warning."
)]
pub(crate) struct Arguments {
    /// Branch or commit that the change is meant for [default: the first of upstream/master, origin/master, master, the branch's upstream]
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    base: Option<String>,
    /// Mend safely what the branch brings, and format its Nix files, in the work tree
    #[arg(long)]
    fix: bool,
    /// Evaluate the attributes that the branch touches, on both sides: exact, and minutes instead of a second. A small tree is always
    /// evaluated, all of it
    #[arg(long)]
    evaluate: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                base: self.base,
                fix: self.fix,
                evaluate: self.evaluate,
            },
            context,
        )?;
        for note in &report.notes {
            context.progress().note(&format!("note: {note}"));
        }
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        findings::print(&report.findings, output)?;
        match &report.diff {
            Some(diff) => write!(output, "{diff}")?,
            None => {
                for path in &report.mended {
                    writeln!(output, "mended: {}", visible(path))?;
                }
            }
        }
        let seen = &report.summary;
        writeln!(
            output,
            "judged: {} and {} against {} ({})",
            findings::count(seen.commits, "commit"),
            findings::count(seen.files, "file"),
            visible(&seen.base_name),
            seen.base.chars().take(12).collect::<String>()
        )?;
        if !report.findings.is_empty() {
            writeln!(output, "found: {}", summary(&report.findings))?;
        }
        Ok(())
    }
}
