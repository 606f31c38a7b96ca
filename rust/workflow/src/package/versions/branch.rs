//! The newest commit of a branch, and the version that nixpkgs gives it: `1.2-unstable-2024-01-31`.

use nixsmith_fetch::{Fetch, forge};

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
    let version = format!("{base}-unstable-{}", day(commit.time_seconds));
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

/// `2024-01-31`, of the Gregorian calendar, in UTC.
fn day(time_seconds: i64) -> String {
    // Years that begin in March, so that leap days come last.
    let days = time_seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..=9 => (year_of_era + era * 400, month + 3),
        _ => (year_of_era + era * 400 + 1, month - 9),
    };
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_209_845, "2024-02-29"),
            (1_735_689_599, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(day(seconds), expected, "{seconds}");
        }
    }
}
