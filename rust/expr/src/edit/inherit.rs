//! `inherit`: names taken out of it, one by one.

use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::ast::{self, Attr, Expr};
use rowan::ast::AstNode as _;

use super::layout::Owned;
use super::order::Slot;
use super::text::TextEdit;
use super::tree;
use super::{Change, Document, EditError};

impl Document {
    /// Takes one name out of an `inherit`, with its comments; the last name takes the whole of it.
    pub(super) fn drop_inherited(&self, inherit: &ast::Inherit, attribute: &Attr) -> Change {
        let whole = inherit.attrs().count() == 1;
        let node = match whole {
            true => inherit.syntax(),
            false => attribute.syntax(),
        };
        match Owned::of(node) {
            Some(owned) => self.remove_owned(&owned),
            None => Change::default(),
        }
    }

    /// Writes `binding` in the place of one inherited name; the comments stay.
    pub(super) fn bind_inherited(
        &self,
        inherit: &ast::Inherit,
        attribute: &Attr,
        binding: String,
    ) -> Result<Change, EditError> {
        let layout = self.layout();
        if inherit.attrs().count() == 1 {
            let span = tree::span(inherit.syntax());
            let mut out = String::new();
            for comment in tree::comments(layout.slice(span.clone())) {
                out.push_str(&comment);
                match comment.starts_with('#') {
                    true => {
                        out.extend([layout.newline, layout.indentation(span.start)]);
                    }
                    false => out.push(' '),
                }
            }
            out.push_str(&binding);
            return Ok(Change::of(TextEdit::replace(span, out)));
        }
        let span = tree::span(attribute.syntax());
        let gap = layout.removal(span.start, span.end);
        let slot = Slot::after(inherit.syntax()).ok_or_else(|| EditError::Unsound {
            reason: "an `inherit` without a token".to_owned(),
        })?;
        let mut change = Change::of(TextEdit::remove(gap));
        change.edits.push(slot.write(&layout, &[binding], true));
        Ok(change)
    }
}

/// Returns an expression for the value that an inherited name has, without comments.
pub(super) fn value_of(inherit: &ast::Inherit, attribute: &Attr) -> String {
    let name = attribute.to_string();
    let Some(set) = inherit.from().and_then(|from| from.expr()) else {
        return name;
    };
    let tokens = set.syntax().descendants_with_tokens();
    let mut text = String::new();
    for token in tokens.filter_map(rnix::NodeOrToken::into_token) {
        match token.kind() {
            TOKEN_COMMENT => text.push(' '),
            _ => text.push_str(token.text()),
        }
    }
    let text = text.trim();
    let is_whole = match &set {
        Expr::Ident(_) | Expr::Paren(_) | Expr::AttrSet(_) => true,
        // A default would take the name.
        Expr::Select(select) => select.or_token().is_none(),
        _ => false,
    };
    match is_whole {
        true => format!("{text}.{name}"),
        false => format!("({text}).{name}"),
    }
}
