//! Locks of version 1: packages in packages, below `dependencies`.
//!
//! Source: `to_new_packages` in pkgs/build-support/node/prefetch-npm-deps/src/parse/lock.rs in nixpkgs, revision 7beb50e7ff79.

use std::collections::BTreeMap;

use nixsmith_fetch::endpoints::Endpoint;
use serde::Deserialize;
use url::Url;

use super::{PACKAGES_MAX, RawPackage};

/// The longest name that is read; npm gives none longer than 214. Each stands in the keys of all packages inside it.
const NAME_LENGTH_MAX: usize = 1024;

/// The forges that a version may name by a word, `github:owner/project#commit`.
const FORGES: [(&str, Endpoint); 3] = [
    ("github", Endpoint::Github),
    ("bitbucket", Endpoint::Bitbucket),
    ("gitlab", Endpoint::Gitlab),
];

/// What stands below `dependencies`, by name. The parser's own limit bounds how deep.
pub(super) type OldEntries = BTreeMap<String, OldPackage>;

#[derive(Deserialize)]
#[serde(expecting = "an entry of a lock file")]
pub(super) struct OldPackage {
    version: String,
    #[serde(default)]
    bundled: bool,
    resolved: Option<String>,
    integrity: Option<String>,
    dependencies: Option<OldEntries>,
}

/// The entries as a later version has them, by where they are installed. Err: there are more than [`PACKAGES_MAX`], or a name is too
/// long.
pub(super) fn entries(
    old: OldEntries,
) -> Result<impl Iterator<Item = (String, RawPackage)>, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), false, old)];
    while let Some((folder, bundled, packages)) = open.pop() {
        if found.len() + packages.len() > PACKAGES_MAX {
            return Err(format!(
                "more than the {PACKAGES_MAX} entries that are read"
            ));
        }
        for (name, mut package) in packages {
            if name.len() > NAME_LENGTH_MAX {
                return Err(format!(
                    "the name of a package has more than {NAME_LENGTH_MAX} characters"
                ));
            }
            let key = format!("{folder}node_modules/{name}");
            let bundled = bundled || package.bundled;
            if let Some(inner) = package.dependencies.take() {
                open.push((format!("{key}/"), bundled, inner));
            }
            found.insert(key, renewed(package, bundled));
        }
    }
    Ok(found.into_iter())
}

fn renewed(old: OldPackage, bundled: bool) -> RawPackage {
    let address = Url::parse(&old.version).ok().and_then(|url| {
        let is_alias = url.scheme() == "npm" && old.resolved.is_some();
        (!is_alias).then(|| hosted(&url).unwrap_or(url))
    });
    RawPackage {
        name: None,
        // A git address is no version, and prefetch-npm-deps takes no version from these locks at all.
        version: None,
        resolved: address.map(String::from).or(old.resolved),
        integrity: old.integrity,
        link: None,
        in_bundle: Some(bundled),
        has_install_script: None,
    }
}

/// The git address behind `github:owner/project#commit`. None: no forge's word.
fn hosted(url: &Url) -> Option<Url> {
    let (_, forge) = FORGES.iter().find(|(word, _)| *word == url.scheme())?;
    let host = forge.public_url().strip_prefix("https://")?;
    let path = url.path().trim_start_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let commit = url.fragment().map(|it| format!("#{it}"));
    Url::parse(&format!(
        "git+ssh://git@{host}/{path}.git{}",
        commit.unwrap_or_default()
    ))
    .ok()
}
