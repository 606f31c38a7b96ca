//! See [`RULE`].

use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_LAMBDA};
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::{Checker, Document};
use crate::lint::option::Declaration;
use crate::lint::scope::{BindingKind, Reference, Target};
use crate::lint::tree::range_of;

rule! {
    /// An option's default that depends on the system's `config`, and no `defaultText`.
    ///
    /// The manual prints the default. Without `defaultText` that is the value for the system for which the manual was built,
    /// which is not the reader's, and the manual is built again whenever the value changes. `defaultText` says what the default
    /// is made of. nixpkgs asks for it.
    ///
    /// ```nix
    /// lib.mkOption {
    ///   type = lib.types.str;
    ///   default = config.networking.hostName;
    ///   description = "The name to announce.";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.mkOption {
    ///   type = lib.types.str;
    ///   default = config.networking.hostName;
    ///   defaultText = lib.literalExpression "config.networking.hostName";
    ///   description = "The name to announce.";
    /// }
    /// ```
    "option-default-text": Module, Warning, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(option) = Declaration::of(document, node) else {
        return;
    };
    if option.members.has("defaultText") || option.is_hidden(document) {
        return;
    }
    let Some(default) = option.members.attribute("default").and_then(ast::AttrpathValue::value)
    else {
        return;
    };
    let range = range_of(default.syntax());
    let mut used = document.scopes().references_in(&range).iter();
    if let Some(used) = used.find(|used| is_of_system(document, used)) {
        let name = used.name;
        let message = format!("this default depends on `{name}`, and there is no `defaultText`");
        checker.report(default.syntax(), message);
    }
}

/// Whether the name is the `config` of the module that the whole file is, or a `cfg = config.…` beside its options. The `config` of a
/// submodule is that of an instance, and stands for its other defaults.
fn is_of_system(document: &Document<'_>, used: &Reference<'_>) -> bool {
    let Target::Binding(binding) = used.target else {
        return false;
    };
    let scopes = document.scopes();
    let Some(binding) = scopes.bindings.get(binding) else {
        return false;
    };
    let Some(scope) = scopes.scopes.get(binding.scope) else {
        return false;
    };
    let outermost = |node: &SyntaxNode| {
        let mut around = node.ancestors().skip(1);
        around.all(|node| !matches!(node.kind(), NODE_LAMBDA | NODE_ATTR_SET))
    };
    match (binding.name, binding.kind) {
        ("config", BindingKind::Formal) => outermost(&scope.node),
        ("cfg", BindingKind::Value) => {
            let value = ast::AttrpathValue::cast(binding.node.clone()).and_then(|value| value.value());
            value.is_some_and(|value| document.text_of(value.syntax()).starts_with("config."))
        }
        _ => false,
    }
}
