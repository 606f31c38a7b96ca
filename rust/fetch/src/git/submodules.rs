//! Submodules, level by level: every address is judged before git sees it.

use std::path::{Path, PathBuf};

use super::command::{Git, RemoteCall};
use super::url::GitUrl;
use crate::error::FetchError;

/// How many levels of submodules within submodules are followed.
const DEPTH_LIMIT: usize = 16;

/// Checks out all submodules below `folder`, as `git submodule update --init --recursive --checkout` does.
pub(super) fn check_out(git: &Git<'_>, folder: &Path) -> Result<(), FetchError> {
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = left.pop() {
        let submodules = declared(git, &folder)?;
        if submodules.is_empty() {
            continue;
        }
        if depth >= DEPTH_LIMIT {
            let url = git.url.as_str();
            let text = format!("the submodules of `{url}` lie more than {DEPTH_LIMIT} levels deep");
            return Err(FetchError::Unsupported(text));
        }
        for submodule in &submodules {
            judge(git, submodule)?;
        }
        update(git, &folder, submodules.len())?;
        let inner = submodules
            .into_iter()
            .map(|submodule| folder.join(submodule.path));
        left.extend(
            inner
                .filter(|path| path.join(".gitmodules").is_file())
                .map(|path| (path, depth + 1)),
        );
    }
    Ok(())
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

/// Whether a submodule's address may be asked. One relative to its parent is as good as that.
fn judge(git: &Git<'_>, submodule: &Submodule) -> Result<(), FetchError> {
    let url = submodule.url.as_str();
    if url.starts_with("./") || url.starts_with("../") || url.is_empty() {
        return Ok(());
    }
    GitUrl::parse(url, git.url.is_local(), &git.client.options.endpoints).map(drop)
}

fn update(git: &Git<'_>, folder: &Path, count: usize) -> Result<(), FetchError> {
    let call = |arguments| RemoteCall {
        folder,
        arguments,
        action: "fetch the submodules".to_owned(),
        what: format!("fetching submodules of `{}`", git.url.as_str()),
        remotes: count as u64,
    };
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
    match git.run_remote(&call(&shallow)) {
        Err(FetchError::Git { .. }) => git.run_remote(&call(&whole)).map(drop),
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
