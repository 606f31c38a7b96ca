//! Changes to Nix source that leave everything else as it was, byte for byte.
//!
//! A [`Document`] is a parsed text; each of its methods makes one change and returns the new text. What they promise:
//! a comment stays unless what it belongs to is removed, and then it is returned; lines that have nothing to do with the
//! change keep their bytes and their line ends; what was formatted by nixfmt is formatted afterwards, else new lines look
//! like their neighbours; the result parses. Where that cannot be done the change is an [`EditError`] and nothing is
//! changed. Only what is written counts here: nothing is evaluated.
//!
//! ```
//! use nixsmith_expr::edit::{Anchor, Document};
//!
//! let text = "stdenv.mkDerivation { version = \"1.0\"; /* why */ }\n";
//! let document = Document::parse(text)?;
//! let outcome = document.set(&Anchor::Main, &"version".parse()?, "\"1.1\"")?;
//! assert_eq!(outcome.text, "stdenv.mkDerivation { version = \"1.1\"; /* why */ }\n");
//! # Ok::<(), nixsmith_expr::edit::EditError>(())
//! ```

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::format;
use crate::parse;
use crate::position::Position;

mod anchor;
mod attribute;
mod error;
mod flake;
mod formal;
mod inherit;
mod layout;
mod list;
mod literal;
mod order;
mod path;
mod place;
mod scope;
pub mod text;
mod tree;
mod value;

pub use anchor::Anchor;
pub use error::EditError;
pub use flake::{InputFollows, InputRequest, InputSource};
pub use formal::Function;
pub use list::{ElementPlace, ListTarget};
pub use literal::{Literal, LiteralKind};
pub use path::{AttributePath, AttributePathError};
pub use place::Place;
pub use tree::comments;

use layout::Layout;
use text::TextEdit;

/// A parsed text that changes can be made to.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    root: ast::Root,
}

/// What a change made of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The new text.
    pub text: String,
    /// The comments that belonged to what was removed and are gone with it, in order.
    pub removed_comments: Vec<String>,
}

/// What is to be done to a text, before it is done.
#[derive(Debug, Default)]
struct Change {
    edits: Vec<TextEdit>,
    removed_comments: Vec<String>,
    added_comments: Vec<String>,
}

impl Change {
    fn of(edit: TextEdit) -> Self {
        Self {
            edits: vec![edit],
            ..Self::default()
        }
    }

    /// Notes what `written` brings along.
    fn adding(mut self, written: &str) -> Self {
        self.added_comments.extend(comments(written));
        self
    }

    fn and(mut self, other: Self) -> Self {
        self.edits.extend(other.edits);
        self.removed_comments.extend(other.removed_comments);
        self.added_comments.extend(other.added_comments);
        self
    }
}

impl Document {
    /// Reads `text`.
    ///
    /// # Errors
    /// [`EditError::Parse`] where it is no Nix, [`EditError::CarriageReturn`] where a lone carriage return ends a comment,
    /// which Nix and this parser see differently.
    pub fn parse(text: &str) -> Result<Self, EditError> {
        let root = parse::parse(text)?;
        let mut offset = 0;
        for (kind, token) in rnix::tokenize(text) {
            let is_line_comment = kind == rnix::SyntaxKind::TOKEN_COMMENT && token.starts_with('#');
            if is_line_comment && token.trim_end_matches('\r').contains('\r') {
                return Err(EditError::CarriageReturn {
                    position: Position::of(text, offset),
                });
            }
            offset += token.len();
        }
        Ok(Self {
            text: text.to_owned(),
            root,
        })
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn layout(&self) -> Layout<'_> {
        Layout::new(&self.text)
    }

    fn position(&self, node: &SyntaxNode) -> Position {
        Position::of(&self.text, tree::span(node).start)
    }

    /// Makes the change, or finds that it is not sound.
    fn finish(&self, change: Change) -> Result<Outcome, EditError> {
        let edits = in_order(change.edits);
        let changed = text::apply(&self.text, &edits)?;
        parse::parse(&changed).map_err(|error| EditError::Unsound {
            reason: format!("the result is no Nix: {error}"),
        })?;
        let kept = without(comments(&self.text), &change.removed_comments);
        let found = kept.as_ref().map(|kept| {
            let mut expected = kept.clone();
            expected.extend(change.added_comments);
            without(comments(&changed), &expected)
        });
        match (kept, found) {
            (Some(kept), Some(Some(others))) if others.is_empty() => Ok(Outcome {
                text: self.formatted(changed, &kept),
                removed_comments: change.removed_comments,
            }),
            _ => Err(EditError::Unsound {
                reason: "the comments are not those that were there".to_owned(),
            }),
        }
    }

    /// Formats `changed` where the text itself is formatted. The formatter writes some comments anew, according to what
    /// follows them; where it would do that to one of `kept`, the lines stay as they were written.
    fn formatted(&self, changed: String, kept: &[String]) -> String {
        let is_formatted = |text: &str| format::format(text).is_ok_and(|it| it == text);
        if changed == self.text || !is_formatted(&self.text) {
            return changed;
        }
        match format::format(&changed) {
            Ok(formatted) if without(comments(&formatted), kept).is_some() => formatted,
            _ => changed,
        }
    }

    fn root(&self) -> &SyntaxNode {
        self.root.syntax()
    }
}

/// Sorts edits; of removals that share space each takes what is left of it.
fn in_order(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut sorted: Vec<TextEdit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match sorted.last_mut() {
            Some(last)
                if last.replacement.is_empty()
                    && edit.replacement.is_empty()
                    && edit.range.start < last.range.end =>
            {
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => sorted.push(edit),
        }
    }
    sorted
}

/// Takes each of `some` out of `all` once; `None` where one is not there.
fn without(mut all: Vec<String>, some: &[String]) -> Option<Vec<String>> {
    let mut left: Vec<&String> = some.iter().collect();
    left.sort_unstable();
    all.sort_unstable();
    let mut left = left.into_iter().peekable();
    all.retain(|comment| left.next_if_eq(&comment).is_none());
    left.next().is_none().then_some(all)
}
