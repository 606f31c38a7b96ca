//! Text to text in nixpkgs' style, byte for byte as nixfmt writes it, through nixfmt_rs; the guard goes first.

use crate::guard::{self, GuardError};
use crate::position::Position;

/// Why a text could not be formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The guard refused it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The formatter's parser refused it.
    #[error("{position}: {sentence}")]
    Syntax {
        /// Where it stopped understanding.
        position: Position,
        /// What it said.
        sentence: String,
    },
}

/// Returns `text` formatted, with a final newline. Formatting the result changes nothing.
///
/// # Errors
/// [`FormatError`] where `text` is no Nix, as `line:column: sentence`.
pub fn format(text: &str) -> Result<String, FormatError> {
    guard::check(text)?;
    nixfmt_rs::format(text).map_err(|error| FormatError::Syntax {
        position: Position::of(text, error.byte_range().start),
        sentence: error.message(),
    })
}
