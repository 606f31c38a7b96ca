//! `nixsmith nixpkgs pr`

use std::io::{Read as _, Write as _};

use clap::Args;
use nixsmith_workflow::Problem;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::fork::{RepositoryName, UPSTREAM};
use nixsmith_workflow::nixpkgs::pr::{Report, Request, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

/// The longest text that the forge takes.
const LONGEST_BODY_BYTES: u64 = 65_536;

#[derive(Debug, Args)]
#[command(
    after_help = "Prints the address of the pull request. What `nixpkgs test` and `nixpkgs review` proved about the newest commit is said and ticked, nothing else. Run it again after a crash or for new commits: there is never a second pull request. Without a review and without `--base`, what the change rebuilds is counted first (at most three minutes), so that it goes to the branch that nixpkgs' rules want."
)]
pub(crate) struct Arguments {
    /// The branch of upstream that it goes to [default: by nixpkgs' rules]
    #[arg(long, value_name = "BRANCH", allow_hyphen_values = true)]
    base: Option<String>,
    /// Mark it as not to be merged yet
    #[arg(long)]
    draft: bool,
    /// Its title [default: the subject of the commit]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What it is about; `-` reads standard input [default: what the commits say]
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// A model that helped, disclosed as `Assisted-by: MODEL`; more than once for several
    #[arg(long, value_name = "MODEL")]
    assisted_by: Vec<String>,
    /// Send it although nixpkgs' CI will fail
    #[arg(long)]
    despite_lint: bool,
    /// The repository it goes to
    #[arg(long, value_name = "OWNER/NAME", default_value = UPSTREAM)]
    upstream: RepositoryName,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let body = match self.body.as_deref() {
            Some("-") => Some(standard_input()?),
            _ => self.body,
        };
        run(
            &Request {
                upstream: self.upstream,
                base: self.base,
                draft: self.draft,
                title: self.title,
                body,
                assisted_by: self.assisted_by,
                despite_lint: self.despite_lint,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if report.planned {
            writeln!(output, "planned, nothing of it is done:")?;
            for step in &report.steps {
                writeln!(output, "{}", visible(step))?;
            }
            for line in report.body.lines() {
                writeln!(output, "  {}", visible(line))?;
            }
        }
        if let Some(url) = &report.url {
            writeln!(output, "{}", visible(url))?;
        }
        Ok(())
    }
}

fn standard_input() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_BODY_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| Problem::usage("standard input is no text").source(error))?;
    if text.len() as u64 > LONGEST_BODY_BYTES {
        return Err(Problem::usage("standard input is longer than the forge takes").into());
    }
    Ok(text)
}
