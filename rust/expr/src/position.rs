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

#[cfg(test)]
mod tests {
    use super::*;

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
