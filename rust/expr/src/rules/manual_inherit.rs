//! See [`RULE`].

use rnix::SyntaxKind::NODE_ATTR_SET;
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, is_recursive_set, static_name};

rule! {
    /// An attribute that only repeats its name: `name = name;`.
    ///
    /// `inherit` says that once. In a set without `rec` both mean the same; in `let` and `rec` the long form would refer to
    /// itself, which is the business of another rule.
    ///
    /// ```nix
    /// { version = version; src = src; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { inherit version src; }
    /// ```
    "manual-inherit": Style, Note, default, fix Safe;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(entry) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let (Some(Expr::Ident(value)), Some(path)) = (entry.value(), entry.attrpath()) else {
        return;
    };
    let mut attrs = path.attrs();
    let (Some(attr), None) = (attrs.next(), attrs.next()) else {
        return;
    };
    let text = checker.document.text;
    let (Some((name, _)), Some((source, _))) = (
        static_name(attr.syntax(), text),
        static_name(value.syntax(), text),
    ) else {
        return;
    };
    if name != source || name == "or" || !stands_in_plain_set(node) {
        return;
    }
    let reported = checker.report(node, format!("`{name}` is given its own name"));
    if !has_comment(node) {
        reported.replace(
            FixClass::Safe,
            "inherit it",
            node,
            format!("inherit {name};"),
        );
    }
}

fn stands_in_plain_set(node: &SyntaxNode) -> bool {
    node.parent()
        .is_some_and(|parent| parent.kind() == NODE_ATTR_SET && !is_recursive_set(&parent))
}
