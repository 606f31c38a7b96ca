//! `nar ls`: what a NAR holds.

use std::collections::BTreeMap;

use nixsmith_store::nar::{self, Listing};
use schemars::JsonSchema;
use serde::Serialize;

use super::Archive;
use crate::context::Context;

/// Which archive to list.
#[derive(Debug, Clone)]
pub struct Request {
    /// The archive.
    pub archive: Archive,
}

/// The root of the archive, in the form of `nix nar ls --json -R`. Names that are not UTF-8 do not become JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Report {
    /// The root.
    #[schemars(with = "Node")]
    pub root: Listing,
}

/// The JSON form of a node.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(
    tag = "type",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Node {
    /// A regular file.
    Regular {
        /// Present and true where its owner may execute it.
        executable: Option<bool>,
        /// Where its bytes begin in the NAR.
        nar_offset: u64,
        /// Its length in bytes.
        size: u64,
    },
    /// A symbolic link.
    Symlink {
        /// Where it points.
        target: String,
    },
    /// A directory.
    Directory {
        /// What it holds, by name.
        entries: BTreeMap<String, Node>,
    },
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nar.ls";
}

/// Lists the archive.
///
/// # Errors
/// When it cannot be read, or Nix would refuse it.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let input = request.archive.open(context)?;
    let root = nar::ls(input).map_err(|error| request.archive.problem("list", error, context))?;
    Ok(Report { root })
}
