//! The npm registry: packuments, versions, tarballs.
//!
//! Source: the registry's own documentation (`npm/registry`, "package metadata").

use nixsmith_store::hash::{Algorithm, Hash};
use serde_json::Value;
use url::Url;

use super::{Listed, base16, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, Endpoints};
use crate::error::FetchError;
use crate::request::{Fetch, FileRequest};

/// The `Accept` header for the short form of a packument: what an installation needs, no descriptions.
pub const ABBREVIATED_ACCEPT: &str = "application/vnd.npm.install-v1+json";

/// Characters of a name that stay as they are in an address.
const NAME: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// Whether `name` can be a package's: `name` or `@scope/name`, no step upwards, no leading dot.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        is_plain(part) && !part.starts_with('.') && !part.contains(['/', '%', '?', '#', ' '])
    };
    match name.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| is_part(scope) && is_part(name)),
        None => is_part(name),
    }
}

/// A name as one part of a path: `@scope%2fname`.
#[must_use]
pub fn escaped_name(name: &str) -> String {
    let part = |part: &str| percent_encoding::utf8_percent_encode(part, NAME).to_string();
    name.split('/').map(part).collect::<Vec<_>>().join("%2f")
}

/// Where a package's document is.
#[must_use]
pub fn packument_url(endpoints: &Endpoints, name: &str) -> Url {
    endpoints.join(Endpoint::Npm, &escaped_name(name))
}

/// Where a tarball lies by the registry's convention; a version's own document states it too.
#[must_use]
pub fn tarball_url(endpoints: &Endpoints, name: &str, version: &str) -> Url {
    let base = name.rsplit('/').next().unwrap_or(name);
    let file = percent_encoding::utf8_percent_encode(base, NAME);
    let version = percent_encoding::utf8_percent_encode(version, &NAME_AND_PLUS);
    let package: Vec<String> = name
        .split('/')
        .map(|part| percent_encoding::utf8_percent_encode(part, NAME).to_string())
        .collect();
    endpoints.join(
        Endpoint::Npm,
        &format!("{}/-/{file}-{version}.tgz", package.join("/")),
    )
}

/// As [`NAME`], with the `+` of build metadata.
const NAME_AND_PLUS: percent_encoding::AsciiSet = NAME.remove(b'+');

/// The whole document of a package; `abbreviated` for the short form.
pub fn packument(fetch: &dyn Fetch, name: &str, abbreviated: bool) -> Result<Value, FetchError> {
    check_name(name)?;
    let accept = if abbreviated {
        ABBREVIATED_ACCEPT
    } else {
        "application/json"
    };
    let document = json(fetch, packument_url(fetch.endpoints(), name), accept);
    document.map_err(|error| missing(error, || format!("there is no npm package `{name}`")))
}

/// Every version of a package, and the one that the tag `latest` names. Deprecated versions count as withdrawn.
pub fn versions(
    fetch: &dyn Fetch,
    name: &str,
) -> Result<(Vec<Listed>, Option<String>), FetchError> {
    let document = packument(fetch, name, true)?;
    let versions = document.get("versions").and_then(Value::as_object);
    let Some(versions) = versions else {
        return Err(FetchError::Malformed {
            url: packument_url(fetch.endpoints(), name).into(),
            reason: "it lists no versions".to_owned(),
        });
    };
    let is_deprecated = |manifest: &Value| match manifest.get("deprecated") {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Bool(is_so)) => *is_so,
        _ => false,
    };
    let listed = versions.iter().map(|(version, manifest)| Listed {
        withdrawn: is_deprecated(manifest).then(|| "it is deprecated".to_owned()),
        ..Listed::new(version)
    });
    let latest = document
        .pointer("/dist-tags/latest")
        .and_then(Value::as_str);
    Ok((listed.collect(), latest.map(str::to_owned)))
}

/// One released version.
#[derive(Debug, Clone)]
pub struct Release {
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// Where the tarball is.
    pub tarball: Url,
    /// What the registry states, strongest first; never empty.
    pub hashes: Vec<Hash>,
    /// The manifest as the registry keeps it: `package.json` and what the registry adds.
    pub manifest: Value,
}

impl Release {
    /// The request for the tarball: its content never changes.
    #[must_use]
    pub fn request(&self) -> FileRequest {
        let request = FileRequest::new(self.tarball.clone()).immutable();
        FileRequest {
            expected: self.hashes.clone(),
            ..request
        }
    }
}

/// The release `version`, or, without one, what the tag `latest` names.
pub fn release(
    fetch: &dyn Fetch,
    name: &str,
    version: Option<&str>,
) -> Result<Release, FetchError> {
    check_name(name)?;
    let version = version.unwrap_or("latest");
    if !is_plain(version) || version.contains(['/', '?', '#', '%']) {
        return Err(refused("a version of an npm package", version));
    }
    let encoded = percent_encoding::utf8_percent_encode(version, &NAME_AND_PLUS);
    let url = fetch
        .endpoints()
        .join(Endpoint::Npm, &format!("{}/{encoded}", escaped_name(name)));
    let manifest: Value = json(fetch, url.clone(), "application/json").map_err(|error| {
        missing(error, || {
            format!("npm package `{name}` has no version `{version}`")
        })
    })?;
    read_release(manifest, name).map_err(|reason| FetchError::Malformed {
        url: url.into(),
        reason: reason.to_owned(),
    })
}

fn check_name(name: &str) -> Result<(), FetchError> {
    if is_name(name) {
        Ok(())
    } else {
        Err(refused("the name of an npm package", name))
    }
}

fn read_release(manifest: Value, name: &str) -> Result<Release, &'static str> {
    let text = |place: &str| manifest.pointer(place).and_then(Value::as_str);
    let version = text("/version").ok_or("it has no version")?.to_owned();
    let tarball = text("/dist/tarball")
        .and_then(|url| Url::parse(url).ok())
        .ok_or("it has no tarball")?;
    let integrity = text("/dist/integrity").unwrap_or_default();
    let mut hashes: Vec<Hash> = parse_integrity(integrity);
    hashes.extend(text("/dist/shasum").and_then(|digest| base16(Algorithm::Sha1, digest)));
    if hashes.is_empty() {
        return Err("it has no hash that is known");
    }
    Ok(Release {
        name: name.to_owned(),
        version,
        tarball,
        hashes,
        manifest,
    })
}

/// The hashes of a subresource integrity text: words such as `sha512-…`, options after `?` dropped, unknown algorithms left out.
#[must_use]
pub fn parse_integrity(text: &str) -> Vec<Hash> {
    let words = text
        .split_ascii_whitespace()
        .map(|word| word.split_once('?').map_or(word, |(word, _)| word));
    words
        .filter(|word| word.contains('-'))
        .filter_map(|word| Hash::parse(word, None).ok())
        .collect()
}

#[cfg(test)]
mod tests;
