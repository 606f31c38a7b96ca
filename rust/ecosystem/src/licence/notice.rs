//! What the notices in files say: `GNU General Public License … version 2 … or (at your option) any later version`.
//!
//! A GNU licence is chosen by such a notice; its text is the same for "only" and "or later". Only notices that name a
//! version are read.

use nixsmith_store::tree::{Node, Tree};

use super::text::{LIMIT_BYTES, licence_files};

/// Files of a source that are looked at.
const FILES_MAX: usize = 64;
/// Notices stand at the head of a file.
const HEAD_CHARACTERS: usize = 6_000;
/// Words behind the licence's name that may still belong to its notice.
const REACH_WORDS: usize = 45;

/// A GNU licence as a notice chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Notice {
    family: &'static str,
    /// `2.1`: 2, 1.
    version: (u8, u8),
    is_later: bool,
}

impl Notice {
    /// `None` for a version that the family never had.
    fn new(family: &'static str, version: (u8, u8), is_later: bool) -> Option<Self> {
        let versions: &[(u8, u8)] = match family {
            "LGPL" => &[(2, 0), (2, 1), (3, 0)],
            "AGPL" => &[(1, 0), (3, 0)],
            _ => &[(1, 0), (2, 0), (3, 0)],
        };
        versions.contains(&version).then_some(Self {
            family,
            version,
            is_later,
        })
    }

    /// The SPDX identifier.
    pub(super) fn identifier(&self) -> String {
        let (major, minor) = self.version;
        let ending = if self.is_later { "or-later" } else { "only" };
        format!("{}-{major}.{minor}-{ending}", self.family)
    }

    /// Whether it may choose the licence `base` (`GPL-3.0`): the same, or an older version "or later".
    fn is_about(&self, base: &str) -> bool {
        let Some((family, version)) = base.split_once('-') else {
            return false;
        };
        let version = read_version(version);
        family == self.family
            && version.is_some_and(|version| {
                version == self.version || (self.is_later && self.version < version)
            })
    }
}

/// Whether the notices of a source ([`of_tree`]) choose `base` (`GPL-3.0`) "or any later version"; `None` when no notice is about it.
///
/// Where files differ, most of them decide.
pub(super) fn says_later(notices: &[(String, Notice)], base: &str) -> Option<bool> {
    let about: Vec<&Notice> = notices
        .iter()
        .filter_map(|(_, notice)| notice.is_about(base).then_some(notice))
        .collect();
    let later = about.iter().filter(|notice| notice.is_later).count();
    (!about.is_empty()).then_some(2 * later >= about.len())
}

/// Every notice in the licence files, the README and the source files of a tree, each once a file, with the file.
pub(super) fn of_tree(tree: &Tree) -> Vec<(String, Notice)> {
    let mut files = licence_files(tree, "");
    let others = tree.walk().filter_map(|(path, node)| {
        let path = String::from_utf8(path).ok()?;
        (matches!(node, Node::File { .. }) && may_hold_notice(&path)).then_some(path)
    });
    files.extend(others.take(FILES_MAX));
    let mut found = Vec::new();
    for file in files {
        let Ok(Some(bytes)) = tree.read(&file, LIMIT_BYTES) else {
            continue;
        };
        let notices = read(&String::from_utf8_lossy(&bytes));
        found.extend(notices.into_iter().map(|notice| (file.clone(), notice)));
    }
    found
}

