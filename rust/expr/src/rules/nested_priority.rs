//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::call::{Call, constant};
use crate::lint::tree::operand_text;
use crate::lint::document::Checker;

rule! {
    /// A priority, order or condition of a definition within another that modules do not take apart.
    ///
    /// From the value of an option the module system takes `mkIf` and `mkMerge` away first, then one priority (`mkForce`,
    /// `mkDefault`, `mkOverride n`), then one order (`mkBefore`, `mkAfter`, `mkOrder n`). What stands in another order or twice
    /// stays in the value, and the option's type refuses it: `mkForce (mkForce x)`, `mkBefore (mkForce x)` and, where the value
    /// is no set, `mkForce (mkIf c x)`. The fix for a priority within a priority keeps the outer one, which is what was asked
    /// for last; it is not safe since it is a guess.
    ///
    /// ```nix
    /// networking.hostName = lib.mkForce (lib.mkDefault "here");
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// networking.hostName = lib.mkForce "here";
    /// ```
    "nested-priority": Module, Warning, default, fix Unsafe;
    on [NODE_APPLY] => check
}

/// Functions that give a definition a priority.
const PRIORITIES: &[&str] = &[
    "mkDefault",
    "mkForce",
    "mkImageMediaOverride",
    "mkOptionDefault",
    "mkOverride",
    "mkVMOverride",
];
/// Functions that give a definition its place among others.
const ORDERS: &[&str] = &["mkAfter", "mkBefore", "mkOrder"];
/// Both.
const OUTER: &[&str] = &[
    "mkAfter",
    "mkBefore",
    "mkDefault",
    "mkForce",
    "mkImageMediaOverride",
    "mkOptionDefault",
    "mkOrder",
    "mkOverride",
    "mkVMOverride",
];
/// What may stand within.
const INNER: &[&str] = &[
    "mkAfter",
    "mkBefore",
    "mkDefault",
    "mkForce",
    "mkIf",
    "mkImageMediaOverride",
    "mkOptionDefault",
    "mkOrder",
    "mkOverride",
    "mkVMOverride",
];

/// How many arguments the function takes.
fn arity(name: &str) -> usize {
    match name {
        "mkOverride" | "mkOrder" | "mkIf" => 2,
        _ => 1,
    }
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(outer) = Call::of_library(document, node, OUTER)
        .filter(|call| call.arguments.len() == arity(call.name) && !document.is_test())
    else {
        return;
    };
    let Some(last) = outer.argument(arity(outer.name) - 1) else {
        return;
    };
    let Some(inner) = Call::of_library(document, last.syntax(), INNER)
        .filter(|call| call.arguments.len() == arity(call.name))
    else {
        return;
    };
    let message = format!("`{}` within `{}` is not taken apart", inner.name, outer.name);
    let is_order = |name: &str| ORDERS.contains(&name);
    let is_priority = |name: &str| PRIORITIES.contains(&name);
    if is_priority(outer.name) && is_priority(inner.name) {
        let value = inner.arguments.last();
        let replaced = outer.arguments.last().zip(value);
        let reported = checker.report(node, message);
        if let Some((place, value)) = replaced {
            let value = operand_text(value, document.text);
            reported.replace(FixClass::Unsafe, "keep the outer one", place.syntax(), value);
        }
    } else if is_order(outer.name) && (is_priority(inner.name) || is_order(inner.name)) {
        checker.report(node, message);
    } else if inner.name == "mkIf"
        && let Some(value) = inner.arguments.get(1)
        && is_plain(checker, value)
    {
        checker.report(node, message);
    }
}

/// Whether the value is a string, list, number, path or boolean for certain.
fn is_plain(checker: &Checker<'_, '_>, value: &Expr) -> bool {
    match value {
        Expr::Str(_) | Expr::List(_) | Expr::PathAbs(_) | Expr::PathRel(_) => true,
        Expr::Literal(literal) => !matches!(literal.kind(), ast::LiteralKind::Uri(_)),
        _ => constant(checker.document, value).is_some(),
    }
}
