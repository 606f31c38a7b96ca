//! See [`RULE`].

use rnix::SyntaxKind::{
    NODE_ATTRPATH_VALUE, NODE_DYNAMIC, NODE_INHERIT_FROM, NODE_INTERPOL, NODE_LET_IN, NODE_PAREN,
    NODE_ROOT, NODE_UNARY_OP,
};
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::remove::unwrapping;
use crate::lint::tree::is_operand;

rule! {
    /// Parentheses that change nothing.
    ///
    /// Around a name, a list, a set, a string, a selection or other parentheses they have no effect, and around the whole
    /// value of an attribute, a whole interpolation, the whole body of a `let` or the whole file neither. They make the
    /// reader look for the reason.
    ///
    /// ```nix
    /// let
    ///   double = (x: 2 * x);
    /// in
    /// map (double) [ 1 2 ]
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let
    ///   double = x: 2 * x;
    /// in
    /// map double [ 1 2 ]
    /// ```
    "useless-parens": Style, Note, default, fix Safe;
    on [NODE_PAREN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(paren) = ast::Paren::cast(node.clone()) else {
        return;
    };
    let (Some(inner), Some(parent)) = (paren.expr(), node.parent()) else {
        return;
    };
    let message = match parent.kind() {
        NODE_ATTRPATH_VALUE => "parentheses around a whole value",
        NODE_LET_IN => "parentheses around the whole body of a `let`",
        NODE_ROOT => "parentheses around the whole file",
        NODE_INTERPOL | NODE_DYNAMIC => "parentheses around a whole interpolation",
        NODE_INHERIT_FROM => "parentheses within the parentheses of `inherit`",
        // `-(x)` is read more easily than `-x` beside a name with a hyphen
        NODE_UNARY_OP if !checker.document.text_of(&parent).starts_with('!') => return,
        _ if is_operand(&inner) && !is_literal(&inner) => match inner.syntax().kind() {
            NODE_PAREN => "parentheses within parentheses",
            _ => "parentheses around what is one thing already",
        },
        _ => return,
    };
    let Some(edits) = unwrapping(&paren, checker.document.text) else {
        return;
    };
    checker
        .report(node, message)
        .fix(FixClass::Safe, "remove the parentheses", node, edits);
}

/// A number or URI: `(1)` before a path or a dot would become something else, and nobody writes it by accident.
fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(_))
}
