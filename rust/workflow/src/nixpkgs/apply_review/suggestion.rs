//! Suggestions of reviewers: found in the text of a comment, and put into the lines that they are for. No git, no files.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many lines may differ, from the first that does to the last, before nothing in between is looked for.
const COMPARED_LINES: usize = 20_000;

/// What a comment suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Suggested {
    /// Nothing.
    Nothing,
    /// These lines instead of those it is at, without line ends; none: that they go.
    Lines(Vec<String>),
    /// More than one thing for the same lines.
    Several,
    /// A block that does not end.
    Unclosed,
}

/// What the text of a comment suggests: its fenced block with the word `suggestion` (CommonMark, section 4.5). Blocks in quotes and in other
/// blocks are text.
pub(super) fn find(body: &str) -> Suggested {
    let mut found: Option<Vec<String>> = None;
    let mut lines = body.lines().map(|line| line.trim_end_matches('\r'));
    while let Some(line) = lines.next() {
        let Some(fence) = Fence::open(line) else {
            continue;
        };
        let mut content = Vec::new();
        let is_closed = lines.by_ref().any(|line| {
            let is_end = fence.is_closed_by(line);
            if !is_end {
                content.push(fence.without_indent(line).to_owned());
            }
            is_end
        });
        if !fence.is_suggestion {
            continue;
        }
        if !is_closed {
            return Suggested::Unclosed;
        }
        if found.replace(content).is_some() {
            return Suggested::Several;
        }
    }
    found.map_or(Suggested::Nothing, Suggested::Lines)
}

/// The line that opens a block.
struct Fence {
    letter: char,
    length: usize,
    indent: usize,
    is_suggestion: bool,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let (indent, rest) = indented(line)?;
        let letter = rest
            .chars()
            .next()
            .filter(|letter| "`~".contains(*letter))?;
        let info = rest.trim_start_matches(letter);
        let length = rest.len() - info.len();
        if length < 3 || (letter == '`' && info.contains('`')) {
            return None;
        }
        Some(Self {
            letter,
            length,
            indent,
            is_suggestion: info.split_whitespace().next() == Some("suggestion"),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        indented(line).is_some_and(|(_, rest)| {
            let rest = rest.trim_end();
            rest.len() >= self.length && rest.chars().all(|letter| letter == self.letter)
        })
    }

    /// A line of the block without as many spaces as stand before the fence.
    fn without_indent<'line>(&self, line: &'line str) -> &'line str {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        line.get(spaces.min(self.indent)..).unwrap_or(line)
    }
}

/// How many spaces a line begins with, at most three, and what follows.
fn indented(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches(' ');
    let indent = line.len() - rest.len();
    (indent <= 3).then_some((indent, rest))
}

/// A text as its lines, each with its end.
pub(super) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// A line without its end.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn end(line: &[u8]) -> &[u8] {
    line.get(bare(line).len()..).unwrap_or_default()
}

/// Where lines of one version of a file are in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Here, unchanged.
    Here(Range<usize>),
    /// Here, as they were suggested.
    Done,
    /// Changed, or gone.
    Changed,
}

