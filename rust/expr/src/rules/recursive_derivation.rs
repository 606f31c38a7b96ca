//! See [`RULE`].

use rnix::SyntaxKind::NODE_APPLY;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{bytes, last_name, parent_without_parens};

rule! {
    /// A derivation made with `rec { … }`.
    ///
    /// `overrideAttrs` changes an attribute, but what the `rec` set took from it keeps the old value: a new `version` leaves `src`
    /// as it was. A function of `finalAttrs` sees what was overridden.
    ///
    /// ```nix
    /// stdenv.mkDerivation rec { version = "1.0"; src = fetch version; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation (finalAttrs: { version = "1.0"; src = fetch finalAttrs.version; })
    /// ```
    "recursive-derivation": Package, Help, optional;
    on [NODE_ATTR_SET] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(keyword) = ast::AttrSet::cast(node.clone()).and_then(|set| set.rec_token()) else {
        return;
    };
    let Some(call) = parent_without_parens(node)
        .filter(|parent| parent.kind() == NODE_APPLY)
        .and_then(ast::Apply::cast)
    else {
        return;
    };
    let document = checker.document;
    let name = call
        .lambda()
        .and_then(|called| last_name(&called, document.text));
    let Some(name) = name.filter(|name| takes_final_attributes(name)) else {
        return;
    };
    let refers_to_itself = document.scopes().scope_of(node).is_some_and(|scope| {
        document
            .scopes()
            .bindings_of(scope)
            .any(|binding| !binding.uses.is_empty())
    });
    if refers_to_itself {
        let message = format!("`{name} rec {{ … }}` cannot be overridden as a whole");
        checker.report_at(bytes(keyword.text_range()), message);
    }
}

/// Functions of nixpkgs that take `finalAttrs: { … }`.
fn takes_final_attributes(name: &str) -> bool {
    matches!(
        name,
        "mkDerivation"
            | "buildGoModule"
            | "buildRustPackage"
            | "buildNpmPackage"
            | "buildPythonPackage"
            | "buildPythonApplication"
            | "buildDotnetModule"
    )
}
