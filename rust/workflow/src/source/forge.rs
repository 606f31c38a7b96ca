//! Repositories on forges: `fetchFromGitHub` and its like.

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::FileRequest;
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::forge::{self, FetchOptions, Forge, ForgeSource, PageRevision, Transport};
use nixsmith_store::archive::{Compression, Kind};
use nixsmith_store::tree::Tree;
use url::Url;

use super::git::{self, Named};
use super::{Artifact, Fetcher, Options, Resolved, file, shown, unpack, version};
use crate::context::Context;
use crate::error::Problem;

/// The largest archive that is fetched.
const ARCHIVE_LIMIT_BYTES: u64 = 8 << 30;

/// The largest `.gitattributes` that is looked into.
const ATTRIBUTES_LIMIT_BYTES: u64 = 1 << 20;

/// A repository with the call of its forge's own fetcher.
pub(super) fn resolve(
    source: &ForgeSource,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let submodules = options.submodules == Some(true);
    let force_git = must_force_git(source.forge, options);
    let transport = source.forge.transport(FetchOptions {
        submodules,
        lfs: options.lfs,
        sparse: !options.sparse.is_empty(),
        leave_dot_git: options.leave_dot_git,
        force_git,
        ..FetchOptions::default()
    });
    let by_git = match transport {
        Transport::Impossible(reason) => return Err(Problem::user(reason).into()),
        Transport::Git if source.is_mercurial() => {
            return Err(
                Problem::user(format!("`{}` is a Mercurial repository", source.page()))
                    .hint("`--fetcher fetchhg` fetches it with its subrepositories")
                    .into(),
            );
        }
        Transport::Git => true,
        Transport::Archive { .. } => false,
    };
    let (named, asked) = revision(source, options, context)?;
    let call = repository_call(source, options);
    let call = if source.forge == Forge::RepoOrCz {
        // The fetcher has no `tag`.
        call.argument("rev", named.name())
    } else {
        named.argument(call)
    };
    let resolved = if by_git {
        let call = match (force_git, submodules) {
            (true, _) => call.argument("forceFetchGit", true),
            (false, true) => call.argument("fetchSubmodules", true),
            (false, false) => call,
        };
        git::checkout(&source.git_url(), &named, submodules, options, context)?
            .called(git::with_checkout(call, options))
    } else {
        archive(source, &named, transport, context)?.called(call)
    };
    let (tag, commit) = match &named {
        Named::Tag(tag) => (Some(tag.clone()), resolved.commit.clone()),
        Named::Commit(commit) => (
            None,
            Some(commit.clone()).filter(|commit| git::is_commit(commit)),
        ),
    };
    let name = source
        .repo
        .rsplit('/')
        .next()
        .unwrap_or(&source.repo)
        .to_owned();
    Ok(Resolved {
        version: tag.as_deref().and_then(|tag| version::of_tag(tag, &name)),
        name: Some(name),
        tag,
        commit,
        homepage: Some(source.page()),
        forge: Some(source.clone()),
        requests: resolved.requests + asked,
        ..resolved
    })
}

/// Whether the fetcher has to be told to use git: `fetchFromGitLab` passes `fetchLFS` on, but does not see that it needs git.
fn must_force_git(forge: Forge, options: &Options) -> bool {
    forge == Forge::GitLab
        && options.lfs
        && options.submodules != Some(true)
        && options.sparse.is_empty()
}

/// The archive that the fetcher would get, as `fetchzip` unpacks it; not yet called.
fn archive(
    source: &ForgeSource,
    named: &Named,
    transport: Transport,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let revision = match named {
        Named::Tag(tag) => PageRevision::Tag(tag.clone()),
        Named::Commit(commit) => PageRevision::Commit(commit.clone()),
    };
    let url = source.archive_url(&revision)?;
    let request = FileRequest::new(url.clone()).limit_bytes(ARCHIVE_LIMIT_BYTES);
    let artifact = Artifact::from(context.fetch()?.file(&request)?);
    let mut tree = unpack::everything(
        file::path_of(&artifact)?,
        artifact.address(&url),
        Kind::Tar(Compression::Gzip),
    )?;
    if transport == (Transport::Archive { strip_root: true }) {
        tree = unpack::strip_root(tree, url.as_str())?;
    }
    if source.is_mercurial() {
        tree.remove(b".hg_archival.txt");
    }
    let resolved = file::unpacked(tree, url.as_str(), false)?;
    let notes = export_subst(&resolved.tree()?);
    Ok(Resolved {
        notes,
        requests: artifact.requests(),
        ..resolved
    })
}

