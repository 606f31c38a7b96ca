//! Asking a place for everything it offers.

use nixsmith_expr::version;
use nixsmith_fetch::endpoints::{Endpoint, segment};
use nixsmith_fetch::forge::{self, Forge, ForgeSource};
use nixsmith_fetch::registry::{
    Listed, cpan, cran, crates, gnome, go_proxy, hackage, hex, maven, npm, packagist, pypi,
    rubygems,
};
use nixsmith_fetch::{Fetch, FetchError};

use super::offer::{Offer, Offers};
use super::place::Place;
use super::{Query, Source, folder};

/// Everything that a place offers.
pub(super) fn offers(place: &Place, query: &Query, fetch: &dyn Fetch) -> anyhow::Result<Offers> {
    let list = match place {
        Place::Forge { source, files } => forge_offers(fetch, source, *files)?,
        Place::Git(url) => git_offers(fetch, url)?,
        Place::Folder(url) => folder::offers(url, query, fetch)?,
        Place::Sourceforge { project, path } => {
            folder::sourceforge_offers(project, path, query, fetch)?
        }
        _ => registry_offers(place, fetch)?,
    };
    Ok(Offers {
        source: source_of(place),
        are_tags: matches!(place, Place::Forge { .. } | Place::Git(_)),
        list,
    })
}

/// Tags, each with what a release says of it; releases alone where the source is a file of one.
fn forge_offers(
    fetch: &dyn Fetch,
    source: &ForgeSource,
    files: bool,
) -> Result<Vec<Offer>, FetchError> {
    let releases = forge::releases(fetch, source)?;
    let tags = forge::tags(fetch, source)?;
    let page = |tag: &str| super::links::release_page(source, tag);
    let mut offers: Vec<Offer> = tags
        .into_iter()
        .map(|tag| Offer {
            changelog: page(&tag.name),
            commit: tag.commit,
            ..Offer::named(tag.name)
        })
        .collect();
    let flags: std::collections::BTreeMap<&str, bool> = releases
        .iter()
        .map(|release| (release.tag.as_str(), release.prerelease))
        .collect();
    for offer in &mut offers {
        offer.prerelease = flags.get(offer.name.as_str()).copied().unwrap_or(false);
    }
    if files {
        offers.retain(|offer| flags.contains_key(offer.name.as_str()));
    }
    Ok(offers)
}

fn git_offers(fetch: &dyn Fetch, url: &str) -> Result<Vec<Offer>, FetchError> {
    let references = fetch.git_references(url, false)?;
    let tag = |name: &str| name.strip_prefix("refs/tags/").map(str::to_owned);
    let offers = references.into_iter().filter_map(|reference| {
        Some(Offer {
            commit: Some(reference.commit),
            ..Offer::named(tag(&reference.name)?)
        })
    });
    Ok(offers.collect())
}

fn registry_offers(place: &Place, fetch: &dyn Fetch) -> Result<Vec<Offer>, FetchError> {
    let listed = match place {
        Place::Crates(name) => return crate_offers(fetch, name),
        Place::Pypi { name, wheel } => return pypi_offers(fetch, name, *wheel),
        Place::Npm(name) => return npm_offers(fetch, name),
        Place::Rubygems(name) => rubygems::versions(fetch, name)?,
        Place::Go(module) => go_proxy::versions(fetch, module)?,
        Place::Packagist(name) => packagist::versions(fetch, name)?,
        Place::Hex(name) => hex::versions(fetch, name)?,
        Place::Hackage(name) => hackage::versions(fetch, name)?,
        Place::Maven { group, artifact } => maven::versions(fetch, group, artifact)?,
        Place::Gnome(name) => gnome::versions(fetch, name)?,
        Place::Cran(name) => vec![cran::latest(fetch, name)?],
        Place::Cpan(name) => vec![cpan::latest(fetch, name)?],
        Place::Forge { .. } | Place::Git(_) | Place::Folder(_) | Place::Sourceforge { .. } => {
            Vec::new()
        }
    };
    Ok(listed.into_iter().map(Offer::from).collect())
}

impl From<Listed> for Offer {
    fn from(listed: Listed) -> Self {
        Self {
            prerelease: listed.prerelease,
            withdrawn: listed.withdrawn,
            changelog: listed.changelog,
            ..Self::named(listed.version)
        }
    }
}

fn crate_offers(fetch: &dyn Fetch, name: &str) -> Result<Vec<Offer>, FetchError> {
    let entries = crates::entries(fetch, name)?;
    Ok(entries
        .into_iter()
        .map(|entry| Offer {
            withdrawn: entry.yanked.then(|| "it was yanked".to_owned()),
            ..Offer::named(entry.version)
        })
        .collect())
}

