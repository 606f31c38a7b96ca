//! `nixsmith prefetch`

use std::io::Write as _;

use clap::{Args, ValueEnum};
use nixsmith_workflow::context::Context;
use nixsmith_workflow::prefetch::{Report, Request, run};
use nixsmith_workflow::report;
use nixsmith_workflow::source::{Fetcher, Newest, Options};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A URL, a forge page, a git URL, a git repository on disk, or crates:NAME@VERSION, pypi:…, npm:…, go:…, hex:…, gem:…,
    /// maven:GROUP:ARTIFACT:VERSION
    source: String,
    /// Commit, tag or branch [default: the newest commit]; version of a package
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// Fetcher to write, such as fetchgit or fetchzip [default: the one that nixpkgs would use]
    #[arg(long)]
    fetcher: Option<Fetcher>,
    /// What to print; json is the same as --json
    #[arg(long, value_enum, default_value_t = Format::Nix)]
    format: Format,
    /// Fetch git submodules; `--submodules=false` switches off what fetchgit does by default
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    submodules: Option<bool>,
    /// Fetch files kept in Git LFS
    #[arg(long)]
    lfs: bool,
    /// Check out these folders of the repository alone
    #[arg(long, num_args = 1.., value_name = "FOLDER")]
    sparse: Vec<String>,
    /// Ask to keep `.git`: refused, its bytes change from one git version to the next
    #[arg(long)]
    leave_dot_git: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Nix,
    Json,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let options = Options {
            revision: self.rev,
            fetcher: self.fetcher,
            submodules: self.submodules,
            lfs: self.lfs,
            sparse: self.sparse,
            leave_dot_git: self.leave_dot_git,
            newest: Newest::Commit,
        };
        run(
            &Request {
                source: self.source,
                options,
                as_json: self.format == Format::Json,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if report.as_json {
            serde_json::to_writer_pretty(&mut *output, &report::document(report)?)?;
            output.write_all(b"\n")?;
        } else {
            write!(output, "{}", report.nix)?;
        }
        Ok(())
    }
}
