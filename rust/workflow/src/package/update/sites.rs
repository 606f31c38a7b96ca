//! The files that may say the version and the hashes, and the literals in them.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use nixsmith_expr::edit::text::{self, TextEdit};
use nixsmith_expr::edit::{Document, Literal, LiteralKind, Place};
use nixsmith_store::hash::{Algorithm, Hash, Notation};

use super::facts::{Facts, Place as FactPlace};
use crate::error::Problem;

/// The largest file that is looked into.
const FILE_LIMIT_BYTES: u64 = 4 << 20;

/// How many files beside the package's own are looked into.
const NEIGHBOUR_LIMIT: usize = 50;

/// A file that may be changed.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    /// Relative to the root of the tree.
    pub path: PathBuf,
    /// As it was read.
    pub before: Vec<u8>,
    /// As it is to be.
    pub text: String,
    /// A position of the evaluation leads there; else it only lies beside one that does.
    pub is_named: bool,
}

/// A literal and where it is.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// The number of its file.
    pub file: usize,
    pub literal: Literal,
    pub is_named: bool,
}

/// Literals and what they become.
pub(super) type Edits = Vec<(Site, String)>;

impl SourceFile {
    fn read(root: &Path, path: &Path, is_named: bool) -> Option<Self> {
        let place = root.join(path);
        let metadata = fs::metadata(&place).ok()?;
        if !metadata.is_file() || metadata.len() > FILE_LIMIT_BYTES {
            return None;
        }
        let before = fs::read(&place).ok()?;
        let text = String::from_utf8(before.clone()).ok()?;
        Some(Self {
            path: path.to_owned(),
            before,
            text,
            is_named,
        })
    }

    fn is_json(&self) -> bool {
        self.path.extension().is_some_and(|it| it == "json")
    }

    pub(super) fn is_changed(&self) -> bool {
        self.text.as_bytes() != self.before
    }
}

/// A file of an evaluation, relative to the tree; `None` outside of it.
pub(super) fn relative(file: &Path, evaluated: &Path, root: &Path) -> Option<PathBuf> {
    if let Ok(path) = file.strip_prefix(evaluated) {
        return Some(path.to_owned());
    }
    // A flake is evaluated from its copy in the store.
    let mut parts = file.strip_prefix("/nix/store").ok()?.components();
    parts.next()?;
    let path = parts.as_path();
    root.join(path).is_file().then(|| path.to_owned())
}

/// Whether a file is one of those that make nixpkgs' packages what they are, and no package's own.
fn is_builder(file: &Path, evaluated: &Path) -> bool {
    let below = file.strip_prefix(evaluated).unwrap_or(file);
    let folders = ["lib", "pkgs/build-support", "pkgs/stdenv"];
    folders.iter().any(|folder| below.starts_with(folder))
        && below.extension().is_some_and(|it| it == "nix")
}

/// The files that the positions of a package lead to, and the Nix and JSON files beside them.
pub(super) fn files(facts: &Facts, evaluated: &Path, root: &Path) -> Vec<SourceFile> {
    let order: &[&str] = match facts.version {
        Some(_) => &[
            "version",
            "src",
            "cargoHash",
            "vendorHash",
            "npmDepsHash",
            "mvnHash",
        ],
        None => &["name", "src"],
    };
    let named = order.iter().filter_map(|name| facts.positions.get(*name));
    let mut paths: Vec<PathBuf> = named
        .map(|place| place.file.clone())
        .filter(|path| !is_builder(path, evaluated))
        .collect();
    let position = facts.position.as_deref().and_then(|it| it.rsplit_once(':'));
    paths.extend(position.map(|(file, _)| PathBuf::from(file)));
    let mut files: Vec<SourceFile> = Vec::new();
    for path in paths {
        let Some(path) = relative(&path, evaluated, root) else {
            continue;
        };
        if !files.iter().any(|file| file.path == path) {
            files.extend(SourceFile::read(root, &path, true));
        }
    }
    let folders: Vec<PathBuf> = files
        .iter()
        .filter_map(|file| file.path.parent().map(Path::to_owned))
        .collect();
    for folder in folders {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        let mut names: Vec<_> = names
            .filter(|name| {
                matches!(
                    Path::new(name).extension().and_then(|it| it.to_str()),
                    Some("nix" | "json")
                )
            })
            .collect();
        names.sort();
        if names.len() > NEIGHBOUR_LIMIT {
            continue;
        }
        for name in names {
            let path = folder.join(name);
            if !files.iter().any(|file| file.path == path) {
                files.extend(SourceFile::read(root, &path, false));
            }
        }
    }
    files
}

