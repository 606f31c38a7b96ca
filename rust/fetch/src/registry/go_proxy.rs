//! The Go module proxy: where modules lie.
//!
//! Source: the Go modules reference, "GOPROXY protocol" and "Module paths and versions" (escaping of capitals).

use serde::Deserialize;
use url::Url;

use super::{is_plain, json, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// A module path or version with capitals as `!` and the small letter.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(letter.to_ascii_lowercase());
    }
    escaped
}

/// Which of a version's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// Version and time, as JSON.
    Info,
    /// `go.mod`.
    Mod,
    /// The module's files.
    Zip,
}

/// Where a file of a module's version is.
#[must_use]
pub fn url(endpoints: &Endpoints, module: &str, version: &str, file: File) -> Url {
    let extension = match file {
        File::Info => "info",
        File::Mod => "mod",
        File::Zip => "zip",
    };
    let version = segment(&escaped(version));
    endpoints.join(
        Endpoint::GoProxy,
        &format!("{}/@v/{version}.{extension}", path(module)),
    )
}

fn path(module: &str) -> String {
    module
        .split('/')
        .map(|part| segment(&escaped(part)))
        .collect::<Vec<_>>()
        .join("/")
}

/// What the proxy says of a version.
#[derive(Debug, Clone, Deserialize)]
pub struct Info {
    /// The version, in its full form.
    #[serde(rename = "Version")]
    pub version: String,
    /// When it was made (RFC 3339).
    #[serde(rename = "Time", default)]
    pub time: Option<String>,
}

/// The version that `version` names, or the newest.
pub fn info(fetch: &dyn Fetch, module: &str, version: Option<&str>) -> Result<Info, FetchError> {
    if !module.split('/').all(is_plain) {
        return Err(refused("the path of a Go module", module));
    }
    let url = match version {
        Some(version) => url(fetch.endpoints(), module, version, File::Info),
        None => fetch
            .endpoints()
            .join(Endpoint::GoProxy, &format!("{}/@latest", path(module))),
    };
    match json(fetch, url, "application/json") {
        Err(FetchError::NotFound { .. }) => {
            let version = version
                .map(|version| format!(" version `{version}` of"))
                .unwrap_or_default();
            Err(FetchError::Missing(format!(
                "the proxy has no{version} Go module `{module}`"
            )))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_escaped() {
        let url = url(
            &Endpoints::default(),
            "example.org/BurntSushi/toml/v2",
            "v1.0.0-RC1+incompatible",
            File::Zip,
        );
        assert_eq!(
            url.path(),
            "/example.org/!burnt!sushi/toml/v2/@v/v1.0.0-!r!c1+incompatible.zip"
        );
    }
}