/// Finds the lines `range` of `old` in `new`, both with their line ends, which do not count.
pub(super) fn place(
    old: &[&[u8]],
    new: &[&[u8]],
    range: &Range<usize>,
    suggested: &[String],
) -> Place {
    let old: Vec<&[u8]> = old.iter().map(|line| bare(line)).collect();
    let new: Vec<&[u8]> = new.iter().map(|line| bare(line)).collect();
    if range.end > old.len() || range.is_empty() {
        return Place::Changed;
    }
    let stretches = equal_stretches(&old, &new);
    let equal = |line: usize| {
        let stretch = stretches
            .iter()
            .find(|(start, _, length)| (*start..start + length).contains(&line));
        stretch.map(|(start, there, length)| (there + (line - start), start + length))
    };
    let is_suggested = |lines: &[&[u8]]| {
        lines.len() == suggested.len()
            && lines
                .iter()
                .zip(suggested)
                .all(|(line, wanted)| *line == wanted.as_bytes())
    };
    if let Some((start, stretch_end)) = equal(range.start)
        && range.end <= stretch_end
    {
        let found = start..start + range.len();
        return if new.get(found.clone()).is_some_and(is_suggested) {
            Place::Done
        } else {
            Place::Here(found)
        };
    }
    let before = match range.start.checked_sub(1) {
        Some(line) => equal(line).map(|(line, _)| line + 1),
        None => Some(0),
    };
    let after = if range.end == old.len() {
        Some(new.len())
    } else {
        equal(range.end).map(|(line, _)| line)
    };
    let between = before
        .zip(after)
        .and_then(|(before, after)| new.get(before..after));
    if between.is_some_and(is_suggested) {
        Place::Done
    } else {
        Place::Changed
    }
}

/// Where two versions are equal: line in the old, line in the new, how many.
fn equal_stretches(old: &[&[u8]], new: &[&[u8]]) -> Vec<(usize, usize, usize)> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = |lines: &[&[u8]]| lines.len() - prefix;
    let suffix = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest(old).min(rest(new)))
        .take_while(|(a, b)| a == b)
        .count();
    let middle_old = old.get(prefix..old.len() - suffix).unwrap_or_default();
    let middle_new = new.get(prefix..new.len() - suffix).unwrap_or_default();
    let mut found = vec![(0, 0, prefix)];
    if middle_old.len().max(middle_new.len()) <= COMPARED_LINES {
        let operations = capture_diff_slices(Algorithm::Myers, middle_old, middle_new);
        found.extend(operations.iter().filter_map(|operation| match operation {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => Some((prefix + old_index, prefix + new_index, *len)),
            _ => None,
        }));
    }
    found.push((old.len() - suffix, new.len() - suffix, suffix));
    found
}

/// A replacement of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Which lines, from 0.
    pub(super) range: Range<usize>,
    /// What comes there, without line ends.
    pub(super) lines: Vec<String>,
}

