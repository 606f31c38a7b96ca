//! Replacements at byte ranges, the lowest level of every edit and of every fix: what is written, and where. It knows
//! nothing of Nix.

use std::ops::Range;

/// A piece of a text and what takes its place. An empty range inserts, an empty replacement removes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// The bytes that are replaced.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub replacement: String,
}

impl TextEdit {
    /// Returns an edit that puts `replacement` in place of `range`.
    #[must_use]
    pub fn replace(range: Range<usize>, replacement: impl Into<String>) -> Self {
        Self {
            range,
            replacement: replacement.into(),
        }
    }

    /// Returns an edit that writes `insertion` in front of the byte `offset`.
    #[must_use]
    pub fn insert(offset: usize, insertion: impl Into<String>) -> Self {
        Self::replace(offset..offset, insertion)
    }

    /// Returns an edit that removes `range`.
    #[must_use]
    pub fn remove(range: Range<usize>) -> Self {
        Self::replace(range, String::new())
    }
}

/// Why edits cannot be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextEditError {
    /// A range that ends before it begins, or behind the end of the text.
    #[error("the edit of bytes {} to {} is outside of a text of {size_bytes} bytes", .range.start, .range.end)]
    Bounds {
        /// The edit's range.
        range: Range<usize>,
        /// The text's size.
        size_bytes: usize,
    },
    /// A range that begins or ends inside a character.
    #[error("the edit of bytes {} to {} cuts a character", .range.start, .range.end)]
    Character {
        /// The edit's range.
        range: Range<usize>,
    },
    /// An edit that begins before the one in front of it ends.
    #[error("the edit of bytes {} to {} begins before the end of the one in front of it, {previous_end}", .range.start, .range.end)]
    Order {
        /// The edit's range.
        range: Range<usize>,
        /// Where the edit in front of it ends.
        previous_end: usize,
    },
}

/// Returns `text` with all `edits` made. Their ranges are those of `text` itself and stand in its order; several may
/// insert at the same place, which keeps their order.
///
/// # Errors
/// [`TextEditError`] for the first edit that is out of order, overlaps the one before it, leaves the text, or cuts a
/// character. There is no other way to fail.
pub fn apply(text: &str, edits: &[TextEdit]) -> Result<String, TextEditError> {
    let added: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
    let mut out = String::with_capacity(text.len().saturating_add(added));
    let mut end = 0;
    for edit in edits {
        let range = edit.range.clone();
        if range.start > range.end || range.end > text.len() {
            return Err(TextEditError::Bounds {
                range,
                size_bytes: text.len(),
            });
        }
        if !text.is_char_boundary(range.start) || !text.is_char_boundary(range.end) {
            return Err(TextEditError::Character { range });
        }
        let Some(kept) = text.get(end..range.start) else {
            return Err(TextEditError::Order {
                range,
                previous_end: end,
            });
        };
        out.push_str(kept);
        out.push_str(&edit.replacement);
        end = range.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_from_left_to_right() {
        let edits = [
            TextEdit::insert(0, "<"),
            TextEdit::insert(0, "["),
            TextEdit::replace(0..2, "A"),
            TextEdit::insert(2, "|"),
            TextEdit::remove(3..4),
            TextEdit::insert(5, ">"),
        ];
        assert_eq!(apply("äbcd", &edits).unwrap(), "<[A|bd>");
        assert_eq!(apply("äbcd", &[]).unwrap(), "äbcd");
        assert_eq!(apply("", &[TextEdit::insert(0, "x")]).as_deref(), Ok("x"));
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        let backwards = Range { start: 2, end: 1 };
        let cases = [
            (
                vec![TextEdit::remove(0..7)],
                "the edit of bytes 0 to 7 is outside of a text of 5 bytes",
            ),
            (
                vec![TextEdit::remove(backwards)],
                "the edit of bytes 2 to 1 is outside of a text of 5 bytes",
            ),
            (
                vec![TextEdit::insert(1, "x")],
                "the edit of bytes 1 to 1 cuts a character",
            ),
            (
                vec![TextEdit::remove(2..4), TextEdit::remove(3..5)],
                "the edit of bytes 3 to 5 begins before the end of the one in front of it, 4",
            ),
            (
                vec![TextEdit::insert(4, "x"), TextEdit::insert(2, "x")],
                "the edit of bytes 2 to 2 begins before the end of the one in front of it, 4",
            ),
        ];
        for (edits, expected) in cases {
            assert_eq!(apply("äbcd", &edits).unwrap_err().to_string(), expected);
        }
    }
}
