//! Which of the offers is the version to go to, and why newer ones are not.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use anyhow::Context as _;
use nixsmith_fetch::FetchError;
use regex::Regex;

use super::offer::{Offer, Offers, is_tag, is_version, shown};
use super::shape::{self, Shape};
use super::{Query, Skipped, Wanted, words};
use crate::error::Problem;

/// How many of the newer offers that were not taken are told.
const MOST_SKIPPED: usize = 20;

/// How many of them may be about names that are not of this package at all.
const MOST_FOREIGN: usize = 3;

/// An offer that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) version: String,
    pub(super) offer: Offer,
    /// The tag of the current version, where the source has one.
    pub(super) current_tag: Option<String>,
}

/// What the offers come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) chosen: Option<Chosen>,
    pub(super) skipped: Vec<Skipped>,
}

/// How versions are read out of names.
enum Reading {
    Pattern(Regex),
    /// Names are versions.
    Plain,
    /// In order: the first that fits counts.
    Shapes(Vec<Shape>),
}

/// What an offer is worth.
enum Verdict {
    Fine(String),
    /// The version to sort by, why not, and whether it is of this package at all.
    Skip(String, String, bool),
    /// Not newer, or nothing that looks like a version.
    Nothing,
}

/// The version that the wanted one has to be later than, and what it may be.
struct Limits<'a> {
    query: &'a Query,
    /// `None`: everything is newer.
    floor: Option<&'a str>,
    prereleases: bool,
    versions: BTreeSet<String>,
}

/// Chooses by what the query wants.
pub(super) fn choose(query: &Query, tag: Option<&str>, offers: &Offers) -> anyhow::Result<Choice> {
    let reading = reading(query, tag, offers)?;
    let current_tag = current_tag(query, tag, offers, &reading);
    let choice = match &query.wanted {
        Wanted::Exact(version) => exactly(version, query, offers, &reading)?,
        _ => latest(query, Some(&query.current), offers, &reading)?,
    };
    Ok(Choice {
        chosen: choice.chosen.map(|chosen| Chosen {
            current_tag,
            ..chosen
        }),
        ..choice
    })
}

/// The newest release of all, whatever the package has now: what a snapshot is named after.
pub(super) fn newest_release(query: &Query, offers: &Offers) -> anyhow::Result<Option<String>> {
    let reading = reading(query, None, offers)?;
    let stable = Query {
        wanted: Wanted::Stable,
        ..query.clone()
    };
    Ok(latest(&stable, None, offers, &reading)?
        .chosen
        .map(|chosen| chosen.version))
}

fn reading(query: &Query, tag: Option<&str>, offers: &Offers) -> anyhow::Result<Reading> {
    if let Some(pattern) = &query.pattern {
        return Ok(Reading::Pattern(compiled(pattern)?));
    }
    if !offers.are_tags {
        return Ok(Reading::Plain);
    }
    let current = released(query);
    let of_tag = |tag| Shape::of(tag, &query.current).or_else(|| Shape::guessed(tag));
    if let Some(shape) = tag.and_then(of_tag) {
        return Ok(Reading::Shapes(vec![shape]));
    }
    let usual = Shape::usual(&query.pname);
    let names_current = |shape: &&Shape| {
        let name = shape.name(current);
        offers.list.iter().any(|offer| offer.name == name)
    };
    if let Some(shape) = usual.iter().find(names_current) {
        return Ok(Reading::Shapes(vec![shape.clone()]));
    }
    // A tag of the current version in a spelling of the project's own, if there is only one.
    let mut own = offers
        .list
        .iter()
        .filter_map(|offer| Shape::of(&offer.name, current))
        .filter(|shape| current.contains('.') && shape.suffix.is_empty());
    match (own.next(), own.next()) {
        (Some(shape), None) => Ok(Reading::Shapes(vec![shape])),
        _ => Ok(Reading::Shapes(usual)),
    }
}

/// The current version, or, if it is a snapshot, what it was taken after.
fn released(query: &Query) -> &str {
    words::base_of_snapshot(&query.current).unwrap_or(&query.current)
}

fn compiled(pattern: &str) -> anyhow::Result<Regex> {
    let problem = |sentence: &str| {
        Problem::usage(format!("`{}` {sentence}", shown(pattern)))
            .hint("such as `v([0-9.]+)`: the groups, joined by `.`, are the version")
    };
    // Bounded, so that no pattern takes the memory.
    let regex = regex::RegexBuilder::new(&format!("^(?:{pattern})"))
        .size_limit(1 << 20)
        .build()
        .map_err(|error| problem("is no regular expression that can be used").source(error))?;
    if regex.captures_len() < 2 {
        return Err(problem("has no group").into());
    }
    Ok(regex)
}

