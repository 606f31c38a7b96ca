//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::document::Checker;
use crate::lint::tree::static_name;

rule! {
    /// A flake's package, shell or check for one system that is written out.
    ///
    /// Who has another machine cannot use it. `nixpkgs.lib.genAttrs` over a list of systems makes it for all of them. What runs
    /// on one system alone is right to say so, and therefore the rule runs only when it is asked for.
    ///
    /// ```nix
    /// packages.x86_64-linux.default = nixpkgs.legacyPackages.x86_64-linux.hello;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// packages = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
    ///   default = nixpkgs.legacyPackages.${system}.hello;
    /// });
    /// ```
    "flake-fixed-system": Flake, Help, optional;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if document.file_name() != "flake.nix" {
        return;
    }
    let Some(path) = ast::AttrpathValue::cast(node.clone()).and_then(|value| value.attrpath()) else {
        return;
    };
    for attr in path.attrs() {
        let Some((name, range)) = static_name(attr.syntax(), document.text) else {
            continue;
        };
        let system = ["x86_64-", "aarch64-", "i686-"].iter().any(|cpu| name.starts_with(cpu));
        if !system || !(name.ends_with("-linux") || name.ends_with("-darwin")) {
            continue;
        }
        let path = full_path(node, document.text);
        let output = path.first().copied().unwrap_or_default();
        if matches!(output, "packages" | "devShells" | "checks" | "apps" | "formatter" | "legacyPackages") {
            checker.report_at(range, format!("`{output}` for `{name}` alone"));
        }
    }
}
