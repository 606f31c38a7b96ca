//! Git dependencies of npm projects: the archive a forge makes of the commit, packed again so that its bytes stay the same.
//!
//! Source: `get_hosted_git_url` and `Package::tarball` in pkgs/build-support/node/prefetch-npm-deps/src/parse/mod.rs in nixpkgs, revision
//! 7beb50e7ff79.

use nixsmith_fetch::endpoints::{Endpoint, Endpoints};
use nixsmith_fetch::{FetchedFile, FileRequest};
use nixsmith_store::archive::{self, Compression, Kind, Limits};
use nixsmith_store::tree::Tree;
use serde_json::Value;
use url::Url;

use super::{gnu_tar, gzip};
use crate::error::Problem;

/// The longest archive of a forge that is fetched.
const ARCHIVE_BYTES_MAX: u64 = 512 << 20;
/// The most its files may have together; they are packed in memory.
const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// The longest `package.json` that is read.
const MANIFEST_BYTES_MAX: u64 = 16 << 20;

/// Scripts that npm runs when it prepares a git dependency.
const INSTALL_SCRIPTS: [&str; 6] = [
    "postinstall",
    "build",
    "preinstall",
    "install",
    "prepack",
    "prepare",
];

/// Whether the address is of the git kind. The others are archives.
pub(super) fn is_git(url: &Url) -> bool {
    ["git", "git+ssh", "git+https", "ssh"].contains(&url.scheme())
}

/// The archive's address for a git address. Err: a forge or form that nixpkgs does not know.
pub(super) fn archive_url(url: &Url) -> Result<Url, Problem> {
    let unknown = || {
        Problem::from(
            "its git address is of a host or form that nixpkgs' prefetch-npm-deps does not know",
        )
    };
    let mut segments = url.path_segments().ok_or_else(unknown)?;
    let host = url.host_str().ok_or_else(unknown)?;
    let forge = [Endpoint::Github, Endpoint::Bitbucket, Endpoint::Sourcehut]
        .into_iter()
        .find(|forge| public_host(*forge) == Some(host))
        .ok_or_else(unknown)?;
    let owner = segments.next().ok_or_else(unknown)?;
    let project = segments.next().ok_or_else(unknown)?;
    let project = project.strip_suffix(".git").unwrap_or(project);
    let kind = segments.next();
    let commit = match (forge, kind) {
        (Endpoint::Github, Some("tree")) => segments.next(),
        (Endpoint::Github, Some(_))
        | (Endpoint::Bitbucket, Some("get"))
        | (Endpoint::Sourcehut, Some("archive")) => {
            return Err(unknown());
        }
        _ => url.fragment(),
    };
    let commit = commit.ok_or("its git address has no commit")?;
    let base = forge.public_url();
    let text = match forge {
        Endpoint::Github => format!("{}/{owner}/{project}/tar.gz/{commit}", download_host(base)),
        Endpoint::Bitbucket => format!("{base}/{owner}/{project}/get/{commit}.tar.gz"),
        _ => format!("{base}/{owner}/{project}/archive/{commit}.tar.gz"),
    };
    Url::parse(&text).map_err(|_| unknown())
}

fn public_host(forge: Endpoint) -> Option<&'static str> {
    forge.public_url().strip_prefix("https://")
}

/// GitHub serves archives from a host of its own.
fn download_host(base: &str) -> String {
    base.replacen("https://", "https://codeload.", 1)
}

/// How to get the archive at `url`, which [`archive_url`] made. A replaced GitHub has no host for archives; its pages lead to them.
pub(super) fn archive_request(url: &Url, endpoints: &Endpoints) -> FileRequest {
    let base = Endpoint::Github.public_url();
    let host = download_host(base);
    let page = || {
        let path = url
            .as_str()
            .strip_prefix(&host)?
            .replacen("/tar.gz/", "/archive/", 1);
        Url::parse(&format!("{base}{path}.tar.gz")).ok()
    };
    let replaced = endpoints
        .is_overridden(Endpoint::Github)
        .then(page)
        .flatten();
    let mut request =
        FileRequest::new(replaced.unwrap_or_else(|| url.clone())).limit_bytes(ARCHIVE_BYTES_MAX);
    request.immutable = names_a_commit(url.path());
    request
}

/// Whether a full commit stands in the path, so that the content cannot change.
fn names_a_commit(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".tar.gz").unwrap_or(name);
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The archive's files without its top folder.
pub(super) fn unpack(file: &FetchedFile) -> Result<Tree, Problem> {
    let limits = Limits {
        unpacked_bytes: UNPACKED_BYTES_MAX,
        ..Limits::default()
    };
    let sentence = || format!("could not unpack `{}`", file.url);
    let opened = file
        .open()
        .map_err(|error| Problem::because(sentence(), error))?;
    let tree = archive::unpack(opened, Kind::Tar(Compression::Gzip), &limits)
        .map_err(|error| Problem::because(sentence(), error))?;
    tree.strip_root()
        .map_err(|error| Problem::because(sentence(), error))
}

/// The files packed as npm's cache will hold them.
pub(super) fn pack(tree: &Tree) -> Result<Vec<u8>, Problem> {
    let failed = |error: std::io::Error| Problem::because("could not pack its files", error);
    let mut plain = Vec::new();
    gnu_tar::write(b"package", tree, &mut plain).map_err(failed)?;
    let mut packed = Vec::new();
    gzip::compress(&plain, &mut packed).map_err(failed)?;
    Ok(packed)
}

/// The first script of the package that npm would run to prepare it, if any. Err: there is no usable `package.json`.
pub(super) fn install_script(tree: &Tree) -> Result<Option<&'static str>, Problem> {
    let unreadable = || "could not read its `package.json`";
    let bytes = tree
        .read("package.json", MANIFEST_BYTES_MAX)
        .map_err(|error| Problem::because(unreadable(), error))?;
    let bytes = bytes.ok_or("its repository has no `package.json`")?;
    let manifest: Value =
        serde_json::from_slice(&bytes).map_err(|error| Problem::because(unreadable(), error))?;
    if !manifest.is_object() {
        return Err("its `package.json` is no object".into());
    }
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    Ok(scripts.and_then(|scripts| {
        INSTALL_SCRIPTS
            .into_iter()
            .find(|name| scripts.contains_key(*name))
    }))
}

#[cfg(test)]
mod tests;
