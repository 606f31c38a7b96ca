//! The gem registry: where gems lie, and which versions there are.
//!
//! Source: the registry's API guide, "GET - /api/v1/versions/[GEM NAME].json"; yanked versions are not in it.

use serde::Deserialize;
use url::Url;

use super::{Listed, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::Fetch;

#[derive(Deserialize)]
struct Version {
    number: String,
    #[serde(default)]
    prerelease: bool,
    #[serde(default)]
    metadata: std::collections::BTreeMap<String, serde_json::Value>,
}

/// Every version of a gem; one entry for each platform.
pub fn versions(fetch: &dyn Fetch, name: &str) -> Result<Vec<Listed>, FetchError> {
    if !is_plain(name) {
        return Err(refused("the name of a gem", name));
    }
    let path = format!("api/v1/versions/{}.json", segment(name));
    let url = fetch.endpoints().join(Endpoint::Rubygems, &path);
    let found: Vec<Version> = json(fetch, url, "application/json")
        .map_err(|error| missing(error, || format!("there is no gem `{name}`")))?;
    Ok(found
        .into_iter()
        .map(|version| Listed {
            prerelease: version.prerelease,
            changelog: version
                .metadata
                .get("changelog_uri")
                .and_then(|page| page.as_str())
                .map(str::to_owned),
            ..Listed::new(&version.number)
        })
        .collect())
}

/// Where a gem is; `platform` for gems that are not pure Ruby, such as `x86_64-linux`.
#[must_use]
pub fn gem_url(endpoints: &Endpoints, name: &str, version: &str, platform: Option<&str>) -> Url {
    let platform = platform
        .map(|platform| format!("-{}", segment(platform)))
        .unwrap_or_default();
    endpoints.join(
        Endpoint::Rubygems,
        &format!("gems/{}-{}{platform}.gem", segment(name), segment(version)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gems_are_named_by_name_version_and_platform() {
        let endpoints = Endpoints::default();
        assert_eq!(
            gem_url(&endpoints, "rack", "3.1.0", None).path(),
            "/gems/rack-3.1.0.gem"
        );
        let platform = gem_url(&endpoints, "nokogiri", "1.16.0", Some("x86_64-linux"));
        assert_eq!(platform.path(), "/gems/nokogiri-1.16.0-x86_64-linux.gem");
    }
}
