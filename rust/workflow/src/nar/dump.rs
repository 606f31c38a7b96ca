//! `nar dump`: the NAR of a path.

use std::io::{self, Write};
use std::path::PathBuf;

use nixsmith_store::hash::{Algorithm, Hasher};
use nixsmith_store::nar::{self, NarError};
use schemars::JsonSchema;
use serde::Serialize;

use super::Interruptible;
use crate::context::Context;
use crate::error::Problem;

/// What to dump.
#[derive(Debug, Clone)]
pub struct Request {
    /// A file, folder or link; a link is not followed.
    pub path: PathBuf,
}

/// What was dumped.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The path as given.
    pub path: String,
    /// The sha256 hash of the NAR, as SRI.
    pub hash: String,
    /// The NAR's length in bytes.
    pub size: u64,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nar.dump";
}

/// Writes the NAR to `output`.
///
/// # Errors
/// When something cannot be read, or Nix does not take it into a NAR; when `output` cannot take it.
pub fn run(request: &Request, context: &Context, output: &mut dyn Write) -> anyhow::Result<Report> {
    let mut tee = Tee {
        output: Interruptible {
            inner: output,
            interrupt: context.interrupt(),
        },
        hasher: Hasher::new(Algorithm::Sha256),
        size: 0,
    };
    let dumped = nar::dump(&context.path(&request.path), &mut tee, context.threads);
    match dumped {
        Ok(()) => Ok(Report {
            path: request.path.display().to_string(),
            hash: tee.hasher.finish().to_string(),
            size: tee.size,
        }),
        Err(error) => {
            context.interrupt().check()?;
            Err(match error {
                NarError::Output { source } => source.into(),
                other => {
                    let message = format!("could not dump `{}`", request.path.display());
                    Problem::user(message).source(other).into()
                }
            })
        }
    }
}

struct Tee<W> {
    output: W,
    hasher: Hasher,
    size: u64,
}

impl<W: Write> Write for Tee<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.output.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
