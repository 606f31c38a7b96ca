//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, Select};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::static_name;

rule! {
    /// `stdenv.lib`, which is gone.
    ///
    /// The library has not been part of stdenv since NixOS 21.11; evaluation fails. A package takes `lib` as an
    /// argument.
    ///
    /// ```nix
    /// { stdenv }: stdenv.lib.licenses.mit
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib }: lib.licenses.mit
    /// ```
    "stdenv-lib": Package, Error, default;
    on [NODE_SELECT, NODE_WITH, NODE_INHERIT_FROM] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(select) = Select::cast(node.clone()) else {
        return;
    };
    let (Some(set), Some(path)) = (select.expr(), select.attrpath()) else {
        return;
    };
    let text = checker.document.text;
    let Expr::Ident(set) = set else { return };
    let Some((set, _)) = static_name(set.syntax(), text) else {
        return;
    };
    let mut names = path.attrs().filter_map(|attr| Some(static_name(attr.syntax(), text)?.0));
    let gone = match set {
        "stdenv" | "stdenvNoCC" => names.next() == Some("lib"),
        "pkgs" => names.next() == Some("stdenv") && names.next() == Some("lib"),
        _ => false,
    };
    if gone {
        checker.report(node, "`stdenv.lib` is gone; `lib` is an argument of its own");
    }
}