impl Reading {
    fn version(&self, name: &str, current: &str) -> Option<String> {
        match self {
            Self::Plain => Some(name.to_owned()),
            Self::Shapes(shapes) => shapes.iter().find_map(|shape| shape.version(name, current)),
            Self::Pattern(regex) => {
                let captures = regex.captures(name)?;
                let groups: Vec<&str> = captures
                    .iter()
                    .skip(1)
                    .flatten()
                    .map(|group| group.as_str())
                    .filter(|group| !group.is_empty())
                    .collect();
                (!groups.is_empty()).then(|| groups.join("."))
            }
        }
    }

    /// Why a name has no version.
    fn mismatch(&self) -> String {
        match self {
            Self::Pattern(_) => "it does not match the pattern".to_owned(),
            Self::Shapes(shapes) if shapes.len() == 1 => {
                let shape = shapes.first().cloned().unwrap_or_default();
                match (shape.prefix.as_str(), shape.suffix.as_str()) {
                    ("", "") => "the tag of the current version has no prefix".to_owned(),
                    (prefix, "") => format!(
                        "the tag of the current version begins with `{}`",
                        shown(prefix)
                    ),
                    (prefix, suffix) => format!(
                        "the tag of the current version is spelled `{}…{}`",
                        shown(prefix),
                        shown(suffix)
                    ),
                }
            }
            Self::Shapes(_) | Self::Plain => "its spelling is not a usual one".to_owned(),
        }
    }
}

fn current_tag(
    query: &Query,
    tag: Option<&str>,
    offers: &Offers,
    reading: &Reading,
) -> Option<String> {
    if !offers.are_tags {
        return None;
    }
    let is_listed = |name: &str| offers.list.iter().any(|offer| offer.name == name);
    tag.filter(|tag| is_listed(tag))
        .map(str::to_owned)
        .or_else(|| {
            let has_current = |offer: &&Offer| {
                is_tag(&offer.name)
                    && reading.version(&offer.name, &query.current).as_deref()
                        == Some(&query.current)
            };
            offers
                .list
                .iter()
                .find(has_current)
                .map(|offer| offer.name.clone())
        })
}

fn exactly(
    version: &str,
    query: &Query,
    offers: &Offers,
    reading: &Reading,
) -> anyhow::Result<Choice> {
    if version == query.current {
        return Ok(Choice::default());
    }
    let is_wanted = |offer: &&Offer| {
        reading.version(&offer.name, version).as_deref() == Some(version) || offer.name == version
    };
    let offer = offers.list.iter().find(is_wanted).with_context(|| {
        format!(
            "`{}` has no version `{}`",
            offers.source.url,
            shown(version)
        )
    })?;
    let of_it = reading
        .version(&offer.name, version)
        .unwrap_or_else(|| version.to_owned());
    if !is_version(&of_it) || offers.are_tags && !is_tag(&offer.name) {
        return Err(Problem::user(format!("`{}` could not be a version", shown(version))).into());
    }
    if let Some(reason) = &offer.withdrawn {
        return Err(Problem::user(format!(
            "version `{version}` at `{}` cannot be taken: {reason}",
            offers.source.url
        ))
        .into());
    }
    Ok(Choice {
        chosen: Some(Chosen {
            version: of_it,
            offer: offer.clone(),
            current_tag: None,
        }),
        skipped: Vec::new(),
    })
}

fn latest(
    query: &Query,
    floor: Option<&str>,
    offers: &Offers,
    reading: &Reading,
) -> anyhow::Result<Choice> {
    let read = |offer: &Offer| reading.version(&offer.name, released(query));
    let limits = Limits {
        query,
        floor,
        prereleases: query.wanted == Wanted::Unstable || words::is_prerelease(released(query)),
        versions: offers.list.iter().filter_map(read).collect(),
    };
    if floor.is_some() && !limits.versions.iter().any(|version| is_version(version)) {
        return Err(none_fits(offers, reading).into());
    }
    let mut best: Option<Chosen> = None;
    let mut left: Vec<(String, Skipped, bool)> = Vec::new();
    for offer in &offers.list {
        match limits.judge(offer, read(offer), offers.are_tags, reading) {
            Verdict::Nothing => {}
            Verdict::Skip(version, reason, is_own) => {
                let name = shown(&offer.name);
                left.push((version, Skipped { name, reason }, is_own));
            }
            Verdict::Fine(version) => {
                let is_later = best
                    .as_ref()
                    .is_none_or(|best| words::later(&version, &best.version) == Ordering::Greater);
                if is_later {
                    best = Some(Chosen {
                        version,
                        offer: offer.clone(),
                        current_tag: None,
                    });
                }
            }
        }
    }
    let above = best.as_ref().map(|best| best.version.clone());
    Ok(Choice {
        chosen: best,
        skipped: told(left, above.as_deref()),
    })
}

