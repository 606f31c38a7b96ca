//! A place in a text, as people count.

use std::fmt;

/// A line and a column, both from 1; the column counts characters, not bytes. Shown as `3:14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl Position {
    /// Returns the place of the byte `offset` of `text`; an offset inside a character is that character's place, one
    /// past the end is the end's.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut position = Self { line: 1, column: 1 };
        for (at, character) in text.char_indices() {
            if at + character.len_utf8() > offset {
                break;
            }
            if character == '\n' {
                position.line += 1;
                position.column = 1;
            } else {
                position.column += 1;
            }
        }
        position
    }

    /// Returns the byte offset of this place in `text`, the reverse of [`Position::of`]; a place behind the end of its line or of
    /// the text is that end.
    #[must_use]
    pub fn offset(self, text: &str) -> usize {
        let mut lines = text.split_inclusive('\n');
        let before: usize = lines
            .by_ref()
            .take(self.line.saturating_sub(1))
            .map(str::len)
            .sum();
        let line = lines.next().unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let column = line.char_indices().nth(self.column.saturating_sub(1));
        before + column.map_or(line.len(), |(at, _)| at)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// A sentence that begins with its place, taken apart.
pub(crate) fn parts(position: Option<Position>, whole: &str) -> (Option<Position>, String) {
    let sentence = position.and_then(|position| {
        let rest = whole.strip_prefix(&position.to_string())?;
        rest.strip_prefix(": ")
    });
    (position, sentence.unwrap_or(whole).to_owned())
}

/// The lines of a text, for many places of the same text: [`Position::of`] without reading the text anew.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Returns the lines of `text`.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1));
        Self {
            text,
            starts: starts.collect(),
        }
    }

    /// Returns what [`Position::of`] returns.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or_default();
        let before = rest
            .char_indices()
            .take_while(|(at, character)| start + at + character.len_utf8() <= offset);
        Position {
            line: line.max(1),
            column: before.count() + 1,
        }
    }

    /// Returns the byte at a line and a column as Nix counts them: both from 1, the column in bytes. `None` for a line that is not
    /// there.
    #[must_use]
    pub fn byte_offset(&self, line: usize, column: usize) -> Option<usize> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        start.checked_add(column.checked_sub(1)?)
    }

    /// Returns the line with this number, from 1, without its line end.
    #[must_use]
    pub fn line(&self, number: usize) -> Option<&'t str> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self
            .starts
            .get(number)
            .map_or(self.text.len(), |next| next - 1);
        Some(self.text.get(start..end)?.trim_end_matches('\r'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_agree_with_single_places() {
        for text in ["", "a", "ä\nöü x", "\n\n", "a\r\nb\r\n"] {
            let lines = Lines::of(text);
            for offset in 0..text.len() + 2 {
                let expected = Position::of(text, offset);
                assert_eq!(lines.position(offset), expected, "{text:?} {offset}");
            }
        }
        let lines = Lines::of("a\r\nb\n");
        assert_eq!(lines.line(1), Some("a"));
        assert_eq!(lines.line(2), Some("b"));
        assert_eq!(lines.line(3), Some(""));
        assert_eq!(lines.line(4), None);
        assert_eq!(lines.byte_offset(2, 1), Some(3));
        assert_eq!(lines.byte_offset(4, 1), None);
        assert_eq!(lines.byte_offset(0, 1), None);
        assert_eq!(lines.byte_offset(1, 0), None);
    }

    #[test]
    fn columns_count_characters() {
        let text = "ä\nöü x";
        let place = |offset| Position::of(text, offset).to_string();
        assert_eq!(place(0), "1:1");
        assert_eq!(place(2), "1:2");
        assert_eq!(place(3), "2:1");
        assert_eq!(place(8), "2:4");
        assert_eq!(place(99), "2:5");
        for offset in [0, 2, 3, 5, 7, 8] {
            assert_eq!(Position::of(text, offset).offset(text), offset);
        }
    }
}
