//! `nixpkgs pr`: from a branch to a pull request, once.
//!
//! What nixpkgs' CI would refuse is refused here, before anything leaves the machine. Then a person confirms, the branch is pushed
//! with a lease, and the pull request is made or brought up to date. Before one is made, and after every attempt whose outcome is not
//! known, the forge is asked whether it is there: a run that died anywhere is finished by the next.

mod body;
mod branch;
mod rebuilds;
mod send;

use nixsmith_expr::lint::Level;
use nixsmith_fetch::github::{GitHub, PullRequest, PullRequestSearch, RepositoryName, State};
use schemars::JsonSchema;
use serde::Serialize;

use self::branch::Branch;
pub use self::rebuilds::Rebuilt;
use super::commits::{self, Commit};
use super::evidence::{self, Evidence};
use super::{branches, forge, lint};
use crate::consent;
use crate::context::Context;
use crate::error::Problem;
use crate::nix::plain;
use crate::repository::Repository;

/// How many commits a pull request may have; more are a wrong base.
const MOST_COMMITS: u64 = 250;

/// What to send, and what the author says of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it goes.
    pub upstream: RepositoryName,
    /// The branch there; found by nixpkgs' rules, if absent.
    pub base: Option<String>,
    /// Not meant to be merged yet.
    pub draft: bool,
    /// The title; the subject of the only commit, if absent.
    pub title: Option<String>,
    /// What the author says; the messages of the commits, if absent.
    pub body: Option<String>,
    /// Models that helped, as the author names them.
    pub assisted_by: Vec<String>,
    /// Goes on although `nixpkgs lint` finds errors.
    pub despite_lint: bool,
}

/// What became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The page of the pull request; absent in a dry run that would make it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its number, where it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// `created`, `updated` or `unchanged`; in a dry run what it would be.
    pub outcome: String,
    /// The branch it goes to.
    pub base: String,
    /// Where it comes from: `owner:branch`.
    pub head: String,
    /// The commit that was pushed.
    pub commit: String,
    /// The title.
    pub title: String,
    /// The text, for a new pull request; the text that it has now otherwise.
    pub body: String,
    /// How much it rebuilds; absent where no rule for its base asks, or it could not be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebuilds: Option<Rebuilt>,
    /// The boxes of the template that evidence proves.
    pub ticked: Vec<String>,
    /// What was done, or would be in a dry run: a sentence each, in order.
    pub steps: Vec<String>,
    /// Whether this was a dry run.
    pub planned: bool,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.pr";
}

/// The change as it will be sent.
struct Change {
    branch: Branch,
    commits: Vec<Commit>,
    messages: Vec<String>,
    evidence: Evidence,
}

/// Looks, asks, pushes, creates or updates.
///
/// # Errors
/// With what stands in the way: a rebase in progress, a detached HEAD, a branch that is upstream's, no fork, findings of `nixpkgs lint`, a
/// wrong base, no token, nobody to confirm, a branch that somebody else has moved, and whatever the forge refuses.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    consent::require_someone("make or update a pull request", context)?;
    let repository = Repository::open(context)?;
    let mut notes = Vec::new();
    let mut branch = branch::look(repository, request, context, &mut notes)?;
    let client = context.client()?;
    let github = GitHub::new(client);
    require_token(&github)?;
    let existing = existing(&github, request, &branch)?;
    branch.choose_base(request, existing.as_ref(), context)?;
    let change = gather(branch, context)?;
    preflight(&change, request, context, &mut notes)?;
    let rebuilt = rebuilds::find(&change, request, context, &mut notes)?;
    let change = send::retarget(change, rebuilt.as_ref(), request, context, &mut notes)?;
    let mut plan = plan(request, change, existing, context)?;
    plan.rebuilt = rebuilt;
    look_for_duplicates(&github, request, &plan, &mut notes);
    send::carry_out(&github, request, plan, context, notes)
}

fn require_token(github: &GitHub<'_>) -> anyhow::Result<()> {
    if github.has_token() {
        return Ok(());
    }
    Err(Problem::user("there is no token for the forge")
        .hint("set GITHUB_TOKEN, or log in with `gh auth login`")
        .into())
}

