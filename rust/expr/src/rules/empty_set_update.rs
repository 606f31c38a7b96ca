//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::has_comment;

rule! {
    /// A set joined with an empty one.
    ///
    /// `{ } // x` is `x`, and is left over from an edit.
    ///
    /// ```nix
    /// { } // lib.optionalAttrs withX { inherit libX11; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.optionalAttrs withX { inherit libX11; }
    /// ```
    "empty-set-update": Style, Note, default, fix Safe;
    on [NODE_BIN_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(operation) = ast::BinOp::cast(node.clone()) else {
        return;
    };
    if operation.operator() != Some(BinOpKind::Update) {
        return;
    }
    let (Some(left), Some(right)) = (operation.lhs(), operation.rhs()) else {
        return;
    };
    let (empty, other) = match (is_empty_set(&left), is_empty_set(&right)) {
        (true, _) => (left, right),
        (_, true) => (right, left),
        _ => return,
    };
    let own_comments = node
        .children_with_tokens()
        .any(|child| child.kind() == TOKEN_COMMENT);
    let text = checker.document.text_of(other.syntax());
    let reported = checker.report(empty.syntax(), "an empty set is joined");
    if !own_comments && !has_comment(empty.syntax()) {
        reported.replace(FixClass::Safe, "remove it", node, text);
    }
}

fn is_empty_set(expr: &Expr) -> bool {
    matches!(expr, Expr::AttrSet(set) if set.entries().next().is_none())
}
