//! Sources that are one address: `fetchurl`, `fetchzip`, `fetchpatch`, `fetchpatch2`.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::FileRequest;
use nixsmith_fetch::endpoints::{Endpoint, resolve_mirror};
use nixsmith_store::archive::Kind;
use nixsmith_store::hash::{Algorithm, Hash, Hasher, hash_bytes};
use nixsmith_store::tree::Tree;
use url::Url;

use super::patch::{self, Patchutils};
use super::{Artifact, Fetcher, HashMode, Options, Resolved, shown, unpack};
use crate::context::Context;
use crate::error::Problem;

/// The largest file that is fetched.
const FILE_LIMIT_BYTES: u64 = 8 << 30;

/// The largest patch that is normalised in memory.
const PATCH_LIMIT_BYTES: u64 = 256 << 20;

/// A file at an address, as the options or its name ask for.
pub(super) fn resolve(url: &Url, options: &Options, context: &Context) -> anyhow::Result<Resolved> {
    match options.fetcher {
        Some(Fetcher::Fetchzip) => fetchzip(url, context),
        Some(Fetcher::Fetchpatch) => fetchpatch(url, Some(Patchutils::V0_3_3), context),
        Some(Fetcher::Fetchpatch2) => fetchpatch(url, Some(Patchutils::V0_4_2), context),
        None if is_patch(url) => fetchpatch(url, None, context),
        asked => {
            let artifact = Artifact::download(url, context)?;
            if asked.is_none() {
                refuse_page(path_of(&artifact)?, url)?;
            }
            let call = named(FetcherCall::new("fetchurl"), url).argument("url", url.as_str());
            Ok(flat(artifact, url.as_str())?.called(call))
        }
    }
}

/// A page where an archive should be: the server wants a login, or has something to say. Its hash would help nobody.
fn refuse_page(path: &Path, url: &Url) -> anyhow::Result<()> {
    if unpack::family(url.path()).is_none() {
        return Ok(());
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(1024).read_to_end(&mut head))
        .with_context(|| format!("could not read what `{}` sent", shown(url.as_str())))?;
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let start = head.trim_start_matches('\u{feff}').trim_start();
    if ["<!doctype html", "<html"]
        .iter()
        .any(|mark| start.starts_with(mark))
    {
        return Err(Problem::user(format!(
            "`{}` gave an HTML page instead of an archive",
            shown(url.as_str())
        ))
        .hint("`--fetcher fetchurl` takes it all the same")
        .into());
    }
    Ok(())
}

/// Whether an address names a patch: `.patch` or `.diff`.
pub(super) fn is_patch(url: &Url) -> bool {
    [".patch", ".diff"]
        .iter()
        .any(|ending| url.path().ends_with(ending))
}

impl Artifact {
    /// Gets a file; `mirror://` means the first address of that mirror, `file://` a file of this machine.
    pub(super) fn download(url: &Url, context: &Context) -> anyhow::Result<Self> {
        if let (("file", Ok(path)), true) =
            ((url.scheme(), url.to_file_path()), url.host_str().is_none())
        {
            return Ok(Self::Local(path));
        }
        let address = match url.scheme() {
            "mirror" => resolve_mirror(url).ok_or_else(|| {
                Problem::user(format!(
                    "`{}` names a mirror that is not known here",
                    shown(url.as_str())
                ))
                .hint("give the address of one of its servers")
            })?,
            _ => url.clone(),
        };
        let request = FileRequest::new(address).limit_bytes(FILE_LIMIT_BYTES);
        Ok(Self::from(context.fetch()?.file(&request)?))
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(&file.path),
            Self::Local(path) => Some(path),
            _ => None,
        }
    }

    /// What to call the file in a message: the address that served it.
    pub(super) fn address<'a>(&'a self, url: &'a Url) -> &'a str {
        match self {
            Self::File(file) => file.url.as_str(),
            _ => url.as_str(),
        }
    }

    /// How many requests it took.
    pub(super) fn requests(&self) -> u64 {
        match self {
            Self::File(file) => file.requests.into(),
            _ => 0,
        }
    }
}

/// A file whose hash is that of its bytes; not yet called.
pub(super) fn flat(artifact: Artifact, url: &str) -> anyhow::Result<Resolved> {
    let requests = artifact.requests();
    let (hash, bytes) = match &artifact {
        Artifact::File(file) => (file.sha256.clone(), file.size_bytes),
        Artifact::Local(path) => hash_file(path)?,
        _ => return Err(Problem::bug("only a file has a flat hash").into()),
    };
    Ok(Resolved {
        bytes,
        requests,
        ..Resolved::new(hash, HashMode::Flat, url, artifact)
    })
}

fn hash_file(path: &PathBuf) -> anyhow::Result<(Hash, u64)> {
    let hash = || -> std::io::Result<(Hash, u64)> {
        let mut hasher = Hasher::new(Algorithm::Sha256);
        let bytes = std::io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok((hasher.finish(), bytes))
    };
    hash().with_context(|| format!("could not read `{}`", path.display()))
}

/// `fetchzip`: the unpacked archive, its one top folder taken away where there is one.
fn fetchzip(url: &Url, context: &Context) -> anyhow::Result<Resolved> {
    zip_of(url, &Artifact::download(url, context)?)
}