/// What to know of an archive in which the forge filled in text.
fn export_subst(tree: &Tree) -> Vec<String> {
    let attributes = tree
        .read(".gitattributes", ATTRIBUTES_LIMIT_BYTES)
        .ok()
        .flatten()
        .unwrap_or_default();
    let is_used = attributes.split(|byte| *byte == b'\n').any(|line| {
        !line.starts_with(b"#")
            && line
                .split(|byte| byte.is_ascii_whitespace())
                .any(|word| word == b"export-subst")
    });
    let note = "`.gitattributes` says `export-subst`: the forge fills in text when it makes the archive, and if that names \
                branches the hash changes with them";
    is_used.then(|| note.to_owned()).into_iter().collect()
}

/// The revision that the options or the page name, and how many requests it took to find out.
fn revision(
    source: &ForgeSource,
    options: &Options,
    context: &Context,
) -> anyhow::Result<(Named, u64)> {
    let by_page = match (&options.revision, &source.revision) {
        (Some(revision), _) => Some(PageRevision::Name(revision.clone())),
        (None, page) => page.clone(),
    };
    if let Some(revision) = &by_page {
        super::location::check_revision(revision.name())?;
    }
    match by_page {
        Some(PageRevision::Tag(tag)) => Ok((Named::Tag(tag), 0)),
        Some(revision) if git::is_commit(revision.name()) => {
            Ok((Named::Commit(revision.name().to_owned()), 0))
        }
        // Git servers do not tell which commit a short id means.
        Some(PageRevision::Commit(short)) => resolved_commit(source, &short, context),
        Some(revision) if source.is_mercurial() => {
            Ok((Named::Commit(revision.name().to_owned()), 0))
        }
        None if source.is_mercurial() => Err(Problem::user(format!(
            "the newest revision of the Mercurial repository `{}` cannot be asked for",
            source.page()
        ))
        .hint("name one with `--rev`")
        .into()),
        Some(PageRevision::Branch(name)) => {
            choose(source, options, &format!("refs/heads/{name}"), context)
        }
        Some(PageRevision::Name(name)) => {
            choose(source, options, &name, context).or_else(|error| {
                let is_short = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
                let found = is_short.then(|| resolved_commit(source, &name, context));
                found.and_then(Result::ok).ok_or(error)
            })
        }
        None => git::choose(&source.git_url(), &[], options.newest, context),
    }
}

/// A revision by name. An address does not tell where a branch with slashes ends and the path begins, so longer names are tried
/// as well.
fn choose(
    source: &ForgeSource,
    options: &Options,
    name: &str,
    context: &Context,
) -> anyhow::Result<(Named, u64)> {
    let mut names = vec![name.to_owned()];
    let path = source
        .path
        .as_deref()
        .filter(|_| options.revision.is_none());
    for part in path
        .unwrap_or_default()
        .split('/')
        .filter(|part| !part.is_empty())
    {
        let longer = names.last().map(|name| format!("{name}/{part}"));
        names.extend(longer);
    }
    git::choose(&source.git_url(), &names, options.newest, context)
}

fn resolved_commit(
    source: &ForgeSource,
    short: &str,
    context: &Context,
) -> anyhow::Result<(Named, u64)> {
    let commit = forge::resolve(context.fetch()?, source, short)?;
    if !git::is_commit(&commit) {
        return Err(Problem::user(format!(
            "`{}` names `{}` as a commit",
            source.page(),
            shown(&commit)
        ))
        .into());
    }
    Ok((Named::Commit(commit), 1))
}

