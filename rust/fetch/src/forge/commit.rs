//! The newest commit of a branch, and when it was made.

use serde_json::Value;

use super::api::{Api, malformed, text};
use super::{Forge, ForgeSource, repository};
use crate::calendar::days_since_1970;
use crate::endpoints::segment;
use crate::error::FetchError;
use crate::request::{Fetch, GitRequest, Revision};

/// A commit, and when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// When it was committed, in seconds since 1970.
    pub time_seconds: i64,
}

/// The newest commit of `branch`, or of the default branch.
pub fn newest_commit(
    fetch: &dyn Fetch,
    source: &ForgeSource,
    branch: Option<&str>,
) -> Result<Commit, FetchError> {
    let Some(api) = Api::new(fetch, source) else {
        return newest_commit_by_git(fetch, &source.git_url(), branch);
    };
    let name = match (branch, source.forge) {
        (Some(branch), _) => branch.to_owned(),
        (None, Forge::GitHub | Forge::GitLab) => "HEAD".to_owned(),
        (None, _) => repository(fetch, source)?
            .default_branch
            .ok_or_else(|| missing(source, "default branch".to_owned()))?,
    };
    let encoded = segment(&name);
    let (path, id, time) = match source.forge {
        Forge::GitHub => {
            let parts: Vec<String> = name.split('/').map(segment).collect();
            let reference = if branch.is_some() { "heads/" } else { "" };
            (
                format!("commits/{reference}{}", parts.join("/")),
                "/sha",
                "/commit/committer/date",
            )
        }
        Forge::GitLab => (
            format!("repository/commits/{encoded}"),
            "/id",
            "/committed_date",
        ),
        Forge::Gitea => (
            format!("branches/{encoded}"),
            "/commit/id",
            "/commit/timestamp",
        ),
        _ => (
            format!("refs/branches/{encoded}"),
            "/target/hash",
            "/target/date",
        ),
    };
    match api.get(&api.url(&path)) {
        Ok((found, url)) => {
            read(&found, id, time).ok_or_else(|| malformed(url, "it names no commit and its time"))
        }
        Err(FetchError::NotFound { .. } | FetchError::Status { status: 422, .. }) => {
            Err(missing(source, format!("branch `{}`", name.escape_debug())))
        }
        Err(error) => Err(error),
    }
}

/// The newest commit of a branch of any git repository. Fetches it, for git tells the time of nothing else.
pub fn newest_commit_by_git(
    fetch: &dyn Fetch,
    url: &str,
    branch: Option<&str>,
) -> Result<Commit, FetchError> {
    let revision = branch.map_or(Revision::Head, |branch| Revision::Branch(branch.to_owned()));
    let tree = fetch.git(&GitRequest::new(url, revision))?;
    Ok(Commit {
        id: tree.commit,
        time_seconds: tree.commit_time_seconds,
    })
}

fn missing(source: &ForgeSource, what: String) -> FetchError {
    FetchError::NoSuchRevision {
        url: source.page(),
        what,
    }
}

fn read(found: &Value, id: &str, time: &str) -> Option<Commit> {
    let id = text(found, id)?;
    let is_id = matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let time_seconds = seconds(&text(found, time)?)?;
    is_id.then_some(Commit { id, time_seconds })
}

/// Seconds since 1970 of an RFC 3339 time.
fn seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let (clock, shift) = match rest.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let at = rest.rfind(['+', '-'])?;
            let (clock, offset) = rest.split_at_checked(at)?;
            let minutes = clock_seconds(&format!("{}:00", offset.get(1..)?))?;
            (
                clock,
                if offset.starts_with('-') {
                    -minutes
                } else {
                    minutes
                },
            )
        }
    };
    let numbers: Vec<i64> = numbers(date, '-')?;
    let [year, month, day] = *numbers.as_slice() else {
        return None;
    };
    let is_date =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let clock = clock_seconds(clock.split('.').next()?)?;
    is_date.then(|| days_since_1970(year, month, day) * 86_400 + clock - shift)
}

fn numbers(text: &str, separator: char) -> Option<Vec<i64>> {
    let parts = text.split(separator);
    parts
        .map(|part| {
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        })
        .collect()
}

fn clock_seconds(text: &str) -> Option<i64> {
    match *numbers(text, ':')?.as_slice() {
        [hour, minute, second] if hour < 24 && minute < 60 && second <= 60 => {
            Some(hour * 3_600 + minute * 60 + second)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_zone() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-02-29T12:30:45Z", Some(1_709_209_845)),
            ("2024-02-29T14:30:45+02:00", Some(1_709_209_845)),
            ("2024-02-29T07:00:45.123-05:30", Some(1_709_209_845)),
            ("2024-13-01T00:00:00Z", None),
            ("2024-01-01", None),
            ("2024-01-01T00:00:00", None),
            ("-5-01-01T00:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
