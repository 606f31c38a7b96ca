//! Which suggestions fit, where, and into which commit each belongs.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::{ReviewComment, Side};

use super::suggestion::{self, Edit, Place as Found, Suggested};
use super::{Applied, Branch, Place, Reason, Skipped};
use crate::context::Context;
use crate::files::{self, Before, Change};
use crate::repository::history::Said;

/// The largest file that suggestions go into.
const FILE_LIMIT_BYTES: usize = 64 << 20;

/// What is to be done.
pub(super) struct Plan {
    /// What fits, by file and line.
    pub(super) suggestions: Vec<Suggestion>,
    /// What does not.
    pub(super) skipped: Vec<Skipped>,
    /// The files of it as they are.
    pub(super) texts: BTreeMap<String, Vec<u8>>,
    /// The pull request's commits, oldest first.
    pub(super) commits: Vec<Said>,
}

/// A suggestion that fits.
pub(super) struct Suggestion {
    pub(super) place: Place,
    pub(super) edit: Edit,
    /// The commit that it is folded into: its place in [`Plan::commits`].
    pub(super) target: usize,
    /// The line that credits who made it.
    pub(super) credit: Option<String>,
}

impl Plan {
    pub(super) fn applied(&self) -> Vec<Applied> {
        let applied = self.suggestions.iter().filter_map(|suggestion| {
            let target = self.commits.get(suggestion.target)?;
            Some(Applied {
                place: suggestion.place.clone(),
                commit: target.id.clone(),
                subject: target.subject().to_owned(),
            })
        });
        applied.collect()
    }

    /// The text of a file with the suggestions that `is_wanted` takes.
    pub(super) fn text(&self, path: &str, is_wanted: impl Fn(&Suggestion) -> bool) -> Vec<u8> {
        let edits: Vec<&Edit> = self
            .suggestions
            .iter()
            .filter(|suggestion| suggestion.place.path == path && is_wanted(suggestion))
            .map(|suggestion| &suggestion.edit)
            .collect();
        let text = self.texts.get(path).map(Vec::as_slice);
        suggestion::apply(text.unwrap_or_default(), &edits)
    }

    /// Every file with everything that fits.
    pub(super) fn changes(&self, branch: &Branch) -> anyhow::Result<Vec<Change>> {
        let paths = self.texts.iter().filter(|(path, _)| {
            self.suggestions
                .iter()
                .any(|suggestion| suggestion.place.path == **path)
        });
        let changes = paths.map(|(path, text)| Change {
            path: branch.repository.root.join(path),
            before: Before::Contents(text.clone()),
            contents: self.text(path, |_| true),
        });
        Ok(changes.collect())
    }
}

/// Judges the comments.
pub(super) fn make(
    branch: &Branch,
    comments: &[ReviewComment],
    wanted: &[u64],
    context: &Context,
) -> anyhow::Result<Plan> {
    let mut plan = Plan {
        suggestions: Vec::new(),
        skipped: Vec::new(),
        texts: BTreeMap::new(),
        commits: branch
            .repository
            .commits_between(&branch.base, &branch.head)?,
    };
    for comment in comments {
        context.interrupt().check()?;
        if !wanted.is_empty() && !wanted.contains(&comment.id) {
            continue;
        }
        let judged = match suggestion::find(&comment.body) {
            Suggested::Nothing => continue,
            Suggested::Several => Err(Reason::Several),
            Suggested::Unclosed => Err(Reason::Unclosed),
            Suggested::Lines(lines) => fit(branch, comment, lines, &mut plan)?,
        };
        let place = Place {
            comment: comment.id,
            url: comment.url.clone(),
            author: comment.author.clone(),
            path: comment.path.clone(),
            line: comment.start_line.or(comment.line),
        };
        match judged {
            Ok(edit) => {
                let target = target(branch, &comment.path, &edit.range, &plan)?;
                plan.suggestions.push(Suggestion {
                    credit: credit(branch, comment),
                    place,
                    edit,
                    target,
                });
            }
            Err(reason) => plan.skipped.push(Skipped { place, reason }),
        }
    }
    plan.suggestions.sort_by(|left, right| {
        let key = |it: &Suggestion| (it.place.path.clone(), it.edit.range.start);
        key(left).cmp(&key(right))
    });
    Ok(plan)
}

