//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::tree::{static_name, unwrap_parens};

rule! {
    /// An output that belongs to no system, made for each system.
    ///
    /// `eachDefaultSystem` puts the system's name between an output and its value. Nix, NixOS and home-manager look for
    /// `nixosConfigurations.<name>`, `overlays.<name>` and their like, and do not find `nixosConfigurations.<system>.<name>`.
    ///
    /// ```nix
    /// flake-utils.lib.eachDefaultSystem (system: {
    ///   packages.default = hello;
    ///   nixosConfigurations.server = server;
    /// })
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// flake-utils.lib.eachDefaultSystem (system: { packages.default = hello; })
    /// // { nixosConfigurations.server = server; }
    /// ```
    "flake-per-system": Flake, Warning, default;
    on [NODE_APPLY] => check
}

const NAMES: &[&str] = &[
    "darwinConfigurations",
    "darwinModules",
    "homeConfigurations",
    "homeManagerModules",
    "homeModules",
    "nixosConfigurations",
    "nixosModules",
    "overlay",
    "overlays",
    "templates",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let names = ["eachDefaultSystem", "eachSystem"];
    let Some(call) = Call::of(document, node, &names) else {
        return;
    };
    let Some(Expr::Lambda(lambda)) = call.arguments.last().cloned().and_then(unwrap_parens) else {
        return;
    };
    let mut body = lambda.body().and_then(unwrap_parens);
    while let Some(Expr::LetIn(binding)) = body {
        body = binding.body().and_then(unwrap_parens);
    }
    if let Some(Expr::With(with)) = body {
        body = with.body().and_then(unwrap_parens);
    }
    let Some(Expr::AttrSet(set)) = body else {
        return;
    };
    for entry in set.entries() {
        let Entry::AttrpathValue(value) = entry else {
            continue;
        };
        let Some(first) = value.attrpath().and_then(|path| path.attrs().next()) else {
            continue;
        };
        if let Some((name, range)) = static_name(first.syntax(), document.text)
            && NAMES.contains(&name)
        {
            let message = format!("`{name}` is not looked for below a system");
            checker.report_at(range, message);
        }
    }
}
