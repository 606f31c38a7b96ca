//! The Hex repository: where packages lie, and which versions there are.
//!
//! Source: the API description of Hex, "GET /packages/:name".

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Listed, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::Fetch;

#[derive(Deserialize)]
struct Package {
    releases: Vec<Release>,
    #[serde(default)]
    retirements: std::collections::BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Release {
    version: String,
}

/// Every version of a package; retired ones count as withdrawn.
pub fn versions(fetch: &dyn Fetch, name: &str) -> Result<Vec<Listed>, FetchError> {
    if !is_plain(name) {
        return Err(refused("the name of a Hex package", name));
    }
    let path = format!("api/packages/{}", segment(name));
    let url = fetch.endpoints().join(Endpoint::HexApi, &path);
    let found: Package = json(fetch, url, "application/json")
        .map_err(|error| missing(error, || format!("there is no Hex package `{name}`")))?;
    let listed = |release: Release| Listed {
        withdrawn: found
            .retirements
            .contains_key(&release.version)
            .then(|| "it was retired".to_owned()),
        ..Listed::new(&release.version)
    };
    Ok(found.releases.into_iter().map(listed).collect())
}

/// Where the outer tarball is, as nixpkgs' `fetchHex` spells it.
#[must_use]
pub fn tarball_url(endpoints: &Endpoints, name: &str, version: &str) -> Url {
    endpoints.join(
        Endpoint::Hex,
        &format!("tarballs/{}-{}.tar", segment(name), segment(version)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tarballs_are_named_by_package_and_version() {
        let url = tarball_url(&Endpoints::default(), "jason", "1.4.4");
        assert_eq!(url.path(), "/tarballs/jason-1.4.4.tar");
    }
}
