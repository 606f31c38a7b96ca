//! Released packages: the fetcher call for each registry.
//!
//! Addresses in calls are the public ones, whatever stands in their place here.

mod pypi;

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::FileRequest;
use nixsmith_fetch::endpoints::{Endpoint, Endpoints, segment};
use nixsmith_fetch::registry::{crates, go_proxy, hex, maven, npm, rubygems};
use nixsmith_store::archive::{Compression, Kind};
use nixsmith_store::hash::Hash;
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

/// Gets a released file of which no hash is known; so it is not cached.
fn released(url: &Url, context: &Context) -> anyhow::Result<Artifact> {
    let request = FileRequest::new(url.clone()).limit_bytes(FILE_LIMIT_BYTES);
    Ok(Artifact::from(context.fetch()?.file(&request)?))
}

/// Gets a released file with the hashes that its registry states. Without a network only the cache has it, and there it lies because
/// it once had such a hash.
fn released_as(url: &Url, expected: Vec<Hash>, context: &Context) -> anyhow::Result<Artifact> {
    let request = FileRequest {
        expected,
        ..FileRequest::new(url.clone())
    };
    let request = request.immutable().limit_bytes(FILE_LIMIT_BYTES);
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

/// `fetchCrate`: the unpacked crate.
fn rust_crate(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let (name, version, expected, asked) = match &package.version {
        Some(version) if context.offline() => {
            (package.name.clone(), version.clone(), Vec::new(), 0)
        }
        version => {
            let entry = crates::find(context.fetch()?, &package.name, version.as_deref())?;
            let hash = entry.hash().ok_or_else(|| {
                Problem::user(format!("the index states no SHA-256 for `{package}`"))
            })?;
            (entry.name, entry.version, vec![hash], 1)
        }
    };
    let url = crates::download_url(&Endpoints::default(), &name, &version);
    let artifact = released_as(&url, expected, context)?;
    let requests = artifact.requests() + asked;
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
        file::unpacked(tree, url.as_str(), true)?.called(call)
    };
    Ok(Resolved {
        name: Some(name),
        version: Some(version),
        requests,
        ..resolved
    })
}

/// `fetchurl` of the package's tarball.
fn npm_package(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let public = Endpoints::default();
    if let (true, Some(version)) = (context.offline(), &package.version) {
        let url = npm::tarball_url(&public, &package.name, version);
        return by_address(&url, released_as(&url, Vec::new(), context)?, options);
    }
    let release = npm::release(context.fetch()?, &package.name, package.version.as_deref())?;
    let usual = npm::tarball_url(&public, &release.name, &release.version);
    let served = npm::tarball_url(context.endpoints(), &release.name, &release.version);
    let url = if release.tarball == served {
        usual
    } else {
        release.tarball
    };
    let artifact = released_as(&url, release.hashes, context)?;
    let requests = artifact.requests() + 1;
    let homepage = release
        .manifest
        .get("homepage")
        .and_then(serde_json::Value::as_str);
    Ok(Resolved {
        name: Some(release.name),
        version: Some(release.version),
        homepage: homepage.map(ToOwned::to_owned),
        requests,
        ..by_address(&url, artifact, options)?
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
