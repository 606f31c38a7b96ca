//! Texts, paths and holes for hashes that stand in the source, each with the attributes it is written in: what an update looks through
//! for the old version and the old hash.

use std::ops::Range;

use rnix::ast::{self, Expr};
use rnix::{NodeOrToken, SyntaxKind, SyntaxNode};
use rowan::ast::AstNode as _;

use super::text::TextEdit;
use super::{Change, Document, EditError, Outcome, tree};

/// What kind of thing a [`Literal`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralKind {
    /// A whole text: a string without interpolations.
    Whole,
    /// The text between two interpolations, or at one.
    Part,
    /// A hash that is still to be filled in: `""`, or `lib.fakeHash` and its like.
    Hole,
    /// A path without interpolations.
    Path,
}

/// A text or path that stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Its characters as they are written, without the quotes; escapes are not taken apart.
    pub text: String,
    /// Where those stand; of a hole the whole expression.
    pub range: Range<usize>,
    /// The names of the attributes around it, outermost first. A computed name is left out.
    pub names: Vec<String>,
    /// Where the innermost attribute around it begins.
    pub attribute_start: Option<usize>,
}

impl Literal {
    /// The name of the attribute it is the value of, or part of the value.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }
}

impl Document {
    /// Every literal in the order of the text. Of strings that hold line breaks or escapes only the pieces without them count.
    #[must_use]
    pub fn literals(&self) -> Vec<Literal> {
        let mut found = Vec::new();
        for node in self.root().descendants() {
            match node.kind() {
                SyntaxKind::NODE_STRING => of_string(&node, &mut found),
                SyntaxKind::NODE_PATH_ABS
                | SyntaxKind::NODE_PATH_REL
                | SyntaxKind::NODE_PATH_HOME => of_path(&node, &mut found),
                SyntaxKind::NODE_SELECT | SyntaxKind::NODE_IDENT => of_name(&node, &mut found),
                _ => {}
            }
        }
        found
    }

    /// Gives literals other characters: each range as [`Document::literals`] tells it, with the new text. A hole becomes a string.
    ///
    /// # Errors
    /// [`EditError::Value`] for characters that would have to be escaped; [`EditError::Unsound`] for ranges that overlap.
    pub fn set_literals(&self, changes: &[(Literal, String)]) -> Result<Outcome, EditError> {
        let mut change = Change::default();
        for (literal, text) in changes {
            let is_plain = |sign: char| sign.is_ascii_graphic() && !"\"\\$'`".contains(sign);
            if text.is_empty() || !text.chars().all(is_plain) {
                return Err(EditError::Value {
                    text: text.clone(),
                    reason: "it holds characters that would have to be escaped",
                });
            }
            let replacement = match literal.kind {
                LiteralKind::Hole => format!("\"{text}\""),
                _ => text.clone(),
            };
            change
                .edits
                .push(TextEdit::replace(literal.range.clone(), replacement));
        }
        self.finish(change)
    }
}

/// The names of the attributes around a node, outermost first, and where the innermost begins.
fn around(node: &SyntaxNode) -> (Vec<String>, Option<usize>) {
    let mut names = Vec::new();
    let mut start = None;
    for binding in node.ancestors().filter_map(ast::AttrpathValue::cast) {
        let path = binding.attrpath();
        if start.is_none() {
            start = path.map(|path| tree::span(path.syntax()).start);
        }
        let mut inner: Vec<String> = tree::names_of(&binding).into_iter().flatten().collect();
        inner.reverse();
        names.extend(inner);
    }
    names.reverse();
    (names, start)
}