/// Every literal of the files as they are to be, those of named files first. A file that does not parse has none.
pub(super) fn sites(files: &[SourceFile]) -> Vec<Site> {
    let mut found = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let literals = match file.is_json() {
            true => json_literals(&file.text),
            false => Document::parse(&file.text)
                .map(|document| document.literals())
                .unwrap_or_default(),
        };
        found.extend(literals.into_iter().map(|literal| Site {
            file: number,
            literal,
            is_named: file.is_named,
        }));
    }
    found
}

/// The sites in the value of the attribute that begins at a position.
pub(super) fn at<'s>(
    sites: &'s [Site],
    files: &[SourceFile],
    place: &FactPlace,
    path: Option<&Path>,
) -> Vec<&'s Site> {
    let Some((number, file)) = files
        .iter()
        .enumerate()
        .find(|(_, file)| Some(file.path.as_path()) == path)
    else {
        return Vec::new();
    };
    let place = Place::LineColumn {
        line: place.line,
        column: place.column,
    };
    let start = place.offset(&file.text);
    let of = |site: &&Site| {
        site.file == number && start.is_some() && site.literal.attribute_start == start
    };
    sites.iter().filter(of).collect()
}

/// How many names of members around a string are kept.
const NAMES: usize = 8;

/// The strings of a JSON text that are values, with the names of the members around them; those with escapes are left out.
fn json_literals(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    // The name that each open object or list stands behind, and the one read last.
    let mut around: Vec<Option<&str>> = Vec::new();
    let mut name: Option<&str> = None;
    let mut offset = 0;
    while let Some(sign) = text.as_bytes().get(offset) {
        offset += 1;
        match sign {
            b'{' | b'[' => around.push(name.take()),
            b'}' | b']' => name = around.pop().and(None),
            b',' => name = None,
            b'"' => {
                let Some(range) = json_string(text, offset) else {
                    break;
                };
                offset = range.end + 1;
                let inner = text.get(range.clone()).unwrap_or_default();
                let behind = text.get(offset..).unwrap_or_default();
                let is_name = behind.trim_start().starts_with(':');
                if is_name {
                    name = Some(inner);
                } else if !inner.contains('\\') && !inner.is_empty() {
                    let outer = around.get(around.len().saturating_sub(NAMES - 1)..);
                    let names = outer.into_iter().flatten().chain([&name]);
                    let names = names.flatten().map(|name| (*name).to_owned());
                    found.push(Literal {
                        kind: LiteralKind::Whole,
                        text: inner.to_owned(),
                        range,
                        names: names.collect(),
                        attribute_start: None,
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// The characters of the JSON string that begins at `start`.
fn json_string(text: &str, start: usize) -> Option<Range<usize>> {
    let mut is_escaped = false;
    for (at, sign) in text.get(start..)?.char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(start..start + at),
            _ => {}
        }
    }
    None
}

/// Makes the edits.
///
/// # Errors
/// When an edit does not fit; it is our defect or a version that no Nix text should hold.
pub(super) fn apply(files: &mut [SourceFile], edits: &Edits) -> anyhow::Result<()> {
    for (number, file) in files.iter_mut().enumerate() {
        let mine: Vec<(Literal, String)> = edits
            .iter()
            .filter(|(site, _)| site.file == number)
            .map(|(site, text)| (site.literal.clone(), text.clone()))
            .collect();
        if mine.is_empty() {
            continue;
        }
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
            Problem::user(format!("could not change `{}`", file.path.display())).source(error)
        };
        file.text = if file.is_json() {
            let mut edits: Vec<TextEdit> = mine
                .into_iter()
                .map(|(literal, text)| TextEdit::replace(literal.range, text))
                .collect();
            edits.sort_by_key(|edit| edit.range.start);
            text::apply(&file.text, &edits).map_err(|error| refused(error.into()))?
        } else {
            let document = Document::parse(&file.text).map_err(|error| refused(error.into()))?;
            let outcome = document.set_literals(&mine);
            outcome.map_err(|error| refused(error.into()))?.text
        };
    }
    Ok(())
}

/// Whether a literal says this hash, in whatever notation.
pub(super) fn says(site: &Site, hash: &Hash) -> bool {
    let literal = &site.literal;
    match literal.kind {
        LiteralKind::Whole => {
            Hash::parse(&literal.text, Some(hash.algorithm())).is_ok_and(|it| it == *hash)
        }
        // What nixpkgs takes for an empty hash.
        LiteralKind::Hole => hash.digest().iter().all(|byte| *byte == 0),
        LiteralKind::Part | LiteralKind::Path => false,
    }
}

/// Whether a literal is a hash at all.
pub(super) fn is_hash(site: &Site) -> bool {
    let text = &site.literal.text;
    let is_sri = Hash::parse(text, None).is_ok();
    let is_named = ["sha256", "hash"].contains(&site.literal.name())
        && Hash::parse(text, Some(Algorithm::Sha256)).is_ok();
    site.literal.kind == LiteralKind::Whole && (is_sri || is_named)
}

/// The hash as it is to be written: as before, but as SRI where the attribute takes every notation.
pub(super) fn written(site: &Site, hash: &Hash) -> String {
    let name = site.literal.name();
    let named: Option<Algorithm> = name.parse().ok();
    let before = Hash::parse_with_notation(&site.literal.text, Some(hash.algorithm()));
    match (named, before) {
        (Some(algorithm), Ok((_, notation))) if algorithm == hash.algorithm() => {
            hash.to_text(notation)
        }
        _ => hash.to_text(Notation::Sri),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_strings_that_are_values() {
        let text = r#"{"version": "1.0", "x\"": {"sha256": "ab\\"}, "l": ["é", "", "1.0"]}"#;
        let found: Vec<String> = json_literals(text).into_iter().map(|it| it.text).collect();
        assert_eq!(found, ["1.0", "é", "1.0"]);
        let named = |text: &str| -> Vec<String> {
            let found = json_literals(text).into_iter();
            found.map(|it| it.names.join(".")).collect()
        };
        assert_eq!(named(text), ["version", "l", "l"]);
        assert_eq!(
            named(r#"{"a": {"b": [{"c": "1"}, "2"], "d": "3"}, "e": ["4"], "f": "5"}"#),
            ["a.b.c", "a.b", "a.d", "e", "f"]
        );
        let deep = "{\"a\":[".repeat(100_000) + "\"x\"";
        assert_eq!(named(&deep), [["a"; 4].join(".")]);
        assert!(json_literals("\"open").is_empty());
        assert!(json_literals("\"open\\").is_empty());
    }

    #[test]
    fn a_hash_keeps_its_attributes_notation() {
        let hash = Hash::new(Algorithm::Sha256, &[1; 32]).unwrap();
        let site = |name: &str, text: &str| Site {
            file: 0,
            is_named: true,
            literal: Literal {
                kind: LiteralKind::Whole,
                text: text.to_owned(),
                range: 0..1,
                names: vec!["src".to_owned(), name.to_owned()],
                attribute_start: None,
            },
        };
        let nix32 = hash.to_text(Notation::Nix32);
        let zero = Hash::new(Algorithm::Sha256, &[0; 32]).unwrap();
        let old = zero.to_text(Notation::Nix32);
        assert_eq!(written(&site("sha256", &old), &hash), nix32);
        assert_eq!(written(&site("hash", &old), &hash), hash.to_string());
        assert_eq!(written(&site("cargoHash", &old), &hash), hash.to_string());
        assert_eq!(
            written(&site("sha256", &zero.to_string()), &hash),
            hash.to_string()
        );
        assert!(says(&site("sha256", &old), &zero));
        assert!(!says(&site("sha256", &old), &hash));
    }
}
