//! An expression that an edit writes: checked on its own, then fitted to the place it goes to.

use std::ops::Range;

use rnix::NodeOrToken;
use rnix::SyntaxKind::{NODE_STRING, TOKEN_COMMENT, TOKEN_URI};
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use super::EditError;
use super::tree;
use crate::parse;

/// One whole expression.
#[derive(Debug, Clone)]
pub(super) struct Snippet {
    text: String,
    /// Whether it can stand in a list as it is.
    is_simple: bool,
    /// The bytes of strings and comments that run over lines, and whether they can be moved to the right.
    fixed: Vec<(Range<usize>, bool)>,
}

impl Snippet {
    /// Reads `text`; space around it is dropped.
    pub(super) fn parse(text: &str) -> Result<Self, EditError> {
        let refuse = |reason| EditError::Value {
            text: text.to_owned(),
            reason,
        };
        let root = parse::parse(text).map_err(|source| EditError::NoExpression {
            text: text.to_owned(),
            source,
        })?;
        let Some(expression) = root.expr() else {
            return Err(refuse("it is empty"));
        };
        let span = tree::span(expression.syntax());
        if text.trim().len() != span.len() {
            return Err(refuse("a comment stands around it"));
        }
        Ok(Self {
            is_simple: is_simple(&expression),
            fixed: fixed(&expression, span.start),
            text: text.trim().to_owned(),
        })
    }

    /// Returns the text without the space around, as it was given.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text with its lines moved behind `indentation`; those inside of strings only where that keeps the
    /// value.
    pub(super) fn indented(&self, indentation: &str, newline: &str) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut offset = 0;
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            let inside = self.fixed.iter().find(|(range, _)| range.contains(&offset));
            let content = line.trim_end_matches(['\n', '\r']);
            let moves = match inside {
                None => !content.trim().is_empty(),
                Some((_, can_move)) => {
                    *can_move && !content.is_empty() && !indentation.contains('\t')
                }
            };
            if index > 0 && moves {
                out.push_str(indentation);
            }
            let end = offset + line.len();
            let break_is_fixed = self
                .fixed
                .iter()
                .any(|(range, _)| range.contains(&(end - 1)));
            if line.ends_with('\n') && !break_is_fixed {
                out.push_str(content);
                out.push_str(newline);
            } else {
                out.push_str(line);
            }
            offset = end;
        }
        out
    }

    /// Returns the text as an element of a list, in parentheses where it needs them.
    pub(super) fn element(&self, indentation: &str, newline: &str) -> String {
        let text = self.indented(indentation, newline);
        match self.is_simple {
            true => text,
            false => format!("({text})"),
        }
    }

    /// Returns the text as a function argument's default.
    pub(super) fn default(&self, indentation: &str, newline: &str) -> String {
        // A URL without quotes would take the comma behind it.
        let ends_in_url = rnix::tokenize(&self.text)
            .last()
            .is_some_and(|(kind, _)| kind == TOKEN_URI);
        let text = self.indented(indentation, newline);
        match ends_in_url {
            true => format!("({text})"),
            false => text,
        }
    }
}

pub(super) fn is_simple(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::AttrSet(_)
            | Expr::CurPos(_)
            | Expr::Ident(_)
            | Expr::List(_)
            | Expr::Literal(_)
            | Expr::Paren(_)
            | Expr::PathAbs(_)
            | Expr::PathHome(_)
            | Expr::PathRel(_)
            | Expr::PathSearch(_)
            | Expr::Select(_)
            | Expr::Str(_)
    )
}

/// Returns where lines cannot simply be indented. `start` is the offset of the expression in its text.
fn fixed(expression: &Expr, start: usize) -> Vec<(Range<usize>, bool)> {
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    for element in expression.syntax().descendants_with_tokens() {
        let is_string = element.kind() == NODE_STRING;
        let text = match &element {
            NodeOrToken::Node(node) if is_string => node.text().to_string(),
            NodeOrToken::Token(token) if token.kind() == TOKEN_COMMENT => token.text().to_owned(),
            _ => continue,
        };
        if !text.contains('\n') {
            continue;
        }
        let range = Range::<usize>::from(element.text_range());
        let range = range.start - start..range.end - start;
        // In an indented string that begins with a line break the common indentation is dropped, whatever it is.
        let can_move = is_string
            && text.starts_with("''")
            && text
                .get(2..)
                .is_some_and(|text| text.trim_start_matches(' ').starts_with('\n'))
            && !text.contains('\t')
            && !text.contains('\r');
        let outer = found
            .iter_mut()
            .find(|(outer, _)| outer.contains(&range.start));
        match outer {
            // Lines of the inner one are lines of the outer one as well.
            Some((_, outer)) => *outer = *outer && can_move,
            None => found.push((range, can_move)),
        }
    }
    found
}
