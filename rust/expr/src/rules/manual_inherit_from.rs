//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, range_of, static_name};

rule! {
    /// An attribute that takes the one of the same name out of a set: `name = set.name;`.
    ///
    /// `inherit (set) name;` says the name once, and further names can join it. Both mean the same everywhere, in `let` and
    /// `rec` as well. A set that takes several lines is left alone.
    ///
    /// ```nix
    /// { meta = old.meta; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { inherit (old) meta; }
    /// ```
    "manual-inherit-from": Style, Note, optional, fix Safe;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(entry) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let (Some(Expr::Select(value)), Some(path)) = (entry.value(), entry.attrpath()) else {
        return;
    };
    let mut attrs = path.attrs();
    let (Some(attr), None) = (attrs.next(), attrs.next()) else {
        return;
    };
    let (Some(base), Some(source)) = (value.expr(), value.attrpath()) else {
        return;
    };
    let sources: Vec<ast::Attr> = source.attrs().collect();
    let Some((last, before)) = sources.split_last() else {
        return;
    };
    let text = checker.document.text;
    let (Some((name, _)), Some((taken, _))) = (
        static_name(attr.syntax(), text),
        static_name(last.syntax(), text),
    ) else {
        return;
    };
    if name != taken || name == "or" || value.default_expr().is_some() {
        return;
    }
    let start = range_of(base.syntax()).start;
    let end = before
        .last()
        .map_or(range_of(base.syntax()).end, |attr| range_of(attr.syntax()).end);
    let set = text.get(start..end).unwrap_or_default();
    if set.contains('\n') {
        return;
    }
    // `inherit ((f x)) name` would need no inner parentheses
    let inner = match &base {
        Expr::Paren(paren) if before.is_empty() => paren
            .expr()
            .map_or(set, |inner| checker.document.text_of(inner.syntax())),
        _ => set,
    };
    let written = checker.document.text_of(attr.syntax());
    let replacement = format!("inherit ({inner}) {written};");
    let reported = checker.report(node, format!("`{name}` is taken by its own name"));
    if !has_comment(node) {
        reported.replace(FixClass::Safe, "inherit it", node, replacement);
    }
}
