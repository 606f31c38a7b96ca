//! What a source text means.

use std::path::Path;

use nixsmith_fetch::endpoints::{Endpoint, Endpoints};
use nixsmith_fetch::forge;
use url::Url;

use super::package::{PackageReference, Registry};
use super::{Fetcher, Location, Options, file, shown};
use crate::context::Context;
use crate::error::Problem;

/// The longest text that is taken for a source.
const TEXT_LIMIT_BYTES: usize = 4096;

const FORMS: &str = "a source is a URL, a forge page, a git URL, a local folder, or a package such as `crates:NAME@VERSION`";

/// Decides what `text` means; what it says about the revision and the fetcher joins the options.
pub(super) fn parse(
    text: &str,
    options: &Options,
    context: &Context,
) -> anyhow::Result<(Location, Options)> {
    check_text(text, context)?;
    let mut options = options.clone();
    let text = &without_flake_attributes(text, &mut options);
    if let Some(revision) = &mut options.revision {
        check_revision(revision)?;
        // git takes capitals in a commit's id, but the fetchers would take it for a tag.
        let lower = revision.to_ascii_lowercase();
        if super::git::is_commit(&lower) {
            *revision = lower;
        }
    }
    let location = if let Some(package) = PackageReference::parse(text) {
        Location::Package(with_version(package?, &mut options)?)
    } else if let Some(location) = local(text, context)? {
        location
    } else {
        remote(text, &mut options, context.endpoints())?
    };
    let location = match options.fetcher {
        Some(fetcher) => for_fetcher(fetcher, location, text)?,
        None => location,
    };
    check_options(&location, &options)?;
    Ok((location, options))
}

