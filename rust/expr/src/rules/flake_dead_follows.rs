//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::document::Checker;
use crate::lint::flake::Flake;
use crate::lint::tree::{literal_text, unwrap_parens};

rule! {
    /// A `follows` to an input that the flake does not have, or of an input to itself.
    ///
    /// Nix refuses to lock such a flake. `follows = ""` is something else: it takes the input away.
    ///
    /// ```nix
    /// {
    ///   inputs.unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   inputs.tool.inputs.nixpkgs.follows = "nixpkgs-unstable";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// {
    ///   inputs.unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   inputs.tool.inputs.nixpkgs.follows = "unstable";
    /// }
    /// ```
    "flake-dead-follows": Flake, Error, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let Some(flake) = Flake::of(document).filter(|flake| flake.closed) else {
        return;
    };
    // an argument that is declared nowhere is an input from the registry
    let arguments: Vec<String> = flake
        .pattern()
        .iter()
        .flat_map(ast::Pattern::pat_entries)
        .filter_map(|entry| Some(entry.ident()?.syntax().text().to_string()))
        .collect();
    let nodes = flake.declarations.iter().flat_map(SyntaxNode::descendants);
    for value in nodes.filter_map(ast::AttrpathValue::cast) {
        if document.attribute_name(value.syntax()) != Some("follows") {
            continue;
        }
        let Some(Expr::Str(string)) = value.value().and_then(unwrap_parens) else {
            continue;
        };
        let Some(target) = literal_text(&string).filter(|target| !target.is_empty()) else {
            continue;
        };
        let first = target.split('/').next().unwrap_or(&target);
        let path = full_path(value.syntax(), document.text);
        if let ["inputs", name, "follows"] = path.as_slice()
            && *name == first
        {
            checker.report(value.syntax(), format!("the input `{first}` follows itself"));
        } else if !flake.declares(first) && !arguments.iter().any(|name| name == first) {
            checker.report(string.syntax(), format!("this flake has no input `{first}`"));
        }
    }
}