fn of_string(node: &SyntaxNode, found: &mut Vec<Literal>) {
    // A name that is written as a string is no value.
    if node
        .parent()
        .is_some_and(|parent| ast::Attrpath::can_cast(parent.kind()))
    {
        return;
    }
    let tokens: Vec<_> = node.children_with_tokens().collect();
    let contents = tokens.iter().filter_map(|part| match part {
        NodeOrToken::Token(token) if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {
            Some(token)
        }
        _ => None,
    });
    let contents: Vec<_> = contents.collect();
    let has_interpolation = tokens
        .iter()
        .any(|part| part.kind() == SyntaxKind::NODE_INTERPOL);
    let (names, attribute_start) = around(node);
    if contents.is_empty() {
        let is_hash = names.last().is_some_and(|name| is_hash_name(name));
        if !has_interpolation && is_hash {
            found.push(Literal {
                kind: LiteralKind::Hole,
                text: String::new(),
                range: tree::span(node),
                names,
                attribute_start,
            });
        }
        return;
    }
    let kind = match contents.len() == 1 && !has_interpolation {
        true => LiteralKind::Whole,
        false => LiteralKind::Part,
    };
    for token in contents {
        found.push(Literal {
            kind,
            text: token.text().to_owned(),
            range: token.text_range().into(),
            names: names.clone(),
            attribute_start,
        });
    }
}

fn of_path(node: &SyntaxNode, found: &mut Vec<Literal>) {
    if node
        .children()
        .any(|part| part.kind() == SyntaxKind::NODE_INTERPOL)
    {
        return;
    }
    let (names, attribute_start) = around(node);
    found.push(Literal {
        kind: LiteralKind::Path,
        text: node.text().to_string(),
        range: tree::span(node),
        names,
        attribute_start,
    });
}

/// `fakeHash`, `lib.fakeHash`, `lib.fakeSha256`: a hash to be filled in, where it is the value of an attribute.
fn of_name(node: &SyntaxNode, found: &mut Vec<Literal>) {
    let Some(binding) = node.parent().and_then(ast::AttrpathValue::cast) else {
        return;
    };
    let name = match binding.value() {
        Some(Expr::Ident(name)) => Some(name.to_string()),
        Some(Expr::Select(select)) if select.default_expr().is_none() => select
            .attrpath()
            .and_then(|path| path.attrs().last())
            .and_then(|name| tree::name_of(&name)),
        _ => None,
    };
    let is_fake =
        name.is_some_and(|name| matches!(&*name, "fakeHash" | "fakeSha256" | "fakeSha512"));
    if is_fake {
        let (names, attribute_start) = around(node);
        found.push(Literal {
            kind: LiteralKind::Hole,
            text: String::new(),
            range: tree::span(node),
            names,
            attribute_start,
        });
    }
}

/// Whether an attribute of this name takes a hash: `hash`, `cargoHash`, `sha256`, `outputHash`.
fn is_hash_name(name: &str) -> bool {
    name == "hash"
        || name.ends_with("Hash")
        || ["sha1", "sha256", "sha512", "vendorSha256", "cargoSha256"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ lib }:
rec {
  version = "1.0"; # kept
  src = f {
    url = "https://x/${version}/a-1.0.tgz";
    hash = lib.fakeHash;
    "sha256" = "";
  };
  cargoLock.lockFile = ./Cargo.lock;
  text = ''
    1.0
  '';
}
"#;

    #[test]
    fn literals_know_their_attributes() {
        let document = Document::parse(TEXT).unwrap();
        let rows: Vec<String> = document
            .literals()
            .into_iter()
            .map(|it| format!("{:?} {} {}", it.kind, it.names.join("."), it.text.trim()))
            .collect();
        assert_eq!(
            rows,
            [
                "Whole version 1.0",
                "Part src.url https://x/",
                "Part src.url /a-1.0.tgz",
                "Hole src.hash ",
                "Hole src.sha256 ",
                "Path cargoLock.lockFile ./Cargo.lock",
                "Whole text 1.0",
            ]
        );
    }

    #[test]
    fn only_the_literal_changes() {
        let document = Document::parse(TEXT).unwrap();
        let literals = document.literals();
        let changes = [
            (literals[0].clone(), "2.0".to_owned()),
            (literals[3].clone(), "sha256-A=".to_owned()),
        ];
        let outcome = document.set_literals(&changes).unwrap();
        assert_eq!(
            outcome.text,
            TEXT.replacen("1.0", "2.0", 1)
                .replace("lib.fakeHash", "\"sha256-A=\"")
        );
        for hostile in ["", "a\"", "${x}", "a b", "''", "\\", "\n"] {
            let change = [(literals[0].clone(), hostile.to_owned())];
            assert!(document.set_literals(&change).is_err(), "{hostile}");
        }
    }
}