/// `git+https://…?ref=NAME&rev=COMMIT&submodules=1`, as flakes write it, without what the options can say; that joins them.
fn without_flake_attributes(text: &str, options: &mut Options) -> String {
    let Some((address, query)) = text.split_once('?').filter(|_| text.starts_with("git+")) else {
        return text.to_owned();
    };
    let mut left = Vec::new();
    let (mut reference, mut commit) = (None, None);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("ref", name)) => reference = Some(decoded(name)),
            Some(("rev", id)) => commit = Some(decoded(id)),
            Some(("submodules", value)) => {
                let wanted = matches!(value, "1" | "true");
                options.submodules = options.submodules.or(Some(wanted));
            }
            Some(("shallow" | "allRefs", _)) => {}
            _ => left.push(pair),
        }
    }
    options.revision = options.revision.take().or(commit).or(reference);
    if left.is_empty() {
        address.to_owned()
    } else {
        format!("{address}?{}", left.join("&"))
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn check_text(text: &str, context: &Context) -> anyhow::Result<()> {
    let refused =
        |why: &str| Problem::user(format!("`{}` is no source: {why}", shown(text))).hint(FORMS);
    if text.trim().is_empty() {
        return Err(Problem::user("the source is empty").hint(FORMS).into());
    }
    if text.len() > TEXT_LIMIT_BYTES {
        return Err(refused("it is too long").into());
    }
    if text.starts_with('-') {
        return Err(refused("it starts like a flag").into());
    }
    // Names of files may hold spaces, addresses and what is handed to programs may not.
    let is_local = text.starts_with(['.', '/'])
        || (!text.contains(':') && context.path(Path::new(text)).exists());
    let strange = |sign: char| sign.is_control() || (sign.is_whitespace() && !is_local);
    if text.chars().any(strange) {
        return Err(refused("it holds white space or control characters").into());
    }
    // git would run `git-remote-ext`, which runs anything.
    if text
        .split("::")
        .next()
        .is_some_and(|helper| helper.len() < text.len() && !helper.contains(['/', ':']))
    {
        return Err(refused("git's remote helpers are not run").into());
    }
    Ok(())
}

/// A revision as git could name one, in characters that mean nothing to any program it is given to.
///
/// # Errors
/// Anything else.
pub(super) fn check_revision(revision: &str) -> Result<(), Problem> {
    let strange =
        |sign: char| sign.is_control() || sign.is_whitespace() || "~^:?*[\\'\"`".contains(sign);
    let refused = revision.is_empty()
        || revision.len() > 250
        || revision.starts_with(['-', '/', '.'])
        || revision.ends_with(['/', '.'])
        || revision.ends_with(".lock")
        || revision.contains("..")
        || revision.contains("//")
        || revision.contains("@{")
        || revision.contains(strange);
    if refused {
        return Err(
            Problem::user(format!("`{}` is no revision", shown(revision)))
                .hint("a revision is a commit, a tag or a branch"),
        );
    }
    Ok(())
}

/// `--rev` is the version of a package whose text names none.
fn with_version(
    mut package: PackageReference,
    options: &mut Options,
) -> anyhow::Result<PackageReference> {
    match (&package.version, options.revision.take()) {
        (Some(version), Some(revision)) if *version != revision => Err(Problem::usage(format!(
            "`{package}` and `--rev {}` name two versions",
            shown(&revision)
        ))
        .into()),
        (None, Some(revision)) => {
            package.version = Some(revision);
            let text = package.to_string();
            PackageReference::parse(&text)
                .unwrap_or(Ok(package))
                .map_err(Into::into)
        }
        _ => Ok(package),
    }
}

/// A path of this machine: `./x`, `/x`, `file:///x`, or a bare name that exists.
fn local(text: &str, context: &Context) -> anyhow::Result<Option<Location>> {
    let is_path = text.starts_with(['.', '/']);
    let path = if let Some(rest) = text
        .strip_prefix("git+file://")
        .or_else(|| text.strip_prefix("file://"))
    {
        let url = Url::parse(&format!("file://{rest}"));
        match url.map(|url| url.to_file_path()) {
            Ok(Ok(path)) if !rest.contains('?') => path,
            _ => {
                return Err(Problem::user(format!("`{}` names no local path", shown(text))).into());
            }
        }
    } else if is_path || !text.contains(':') {
        context.path(Path::new(text))
    } else {
        return Ok(None);
    };
    let missing = |error: std::io::Error| {
        Problem::user(format!("could not find `{}`", path.display())).source(error)
    };
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(_) if !is_path && !text.contains(':') => return Ok(None),
        Err(error) => return Err(missing(error).into()),
    };
    let not_a_url = || Problem::user(format!("`{}` has no URL", path.display()));
    let url = Url::from_file_path(&path).map_err(|()| not_a_url())?;
    Ok(Some(if is_repository(&path) {
        Location::Git(url.into())
    } else if path.is_dir() {
        Location::Directory(path)
    } else {
        Location::File(url)
    }))
}

/// Whether `path` is a git repository, with a work tree or bare.
fn is_repository(path: &Path) -> bool {
    path.join(".git").exists()
        || (path.join("HEAD").is_file()
            && path.join("objects").is_dir()
            && path.join("refs").is_dir())
}

/// An address of another machine.
fn remote(text: &str, options: &mut Options, endpoints: &Endpoints) -> anyhow::Result<Location> {
    if let Some(url) = short_forge(text) {
        return remote(&url, options, endpoints);
    }
    if let Some(rest) = text.strip_prefix("git+") {
        options.fetcher.get_or_insert(Fetcher::Fetchgit);
        return git(rest, endpoints);
    }
    let (kind, rest) = match text.split_once('+') {
        Some(("svn", rest)) if rest.contains("://") && !rest.starts_with("ssh:") => {
            (Some(Fetcher::Fetchsvn), rest)
        }
        Some(("hg", rest)) if rest.contains("://") => (Some(Fetcher::Fetchhg), rest),
        _ if text.starts_with("svn://") || text.starts_with("svn+ssh://") => {
            (Some(Fetcher::Fetchsvn), text)
        }
        _ => (None, text),
    };
    let Ok(url) = Url::parse(rest) else {
        return git(rest, endpoints);
    };
    check_url(&url, text)?;
    match kind {
        Some(Fetcher::Fetchsvn) => return Ok(Location::Subversion(url)),
        Some(_) => return Ok(Location::Mercurial(url)),
        None => {}
    }
    match url.scheme() {
        "http" | "https" => Ok(page(url, endpoints)),
        "ftp" | "mirror" => Ok(Location::File(url)),
        _ => git(rest, endpoints),
    }
}

