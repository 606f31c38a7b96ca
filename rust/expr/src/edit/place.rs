//! A place in a text as an evaluation gives it, and the way back to a byte.

/// Where something stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A byte of the text, from 0.
    Offset(usize),
    /// A line and a column as Nix counts them, for instance in what `builtins.unsafeGetAttrPos` returns: both from 1, the
    /// column in bytes; a line ends at a line feed, a carriage return, or both together (Nix 2.34).
    LineColumn {
        /// The line, from 1.
        line: usize,
        /// The byte in the line, from 1.
        column: usize,
    },
}

impl Place {
    /// Returns the byte of `text` that is meant; `None` where the text has no such place, or it is inside a character.
    #[must_use]
    pub fn offset(self, text: &str) -> Option<usize> {
        let offset = match self {
            Self::Offset(offset) => offset,
            Self::LineColumn { line, column } => {
                let begin = line_begin(text, line)?;
                let length = text.get(begin..)?.find(['\n', '\r']);
                let end = length.map_or(text.len(), |length| begin + length);
                let offset = begin.checked_add(column.checked_sub(1)?)?;
                (offset <= end).then_some(offset)?
            }
        };
        text.is_char_boundary(offset).then_some(offset)
    }
}

fn line_begin(text: &str, line: usize) -> Option<usize> {
    let mut begin = 0;
    for _ in 1..line {
        let rest = text.get(begin..)?;
        let end = rest.find(['\n', '\r'])?;
        let pair = rest.get(end..)?.starts_with("\r\n");
        begin += end + 1 + usize::from(pair);
    }
    (line > 0).then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_in_nix_and_columns_are_bytes() {
        let text = "{\r\n a = 1;\r \"ä\" = 2; b = 3;\n\r c = 4;";
        let at = |line, column| {
            let offset = Place::LineColumn { line, column }.offset(text)?;
            text.get(offset..)
        };
        assert_eq!(at(1, 1), Some(text));
        assert!(at(2, 2).unwrap().starts_with("a = 1"));
        assert!(at(3, 2).unwrap().starts_with("\"ä\""));
        assert!(at(3, 12).unwrap().starts_with("b = 3"));
        assert_eq!(at(4, 1), Some("\r c = 4;"));
        assert_eq!(at(5, 2), Some("c = 4;"));
        assert_eq!(at(5, 8), Some(""));
        for (line, column) in [
            (0, 1),
            (1, 0),
            (1, 3),
            (3, 4),
            (5, 9),
            (6, 1),
            (1, usize::MAX),
        ] {
            assert_eq!(at(line, column), None, "{line}:{column}");
        }
        assert_eq!(Place::Offset(1).offset("ä"), None);
        assert_eq!(Place::Offset(2).offset("ä"), Some(2));
        assert_eq!(Place::Offset(3).offset("ä"), None);
    }
}
