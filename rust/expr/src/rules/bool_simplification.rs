//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr, UnaryOpKind};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::remove::unwrapping;
use crate::lint::tree::{bytes, comparison_needs_parens};

rule! {
    /// A comparison that is negated as a whole.
    ///
    /// Every comparison has its opposite: `!(a == b)` is `a != b`, and `!(a < b)` is `a >= b`, which is how Nix itself
    /// defines them.
    ///
    /// ```nix
    /// if !(x == y) then 0 else 1
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// if x != y then 0 else 1
    /// ```
    "bool-simplification": Style, Note, default, fix Safe;
    on [NODE_UNARY_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(negation) = ast::UnaryOp::cast(node.clone()) else {
        return;
    };
    if negation.operator() != Some(UnaryOpKind::Invert) {
        return;
    }
    let Some(Expr::Paren(paren)) = negation.expr() else {
        return;
    };
    let Some(Expr::BinOp(comparison)) = paren.expr() else {
        return;
    };
    let Some((old, new)) = comparison.operator().and_then(opposite) else {
        return;
    };
    let sign = comparison
        .syntax()
        .children_with_tokens()
        .filter_map(|child| child.into_token())
        .find(|token| token.text() == old);
    let (Some(sign), Some(open)) = (sign, paren.l_paren_token()) else {
        return;
    };
    let start = bytes(node.text_range()).start;
    let sign = TextEdit::replace(bytes(sign.text_range()), new);
    let mut edits = if comparison_needs_parens(node) {
        vec![TextEdit::remove(start..bytes(open.text_range()).start)]
    } else {
        let Some(mut edits) = unwrapping(&paren, checker.document.text) else {
            return;
        };
        if let Some(first) = edits.first_mut() {
            first.range.start = start;
        }
        edits
    };
    edits.push(sign);
    checker
        .report(node, format!("a negated `{old}` is `{new}`"))
        .fix(FixClass::Safe, format!("write `{new}`"), node, edits);
}

fn opposite(kind: BinOpKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        BinOpKind::Equal => ("==", "!="),
        BinOpKind::NotEqual => ("!=", "=="),
        BinOpKind::Less => ("<", ">="),
        BinOpKind::LessOrEq => ("<=", ">"),
        BinOpKind::More => (">", "<="),
        BinOpKind::MoreOrEq => (">=", "<"),
        _ => return None,
    })
}
