//! Released packages: the fetcher call for each registry.
//!
//! Addresses in calls are the public ones, whatever stands in their place here.

mod pypi;

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::endpoints::{Endpoint, Endpoints, segment};
use nixsmith_fetch::registry::{crates, go_proxy, hex, maven, npm, rubygems};
use nixsmith_fetch::{FetchError, FileRequest};
use nixsmith_store::archive::{Compression, Kind};
use url::Url;

use super::{
    Artifact, Fetcher, Options, PackageReference, Registry, Resolved, file, shown, unpack,
};
use crate::context::Context;
use crate::error::Problem;

/// The largest released file that is fetched.
const FILE_LIMIT_BYTES: u64 = 8 << 30;

/// A released package with the call that nixpkgs would write for it.
pub(super) fn resolve(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    refuse_git_options(options)?;
    let resolved = match package.registry {
        Registry::Crates => rust_crate(package, options, context)?,
        Registry::Pypi => pypi::resolve(package, options, context)?,
        Registry::Npm => npm_package(package, options, context)?,
        Registry::Go => go_module(package, options, context)?,
        Registry::Maven => maven_artifact(package, options, context)?,
        Registry::Hex => hex_package(package, options, context)?,
        Registry::Gem => gem(package, options, context)?,
    };
    let version = resolved.version.clone().or_else(|| package.version.clone());
    let name = resolved
        .name
        .clone()
        .unwrap_or_else(|| package.name.clone());
    let package = PackageReference {
        registry: package.registry,
        name: name.clone(),
        version: version.clone(),
    };
    Ok(Resolved {
        name: Some(name),
        version,
        package: Some(package),
        ..resolved
    })
}

fn refuse_git_options(options: &Options) -> anyhow::Result<()> {
    let asked = options.submodules == Some(true)
        || options.lfs
        || options.leave_dot_git
        || !options.sparse.is_empty();
    if asked {
        return Err(Problem::usage(
            "a released package has no submodules, Git LFS files, sparse checkout or `.git`",
        )
        .into());
    }
    Ok(())
}

/// Gets a released file, which never changes.
fn released(url: &Url, context: &Context) -> anyhow::Result<Artifact> {
    let request = FileRequest::new(url.clone())
        .immutable()
        .limit_bytes(FILE_LIMIT_BYTES);
    Ok(Artifact::from(context.fetch()?.file(&request)?))
}

/// A released file by its address: `fetchurl`, or `fetchzip` where that is asked for.
fn by_address(url: &Url, artifact: Artifact, options: &Options) -> anyhow::Result<Resolved> {
    if options.fetcher == Some(Fetcher::Fetchzip) {
        return file::zip_of(url, &artifact);
    }
    let call = file::named(FetcherCall::new("fetchurl"), url).argument("url", url.as_str());
    Ok(file::flat(artifact, url.as_str())?.called(call))
}

/// Whether the plain address is wanted instead of the registry's own fetcher.
fn wants_address(options: &Options) -> bool {
    matches!(options.fetcher, Some(Fetcher::Fetchurl | Fetcher::Fetchzip))
}

/// The version of a package, where the registry has no way to ask for the newest one.
fn required_version(package: &PackageReference) -> anyhow::Result<&str> {
    package.version.as_deref().ok_or_else(|| {
        Problem::user(format!(
            "`{package}` names no version, and its registry does not tell the newest one"
        ))
        .hint("add the version")
        .into()
    })
}

fn is_not_found(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<FetchError>()
        .is_some_and(FetchError::is_not_found)
}

/// `fetchCrate`: the unpacked crate.
fn rust_crate(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let public = Endpoints::default();
    let direct = package.version.as_deref().map(|version| {
        let url = crates::download_url(&public, &package.name, version);
        released(&url, context)
            .map(|artifact| (package.name.clone(), version.to_owned(), url, artifact))
    });
    // The index knows the spelling of the name, the newest version, and says best what is missing.
    let (name, version, url, artifact) = match direct {
        Some(Err(error)) if !is_not_found(&error) => return Err(error),
        Some(Ok(found)) => found,
        _ => {
            let entry = crates::find(context.fetch()?, &package.name, package.version.as_deref())?;
            let url = crates::download_url(&public, &entry.name, &entry.version);
            let request = FileRequest {
                expected: entry.hash().into_iter().collect(),
                ..FileRequest::new(url.clone())
            };
            let artifact = Artifact::from(
                context
                    .fetch()?
                    .file(&request.immutable().limit_bytes(FILE_LIMIT_BYTES))?,
            );
            (entry.name, entry.version, url, artifact)
        }
    };
    let resolved = if wants_address(options) {
        by_address(&url, artifact, options)?
    } else {
        let tree = unpack::everything(
            file::path_of(&artifact)?,
            artifact.address(&url),
            Kind::Tar(Compression::Gzip),
        )?;
        let call = FetcherCall::new("fetchCrate")
            .argument("pname", name.as_str())
            .argument("version", version.as_str());
        let requests = artifact.requests();
        Resolved {
            requests,
            ..file::unpacked(tree, url.as_str(), true)?.called(call)
        }
    };
    Ok(Resolved {
        name: Some(name),
        version: Some(version),
        ..resolved
    })
}

