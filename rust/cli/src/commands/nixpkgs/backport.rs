//! `nixsmith nixpkgs backport`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::backport::{Checkout, Report, Request, run};
use nixsmith_workflow::nixpkgs::fork::{RepositoryName, UPSTREAM};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Makes one branch of commits as `git cherry-pick -x` makes them, and touches no file. A conflict is named and changes nothing."
)]
pub(crate) struct Arguments {
    /// Merged pull requests (number or page) and commits
    #[arg(value_name = "PR|COMMIT", required = true)]
    subjects: Vec<String>,
    /// The release branch, such as `release-25.05`
    #[arg(long, value_name = "BRANCH", allow_hyphen_values = true)]
    to: String,
    /// The repository that the pull requests went to
    #[arg(long, value_name = "OWNER/NAME", default_value = UPSTREAM)]
    upstream: RepositoryName,
    /// The name of the new branch [default: backport-N-to-BRANCH]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    branch: Option<String>,
    /// Check the new branch out in a new work tree [default: beside the clone]
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, conflicts_with = "switch")]
    worktree: Option<Option<PathBuf>>,
    /// Check the new branch out here
    #[arg(long)]
    switch: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let checkout = match (self.worktree, self.switch) {
            (Some(folder), _) => Checkout::WorkTree(folder),
            (None, true) => Checkout::Switch,
            (None, false) => Checkout::No,
        };
        run(
            &Request {
                subjects: self.subjects,
                to: self.to,
                upstream: self.upstream,
                branch: self.branch,
                checkout,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for skipped in &report.skipped {
            let why = match &skipped.present_as {
                Some(commit) => format!("is there as {}", short(commit)),
                None => "would change nothing".to_owned(),
            };
            let (original, subject) = (short(&skipped.original), visible(&skipped.subject));
            writeln!(output, "left out: {original} {subject}: {why}")?;
        }
        for pick in &report.picked {
            let (original, commit) = (short(&pick.original), short(&pick.commit));
            writeln!(
                output,
                "picked: {original} as {commit} {}",
                visible(&pick.subject)
            )?;
        }
        write!(output, "{}", visible(&report.range_diff))?;
        let (base, to) = (short(&report.base), visible(&report.to));
        match &report.branch {
            Some(branch) if report.created => {
                writeln!(output, "created: `{}` on `{to}` ({base})", visible(branch))?;
            }
            Some(branch) => writeln!(output, "not created: `{}`", visible(branch))?,
            None => writeln!(output, "nothing to pick: `{to}` has it all ({base})")?,
        }
        if let Some(folder) = &report.work_tree {
            writeln!(output, "checked out: {}", visible(folder))?;
        }
        Ok(())
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
