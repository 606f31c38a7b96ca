//! Packagist: the versions of a PHP package.
//!
//! Source: the registry's own documentation, "Using the Composer v2 metadata".

use serde_json::Value;

use super::{Listed, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// Every tagged version of `VENDOR/NAME`.
pub fn versions(fetch: &dyn Fetch, name: &str) -> Result<Vec<Listed>, FetchError> {
    let parts = name.split_once('/');
    let Some((vendor, package)) =
        parts.filter(|(vendor, package)| is_plain(vendor) && is_plain(package))
    else {
        return Err(refused("the name of a PHP package", name));
    };
    let path = format!("p2/{}/{}.json", segment(vendor), segment(package));
    let url = fetch.endpoints().join(Endpoint::Packagist, &path);
    let found: Value = json(fetch, url.clone(), "application/json")
        .map_err(|error| missing(error, || format!("there is no PHP package `{name}`")))?;
    let entries = found
        .get("packages")
        .and_then(|packages| packages.get(name))
        .and_then(Value::as_array)
        .ok_or_else(|| FetchError::Malformed {
            url: url.into(),
            reason: "it does not list the package".to_owned(),
        })?;
    let versions = entries
        .iter()
        .filter_map(|entry| entry.get("version").and_then(Value::as_str));
    Ok(versions
        .map(|version| Listed::new(version.strip_prefix('v').unwrap_or(version)))
        .collect())
}
