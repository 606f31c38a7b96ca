//! Whether somebody wrote a word about an attribute or an element.

use rnix::SyntaxKind::{NODE_ATTRPATH_VALUE, NODE_LIST, TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::{NodeOrToken, SyntaxElement, SyntaxNode};
use rowan::Direction;

/// Whether a comment stands directly above the node, behind it on its line, or in front of it on its line.
pub(crate) fn has_comment_beside(node: &SyntaxNode) -> bool {
    is_commented(node, Direction::Prev) || is_commented(node, Direction::Next)
}

/// As [`has_comment_beside`], for the node or what is around it up to its list or attribute; a comment within counts too.
pub(crate) fn is_explained(node: &SyntaxNode) -> bool {
    if crate::lint::tree::has_comment(node) {
        return true;
    }
    for ancestor in node.ancestors() {
        if has_comment_beside(&ancestor) {
            return true;
        }
        let parent = ancestor.parent();
        let ends = ancestor.kind() == NODE_ATTRPATH_VALUE
            || parent.is_some_and(|parent| parent.kind() == NODE_LIST);
        if ends {
            return false;
        }
    }
    false
}

fn is_commented(node: &SyntaxNode, direction: Direction) -> bool {
    for sibling in node.siblings_with_tokens(direction).skip(1) {
        match &sibling {
            NodeOrToken::Token(token) if token.kind() == TOKEN_COMMENT => {
                return direction == Direction::Next || !ends_another_line(&sibling);
            }
            NodeOrToken::Token(token) if token.kind() == TOKEN_WHITESPACE => {
                let lines = token.text().matches('\n').count();
                let limit = if direction == Direction::Next { 0 } else { 1 };
                if lines > limit {
                    return false;
                }
            }
            _ => return false,
        }
    }
    false
}

/// Whether a comment in front of the node belongs to what stands in front of it on the same line.
fn ends_another_line(comment: &SyntaxElement) -> bool {
    let mut before = comment.prev_sibling_or_token();
    if let Some(NodeOrToken::Token(space)) = &before
        && space.kind() == TOKEN_WHITESPACE
    {
        if space.text().contains('\n') {
            return false;
        }
        before = space.prev_sibling_or_token();
    }
    matches!(before, Some(NodeOrToken::Node(_)))
}
