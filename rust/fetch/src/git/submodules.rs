//! Submodules, level by level: every address is judged before git sees it.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::command::{Git, RemoteCall};
use super::url::GitUrl;
use crate::error::FetchError;

/// How many levels of submodules within submodules are followed.
const DEPTH_LIMIT: usize = 16;

/// Checks out all submodules below `folder`, as `git submodule update --init --recursive --checkout` does. Everything that arrives lies
/// below `growing`.
pub(super) fn check_out(git: &Git<'_>, folder: &Path, growing: &Path) -> Result<(), FetchError> {
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = left.pop() {
        let links = links(git, &folder)?;
        if links.is_empty() {
            continue;
        }
        if depth >= DEPTH_LIMIT {
            let url = git.url.as_str();
            let text = format!("the submodules of `{url}` lie more than {DEPTH_LIMIT} levels deep");
            return Err(FetchError::Unsupported(text));
        }
        let declared = declared(git, &folder)?;
        for link in &links {
            judge(git, link, &declared)?;
        }
        let call = RemoteCall {
            folder: &folder,
            growing,
            arguments: &[],
            action: "fetch the submodules".to_owned(),
            what: format!("fetching submodules of `{}`", git.url.as_str()),
            remotes: links.len() as u64,
        };
        update(git, &call)?;
        let inner = links.into_iter().map(|link| folder.join(link));
        // Without a repository of its own, git would answer for the outer one there.
        left.extend(
            inner
                .filter(|path| path.join(".git").exists())
                .map(|path| (path, depth + 1)),
        );
    }
    Ok(())
}

/// Where the commit has other repositories in it.
fn links(git: &Git<'_>, folder: &Path) -> Result<Vec<PathBuf>, FetchError> {
    use std::os::unix::ffi::OsStrExt as _;
    let output = git.run(folder, &["ls-files", "--stage", "-z"], "list the files")?;
    let entries = output.stdout.split(|byte| *byte == 0);
    let paths = entries.filter_map(|entry| {
        let path = entry.strip_prefix(b"160000 ")?;
        let tab = path.iter().position(|byte| *byte == b'\t')?;
        Some(PathBuf::from(OsStr::from_bytes(path.get(tab + 1..)?)))
    });
    Ok(paths.collect())
}

/// One entry of `.gitmodules`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Submodule {
    name: String,
    path: PathBuf,
    url: String,
}

fn declared(git: &Git<'_>, folder: &Path) -> Result<Vec<Submodule>, FetchError> {
    if !folder.join(".gitmodules").is_file() {
        return Ok(Vec::new());
    }
    let pattern = r"^submodule\..*\.(path|url)$";
    // From the commit, not from the file, which might be a link.
    let arguments = [
        "config",
        "-z",
        "--blob",
        "HEAD:.gitmodules",
        "--get-regexp",
        pattern,
    ];
    let program = git.program().directory(folder).args(arguments);
    let output = program
        .run_any_status()
        .map_err(|error| git.error("read the submodules", error))?;
    match output.status.code() {
        Some(0) => Ok(parse(&output.text())),
        // No key matches.
        Some(1) => Ok(Vec::new()),
        _ => Err(git.error("read the submodules", program.failed(&output))),
    }
}

fn parse(text: &str) -> Vec<Submodule> {
    let mut submodules: Vec<Submodule> = Vec::new();
    for (key, value) in text.split('\0').filter_map(|pair| pair.split_once('\n')) {
        let Some((name, what)) = key
            .strip_prefix("submodule.")
            .and_then(|rest| rest.rsplit_once('.'))
        else {
            continue;
        };
        if !submodules.iter().any(|known| known.name == name) {
            submodules.push(Submodule {
                name: name.to_owned(),
                ..Submodule::default()
            });
        }
        let known = submodules.iter_mut().find(|known| known.name == name);
        match (known, what) {
            (Some(submodule), "path") => submodule.path = PathBuf::from(value),
            (Some(submodule), "url") => value.clone_into(&mut submodule.url),
            _ => {}
        }
    }
    submodules
}

/// Whether the submodule at `link` has an address, and one that may be asked. One relative to its parent is as good as that.
///
/// An entry of `.gitmodules` that the commit does not use is not looked at, as git does not.
fn judge(git: &Git<'_>, link: &Path, declared: &[Submodule]) -> Result<(), FetchError> {
    // Comparing paths leaves `./` and a final slash out of account.
    let entries = declared.iter().filter(|entry| {
        let parts = entry.path.components();
        parts
            .filter(|part| *part != Component::CurDir)
            .eq(link.components())
    });
    let mut has_entry = false;
    for url in entries.map(|entry| entry.url.as_str()) {
        has_entry = true;
        if !(url.starts_with("./") || url.starts_with("../") || url.is_empty()) {
            GitUrl::parse(url, git.url.is_local(), &git.client.options.endpoints)?;
        }
    }
    if has_entry {
        return Ok(());
    }
    Err(FetchError::UndeclaredSubmodule {
        url: git.url.as_str().to_owned(),
        path: link.to_owned(),
    })
}

/// Fetches and checks out the submodules of one level, shallow if the servers can do that.
fn update(git: &Git<'_>, call: &RemoteCall<'_>) -> Result<(), FetchError> {
    let whole = [
        "submodule",
        "update",
        "--init",
        "--checkout",
        "--force",
        "--progress",
        "--jobs",
        "4",
    ];
    let shallow: Vec<&str> = whole.into_iter().chain(["--depth", "1"]).collect();
    let with = |arguments| RemoteCall {
        arguments,
        ..call.clone()
    };
    match git.run_remote(&with(&shallow)) {
        Err(FetchError::Git { .. }) => git.run_remote(&with(&whole)).map(drop),
        other => other.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_gathered_by_name() {
        let text = "submodule.a.b.path\nx/y\0submodule.a.b.url\nhttps://example.org/y\0submodule.c.url\n../c\0";
        let expected = [
            Submodule {
                name: "a.b".to_owned(),
                path: "x/y".into(),
                url: "https://example.org/y".to_owned(),
            },
            Submodule {
                name: "c".to_owned(),
                path: PathBuf::new(),
                url: "../c".to_owned(),
            },
        ];
        assert_eq!(parse(text), expected);
    }
}
