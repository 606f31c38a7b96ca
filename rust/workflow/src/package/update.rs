//! `package update`: a package's expression at its newest version, with every hash.
//!
//! The package is evaluated, the old version and the old hashes are looked for as literals where the evaluation points, and each change
//! is evaluated in a second tree before the first file of the user's is written. Hashes are computed from what the fetchers would get;
//! what is not computed here is built, and the report says which.

mod built;
mod commit;
mod facts;
mod fetched;
mod locked;
mod revise;
mod shadow;
mod sites;
mod target;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Kind, Problem, kind_of};
use crate::files::{self, Before, Change};
use crate::nixpkgs::test::{Tested, Verdict};
use crate::package::versions::{self, Query, Skipped};

pub use crate::package::versions::Wanted;

use commit::Clone as GitClone;
use facts::Facts;
use revise::{Goal, Revision};
use target::Target;

/// Which package, and what is done to it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The attribute: `just`, `python3Packages.requests`.
    pub attribute: String,
    /// The version to go to.
    pub wanted: Wanted,
    /// What a tag or version has to match; its groups are the version.
    pub pattern: Option<String>,
    /// The Nix file that has the attribute, instead of the tree around the folder.
    pub file: Option<PathBuf>,
    /// Whether the attribute is one of a flake's packages.
    pub flake: bool,
    /// Whether the change is committed.
    pub commit: bool,
    /// Whether the package and its tests are built before anything is changed.
    pub test: bool,
    /// The system that is evaluated for.
    pub system: Option<String>,
}

/// What became of the package.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The attribute.
    pub attr: String,
    /// The version before.
    pub old: String,
    /// The version now; the old one if nothing is newer.
    pub new: String,
    /// The files that were changed, relative to the root of the tree.
    pub files: Vec<String>,
    /// Every hash that was changed.
    pub hashes: Vec<HashChange>,
    /// A page that says what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
    /// A page with the difference between the versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<String>,
    /// What was built with `--test`: the package and its tests, as they are now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
    /// The commit that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Newer versions that were not taken, and why.
    pub skipped: Vec<Skipped>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// The change as a diff, with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// A hash that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HashChange {
    /// The attributes it is written in: `src.hash`.
    pub attribute: String,
    /// The hash before, as SRI.
    pub old: String,
    /// The hash now, as SRI.
    pub new: String,
    /// How it was found.
    pub how: How,
}

/// How a hash was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// From the files that the fetcher would get.
    Computed,
    /// By building with a wrong one.
    Built,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "package.update";
}

/// Updates the package.
///
/// # Errors
/// Whatever keeps the new version or one of its hashes away, or shows that the change would not hold. No file is changed then.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let clone = match request.commit {
        true => Some(GitClone::open(context)?),
        false => None,
    };
    let target = Target::find(request, context)?;
    let mut revision = Revision::begin(&target, context)?;
    let old = version_of(&revision.before, &target)?;
    let mut report = Report {
        attr: target.attribute.clone(),
        new: old.clone(),
        old,
        files: Vec::new(),
        hashes: Vec::new(),
        changelog: None,
        compare: None,
        tested: None,
        commit: None,
        skipped: Vec::new(),
        notes: Vec::new(),
        diff: None,
    };
    let Some(goal) = choose(request, &revision.before, &mut report, context)? else {
        return Ok(report);
    };
    revision.lay_out()?;
    revision.set_version(&report.old, &goal)?;
    let source = revision.set_source(&report.old, &goal)?;
    revision.set_lock_copies(source.as_ref())?;
    // The package may be made of what it hands out.
    revision.set_inner_dependencies(source.as_ref())?;
    revision.set_dependencies(source.as_ref())?;
    revision.verify(&goal)?;
    revision.note_unknown_hashes();
    // Before a build that may take hours.
    if let Some(clone) = &clone {
        let paths = revision.changed_paths();
        clone.check_clean(&target, &paths)?;
        clone.check_subject(&subject(&report), &paths)?;
    }
    if request.test {
        report.tested = Some(test(&revision, &mut report.notes)?);
    }
    finish(revision, clone.as_ref(), report, context)
}

/// Builds the package and its tests; `notes` are told what that does not show.
fn test(revision: &Revision<'_>, notes: &mut Vec<String>) -> anyhow::Result<Tested> {
    let tested = built::test(revision.target, revision.shadow()?, revision.context)?;
    if tested.tests.is_empty() {
        notes.push("it was built, and has no `passthru.tests`".to_owned());
    }
    for test in &tested.tests {
        if let Verdict::Skipped { reason } = &test.verdict {
            let name = &test.name;
            notes.push(format!("the test `{name}` was skipped: {reason}"));
        }
    }
    Ok(tested)
}

fn version_of(facts: &Facts, target: &Target) -> anyhow::Result<String> {
    let from_name = || {
        // As `builtins.parseDrvName` cuts it.
        let at = facts.name.match_indices('-').find(|(at, _)| {
            let next = facts
                .name
                .get(at + 1..)
                .and_then(|rest| rest.chars().next());
            next.is_some_and(|sign| !sign.is_alphabetic())
        });
        at.and_then(|(at, _)| facts.name.get(at + 1..))
            .map(str::to_owned)
    };
    let version = facts.version.clone().or_else(from_name);
    Ok(version
        .filter(|version| !version.is_empty())
        .ok_or_else(|| Problem::user(format!("`{}` has no version", target.attribute)))?)
}

