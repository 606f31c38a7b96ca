//! GNOME's releases: one folder for each module, with an index that its tools keep.
//!
//! Source: `ftpadmin`, which writes `cache.json`: `[4, files by module and version, versions by module, …]`.

use serde_json::Value;

use super::{Listed, is_plain, json, missing, refused};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// Every version of a module. Before 40 an odd second number marked the way to the next release, and 90 or more always does.
pub fn versions(fetch: &dyn Fetch, module: &str) -> Result<Vec<Listed>, FetchError> {
    if !is_plain(module) {
        return Err(refused("the name of a GNOME module", module));
    }
    let path = format!("sources/{}/cache.json", segment(module));
    let url = fetch.endpoints().join(Endpoint::Gnome, &path);
    let found: Value = json(fetch, url.clone(), "application/json")
        .map_err(|error| missing(error, || format!("GNOME has no module `{module}`")))?;
    let versions = found
        .get(2)
        .and_then(|versions| versions.get(module))
        .and_then(Value::as_array)
        .ok_or_else(|| FetchError::Malformed {
            url: url.into(),
            reason: "it does not list the module".to_owned(),
        })?;
    let versions = versions.iter().filter_map(Value::as_str);
    Ok(versions
        .map(|version| Listed {
            prerelease: is_on_the_way(version),
            ..Listed::new(version)
        })
        .collect())
}

fn is_on_the_way(version: &str) -> bool {
    let numbers: Vec<u64> = version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    let later = |index: usize| numbers.get(index).copied().unwrap_or(0);
    let is_odd = numbers.len() > 1 && later(0) < 40 && later(1) % 2 == 1;
    is_odd || (1..3).any(|index| (90..1000).contains(&later(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_lead_to_the_next_release() {
        for (version, expected) in [
            ("3.35.2", true),
            ("3.36.0", false),
            ("3.37.90", true),
            ("3.36.92", true),
            ("40.1", false),
            ("41.alpha", false),
            ("47.3", false),
            ("2.99.1", true),
            ("0.2", false),
            ("40", false),
        ] {
            assert_eq!(is_on_the_way(version), expected, "{version}");
        }
    }
}
