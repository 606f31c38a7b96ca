//! The normalisation that nixpkgs' `fetchpatch` and `fetchpatch2` apply to a downloaded patch before it is hashed.
//!
//! Both list the files of the patch, sort the names, and print the diff of each name in that order without
//! commentary; a second pass prints what the first kept. `fetchpatch` does so with patchutils 0.3.3, `fetchpatch2`
//! with 0.4.2, which keeps git's extended headers and drops the section names behind `@@`. The facts are those of
//! `pkgs/build-support/fetchpatch/default.nix` and of these two programs; the tests compare with their output.

mod header;
mod name;
mod pattern;

use std::collections::BTreeSet;

use header::{CONTEXT_HUNK, ContextRange, HunkHeader, c_string};
use name::{best_name, file_name};
use pattern::{escape_wildcards, matches_pattern};

/// The patchutils release whose output is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patchutils {
    /// 0.3.3, which `fetchpatch` runs.
    V0_3_3,
    /// 0.4.2, which `fetchpatch2` runs.
    V0_4_2,
}

/// Why a patch has no normal form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatchError {
    /// The downloaded file has no byte.
    #[error("the patch is empty")]
    Empty,
    /// Nothing in the text is a diff; often an HTML page instead of a raw patch.
    #[error("no diff is left of the patch once it is normalised")]
    NothingLeft,
    /// A `@@` line without the two ranges; patchutils stops there as well.
    #[error("hunk header not understood at line {line}")]
    HunkHeader {
        /// Counted from 1.
        line: usize,
    },
}

/// The bytes that `fetchpatch` (0.3.3) or `fetchpatch2` (0.4.2) hash, without its optional arguments.
///
/// Errors: see [`PatchError`]; the person can fix the address they named.
pub(super) fn normalise(patch: &[u8], version: Patchutils) -> Result<Vec<u8>, PatchError> {
    if patch.is_empty() {
        return Err(PatchError::Empty);
    }
    let diffs = Reader::new(patch, version, true).diffs()?;
    let names: BTreeSet<&[u8]> = diffs.iter().map(|diff| diff.name).collect();
    let mut cleaned = Vec::with_capacity(patch.len());
    for name in names {
        let pattern = escape_wildcards(name);
        for diff in diffs
            .iter()
            .filter(|diff| matches_pattern(&pattern, diff.name))
        {
            cleaned.extend_from_slice(&diff.text);
        }
    }
    if cleaned.is_empty() {
        return Err(PatchError::NothingLeft);
    }
    let mut result = Vec::with_capacity(cleaned.len());
    for diff in Reader::new(&cleaned, version, false).diffs()? {
        result.extend_from_slice(&diff.text);
    }
    if result.is_empty() {
        return Err(PatchError::NothingLeft);
    }
    Ok(result)
}

/// Whether the patch names git objects by shortened hashes, which grow with the repository: nixpkgs asks for
/// `fetchpatch` instead of `fetchpatch2` then.
pub(super) fn has_short_index(patch: &[u8]) -> bool {
    patch.split(|byte| *byte == b'\n').any(|line| {
        let Some(rest) = line.strip_prefix(b"index ") else {
            return false;
        };
        let hashes = rest
            .split(u8::is_ascii_whitespace)
            .next()
            .unwrap_or_default();
        let Some(dots) = hashes.windows(2).position(|pair| pair == b"..") else {
            return false;
        };
        let (old, new) = hashes.split_at(dots);
        let new = new.get(2..).unwrap_or_default();
        [old, new]
            .iter()
            .all(|hash| (4..40).contains(&hash.len()) && hash.iter().all(u8::is_ascii_hexdigit))
    })
}

/// The diff of one file: the name that decides its place, and its text as it is printed.
struct Diff<'a> {
    name: &'a [u8],
    text: Vec<u8>,
}

/// Walks the lines of a patch once. Line numbers count from 1.
struct Reader<'a> {
    lines: Vec<&'a [u8]>,
    position: usize,
    version: Patchutils,
    clean: bool,
}

/// What the lines at the current position open.
enum Opening<'a> {
    Unified {
        headers: Vec<&'a [u8]>,
        old: &'a [u8],
    },
    Context {
        headers: Vec<&'a [u8]>,
        old: &'a [u8],
    },
    Nothing,
}

/// The lines that 0.4.2 takes for git's extended headers. `new file mode` is not among them: its check of that line
/// asks for one byte too many, so the headers of a new file are dropped as commentary.
const EXTENDED_HEADERS: [&[u8]; 10] = [
    b"old mode ",
    b"new mode ",
    b"deleted file mode ",
    b"copy from ",
    b"copy to ",
    b"rename from ",
    b"rename to ",
    b"similarity index ",
    b"dissimilarity index ",
    b"index ",
];

/// How many headers 0.4.2 keeps in front of `+++`; a later one takes the place of the last.
const MAX_HEADERS: usize = 7;

impl<'a> Reader<'a> {
    fn new(patch: &'a [u8], version: Patchutils, clean: bool) -> Self {
        Self {
            lines: patch.split_inclusive(|byte| *byte == b'\n').collect(),
            position: 0,
            version,
            clean,
        }
    }

