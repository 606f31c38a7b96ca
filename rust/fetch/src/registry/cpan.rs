//! CPAN: what MetaCPAN knows of a distribution.
//!
//! Source: the API documentation of MetaCPAN, "release/{distribution}".

use serde_json::Value;

use super::{Listed, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// The latest release of a distribution such as `Moose`; the service tells no older one here.
pub fn latest(fetch: &dyn Fetch, distribution: &str) -> Result<Listed, FetchError> {
    if !is_plain(distribution) {
        return Err(refused("the name of a CPAN distribution", distribution));
    }
    let path = format!("v1/release/{}", segment(distribution));
    let url = fetch.endpoints().join(Endpoint::CpanApi, &path);
    let found: Value = json(fetch, url.clone(), "application/json").map_err(|error| {
        missing(error, || {
            format!("there is no CPAN distribution `{distribution}`")
        })
    })?;
    let text = |name: &str| found.get(name).and_then(Value::as_str);
    let is_it = text("distribution") == Some(distribution);
    let Some(version) = text("version").filter(|_| is_it) else {
        return Err(FetchError::Malformed {
            url: url.into(),
            reason: "it is no release of the distribution".to_owned(),
        });
    };
    Ok(Listed {
        prerelease: text("maturity") == Some("developer"),
        // Some authors write `v1.2.3`, and archives are named without.
        ..Listed::new(version.strip_prefix('v').unwrap_or(version))
    })
}
