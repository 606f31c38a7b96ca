//! `nixsmith vendor-hash`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::vendor_hash::{NpmOptions, Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A folder with a lock file, or a source: crates:NAME@VERSION, npm:NAME@VERSION, pypi:…, a URL, a forge page, a git URL
    #[arg(value_name = "DIR|SOURCE", default_value = ".")]
    project: String,
    /// Folder of the lock file inside the project, as nixpkgs' cargoRoot and npmRoot
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "",
        hide_default_value = true
    )]
    root: String,
    /// Which hash, where a project has several lock files: cargoHash or npmDepsHash
    #[arg(long, value_name = "NAME")]
    attribute: Option<String>,
    /// fetcherVersion of npmDepsHash; from 2 on the registry's present metadata is part of the hash
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    fetcher_version: u8,
    /// Accept npm git dependencies that have install scripts and no lock file, as nixpkgs' forceGitDeps
    #[arg(long)]
    force_git_deps: bool,
    /// Accept an npm lock file that names nothing to fetch, as nixpkgs' forceEmptyCache
    #[arg(long)]
    force_empty_cache: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let npm = NpmOptions {
            fetcher_version: self.fetcher_version,
            force_git_dependencies: self.force_git_deps,
            force_empty_cache: self.force_empty_cache,
        };
        run(
            &Request {
                project: self.project,
                root: self.root,
                attribute: self.attribute,
                npm,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        writeln!(output, "{}", report.hash)?;
        Ok(())
    }
}
