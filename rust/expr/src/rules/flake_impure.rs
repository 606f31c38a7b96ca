//! See [`RULE`].

use rnix::SyntaxKind::{NODE_PATH_ABS, NODE_PATH_HOME, NODE_PATH_SEARCH};
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::call::builtin_name;
use crate::lint::document::Checker;

rule! {
    /// Something in a flake that depends on the machine it is evaluated on.
    ///
    /// Flakes are evaluated purely: `<nixpkgs>` and paths outside of the flake are refused, `builtins.currentSystem` and
    /// `builtins.currentTime` do not exist, and `builtins.getEnv` returns an empty string. Say what is needed as an input, and
    /// the system as an argument. A fallback (`builtins.currentSystem or …`) is fine.
    ///
    /// ```nix
    /// pkgs = import <nixpkgs> { system = builtins.currentSystem; };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// pkgs = nixpkgs.legacyPackages.${system};
    /// ```
    "flake-impure": Flake, Warning, default;
    on [NODE_PATH_SEARCH, NODE_PATH_ABS, NODE_PATH_HOME, NODE_SELECT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if document.file_name() != "flake.nix" {
        return;
    }
    match node.kind() {
        NODE_PATH_SEARCH => {
            // `<nix/fetchurl.nix>` comes with Nix itself
            if !document.text_of(node).starts_with("<nix/") {
                checker.report(node, "a flake cannot look at the search path");
            }
        }
        NODE_PATH_ABS | NODE_PATH_HOME => {
            checker.report(node, "a flake cannot look at files outside of it");
        }
        _ => {
            let Some(select) = ast::Select::cast(node.clone()) else {
                return;
            };
            let message = match builtin_name(document, &Expr::Select(select)) {
                Some("currentSystem") => "`builtins.currentSystem` does not exist in a flake",
                Some("currentTime") => "`builtins.currentTime` does not exist in a flake",
                Some("getEnv") => "`builtins.getEnv` returns an empty string in a flake",
                Some("nixPath") => "`builtins.nixPath` is empty in a flake",
                _ => return,
            };
            checker.report(node, message);
        }
    }
}
