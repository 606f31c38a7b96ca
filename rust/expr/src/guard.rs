//! Refuses text that a recursive parser cannot be given: too large, nested too deeply, or so broken that its nesting
//! cannot be told. Runs before every parser of this crate and is itself iterative. It knows tokens and brackets; what
//! else is wrong with a text is the parser's to say.
//!
//! Why every limit is there: rnix and nixfmt stop at 512 nested expressions by themselves, but lists, unary operators,
//! right-associative operators and `or` defaults recurse past that, and long left-associative chains make trees whose
//! release recurses. The depth here counts all of them.

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_STRING_CONTENT, TOKEN_WHITESPACE};

use crate::position::Position;

mod scanner;

use scanner::Scanner;

/// The largest text that is parsed: far above what people write, and generated package sets fit.
pub const SIZE_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The deepest syntax tree that is parsed: open brackets, strings and `let`s, together with the operators, calls and
/// lambdas in each. Of nixpkgs' 43,718 files (July 2026) the deepest counts 491, a test of the module system; the next 378.
pub const DEPTH_LIMIT: usize = 1000;

/// The longest attribute path that is parsed, in dots: the formatter's work grows with the square of it and more.
pub const PATH_LIMIT: usize = 250;

/// How many characters the tokenizer may read ahead. At each token it looks to the end of the run of path characters
/// that the token is in, which is quadratic in the run's length; inside a string it does not.
const LOOKAHEAD_LIMIT: usize = 100_000_000;

/// Why a text is not parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The text is larger than [`SIZE_LIMIT_BYTES`].
    #[error("the text has {size_bytes} bytes, more than the {SIZE_LIMIT_BYTES} that are parsed")]
    Size {
        /// The text's size.
        size_bytes: usize,
    },
    /// The tree would be deeper than [`DEPTH_LIMIT`].
    #[error("{position}: nested deeper than {DEPTH_LIMIT} levels")]
    Depth {
        /// Where the limit was passed.
        position: Position,
    },
    /// An attribute path is longer than [`PATH_LIMIT`].
    #[error("{position}: an attribute path of more than {PATH_LIMIT} dots")]
    Path {
        /// Where the limit was passed.
        position: Position,
    },
    /// Words joined by `.`, `/`, `+` and `-` without a space, too long to be looked through.
    #[error("{position}: a word of {length} characters with too many parts")]
    Word {
        /// Where the word begins.
        position: Position,
        /// Its length.
        length: usize,
    },
    /// A closing bracket without its opening one, or an operator without its right side.
    #[error("{position}: unexpected `{found}`{}", .opened.map(|at| format!(", for what was opened at {at}")).unwrap_or_default())]
    Unexpected {
        /// Where it stands.
        position: Position,
        /// What stands there.
        found: String,
        /// What it should have closed.
        opened: Option<Position>,
    },
    /// An opening bracket, string or `let` without its end.
    #[error("{position}: {opening} is never closed")]
    Unclosed {
        /// Where it was opened.
        position: Position,
        /// What was opened, as it stands in a sentence.
        opening: &'static str,
    },
}

impl GuardError {
    /// Returns where it is, for what has a place.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Size { .. } => None,
            Self::Depth { position }
            | Self::Path { position }
            | Self::Word { position, .. }
            | Self::Unexpected { position, .. }
            | Self::Unclosed { position, .. } => Some(*position),
        }
    }
}

/// Checks that `text` can be given to a recursive parser.
///
/// # Errors
/// A [`GuardError`] that says what stands in the way, and where. Every text that is valid Nix and within the limits
/// passes.
pub fn check(text: &str) -> Result<(), GuardError> {
    depth(text).map(|_| ())
}

/// Returns how deep the syntax tree of `text` can be at most, in the levels that [`DEPTH_LIMIT`] counts.
///
/// # Errors
/// As [`check`].
pub fn depth(text: &str) -> Result<usize, GuardError> {
    if text.len() > SIZE_LIMIT_BYTES {
        return Err(GuardError::Size {
            size_bytes: text.len(),
        });
    }
    let mut scanner = Scanner::new(text);
    let mut lookahead = Lookahead::default();
    for (kind, token) in rnix::tokenize(text) {
        if !matches!(kind, TOKEN_WHITESPACE | TOKEN_COMMENT) {
            if kind != TOKEN_STRING_CONTENT {
                lookahead.token(text, scanner.offset)?;
            }
            scanner.token(kind, token)?;
        }
        scanner.offset += token.len();
    }
    scanner.finish()
}

/// What the tokenizer's lookahead has cost so far, in characters.
#[derive(Default)]
struct Lookahead {
    cost: usize,
    begin: usize,
    end: usize,
}

impl Lookahead {
    /// A token of code begins at `offset`.
    fn token(&mut self, text: &str, offset: usize) -> Result<(), GuardError> {
        if offset >= self.end {
            let run = text
                .bytes()
                .skip(offset)
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"/_.+-<".contains(byte));
            self.begin = offset;
            self.end = offset + run.count();
        }
        self.cost = self.cost.saturating_add(self.end.saturating_sub(offset));
        if self.cost > LOOKAHEAD_LIMIT && self.end - self.begin > 1000 {
            return Err(GuardError::Word {
                position: Position::of(text, self.begin),
                length: self.end - self.begin,
            });
        }
        Ok(())
    }
}
