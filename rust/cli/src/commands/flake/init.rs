//! `nixsmith flake init`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::LaidOut;
use nixsmith_workflow::flake::init::{Report, Request, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "The templates are part of this program. A file that lies here with other contents is never changed: without `--merge` nothing is written then. In a git repository git is told of the new files, so that Nix sees them at once; nothing is staged."
)]
pub(crate) struct Arguments {
    /// A template of `nixsmith flake template` [default: a shell for the project that is here]
    #[arg(value_name = "TEMPLATE")]
    template: Option<String>,
    /// What the program in it is called: small letters and digits
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Keep files that are here, and write the others
    #[arg(long)]
    merge: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                template: self.template,
                name: self.name,
                merge: self.merge,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if let Some(file) = &report.detected {
            writeln!(output, "{}: a project gets a shell", visible(file))?;
        }
        print_files(&report.files, output)
    }
}

/// What became of files that were to be written.
pub(crate) fn print_files(files: &LaidOut, output: &mut Output) -> anyhow::Result<()> {
    if let Some(diff) = &files.diff {
        write!(output, "{diff}")?;
    } else {
        for path in &files.written {
            writeln!(output, "{}", visible(path))?;
        }
    }
    for path in &files.kept {
        writeln!(output, "{}: kept as it is", visible(path))?;
    }
    if files.written.is_empty() {
        writeln!(output, "nothing to write: all of it is here")?;
    }
    for path in &files.ignored {
        writeln!(
            output,
            "{}: git ignores it, so that Nix does not see it",
            visible(path)
        )?;
    }
    Ok(())
}
