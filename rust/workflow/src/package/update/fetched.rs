//! The hash of the new source: the artifact is got and hashed here as its fetcher would, where that can be said from what was evaluated.

use nixsmith_fetch::FileRequest;
use nixsmith_store::hash::{Algorithm, Hash, hash_reader};
use url::Url;

use super::facts::SourceFacts;
use crate::context::Context;
use crate::error::Problem;
use crate::source::{self, Fetcher, Options, Resolved, Source};

/// The largest file that is got for another hash than SHA-256.
const FILE_LIMIT_BYTES: u64 = 8 << 30;

/// A hash, and the files behind it.
pub(super) struct Fetched {
    pub hash: Hash,
    pub resolved: Resolved,
}

/// Gets the source and hashes it. `Ok(Err(why))`: only a build can tell.
///
/// # Errors
/// When the source does not come.
pub(super) fn fetch(
    facts: &SourceFacts,
    context: &Context,
) -> anyhow::Result<Result<Fetched, &'static str>> {
    if facts.is_git {
        return git(facts, context);
    }
    let urls: Vec<&String> = facts.urls.iter().chain(&facts.url).collect();
    if urls.is_empty() {
        return Ok(Err("the source has no address"));
    }
    let post_fetch = facts.post_fetch.as_deref().unwrap_or_default();
    match (facts.is_recursive, post_fetch.trim().is_empty()) {
        (false, true) => first_that_comes(&urls, |url| flat(url, facts, context)).map(Ok),
        (true, false) => match unpacking(post_fetch) {
            Some(strip_root) => unpacked(&urls, strip_root, context),
            None => Ok(Err("the source is changed after it is fetched")),
        },
        _ => Ok(Err("the fetcher is not known here")),
    }
}

/// Tries one address after the other; the first error counts.
fn first_that_comes<T>(
    urls: &[&String],
    get: impl Fn(&str) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut first = None;
    for url in urls {
        match get(url) {
            Ok(value) => return Ok(value),
            Err(error) if crate::error::kind_of(&error) == crate::error::Kind::Interrupted => {
                return Err(error);
            }
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    Err(first.unwrap_or_else(|| Problem::bug("a source without an address").into()))
}

fn git(facts: &SourceFacts, context: &Context) -> anyhow::Result<Result<Fetched, &'static str>> {
    let post_fetch = facts.post_fetch.as_deref().unwrap_or_default();
    if facts.leave_dot_git || facts.non_cone_mode || !post_fetch.trim().is_empty() {
        return Ok(Err(
            "the checkout is changed after it is made, or keeps `.git`",
        ));
    }
    let (Some(url), Some(revision)) =
        (facts.url.as_ref().or(facts.repository.as_ref()), &facts.rev)
    else {
        return Ok(Err("the checkout names no revision"));
    };
    let revision = revision.strip_prefix("refs/tags/").unwrap_or(revision);
    let sparse = facts.sparse_checkout.lines();
    let sparse = sparse.filter(|line| !line.is_empty()).map(str::to_owned);
    let options = Options {
        revision: Some(revision.to_owned()),
        fetcher: Some(Fetcher::Fetchgit),
        submodules: Some(facts.submodules),
        lfs: facts.lfs,
        sparse: sparse.collect(),
        ..Options::default()
    };
    let source = Source::parse(&format!("git+{url}"), &options, context)?;
    let resolved = source::resolve(&source, context)?;
    Ok(Ok(Fetched {
        hash: resolved.hash.clone(),
        resolved,
    }))
}

/// The lines of `fetchzip`'s own script (`pkgs/build-support/fetchzip`), trimmed.
const UNPACKING: &[&str] = &[
    "unpackDir=\"$TMPDIR/unpack\"",
    "mkdir \"$unpackDir\"",
    "cd \"$unpackDir\"",
    "mv \"$downloadedFile\" \"$renamed\"",
    "unpackFile \"$renamed\"",
    "chmod -R +w \"$unpackDir\"",
    "if [ $(ls -A \"$unpackDir\" | wc -l) != 1 ]; then",
    "echo \"error: zip file must contain a single file or directory.\"",
    "echo \"hint: Pass stripRoot=false; to fetchzip to assume flat list of files.\"",
    "exit 1",
    "fi",
    "fn=$(cd \"$unpackDir\" && ls -A)",
    "if [ -f \"$unpackDir/$fn\" ]; then",
    "mkdir $out",
    "mv \"$unpackDir/$fn\" \"$out\"",
    "mv \"$unpackDir\" \"$out\"",
    "chmod 755 \"$out\"",
];

/// Whether a script only unpacks, and then whether the one folder at the top is taken away.
fn unpacking(script: &str) -> Option<bool> {
    let mut lines = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines
        .all(|line| UNPACKING.contains(&line) || line.starts_with("renamed=\"$TMPDIR/"))
        .then(|| script.contains("mv \"$unpackDir/$fn\" \"$out\""))
}

fn unpacked(
    urls: &[&String],
    strip_root: bool,
    context: &Context,
) -> anyhow::Result<Result<Fetched, &'static str>> {
    let options = Options {
        fetcher: Some(Fetcher::Fetchzip),
        ..Options::default()
    };
    let resolved = first_that_comes(urls, |url| {
        let source = Source::parse(url, &options, context)?;
        source::resolve(&source, context)
    })?;
    let call = resolved.call.as_ref().map(|call| call.to_json());
    let stripped = call.is_none_or(|call| call.pointer("/args/stripRoot").is_none());
    if stripped != strip_root {
        return Ok(Err("the archive is not unpacked as usual"));
    }
    Ok(Ok(Fetched {
        hash: resolved.hash.clone(),
        resolved,
    }))
}

