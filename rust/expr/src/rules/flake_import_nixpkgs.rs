//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::attribute::Members;
use crate::lint::call::Call;
use crate::lint::document::Checker;

rule! {
    /// nixpkgs imported anew, where a flake has it evaluated already.
    ///
    /// `import nixpkgs { inherit system; }` evaluates another copy of the package set, which costs time and memory in every
    /// flake that does it. `nixpkgs.legacyPackages.${system}` is the same set and shared. With `config` or `overlays` the
    /// import is needed. The fix is not safe: users may set options for nixpkgs by other means, which only an import sees.
    ///
    /// ```nix
    /// pkgs = import nixpkgs { inherit system; };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// pkgs = nixpkgs.legacyPackages.${system};
    /// ```
    "flake-import-nixpkgs": Flake, Help, optional, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if document.file_name() != "flake.nix" {
        return;
    }
    let Some(call) = Call::of_builtin(document, node, &["import"]) else {
        return;
    };
    let [source @ (Expr::Ident(_) | Expr::Select(_)), _] = call.arguments.as_slice() else {
        return;
    };
    let source = document.text_of(source.syntax());
    let Some(Expr::AttrSet(set)) = call.argument(1) else {
        return;
    };
    let members = Members::of(&set, document.text);
    let [("system", value)] = members.all.as_slice() else {
        return;
    };
    if !members.closed || !source.contains("nixpkgs") {
        return;
    }
    let system = match value.as_ref().map(ast::AttrpathValue::value) {
        Some(Some(Expr::Str(text))) => document.text_of(text.syntax()).to_owned(),
        Some(Some(value)) => format!("${{{}}}", document.text_of(value.syntax())),
        Some(None) => return,
        None if document.text_of(set.syntax()).contains('(') => return,
        None => "${system}".to_owned(),
    };
    let replacement = format!("{source}.legacyPackages.{system}");
    checker
        .report(node, "this evaluates another copy of nixpkgs")
        .replace(FixClass::Unsafe, "use `legacyPackages`", node, replacement);
}
