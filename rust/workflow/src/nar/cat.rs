//! `nar cat`: one file out of a NAR.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;

use nixsmith_store::nar::{self, NarError};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Archive, Interruptible};
use crate::context::Context;

/// Which file of which archive.
#[derive(Debug, Clone)]
pub struct Request {
    /// The archive.
    pub archive: Archive,
    /// The path in it: `a/b`; a leading `/` is fine.
    pub inner: OsString,
}

/// What was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The archive as given.
    pub archive: String,
    /// The path in it as given.
    pub path: String,
    /// The file's length in bytes.
    pub size: u64,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nar.cat";
}

/// Writes the bytes of one file to `output`, once the whole archive has proved to be sound.
///
/// # Errors
/// When the archive cannot be read or Nix would refuse it, or the path is no regular file in it; when `output` cannot take
/// the bytes.
pub fn run(request: &Request, context: &Context, output: &mut dyn Write) -> anyhow::Result<Report> {
    let input = request.archive.open(context)?;
    let mut output = Interruptible {
        inner: output,
        interrupt: context.interrupt(),
    };
    let size =
        nar::cat(input, request.inner.as_bytes(), &mut output).map_err(|error| match error {
            NarError::Output { source } => source.into(),
            other => request
                .archive
                .problem("take a file out of", other, context),
        })?;
    Ok(Report {
        archive: request.archive.name(),
        path: request.inner.to_string_lossy().into_owned(),
        size,
    })
}
