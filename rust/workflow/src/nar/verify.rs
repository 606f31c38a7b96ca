//! `nar verify`: whether a NAR is one that Nix restores.

use nixsmith_store::hash::Algorithm;
use nixsmith_store::nar;
use schemars::JsonSchema;
use serde::Serialize;

use super::Archive;
use crate::context::Context;

/// Which archive to verify.
#[derive(Debug, Clone)]
pub struct Request {
    /// The archive.
    pub archive: Archive,
}

/// What a sound archive holds.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The archive as given.
    pub archive: String,
    /// The sha256 hash of the uncompressed NAR, as SRI.
    pub hash: String,
    /// The uncompressed NAR's length in bytes.
    pub size: u64,
    /// How many regular files it holds.
    pub files: u64,
    /// How many directories.
    pub directories: u64,
    /// How many symbolic links.
    pub links: u64,
    /// How many bytes follow the NAR; Nix passes over them.
    pub trailing_bytes: u64,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nar.verify";
}

/// Reads the whole archive with every check.
///
/// # Errors
/// When it cannot be read, or Nix would refuse to restore it.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let input = request.archive.open(context)?;
    let verified = nar::verify(input, Algorithm::Sha256)
        .map_err(|error| request.archive.problem("verify", error, context))?;
    Ok(Report {
        archive: request.archive.name(),
        hash: verified.hash.to_string(),
        size: verified.size_bytes,
        files: verified.files,
        directories: verified.directories,
        links: verified.links,
        trailing_bytes: verified.trailing_bytes,
    })
}