/// `fetchurl` of the package's tarball.
fn npm_package(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let release = npm::release(context.fetch()?, &package.name, package.version.as_deref())?;
    let artifact = Artifact::from(
        context
            .fetch()?
            .file(&release.request().limit_bytes(FILE_LIMIT_BYTES))?,
    );
    let public = npm::tarball_url(&Endpoints::default(), &release.name, &release.version);
    let served = npm::tarball_url(context.endpoints(), &release.name, &release.version);
    let is_usual = release.tarball == public || release.tarball == served;
    let url = if is_usual { &public } else { &release.tarball };
    let resolved = by_address(url, artifact, options)?;
    let text = |key: &str| {
        release
            .manifest
            .get(key)
            .and_then(serde_json::Value::as_str)
            .map(ToOwned::to_owned)
    };
    let requests = resolved.requests + 1;
    Ok(Resolved {
        name: Some(release.name.clone()),
        version: Some(release.version.clone()),
        homepage: text("homepage"),
        requests,
        ..resolved
    })
}

/// `fetchurl` of the module's zip.
fn go_module(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let (version, asked) = match &package.version {
        Some(version) => (version.clone(), 0),
        None => (
            go_proxy::info(context.fetch()?, &package.name, None)?.version,
            1,
        ),
    };
    check_version(package, &version)?;
    let url = go_proxy::url(
        &Endpoints::default(),
        &package.name,
        &version,
        go_proxy::File::Zip,
    );
    let resolved = by_address(&url, released(&url, context)?, options)?;
    Ok(Resolved {
        version: Some(version),
        requests: resolved.requests + asked,
        ..resolved
    })
}

/// `fetchurl` of `mirror://maven/GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION.jar`.
fn maven_artifact(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let (group, artifact) = package.name.split_once(':').unwrap_or((&package.name, ""));
    let public = maven::artifact_url(
        &Endpoints::default(),
        &maven::Artifact {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: required_version(package)?.to_owned(),
            classifier: None,
            extension: "jar".to_owned(),
        },
    );
    let path = public
        .as_str()
        .strip_prefix(Endpoint::Maven.public_url())
        .unwrap_or_default();
    let mirror = Url::parse(&format!("mirror://maven{path}"))?;
    by_address(&mirror, released(&public, context)?, options)
}

/// `fetchHex`.
fn hex_package(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let version = required_version(package)?;
    let url = hex::tarball_url(&Endpoints::default(), &package.name, version);
    let artifact = released(&url, context)?;
    if wants_address(options) {
        return by_address(&url, artifact, options);
    }
    let call = FetcherCall::new("fetchHex")
        .argument("pkg", package.name.as_str())
        .argument("version", version);
    Ok(file::flat(artifact, url.as_str())?.called_with(call, "sha256"))
}

/// `fetchurl` of the gem.
fn gem(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let (version, asked) = match &package.version {
        Some(version) => (version.clone(), 0),
        None => (newest_gem(package, context)?, 1),
    };
    check_version(package, &version)?;
    let url = rubygems::gem_url(&Endpoints::default(), &package.name, &version, None);
    let resolved = by_address(&url, released(&url, context)?, options)?;
    Ok(Resolved {
        version: Some(version),
        requests: resolved.requests + asked,
        ..resolved
    })
}

fn newest_gem(package: &PackageReference, context: &Context) -> anyhow::Result<String> {
    let path = format!("api/v1/versions/{}/latest.json", segment(&package.name));
    let url = context.endpoints().join(Endpoint::Rubygems, &path);
    let bytes = context
        .fetch()?
        .file(&FileRequest::document(url.clone(), "application/json"))?
        .bytes()?;
    let malformed = || {
        Problem::user(format!(
            "`{}` does not tell the newest version",
            shown(url.as_str())
        ))
    };
    let document: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| malformed().source(error))?;
    // The registry says `unknown` of a gem that it does not have.
    match document.get("version").and_then(serde_json::Value::as_str) {
        Some("unknown") => Err(Problem::user(format!("there is no gem `{}`", package.name)).into()),
        Some(version) => Ok(version.to_owned()),
        None => Err(malformed().into()),
    }
}

/// What a registry says becomes part of an address and of Nix text: it has to look like a version.
fn check_version(package: &PackageReference, version: &str) -> anyhow::Result<()> {
    if PackageReference::is_version(version) {
        return Ok(());
    }
    Err(Problem::user(format!(
        "the registry names `{}` as a version of `{package}`",
        shown(version)
    ))
    .into())
}
