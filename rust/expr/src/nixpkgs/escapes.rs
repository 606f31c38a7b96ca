//! Escapes in strings that change nothing: `"\."` is `"."`, `''\.` is `.`.
//!
//! The verdicts are nixpkgs-vet's (NPV-170), which looks at each literal part of a string by itself.

use std::str::CharIndices;

use rnix::SyntaxKind::{NODE_STRING, TOKEN_STRING_CONTENT, TOKEN_STRING_START};
use rnix::SyntaxToken;
use rowan::ast::AstNode as _;

/// An escape without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UselessEscape {
    /// The character that is escaped.
    pub character: char,
    /// Where that character is, in bytes.
    pub offset: usize,
    /// Whether it stands between `''`, where the escape is `''\`; `\` otherwise.
    pub indented: bool,
}

impl UselessEscape {
    /// The escape as it is written; a control character shows as `\u{…}`.
    #[must_use]
    pub fn text(&self) -> String {
        let prefix = if self.indented { "''\\" } else { "\\" };
        format!("{prefix}{}", self.meaning())
    }

    /// What it comes to: the character without the escape.
    #[must_use]
    pub fn meaning(&self) -> String {
        if self.character.is_control() {
            self.character.escape_unicode().to_string()
        } else {
            self.character.to_string()
        }
    }
}

/// Every escape without effect, in the order of the text.
#[must_use]
pub fn useless_escapes(root: &rnix::Root) -> Vec<UselessEscape> {
    let mut found = Vec::new();
    let strings = root.syntax().descendants();
    for string in strings.filter(|node| node.kind() == NODE_STRING) {
        let tokens: Vec<SyntaxToken> = string
            .children_with_tokens()
            .filter_map(rnix::SyntaxElement::into_token)
            .collect();
        let indented = tokens
            .first()
            .is_some_and(|first| first.kind() == TOKEN_STRING_START && first.text() == "''");
        for token in tokens
            .iter()
            .filter(|token| token.kind() == TOKEN_STRING_CONTENT)
        {
            let start: usize = token.text_range().start().into();
            let characters = token.text().char_indices();
            let escapes = if indented {
                in_indented(characters)
            } else {
                in_plain(characters)
            };
            found.extend(escapes.into_iter().map(|(at, character)| UselessEscape {
                character,
                offset: start + at,
                indented,
            }));
        }
    }
    found.sort_by_key(|escape| escape.offset);
    found
}

fn in_plain(mut characters: CharIndices<'_>) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    while let Some((_, character)) = characters.next() {
        if character != '\\' {
            continue;
        }
        match characters.next() {
            Some((_, '\\' | '$' | '"' | 'r' | 'n' | 't')) | None => {}
            Some(useless) => found.push(useless),
        }
    }
    found
}

fn in_indented(mut characters: CharIndices<'_>) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    while let Some((_, character)) = characters.next() {
        // A single `'` takes the next character with it.
        if character != '\'' || !matches!(characters.next(), Some((_, '\''))) {
            continue;
        }
        match characters.next() {
            Some((_, '\'' | '$')) => {}
            Some((_, '\\')) => match characters.next() {
                Some((_, 'n' | 'r' | 't' | '\'')) => {}
                Some(useless) => found.push(useless),
                None => break,
            },
            _ => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn escapes(text: &str) -> Vec<(usize, String)> {
        useless_escapes(&parse(text).unwrap())
            .into_iter()
            .map(|escape| (escape.offset, escape.text()))
            .collect()
    }

    #[test]
    fn plain_strings() {
        assert_eq!(escapes(r#""\n\r\t\\\"\${a}""#), []);
        assert_eq!(escapes(r#""\.""#), [(2, "\\.".to_owned())]);
        assert_eq!(
            escapes(r#""a${"\/"}\ö""#),
            [(6, "\\/".to_owned()), (10, "\\ö".to_owned())]
        );
        assert_eq!(escapes("\"\\\n\""), [(2, "\\\\u{a}".to_owned())]);
    }

    #[test]
    fn indented_strings() {
        assert_eq!(escapes(r"'' \. ''\n ''\t ''$ ''' ''"), []);
        assert_eq!(escapes(r"'' ''\. ''"), [(6, "''\\.".to_owned())]);
        assert_eq!(escapes(r"'' ''\\ ''"), [(6, "''\\\\".to_owned())]);
        assert_eq!(escapes("'' ''\\${a} ''\\x ''").len(), 2);
    }
}