/// The call with everything that says which repository it is, in the order that nixpkgs writes it.
fn repository_call(source: &ForgeSource, options: &Options) -> FetcherCall {
    let (owner, repo, host) = (
        source.owner.as_str(),
        source.repo.as_str(),
        source.host.as_str(),
    );
    let is_public = |endpoint: Endpoint| endpoint.public_url() == format!("https://{host}");
    let with_repository = |call: FetcherCall| call.argument("owner", owner).argument("repo", repo);
    match source.forge {
        Forge::GitHub => {
            let call = FetcherCall::new("fetchFromGitHub");
            with_repository(if is_public(Endpoint::Github) {
                call
            } else {
                call.argument("githubBase", host)
            })
        }
        Forge::GitLab => {
            let mut call = FetcherCall::new("fetchFromGitLab");
            if !is_public(Endpoint::Gitlab) {
                call = call.argument("domain", host);
            }
            match owner.rsplit_once('/') {
                Some((group, owner)) => call
                    .argument("group", group)
                    .argument("owner", owner)
                    .argument("repo", repo),
                None => with_repository(call),
            }
        }
        Forge::Gitea
            if source.is_codeberg()
                && !matches!(
                    options.fetcher,
                    Some(Fetcher::FetchFromGitea | Fetcher::FetchFromForgejo)
                ) =>
        {
            with_repository(FetcherCall::new("fetchFromCodeberg"))
        }
        Forge::Gitea => {
            let fetcher = if options.fetcher == Some(Fetcher::FetchFromForgejo) {
                "fetchFromForgejo"
            } else {
                "fetchFromGitea"
            };
            with_repository(FetcherCall::new(fetcher).argument("domain", host))
        }
        Forge::SourceHut => {
            let mut call = FetcherCall::new("fetchFromSourcehut");
            let domain = host.split_once('.').map_or(host, |(_, domain)| domain);
            if !Endpoint::Sourcehut
                .public_url()
                .ends_with(&format!(".{domain}"))
            {
                call = call.argument("domain", domain);
            }
            let call = with_repository(call);
            if source.is_mercurial() {
                call.argument("vc", "hg")
            } else {
                call
            }
        }
        Forge::Bitbucket => with_repository(FetcherCall::new("fetchFromBitbucket")),
        Forge::Gitiles => FetcherCall::new("fetchFromGitiles").argument("url", source.page()),
        Forge::RepoOrCz => FetcherCall::new("fetchFromRepoOrCz").argument("repo", repo),
    }
}

/// Whether a fetcher is the one for this forge.
pub(super) fn fits(fetcher: Fetcher, source: &ForgeSource) -> bool {
    match fetcher {
        Fetcher::FetchFromCodeberg => source.is_codeberg(),
        _ => software(fetcher) == Some(source.forge),
    }
}

fn software(fetcher: Fetcher) -> Option<Forge> {
    match fetcher {
        Fetcher::FetchFromGitHub => Some(Forge::GitHub),
        Fetcher::FetchFromGitLab => Some(Forge::GitLab),
        Fetcher::FetchFromGitea | Fetcher::FetchFromForgejo => Some(Forge::Gitea),
        Fetcher::FetchFromSourcehut => Some(Forge::SourceHut),
        Fetcher::FetchFromBitbucket => Some(Forge::Bitbucket),
        Fetcher::FetchFromGitiles => Some(Forge::Gitiles),
        Fetcher::FetchFromRepoOrCz => Some(Forge::RepoOrCz),
        _ => None,
    }
}

/// A repository on a forge that is known by the fetcher's name alone: `https://HOST/OWNER/REPO`.
pub(super) fn by_fetcher(fetcher: Fetcher, address: &str) -> Option<ForgeSource> {
    // repo.or.cz is one host, not software that others run.
    let forge = software(fetcher).filter(|forge| *forge != Forge::RepoOrCz)?;
    let url = Url::parse(address)
        .ok()
        .filter(|url| url.scheme() == "https" && url.query().is_none())?;
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let path = url.path().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "-_.~".contains(sign))
    };
    let parts: Vec<&str> = path.split('/').collect();
    if !parts.iter().all(|part| is_part(part)) {
        return None;
    }
    let (owner, repo) = match (forge, parts.as_slice()) {
        (Forge::Gitiles, _) => (String::new(), path.to_owned()),
        (Forge::GitLab, [groups @ .., repo]) if !groups.is_empty() => {
            (groups.join("/"), (*repo).to_owned())
        }
        (_, [owner, repo]) => ((*owner).to_owned(), (*repo).to_owned()),
        _ => return None,
    };
    Some(ForgeSource {
        forge,
        host,
        owner,
        repo,
        revision: None,
        path: None,
    })
}

#[cfg(test)]
mod tests;
