//! Text to syntax tree, through rnix; the guard goes first, and errors say where and what.

use rnix::ParseError as Rnix;
use rnix::SyntaxKind;

use crate::guard::{self, GuardError};
use crate::position::{self, Position};

/// Why a text is not Nix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The guard refused it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The parser refused it.
    #[error("{position}: {sentence}")]
    Syntax {
        /// Where the parser stopped understanding.
        position: Position,
        /// What it wanted.
        sentence: String,
    },
}

impl ParseError {
    /// Returns the place, where there is one, and the sentence without it.
    #[must_use]
    pub fn parts(&self) -> (Option<Position>, String) {
        let position = match self {
            Self::Guard(error) => error.position(),
            Self::Syntax { position, .. } => Some(*position),
        };
        position::parts(position, &self.to_string())
    }
}

/// Parses `text`; the tree holds every byte of it, comments and spaces included.
///
/// # Errors
/// [`ParseError`] with the first thing that is wrong, as `line:column: sentence`.
pub fn parse(text: &str) -> Result<rnix::Root, ParseError> {
    guard::check(text)?;
    let parsed = rnix::Root::parse(text);
    match parsed
        .errors()
        .iter()
        .min_by_key(|error| offset(error, text))
    {
        None => Ok(parsed.tree()),
        Some(error) => Err(ParseError::Syntax {
            position: Position::of(text, offset(error, text)),
            sentence: sentence(error),
        }),
    }
}

fn offset(error: &Rnix, text: &str) -> usize {
    match error {
        Rnix::Unexpected(range)
        | Rnix::UnexpectedExtra(range)
        | Rnix::UnexpectedWanted(_, range, _)
        | Rnix::UnexpectedDoubleBind(range)
        | Rnix::DuplicatedArgs(range, _) => range.start().into(),
        _ => text.trim_end().len(),
    }
}

fn sentence(error: &Rnix) -> String {
    match error {
        Rnix::UnexpectedExtra(_) => "unexpected text behind the expression".to_owned(),
        Rnix::UnexpectedWanted(found, _, wanted) => {
            format!("unexpected {}, wanted {}", name(*found), names(wanted))
        }
        Rnix::UnexpectedDoubleBind(_) => "the argument set has two names".to_owned(),
        Rnix::UnexpectedEOF => "unexpected end of text".to_owned(),
        Rnix::UnexpectedEOFWanted(wanted) => {
            format!("unexpected end of text, wanted {}", names(wanted))
        }
        Rnix::DuplicatedArgs(_, name) => format!("the argument `{name}` is given twice"),
        Rnix::RecursionLimitExceeded => "nested too deeply".to_owned(),
        _ => "unexpected text".to_owned(),
    }
}

fn names(kinds: &[SyntaxKind]) -> String {
    let mut out = String::new();
    for (index, kind) in kinds.iter().enumerate() {
        match index {
            0 => {}
            _ if index + 1 == kinds.len() => out.push_str(" or "),
            _ => out.push_str(", "),
        }
        out.push_str(&name(*kind));
    }
    out
}

/// Returns what a token is called in a sentence.
fn name(kind: SyntaxKind) -> String {
    use SyntaxKind::*;
    let text = match kind {
        TOKEN_L_BRACE => "`{`",
        TOKEN_R_BRACE => "`}`",
        TOKEN_L_BRACK => "`[`",
        TOKEN_R_BRACK => "`]`",
        TOKEN_L_PAREN => "`(`",
        TOKEN_R_PAREN => "`)`",
        TOKEN_ASSIGN => "`=`",
        TOKEN_AT => "`@`",
        TOKEN_COLON => "`:`",
        TOKEN_COMMA => "`,`",
        TOKEN_DOT => "`.`",
        TOKEN_ELLIPSIS => "`...`",
        TOKEN_QUESTION => "`?`",
        TOKEN_SEMICOLON => "`;`",
        TOKEN_INTERPOL_START => "`${`",
        TOKEN_INTERPOL_END => "the end of an interpolation",
        TOKEN_STRING_START => "a string",
        TOKEN_STRING_CONTENT => "text",
        TOKEN_STRING_END => "the end of a string",
        TOKEN_IDENT => "a name",
        TOKEN_INTEGER | TOKEN_FLOAT => "a number",
        TOKEN_URI => "a URI",
        TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => "a path",
        TOKEN_ASSERT => "`assert`",
        TOKEN_ELSE => "`else`",
        TOKEN_IF => "`if`",
        TOKEN_IN => "`in`",
        TOKEN_INHERIT => "`inherit`",
        TOKEN_LET => "`let`",
        TOKEN_OR => "`or`",
        TOKEN_REC => "`rec`",
        TOKEN_THEN => "`then`",
        TOKEN_WITH => "`with`",
        TOKEN_ERROR => "characters that are no Nix",
        _ => "an operator",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_where_and_what() {
        let cases = [
            ("{\n  a = 1\n}", "3:1: unexpected `}`, wanted `;`"),
            ("{\n  a = (1;\n}", "2:9: unexpected `;`"),
            (
                "{ a = [ 1 }",
                "1:11: unexpected `}`, for what was opened at 1:7",
            ),
            ("{ a = 1; ", "1:1: `{` is never closed"),
            ("1 + ", "1:4: unexpected end of text"),
            ("", "1:1: unexpected end of text"),
            ("a b; c", "1:4: unexpected `;`"),
            ("{ a, a }: a } ", "1:13: unexpected `}`"),
            (
                "x y z == 1 == 2",
                "1:12: unexpected text behind the expression",
            ),
            ("\"${1}", "1:1: the string is never closed"),
            ("{ a = \"b; }", "1:7: the string is never closed"),
            ("{ a = ''b; }", "1:7: the string is never closed"),
            ("1 /* a", "1:3: the comment is never closed"),
            ("a \\ b", "1:3: unexpected `\\`"),
        ];
        for (text, expected) in cases {
            let error = parse(text).expect_err(text).to_string();
            assert_eq!(error, expected, "{text}");
        }
    }
}
