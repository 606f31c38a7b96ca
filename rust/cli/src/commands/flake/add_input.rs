//! `nixsmith flake add-input`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::add_input::{Follows, Report, Request, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Comments, order and every other line of flake.nix stay as they are. The name goes into the arguments of `outputs` where these are closed. Where Nix cannot read or lock the input, both files are as they were."
)]
pub(crate) struct Arguments {
    /// Its name: a letter, then letters, digits, `_` and `-`
    #[arg(value_name = "NAME")]
    name: String,
    /// A flake reference, such as `github:OWNER/REPOSITORY`
    #[arg(value_name = "URL")]
    url: String,
    /// An input of it that is taken from this flake: `nixpkgs`, or `nixpkgs=TARGET` for another name
    #[arg(long, value_name = "INPUT[=TARGET]", num_args = 1..)]
    follows: Vec<String>,
    /// It is a source without a flake.nix (`flake = false`)
    #[arg(long)]
    no_flake: bool,
    /// Do not ask Nix, and leave flake.lock as it is
    #[arg(long)]
    no_lock: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                name: self.name,
                url: self.url,
                follows: self.follows,
                is_flake: !self.no_flake,
                locks: !self.no_lock,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        match (&report.diff, &report.locked) {
            (Some(diff), _) => write!(output, "{diff}")?,
            (None, Some(locked)) => writeln!(
                output,
                "{}: added to {}, locked to {}",
                visible(&report.name),
                visible(&report.path),
                visible(&locked.summary())
            )?,
            (None, None) => writeln!(
                output,
                "{}: added to {}",
                visible(&report.name),
                visible(&report.path)
            )?,
        }
        for Follows { input, target } in &report.proposals {
            writeln!(
                output,
                "{}: brings its own `{}`; `inputs.{}.inputs.{}.follows = \"{}\";` takes this flake's",
                visible(&report.name),
                visible(input),
                visible(&report.name),
                visible(input),
                visible(target)
            )?;
        }
        Ok(())
    }
}
