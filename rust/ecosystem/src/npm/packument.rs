//! The registry's metadata of packages (packuments), which are part of the hash from fetcher version 2 on.
//!
//! Source: `fetch_packuments` and `normalize_packument` in pkgs/build-support/node/prefetch-npm-deps/src/main.rs in nixpkgs, revision
//! 7beb50e7ff79. No lock pins them: a registry that changes what it says of a released version changes the hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::{FetchError, FetchedFile, FileRequest};
use nixsmith_store::hash::{Algorithm, hash_bytes};
use nixsmith_store::tree::Contents;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use url::Url;

use super::cache::{Cache, Response};
use super::vendor::composing;
use crate::error::{EcosystemError, Problem};
use crate::vendor::{Download, Downloads, Staging};

/// The longest packument that is read.
const PACKUMENT_BYTES_MAX: u64 = 256 << 20;

/// The two ways in which npm asks for a packument.
const ACCEPTS: [&str; 2] = [
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*",
    "application/json",
];

/// What stays of a version.
const VERSION_FIELDS: [&str; 15] = [
    "name",
    "version",
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "optionalDependencies",
    "bundleDependencies",
    "bundledDependencies",
    "dist",
    "bin",
    "engines",
    "os",
    "cpu",
    "scripts",
];

/// What stays of a version's `dist`.
const DIST_FIELDS: [&str; 3] = ["tarball", "integrity", "shasum"];

/// Files the packuments of these packages, cut to these versions, in the cache.
pub(super) fn fill<'a>(
    cache: &mut Cache,
    locked: impl Iterator<Item = (&'a str, &'a str)>,
    downloads: &Downloads<'_>,
    staging: &mut Staging,
) -> Result<(), EcosystemError> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, version) in locked {
        let name = key
            .rsplit_once("node_modules/")
            .map_or(key, |(_, name)| name);
        versions.entry(name).or_default().insert(version);
    }
    let mut requests = Vec::new();
    for name in versions.keys() {
        let url = packument_url(name).map_err(|problem| problem.of(downloads.lock_file, name))?;
        let request =
            FileRequest::document(url, "application/json").limit_bytes(PACKUMENT_BYTES_MAX);
        requests.push(Download {
            package: (*name).to_owned(),
            request,
        });
    }
    let cut = |download: &Download, result: Result<FetchedFile, FetchError>| {
        let file = match result {
            // nixpkgs leaves out what the registry does not have.
            Err(error) if error.is_not_found() => return Ok(None),
            result => result.map_err(|source| downloads.failed(&download.package, source))?,
        };
        let locked = versions
            .get(download.package.as_str())
            .cloned()
            .unwrap_or_default();
        let read = || -> Result<_, Problem> {
            let unreadable = || format!("could not read `{}`", download.request.url);
            let opened = file
                .open()
                .map_err(|error| Problem::because(unreadable(), error))?;
            reduce(std::io::BufReader::new(opened), &locked)
                .map_err(|error| Problem::because(unreadable(), error))
        };
        let bytes = read().map_err(|problem| problem.of(downloads.lock_file, &download.package))?;
        Ok(Some((bytes, file.requests)))
    };
    let packuments = downloads.each("fetching npm metadata", &requests, cut)?;
    for (download, packument) in requests.iter().zip(packuments) {
        let Some((bytes, count)) = packument else {
            continue;
        };
        staging.requests += u64::from(count);
        staging.files += 1;
        staging.bytes += bytes.len() as u64;
        let hash = hash_bytes(Algorithm::Sha512, &bytes);
        let contents = Contents::from_bytes(bytes);
        for accept in ACCEPTS {
            let (contents, hash) = (contents.clone(), hash.clone());
            let url = &download.request.url;
            cache
                .put(Response {
                    url,
                    contents,
                    hash,
                    accept: Some(accept),
                })
                .map_err(composing)?;
        }
    }
    Ok(())
}

/// Where the registry has it; the slash of a scope is escaped.
fn packument_url(name: &str) -> Result<Url, Problem> {
    let name = name.replace('/', "%2f");
    let text = format!("{}/{name}", Endpoint::Npm.public_url());
    Url::parse(&text).map_err(|error| Problem::because("its name makes no address", error))
}

/// The packument cut to what npm reads when it installs, as compact JSON with sorted keys.
fn reduce(
    reader: impl std::io::Read,
    locked: &BTreeSet<&str>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut packument = Packument { locked }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    for version in packument
        .get_mut("versions")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let Some(version) = version.as_object_mut() else {
            continue;
        };
        version.retain(|field, _| VERSION_FIELDS.contains(&field.as_str()));
        if let Some(dist) = version.get_mut("dist").and_then(Value::as_object_mut) {
            dist.retain(|field, _| DIST_FIELDS.contains(&field.as_str()));
        }
    }
    let mut packument = Value::Object(packument);
    packument.sort_all_objects();
    serde_json::to_vec(&packument)
}

/// Reads the name and the locked versions of a packument and skips the rest, which may be a hundred times as long.
struct Packument<'a> {
    locked: &'a BTreeSet<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Packument<'_> {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Packument<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a packument")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut packument = Map::new();
        while let Some(field) = access.next_key::<String>()? {
            match field.as_str() {
                "name" => drop(packument.insert(field, access.next_value()?)),
                "versions" => {
                    let versions = access.next_value_seed(Versions {
                        locked: self.locked,
                    })?;
                    packument.insert(field, Value::Object(versions));
                }
                _ => drop(access.next_value::<IgnoredAny>()?),
            }
        }
        Ok(packument)
    }
}

struct Versions<'a> {
    locked: &'a BTreeSet<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Versions<'_> {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Versions<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the versions of a packument")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut versions = Map::new();
        while let Some(version) = access.next_key::<String>()? {
            if self.locked.contains(version.as_str()) {
                versions.insert(version, access.next_value()?);
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(versions)
    }
}

#[cfg(test)]
mod tests;
