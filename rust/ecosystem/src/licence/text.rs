//! Licences recognised by their text.

use std::cell::LazyCell;
use std::ops::Deref;
use std::sync::OnceLock;

use nixsmith_store::tree::{Node, Tree};
use spdx::detection::scan::Scanner;
use spdx::detection::{Store, TextData};

use super::notice::{self, Notice};
use super::{LicenceError, Licences, sections};
use crate::manifest::join;

/// Below this similarity (0 to 1) a text is not taken for a licence.
pub(super) const CONFIDENCE: f32 = 0.90;
/// Below this similarity no part of a text is looked at either.
const MENTION: f32 = 0.30;
/// A longer text is not searched for licences inside it.
const SCANNED_LINES: usize = 3_000;
/// No licence file is longer; the rest would only slow the comparison.
pub(super) const LIMIT_BYTES: u64 = 512 * 1024;
/// Licence files of one folder that are read at most; a comparison takes tens of milliseconds.
const FILES_MAX: usize = 128;

/// A licence found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// SPDX identifier, with `-only` or `-or-later` for the GNU licences.
    pub identifier: String,
    /// The file it was found in.
    pub file: String,
    /// Set when the text cannot tell `-only` from `-or-later` and no source file says it.
    pub assumed_only: bool,
    /// Set for the licence of a part of the source, which the file gives behind that of the whole.
    pub is_of_part: bool,
}

/// The licences of the files that are named like licence files in `directory` of `tree`.
///
/// Sources: file names as the forges recognise them (`LICENSE`, `LICENCE-MIT`, `COPYING`, `UNLICENSE`, the folder
/// `LICENSES` of REUSE), else those of the folders `doc` and `docs`. A file in which no known licence is recognised
/// contributes the GNU licences that it chooses by a notice, else the licences that it names. The licences of parts are
/// among what was found, and not among the licences of the whole.
///
/// # Errors
/// When the compiled-in texts are unreadable. An unreadable file of the tree is skipped.
pub fn detect_texts(
    tree: &Tree,
    directory: &str,
) -> Result<(Licences, Vec<Detected>), LicenceError> {
    let mut found: Vec<Detected> = Vec::new();
    let notices = LazyCell::new(|| notice::of_tree(tree));
    let mut files = licence_files(tree, directory);
    for folder in ["doc", "docs"] {
        if files.is_empty() {
            files = licence_files(tree, &join(directory, folder));
        }
    }
    for file in files {
        let Ok(Some(bytes)) = tree.read(&file, LIMIT_BYTES) else {
            continue;
        };
        for detected in of_file(&file, &String::from_utf8_lossy(&bytes), &notices)? {
            let same = found
                .iter_mut()
                .find(|known| known.identifier == detected.identifier);
            match same {
                Some(known) => known.is_of_part &= detected.is_of_part,
                None => found.push(detected),
            }
        }
    }
    let mut licences = Licences::default();
    for detected in found.iter().filter(|detected| !detected.is_of_part) {
        licences.add_identifier(&detected.identifier);
    }
    Ok((licences, found))
}

/// What one file says; `notices` of the whole source are looked at for GNU licences alone.
fn of_file(
    file: &str,
    text: &str,
    notices: &impl Deref<Target = Vec<(String, Notice)>>,
) -> Result<Vec<Detected>, LicenceError> {
    let mut found: Vec<Detected> = identify_all(text)?
        .into_iter()
        .map(|(name, is_of_part)| {
            let (identifier, assumed_only) = gnu_variant(name, || &**notices);
            Detected {
                identifier,
                file: file.to_owned(),
                assumed_only,
                is_of_part,
            }
        })
        .collect();
    if found.is_empty() {
        let notices = notice::read(text).into_iter();
        let mut identifiers: Vec<String> = notices.map(|notice| notice.identifier()).collect();
        for name in named(text) {
            if !identifiers.contains(&name) {
                identifiers.push(name);
            }
        }
        found.extend(identifiers.into_iter().map(|identifier| Detected {
            identifier,
            file: file.to_owned(),
            assumed_only: false,
            is_of_part: false,
        }));
    }
    Ok(found)
}

/// Only a text as short as this is taken at the names of licences that stand in it.
const NAMED_BYTES_MAX: usize = 4_096;

