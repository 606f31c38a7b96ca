//! Package registries: where their documents lie, what in them matters, and which of several versions is meant.
//!
//! Everything goes through [`Fetch`], so a test or a private mirror answers as well as the public service.

pub mod cpan;
pub mod cran;
pub mod crates;
pub mod folder;
pub mod gnome;
pub mod go_proxy;
pub mod hackage;
pub mod hex;
pub mod maven;
pub mod npm;
pub mod packagist;
pub mod pypi;
pub mod rubygems;
pub mod sourceforge;

use nixsmith_store::hash::{Algorithm, Hash, Notation};
use url::Url;

use crate::error::FetchError;
use crate::request::{Fetch, FetchedFile, FileRequest};

/// A version that a registry lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// As the registry spells it.
    pub version: String,
    /// Whether the registry itself calls it a prerelease.
    pub prerelease: bool,
    /// Why nobody should take it, such as `it is deprecated`.
    pub withdrawn: Option<String>,
    /// The public page that tells what is new in it.
    pub changelog: Option<String>,
}

impl Listed {
    /// A version of which nothing else is known.
    #[must_use]
    pub fn new(version: &str) -> Self {
        Self {
            version: version.trim().to_owned(),
            ..Self::default()
        }
    }
}

/// The same failure, or, where the service says that there is no such thing, this sentence.
fn missing(error: FetchError, sentence: impl FnOnce() -> String) -> FetchError {
    match error {
        FetchError::NotFound { .. } => FetchError::Missing(sentence()),
        other => other,
    }
}

/// A document of a registry, read whole.
fn document(
    fetch: &dyn Fetch,
    url: Url,
    accept: &str,
) -> Result<(Vec<u8>, FetchedFile), FetchError> {
    let file = fetch.file(&FileRequest::document(url, accept))?;
    Ok((file.bytes()?, file))
}

/// A JSON document of a registry, read whole. Depth is capped by `serde_json` (128 levels).
fn json<T: serde::de::DeserializeOwned>(
    fetch: &dyn Fetch,
    url: Url,
    accept: &str,
) -> Result<T, FetchError> {
    let (bytes, _) = document(fetch, url.clone(), accept)?;
    serde_json::from_slice(&bytes).map_err(|error| FetchError::Malformed {
        url: url.into(),
        reason: error.to_string(),
    })
}

/// A hash that a registry states in hexadecimal; another length is no hash.
fn base16(algorithm: Algorithm, text: &str) -> Option<Hash> {
    let hash = Hash::parse(text, Some(algorithm)).ok()?;
    // Other notations of the same length do not exist, but other lengths of other notations do.
    (text.len() == hash.to_text(Notation::Base16).len()).then_some(hash)
}

/// Whether outside text can be a name or version in a path: not empty, not too long, no control character, no step upwards.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && !text
            .chars()
            .any(|letter| letter.is_control() || letter == '\\')
        && text != "."
        && text != ".."
}

fn refused(what: &str, text: &str) -> FetchError {
    FetchError::Missing(format!("`{}` is not {what}", text.escape_debug()))
}
