//! Which version of a package is the newest: asked of the forge, the registry or the folder that its source comes from.
//!
//! What a service says is data to judge: a name that could not be a version, a withdrawn release, a prerelease nobody asked for, a tag
//! of another package in the same repository are never taken. Edits nothing and computes no hash.

mod ask;
mod branch;
mod choose;
mod folder;
mod links;
mod offer;
mod place;
mod shape;
mod words;

use anyhow::Context as _;
use nixsmith_fetch::{Fetch, FetchError};
use schemars::JsonSchema;
use serde::Serialize;

use self::choose::Choice;
use self::place::Place;
use crate::context::Context;
use crate::error::{Kind, Problem, kind_of};

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
    let (places, tag) = place::places(query, context.endpoints());
    let places: Vec<Place> = match &query.wanted {
        Wanted::Branch(_) => places.into_iter().filter(has_branches).collect(),
        _ => places,
    };
    let fetch = context.fetch()?;
    let mut failure: Option<anyhow::Error> = None;
    for place in &places {
        match ask_one(place, tag.as_deref(), query, fetch) {
            Ok(answer)
                if answer.candidate.is_some() || failure.as_ref().is_none_or(is_ignorance) =>
            {
                return Ok(answer);
            }
            Ok(_) => {}
            Err(error) if is_final(&error) => return Err(error),
            // A source that failed may know something newer: its failure counts more than that of one that knows nothing.
            Err(error) => {
                let counts_more = failure
                    .as_ref()
                    .is_none_or(|known| is_ignorance(known) && !is_ignorance(&error));
                failure = if counts_more { Some(error) } else { failure };
            }
        }
    }
    let known = failure.unwrap_or_else(|| nothing_to_ask(query));
    Err(known).with_context(|| {
        format!(
            "could not find out the newest version of `{}`",
            offer::shown(&query.pname)
        )
    })
}

fn ask_one(
    place: &Place,
    tag: Option<&str>,
    query: &Query,
    fetch: &dyn Fetch,
) -> anyhow::Result<Answer> {
    let source = ask::source_of(place);
    let choice = match &query.wanted {
        Wanted::Branch(branch) => branch::newest(place, branch.as_deref(), query, fetch)?,
        _ => choose::choose(query, tag, &ask::offers(place, query, fetch)?)?,
    };
    Ok(answer(
        place,
        source,
        choice,
        matches!(query.wanted, Wanted::Branch(_)),
    ))
}

fn answer(place: &Place, source: Source, choice: Choice, is_commit: bool) -> Answer {
    let skipped = choice.skipped;
    let candidate = choice.chosen.map(|chosen| {
        let is_tag = !is_commit && matches!(place, Place::Forge { .. } | Place::Git(_));
        let name = chosen.offer.name;
        let compare = chosen
            .current_tag
            .and_then(|old| links::compare(place, &old, &name));
        Candidate {
            version: chosen.version,
            compare,
            tag: is_tag.then_some(name),
            commit: chosen
                .offer
                .commit
                .filter(|commit| place::is_commit(commit)),
            source: source.clone(),
            changelog: chosen.offer.changelog.filter(|page| is_page(page)),
            skipped: skipped.clone(),
        }
    });
    Answer {
        candidate,
        source,
        skipped,
    }
}

/// Whether outside text can be shown as the address of a page.
fn is_page(text: &str) -> bool {
    text.len() <= 500
        && text.starts_with("https://")
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && url::Url::parse(text).is_ok()
}

fn has_branches(place: &Place) -> bool {
    matches!(place, Place::Forge { .. } | Place::Git(_))
}

fn no_branches(place: &Place) -> anyhow::Error {
    let source = ask::source_of(place);
    Problem::user(format!("`{}` knows no branches", source.url)).into()
}

/// Whether the service answered, but knows nothing about the package.
fn is_ignorance(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<FetchError>()
            .is_some_and(FetchError::is_not_found)
    })
}

/// Whether another source must not be asked: the user stopped the run, or the question itself is wrong.
fn is_final(error: &anyhow::Error) -> bool {
    matches!(kind_of(error), Kind::Interrupted | Kind::Usage)
}

fn nothing_to_ask(query: &Query) -> anyhow::Error {
    let problem = match query.wanted {
        Wanted::Branch(_) => "its source is no git repository that can be asked",
        _ if query.urls.is_empty() => "its source has no address",
        _ => "no address of its source leads to a service that lists versions",
    };
    Problem::user(problem)
        .hint("name the version yourself")
        .into()
}

#[cfg(test)]
mod tests;
