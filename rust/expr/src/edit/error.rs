//! Why an edit is not made. The text is then as it was.

use super::path::AttributePathError;
use super::text::TextEditError;
use crate::parse::ParseError;
use crate::position::Position;
use crate::quote::QuoteError;

/// Why an edit is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The text is no Nix.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// Nix ends the comment at the carriage return, this parser at the line feed: they see different code.
    #[error("{position}: a carriage return without a line feed ends a comment")]
    CarriageReturn {
        /// Where the comment begins.
        position: Position,
    },
    /// What is to be written is no Nix.
    #[error("not a Nix expression: `{text}`")]
    NoExpression {
        /// The refused text.
        text: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// What is to be written is no single expression.
    #[error("{reason}, so this cannot be written as a value: `{text}`")]
    Value {
        /// The refused text.
        text: String,
        /// What is wrong with it, a clause.
        reason: &'static str,
    },
    /// A name or a text that Nix has no form for.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// A text that is no attribute path.
    #[error(transparent)]
    Path(#[from] AttributePathError),
    /// There is nothing to edit where the edit was to be made.
    #[error("no {what} to edit in the expression")]
    Anchor {
        /// What was looked for: `attribute set`, `call of `mkDerivation``.
        what: String,
    },
    /// There are several, and nothing says which is meant.
    #[error("{count} of these, and nothing says which one is meant: {what}")]
    Ambiguous {
        /// What there is several times.
        what: String,
        /// How many there are.
        count: usize,
    },
    /// No attribute is written at this place.
    #[error("no attribute{} is written at this place", .name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default())]
    Place {
        /// The name that was expected there.
        name: Option<String>,
    },
    /// The attribute is not there.
    #[error("no attribute `{path}`")]
    Missing {
        /// The path, as it is written in Nix.
        path: String,
    },
    /// The attribute is already there.
    #[error("{position}: the attribute `{path}` exists")]
    Exists {
        /// The path, as it is written in Nix.
        path: String,
        /// Where it is.
        position: Position,
    },
    /// The attribute is written in several bindings below it, so it has no value of its own to change.
    #[error("{position}: the attribute `{path}` is written in pieces")]
    Pieces {
        /// The path, as it is written in Nix.
        path: String,
        /// Where the first piece is.
        position: Position,
    },
    /// The path goes through something that is no set, or none that can be seen without evaluating.
    #[error("{position}: no attribute set is written here, so it cannot hold `{path}`")]
    NoSet {
        /// The path, as it is written in Nix.
        path: String,
        /// What is in the way.
        position: Position,
    },
    /// The value has no list in it.
    #[error("{position}: no list is written here")]
    NoList {
        /// Where the value is.
        position: Position,
    },
    /// The element is not in the list.
    #[error("no element `{element}` in the list")]
    ElementMissing {
        /// The element's text.
        element: String,
    },
    /// The element is already in the list.
    #[error("{position}: the element `{element}` is in the list")]
    ElementExists {
        /// The element's text.
        element: String,
        /// Where it is.
        position: Position,
    },
    /// The function takes its argument whole, or there is no function.
    #[error("no function that names its arguments")]
    NoFormals,
    /// The function has no such argument.
    #[error("no argument `{name}`")]
    FormalMissing {
        /// Its name.
        name: String,
    },
    /// The function has such an argument, or the name is taken.
    #[error("{position}: the argument `{name}` exists")]
    FormalExists {
        /// Its name.
        name: String,
        /// Where it is.
        position: Position,
    },
    /// The name is used, so taking it away would break the expression or change its meaning.
    #[error("{position}: `{name}` is used here")]
    Used {
        /// The name.
        name: String,
        /// A place where it is used.
        position: Position,
    },
    /// The file is no flake.
    #[error("not a flake: {reason}")]
    NoFlake {
        /// What is wrong with it, a clause.
        reason: &'static str,
    },
    /// A text that cannot name an input.
    #[error("not a flake input's name: `{name}`")]
    InputName {
        /// The refused text.
        name: String,
    },
    /// The flake has such an input.
    #[error("{position}: the input `{name}` exists")]
    InputExists {
        /// Its name.
        name: String,
        /// Where it is.
        position: Position,
    },
    /// The flake has no such input.
    #[error("no input `{name}`")]
    InputMissing {
        /// Its name.
        name: String,
    },
    /// The input is described in another way, which a URL would contradict.
    #[error("{position}: the input `{name}` is described by `{attribute}`, not by a URL")]
    InputForm {
        /// Its name.
        name: String,
        /// What describes it: `follows`, `type`.
        attribute: &'static str,
        /// Where that is.
        position: Position,
    },
    /// An input of the flake itself is this one under another name.
    #[error("{position}: the input `{follower}` follows `{name}`")]
    InputFollowed {
        /// Its name.
        name: String,
        /// The other one.
        follower: String,
        /// Where that is said.
        position: Position,
    },
    /// Our defect: the edit would have damaged the text.
    #[error("the edit was not sound: {reason}")]
    Unsound {
        /// What was wrong with the result, a clause.
        reason: String,
    },
}

impl From<TextEditError> for EditError {
    fn from(error: TextEditError) -> Self {
        Self::Unsound {
            reason: error.to_string(),
        }
    }
}
