//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::flake::Flake;
use crate::lint::tree::static_name;

rule! {
    /// An argument of `outputs` that is no declared input.
    ///
    /// Nix looks such a name up in the flake registry of whoever locks the flake. What it finds there differs between machines,
    /// and a misspelt name is found nowhere.
    ///
    /// ```nix
    /// {
    ///   outputs = { self, nixpkgs }: { };
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// {
    ///   inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   outputs = { self, nixpkgs }: { };
    /// }
    /// ```
    "flake-undeclared-input": Flake, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let Some(flake) = Flake::of(document).filter(|flake| flake.closed) else {
        return;
    };
    let Some(pattern) = flake.pattern() else {
        return;
    };
    for name in pattern.pat_entries().filter_map(|entry| entry.ident()) {
        if let Some((text, range)) = static_name(name.syntax(), document.text)
            && text != "self"
            && !flake.declares(text)
        {
            let message = format!("`{text}` is no declared input, so the registry decides what it is");
            checker.report_at(range, message);
        }
    }
}