    fn line(&self) -> Option<&'a [u8]> {
        self.lines.get(self.position).copied()
    }

    fn diffs(mut self) -> Result<Vec<Diff<'a>>, PatchError> {
        let mut diffs = Vec::new();
        while self.line().is_some() {
            let (mut headers, old, is_context) = match self.opening() {
                Opening::Unified { headers, old } => (headers, old, false),
                Opening::Context { headers, old } => (headers, old, true),
                Opening::Nothing => continue,
            };
            let Some(new) = self.line() else { break };
            if !new.starts_with(if is_context { b"--- " } else { b"+++ " }) {
                continue;
            }
            headers.push(new);
            self.position += 1;
            let name = best_name(file_name(old), file_name(new));
            let text = if is_context {
                self.context_hunks(&headers)
            } else {
                self.hunks(&headers)?
            };
            diffs.push(Diff { name, text });
        }
        Ok(diffs)
    }

    /// Reads up to the line behind the first header; `Nothing` leaves the position where the search goes on.
    fn opening(&mut self) -> Opening<'a> {
        let Some(line) = self.line() else {
            return Opening::Nothing;
        };
        if self.version == Patchutils::V0_4_2 && line.starts_with(b"diff ") {
            return self.extended_opening(line);
        }
        self.position += 1;
        if line.starts_with(b"--- ") {
            Opening::Unified {
                headers: vec![line],
                old: line,
            }
        } else if line.starts_with(b"*** ") {
            Opening::Context {
                headers: vec![line],
                old: line,
            }
        } else {
            Opening::Nothing
        }
    }

    fn extended_opening(&mut self, first: &'a [u8]) -> Opening<'a> {
        let mut headers = vec![first];
        loop {
            self.position += 1;
            let Some(line) = self.line() else {
                return Opening::Nothing;
            };
            let is_unified = line.starts_with(b"--- ");
            let is_context = line.starts_with(b"*** ");
            let is_extended = EXTENDED_HEADERS.iter().any(|start| line.starts_with(start));
            if !is_unified && !is_context && !is_extended {
                return Opening::Nothing;
            }
            headers.truncate(MAX_HEADERS - 1);
            headers.push(line);
            if is_unified || is_context {
                self.position += 1;
            }
            if is_unified {
                return Opening::Unified { headers, old: line };
            }
            if is_context {
                return Opening::Context { headers, old: line };
            }
        }
    }

    /// The hunks of a context diff. Where it breaks off, the search for the next diff begins.
    fn context_hunks(&mut self, headers: &[&[u8]]) -> Vec<u8> {
        let mut text = Vec::new();
        if !self
            .line()
            .is_some_and(|line| line.starts_with(CONTEXT_HUNK))
        {
            return text;
        }
        self.position += 1;
        while self.context_hunk(headers, &mut text).is_some() {}
        text
    }

    /// One hunk of a context diff: the old lines, if any, then the new ones, if any. `None`: no further hunk can follow.
    fn context_hunk(&mut self, headers: &[&[u8]], text: &mut Vec<u8>) -> Option<()> {
        while self.line()?.starts_with(CONTEXT_HUNK) {
            self.position += 1;
        }
        let mut unchanged = 0_u64;
        let mut is_new = false;
        loop {
            let range = ContextRange::parse(self.line()?, is_new)?;
            if text.is_empty() {
                headers
                    .iter()
                    .for_each(|header| text.extend_from_slice(c_string(header)));
            }
            range.print(is_new, text);
            let is_omitted = is_new && range.count == unchanged;
            // 0.3.3 forgets to go on to the next line here, and so loses the rest of the file.
            if !(is_omitted && self.version == Patchutils::V0_3_3) {
                self.position += 1;
                self.line()?;
            }
            if is_omitted || !self.context_lines(range.count, is_new, &mut unchanged, text)? {
                if is_new {
                    return Some(());
                }
                is_new = true;
                continue;
            }
            is_new = true;
        }
    }

    /// The lines of one half of a context hunk. True: the old half was left out, and the new one begins here.
    fn context_lines(
        &mut self,
        count: u64,
        is_new: bool,
        unchanged: &mut u64,
        text: &mut Vec<u8>,
    ) -> Option<bool> {
        let mut left = count;
        let mut is_first = true;
        while left > 0 || self.line()?.starts_with(b"\\") {
            let line = self.line()?;
            left = left.saturating_sub(1);
            if !is_new && is_first && line.starts_with(b"--- ") {
                return Some(true);
            }
            is_first = false;
            *unchanged += u64::from(line.starts_with(b" "));
            text.extend_from_slice(line);
            self.position += 1;
            self.line()?;
        }
        Some(false)
    }

    fn hunks(&mut self, headers: &[&[u8]]) -> Result<Vec<u8>, PatchError> {
        let mut text = Vec::new();
        let (mut old_left, mut new_left) = (0_u64, 0_u64);
        let mut opened = false;
        while let Some(line) = self.line() {
            if old_left == 0 && new_left == 0 && !line.starts_with(b"\\") {
                if !line.starts_with(b"@@ ") {
                    break;
                }
                let hunk = HunkHeader::parse(line).ok_or(PatchError::HunkHeader {
                    line: self.position + 1,
                })?;
                if !opened {
                    headers
                        .iter()
                        .for_each(|header| text.extend_from_slice(c_string(header)));
                    opened = true;
                }
                (old_left, new_left) = (hunk.old_count, hunk.new_count);
                hunk.print(self.version, self.clean, &mut text);
            } else {
                match line.first() {
                    Some(b'\\') => {}
                    Some(b'+') => new_left = new_left.saturating_sub(1),
                    Some(b'-') => old_left = old_left.saturating_sub(1),
                    _ => {
                        old_left = old_left.saturating_sub(1);
                        new_left = new_left.saturating_sub(1);
                    }
                }
                text.extend_from_slice(line);
            }
            self.position += 1;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
