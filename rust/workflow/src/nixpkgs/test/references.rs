//! What the outputs of a package refer to and should not: tools of the build, development outputs, folders of the build.
//!
//! References between store paths are those that Nix found; files are read, streaming, for the place of one and for paths of folders that
//! exist only while something is built.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use nixsmith_fetch::interrupt::Interrupt;
use schemars::JsonSchema;
use serde::Serialize;

/// How much of a file is looked at at once.
const CHUNK_BYTES: usize = 1 << 20;

/// The length of the hash in a store path.
const HASH_CHARACTERS: usize = 32;

/// Folders that exist only while something is built, each with what it is.
const BUILD_FOLDERS: &[(&str, &str)] = &[
    ("/build/", "the folder of the build"),
    ("/homeless-shelter", "the home of the build"),
    ("/tmp/nix-build-", "the folder of the build"),
    ("/private/tmp/nix-build-", "the folder of the build"),
    ("/nix/var/nix/builds/", "the folder of the build"),
];

/// Names of packages that only build.
const BUILD_TOOLS: &[&str] = &[
    "autoconf",
    "automake",
    "bazel",
    "binutils",
    "binutils-wrapper",
    "cargo",
    "cc-wrapper",
    "clang",
    "clang-wrapper",
    "cmake",
    "gcc",
    "gcc-wrapper",
    "go",
    "gnumake",
    "meson",
    "ninja",
    "patchelf",
    "pkg-config",
    "pkg-config-wrapper",
    "rustc",
    "rustc-wrapper",
    "stdenv-linux",
    "stdenv-darwin",
];

/// A reference that should not be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Reference {
    /// The output.
    pub output: String,
    /// What it refers to: a store path, or a folder.
    pub to: String,
    /// What that is.
    pub what: String,
    /// A file of the output that has it, relative to the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How many files have it.
    pub files: usize,
}

/// What to look for in files: the text and what it is.
pub(super) struct Wanted {
    /// By hash: the store path and what is wrong with it.
    hashes: BTreeMap<Vec<u8>, (String, String)>,
    /// Folders.
    folders: Vec<(Vec<u8>, String)>,
}

impl Wanted {
    /// What an output with these references must not have; `home` is the builder's.
    pub(super) fn new(output: &str, references: &[String], home: Option<&str>) -> Self {
        let suspects = references.iter().filter(|path| path.as_str() != output);
        let hashes = suspects.filter_map(|path| {
            let what = suspicion(output, path)?;
            let hash = path.rsplit('/').next()?.as_bytes().get(..HASH_CHARACTERS)?;
            Some((hash.to_vec(), (path.clone(), what.to_owned())))
        });
        let folders = BUILD_FOLDERS
            .iter()
            .map(|(path, what)| (path.as_bytes().to_vec(), (*what).to_owned()));
        // `/root` and the like are in many texts that are not about the builder.
        let home = home.filter(|home| home.starts_with('/') && home.matches('/').count() > 1);
        let home = home.map(|home| {
            let folder = format!("{}/", home.trim_end_matches('/'));
            (
                folder.into_bytes(),
                "the home of whoever built it".to_owned(),
            )
        });
        Self {
            hashes: hashes.collect(),
            folders: folders.chain(home).collect(),
        }
    }
}

/// What is wrong with a reference from one store path to another, if anything.
fn suspicion(output: &str, path: &str) -> Option<&'static str> {
    let (name, output_name) = (name(path), name(output));
    let is_dev = |name: &str| name.ends_with("-dev");
    if is_dev(name) && !is_dev(output_name) {
        return Some("an output for development");
    }
    let package = package_name(name);
    let is_tool =
        BUILD_TOOLS.contains(&package) && !name.ends_with("-lib") && !name.ends_with("-libgcc");
    (is_tool && package_name(output_name) != package).then_some("a tool of the build")
}

