//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::call::{Call, constant};
use crate::lint::document::Checker;
use crate::lint::option::Declaration;
use crate::lint::tree::last_name;
use crate::quote;

rule! {
    /// A `mkOption` that says what `mkEnableOption` says.
    ///
    /// A boolean that is false by default and "Whether to enable …" is what `mkEnableOption` makes, in one line. The fix is
    /// not safe: `mkEnableOption` gives the option an example as well.
    ///
    /// ```nix
    /// enable = lib.mkOption {
    ///   type = lib.types.bool;
    ///   default = false;
    ///   description = "Whether to enable the printer daemon.";
    /// };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// enable = lib.mkEnableOption "the printer daemon";
    /// ```
    "enable-option": Module, Help, optional, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(option) = Declaration::of(document, node) else {
        return;
    };
    let names = |name: &&str| matches!(*name, "type" | "default" | "description" | "example");
    if !option.members.all.iter().all(|(name, _)| names(name)) {
        return;
    }
    let Some(description) = option.members.literal("description") else {
        return;
    };
    let of_bool = option.members.value("type").is_some_and(|kind| {
        last_name(&kind, document.text) == Some("bool")
    });
    let off = option.members.value("default").and_then(|value| constant(document, &value));
    let example = match option.members.value("example") {
        Some(value) => constant(document, &value) == Some(true),
        None => !option.members.has("example"),
    };
    if !of_bool || off != Some(false) || !example {
        return;
    }
    let name = description.trim().strip_suffix('.').and_then(|text| {
        let name = text.strip_prefix("Whether to enable ")?;
        (!name.contains(['.', '\n'])).then_some(name)
    });
    let Some(name) = name else {
        return;
    };
    let Some(call) = Call::of(document, node, &["mkOption"]) else {
        return;
    };
    let function = document.text_of(call.function.syntax());
    let reported = checker.report(node, "this is what `mkEnableOption` makes");
    // a bare `mkOption` may have been inherited alone
    if matches!(call.function, Expr::Select(_))
        && let Some(set) = function.strip_suffix("mkOption")
        && let Ok(name) = quote::string(name)
    {
        let call = format!("{set}mkEnableOption {name}");
        reported.replace(FixClass::Unsafe, "use `mkEnableOption`", node, call);
    }
}
