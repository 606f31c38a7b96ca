//! What must hold of a text after a fix, whatever the rule that offered it believes.
//!
//! The text parses; no comment is lost, changed or added; and outside of the nodes that the fixes name, the tree is the same
//! tree, so that no fix reaches further than it says, through precedence or otherwise.

use std::ops::Range;

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::{NodeOrToken, SyntaxElement, SyntaxNode};

use super::Fix;
use super::tree::{bytes, range_of};

/// Why a fix is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breach {
    /// A comment would be lost or changed.
    Comments,
    /// The tree would change outside of the node that the fix is about.
    Elsewhere,
}

/// Checks the tree after `fixes` against the tree before; their nodes do not overlap and stand in the order of the text.
pub(super) fn check(before: &SyntaxNode, after: &SyntaxNode, fixes: &[&Fix]) -> Result<(), Breach> {
    if comments(before) != comments(after) {
        return Err(Breach::Comments);
    }
    let moved = moved(fixes);
    if same_outside(before, after, &moved) {
        Ok(())
    } else {
        Err(Breach::Elsewhere)
    }
}

/// The comments of a tree, sorted: a multiset. The spaces at their ends and at the beginnings of their lines do not count.
pub(super) fn comments(root: &SyntaxNode) -> Vec<String> {
    let mut found: Vec<String> = root
        .descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| token.kind() == TOKEN_COMMENT)
        .map(|token| {
            let lines = token.text().lines().map(str::trim);
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    found.sort_unstable();
    found
}

/// Where a fix's node lies before and after.
struct Moved {
    before: Range<usize>,
    after: Range<usize>,
}

fn moved(fixes: &[&Fix]) -> Vec<Moved> {
    let mut added = 0;
    let mut removed = 0;
    fixes
        .iter()
        .map(|fix| {
            let start = fix.within.start + added - removed;
            for edit in &fix.edits {
                added += edit.replacement.len();
                removed += edit.range.len();
            }
            Moved {
                before: fix.within.clone(),
                after: start..(fix.within.end + added).saturating_sub(removed),
            }
        })
        .collect()
}

/// Whether two trees are the same but for what lies at the moved places. Iterative: trees may be deep.
fn same_outside(before: &SyntaxNode, after: &SyntaxNode, moved: &[Moved]) -> bool {
    if moved.iter().any(|moved| moved.before == range_of(before)) {
        return true;
    }
    let mut pending = vec![(before.clone(), after.clone())];
    while let Some((before, after)) = pending.pop() {
        if before.kind() != after.kind() {
            return false;
        }
        let mut left = significant(&before);
        let mut right = significant(&after);
        loop {
            let (left, right) = match (left.next(), right.next()) {
                (None, None) => break,
                (Some(left), Some(right)) => (left, right),
                _ => return false,
            };
            let range = bytes(left.text_range());
            let moved = moved
                .binary_search_by_key(&range.start, |moved| moved.before.start)
                .ok()
                .and_then(|at| moved.get(at))
                .filter(|moved| moved.before == range);
            match moved {
                Some(moved) => {
                    let now = bytes(right.text_range());
                    let inside = moved.after.start <= now.start && now.end <= moved.after.end;
                    if !inside || right.as_node().is_none() {
                        return false;
                    }
                }
                None => match (left, right) {
                    (NodeOrToken::Node(left), NodeOrToken::Node(right)) => {
                        pending.push((left, right));
                    }
                    (NodeOrToken::Token(left), NodeOrToken::Token(right)) => {
                        if left.kind() != right.kind() || left.text() != right.text() {
                            return false;
                        }
                    }
                    _ => return false,
                },
            }
        }
    }
    true
}

fn significant(node: &SyntaxNode) -> impl Iterator<Item = SyntaxElement> + use<> {
    node.children_with_tokens()
        .filter(|child| !matches!(child.kind(), TOKEN_COMMENT | TOKEN_WHITESPACE))
}