/// The open pull request of this branch.
fn existing(
    github: &GitHub<'_>,
    request: &Request,
    branch: &Branch,
) -> anyhow::Result<Option<PullRequest>> {
    let search = PullRequestSearch {
        owner: &branch.owner,
        branch: &branch.name,
        closed: true,
    };
    let found = github
        .pull_requests_from(&request.upstream, &search)
        .map_err(|error| forge::failed("could not ask the forge for pull requests", error))?;
    if let Some(merged) = found
        .iter()
        .find(|found| found.merged && found.head_commit == branch.head)
    {
        return Err(
            Problem::user(format!("this branch is merged already: {}", merged.url))
                .hint("begin a new branch for the next change")
                .into(),
        );
    }
    Ok(found.into_iter().find(|found| found.state == State::Open))
}

fn gather(branch: Branch, context: &Context) -> anyhow::Result<Change> {
    let repository = &branch.repository;
    let count = repository.ahead(&branch.base_commit, &branch.head, MOST_COMMITS + 1)?;
    if count == 0 {
        let sentence = format!(
            "`{}` has no commit that `{}` lacks",
            branch.name, branch.base
        );
        return Err(Problem::user(sentence)
            .hint("commit the change first")
            .into());
    }
    if count > MOST_COMMITS {
        let sentence = format!(
            "`{}` has more than {MOST_COMMITS} commits that `{}` lacks",
            branch.name, branch.base
        );
        return Err(Problem::user(sentence)
            .hint("name the right branch with `--base`, or rebase")
            .into());
    }
    let commits = commits::read(repository, &branch.base_commit, &branch.head)?;
    let messages = branch.messages()?;
    let evidence = evidence::of_commit(&branch.head, context)?;
    Ok(Change {
        branch,
        commits,
        messages,
        evidence,
    })
}

/// What nixpkgs' CI will refuse of the change is refused now. What the base has already is not the change's.
fn preflight(
    change: &Change,
    request: &Request,
    context: &Context,
    notes: &mut Vec<String>,
) -> anyhow::Result<()> {
    let target = branches::judge(&branches::Change {
        base: &change.branch.base,
        head: &change.branch.name,
        ..branches::Change::default()
    });
    if let Some(finding) = target {
        return Err(Problem::user(finding.message.into_owned()).into());
    }
    // A dry run only looks, and lint's own answer to one is the same.
    let report = lint::run(
        &lint::Request {
            base: Some(change.branch.tracked_base()),
            ..lint::Request::default()
        },
        context,
    )?;
    let errors: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error && finding.in_base != Some(true))
        .map(|finding| format!("{}: {}", finding.code, finding.message))
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    let command = format!(
        "nixsmith nixpkgs lint --base {}",
        change.branch.tracked_base()
    );
    if request.despite_lint {
        notes.push(format!(
            "sent although `{command}` finds what nixpkgs' CI fails on: {}",
            errors.len()
        ));
        return Ok(());
    }
    let shown: Vec<&str> = errors.iter().take(5).map(String::as_str).collect();
    Err(Problem::user(format!(
        "nixpkgs' CI would fail: {}\n  {}",
        errors.len(),
        shown.join("\n  ")
    ))
    .hint(format!(
        "`{command}` shows all of it; `--despite-lint` sends it anyway"
    ))
    .into())
}

/// What will be sent.
struct Plan {
    change: Change,
    existing: Option<PullRequest>,
    title: String,
    body: String,
    ticked: Vec<String>,
    rebuilt: Option<Rebuilt>,
}

fn plan(
    request: &Request,
    change: Change,
    existing: Option<PullRequest>,
    context: &Context,
) -> anyhow::Result<Plan> {
    let title = title(request, &change, existing.as_ref(), context)?;
    let (body, ticked) = match &existing {
        // What people wrote there stays; only proofs are added.
        Some(found) if request.body.is_none() => body::tick(&found.body, &change.evidence),
        _ => {
            let template = change.branch.template()?;
            let summary = summary(request, &change);
            let assisted_by = assisted_by(request, &change);
            let body = body::write(&body::Parts {
                template: &template,
                summary: &summary,
                assisted_by: &assisted_by,
                evidence: &change.evidence,
                commit: &change.branch.head,
            });
            (body.text, body.ticked)
        }
    };
    Ok(Plan {
        change,
        existing,
        title,
        body,
        ticked,
        rebuilt: None,
    })
}

