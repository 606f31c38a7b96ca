//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::option::{Declaration, is_submodule};

rule! {
    /// An option without an example.
    ///
    /// An example shows the shape of a value faster than its type does. Options that say something by themselves (booleans,
    /// ports) need none, so the rule runs only when it is asked for.
    ///
    /// ```nix
    /// lib.mkOption { type = with lib.types; attrsOf (listOf str); description = "Groups and their members."; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.mkOption {
    ///   type = with lib.types; attrsOf (listOf str);
    ///   example = { admins = [ "alice" ]; };
    ///   description = "Groups and their members.";
    /// }
    /// ```
    "option-example": Module, Help, optional;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(option) = Declaration::of(document, node) else {
        return;
    };
    if option.members.has("example") || option.is_hidden(document) {
        return;
    }
    let kind = option.members.value("type");
    let plain = kind.is_some_and(|kind| {
        let text = document.text_of(kind.syntax());
        let name = text.rsplit('.').next().unwrap_or(text);
        matches!(name, "bool" | "port" | "package" | "path") || is_submodule(document, &kind)
    });
    if !plain {
        checker.report(node, "this option has no `example`");
    }
}