/// An address for the web: a page of a forge, a repository or a file.
fn page(url: Url, endpoints: &Endpoints) -> Location {
    if file::is_patch(&url) {
        return Location::File(url);
    }
    match forge::parse_with(url.as_str(), endpoints) {
        Some(forge) => Location::Forge(forge),
        None if url.path().ends_with(".git") => Location::Git(url.into()),
        None => Location::File(url),
    }
}

/// `github:OWNER/REPO[/REVISION]` and its like, as flakes write it.
fn short_forge(text: &str) -> Option<String> {
    let (forge, rest) = text.split_once(':')?;
    let endpoint = match forge {
        "github" => Endpoint::Github,
        "gitlab" => Endpoint::Gitlab,
        "codeberg" => Endpoint::Codeberg,
        "sourcehut" => Endpoint::Sourcehut,
        "bitbucket" => Endpoint::Bitbucket,
        _ => return None,
    };
    let parts: Vec<&str> = rest.splitn(3, '/').collect();
    let base = endpoint.public_url();
    match parts.as_slice() {
        [owner, repo] => Some(format!("{base}/{owner}/{repo}")),
        [owner, repo, revision] => {
            let tree = match endpoint {
                Endpoint::Gitlab => "-/tree",
                Endpoint::Bitbucket | Endpoint::Codeberg => "src",
                _ => "tree",
            };
            Some(format!("{base}/{owner}/{repo}/{tree}/{revision}"))
        }
        _ => None,
    }
}

fn check_url(url: &Url, text: &str) -> anyhow::Result<()> {
    let is_web = matches!(url.scheme(), "http" | "https" | "ftp");
    if url.password().is_some() || (is_web && !url.username().is_empty()) {
        // Said without the address, which holds the secret.
        return Err(Problem::user(
            "the address holds a user name or password, which would land in the Nix text",
        )
        .hint("use a netrc file or a token of the forge")
        .into());
    }
    let refused = |why: &str| Problem::user(format!("`{}` is no source: {why}", shown(text)));
    if url.host_str().is_some_and(|host| host.starts_with('-')) || url.username().starts_with('-') {
        return Err(refused("its host starts like a flag").into());
    }
    if url.host_str().is_none_or(str::is_empty) && !matches!(url.scheme(), "file") {
        return Err(refused("it names no host").hint(FORMS).into());
    }
    Ok(())
}

/// An address that is left to git: `https`, `http`, `ssh`, `git`, or `user@host:path`.
fn git(address: &str, endpoints: &Endpoints) -> anyhow::Result<Location> {
    let not_git = || Problem::user(format!("`{}` is no source", shown(address))).hint(FORMS);
    match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "https" | "http" | "ssh" | "git" | "file") => {
            check_url(&url, address)?;
            if let Some(forge) =
                forge::parse_with(address, endpoints).filter(|_| url.scheme() == "ssh")
            {
                return Ok(Location::Forge(forge));
            }
            Ok(Location::Git(address.to_owned()))
        }
        _ => {
            let (host, path) = address.split_once(':').ok_or_else(not_git)?;
            let (user, name) = host.split_once('@').ok_or_else(not_git)?;
            let of = |text: &str| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|sign| sign.is_ascii_alphanumeric() || "-._".contains(sign))
            };
            if !of(user)
                || !of(name)
                || user.starts_with('-')
                || name.starts_with('-')
                || path.is_empty()
                || path.contains("://")
                || path.starts_with('-')
            {
                return Err(not_git().into());
            }
            Ok(forge::parse_with(address, endpoints)
                .map_or_else(|| Location::Git(address.to_owned()), Location::Forge))
        }
    }
}

