//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::has_comment;

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
    let own_comments = node
        .children_with_tokens()
        .any(|child| child.kind() == TOKEN_COMMENT);
    let text = checker.document.text_of(other.syntax());
    let reported = checker.report(empty.syntax(), "an empty list is joined");
    if !own_comments && !has_comment(empty.syntax()) {
        reported.replace(FixClass::Safe, "remove it", node, text);
    }
}

fn is_empty_list(expr: &Expr) -> bool {
    matches!(expr, Expr::List(list) if list.items().next().is_none())
}
