//! See [`RULE`].

use std::collections::HashSet;

use rnix::SyntaxNode;
use rnix::ast::{self, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{bytes, range_of, static_name};

rule! {
    /// A `let` whose body is nothing but another `let`.
    ///
    /// One `let` can hold the bindings of both. It is found only where that changes the meaning of no name: no name is bound
    /// twice, the outer values do not use a name that the inner `let` binds, and the inner one inherits nothing that the outer
    /// one binds.
    ///
    /// ```nix
    /// let a = 1; in let b = a; in a + b
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let a = 1; b = a; in a + b
    /// ```
    "collapsible-let": Style, Note, default, fix Safe;
    on [NODE_LET_IN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(outer) = ast::LetIn::cast(node.clone()) else {
        return;
    };
    let Some(Expr::LetIn(inner)) = outer.body() else {
        return;
    };
    if !keeps_meaning(checker, &outer, &inner) {
        return;
    }
    let (Some(closing), Some(opening)) = (outer.in_token(), inner.let_token()) else {
        return;
    };
    let (closing, opening) = (bytes(closing.text_range()), bytes(opening.text_range()));
    let text = checker.document.text;
    let between = text.get(closing.end..opening.start).unwrap_or_default();
    let before = text.get(..closing.start).unwrap_or_default().trim_end();
    // a comment behind the last binding needs its line
    let is_alone = between.trim().is_empty()
        && outer
            .entries()
            .last()
            .is_some_and(|last| range_of(last.syntax()).end == before.len());
    let edits = if is_alone {
        vec![TextEdit::remove(before.len()..opening.end)]
    } else {
        vec![TextEdit::remove(closing), TextEdit::remove(opening.clone())]
    };
    checker
        .report_at(opening, "this `let` can join the one around it")
        .fix(FixClass::Safe, "join them", node, edits);
}

fn keeps_meaning(checker: &Checker<'_, '_>, outer: &ast::LetIn, inner: &ast::LetIn) -> bool {
    let text = checker.document.text;
    let (Some(outer_names), Some(inner_names)) = (names(outer, text), names(inner, text)) else {
        return false;
    };
    if outer_names.is_empty() || inner_names.is_empty() || !outer_names.is_disjoint(&inner_names) {
        return false;
    }
    let takes_outer = inner
        .inherits()
        .filter(|inherit| inherit.from().is_none())
        .flat_map(|inherit| inherit.attrs())
        .filter_map(|attr| static_name(attr.syntax(), text))
        .any(|(name, _)| outer_names.contains(name));
    if takes_outer {
        return false;
    }
    let head = range_of(outer.syntax()).start..range_of(inner.syntax()).start;
    let references = checker.document.scopes().references_in(&head);
    !references
        .iter()
        .any(|reference| inner_names.contains(reference.name))
}

/// The names that a `let` binds; `None` where one of them is not static, or has a meaning for operators.
fn names<'t>(let_in: &ast::LetIn, text: &'t str) -> Option<HashSet<&'t str>> {
    let mut found = HashSet::new();
    for entry in let_in.entries() {
        match entry {
            Entry::AttrpathValue(value) => {
                let first = value.attrpath()?.attrs().next()?;
                found.insert(static_name(first.syntax(), text)?.0);
            }
            Entry::Inherit(inherit) => {
                for attr in inherit.attrs() {
                    found.insert(static_name(attr.syntax(), text)?.0);
                }
            }
        }
    }
    let special = found.iter().any(|name| name.starts_with("__"));
    (!special).then_some(found)
}