fn none_fits(offers: &Offers, reading: &Reading) -> Problem {
    let names: Vec<String> = offers
        .list
        .iter()
        .take(5)
        .map(|offer| format!("`{}`", shown(&offer.name)))
        .collect();
    let known = format!("it lists {} names", offers.list.len());
    let problem = Problem::user(format!(
        "nothing at `{}` names a version",
        offers.source.url
    ))
    .source(FetchError::Missing(known));
    if names.is_empty() {
        return problem;
    }
    problem.hint(format!(
        "it has {}; {}",
        names.join(", "),
        reading.mismatch()
    ))
}

impl Limits<'_> {
    fn is_newer(&self, version: &str) -> bool {
        self.floor
            .is_none_or(|floor| words::later(version, floor) == Ordering::Greater)
    }

    fn judge(
        &self,
        offer: &Offer,
        version: Option<String>,
        is_tags: bool,
        reading: &Reading,
    ) -> Verdict {
        let is_name = if is_tags {
            is_tag(&offer.name)
        } else {
            offer.name.len() <= 200
        };
        let Some(version) = version.filter(|_| is_name) else {
            return self.foreign(offer, is_name, reading);
        };
        if !is_version(&version) {
            return self.foreign(offer, false, reading);
        }
        if !self.is_newer(&version) {
            return Verdict::Nothing;
        }
        match self.objection(offer, &version) {
            Some(reason) => Verdict::Skip(version, reason, true),
            None => Verdict::Fine(version),
        }
    }

    /// An offer in whose name no version of this package stands.
    fn foreign(&self, offer: &Offer, is_name: bool, reading: &Reading) -> Verdict {
        if !is_name {
            let reason = "its name could not be a version".to_owned();
            return Verdict::Skip(String::new(), reason, false);
        }
        match shape::guess(&offer.name) {
            Some(version) if is_version(version) && self.is_newer(version) => {
                Verdict::Skip(version.to_owned(), reading.mismatch(), false)
            }
            _ => Verdict::Nothing,
        }
    }

    /// Why a newer version is not taken.
    fn objection(&self, offer: &Offer, version: &str) -> Option<String> {
        let current = released(self.query);
        if let Some(reason) = &offer.withdrawn {
            return Some(reason.clone());
        }
        let is_dated = words::begins_like_a_date(version) && !words::begins_like_a_date(current);
        if is_dated && self.query.pattern.is_none() {
            return Some("it begins like a date, and the current version does not".to_owned());
        }
        if (offer.prerelease || words::is_prerelease(version)) && !self.prereleases {
            return Some("it is a prerelease".to_owned());
        }
        if self.query.pattern.is_some() {
            return None;
        }
        if let Some(word) = words::unknown_word(version, current) {
            return Some(format!("nobody knows what `{}` in it means", shown(word)));
        }
        let base = words::before_letter(version)?;
        let is_after = words::before_letter(current).is_some()
            || base == current
            || self.versions.contains(base);
        (!is_after).then(|| format!("there is no `{base}` that it could follow"))
    }
}

/// What is told of the offers that were left: newest first, those of this package before others, none older than what is taken.
fn told(mut left: Vec<(String, Skipped, bool)>, above: Option<&str>) -> Vec<Skipped> {
    left.retain(|(version, _, _)| {
        let is_later = |above| words::later(version, above) == Ordering::Greater;
        version.is_empty() || above.is_none_or(is_later)
    });
    left.sort_by(|(left, _, left_own), (right, _, right_own)| {
        right_own
            .cmp(left_own)
            .then_with(|| words::later(right, left))
    });
    let mut foreign = 0;
    left.retain(|(_, _, is_own)| {
        foreign += usize::from(!is_own);
        *is_own || foreign <= MOST_FOREIGN
    });
    left.into_iter()
        .map(|(_, skipped, _)| skipped)
        .take(MOST_SKIPPED)
        .collect()
}

#[cfg(test)]
mod tests;