fn flat(url: &str, facts: &SourceFacts, context: &Context) -> anyhow::Result<Fetched> {
    let options = Options {
        fetcher: Some(Fetcher::Fetchurl),
        ..Options::default()
    };
    let source = match released_on_pypi(url) {
        Some(package) => Source::parse(&package, &options, context)?,
        None => Source::parse(url, &options, context)?,
    };
    let resolved = source::resolve(&source, context)?;
    let wanted = facts
        .hash()
        .map_or(Algorithm::Sha256, |hash| hash.algorithm());
    if base_name(&resolved.url) != base_name(url) {
        return Err(Problem::user(format!(
            "the release is called `{}`, the expression asks for `{}`",
            base_name(&resolved.url).escape_debug(),
            base_name(url).escape_debug()
        ))
        .hint("change what the address is made of, such as `pname`, to the new spelling")
        .into());
    }
    let hash = match wanted {
        Algorithm::Sha512 => other_hash(&resolved.url, wanted, context)?,
        _ => resolved.hash.clone(),
    };
    Ok(Fetched { hash, resolved })
}

fn base_name(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    url.rsplit('/').next().unwrap_or(url)
}

/// `pypi:NAME@VERSION` for a file that `fetchPypi` asks for: `mirror://pypi/LETTER/NAME/NAME-VERSION.tar.gz`.
fn released_on_pypi(url: &str) -> Option<String> {
    let (_, name_and_file) = url.strip_prefix("mirror://pypi/")?.split_once('/')?;
    let (_, file) = name_and_file.split_once('/')?;
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz"]
        .iter()
        .find_map(|ending| file.strip_suffix(ending))?;
    let (name, version) = stem.rsplit_once('-')?;
    Some(format!("pypi:{name}@{version}"))
}

fn other_hash(url: &str, algorithm: Algorithm, context: &Context) -> anyhow::Result<Hash> {
    let request = FileRequest::new(Url::parse(url)?).limit_bytes(FILE_LIMIT_BYTES);
    let mut file = context.fetch()?.file(&request)?.open()?;
    Ok(hash_reader(algorithm, &mut file)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fetchers_own_script_is_known() {
        let strip = "unpackDir=\"$TMPDIR/unpack\"\nrenamed=\"$TMPDIR/v1.tar.gz\"\n\
                     mv \"$unpackDir/$fn\" \"$out\"\n\n\nchmod 755 \"$out\"\n";
        assert_eq!(unpacking(strip), Some(true));
        assert_eq!(unpacking("mv \"$unpackDir\" \"$out\"\n"), Some(false));
        assert_eq!(unpacking(&format!("{strip}rm -r $out/tests\n")), None);
    }

    #[test]
    fn files_of_pypi_are_asked_for_by_name() {
        assert_eq!(
            released_on_pypi("mirror://pypi/z/zope.interface/zope.interface-7.2.tar.gz").as_deref(),
            Some("pypi:zope.interface@7.2")
        );
        assert_eq!(
            released_on_pypi("mirror://gnu/h/hello/hello-2.tar.gz"),
            None
        );
    }
}
