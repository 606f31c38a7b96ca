//! nixpkgs' rules for commits, with the verdicts of its CI (`ci/github-script/lint-commits.js` and `get-pr-commit-details.js`).
//!
//! CI reads each commit with a `git log` of its own and splits the answer at tabs and line ends. So do we, all commits in one call,
//! odd consequences included: a tab in a subject shifts the names behind it, a quoted path keeps its quotes. Merges list
//! no paths. One check of CI is not here: it skips requests from one development branch to another of the same repository.

use std::borrow::Cow;
use std::collections::BTreeSet;

use nixsmith_expr::lint::Level;

use crate::finding::Finding;
use crate::repository::Repository;

/// The words that begin a conventional commit, in CI's order.
const CONVENTIONAL_TYPES: [&str; 12] = [
    "build", "chore", "ci", "doc", "docs", "feat", "feature", "fix", "perf", "refactor", "style",
    "test",
];

/// How the subject of a commit begins that waits to be folded into another, in CI's order.
const UNFINISHED: [&str; 3] = ["amend!", "fixup!", "squash!"];

/// A file that only a program of nixpkgs' may change (`ci/github-script/manual-file-edits.js`).
const GENERATED: &str = "maintainers/github-teams.json";

/// What `git log` is asked for. The first character begins no other line: paths that hold it are quoted.
const FORMAT: &str = "--format=%x01%H%x02%s%x09%aN%x09%aE%x09%cN%x09%cE";

/// What a JavaScript regular expression's `.` does not match.
const LINE_TERMINATORS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// A commit as CI sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// The full id.
    pub id: String,
    /// The first paragraph of the message, up to the first tab.
    pub subject: String,
    /// Who wrote it, through `.mailmap`.
    pub author: Person,
    /// Who made the commit of it, through `.mailmap`.
    pub committer: Person,
    /// The paths that it changes, quoted as git quotes them.
    pub paths: Vec<String>,
}

/// A name and an address, either of which may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// The commits of `head` that `base` does not have, the newest first.
///
/// # Errors
/// When git fails.
pub fn read(repository: &Repository, base: &str, head: &str) -> anyhow::Result<Vec<Commit>> {
    let range = format!("{base}..{head}");
    let arguments = [
        "log",
        "--no-color",
        "--no-show-signature",
        "--no-notes",
        "--diff-merges=off",
        "--no-ext-diff",
        "--encoding=UTF-8",
        "--name-only",
        FORMAT,
        &range,
        "--",
    ];
    let output = repository.run(&arguments, "read the commits")?;
    Ok(parse(&output))
}

/// The commits in what `git log` printed for [`FORMAT`].
fn parse(log: &[u8]) -> Vec<Commit> {
    let log = String::from_utf8_lossy(log);
    let mut commits: Vec<Commit> = Vec::new();
    for line in log.split('\n') {
        if let Some(header) = line.strip_prefix('\x01') {
            commits.push(parse_header(header));
        } else if !line.is_empty()
            && let Some(commit) = commits.last_mut()
        {
            commit.paths.push(line.to_owned());
        }
    }
    commits
}

fn parse_header(header: &str) -> Commit {
    let (id, rest) = header.split_once('\x02').unwrap_or((header, ""));
    let mut fields = rest.split('\t').map(ToOwned::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    Commit {
        id: id.to_owned(),
        subject: next(),
        author: Person {
            name: next(),
            email: next(),
        },
        committer: Person {
            name: next(),
            email: next(),
        },
        paths: Vec::new(),
    }
}

/// What CI says against the commit, in its order.
#[must_use]
pub fn judge(commit: &Commit) -> Vec<Finding> {
    let mut findings = subject_findings(commit);
    let people = [("author", &commit.author), ("committer", &commit.committer)];
    for (role, person) in people {
        if person.name.is_empty() {
            let message = format!("the {role} has no name");
            findings.push(finding(commit, format!("commit-{role}-name"), message));
        }
        if !is_email(&person.email) {
            let message = if person.email.is_empty() {
                format!("the {role} has no e-mail address")
            } else {
                format!("the {role}'s `{}` is no e-mail address", person.email)
            };
            findings.push(finding(commit, format!("commit-{role}-email"), message));
        }
    }
    if commit.paths.iter().any(|path| path == GENERATED) {
        let message =
            format!("`{GENERATED}` mirrors the teams of the forge and is not edited by hand");
        findings.push(Finding {
            level: Level::Warning,
            path: Some(GENERATED.to_owned()),
            ..finding(commit, "commit-manual-edit", message)
        });
    }
    findings
}

fn subject_findings(commit: &Commit) -> Vec<Finding> {
    let subject = &commit.subject;
    let mut findings = Vec::new();
    let mut say =
        |code: &'static str, message: String| findings.push(finding(commit, code, message));
    if !subject.contains(": ") {
        say(
            "commit-subject-colon",
            format!("the subject `{subject}` has no colon followed by a space"),
        );
    }
    if subject.ends_with('.') {
        say(
            "commit-subject-period",
            format!("the subject `{subject}` ends in a period"),
        );
    }
    if let Some(word) = UNFINISHED.iter().find(|word| subject.starts_with(*word)) {
        say(
            "commit-fixup",
            format!(
                "the subject begins with `{word}`: the commit still has to be folded into another"
            ),
        );
    }
    if is_conventional(subject, &commit.paths) {
        say(
            "commit-conventional",
            format!(
                "the subject `{subject}` is a conventional commit's; nixpkgs begins with the attribute or the part of the tree"
            ),
        );
    }
    findings
}

fn finding(commit: &Commit, code: impl Into<Cow<'static, str>>, message: String) -> Finding {
    Finding {
        commit: Some(commit.id.clone()),
        ..Finding::new(code, Level::Error, message)
    }
}

/// CI's `/^.+@.*$/`.
fn is_email(address: &str) -> bool {
    let has_at = address.chars().skip(1).any(|letter| letter == '@');
    has_at && !address.contains(LINE_TERMINATORS)
}

/// CI's `^(TYPES)!?(\(.*\))?!?:`, where TYPES are those that are no part of a changed path.
fn is_conventional(subject: &str, paths: &[String]) -> bool {
    let parts: BTreeSet<&str> = paths.iter().flat_map(|path| path.split('/')).collect();
    let mut types = CONVENTIONAL_TYPES
        .iter()
        .filter(|word| !parts.contains(**word))
        .peekable();
    // With no type left the expression begins with an empty group.
    if types.peek().is_none() {
        return is_rest_of_type(subject);
    }
    types.any(|word| subject.strip_prefix(word).is_some_and(is_rest_of_type))
}

/// `^!?(\(.*\))?!?:`
fn is_rest_of_type(text: &str) -> bool {
    let ends = |text: &str| text.starts_with(':') || text.starts_with("!:");
    let after_mark = text.strip_prefix('!').unwrap_or(text);
    if ends(text) || ends(after_mark) {
        return true;
    }
    let Some(scope) = after_mark.strip_prefix('(') else {
        return false;
    };
    let line = scope.split(LINE_TERMINATORS).next().unwrap_or_default();
    line.match_indices(')')
        .filter_map(|(at, _)| scope.get(at + 1..))
        .any(ends)
}

#[cfg(test)]
mod tests;