/// `fetchzip` of a file that is here already.
pub(super) fn zip_of(url: &Url, artifact: &Artifact) -> anyhow::Result<Resolved> {
    let path = path_of(artifact)?;
    let kind = unpack::kind(path, url.as_str())?.ok_or_else(|| {
        unpack::no_archive(url.as_str()).hint("`--fetcher fetchurl` takes a file as it is")
    })?;
    let extension = unpack::extension(kind).ok_or_else(|| {
        Problem::user(format!(
            "`fetchzip` has no program that unpacks `{}`",
            shown(url.as_str())
        ))
        .hint("`--fetcher fetchurl` takes it as it is")
    })?;
    let mut call = FetcherCall::new("fetchzip").argument("url", url.as_str());
    if unpack::family(&base_name(url)) != Some(family(kind)) {
        call = call.argument("extension", extension);
    }
    let tree = unpack::everything(path, artifact.address(url), kind)?;
    let strip_root = unpack::has_one_entry(&tree);
    if !strip_root {
        call = call.argument("stripRoot", false);
    }
    let resolved = unpacked(tree, url.as_str(), strip_root)?;
    Ok(Resolved {
        requests: artifact.requests(),
        ..resolved.called(call)
    })
}

/// Where the file lies.
pub(super) fn path_of(artifact: &Artifact) -> anyhow::Result<&Path> {
    artifact
        .path()
        .ok_or_else(|| Problem::bug("only a file can be unpacked").into())
}

/// A source whose hash is that of an unpacked archive, as `fetchzip` makes it; not yet called.
pub(super) fn unpacked(tree: Tree, url: &str, strip_root: bool) -> anyhow::Result<Resolved> {
    let tree = if strip_root {
        unpack::strip_root(tree, url)?
    } else {
        tree
    };
    Resolved::of_tree(url, &tree, Artifact::Tree(tree.clone()))
}

fn family(kind: Kind) -> unpack::Family {
    match kind {
        Kind::Zip => unpack::Family::Zip,
        Kind::Tar(_) => unpack::Family::Tar,
    }
}

/// `fetchpatch` or `fetchpatch2`; which of them, where it is not asked for, the patch itself decides as nixpkgs' rules say:
/// shortened git hashes grow, so they must not be hashed.
fn fetchpatch(
    url: &Url,
    version: Option<Patchutils>,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let url = full_index(url);
    let artifact = Artifact::download(&url, context)?;
    let requests = artifact.requests();
    let bytes = read(path_of(&artifact)?, url.as_str())?;
    let is_short = patch::has_short_index(&bytes);
    let version = version.unwrap_or(if is_short {
        Patchutils::V0_3_3
    } else {
        Patchutils::V0_4_2
    });
    let normal = patch::normalise(&bytes, version).map_err(|error| {
        Problem::user(format!(
            "`{}` is not a patch that can be normalised",
            shown(url.as_str())
        ))
        .source(error)
    })?;
    let function = match version {
        Patchutils::V0_3_3 => "fetchpatch",
        Patchutils::V0_4_2 => "fetchpatch2",
    };
    let hash = hash_bytes(Algorithm::Sha256, &normal);
    let call = named(FetcherCall::new(function), &url).argument("url", url.as_str());
    let bytes = normal.len() as u64;
    let resolved = Resolved::new(hash, HashMode::Flat, url.as_str(), Artifact::Patch);
    let mut resolved = Resolved {
        bytes,
        requests,
        ..resolved.called(call)
    };
    if is_short && version == Patchutils::V0_4_2 {
        let note = "the patch holds shortened git hashes, which may change; nixpkgs asks for `fetchpatch` then";
        resolved.notes.push(note.to_owned());
    }
    Ok(resolved)
}

/// GitHub writes whole git hashes into a patch when asked to.
fn full_index(url: &Url) -> Url {
    let rest = url.as_str().strip_prefix(Endpoint::Github.public_url());
    let mut url = url.clone();
    if rest.is_some_and(|rest| rest.starts_with('/')) && url.query().is_none() {
        url.set_query(Some("full_index=1"));
    }
    url
}

fn read(path: &Path, url: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = |bytes: &mut Vec<u8>| -> std::io::Result<u64> {
        let mut file = File::open(path)?;
        let size = file.seek(std::io::SeekFrom::End(0))?;
        file.rewind()?;
        file.take(PATCH_LIMIT_BYTES).read_to_end(bytes)?;
        Ok(size)
    };
    let size =
        read(&mut bytes).with_context(|| format!("could not read what `{}` sent", shown(url)))?;
    if size > PATCH_LIMIT_BYTES {
        return Err(Problem::user(format!(
            "`{}` is too large for a patch: {size} bytes",
            shown(url)
        ))
        .into());
    }
    Ok(bytes)
}

/// The last part of an address as Nix's `baseNameOf` cuts it, query included.
fn base_name(url: &Url) -> String {
    let text = url.as_str().trim_end_matches('/');
    text.rsplit('/').next().unwrap_or(text).to_owned()
}

/// The call with a `name` where the address does not end in one that a store path may have.
pub(super) fn named(call: FetcherCall, url: &Url) -> FetcherCall {
    let base = base_name(url);
    let is_valid = |sign: char| sign.is_ascii_alphanumeric() || "+-._?=".contains(sign);
    if !base.is_empty() && base.len() <= 200 && !base.starts_with('.') && base.chars().all(is_valid)
    {
        return call;
    }
    let stem = base.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(stem).decode_utf8_lossy();
    let name: String = decoded
        .chars()
        .map(|sign| if is_valid(sign) { sign } else { '-' })
        .take(200)
        .collect();
    let name = name.trim_start_matches(['.', '-']);
    call.argument("name", if name.is_empty() { "source" } else { name })
}