fn may_hold_notice(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.to_ascii_uppercase().starts_with("README")
        || [
            ".c", ".h", ".cc", ".cpp", ".rs", ".py", ".pyx", ".go", ".js", ".ts", ".ac", ".pl",
            ".sh",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The notices at the head of a text, sorted, each once. The text of a licence itself has none.
pub(super) fn read(text: &str) -> Vec<Notice> {
    let head: String = text.chars().take(HEAD_CHARACTERS).collect();
    let words = words(&head);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = before_licence_text(&words);
    let mut found = Vec::new();
    for index in 0..words.len() {
        let rest = words.get(index..).unwrap_or_default();
        found.extend(spdx_tag(rest));
        found.extend(short_name(rest));
        if let ["general", "public", license, behind @ ..] = rest
            && matches!(*license, "license" | "licence")
        {
            found.extend(sentence(words.get(..index).unwrap_or_default(), behind));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Lower-case words without the signs of comments and markup; a `+` behind a version stays.
fn words(text: &str) -> Vec<String> {
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '+');
    text.to_lowercase()
        .split(|sign: char| !is_word(sign))
        .map(|word| word.trim_matches(['.', '-']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What stands before the text of a GNU licence, which begins with its name and who may copy it.
fn before_licence_text<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let opening = [
        "everyone",
        "is",
        "permitted",
        "to",
        "copy",
        "and",
        "distribute",
    ];
    let Some(start) = words
        .windows(opening.len())
        .position(|window| window == opening)
    else {
        return words;
    };
    let before = words.get(..start).unwrap_or_default();
    let title = before.iter().rposition(|word| *word == "gnu").unwrap_or(0);
    before.get(..title).unwrap_or_default()
}

/// `SPDX-License-Identifier: GPL-2.0-or-later`.
fn spdx_tag(words: &[&str]) -> Option<Notice> {
    let ["spdx-license-identifier", identifier, ..] = words else {
        return None;
    };
    let (family, rest) = family_of_name(identifier)?;
    let rest = rest.strip_prefix('-')?;
    let (version, is_later) = match rest.strip_suffix("-or-later").or(rest.strip_suffix('+')) {
        Some(version) => (version, true),
        None => (rest.strip_suffix("-only").unwrap_or(rest), false),
    };
    Notice::new(family, read_version(version)?, is_later)
}

/// `GPLv3+`, `LGPLv2.1 or later`. The bare `GPLv3` does not say which of the two it means.
fn short_name(words: &[&str]) -> Option<Notice> {
    let (name, behind) = words.split_first()?;
    let (family, rest) = family_of_name(name)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix('v')?;
    let (version, has_plus) = match rest.strip_suffix('+') {
        Some(version) => (version, true),
        None => (rest, false),
    };
    let is_later = has_plus || matches!(behind, ["or", "later" | "newer" | "any", ..]);
    let version = read_version(version).filter(|_| is_later)?;
    Notice::new(family, version, is_later)
}

fn family_of_name(word: &str) -> Option<(&'static str, &str)> {
    [("agpl", "AGPL"), ("lgpl", "LGPL"), ("gpl", "GPL")]
        .into_iter()
        .find_map(|(start, family)| Some((family, word.strip_prefix(start)?)))
}

/// The words around `General Public License`: the family before it, the version on either side.
fn sentence(before: &[&str], behind: &[&str]) -> Option<Notice> {
    let family = match before.last()? {
        &"lesser" | &"library" => "LGPL",
        &"affero" => "AGPL",
        _ => "GPL",
    };
    let next = behind
        .windows(2)
        .position(|pair| pair == ["general", "public"])
        .unwrap_or(behind.len());
    let behind = behind.get(..next.min(REACH_WORDS)).unwrap_or_default();
    let in_front = before.get(before.len().saturating_sub(6)..)?;
    let version = version_in(behind).or_else(|| match in_front {
        [.., "version", version, "of", "the", "gnu"]
        | [.., "version", version, "of", "the", "gnu", _] => read_version(version),
        _ => None,
    })?;
    let is_later = behind.windows(2).any(|pair| {
        matches!(
            pair,
            ["any", "later"] | ["or", "later" | "newer" | "higher"]
        )
    });
    Notice::new(family, version, is_later)
}

/// `version 2`, `v3`, `3.0`: the first of them.
fn version_in(words: &[&str]) -> Option<(u8, u8)> {
    if let Some(version) = words.first().and_then(|word| {
        let number = word.strip_prefix('v').unwrap_or(word);
        read_version(number)
    }) {
        return Some(version);
    }
    words.windows(2).find_map(|pair| match pair {
        ["version" | "v", number] => read_version(number),
        _ => None,
    })
}

/// A version that a GNU licence has.
fn read_version(text: &str) -> Option<(u8, u8)> {
    match text {
        "1" | "1.0" => Some((1, 0)),
        "2" | "2.0" => Some((2, 0)),
        "2.1" => Some((2, 1)),
        "3" | "3.0" => Some((3, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::tree;

    fn identifiers(text: &str) -> Vec<String> {
        read(text).iter().map(Notice::identifier).collect()
    }

    #[test]
    fn notices_name_family_version_and_later() {
        for (text, expected) in [
            (
                " *  it under the terms of the GNU General Public License as published by\n *  the Free Software Foundation; either version 2 of the License, or\n *  (at your option) any later version.",
                Some("GPL-2.0-or-later"),
            ),
            (
                "# under the terms of the GNU Lesser General Public License as published\n# by the Free Software Foundation, either version 3 of the License, or\n# (at your option) any later version.",
                Some("LGPL-3.0-or-later"),
            ),
            (
                "GNU Library General Public License, version 2.1; no other",
                Some("LGPL-2.1-only"),
            ),
            (
                "available under GNU General Public License, Version 2. See COPYING",
                Some("GPL-2.0-only"),
            ),
            (
                "the terms of version 3 of the GNU Affero General Public License alone",
                Some("AGPL-3.0-only"),
            ),
            (
                "GNU General Public License v3 or later",
                Some("GPL-3.0-or-later"),
            ),
            (
                "/* SPDX-License-Identifier: GPL-2.0-or-later */",
                Some("GPL-2.0-or-later"),
            ),
            (
                "// SPDX-License-Identifier: LGPL-2.1",
                Some("LGPL-2.1-only"),
            ),
            ("Licensed under the GPLv3+.", Some("GPL-3.0-or-later")),
            ("This is a GPLv3 licensed project", None),
            ("See the GNU General Public License for more details.", None),
            ("the Mozilla Public License, version 2.0", None),
        ] {
            let expected: Vec<String> = expected.map(str::to_owned).into_iter().collect();
            assert_eq!(identifiers(text), expected, "{text}");
        }
    }

    #[test]
    fn the_licence_itself_is_no_notice() {
        let text = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\nCopyright (C) 2007 Free Software Foundation\n\
                    Everyone is permitted to copy and distribute verbatim copies of this license document\n\
                    GNU General Public License version 3";
        assert!(identifiers(text).is_empty());
        let led = format!("GNU General Public License version 3 or any later version\n\n{text}");
        assert_eq!(identifiers(&led), ["GPL-3.0-or-later"]);
    }

    #[test]
    fn most_files_decide() {
        let later = "GNU General Public License version 3, or any later version";
        let only = "GNU General Public License version 3 only";
        let source = of_tree(&tree(&[("a.c", later), ("b.c", only), ("c.c", only)]));
        assert_eq!(says_later(&source, "GPL-3.0"), Some(false));
        assert_eq!(says_later(&source, "LGPL-3.0"), None);
        let older = of_tree(&tree(&[("a.c", "GNU General Public License v2 or later")]));
        assert_eq!(says_later(&older, "GPL-3.0"), Some(true));
    }
}
