//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, Select};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::is_defined_here;
use crate::lint::document::Checker;
use crate::lint::tree::{range_of, static_name};

rule! {
    /// `pkgs.system`, an old name that nixpkgs warns about.
    ///
    /// It is an alias, which is gone where aliases are not allowed (`allowAliases = false`), and prints a warning
    /// elsewhere. The system that packages are built for is `pkgs.stdenv.hostPlatform.system`.
    ///
    /// ```nix
    /// inputs.tool.packages.${pkgs.system}.default
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// inputs.tool.packages.${pkgs.stdenv.hostPlatform.system}.default
    /// ```
    ///
    /// Where the file itself says what `pkgs` is, it may be another set, and the fix is not safe.
    "pkgs-system": Package, Note, default, fix Unsafe;
    on [NODE_SELECT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(select) = Select::cast(node.clone()) else {
        return;
    };
    let (Some(Expr::Ident(set)), Some(path)) = (select.expr(), select.attrpath()) else {
        return;
    };
    let document = checker.document;
    if document.text_of(set.syntax()) != "pkgs" || select.default_expr().is_some() {
        return;
    }
    let mut names = path.attrs();
    let (Some(name), None) = (names.next(), names.next()) else {
        return;
    };
    if static_name(name.syntax(), document.text).map(|(name, _)| name) != Some("system") {
        return;
    }
    let class = if is_defined_here(&Expr::Ident(set), document) {
        FixClass::Unsafe
    } else {
        FixClass::Safe
    };
    let edit = TextEdit::replace(range_of(name.syntax()), "stdenv.hostPlatform.system");
    checker
        .report(node, "`pkgs.system` is an old name")
        .fix(class, "use `pkgs.stdenv.hostPlatform.system`", node, vec![edit]);
}
