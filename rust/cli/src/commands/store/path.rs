//! `nixsmith store path`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::store::path::{Method, Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// File or folder to put into the store
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Name in the store path [default: the last part of FILE]
    #[arg(long)]
    name: Option<String>,
    /// How Nix would take it: nar (a tree), flat (the bytes of a file) or text (as builtins.toFile)
    #[arg(long, default_value_t = Method::Nar)]
    method: Method,
    /// Store paths it refers to
    #[arg(long, value_name = "PATH", num_args = 1..)]
    references: Vec<String>,
    /// Folder of the store [default: NIX_STORE_DIR, else /nix/store]
    #[arg(long, value_name = "DIR")]
    store_dir: Option<String>,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                path: self.path,
                name: self.name,
                method: self.method,
                references: self.references,
                store_directory: self.store_dir,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        Ok(writeln!(output, "{}", report.path)?)
    }
}
