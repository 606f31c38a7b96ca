//! Fixup commits, and folding them in.

use std::path::PathBuf;

use super::interrupted::{self, Note};
use super::plan::{Plan, Suggestion};
use super::{Branch, Commit};
use crate::context::Context;
use crate::error::Problem;
use crate::files::{Before, Change};
use crate::repository::history::Said;
use crate::repository::write::Outcome;

/// How the subjects of commits begin that are folded into another.
const PREFIXES: [&str; 3] = ["fixup! ", "squash! ", "amend! "];

/// Makes one fixup commit for each commit that suggestions belong to. When one cannot be made, the branch is as it was.
pub(super) fn make(branch: &Branch, plan: &Plan, context: &Context) -> anyhow::Result<Vec<Commit>> {
    let mut targets: Vec<usize> = plan.suggestions.iter().map(|it| it.target).collect();
    targets.sort_unstable();
    targets.dedup();
    let mut made = Vec::new();
    for target in targets {
        let written = write(branch, plan, target, context);
        // What was not written is not ours to restore: somebody else changed it.
        let is_ours = written.is_ok();
        let done = written.and_then(|()| one(branch, plan, target));
        match done {
            Ok(commit) => made.push(commit),
            Err(error) => {
                let paths = paths(plan, |suggestion| suggestion.target == target);
                if is_ours {
                    branch.repository.restore(&paths)?;
                }
                // Going back where we are takes locks that somebody else may hold.
                if branch.repository.head()? != branch.head {
                    branch.repository.go_back_to(&branch.head)?;
                }
                interrupted::forget(&branch.repository.root, context);
                return Err(error);
            }
        }
    }
    interrupted::forget(&branch.repository.root, context);
    Ok(made)
}

fn paths(plan: &Plan, is_wanted: impl Fn(&Suggestion) -> bool) -> Vec<PathBuf> {
    let wanted = plan.suggestions.iter().filter(|it| is_wanted(it));
    let mut paths: Vec<PathBuf> = wanted.map(|it| PathBuf::from(&it.place.path)).collect();
    paths.dedup();
    paths
}

/// Writes the files with the suggestions that belong to one commit, on top of those that were made for older ones.
fn write(branch: &Branch, plan: &Plan, target: usize, context: &Context) -> anyhow::Result<()> {
    let paths = paths(plan, |suggestion| suggestion.target == target);
    let mut changes = Vec::new();
    for path in &paths {
        let name = path.to_string_lossy();
        changes.push(Change {
            path: branch.repository.root.join(path),
            before: Before::Contents(plan.text(&name, |it| it.target < target)),
            contents: plan.text(&name, |it| it.target <= target),
        });
    }
    let note = Note::new(&branch.repository.root, &branch.name);
    note.writing(&changes).put(context)?;
    context.write(&changes)
}

/// The commit of what was written.
fn one(branch: &Branch, plan: &Plan, target: usize) -> anyhow::Result<Commit> {
    let paths = paths(plan, |suggestion| suggestion.target == target);
    let subject = plan
        .commits
        .get(target)
        .map_or("", |commit| commit.subject());
    let subject = format!("fixup! {subject}");
    let message = message(&subject, plan, target);
    Ok(Commit {
        id: branch.repository.commit_paths(&paths, &message)?,
        subject,
    })
}

/// The subject that `--autosquash` looks for, where it comes from, and who is to be credited.
fn message(subject: &str, plan: &Plan, target: usize) -> String {
    let suggestions = || plan.suggestions.iter().filter(|it| it.target == target);
    let mut text = format!("{subject}\n\nAs suggested:\n");
    for suggestion in suggestions() {
        text.push_str(&format!("{}\n", suggestion.place.url));
    }
    let mut credits: Vec<&str> = suggestions()
        .filter_map(|it| it.credit.as_deref())
        .collect();
    credits.sort_unstable();
    credits.dedup();
    if !credits.is_empty() {
        text.push_str(&format!("\n{}\n", credits.join("\n")));
    }
    text
}

/// Folds fixup commits into those that they are for; those who are credited in them are credited there. False: there were none.
pub(super) fn squash(branch: &Branch, context: &Context) -> anyhow::Result<bool> {
    let repository = &branch.repository;
    let before = repository.head()?;
    let commits = repository.commits_between(&branch.base, &before)?;
    let is_folded = |commit: &Said| stem(commit.subject()) != commit.subject();
    if !commits.iter().any(is_folded) {
        return Ok(false);
    }
    let back = || repository.go_back_to(&branch.head);
    if repository.has_merges(&branch.base, &before)? {
        back()?;
        return Err(Problem::user(format!(
            "the branch `{}` has merges, which a squash would flatten",
            branch.name
        ))
        .hint("without `--autosquash` the fixup commits stay as they are")
        .into());
    }
    let note = Note::new(&repository.root, &branch.name);
    note.squashing(&before).put(context)?;
    let done = fold(branch, &before, &commits);
    interrupted::forget(&repository.root, context);
    if done.is_err() {
        back()?;
    }
    done.map(|()| true)
}

