//! `nixsmith hash convert`

use std::io::Write as _;

use clap::Args;
use nixsmith_store::hash::{Algorithm, Notation};
use nixsmith_workflow::context::Context;
use nixsmith_workflow::hash::convert::{Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Hashes in any notation: SRI, `ALGORITHM:…`, or bare with --algo
    #[arg(required = true, value_name = "HASH")]
    hashes: Vec<String>,
    /// Accept only this notation: sri, nix32, base16 or base64
    #[arg(long, value_name = "NOTATION")]
    from: Option<Notation>,
    /// Algorithm of hashes that do not name it: md5, sha1, sha256, sha512 or blake3
    #[arg(long, value_name = "ALGORITHM")]
    algo: Option<Algorithm>,
    /// Notation to print: sri, nix32, base16 or base64
    #[arg(long, value_name = "NOTATION", default_value_t = Notation::Sri)]
    to: Notation,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                hashes: self.hashes,
                from: self.from,
                algorithm: self.algo,
                to: self.to,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for converted in &report.hashes {
            writeln!(output, "{}", converted.hash)?;
        }
        Ok(())
    }
}
