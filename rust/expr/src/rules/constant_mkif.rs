//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::call::{Call, constant};
use crate::lint::tree::operand_text;
use crate::lint::document::{Checker, Document};

rule! {
    /// `mkIf true` or `mkIf false`.
    ///
    /// A definition under `mkIf true` is always there, one under `mkIf false` never: the condition was left over from an
    /// experiment, or it should have been another one. The fix for `true` takes the value out. It is not safe: `mkIf true x` is
    /// a marked set that only the module system understands, so whoever looks at the value itself (`//`, `?`, a function
    /// argument) sees something else afterwards. For `false` there is no fix: the definition has to go by hand.
    /// `mkIf false null` is taken for "no definition", and tests may do what they like.
    ///
    /// ```nix
    /// services.nginx.enable = lib.mkIf true true;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// services.nginx.enable = true;
    /// ```
    "constant-mkif": Module, Warning, default, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_library(document, node, &["mkIf"]).filter(|_| !document.is_test()) else {
        return;
    };
    let Some(condition) = call.arguments.first().and_then(|first| constant(document, first)) else {
        return;
    };
    if !condition && call.argument(1).is_none_or(|value| is_nothing(document, &value)) {
        return;
    }
    let message = format!("the condition of this `mkIf` is always `{condition}`");
    let reported = checker.report(node, message);
    if condition && let [_, value] = call.arguments.as_slice() {
        let value = operand_text(value, document.text);
        reported.replace(FixClass::Unsafe, "write the value alone", node, value);
    }
}

/// `mkIf false null` and `mkIf false { }` are how one writes that there is no definition.
fn is_nothing(document: &Document<'_>, value: &Expr) -> bool {
    matches!(document.text_of(value.syntax()), "null" | "{ }" | "{}" | "[ ]")
}
