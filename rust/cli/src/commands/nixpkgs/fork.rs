//! `nixsmith nixpkgs fork`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::fork::{Report, Request, UPSTREAM, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Run it again at any time: it does what is missing and leaves the rest. Creating the fork is confirmed; nothing else leaves the machine."
)]
pub(crate) struct Arguments {
    /// The folder of the clone [default: the clone of nixpkgs that this folder lies in, else a new folder named as upstream]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The repository to fork
    #[arg(long, value_name = "OWNER/NAME", default_value = UPSTREAM)]
    upstream: nixsmith_workflow::nixpkgs::fork::RepositoryName,
    /// The name of the fork [default: that of upstream]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Reach the fork over ssh instead of https
    #[arg(long)]
    ssh: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                upstream: self.upstream,
                name: self.name,
                folder: self.folder,
                ssh: self.ssh,
            },
            context,
        )?;
        for note in &report.notes {
            context.progress().note(&format!("note: {note}"));
        }
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if report.planned && !report.changes.is_empty() {
            writeln!(output, "planned, nothing of it is done:")?;
        }
        for change in &report.changes {
            writeln!(output, "{}", visible(change))?;
        }
        if report.changes.is_empty() {
            writeln!(output, "everything is there: nothing was changed")?;
        }
        writeln!(output, "fork: {}", visible(&report.fork))?;
        writeln!(output, "clone: {}", visible(&report.folder))?;
        Ok(())
    }
}
