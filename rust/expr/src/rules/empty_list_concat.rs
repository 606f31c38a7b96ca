//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, range_of};

rule! {
    /// A list joined with an empty one.
    ///
    /// `[ ] ++ x` is `x`, and is left over from an edit.
    ///
    /// ```nix
    /// { buildInputs = [ ] ++ lib.optional withX libX11; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { buildInputs = lib.optional withX libX11; }
    /// ```
    "empty-list-concat": Style, Note, default, fix Safe;
    on [NODE_BIN_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(operation) = ast::BinOp::cast(node.clone()) else {
        return;
    };
    if operation.operator() != Some(BinOpKind::Concat) {
        return;
    }
    let (Some(left), Some(right)) = (operation.lhs(), operation.rhs()) else {
        return;
    };
    let (empty, other) = match (is_empty_list(&left), is_empty_list(&right)) {
        (true, _) => (left, right),
        (_, true) => (right, left),
        _ => return,
    };
    let text = checker.document.text_of(other.syntax());
    let comments_elsewhere = has_comment(node) && {
        let node_text = checker.document.text_of(node);
        let inner = range_of(other.syntax());
        let start = inner.start - range_of(node).start;
        let before = node_text.get(..start).unwrap_or_default();
        let after = node_text.get(start + inner.len()..).unwrap_or_default();
        before.contains(['#', '*']) || after.contains(['#', '*'])
    };
    let reported = checker.report(empty.syntax(), "an empty list is joined");
    if !comments_elsewhere {
        reported.replace(FixClass::Safe, "remove it", node, text);
    }
}

fn is_empty_list(expr: &Expr) -> bool {
    matches!(expr, Expr::List(list) if list.items().next().is_none())
}
