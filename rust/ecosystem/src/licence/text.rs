//! Licences recognised by their text.

use std::sync::OnceLock;

use nixsmith_store::tree::{Node, Tree};
use spdx::detection::scan::Scanner;
use spdx::detection::{Store, TextData};

use super::{LicenceError, Licences, notice};

/// Below this similarity (0 to 1) a text is not taken for a licence.
const CONFIDENCE: f32 = 0.90;
/// Below this similarity no part of a text is looked at either.
const MENTION: f32 = 0.30;
/// A longer text is not searched for licences inside it.
const SCANNED_LINES: usize = 3_000;
/// No licence file is longer; the rest would only slow the comparison.
pub(super) const LIMIT_BYTES: u64 = 512 * 1024;

/// A licence found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// SPDX identifier, with `-only` or `-or-later` for the GNU licences.
    pub identifier: String,
    /// The file it was found in.
    pub file: String,
    /// Set when the text cannot tell `-only` from `-or-later` and no source file says it.
    pub assumed_only: bool,
}

/// The licences of the files that are named like licence files in `directory` of `tree`.
///
/// Sources: file names as the forges recognise them (`LICENSE`, `LICENCE-MIT`, `COPYING`, `UNLICENSE`, the folder
/// `LICENSES` of REUSE). A file in which no known licence is recognised contributes the GNU licences that it chooses by a
/// notice.
///
/// # Errors
/// When the compiled-in texts are unreadable. An unreadable file of the tree is skipped.
pub fn detect_texts(
    tree: &Tree,
    directory: &str,
) -> Result<(Licences, Vec<Detected>), LicenceError> {
    let mut found: Vec<Detected> = Vec::new();
    for file in licence_files(tree, directory) {
        let Ok(Some(bytes)) = tree.read(&file, LIMIT_BYTES) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut identifiers: Vec<_> = identify_all(&text)?
            .into_iter()
            .map(|name| gnu_variant(name, tree))
            .collect();
        if identifiers.is_empty() {
            let notices = notice::read(&text);
            identifiers.extend(notices.iter().map(|notice| (notice.identifier(), false)));
        }
        for (identifier, assumed_only) in identifiers {
            if !found.iter().any(|known| known.identifier == identifier) {
                let file = file.clone();
                found.push(Detected {
                    identifier,
                    file,
                    assumed_only,
                });
            }
        }
    }
    let mut licences = Licences::default();
    for detected in &found {
        licences.add_identifier(&detected.identifier);
    }
    Ok((licences, found))
}

/// The SPDX identifier of the licence whose text this is; `None` when it is none that SPDX lists.
///
/// # Errors
/// When the compiled-in texts are unreadable.
pub fn identify(text: &str) -> Result<Option<String>, LicenceError> {
    let best = store()?.analyze(&TextData::new(text));
    Ok((best.score >= CONFIDENCE).then(|| best.name.to_owned()))
}

/// The SPDX identifiers of the licences in a text: the one that the whole text is, else those whose texts stand in it.
fn identify_all(text: &str) -> Result<Vec<String>, LicenceError> {
    let text = TextData::new(text);
    let store = store()?;
    let best = store.analyze(&text);
    if best.score >= CONFIDENCE {
        return Ok(vec![best.name.to_owned()]);
    }
    let lines = text.lines().len();
    if best.score < MENTION || lines > SCANNED_LINES {
        return Ok(Vec::new());
    }
    let scanner = Scanner::new(store)
        .confidence_threshold(CONFIDENCE)
        .optimize(true)
        .max_passes(4);
    let found = scanner.scan(&text).containing;
    Ok(found
        .iter()
        .map(|contained| contained.license.name.to_owned())
        .collect())
}

fn store() -> Result<&'static Store, LicenceError> {
    static STORE: OnceLock<Result<Store, String>> = OnceLock::new();
    STORE
        .get_or_init(|| Store::load_inline().map_err(|error| error.to_string()))
        .as_ref()
        .map_err(|reason| LicenceError::Table {
            reason: reason.clone(),
        })
}

pub(super) fn licence_files(tree: &Tree, directory: &str) -> Vec<String> {
    let prefix = if directory.is_empty() {
        String::new()
    } else {
        format!("{directory}/")
    };
    let mut files = Vec::new();
    for folder in [
        String::new(),
        "LICENSES/".to_owned(),
        "licenses/".to_owned(),
    ] {
        let path = format!("{prefix}{folder}");
        let Some(Node::Directory(entries)) = tree.get(path.trim_end_matches('/')) else {
            continue;
        };
        for (name, node) in entries {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            let wanted = if folder.is_empty() {
                is_licence_name(name)
            } else {
                name.ends_with(".txt")
            };
            if wanted && !matches!(node, Node::Directory(_)) {
                files.push(format!("{path}{name}"));
            }
        }
    }
    files
}

