//! What the words and numbers of a version say: whether it is a prerelease, a date, a mark that nobody knows.

use std::cmp::Ordering;

use nixsmith_expr::version;

/// Words that mark what is not released yet.
const PRERELEASE: &[&str] = &[
    "alpha",
    "beta",
    "candidate",
    "canary",
    "cr",
    "daily",
    "dev",
    "devel",
    "develop",
    "draft",
    "ea",
    "eap",
    "edge",
    "exp",
    "experimental",
    "git",
    "insider",
    "insiders",
    "main",
    "master",
    "milestone",
    "next",
    "nightly",
    "pre",
    "prerelease",
    "preview",
    "rc",
    "snapshot",
    "svn",
    "test",
    "testing",
    "tip",
    "tp",
    "trunk",
    "unstable",
    "weekly",
    "wip",
];

/// Words that a release may carry.
const RELEASE: &[&str] = &[
    "final", "fix", "ga", "hotfix", "lts", "p", "patch", "pl", "post", "r", "rel", "release",
    "rev", "sp", "stable", "u", "update",
];

/// A run of letters in a version, and what stands beside it.
struct Word<'a> {
    start: usize,
    text: &'a str,
    /// Whether a digit follows at once.
    numbered: bool,
    /// Whether it ends the version.
    last: bool,
}

/// The runs of letters before any `+`: what follows that is build metadata, which says nothing about maturity.
fn words(version: &str) -> impl Iterator<Item = Word<'_>> {
    let version = version.split_once('+').map_or(version, |(core, _)| core);
    let starts = version.char_indices().scan(false, |inside, (at, sign)| {
        let begins = sign.is_ascii_alphabetic() && !*inside;
        *inside = sign.is_ascii_alphabetic();
        Some(begins.then_some(at))
    });
    starts.flatten().filter_map(move |start| {
        let rest = version.get(start..)?;
        let end = rest
            .find(|sign: char| !sign.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (text, after) = rest.split_at_checked(end)?;
        Some(Word {
            start,
            text,
            numbered: after.starts_with(|sign: char| sign.is_ascii_digit()),
            last: after.is_empty(),
        })
    })
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

impl Word<'_> {
    fn is_prerelease(&self) -> bool {
        let is_numbered_letter =
            self.start > 0 && self.numbered && is_one_of(self.text, &["a", "b", "c", "m"]);
        is_numbered_letter || is_one_of(self.text, PRERELEASE)
    }
}

/// Whether a version is marked as not released yet.
pub(super) fn is_prerelease(version: &str) -> bool {
    words(version).any(|word| word.is_prerelease())
}

/// A word in `version` that neither marks a release nor stands in `current`. A single letter at the end is none: `3.3a` after `3.3`.
pub(super) fn unknown_word<'a>(version: &'a str, current: &str) -> Option<&'a str> {
    let known: Vec<&str> = words(current).map(|word| word.text).collect();
    let found = words(version).find(|word| {
        !(word.is_prerelease()
            || is_one_of(word.text, RELEASE)
            || is_one_of(word.text, &known)
            || word.text.len() == 1 && word.last)
    });
    found.map(|word| word.text)
}

/// The version before its single last letter, which comes after some digit: `3.3` of `3.3a`.
pub(super) fn before_letter(version: &str) -> Option<&str> {
    let base = version.strip_suffix(|sign: char| sign.is_ascii_alphabetic())?;
    base.ends_with(|sign: char| sign.is_ascii_digit())
        .then_some(base)
}

/// Which version comes later: what is released in the order of Nix, a prerelease before what it leads to.
///
/// Nix alone has `1.0-rc1` after `1.0`, so an update by its order would go back.
pub(super) fn later(left: &str, right: &str) -> Ordering {
    let ((left, left_mark), (right, right_mark)) = (halves(left), halves(right));
    version::compare(left, right).then_with(|| match (left_mark, right_mark) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) => version::compare(left, right),
    })
}

/// What a version is a prerelease of, and the mark that makes it one.
fn halves(version: &str) -> (&str, Option<&str>) {
    if base_of_snapshot(version).is_some() {
        return (version, None);
    }
    let mark = words(version).find(|word| word.is_prerelease() && word.start > 0);
    let split = mark.and_then(|word| version.split_at_checked(word.start));
    split.map_or((version, None), |(base, mark)| {
        (base.trim_end_matches(['.', '-', '_', '~']), Some(mark))
    })
}

/// What a snapshot as nixpkgs names it was taken after: `1.2` of `1.2-unstable-2024-01-31`, `0` of `unstable-2024-01-31`.
pub(super) fn base_of_snapshot(version: &str) -> Option<&str> {
    let (base, date) = version
        .split_once("-unstable-")
        .or_else(|| Some(("0", version.strip_prefix("unstable-")?)))?;
    is_day(date).then_some(base)
}

/// `2024-01-31`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, count: usize| {
        part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

/// Whether a version begins like a date or a running number (`2024…`, six digits or more).
pub(super) fn begins_like_a_date(version: &str) -> bool {
    let end = version
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(version.len());
    let number = version.get(..end).unwrap_or_default();
    let year = number.parse().unwrap_or(0);
    number.len() >= 6 || number.len() == 4 && (1980..2100).contains(&year)
}

/// Whether a day or a time stands in a version as one number: `1.2.3-20240131`.
pub(super) fn holds_a_day(version: &str) -> bool {
    let numbers = version.split(|sign: char| !sign.is_ascii_digit());
    let is_day = |number: &str| {
        let year = number.get(..4).and_then(|year| year.parse().ok());
        matches!(number.len(), 8 | 12 | 14) && year.is_some_and(|year| (1980..2100).contains(&year))
    };
    numbers.into_iter().any(is_day)
}

#[cfg(test)]
mod tests;