/// Brings the credits, and rebases; what fails is for the caller to take back.
fn fold(branch: &Branch, before: &str, commits: &[Said]) -> anyhow::Result<()> {
    let repository = &branch.repository;
    let mut tip = before.to_owned();
    for message in credited(commits) {
        tip = repository.empty_commit(&tip, &message)?;
    }
    repository.go_back_to(&tip)?;
    if let Outcome::Conflict(paths) = repository.rebase_autosquash(&branch.base)? {
        let paths: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
        let sentence = format!(
            "the fixup commits cannot be folded in: {} conflicts, and everything is as it was",
            paths.join(", ")
        );
        return Err(Problem::user(sentence)
            .hint("without `--autosquash` they are made and stay as they are")
            .into());
    }
    // Folding commits together changes no file.
    if repository.changes(before, &repository.head()?)?.is_empty() {
        return Ok(());
    }
    Err(
        Problem::user("folding the fixup commits in would change files")
            .hint("without `--autosquash` they are made and stay as they are")
            .into(),
    )
}

/// A subject without what says that its commit is folded into another.
fn stem(mut subject: &str) -> &str {
    while let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| subject.strip_prefix(prefix))
    {
        subject = rest;
    }
    subject
}

/// For each commit that gets fixups with credits it lacks, the message of an `amend!` commit that brings them: folding a `fixup!` in loses
/// its message.
fn credited(commits: &[Said]) -> Vec<String> {
    let is_plain = |commit: &&Said| stem(commit.subject()) == commit.subject();
    let mut messages = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for target in commits.iter().filter(is_plain) {
        let subject = target.subject();
        // git takes the first of several with the same subject.
        if seen.contains(&subject) {
            continue;
        }
        seen.push(subject);
        let fixups = commits
            .iter()
            .filter(|commit| commit.subject() != subject && stem(commit.subject()) == subject);
        let lacks = |line: &&str| {
            !target
                .message
                .lines()
                .any(|known| known.eq_ignore_ascii_case(line))
                && !line.contains(&format!("<{}>", target.author_address))
        };
        let mut credits: Vec<&str> = fixups
            .filter(|commit| !commit.subject().starts_with("amend! "))
            .flat_map(|commit| commit.message.lines())
            .filter(|line| line.starts_with("Co-authored-by: "))
            .filter(lacks)
            .collect();
        credits.sort_unstable();
        credits.dedup();
        if !credits.is_empty() {
            let message = with_trailers(&target.message, &credits);
            messages.push(format!("amend! {subject}\n\n{message}\n"));
        }
    }
    messages
}

/// A message with more trailers: behind those that it has, or after an empty line.
fn with_trailers(message: &str, trailers: &[&str]) -> String {
    let message = message.trim_end();
    let last = message.rsplit_once("\n\n").map(|(_, last)| last);
    let is_trailer = |line: &str| {
        line.split_once(": ").is_some_and(|(key, _)| {
            key.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    let gap = if last.is_some_and(|last| last.lines().all(is_trailer)) {
        "\n"
    } else {
        "\n\n"
    };
    format!("{message}{gap}{}", trailers.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str) -> Said {
        Said {
            id: String::new(),
            author_address: "author@example.org".to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn credits_go_along() {
        let commits = [
            said("a: 1 -> 2\n\nWhy."),
            said("b: init"),
            said(
                "fixup! a: 1 -> 2\n\nCo-authored-by: Z <z@example.org>\nCo-authored-by: Ada <ada@example.org>",
            ),
            said("fixup! fixup! a: 1 -> 2\n\nCo-authored-by: Ada <ada@example.org>"),
            said("fixup! b: init\n\nCo-authored-by: Me <author@example.org>"),
        ];
        assert_eq!(
            credited(&commits),
            [
                "amend! a: 1 -> 2\n\na: 1 -> 2\n\nWhy.\n\nCo-authored-by: Ada <ada@example.org>\nCo-authored-by: Z <z@example.org>\n"
            ]
        );
        assert_eq!(
            with_trailers("a\n\nAssisted-by: x", &["Co-authored-by: y"]),
            "a\n\nAssisted-by: x\nCo-authored-by: y"
        );
        assert_eq!(stem("fixup! squash! amend! a: b"), "a: b");
    }
}