fn name(path: &str) -> &str {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.split_once('-').map_or(base, |(_, name)| name)
}

/// The name without the version: up to the first `-` that no letter follows.
fn package_name(name: &str) -> &str {
    let mut from = 0;
    while let Some(at) = name.get(from..).and_then(|rest| rest.find('-')) {
        let at = from + at;
        let next = name.as_bytes().get(at + 1);
        if next.is_none_or(|byte| !byte.is_ascii_alphabetic()) {
            return name.get(..at).unwrap_or(name);
        }
        from = at + 1;
    }
    name
}

/// Looks into every file of an output.
pub(super) fn scan(
    output: &Path,
    wanted: &Wanted,
    interrupt: &Interrupt,
) -> anyhow::Result<Vec<Reference>> {
    let mut found: BTreeMap<(String, String), (String, usize)> = BTreeMap::new();
    // Where Nix says that there is a reference it counts, whether a file of its own shows it or not.
    let mut left: Vec<PathBuf> = vec![output.to_owned()];
    while let Some(path) = left.pop() {
        interrupt.check()?;
        let metadata = fs::symlink_metadata(&path)?;
        let relative = path
            .strip_prefix(output)
            .unwrap_or(&path)
            .display()
            .to_string();
        let hits = if metadata.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
            continue;
        } else if metadata.is_symlink() {
            let target = fs::read_link(&path)?;
            let mut target = io::Cursor::new(target.into_os_string().into_encoded_bytes());
            hits(&mut target, wanted, interrupt)?
        } else if metadata.is_file() {
            hits(&mut fs::File::open(&path)?, wanted, interrupt)?
        } else {
            continue;
        };
        for hit in hits {
            let entry = found.entry(hit).or_insert_with(|| (relative.clone(), 0));
            entry.1 += 1;
            if relative < entry.0 {
                entry.0.clone_from(&relative);
            }
        }
    }
    let shown = output.display().to_string();
    for (path, what) in wanted.hashes.values() {
        found.entry((path.clone(), what.clone())).or_default();
    }
    let rows = found
        .into_iter()
        .map(|((to, what), (file, files))| Reference {
            output: shown.clone(),
            to,
            what,
            file: (files > 0).then_some(file),
            files,
        });
    Ok(rows.collect())
}

/// What a stream has of what is looked for, each once.
fn hits(
    mut reader: &mut dyn Read,
    wanted: &Wanted,
    interrupt: &Interrupt,
) -> anyhow::Result<Vec<(String, String)>> {
    let longest = wanted.folders.iter().map(|(path, _)| path.len()).max();
    // One byte more: whether a path begins there is told by the byte before.
    let overlap = longest.unwrap_or(0).max(HASH_CHARACTERS) + 1;
    let mut buffer: Vec<u8> = Vec::with_capacity(CHUNK_BYTES + overlap);
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_start = true;
    loop {
        interrupt.check()?;
        let kept = buffer.len();
        let read = (&mut reader)
            .take(CHUNK_BYTES as u64)
            .read_to_end(&mut buffer)?;
        if read == 0 {
            return Ok(found);
        }
        find_hashes(&buffer, wanted, &mut found);
        find_folders(&buffer, is_start, wanted, &mut found);
        is_start = false;
        let surplus = (kept + read).saturating_sub(overlap);
        buffer.drain(..surplus);
    }
}

fn keep(found: &mut Vec<(String, String)>, hit: (String, String)) {
    if !found.contains(&hit) {
        found.push(hit);
    }
}

/// Runs of 32 characters of Nix' base 32 that are a hash, as Nix itself looks for references.
fn find_hashes(bytes: &[u8], wanted: &Wanted, found: &mut Vec<(String, String)>) {
    if wanted.hashes.is_empty() {
        return;
    }
    let mut start = 0;
    while let Some(window) = bytes.get(start..start + HASH_CHARACTERS) {
        match window.iter().rposition(|byte| !is_hash_character(*byte)) {
            Some(at) => start += at + 1,
            None => {
                if let Some(hit) = wanted.hashes.get(window) {
                    keep(found, hit.clone());
                }
                start += 1;
            }
        }
    }
}

