//! The Go module proxy: where modules lie.
//!
//! Source: the Go modules reference, "GOPROXY protocol" and "Module paths and versions" (escaping of capitals).

use serde::Deserialize;
use url::Url;

use super::{Listed, document, is_plain, json, missing, refused};
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

/// A module's path in an address, escaped.
#[must_use]
pub fn path(module: &str) -> String {
    module
        .split('/')
        .map(|part| segment(&escaped(part)))
        .collect::<Vec<_>>()
        .join("/")
}

/// Every tagged version of a module, without the `v`. Those that the newest release retracts count as withdrawn.
pub fn versions(fetch: &dyn Fetch, module: &str) -> Result<Vec<Listed>, FetchError> {
    if !module.split('/').all(is_plain) {
        return Err(refused("the path of a Go module", module));
    }
    let list = fetch
        .endpoints()
        .join(Endpoint::GoProxy, &format!("{}/@v/list", path(module)));
    let none = || format!("the proxy has no Go module `{module}`");
    let (bytes, _) =
        document(fetch, list.clone(), "text/plain").map_err(|error| missing(error, none))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let versions: Option<Vec<&str>> = lines.map(|line| numbers(line).map(|_| line)).collect();
    let Some(versions) = versions else {
        return Err(FetchError::Malformed {
            url: list.into(),
            reason: "it is no list of versions".to_owned(),
        });
    };
    let releases = versions.iter().filter(|version| !version.contains('-'));
    let retracted = match releases.max_by_key(|version| numbers(version)) {
        Some(newest) => {
            let file = url(fetch.endpoints(), module, newest, File::Mod);
            let (bytes, _) = document(fetch, file, "text/plain")?;
            retractions(&String::from_utf8_lossy(&bytes))
        }
        None => Vec::new(),
    };
    let is_retracted = |version: &str| {
        retracted
            .iter()
            .any(|(first, last)| numbers(version) >= *first && numbers(version) <= *last)
    };
    Ok(versions
        .iter()
        .map(|version| Listed {
            withdrawn: is_retracted(version).then(|| "it was retracted".to_owned()),
            ..Listed::new(version.trim_start_matches('v'))
        })
        .collect())
}

type Numbers = Option<[u64; 3]>;

/// The numbers of `v1.2.3-x`; none: it is no version of a module.
fn numbers(version: &str) -> Numbers {
    let core = version.strip_prefix('v')?.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// The first and last versions that the `retract` directives of a `go.mod` name.
fn retractions(file: &str) -> Vec<(Numbers, Numbers)> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in file.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let what = match line.strip_prefix("retract") {
            Some(rest) if rest.trim() == "(" => {
                in_block = true;
                continue;
            }
            Some(rest) if rest.starts_with([' ', '\t', '[']) => rest.trim(),
            _ if in_block && line == ")" => {
                in_block = false;
                continue;
            }
            _ if in_block => line,
            _ => continue,
        };
        let bare = what.trim_start_matches('[').trim_end_matches(']');
        let (first, last) = bare.split_once(',').unwrap_or((bare, bare));
        let (first, last) = (numbers(first.trim()), numbers(last.trim()));
        if first.is_some() && last.is_some() {
            found.push((first, last));
        }
    }
    found
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
    fn retractions_are_read() {
        let file = "module x\nretract v1.0.0 // bad\nretract [v1.2.0, v1.3.5]\nretract (\n\tv2.0.0\n\t[v3.0.0,v3.1.0] // x\n)\nrequire y v9.0.0\nretracted v8.0.0\n";
        let one = |first, last| (Some(first), Some(last));
        assert_eq!(
            retractions(file),
            [
                one([1, 0, 0], [1, 0, 0]),
                one([1, 2, 0], [1, 3, 5]),
                one([2, 0, 0], [2, 0, 0]),
                one([3, 0, 0], [3, 1, 0]),
            ]
        );
        assert_eq!(numbers("v1.2.3-rc.1"), Some([1, 2, 3]));
        for other in ["1.2.3", "v1.2", "<html>", "v1.2.3.4", "v1.x.3"] {
            assert_eq!(numbers(other), None, "{other}");
        }
    }

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
