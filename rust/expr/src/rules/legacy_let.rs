//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Entry, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::document::Checker;
use crate::lint::tree::{bytes, range_of, static_name};
use crate::lint::{FixClass, Level};

rule! {
    /// The old form `let { …; body = …; }`.
    ///
    /// It stands for the attribute `body` of a recursive set. Few people know it, formatters and other readers of Nix do
    /// without it, and Nix warns of it. Without a `body` its evaluation fails.
    ///
    /// ```nix
    /// let { x = 1; body = x + 1; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let x = 1; in x + 1
    /// ```
    ///
    /// The fix writes `rec { …; }.body`, which is what the old form stands for.
    "legacy-let": Style, Warning, default, fix Safe;
    on [NODE_LEGACY_LET] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(legacy) = ast::LegacyLet::cast(node.clone()) else {
        return;
    };
    let text = checker.document.text;
    let has_body = legacy.entries().any(|entry| match entry {
        Entry::AttrpathValue(value) => value
            .attrpath()
            .and_then(|path| path.attrs().next())
            .is_some_and(|attr| is_body(&attr, text)),
        Entry::Inherit(inherit) => inherit.attrs().any(|attr| is_body(&attr, text)),
    });
    if !has_body {
        checker
            .report(node, "`let { … }` without an attribute `body`")
            .level(Level::Error);
        return;
    }
    let Some(keyword) = legacy.let_token() else {
        return;
    };
    let end = range_of(node).end;
    let edits = vec![
        TextEdit::replace(bytes(keyword.text_range()), "rec"),
        TextEdit::insert(end, ".body"),
    ];
    checker
        .report(node, "`let { … }` is an old form")
        .fix(FixClass::Safe, "write `rec { … }.body`", node, edits);
}

/// Whether this is, or may turn out to be, the name `body`.
fn is_body(attr: &ast::Attr, text: &str) -> bool {
    static_name(attr.syntax(), text).is_none_or(|(name, _)| name == "body")
}
