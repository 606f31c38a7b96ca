//! How much the change rebuilds: what the review of this commit said, else counted here as far as nixpkgs' rules ask.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::branches::{self, Type};
use super::super::evidence::{self, Count, Review};
use super::super::rebuilds::{self, Rebuilds, comparison, is_excluded};
use super::super::review;
use super::{Change, Request};
use crate::context::Context;
use crate::error::{Kind, Problem, kind_of};

/// How many attributes an error names.
const SHOWN: usize = 5;

/// How much is rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rebuilt {
    /// The most rebuilds on systems of one kernel.
    pub count: u64,
    /// Whether that is all; otherwise there may be more.
    pub is_exact: bool,
    /// The systems that were evaluated.
    pub systems: Vec<String>,
    /// How it was found, a phrase.
    pub method: String,
}

impl Rebuilt {
    /// The number for a sentence.
    pub(super) fn words(&self) -> String {
        let bound = if self.is_exact { "" } else { "at least " };
        format!("{bound}{}", self.count)
    }
}

/// Finds it. `None`: nobody counts for this branch, or it could not be counted, which is a note.
///
/// # Errors
/// When attributes do not evaluate any more, and the author did not say that this is meant; when the run was interrupted.
pub(super) fn find(
    change: &Change,
    request: &Request,
    context: &Context,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<Rebuilt>> {
    // A review of a selection, or one that is a bound, is not what the rules ask for.
    let reviewed = change.evidence.review.as_ref().map(of_review);
    if let Some(complete) = reviewed.clone().filter(|reviewed| reviewed.is_exact) {
        return Ok(Some(complete));
    }
    // Where the author chose the branch, and where no rule asks for numbers, nobody waits for them.
    let branch = &change.branch;
    if request.base.is_some() || branches::classify(&branch.base).kind != Type::Primary {
        return Ok(reviewed);
    }
    let files = change.commits.iter().flat_map(|commit| &commit.paths);
    if rebuilds::reach_no_package(files.map(String::as_str)) {
        return Ok(Some(Rebuilt {
            count: 0,
            is_exact: true,
            systems: Vec::new(),
            method: "no package sees the files that are touched".to_owned(),
        }));
    }
    let count = match counted(change, context) {
        Ok(count) => count,
        Err(error) if kind_of(&error) == Kind::Interrupted => return Err(error),
        Err(error) => {
            notes.push(format!(
                "how much it rebuilds could not be counted, so that nothing is said of the branch: {error}"
            ));
            return Ok(reviewed);
        }
    };
    refuse_failing(&count, request, notes)?;
    // A review may have gone further than the count.
    let at_least = reviewed.map_or(0, |reviewed| reviewed.count);
    Ok(Some(Rebuilt {
        count: count.rebuilds.max(at_least),
        is_exact: count.is_exact,
        systems: count.systems,
        method: count.method,
    }))
}

/// What a review says: everything only where it was complete.
fn of_review(review: &Review) -> Rebuilt {
    let counts = review.systems.iter().map(|system| system.rebuilds as u64);
    Rebuilt {
        count: counts.max().unwrap_or(0),
        is_exact: review.is_exact && review.is_complete,
        systems: review.systems.iter().map(|it| it.system.clone()).collect(),
        method: review.method.clone(),
    }
}

/// What was counted for this commit and its base before, or now.
fn counted(change: &Change, context: &Context) -> anyhow::Result<Count> {
    let branch = &change.branch;
    let base = branch
        .repository
        .merge_base(&branch.base_commit, &branch.head)?;
    if let Some(count) = &change.evidence.count
        && Some(&count.base) == base.as_ref()
    {
        return Ok(count.clone());
    }
    let _task = context.progress().start("counting rebuilds", None);
    let (base, found) = review::count(&branch.base_commit, &branch.head, context)?;
    let count = Count {
        base,
        is_exact: found.exact,
        rebuilds: comparison::counts(&found).into_values().max().unwrap_or(0),
        systems: found.per_system.keys().cloned().collect(),
        failing: failing(&found),
        method: found.why,
    };
    evidence::record_count(&branch.head, &count, context)?;
    Ok(count)
}

fn failing(found: &Rebuilds) -> Vec<String> {
    let rows = found.per_system.values().flatten();
    let is_failing = |reason: &String| !is_excluded(reason);
    let mut names: Vec<String> = rows
        .filter(|one| one.failing.as_ref().is_some_and(is_failing))
        .map(|one| one.attribute.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn refuse_failing(count: &Count, request: &Request, notes: &mut Vec<String>) -> anyhow::Result<()> {
    if count.failing.is_empty() {
        return Ok(());
    }
    let quoted = |name: &String| format!("`{name}`");
    let shown: Vec<String> = count.failing.iter().take(SHOWN).map(quoted).collect();
    let mut sentence = format!(
        "Nix does not evaluate {} with this change",
        shown.join(", ")
    );
    if let Some(more) = count.failing.len().checked_sub(SHOWN + 1) {
        sentence.push_str(&format!(", and {} more", more + 1));
    }
    if request.despite_lint {
        notes.push(sentence);
        return Ok(());
    }
    Err(Problem::user(sentence)
        .hint("`nixsmith nixpkgs review` shows why; `--despite-lint` sends it anyway")
        .into())
}
