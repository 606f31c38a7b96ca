//! Taking something out of a text so that no trace of it is left: with its lines, or with the blanks beside it.

use std::ops::Range;

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::ast;
use rnix::{NodeOrToken, SyntaxNode, SyntaxToken};

use super::tree::bytes;
use crate::edit::text::TextEdit;

/// The edits that take `ranges` out of `text`. What fills whole lines goes with them; beside something else on its line it goes
/// with the blanks behind it, or before it at a line's end.
pub(crate) fn removals(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<TextEdit> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if is_blank(text, last.end..range.start) => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
        .into_iter()
        .map(|range| TextEdit::remove(widened(text, range)))
        .collect()
}

fn is_blank(text: &str, range: Range<usize>) -> bool {
    range.start >= range.end
        || text
            .get(range)
            .is_some_and(|between| between.chars().all(char::is_whitespace))
}

/// The range with its line breaks or the blanks beside it.
fn widened(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let left = before.trim_end_matches([' ', '\t']);
    let right = after.trim_start_matches([' ', '\t']);
    let right_start = text.len() - right.len();
    let begins_line = left.is_empty() || left.ends_with('\n');
    let line_end = ["\r\n", "\n"]
        .into_iter()
        .find(|end| right.starts_with(end))
        .map(str::len);
    match line_end {
        Some(end) if begins_line => left.len()..right_start + end,
        Some(_) => left.len()..range.end,
        // the blanks before it stay: what follows takes its place
        None => range.start..right_start,
    }
}

/// Whether a comment belongs to a node: it stands within, behind it on its line, or above it with no empty line between.
pub(crate) fn has_own_comment(node: &SyntaxNode) -> bool {
    super::tree::has_comment(node) || comment_above(node) || comment_behind(node)
}

fn comment_behind(node: &SyntaxNode) -> bool {
    let mut next = node.last_token().and_then(|token| token.next_token());
    while let Some(token) = next {
        match token.kind() {
            TOKEN_COMMENT => return true,
            TOKEN_WHITESPACE if !token.text().contains('\n') => next = token.next_token(),
            rnix::SyntaxKind::TOKEN_COMMA | rnix::SyntaxKind::TOKEN_SEMICOLON => {
                next = token.next_token();
            }
            _ => return false,
        }
    }
    false
}

fn comment_above(node: &SyntaxNode) -> bool {
    let Some(previous) = node.prev_sibling_or_token() else {
        return false;
    };
    let comment = match previous {
        NodeOrToken::Token(token) if token.kind() == TOKEN_COMMENT => token,
        NodeOrToken::Token(token) if token.kind() == TOKEN_WHITESPACE => {
            let breaks = token.text().matches('\n').count();
            match token.prev_sibling_or_token() {
                Some(NodeOrToken::Token(comment))
                    if comment.kind() == TOKEN_COMMENT && breaks < 2 =>
                {
                    comment
                }
                _ => return false,
            }
        }
        _ => return false,
    };
    // a comment behind other code belongs to that code
    match comment.prev_token() {
        Some(before) if before.kind() == TOKEN_WHITESPACE => {
            before.text().contains('\n') || before.prev_token().is_none()
        }
        Some(_) => false,
        None => true,
    }
}

/// The edits that take the parentheses away, and the blanks within them where no comment stands there.
pub(crate) fn unwrapping(paren: &ast::Paren, text: &str) -> Option<Vec<TextEdit>> {
    let (open, close) = (paren.l_paren_token()?, paren.r_paren_token()?);
    let open_start = bytes(open.text_range()).start;
    let close_end = bytes(close.text_range()).end;
    let open_end = match open
        .next_token()
        .filter(|next| next.kind() == TOKEN_WHITESPACE)
    {
        Some(blank) => bytes(blank.text_range()).end,
        None => bytes(open.text_range()).end,
    };
    let blank = close
        .prev_token()
        .filter(|previous| previous.kind() == TOKEN_WHITESPACE);
    let close_start = match blank {
        // a comment to the end of its line needs that end
        Some(blank) if !follows_comment(&blank) => bytes(blank.text_range()).start,
        _ => bytes(close.text_range()).start,
    };
    let before = text.get(..open_start)?.chars().next_back();
    let first = text.get(open_end..)?.chars().next();
    let last = text.get(..close_start)?.chars().next_back();
    let after = text.get(close_end..)?.chars().next();
    let space = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) if is_word(left) && is_word(right) => " ",
        _ => "",
    };
    Some(vec![
        TextEdit::replace(open_start..open_end, space(before, first)),
        TextEdit::replace(close_start..close_end, space(last, after)),
    ])
}

fn follows_comment(blank: &SyntaxToken) -> bool {
    blank
        .prev_token()
        .is_some_and(|previous| previous.kind() == TOKEN_COMMENT)
}

/// Whether the character may be part of a word that would grow.
fn is_word(character: char) -> bool {
    !character.is_whitespace() && !"()[]{};:=,!".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text;

    fn without(text: &str, parts: &[&str]) -> String {
        let ranges = parts.iter().map(|part| {
            let start = text.find(part).unwrap();
            start..start + part.len()
        });
        text::apply(text, &removals(text, ranges.collect())).unwrap()
    }

    #[test]
    fn whole_lines_go() {
        let text = "let\n  a = 1;\n  b = 2;\n  c = 3;\nin c";
        assert_eq!(without(text, &["b = 2;"]), "let\n  a = 1;\n  c = 3;\nin c");
        assert_eq!(without(text, &["b = 2;", "a = 1;"]), "let\n  c = 3;\nin c");
        assert_eq!(without("a;\r\nb;\r\n", &["a;"]), "b;\r\n");
    }

    #[test]
    fn parts_of_lines_go_with_blanks() {
        let text = "let a = 1; b = 2; c = 3;\nin c";
        assert_eq!(without(text, &["a = 1;"]), "let b = 2; c = 3;\nin c");
        assert_eq!(without(text, &["c = 3;"]), "let a = 1; b = 2;\nin c");
        assert_eq!(without(text, &["b = 2;", "c = 3;"]), "let a = 1;\nin c");
        assert_eq!(without("{ a, b }: b", &["a, "]), "{ b }: b");
    }
}