/// Versions that have a file of the kind that the package uses now.
fn pypi_offers(fetch: &dyn Fetch, name: &str, wheel: bool) -> Result<Vec<Offer>, FetchError> {
    let project = pypi::project(fetch, name)?;
    let mut offers = std::collections::BTreeMap::<String, Offer>::new();
    for file in &project.files {
        let Some(version) = file.version(name) else {
            continue;
        };
        let fits = if wheel {
            file.filename.ends_with(".whl")
        } else {
            file.is_sdist()
        };
        let withdrawn = match (file.is_yanked(), fits, wheel) {
            (true, _, _) => Some("it was yanked"),
            (false, true, _) => None,
            (false, false, true) => Some("it has no wheel"),
            (false, false, false) => Some("it has no source archive"),
        };
        let offer = Offer {
            prerelease: pypi::Version::parse(&version)
                .is_some_and(|version| version.is_prerelease()),
            withdrawn: withdrawn.map(str::to_owned),
            ..Offer::named(version.clone())
        };
        // One good file is enough.
        let known = offers.entry(version).or_insert_with(|| offer.clone());
        if offer.withdrawn.is_none() {
            *known = offer;
        }
    }
    Ok(offers.into_values().collect())
}

/// What is greater than the version tagged `latest` is not out for everybody yet.
fn npm_offers(fetch: &dyn Fetch, name: &str) -> Result<Vec<Offer>, FetchError> {
    let (listed, latest) = npm::versions(fetch, name)?;
    Ok(listed
        .into_iter()
        .map(|listed| {
            let is_ahead = latest
                .as_deref()
                .is_some_and(|latest| version::compare(&listed.version, latest).is_gt());
            Offer {
                prerelease: is_ahead,
                ..Offer::from(listed)
            }
        })
        .collect())
}

/// The service, and the public address that is asked there.
pub(super) fn source_of(place: &Place) -> Source {
    let (kind, url) = match place {
        Place::Forge { source, .. } => return forge_source(source),
        Place::Git(url) => ("git", super::offer::shown(url)),
        Place::Folder(url) => (folder::kind(url), super::offer::shown(url.as_str())),
        _ => registry_source(place),
    };
    Source {
        kind: kind.to_owned(),
        url,
    }
}

fn forge_source(source: &ForgeSource) -> Source {
    let kind = match source.forge {
        Forge::Gitea if source.is_codeberg() => "Codeberg".to_owned(),
        forge => forge.to_string(),
    };
    Source {
        kind,
        url: source.page(),
    }
}

fn registry_source(place: &Place) -> (&'static str, String) {
    let (kind, endpoint, path) = match place {
        Place::Crates(name) => ("crates", Endpoint::CratesIndex, crates::index_path(name)),
        Place::Pypi { name, .. } => {
            let name = segment(&pypi::normalized_name(name));
            ("PyPI", Endpoint::Pypi, format!("simple/{name}/"))
        }
        Place::Npm(name) => ("npm", Endpoint::Npm, npm::escaped_name(name)),
        Place::Rubygems(name) => {
            let path = format!("api/v1/versions/{}.json", segment(name));
            ("RubyGems", Endpoint::Rubygems, path)
        }
        Place::Go(module) => (
            "Go",
            Endpoint::GoProxy,
            format!("{}/@v/list", go_proxy::path(module)),
        ),
        Place::Packagist(name) => {
            let parts: Vec<String> = name.split('/').map(segment).collect();
            (
                "Packagist",
                Endpoint::Packagist,
                format!("p2/{}.json", parts.join("/")),
            )
        }
        Place::Hex(name) => (
            "Hex",
            Endpoint::HexApi,
            format!("api/packages/{}", segment(name)),
        ),
        Place::Hackage(name) => {
            let path = format!("package/{}/preferred.json", segment(name));
            ("Hackage", Endpoint::Hackage, path)
        }
        Place::Cran(name) => {
            let path = format!("web/packages/{}/DESCRIPTION", segment(name));
            ("CRAN", Endpoint::Cran, path)
        }
        Place::Cpan(name) => (
            "CPAN",
            Endpoint::CpanApi,
            format!("v1/release/{}", segment(name)),
        ),
        Place::Maven { group, artifact } => {
            let parts: Vec<String> = group.split('.').map(segment).collect();
            let path = format!(
                "{}/{}/maven-metadata.xml",
                parts.join("/"),
                segment(artifact)
            );
            ("Maven", Endpoint::Maven, path)
        }
        Place::Gnome(name) => {
            let path = format!("sources/{}/cache.json", segment(name));
            ("GNOME", Endpoint::Gnome, path)
        }
        Place::Sourceforge { project, .. } => {
            let path = format!("projects/{}/rss", segment(project));
            ("SourceForge", Endpoint::Sourceforge, path)
        }
        Place::Forge { .. } | Place::Git(_) | Place::Folder(_) => return ("", String::new()),
    };
    (kind, format!("{}/{path}", endpoint.public_url()))
}
