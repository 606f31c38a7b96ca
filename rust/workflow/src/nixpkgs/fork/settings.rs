//! The clone's settings: git's, direnv's, and whether Nix has a cache to take builds from.

use std::io::Write as _;

use nixsmith_fetch::endpoints::Endpoint;

use super::{Progress, Urls};
use crate::files::{Before, Change};
use crate::nix;
use crate::repository::Repository;

/// The commits that `git blame` is to look through, a file of nixpkgs itself.
const IGNORED_COMMITS: &str = ".git-blame-ignore-revs";

/// What direnv runs in the clone.
const ENVRC: &str = ".envrc";

/// Settings, each where the user has not chosen: key and value.
fn wanted(urls: &Urls, has_ignored_commits: bool) -> Vec<(String, String)> {
    let mut wanted = vec![
        ("remote.pushDefault".to_owned(), "origin".to_owned()),
        ("remote.upstream.tagOpt".to_owned(), "--no-tags".to_owned()),
        (
            format!("branch.{}.remote", urls.branch),
            "upstream".to_owned(),
        ),
        (
            format!("branch.{}.merge", urls.branch),
            format!("refs/heads/{}", urls.branch),
        ),
        ("feature.manyFiles".to_owned(), "true".to_owned()),
    ];
    if has_ignored_commits {
        let file = IGNORED_COMMITS.to_owned();
        wanted.push(("blame.ignoreRevsFile".to_owned(), file));
    }
    wanted
}

/// Sets what is not set, and writes `.envrc` if there is none.
pub(super) fn apply(
    repository: &Repository,
    urls: &Urls,
    progress: &mut Progress<'_>,
) -> anyhow::Result<()> {
    let has_ignored_commits = repository.root.join(IGNORED_COMMITS).is_file();
    for (key, value) in wanted(urls, has_ignored_commits) {
        if repository.configured(&key)?.is_none() {
            progress.change(format!("set `{key}` to `{value}`"), || {
                repository.configure(&key, &value)
            })?;
        }
    }
    envrc(repository, progress)
}

/// What [`apply`] will do in a clone that is not there yet.
pub(super) fn plan(urls: &Urls, progress: &mut Progress<'_>) {
    progress
        .changes
        .push(format!("added the remote `origin`: {}", urls.fork));
    progress
        .changes
        .push(format!("added the remote `upstream`: {}", urls.upstream));
    for (key, value) in wanted(urls, true) {
        progress.changes.push(format!("set `{key}` to `{value}`"));
    }
    progress.changes.push(format!("wrote `{ENVRC}`"));
}

fn envrc(repository: &Repository, progress: &mut Progress<'_>) -> anyhow::Result<()> {
    let path = repository.root.join(ENVRC);
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    let mut contents = b"# <nixpkgs> means this folder\nexport NIX_PATH=nixpkgs=$PWD\n".to_vec();
    if repository.root.join("shell.nix").is_file() {
        writeln!(contents, "use nix")?;
    }
    let context = progress.context;
    progress.change(
        format!("wrote `{ENVRC}`; `direnv allow` puts it in force"),
        || {
            repository.exclude(ENVRC, context)?;
            context.write(&[Change {
                path,
                before: Before::Absent,
                contents,
            }])
        },
    )
}

/// Says it where Nix has no cache that has nixpkgs' builds. Nix's own configuration belongs to the system and is not changed.
pub(super) fn look_at_caches(progress: &mut Progress<'_>) {
    let cache = Endpoint::CacheNixos.public_url();
    let output = nix::program(progress.context)
        .args(["config", "show", "substituters"])
        .run_any_status();
    let Ok(output) = output else {
        let note = "nix is not installed: nothing can be built or tested here";
        progress.notes.push(note.to_owned());
        return;
    };
    let text = output.text();
    let has_it = text
        .split_whitespace()
        .any(|url| url.trim_end_matches('/') == cache);
    if output.status.success() && !has_it {
        progress.notes.push(format!(
            "Nix takes no builds from `{cache}`: with `substituters = {cache}` in nix.conf nobody waits for a compiler to be built"
        ));
    }
}
