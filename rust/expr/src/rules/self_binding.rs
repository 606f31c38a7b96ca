//! See [`RULE`].

use rnix::SyntaxKind::{NODE_LEGACY_LET, NODE_LET_IN};
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{is_recursive_set, static_name, unwrap_parens};

rule! {
    /// A binding in `let` or `rec` whose value is its own name.
    ///
    /// The name means the binding itself there, so that its evaluation never ends: Nix says `infinite recursion`. To take the
    /// value from outside, write `inherit`.
    ///
    /// ```nix
    /// { version }: rec { version = version; name = "hello-${version}"; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { version }: rec { inherit version; name = "hello-${version}"; }
    /// ```
    "self-binding": Correctness, Error, default;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(entry) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let (Some(value), Some(path)) = (entry.value(), entry.attrpath()) else {
        return;
    };
    if !matches!(value, Expr::Ident(_) | Expr::Paren(_)) {
        return;
    }
    let mut attrs = path.attrs();
    let (Some(attr), None) = (attrs.next(), attrs.next()) else {
        return;
    };
    let Some(Expr::Ident(value)) = unwrap_parens(value) else {
        return;
    };
    let text = checker.document.text;
    let (Some((name, _)), Some((source, _))) = (
        static_name(attr.syntax(), text),
        static_name(value.syntax(), text),
    ) else {
        return;
    };
    if name == source && is_recursive(node) {
        checker.report(node, format!("`{name}` is bound to itself and never ends"));
    }
}

fn is_recursive(node: &SyntaxNode) -> bool {
    node.parent().is_some_and(|parent| {
        matches!(parent.kind(), NODE_LET_IN | NODE_LEGACY_LET) || is_recursive_set(&parent)
    })
}
