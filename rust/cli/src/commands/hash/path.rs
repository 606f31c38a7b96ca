//! `nixsmith hash path`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_store::hash::{Algorithm, Notation};
use nixsmith_workflow::context::Context;
use nixsmith_workflow::hash::path::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files, folders or links; a link is not followed
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Hash the bytes of a file, as `nix hash file` does, and not its NAR
    #[arg(long)]
    flat: bool,
    /// Hash function: md5, sha1, sha256, sha512 or blake3
    #[arg(long, value_name = "ALGORITHM", default_value_t = Algorithm::Sha256)]
    algo: Algorithm,
    /// Notation to print: sri, nix32, base16 or base64
    #[arg(long, value_name = "NOTATION", default_value_t = Notation::Sri)]
    to: Notation,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                paths: self.paths,
                flat: self.flat,
                algorithm: self.algo,
                to: self.to,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for hashed in &report.hashes {
            writeln!(output, "{}", hashed.hash)?;
        }
        Ok(())
    }
}