/// The same place for a fetcher that was asked for by name.
fn for_fetcher(fetcher: Fetcher, location: Location, text: &str) -> anyhow::Result<Location> {
    let unfit = || Problem::usage(format!("`{fetcher}` cannot fetch `{}`", shown(text)));
    let matching = match (fetcher, location) {
        (Fetcher::Fetchgit | Fetcher::BuiltinsFetchGit, Location::Forge(forge)) => {
            Location::Git(forge.git_url())
        }
        (Fetcher::Fetchgit | Fetcher::BuiltinsFetchGit, Location::File(url)) => {
            Location::Git(url.into())
        }
        (Fetcher::Fetchgit | Fetcher::BuiltinsFetchGit, git @ Location::Git(_)) => git,
        (Fetcher::Fetchsvn, Location::File(url) | Location::Subversion(url)) => {
            Location::Subversion(url)
        }
        (Fetcher::Fetchhg, Location::File(url) | Location::Mercurial(url)) => {
            Location::Mercurial(url)
        }
        (Fetcher::Fetchsvn | Fetcher::Fetchhg, Location::Forge(_) | Location::Git(_)) => {
            let url = Url::parse(text).map_err(|_| unfit())?;
            if fetcher == Fetcher::Fetchsvn {
                Location::Subversion(url)
            } else {
                Location::Mercurial(url)
            }
        }
        (Fetcher::Fetchurl | Fetcher::Fetchzip, package @ Location::Package(_)) => package,
        (
            Fetcher::Fetchurl | Fetcher::Fetchzip | Fetcher::Fetchpatch | Fetcher::Fetchpatch2,
            Location::File(url),
        ) => Location::File(url),
        (
            Fetcher::Fetchurl | Fetcher::Fetchzip | Fetcher::Fetchpatch | Fetcher::Fetchpatch2,
            Location::Forge(_) | Location::Git(_),
        ) => Location::File(Url::parse(text).map_err(|_| unfit())?),
        (Fetcher::FetchCrate, Location::Package(package))
            if package.registry == Registry::Crates =>
        {
            Location::Package(package)
        }
        (Fetcher::FetchPypi, Location::Package(package)) if package.registry == Registry::Pypi => {
            Location::Package(package)
        }
        (Fetcher::FetchHex, Location::Package(package)) if package.registry == Registry::Hex => {
            Location::Package(package)
        }
        (_, Location::Forge(forge)) if super::forge::fits(fetcher, &forge) => {
            Location::Forge(forge)
        }
        (_, Location::File(url)) => super::forge::by_fetcher(fetcher, url.as_str())
            .map(Location::Forge)
            .ok_or_else(unfit)?,
        (_, Location::Git(url)) => super::forge::by_fetcher(fetcher, &url)
            .map(Location::Forge)
            .ok_or_else(unfit)?,
        _ => return Err(unfit().into()),
    };
    Ok(matching)
}

/// Options that the place cannot honour are refused, not forgotten.
fn check_options(location: &Location, options: &Options) -> anyhow::Result<()> {
    let refused = |what: &str| Problem::usage(format!("{what} means nothing for this source"));
    let is_git = matches!(location, Location::Git(_) | Location::Forge(_));
    let is_versioned = is_git
        || matches!(
            location,
            Location::Subversion(_) | Location::Mercurial(_) | Location::Package(_)
        );
    if options.revision.is_some() && !is_versioned {
        return Err(refused("`--rev`").into());
    }
    if options.lfs && !is_git {
        return Err(refused("`--lfs`").into());
    }
    if !options.sparse.is_empty() && !is_git {
        return Err(refused("`--sparse`").into());
    }
    if options.submodules.is_some() && !is_git && !matches!(location, Location::Mercurial(_)) {
        return Err(refused("`--submodules`").into());
    }
    if options.leave_dot_git && !is_git {
        return Err(refused("`--leave-dot-git`").into());
    }
    for folder in &options.sparse {
        let is_plain = !folder.is_empty()
            && !folder.starts_with(['-', '/', '!', '#'])
            && !folder.chars().any(char::is_control)
            && !folder.split('/').any(|part| part == "..");
        if !is_plain {
            return Err(Problem::usage(format!(
                "`{}` is no folder of a repository",
                shown(folder)
            ))
            .into());
        }
    }
    Ok(())
}
