//! `nixsmith nixpkgs apply-review`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::apply_review::{Place, Report, Request, run};
use nixsmith_workflow::nixpkgs::fork::{RepositoryName, UPSTREAM};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Run it on the pull request's branch, with nothing uncommitted. Ends with 1 where a suggestion does not fit; what fits is applied. The push is confirmed, and goes only to where the branch was when the forge was asked."
)]
pub(crate) struct Arguments {
    /// The pull request: its number, or the address of its page
    #[arg(value_name = "PR")]
    pull_request: String,
    /// The repository that it goes to
    #[arg(long, value_name = "OWNER/NAME", default_value = UPSTREAM)]
    upstream: RepositoryName,
    /// Take suggestions of this comment only; may be repeated
    #[arg(long = "comment", value_name = "NUMBER")]
    comments: Vec<u64>,
    /// Fold the fixup commits into those that they are for; all or nothing
    #[arg(long)]
    autosquash: bool,
    /// Push the branch
    #[arg(long)]
    push: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                pull_request: self.pull_request,
                upstream: self.upstream,
                comments: self.comments,
                autosquash: self.autosquash,
                push: self.push,
            },
            context,
        )?;
        for note in &report.notes {
            context.progress().note(&format!("note: {note}"));
        }
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for applied in &report.applied {
            let short: String = applied.commit.chars().take(12).collect();
            writeln!(
                output,
                "{}: into {short} {}",
                place(&applied.place),
                visible(&applied.subject)
            )?;
        }
        for skipped in &report.skipped {
            let reason = skipped.reason.sentence();
            writeln!(output, "{}: left, {reason}", place(&skipped.place))?;
        }
        if let Some(diff) = &report.diff {
            write!(output, "{}", visible(diff))?;
            return Ok(());
        }
        for commit in &report.commits {
            writeln!(output, "committed: {}", visible(&commit.subject))?;
        }
        if report.squashed {
            writeln!(output, "squashed: `{}`", visible(&report.branch))?;
        }
        if report.pushed {
            writeln!(output, "pushed: {}", visible(&report.url))?;
        }
        if report.commits.is_empty() && !report.squashed && !report.pushed {
            writeln!(output, "nothing to apply")?;
        }
        Ok(())
    }
}

fn place(place: &Place) -> String {
    let line = place
        .line
        .map(|line| format!(":{line}"))
        .unwrap_or_default();
    format!(
        "{}{line} ({}, {})",
        visible(&place.path),
        visible(&place.author),
        visible(&place.url)
    )
}
