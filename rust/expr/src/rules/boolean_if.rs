//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::call::{constant};
use crate::lint::tree::operand_text;
use crate::lint::document::Checker;

rule! {
    /// An `if` between `true` and `false`.
    ///
    /// The condition is a boolean already, or the `if` would fail.
    ///
    /// ```nix
    /// dontStrip = if stdenv.hostPlatform.isMusl then true else false;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// dontStrip = stdenv.hostPlatform.isMusl;
    /// ```
    "boolean-if": Style, Note, default, fix Safe;
    on [NODE_IF_ELSE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(choice) = ast::IfElse::cast(node.clone()) else {
        return;
    };
    let (Some(condition), Some(yes), Some(no)) =
        (choice.condition(), choice.body(), choice.else_body())
    else {
        return;
    };
    let Some(yes) = constant(document, &yes) else {
        return;
    };
    let Some(no) = constant(document, &no) else {
        return;
    };
    if yes == no {
        return;
    }
    let replacement = if yes {
        document.text_of(condition.syntax()).to_owned()
    } else {
        format!("!{}", operand_text(&condition, document.text))
    };
    checker
        .report(node, "an `if` between `true` and `false`")
        .replace(FixClass::Safe, "write the condition", node, replacement);
}
