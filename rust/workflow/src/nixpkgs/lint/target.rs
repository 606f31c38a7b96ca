//! Whether a branch began where it is meant to go.

use super::super::branches::{self, Change, MOST_COMMITS, Type, classify};
use super::Branch;
use crate::finding::Finding;
use nixsmith_expr::lint::Level;

/// What is wrong with the branch that the change is meant for. Nothing where the base is no branch that nixpkgs knows.
pub(super) fn judge(branch: &Branch) -> anyhow::Result<Vec<Finding>> {
    let Some((prefix, base)) = branch.base.full_name.as_deref().and_then(split_name) else {
        return Ok(Vec::new());
    };
    let head = branch.repository.full_name("HEAD")?;
    let head = head
        .as_deref()
        .and_then(|name| name.strip_prefix("refs/heads/"))
        .unwrap_or_default();
    let files: Vec<&str> = branch
        .changes
        .iter()
        .map(|change| change.path.as_str())
        .collect();
    let change = Change {
        base,
        head,
        files: &files,
        ..Change::default()
    };
    let mut findings: Vec<Finding> = branches::judge(&change).into_iter().collect();
    if findings.is_empty() && !branch.commits.is_empty() && !branch.repository.is_shallow {
        findings.extend(origin(branch, prefix, base)?);
    }
    Ok(findings)
}

/// `refs/remotes/upstream/` and `staging-next`; `refs/heads/` and the rest.
fn split_name(full: &str) -> Option<(&str, &str)> {
    let start = if let Some(rest) = full.strip_prefix("refs/remotes/") {
        full.len() - rest.split_once('/')?.1.len()
    } else {
        "refs/heads/".len()
    };
    full.split_at_checked(start)
}

/// CI counts how far the change is from each development branch; the nearest is where it began.
fn origin(branch: &Branch, prefix: &str, base: &str) -> anyhow::Result<Option<Finding>> {
    if matches!(classify(base).kind, Type::Wip | Type::Channel) {
        return Ok(None);
    }
    let repository = &branch.repository;
    let known = repository.branches(prefix)?;
    let count = |name: &str| {
        if known.iter().any(|known| known == name) {
            repository.ahead(&format!("{prefix}{name}"), &branch.head, MOST_COMMITS)
        } else {
            Ok(MOST_COMMITS)
        }
    };
    let origin = branches::origin(base, &known, count)?;
    if origin.branch == base {
        return Ok(None);
    }
    let own = count(base)?;
    let message = format!(
        "the branch began at `{}`, not at `{base}`, which lacks {} of its commits: rebase, or name the other branch",
        origin.branch,
        own.saturating_sub(origin.commits)
    );
    Ok(Some(Finding::new("branch-base", Level::Warning, message)))
}
