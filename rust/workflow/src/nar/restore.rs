//! `nar restore`: the tree of a NAR on disk.

use std::path::PathBuf;

use nixsmith_store::hash::Algorithm;
use nixsmith_store::nar::{self, NarError};
use schemars::JsonSchema;
use serde::Serialize;

use super::Archive;
use crate::context::Context;
use crate::error::Problem;

/// Which archive, laid out where.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to create; nothing may be there, its parent must.
    pub destination: PathBuf,
    /// The archive.
    pub archive: Archive,
}

/// What was laid out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The destination as given.
    pub destination: String,
    /// False with `--dry-run`, which only reads the archive to its end.
    pub restored: bool,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nar.restore";
}

/// Lays out the archive, all of it or nothing.
///
/// # Errors
/// When the archive cannot be read or Nix would refuse it; when the destination exists or cannot be created.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let destination = context.path(&request.destination);
    let input = request.archive.open(context)?;
    let restored = match context.dry_run {
        true if destination.symlink_metadata().is_ok() => Err(NarError::Exists {
            path: destination.clone(),
        }),
        true => nar::verify(input, Algorithm::Sha256).map(drop),
        false => nar::restore(input, &destination),
    };
    restored.map_err(|error| match error {
        NarError::Exists { .. } | NarError::Create { .. } => {
            let place = request.destination.display();
            Problem::user(format!("could not restore to `{place}`"))
                .source(error)
                .into()
        }
        other => request.archive.problem("restore", other, context),
    })?;
    Ok(Report {
        destination: request.destination.display().to_string(),
        restored: !context.dry_run,
    })
}
