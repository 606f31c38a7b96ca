//! What a failure of the forge means for a person.

use nixsmith_fetch::FetchError;

use crate::error::Problem;

/// The failure of what was tried, with what helps where that is known.
pub(super) fn failed(what: impl Into<String>, error: FetchError) -> anyhow::Error {
    let hint = match &error {
        FetchError::Forbidden { status: 401, .. } => {
            "set GITHUB_TOKEN to a token that is valid, or log in with `gh auth login`"
        }
        FetchError::Forbidden { .. } => {
            "set GITHUB_TOKEN to a token that may do this, or log in anew with `gh auth login`"
        }
        FetchError::RateLimited { .. } => {
            "try again later; without a token the forge answers few requests: set GITHUB_TOKEN, or log in with `gh auth login`"
        }
        FetchError::Interrupted | FetchError::Offline { .. } => return error.into(),
        _ => return Problem::user(what).source(error).into(),
    };
    Problem::user(what).hint(hint).source(error).into()
}
