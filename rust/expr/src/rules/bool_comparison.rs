//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::call::constant;
use crate::lint::document::Checker;
use crate::lint::tree::is_operand;

rule! {
    /// A comparison with `true` or `false`.
    ///
    /// Where `x` is a boolean, `x == true` is `x`, and `x == false` is `!x`. The fix is not safe: where `x` is no
    /// boolean, the comparison is `false`, and the shorter form is an error.
    ///
    /// ```nix
    /// if cfg.enable == true then a else b
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// if cfg.enable then a else b
    /// ```
    "bool-comparison": Style, Warning, default, fix Unsafe;
    on [NODE_BIN_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(comparison) = ast::BinOp::cast(node.clone()) else {
        return;
    };
    let equal = match comparison.operator() {
        Some(BinOpKind::Equal) => true,
        Some(BinOpKind::NotEqual) => false,
        _ => return,
    };
    let (Some(left), Some(right)) = (comparison.lhs(), comparison.rhs()) else {
        return;
    };
    let (value, constant) = match (constant(checker.document, &left), constant(checker.document, &right)) {
        (None, Some(constant)) => (left, constant),
        (Some(constant), None) => (right, constant),
        _ => return,
    };
    let text = checker.document.text_of(value.syntax());
    let replacement = match (equal == constant, is_operand(&value)) {
        (true, true) => text.to_owned(),
        (true, false) => format!("({text})"),
        (false, true) => format!("!{text}"),
        (false, false) => format!("!({text})"),
    };
    checker
        .report(node, format!("comparison with `{constant}`"))
        .replace(FixClass::Unsafe, "drop the comparison", node, replacement);
}
