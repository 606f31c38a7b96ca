//! Licences that stand one behind the other in one file.

use spdx::detection::{Store, TextData};

use super::text::CONFIDENCE;

/// How the texts of licences begin; in lower case.
const OPENINGS: &[&str] = &[
    "permission is hereby granted",
    "permission to use, copy, modify",
    "redistribution and use in source and binary forms",
    "this software is provided 'as-is'",
    "boost software license - version",
];
/// Lines that are the title of a licence; in lower case, without what stands around.
const TITLES: &[&str] = &[
    "apache license",
    "gnu affero general public license",
    "gnu general public license",
    "gnu lesser general public license",
    "gnu library general public license",
    "mozilla public license version 1.1",
    "mozilla public license version 2.0",
    "mozilla public license, version 2.0",
];
/// Ends that are tried for one licence, at most: the longest licences have so many paragraphs.
const ENDS_MAX: usize = 120;
/// Ends that are tried in one file, at most.
const TRIALS_MAX: usize = 400;
/// Words between two licences that make the second one that of a part.
const PART_WORDS: &[&str] = &[
    "bundled",
    "code",
    "contains",
    "derive",
    "derived",
    "documentation",
    "file",
    "files",
    "following",
    "function",
    "functions",
    "includes",
    "part",
    "parts",
    "portion",
    "portions",
    "third",
    "third-party",
];
/// Endings of the names of source files.
const FILE_ENDINGS: &[&str] = &[
    ".c", ".cc", ".cpp", ".css", ".h", ".hpp", ".html", ".js", ".py", ".sh", ".txt",
];

/// The licences in `text` whose beginnings are known, in order, each with whether it is about a part only.
pub(super) fn identify(text: &str, store: &Store) -> Vec<(String, bool)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut trials = TRIALS_MAX;
    let (mut index, mut end_of_last) = (0, 0);
    while let Some(line) = lines.get(index) {
        if !opens(line) {
            index += 1;
            continue;
        }
        let Some((name, end)) = best(&lines, index, store, &mut trials) else {
            index += 1;
            continue;
        };
        let between = lines.get(end_of_last..index).unwrap_or_default();
        // What follows the licence of a part is about other parts.
        let is_of_part = !found.is_empty()
            && (found.iter().any(|(_, is_of_part)| *is_of_part) || speaks_of_part(between));
        if !found.iter().any(|(known, _)| *known == name) {
            found.push((name, is_of_part));
        }
        (index, end_of_last) = (end, end);
    }
    found
}

fn opens(line: &str) -> bool {
    let line = line
        .trim_matches(|sign: char| !sign.is_alphanumeric() && sign != '\'')
        .to_lowercase();
    OPENINGS.iter().any(|opening| line.starts_with(opening)) || TITLES.contains(&line.as_str())
}

/// The licence that begins at line `start`, and the line behind it: of all ends of paragraphs the one that fits best.
fn best(
    lines: &[&str],
    start: usize,
    store: &Store,
    trials: &mut usize,
) -> Option<(String, usize)> {
    let mut best: Option<(f32, String, usize)> = None;
    for end in ends(lines, start).take(ENDS_MAX) {
        *trials = trials.checked_sub(1)?;
        let part = lines.get(start..end)?.join("\n");
        let data = TextData::new(&part);
        let fit = store.analyze(&data);
        if fit.score >= CONFIDENCE && best.as_ref().is_none_or(|(score, ..)| fit.score > *score) {
            best = Some((fit.score, fit.name.to_owned(), end));
        }
    }
    best.map(|(_, name, end)| (name, end))
}

/// The ends of the paragraphs from `start` on, up to a ruler or the beginning of another licence.
fn ends<'a>(lines: &'a [&str], start: usize) -> impl Iterator<Item = usize> + 'a {
    let stop = lines
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, line)| is_ruler(line) || opens(line))
        .map_or(lines.len(), |(index, _)| index);
    let is_blank = |index: usize| lines.get(index).is_none_or(|line| line.trim().is_empty());
    (start + 1..=stop).filter(move |end| *end == stop || (is_blank(*end) && !is_blank(*end - 1)))
}

/// Whether a line is drawn: `-----`, `=====`, `***`.
fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.chars().all(|sign| "-=*_#~".contains(sign))
}

fn speaks_of_part(lines: &[&str]) -> bool {
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    words.into_iter().any(|word| {
        let word = word
            .trim_matches(|sign: char| !sign.is_alphanumeric())
            .to_lowercase();
        PART_WORDS.contains(&word.as_str())
            || FILE_ENDINGS.iter().any(|ending| word.ends_with(ending))
    })
}