/// Letters and digits without `e`, `o`, `t`, `u`.
fn is_hash_character(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'd' | b'f'..=b'n' | b'p'..=b's' | b'v'..=b'z')
}

fn find_folders(bytes: &[u8], is_start: bool, wanted: &Wanted, found: &mut Vec<(String, String)>) {
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        // The first byte of a later part was looked at, with the byte before it, in the part before.
        if before.is_none() && !is_start {
            continue;
        }
        // In the middle of a longer path it is another folder.
        let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+~@%}$)".contains(byte);
        if before.is_some_and(is_inside) {
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        for (path, what) in &wanted.folders {
            if rest.starts_with(path) {
                let shown = String::from_utf8_lossy(path).into_owned();
                keep(found, (shown, what.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: &str = "/nix/store/0c4h1q4vd0vzm1iw0nmjlvpmc3ix4xg3-app-1.0";
    const GCC: &str = "/nix/store/1c4h1q4vd0vzm1iw0nmjlvpmc3ix4xg3-gcc-13.2.0";

    fn found(bytes: &[u8]) -> Vec<String> {
        let references = [OUT.to_owned(), GCC.to_owned()];
        let wanted = Wanted::new(OUT, &references, Some("/home/ada"));
        let mut reader = bytes;
        let hits = hits(&mut reader, &wanted, &Interrupt::new()).unwrap();
        hits.into_iter().map(|(to, _)| to).collect()
    }

    #[test]
    fn suspicious_references() {
        for (path, expected) in [
            ("gcc-13.2.0", Some("a tool of the build")),
            ("gcc-13.2.0-lib", None),
            ("gcc-wrapper-13.2.0", Some("a tool of the build")),
            ("glibc-2.39-31", None),
            ("zlib-1.3-dev", Some("an output for development")),
            ("cmake-3.29", Some("a tool of the build")),
            ("cmake-format-0.6", None),
            ("cargo", Some("a tool of the build")),
            ("go-1.22.3", Some("a tool of the build")),
            ("app-1.0-man", None),
        ] {
            let path = format!("/nix/store/1c4h1q4vd0vzm1iw0nmjlvpmc3ix4xg3-{path}");
            assert_eq!(suspicion(OUT, &path), expected, "{path}");
        }
        assert_eq!(suspicion(GCC, &GCC.replace("/1", "/2")), None);
        let dev = format!("{OUT}-dev");
        assert_eq!(
            suspicion(&dev, &OUT.replace("app-1.0", "zlib-1.3-dev")),
            None
        );
    }

    #[test]
    fn hashes_and_folders_across_the_edges_of_parts() {
        for length in [
            0,
            1,
            CHUNK_BYTES - 40,
            CHUNK_BYTES - 3,
            CHUNK_BYTES,
            CHUNK_BYTES + 1,
            3 * CHUNK_BYTES - 7,
        ] {
            for text in [
                GCC,
                "/build/source/main.c",
                "/homeless-shelter",
                "/home/ada/x",
            ] {
                let mut bytes = vec![0; length];
                bytes.extend_from_slice(text.as_bytes());
                bytes.extend_from_slice(&[0; 100]);
                assert_eq!(found(&bytes).len(), 1, "{text} at {length}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "/usr/src/build/x",
            "./build/x",
            "$out/build/x",
            "/home/adam/x",
            "/builder",
            "https://x/build/",
            OUT,
        ] {
            assert!(
                found(text.as_bytes()).is_empty(),
                "{text}: {:?}",
                found(text.as_bytes())
            );
        }
        assert_eq!(found(b"-I/x:/build/a and /build/b").len(), 1);
    }
}
