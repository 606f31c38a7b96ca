//! What a remote repository offers, and which of it a request means.

use std::collections::BTreeMap;

use super::command::{Git, RemoteCall};
use super::url::{check_reference, is_commit_id};
use crate::error::FetchError;
use crate::request::{GitReference, Revision};

/// Every reference, sorted by name; annotated tags with their commit.
pub(super) fn list(git: &Git<'_>) -> Result<Vec<GitReference>, FetchError> {
    let folder = git.client.cache.temporary_folder()?;
    let output = git.run_remote(&RemoteCall {
        folder: folder.path(),
        growing: folder.path(),
        arguments: &["ls-remote", "--quiet", "--", git.url.as_str()],
        action: "list the references".to_owned(),
        what: format!("asking `{}`", git.url.as_str()),
        remotes: 1,
    })?;
    Ok(parse(&output.text()))
}

fn parse(text: &str) -> Vec<GitReference> {
    let mut commits: BTreeMap<String, String> = BTreeMap::new();
    for (commit, name) in text.lines().filter_map(|line| line.split_once('\t')) {
        if !is_commit_id(commit) {
            continue;
        }
        // `name^{}` follows the annotated tag `name` and is what that tag stands for.
        let name = name.strip_suffix("^{}").unwrap_or(name);
        commits.insert(name.to_owned(), commit.to_owned());
    }
    commits
        .into_iter()
        .map(|(name, commit)| GitReference { name, commit })
        .collect()
}

/// A commit, and how it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) commit: String,
    /// The reference that has it; none: the commit was named by its id.
    pub(super) reference: Option<String>,
}

/// The commit that `revision` means now; asks the repository unless the revision says it.
pub(super) fn resolve(git: &Git<'_>, revision: &Revision) -> Result<Target, FetchError> {
    let candidates = match revision {
        Revision::Commit(id) if is_commit_id(id) => {
            return Ok(Target {
                commit: id.clone(),
                reference: None,
            });
        }
        Revision::Commit(id) => {
            return Err(FetchError::Unsupported(format!(
                "`{id}` is not the full id of a commit"
            )));
        }
        Revision::Tag(name) => vec![format!("refs/tags/{name}")],
        Revision::Branch(name) => vec![format!("refs/heads/{name}")],
        Revision::Head => vec!["HEAD".to_owned()],
        Revision::Reference(name) if name == "HEAD" || name.starts_with("refs/") => {
            vec![name.clone()]
        }
        Revision::Reference(name) => {
            vec![format!("refs/tags/{name}"), format!("refs/heads/{name}")]
        }
    };
    for candidate in &candidates {
        check_reference(candidate)?;
    }
    // Judged as the user wrote it, too: `-x` hides behind `refs/tags/`.
    if let Revision::Tag(name) | Revision::Branch(name) | Revision::Reference(name) = revision {
        check_reference(name)?;
    }
    let references = list(git)?;
    let found = candidates
        .iter()
        .find_map(|name| references.iter().find(|reference| reference.name == *name));
    match found {
        Some(reference) => Ok(Target {
            commit: reference.commit.clone(),
            reference: Some(reference.name.clone()),
        }),
        None => Err(FetchError::NoSuchRevision {
            url: git.url.as_str().to_owned(),
            what: describe(revision),
        }),
    }
}

/// A revision, for people.
pub(super) fn describe(revision: &Revision) -> String {
    match revision {
        Revision::Commit(id) => format!("commit `{id}`"),
        Revision::Tag(name) => format!("tag `{name}`"),
        Revision::Branch(name) => format!("branch `{name}`"),
        Revision::Head => "`HEAD`".to_owned(),
        Revision::Reference(name) => format!("reference `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotated_tag_is_its_commit() {
        let (tag, commit) = ("1".repeat(40), "2".repeat(40));
        let text = format!(
            "{commit}\tHEAD\n{tag}\trefs/tags/v1\n{commit}\trefs/tags/v1^{{}}\nwarning: junk\n"
        );
        let expected = ["HEAD", "refs/tags/v1"].map(|name| GitReference {
            name: name.to_owned(),
            commit: commit.clone(),
        });
        assert_eq!(parse(&text), expected);
    }
}
