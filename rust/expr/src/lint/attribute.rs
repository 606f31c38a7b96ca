//! Attributes: where they lie, and what a written set has.

use rnix::SyntaxKind::{NODE_ATTRPATH_VALUE, NODE_LAMBDA, NODE_LEGACY_LET, NODE_LET_IN};
use rnix::SyntaxNode;
use rnix::ast::{self, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use super::tree::{literal_text, static_name, unwrap_parens};

/// The last name of `node`, an attribute with its value, where it is static.
pub(super) fn last_name<'t>(node: &SyntaxNode, text: &'t str) -> Option<&'t str> {
    let value = ast::AttrpathValue::cast(node.clone())?;
    let last = value.attrpath()?.attrs().last()?;
    Some(static_name(last.syntax(), text)?.0)
}

/// The names under which a value lies in the sets around it, outermost first, as far as the nearest function or `let`; a name
/// that is computed is empty. What is wrapped around a set (`mkIf c`, `mkMerge [ … ]`, `//`) does not count.
pub(crate) fn full_path<'t>(node: &SyntaxNode, text: &'t str) -> Vec<&'t str> {
    let mut path = Vec::new();
    for ancestor in node.ancestors() {
        match ancestor.kind() {
            NODE_LAMBDA => break,
            NODE_ATTRPATH_VALUE => {
                let Some(attrpath) =
                    ast::AttrpathValue::cast(ancestor.clone()).and_then(|value| value.attrpath())
                else {
                    break;
                };
                let from = path.len();
                path.extend(
                    attrpath
                        .attrs()
                        .map(|attr| static_name(attr.syntax(), text).map_or("", |(name, _)| name)),
                );
                if let Some(added) = path.get_mut(from..) {
                    added.reverse();
                }
                let bound_by_let = ancestor
                    .parent()
                    .is_some_and(|parent| matches!(parent.kind(), NODE_LET_IN | NODE_LEGACY_LET));
                if bound_by_let {
                    break;
                }
            }
            _ => {}
        }
    }
    path.reverse();
    path
}

/// Whether `path` ends with `end`, in which `*` stands for any name.
pub(crate) fn ends_with(path: &[&str], end: &[&str]) -> bool {
    let Some(from) = path.len().checked_sub(end.len()) else {
        return false;
    };
    let same = |(name, wanted): (&&str, &&str)| *wanted == "*" || name == wanted;
    path.iter().skip(from).zip(end).all(same)
}

/// What a written set has, by the first name of each attribute.
pub(crate) struct Members<'t> {
    /// Each name with its attribute; `None` for what is inherited.
    pub(crate) all: Vec<(&'t str, Option<ast::AttrpathValue>)>,
    /// Whether every name is known.
    pub(crate) closed: bool,
}

impl<'t> Members<'t> {
    /// The members of this set.
    pub(crate) fn of(set: &ast::AttrSet, text: &'t str) -> Self {
        let mut all = Vec::new();
        let mut closed = true;
        for entry in set.entries() {
            match entry {
                Entry::AttrpathValue(value) => {
                    let first = value.attrpath().and_then(|path| path.attrs().next());
                    match first.and_then(|first| static_name(first.syntax(), text)) {
                        Some((name, _)) => all.push((name, Some(value))),
                        None => closed = false,
                    }
                }
                Entry::Inherit(inherit) => {
                    for attr in inherit.attrs() {
                        match static_name(attr.syntax(), text) {
                            Some((name, _)) => all.push((name, None)),
                            None => closed = false,
                        }
                    }
                }
            }
        }
        Self { all, closed }
    }

    /// Whether it has something under this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all.iter().any(|(found, _)| *found == name)
    }

    /// The attribute `name = …;`, written in one piece.
    pub(crate) fn attribute(&self, name: &str) -> Option<&ast::AttrpathValue> {
        let (_, value) = self.all.iter().find(|(found, _)| *found == name)?;
        let value = value.as_ref()?;
        (value.attrpath()?.attrs().count() == 1).then_some(value)
    }

    /// The value of `name = …;` without parentheses.
    pub(crate) fn value(&self, name: &str) -> Option<Expr> {
        unwrap_parens(self.attribute(name)?.value()?)
    }

    /// The text of `name = "…";`.
    pub(crate) fn literal(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Expr::Str(string) => literal_text(&string),
            _ => None,
        }
    }
}