/// The licences that a short text names by their SPDX identifiers (`GPL-2.0-or-later`) or as `BSD 2-Clause`.
fn named(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if text.len() > NAMED_BYTES_MAX {
        return names;
    }
    let words: Vec<&str> = text
        .split(|sign: char| !sign.is_ascii_alphanumeric() && !matches!(sign, '.' | '-' | '+'))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
        .collect();
    for (index, word) in words.iter().enumerate() {
        let name = match (*word, words.get(index + 1)) {
            ("BSD", Some(clauses)) => format!("BSD-{}", clauses.replace("-clause", "-Clause")),
            (word, _) => word.to_owned(),
        };
        let is_exact = name.contains('-') && name.contains(|sign: char| sign.is_ascii_digit());
        if is_exact && spdx::license_id(&name).is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The SPDX identifier of the licence whose text this is; `None` when it is none that SPDX lists.
///
/// # Errors
/// When the compiled-in texts are unreadable.
pub fn identify(text: &str) -> Result<Option<String>, LicenceError> {
    let best = store()?.analyze(&TextData::new(text));
    Ok((best.score >= CONFIDENCE).then(|| best.name.to_owned()))
}

/// The SPDX identifiers of the licences in a text, each with whether it is about a part only: the one that the whole text
/// is, else those whose texts stand in it.
fn identify_all(text: &str) -> Result<Vec<(String, bool)>, LicenceError> {
    let whole = TextData::new(text);
    let store = store()?;
    let best = store.analyze(&whole);
    if best.score >= CONFIDENCE {
        return Ok(vec![(best.name.to_owned(), false)]);
    }
    let lines = whole.lines().len();
    if best.score < MENTION || lines > SCANNED_LINES {
        return Ok(Vec::new());
    }
    let found = sections::identify(text, store);
    if !found.is_empty() {
        return Ok(found);
    }
    let scanner = Scanner::new(store)
        .confidence_threshold(CONFIDENCE)
        .optimize(true)
        .max_passes(4);
    let found = scanner.scan(&whole).containing;
    Ok(found
        .iter()
        .map(|contained| (contained.license.name.to_owned(), false))
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
    files.truncate(FILES_MAX);
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
fn gnu_variant<'n>(
    name: String,
    notices: impl FnOnce() -> &'n Vec<(String, Notice)>,
) -> (String, bool) {
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
    match notice::says_later(notices(), base) {
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
            ("vendor/LICENSE", ISC),
        ]);
        let (licences, found) = detect_texts(&source, "").unwrap();
        assert_eq!(licences.attributes, ["isc"]);
        assert_eq!(
            found,
            [Detected {
                identifier: "ISC".to_owned(),
                file: "COPYING".to_owned(),
                assumed_only: false,
                is_of_part: false,
            }]
        );
        assert!(detect_texts(&source, "nowhere").unwrap().0.is_empty());
    }

    #[test]
    fn a_source_may_hold_too_many_licences() {
        let names: Vec<String> = (0..5_000)
            .map(|number| format!("LICENSE-{number}"))
            .collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), ISC)).collect();
        assert_eq!(licence_files(&tree(&files), "").len(), FILES_MAX);
    }

    #[test]
    fn texts_in_a_text() {
        let detect = |between: &str| {
            let text = format!(
                "This tool is old.\n\n{ISC}\n\n{between}\n\n{}\n",
                text_of("MIT")
            );
            detect_texts(&tree(&[("COPYING", &text)]), "").unwrap()
        };
        let (both, _) = detect("Or, at your choice, this one:");
        assert_eq!(both.attributes, ["isc", "mit"]);
        for between in [
            "Parts of it are under this licence:",
            "-----\n\nbuffer.h, buffer.c",
            "The tool's documentation is licensed differently.",
        ] {
            let (licences, found) = detect(between);
            assert_eq!(licences.attributes, ["isc"], "{between}");
            assert_eq!(found[1].identifier, "MIT");
            assert!(found[1].is_of_part);
        }
    }

    #[test]
    fn a_gnu_licence_behind_an_exception() {
        let text = format!(
            "lib is free.\n\nNote that the only valid version is this one.\n\n----\n\nIn addition, you may link it.\n\n----\n\n{}\n\n----\n\n\
             The bundled parser is licensed under this:\n\n{}\n",
            gpl(),
            [ISC, &text_of("MPL-1.1"), &text_of("Apache-2.0"),].join("\n----\nAnother file:\n")
        );
        assert_ne!(identify(&text).unwrap().as_deref(), Some("GPL-3.0-only"));
        let (licences, found) = detect_texts(&tree(&[("COPYING", &text)]), "").unwrap();
        assert_eq!(licences.attributes, ["gpl3Only"]);
        assert!(
            found
                .iter()
                .any(|part| part.identifier == "ISC" && part.is_of_part)
        );
    }

    #[test]
    fn a_text_that_names_licences_alone() {
        let text = "This repository uses 2 different licenses:\n- files in `lib` use a BSD 2-Clause license\n\
                    - all others use a GPL-2.0-or-later license, see BSD.\n";
        let (licences, _) = detect_texts(&tree(&[("LICENSE", text)]), "").unwrap();
        let mut attributes = licences.attributes;
        attributes.sort();
        assert_eq!(attributes, ["bsd2", "gpl2Plus"]);
    }

    #[test]
    fn licence_files_among_the_documentation_are_the_second_choice() {
        let inner = tree(&[("doc/COPYING", ISC)]);
        assert_eq!(detect_texts(&inner, "").unwrap().0.attributes, ["isc"]);
        let mit = text_of("MIT");
        let outer = tree(&[("doc/COPYING", ISC), ("LICENSE", &mit)]);
        assert_eq!(detect_texts(&outer, "").unwrap().0.attributes, ["mit"]);
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
