//! What a rule may know of the git repository around a text. Only git can tell it, and this crate runs no programs: whoever
//! has the text judged answers.

use std::fmt;

/// What git says of the folder that a text lies in. Asked from many threads.
pub trait Surroundings: fmt::Debug + Sync {
    /// Whether a path, as a path literal of the text is written (`./a.nix`, `../b`), leads to something that exists and that git
    /// does not know, so that a flake in the repository does not see it.
    fn is_untracked(&self, path: &str) -> bool;

    /// Whether git ignores the `flake.lock` beside the text.
    fn ignores_lock(&self) -> bool;
}