/// The version to go to; `None`: the package has it.
fn choose(
    request: &Request,
    facts: &Facts,
    report: &mut Report,
    context: &Context,
) -> anyhow::Result<Option<Goal>> {
    let source = facts.source.clone().unwrap_or_default();
    let mut urls = source.urls;
    urls.extend(source.url.into_iter().chain(source.repository));
    urls.dedup();
    let query = Query {
        pname: facts.pname.clone().unwrap_or_else(|| facts.name.clone()),
        current: report.old.clone(),
        urls,
        homepage: facts.homepage.clone(),
        tag: source.tag.or(source.rev),
        pattern: request.pattern.clone(),
        wanted: request.wanted.clone(),
    };
    let (candidate, skipped) = match (&request.wanted, versions::look(&query, context)) {
        (_, Ok(answer)) => (answer.candidate, answer.skipped),
        (Wanted::Exact(version), Err(error)) if kind_of(&error) != Kind::Interrupted => {
            if *version != report.old {
                report.notes.push(format!("no links: {error}"));
            }
            (None, Vec::new())
        }
        (_, Err(error)) => return Err(error),
    };
    report.skipped = skipped;
    let goal = match (candidate, &request.wanted) {
        (Some(candidate), _) => {
            report.changelog = candidate.changelog;
            report.compare = candidate.compare;
            Goal {
                version: candidate.version,
                tag: candidate.tag,
                commit: candidate.commit,
            }
        }
        // One that nobody announces is left to the fetcher.
        (None, Wanted::Exact(version)) => Goal {
            version: version.clone(),
            tag: None,
            commit: None,
        },
        (None, _) => return Ok(None),
    };
    if goal.version == report.old {
        return Ok(None);
    }
    check_version(&goal.version)?;
    report.new.clone_from(&goal.version);
    Ok(Some(goal))
}

/// Refuses what cannot be part of a store path.
fn check_version(version: &str) -> Result<(), Problem> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._?=".contains(&byte);
    if version.is_empty() || version.len() > 150 || !version.bytes().all(fits) {
        return Err(Problem::user(format!(
            "`{}` cannot be a version in Nix",
            version.escape_debug()
        ))
        .hint("a version has letters, digits and `+-._?=`"));
    }
    Ok(())
}

/// Writes the files, and commits them if that is asked for.
fn finish(
    revision: Revision<'_>,
    clone: Option<&GitClone>,
    mut report: Report,
    context: &Context,
) -> anyhow::Result<Report> {
    let target = revision.target;
    let changed: Vec<_> = revision
        .files
        .iter()
        .filter(|file| file.is_changed())
        .collect();
    let paths = revision.changed_paths();
    let changes: Vec<Change> = changed
        .iter()
        .map(|file| Change {
            path: target.root.join(&file.path),
            before: Before::Contents(file.before.clone()),
            contents: file.text.clone().into_bytes(),
        })
        .collect();
    report.files = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    report.changelog = revision.now.changelog.clone().or(report.changelog);
    report.hashes = revision.hashes;
    report.notes.extend(revision.notes);
    if context.dry_run {
        report.diff = Some(files::diff(&changes, &target.root));
        return Ok(report);
    }
    context.write(&changes)?;
    if let Some(clone) = clone {
        let message = message(&report);
        match clone.commit(&message, target, &paths) {
            Ok(commit) => report.commit = Some(commit),
            Err(error) => {
                take_back(changes, context)?;
                return Err(error);
            }
        }
    }
    Ok(report)
}

/// Puts the files back as they were.
fn take_back(changes: Vec<Change>, context: &Context) -> anyhow::Result<()> {
    let back: Vec<Change> = changes
        .into_iter()
        .filter_map(|change| match change.before {
            Before::Contents(before) => Some(Change {
                path: change.path,
                before: Before::Contents(change.contents),
                contents: before,
            }),
            Before::Absent => None,
        })
        .collect();
    context.write(&back)
}

/// The first line of the commit.
fn subject(report: &Report) -> String {
    format!("{}: {} -> {}", report.attr, report.old, report.new)
}

fn message(report: &Report) -> String {
    let links = [("Changelog", &report.changelog), ("Diff", &report.compare)];
    let mut text = subject(report);
    for (number, (what, link)) in links
        .into_iter()
        .filter_map(|(what, link)| Some((what, link.as_ref()?)))
        .enumerate()
    {
        text.push_str(if number == 0 { "\n\n" } else { "\n" });
        text.push_str(&format!("{what}: {link}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_nix_takes() {
        for version in ["1.0", "0-unstable-2024-01-01", "1.0+b?=", "2024_1"] {
            assert!(check_version(version).is_ok(), "{version}");
        }
        for version in ["", "1 0", "${x}", "\"", "1/2", "ä", "1\n", "1~2"] {
            assert!(check_version(version).is_err(), "{version}");
        }
    }
}
