//! `nixsmith package new`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::package::new::{Builder, Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// crates:NAME@VERSION, pypi:…, npm:…, a URL, a forge page, a git URL, a git repository on disk, a folder
    source: String,
    /// Commit, tag or branch [default: the newest release]
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// Name of the package [default: as the source states]
    #[arg(long, value_name = "NAME")]
    pname: Option<String>,
    /// Version of the package [default: as the source states]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// How it is built [default: as fits best]
    #[arg(long, value_name = "BUILDER", value_parser = builder_parser())]
    builder: Option<Builder>,
    /// A Cargo.lock or package-lock.json for a source without one; it is written beside the expression
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Write DIR/package.nix [default: the current folder]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write to the package's place in this nixpkgs checkout
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    nixpkgs: Option<PathBuf>,
    /// Overwrite an expression that is already there
    #[arg(long)]
    replace: bool,
    /// Ask nothing
    #[arg(long)]
    headless: bool,
}

fn builder_parser() -> impl clap::builder::TypedValueParser<Value = Builder> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Builder::ALL.map(Builder::name))
        .try_map(|name| Builder::from_name(&name).ok_or("no such builder"))
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                source: self.source,
                revision: self.rev,
                pname: self.pname,
                version: self.version,
                builder: self.builder,
                lock: self.lock,
                output: self.output,
                nixpkgs: self.nixpkgs,
                replace: self.replace,
                headless: self.headless,
            },
            context,
        )?;
        for note in &report.notes {
            context.progress().note(note);
        }
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        match &report.diff {
            Some(diff) => write!(output, "{diff}")?,
            None => {
                for file in &report.files {
                    writeln!(output, "{file}")?;
                }
            }
        }
        Ok(())
    }
}
