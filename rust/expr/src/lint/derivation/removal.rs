//! Elements and attributes taken out of a text, with the space that they leave.

use std::ops::Range;

use rnix::SyntaxNode;

use super::comments::has_comment_beside;
use crate::edit::text::TextEdit;
use crate::lint::tree::range_of;

/// Removes the node: its whole lines where it has them alone, otherwise the spaces in front of it too. `None` where a comment
/// stands beside it, which would be left without what it speaks of.
pub(crate) fn remove(node: &SyntaxNode, text: &str) -> Option<TextEdit> {
    if has_comment_beside(node) {
        return None;
    }
    Some(TextEdit::remove(extent(&range_of(node), text)))
}

fn extent(range: &Range<usize>, text: &str) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let behind = text.get(range.end..).unwrap_or_default();
    let blank = before.trim_end_matches([' ', '\t']);
    let rest = behind.trim_start_matches([' ', '\t', '\r']);
    let starts_line = blank.is_empty() || blank.ends_with('\n');
    match rest.strip_prefix('\n') {
        Some(next) if starts_line => blank.len()..text.len() - next.len(),
        _ => blank.len()..range.end,
    }
}
