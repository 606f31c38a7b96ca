//! Hackage: the versions of a Haskell package.
//!
//! Source: the server's own list of its addresses, `/package/:package/preferred.:format`.

use serde::Deserialize;

use super::{Listed, json, missing, refused};
use crate::endpoints::Endpoint;
use crate::error::FetchError;
use crate::request::Fetch;

#[derive(Deserialize)]
struct Preferred {
    #[serde(rename = "normal-version")]
    normal: Vec<String>,
    #[serde(rename = "deprecated-version", default)]
    deprecated: Vec<String>,
    #[serde(rename = "unpreferred-version", default)]
    unpreferred: Vec<String>,
}

/// Every version of a package; deprecated and unpreferred ones count as withdrawn.
pub fn versions(fetch: &dyn Fetch, name: &str) -> Result<Vec<Listed>, FetchError> {
    let is_name = (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_name {
        return Err(refused("the name of a Haskell package", name));
    }
    let path = format!("package/{name}/preferred.json");
    let url = fetch.endpoints().join(Endpoint::Hackage, &path);
    let found: Preferred = json(fetch, url, "application/json")
        .map_err(|error| missing(error, || format!("there is no Haskell package `{name}`")))?;
    let page = Endpoint::Hackage.public_url();
    let listed = |version: String, withdrawn: Option<&str>| Listed {
        withdrawn: withdrawn.map(str::to_owned),
        changelog: Some(format!("{page}/package/{name}-{version}/changelog")),
        ..Listed::new(&version)
    };
    let normal = found
        .normal
        .into_iter()
        .map(|version| listed(version, None));
    let deprecated = found
        .deprecated
        .into_iter()
        .map(|version| listed(version, Some("it is deprecated")));
    let unpreferred = found
        .unpreferred
        .into_iter()
        .map(|version| listed(version, Some("its maintainers prefer another one")));
    Ok(normal.chain(deprecated).chain(unpreferred).collect())
}