fn title(
    request: &Request,
    change: &Change,
    existing: Option<&PullRequest>,
    context: &Context,
) -> anyhow::Result<String> {
    if let Some(title) = &request.title {
        if title.trim().is_empty() || title.chars().any(char::is_control) {
            return Err(Problem::usage("the title is empty or not one line").into());
        }
        return Ok(title.trim().to_owned());
    }
    if let Some(existing) = existing {
        return Ok(existing.title.clone());
    }
    // `commits::read` gives the newest first.
    let subjects: Vec<&str> = change
        .commits
        .iter()
        .rev()
        .map(|commit| commit.subject.as_str())
        .filter(|subject| !subject.starts_with("fixup! ") && !subject.starts_with("squash! "))
        .collect();
    let first = subjects.first().copied().unwrap_or_default().to_owned();
    match (subjects.as_slice(), &context.person) {
        ([_, _, ..], Some(person)) if !context.yes => person.text("Title", &first),
        _ => Ok(first),
    }
}

/// What the commits say below their subjects; of several commits, their subjects as well.
fn summary(request: &Request, change: &Change) -> String {
    if let Some(body) = &request.body {
        return body.clone();
    }
    let parts: Vec<(&str, String)> = change
        .messages
        .iter()
        .map(|message| {
            let (subject, rest) = message.split_once('\n').unwrap_or((message, ""));
            (subject, without_trailers(rest))
        })
        .collect();
    match parts.as_slice() {
        [(_, rest)] => rest.clone(),
        many => {
            let entry = |(subject, rest): &(&str, String)| {
                if rest.is_empty() {
                    format!("- {subject}")
                } else {
                    format!("- {subject}\n\n  {}", rest.replace('\n', "\n  "))
                }
            };
            many.iter().map(entry).collect::<Vec<_>>().join("\n")
        }
    }
}

/// The text without the block of `Key: value` lines at its end.
fn without_trailers(text: &str) -> String {
    let text = text.trim();
    let last = text.rsplit("\n\n").next().unwrap_or(text);
    let is_block = !last.is_empty() && last.lines().all(is_trailer);
    let text = if is_block {
        text.strip_suffix(last).unwrap_or(text)
    } else {
        text
    };
    text.trim().to_owned()
}

fn is_trailer(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(key, value)| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !value.trim().is_empty() && key.contains('-') && key.chars().all(is_letter)
    })
}

/// The models that the author names, and those of `Assisted-by:` trailers of the commits.
fn assisted_by(request: &Request, change: &Change) -> Vec<String> {
    let mut models = request.assisted_by.clone();
    for message in &change.messages {
        for line in message.lines() {
            if let Some(model) = line.strip_prefix("Assisted-by: ") {
                models.push(model.trim().to_owned());
            }
        }
    }
    let mut seen = Vec::new();
    models.retain(|model| {
        let is_new = !model.is_empty() && !seen.contains(model);
        seen.push(model.clone());
        is_new
    });
    models
}

/// Notes open pull requests for the same package. That they cannot be looked for is a note as well.
fn look_for_duplicates(
    github: &GitHub<'_>,
    request: &Request,
    plan: &Plan,
    notes: &mut Vec<String>,
) {
    let Some((attribute, _)) = plan.title.split_once(':') else {
        return;
    };
    let words = format!("{attribute}:");
    let own = plan.existing.as_ref().map(|found| found.number);
    match github.open_pull_requests_titled(&request.upstream, &words) {
        Ok(found) => {
            let is_other =
                |number: u64, title: &str| Some(number) != own && title.starts_with(&words);
            for (number, title, url) in found {
                if is_other(number, &title) {
                    let (url, title) = (plain(&url), plain(&title));
                    notes.push(format!("there may be the same already: {url} ({title})"));
                }
            }
        }
        Err(error) => notes.push(format!(
            "open pull requests for `{attribute}` were not looked for: {error}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_no_summary() {
        assert_eq!(
            without_trailers("\nwhy\n\nAssisted-by: x\nCo-authored-by: y <z>\n"),
            "why"
        );
        assert_eq!(without_trailers("\nAssisted-by: x\n"), "");
        assert_eq!(without_trailers("\nwhy: because\n"), "why: because");
        assert_eq!(without_trailers(""), "");
    }
}