/// The lines of the work tree that a suggestion replaces, or why it is left.
fn fit(
    branch: &Branch,
    comment: &ReviewComment,
    lines: Vec<String>,
    plan: &mut Plan,
) -> anyhow::Result<Result<Edit, Reason>> {
    let Some(last) = comment.line.and_then(|line| usize::try_from(line).ok()) else {
        return Ok(Err(Reason::Outdated));
    };
    if comment.side == Side::Left {
        return Ok(Err(Reason::OldSide));
    }
    let first = comment
        .start_line
        .and_then(|line| usize::try_from(line).ok());
    let Some(start) = first
        .unwrap_or(last)
        .checked_sub(1)
        .filter(|start| *start < last)
    else {
        return Ok(Err(Reason::Changed));
    };
    let repository = &branch.repository;
    if !is_inside(&comment.path) || !load(branch, &comment.path, plan)? {
        return Ok(Err(Reason::NoFile));
    }
    if repository.commit(&comment.commit)?.is_none() {
        return Ok(Err(Reason::NoCommit));
    }
    let Some(blob) = repository.blob_at(&comment.commit, &comment.path)? else {
        return Ok(Err(Reason::NoFile));
    };
    let old = repository.contents(&[&blob.id])?.concat();
    let new = plan.texts.get(&comment.path).map(Vec::as_slice);
    let new = suggestion::lines(new.unwrap_or_default());
    let found = suggestion::place(&suggestion::lines(&old), &new, &(start..last), &lines);
    let range = match found {
        Found::Done => return Ok(Err(Reason::Done)),
        Found::Changed => return Ok(Err(Reason::Changed)),
        Found::Here(range) => range,
    };
    let mut others = plan
        .suggestions
        .iter()
        .filter(|other| other.place.path == comment.path);
    let overlaps = |other: &Suggestion| {
        other.edit.range.start < range.end && range.start < other.edit.range.end
    };
    if let Some(other) = others.find(|other| overlaps(other)) {
        // The same from two people is one.
        let is_same = other.edit.range == range && other.edit.lines == lines;
        return Ok(Err(if is_same {
            Reason::Done
        } else {
            Reason::Overlaps
        }));
    }
    Ok(Ok(Edit { range, lines }))
}

/// Whether a path of outside text stays in the work tree, out of git's own folder.
fn is_inside(path: &str) -> bool {
    let is_part =
        |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    !path.chars().any(char::is_control) && path.split('/').all(is_part)
}

/// Reads a file of the branch, if it is one: in the last commit, and so in the clean work tree.
fn load(branch: &Branch, path: &str, plan: &mut Plan) -> anyhow::Result<bool> {
    if plan.texts.contains_key(path) {
        return Ok(true);
    }
    let blob = branch.repository.blob_at(&branch.head, path)?;
    if !blob.is_some_and(|blob| blob.mode.is_file()) {
        return Ok(false);
    }
    let place: PathBuf = branch.repository.root.join(path);
    // A sparse checkout does not have every file; a link in the way leads elsewhere.
    let is_plain = place
        .symlink_metadata()
        .is_ok_and(|found| found.is_file() && found.len() <= FILE_LIMIT_BYTES as u64);
    let root = branch.repository.root.canonicalize()?;
    let is_here = is_plain && place.canonicalize()? == root.join(path);
    if !is_here {
        return Ok(false);
    }
    if let Before::Contents(text) = files::read_before(&place)? {
        plan.texts.insert(path.to_owned(), text);
    }
    Ok(plan.texts.contains_key(path))
}

/// The pull request's newest commit that wrote one of the lines; else the last that touches the file; else the last.
fn target(branch: &Branch, path: &str, lines: &Range<usize>, plan: &Plan) -> anyhow::Result<usize> {
    let repository = &branch.repository;
    let writers = repository.writers(&branch.base, &branch.head, path, lines)?;
    let place = |id: &String| plan.commits.iter().position(|commit| commit.id == *id);
    if let Some(newest) = writers.iter().filter_map(place).max() {
        return Ok(newest);
    }
    let last = repository.last_to_touch(&branch.base, &branch.head, path)?;
    let last = last.as_ref().and_then(place);
    Ok(last.unwrap_or_else(|| plan.commits.len().saturating_sub(1)))
}

/// `Co-authored-by: …` with the address that the forge gives to every account; nobody credits themselves.
fn credit(branch: &Branch, comment: &ReviewComment) -> Option<String> {
    let author = &comment.author;
    let owner = branch.pull_request.head_repository.as_ref();
    let is_own = owner.is_some_and(|owner| owner.owner.eq_ignore_ascii_case(author));
    let is_login = !author.is_empty()
        && author
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-_[]".contains(letter));
    if is_own || !is_login {
        return None;
    }
    let id = comment.author_id?;
    let host = Endpoint::Github.public_url().trim_start_matches("https://");
    Some(format!(
        "Co-authored-by: {author} <{id}+{author}@users.noreply.{host}>"
    ))
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn paths_stay_in_the_work_tree() {
        for path in [
            "a",
            "pkgs/by-name/he/hello/package.nix",
            "..a/b",
            "a/.gitignore",
        ] {
            assert!(is_inside(path), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a/..",
            ".git/config",
            "a/.GIT/x",
            "a//b",
            "a\n",
            "a\u{1b}b",
        ] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