/// The text with these edits, which are in order and do not overlap. New lines end as the lines there do; a file without an end of line at its
/// end keeps that.
pub(super) fn apply(text: &[u8], edits: &[&Edit]) -> Vec<u8> {
    let old = lines(text);
    let usual = old
        .iter()
        .map(|line| end(line))
        .find(|end| !end.is_empty())
        .unwrap_or(b"\n");
    let mut result = Vec::with_capacity(text.len());
    let mut next = 0;
    for edit in edits {
        result.extend(old.get(next..edit.range.start).unwrap_or_default().concat());
        next = edit.range.end;
        let replaced = old.get(edit.range.clone()).unwrap_or_default();
        let last = replaced.last().map_or(usual, |line| end(line));
        let inner = replaced
            .iter()
            .map(|line| end(line))
            .find(|end| !end.is_empty())
            .unwrap_or(usual);
        for (index, line) in edit.lines.iter().enumerate() {
            result.extend_from_slice(line.as_bytes());
            let is_last = index + 1 == edit.lines.len();
            result.extend_from_slice(if is_last { last } else { inner });
        }
    }
    result.extend(old.get(next..).unwrap_or_default().concat());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(lines: &[&str]) -> Suggested {
        Suggested::Lines(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    #[test]
    fn blocks_are_found_as_the_forge_finds_them() {
        for (body, expected) in [
            ("no block", Suggested::Nothing),
            (
                "Why:\r\n```suggestion\r\n  a = 1;\r\n```\r\nthanks",
                suggested(&["  a = 1;"]),
            ),
            ("```suggestion\n```", suggested(&[])),
            ("```suggestion\n\n```", suggested(&[""])),
            ("~~~ suggestion\na\n```\n~~~", suggested(&["a", "```"])),
            (
                "````suggestion\n```\nx\n```\n````",
                suggested(&["```", "x", "```"]),
            ),
            (
                "  ```suggestion\n    a\n b\n  ```",
                suggested(&["  a", "b"]),
            ),
            ("````md\n```suggestion\na\n```\n````", Suggested::Nothing),
            ("> ```suggestion\n> a\n> ```", Suggested::Nothing),
            ("    ```suggestion\n    a\n    ```", Suggested::Nothing),
            ("```nix\na\n```", Suggested::Nothing),
            ("```suggestions\na\n```", Suggested::Nothing),
            (
                "```suggestion\na\n```\nor\n```suggestion\nb\n```",
                Suggested::Several,
            ),
            ("```suggestion\na", Suggested::Unclosed),
            ("`` ```suggestion ``", Suggested::Nothing),
        ] {
            assert_eq!(find(body), expected, "{body:?}");
        }
    }

    fn placed(old: &str, new: &str, range: Range<usize>, wanted: &[&str]) -> Place {
        let wanted: Vec<String> = wanted.iter().map(|line| (*line).to_owned()).collect();
        place(
            &lines(old.as_bytes()),
            &lines(new.as_bytes()),
            &range,
            &wanted,
        )
    }

    #[test]
    fn lines_are_found_again() {
        let old = "a\nb\nc\nd\n";
        assert_eq!(placed(old, old, 1..2, &["x"]), Place::Here(1..2));
        assert_eq!(
            placed(old, "new\na\nb\nc\nd\n", 1..3, &["x"]),
            Place::Here(2..4)
        );
        assert_eq!(
            placed(old, "a\r\nb\r\nc\r\nd\r\n", 1..2, &["x"]),
            Place::Here(1..2)
        );
        assert_eq!(placed(old, "a\nx\nc\nd\n", 1..2, &["x"]), Place::Done);
        assert_eq!(placed(old, "a\nx\ny\nd\n", 1..3, &["x", "y"]), Place::Done);
        assert_eq!(placed(old, "a\nc\nd\n", 1..2, &[]), Place::Done);
        assert_eq!(
            placed(old, "a\nb\nb2\nc\nd\n", 1..2, &["b", "b2"]),
            Place::Here(1..2)
        );
        assert_eq!(placed(old, "a\nb\nc\nx", 3..4, &["x"]), Place::Done);
        assert_eq!(placed(old, old, 1..2, &["b"]), Place::Done);
        assert_eq!(placed(old, "a\nz\nc\nd\n", 1..2, &["x"]), Place::Changed);
        assert_eq!(placed(old, "", 1..2, &["x"]), Place::Changed);
        assert_eq!(placed(old, old, 3..9, &["x"]), Place::Changed);
        assert_eq!(placed(old, old, 2..2, &["x"]), Place::Changed);
    }

    fn edited(text: &str, edits: &[(Range<usize>, &[&str])]) -> String {
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(range, lines)| Edit {
                range: range.clone(),
                lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            })
            .collect();
        String::from_utf8(apply(text.as_bytes(), &edits.iter().collect::<Vec<_>>())).unwrap()
    }

    #[test]
    fn line_ends_stay() {
        assert_eq!(edited("a\nb\nc\n", &[(1..2, &["x", "y"])]), "a\nx\ny\nc\n");
        assert_eq!(
            edited("a\r\nb\r\nc\r\n", &[(1..2, &["x", "y"])]),
            "a\r\nx\r\ny\r\nc\r\n"
        );
        assert_eq!(edited("a\nb", &[(1..2, &["x", "y"])]), "a\nx\ny");
        assert_eq!(edited("a\r\nb", &[(1..2, &["x", "y"])]), "a\r\nx\r\ny");
        assert_eq!(edited("a\nb\nc\n", &[(1..2, &[])]), "a\nc\n");
        assert_eq!(edited("a", &[(0..1, &["x", "y"])]), "x\ny");
        assert_eq!(
            edited("a\nb\nc\n", &[(0..1, &["x"]), (2..3, &["z"])]),
            "x\nb\nz\n"
        );
    }
}
