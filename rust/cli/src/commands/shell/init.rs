//! `nixsmith shell init`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::shell::init::{Report, Request, run};

use crate::commands::Operation;
use crate::commands::flake::init::print_files;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Writes flake.nix and shell.nix, with the tools that the project's lock files and settings ask for. Versions are those of the package set. A file that lies here with other contents is never changed: without `--merge` nothing is written then."
)]
pub(crate) struct Arguments {
    /// A language, more than once for several [default: what the files say]
    #[arg(long = "lang", value_name = "LANGUAGE")]
    languages: Vec<String>,
    /// Write the shell in devenv's modules
    #[arg(long)]
    devenv: bool,
    /// Keep files that are here, and write the others
    #[arg(long)]
    merge: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                languages: self.languages,
                devenv: self.devenv,
                merge: self.merge,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for because in &report.languages {
            if let Some(file) = &because.file {
                writeln!(output, "{}: {}", visible(file), because.language)?;
            }
        }
        print_files(&report.files, output)?;
        for file in &report.version_files {
            writeln!(
                output,
                "{}: asks for versions; the shell has those of nixpkgs",
                visible(file)
            )?;
        }
        let is_flake_kept = report.files.kept.iter().any(|path| path == "flake.nix");
        if is_flake_kept && !report.packages.is_empty() {
            writeln!(
                output,
                "flake.nix: give its outputs `devShells.SYSTEM.default = pkgs.callPackage ./shell.nix {{ }};`"
            )?;
        }
        Ok(())
    }
}
