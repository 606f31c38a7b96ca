//! The newest commit of a branch, and the version that nixpkgs gives it: `1.2-unstable-2024-01-31`.

use nixsmith_fetch::{Fetch, calendar, forge};

use super::choose::{self, Choice, Chosen};
use super::offer::Offer;
use super::place::{Place, is_commit};
use super::{Query, Skipped, ask, words};

/// The commit to go to.
pub(super) fn newest(
    place: &Place,
    branch: Option<&str>,
    query: &Query,
    fetch: &dyn Fetch,
) -> anyhow::Result<Choice> {
    let commit = match place {
        Place::Forge { source, .. } => forge::newest_commit(fetch, source, branch)?,
        Place::Git(url) => forge::newest_commit_by_git(fetch, url, branch)?,
        _ => return Err(super::no_branches(place)),
    };
    if query.tag.as_deref() == Some(commit.id.as_str()) {
        return Ok(Choice::default());
    }
    let tags = ask::offers(place, query, fetch)?;
    let current = words::base_of_snapshot(&query.current).unwrap_or(&query.current);
    let newest = choose::newest_release(query, &tags)?;
    let base = newest
        .as_deref()
        .filter(|newest| words::later(newest, current).is_gt())
        .unwrap_or(current);
    let version = format!("{base}-unstable-{}", calendar::date(commit.time_seconds));
    if words::later(&version, &query.current).is_lt() {
        let skipped = Skipped {
            name: commit.id,
            reason: format!("`{version}` is older than the current version"),
        };
        return Ok(Choice {
            chosen: None,
            skipped: vec![skipped],
        });
    }
    let current_tag = query.tag.clone().filter(|tag| is_commit(tag));
    Ok(Choice {
        chosen: Some(Chosen {
            version,
            offer: Offer {
                commit: Some(commit.id.clone()),
                ..Offer::named(commit.id)
            },
            current_tag,
        }),
        skipped: Vec::new(),
    })
}