fn is_licence_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"]
        .iter()
        .any(|stem| upper.starts_with(stem))
        && ![".RS", ".PY", ".GO", ".C", ".H", ".SPDX"]
            .iter()
            .any(|ending| upper.ends_with(ending))
}

/// GNU texts are the same for "only" and "or later"; what decides is the notice in the source files.
fn gnu_variant(name: String, tree: &Tree) -> (String, bool) {
    let base = name
        .trim_end_matches("-only")
        .trim_end_matches("-or-later")
        .trim_end_matches('+');
    let is_gnu = ["GPL-", "LGPL-", "AGPL-"]
        .iter()
        .any(|prefix| base.starts_with(prefix));
    if !is_gnu {
        return (name, false);
    }
    match notice::says_later(tree, base) {
        Some(true) => (format!("{base}-or-later"), false),
        Some(false) => (format!("{base}-only"), false),
        None => (format!("{base}-only"), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::tree;

    const ISC: &str = "ISC License\n\nCopyright (c) 2024, Somebody <somebody@example.org>\n\nPermission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided that the above\ncopyright notice and this permission notice appear in all copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES\nWITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF\nMERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR\nANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES\nWHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN\nACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF\nOR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n";

    fn gpl() -> String {
        let store = store().unwrap();
        let name = ["GPL-3.0-only", "GPL-3.0-or-later", "GPL-3.0"]
            .into_iter()
            .find(|name| store.get_original(name).is_some());
        store
            .get_original(name.unwrap())
            .unwrap()
            .lines()
            .join("\n")
    }

    #[test]
    fn a_text_is_recognised_and_other_prose_is_not() {
        let source = tree(&[
            ("COPYING", ISC),
            ("LICENSE.md", "Ask the author before you use this.\n"),
            ("license.rs", "fn main() {}\n"),
            ("docs/LICENSE", ISC),
        ]);
        let (licences, found) = detect_texts(&source, "").unwrap();
        assert_eq!(licences.attributes, ["isc"]);
        assert_eq!(
            found,
            [Detected {
                identifier: "ISC".to_owned(),
                file: "COPYING".to_owned(),
                assumed_only: false
            }]
        );
        assert!(detect_texts(&source, "nowhere").unwrap().0.is_empty());
    }

    #[test]
    fn texts_in_a_text() {
        let both = format!(
            "This tool is old.\n\n{ISC}\n\nParts of it are under this licence:\n\n{}\n",
            text_of("Zlib")
        );
        let (licences, _) = detect_texts(&tree(&[("COPYING", &both)]), "").unwrap();
        let mut attributes = licences.attributes;
        attributes.sort();
        assert_eq!(attributes, ["isc", "zlib"]);
    }

    fn text_of(name: &str) -> String {
        let original = store().unwrap().get_original(name).unwrap();
        original.lines().join("\n")
    }

    #[test]
    fn a_licence_file_may_be_a_notice_alone() {
        let text = "tool and the LGPL\n-----------------\n\ntool is free software: you can redistribute it and/or modify it\n\
                    under the terms of the GNU Lesser General Public License as published\nby the Free Software Foundation, \
                    either version 3 of the License, or\n(at your option) any later version.\n\nYou must obey it in all respects \
                    for all code but what links OpenSSL.\n";
        let (licences, _) = detect_texts(&tree(&[("LICENSE", text)]), "").unwrap();
        assert_eq!(licences.attributes, ["lgpl3Plus"]);
    }

    #[test]
    fn a_notice_is_about_its_own_family() {
        let text = gpl();
        let other =
            "GNU Lesser General Public License, version 2.1 or (at your option) any later version";
        let (licences, found) =
            detect_texts(&tree(&[("COPYING", &text), ("a.c", other)]), "").unwrap();
        assert_eq!(licences.attributes, ["gpl3Only"]);
        assert!(found[0].assumed_only);
    }

    #[test]
    fn the_notice_decides_between_only_and_later() {
        let text = gpl();
        let notice = "/* This program is free software: you can redistribute it and/or modify it under the terms of the\n\
                      \x20* GNU General Public License version 3, or (at your option) any later\n version. */";
        let licences = |files: &[(&str, &str)]| detect_texts(&tree(files), "").unwrap();
        let (later, _) = licences(&[
            ("COPYING", &text),
            (
                "main.c",
                &notice.replace("later\n version", "later version"),
            ),
        ]);
        assert_eq!(later.attributes, ["gpl3Plus"]);
        let (bare, found) = licences(&[("COPYING", &text), ("main.c", "int main;")]);
        assert_eq!(bare.attributes, ["gpl3Only"]);
        assert!(found[0].assumed_only);
    }
}
