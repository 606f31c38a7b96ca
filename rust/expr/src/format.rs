//! Text to text in nixpkgs' style, byte for byte as nixfmt writes it, through nixfmt_rs; the guard goes first.
//!
//! One difference is known: where an operand of `&&` is a `?` that breaks over lines, nixfmt_rs puts the `?` one step
//! further in. It shows in 1 of the 43,717 files of nixpkgs (July 2026) that are people's; the others come back unchanged.

use crate::guard::{self, GuardError};
use crate::position::{self, Position};

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
    /// The thread for a deeply nested text did not start or did not finish.
    #[error("could not format in a thread of its own: {reason}")]
    Thread {
        /// What the system said.
        reason: String,
    },
}

impl FormatError {
    /// Returns the place, where there is one, and the sentence without it.
    #[must_use]
    pub fn parts(&self) -> (Option<Position>, String) {
        let position = match self {
            Self::Guard(error) => error.position(),
            Self::Syntax { position, .. } => Some(*position),
            Self::Thread { .. } => None,
        };
        position::parts(position, &self.to_string())
    }
}

/// Texts no deeper than this are formatted on the caller's stack: far within the 2 MiB of an ordinary thread.
const SHALLOW: usize = 60;

/// The stack for deeper texts. At its own limit of 512 levels the formatter took between 2 and 4 MiB.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// How often a text is given to the formatter until it comes back as it is. Twice is enough nearly always.
const ROUND_LIMIT: usize = 8;

/// Returns `text` formatted, with a final newline. Formatting the result changes nothing.
///
/// nixfmt lays out some texts with very long names otherwise when it meets its own result again; it is run until it is content,
/// since a check with it asks for that.
///
/// # Errors
/// [`FormatError`] where `text` is no Nix, as `line:column: sentence`.
pub fn format(text: &str) -> Result<String, FormatError> {
    let mut formatted = once(text)?;
    for _ in 0..ROUND_LIMIT {
        if formatted == text {
            break;
        }
        let again = once(&formatted)?;
        if again == formatted {
            break;
        }
        formatted = again;
    }
    Ok(formatted)
}

fn once(text: &str) -> Result<String, FormatError> {
    let formatted = if guard::depth(text)? <= SHALLOW {
        nixfmt_rs::format(text)
    } else {
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, || nixfmt_rs::format(text))
                .map_err(|error| FormatError::Thread {
                    reason: error.to_string(),
                })?
                .join()
                .map_err(|_| FormatError::Thread {
                    reason: "it panicked".to_owned(),
                })
        })?
    };
    formatted.map_err(|error| FormatError::Syntax {
        position: Position::of(text, error.byte_range().start),
        sentence: error.message(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_one_that_the_formatter_leaves_alone() {
        let name = "f".repeat(78);
        let text =
            format!("{{\n  {name} = {{ self, nixpkgs }}: {{\n    a = {{ b.c = 1; }};\n  }};\n}}\n");
        let formatted = format(&text).unwrap();
        assert_ne!(
            once(&text).unwrap(),
            formatted,
            "the formatter is content at once now"
        );
        assert_eq!(once(&formatted).unwrap(), formatted);
    }
}
