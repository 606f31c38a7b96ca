//! What leaves the machine: a rebase before it, the push, and the pull request, each at most once.

use std::time::Duration;

use nixsmith_fetch::FetchError;
use nixsmith_fetch::github::{GitHub, NewPullRequest, PullRequest, PullRequestSearch, State};

use super::super::{branches, forge};
use super::{Change, Plan, Rebuilt, Report, Request, gather};
use crate::consent;
use crate::context::Context;
use crate::error::Problem;
use crate::repository::write::{Outcome, Push, Pushed};

/// How often a pull request is asked for. Each time it is looked for first, and the forge has one a branch at most.
const MOST_ATTEMPTS: u32 = 3;

/// How often it is looked for after an attempt whose outcome is not known: the forge's lists may lag behind.
const LOOKS: u32 = 4;

/// Moves the change to the branch that nixpkgs' rules want for this many rebuilds, where that was counted and no base was named.
pub(super) fn retarget(
    mut change: Change,
    rebuilt: Option<&Rebuilt>,
    request: &Request,
    context: &Context,
    notes: &mut Vec<String>,
) -> anyhow::Result<Change> {
    let files: Vec<&str> = change
        .commits
        .iter()
        .flat_map(|commit| commit.paths.iter().map(String::as_str))
        .collect();
    let verdict = branches::judge(&branches::Change {
        base: &change.branch.base,
        head: &change.branch.name,
        files: &files,
        rebuilds: rebuilt.map(|rebuilt| rebuilt.count),
        rebuilds_all_tests: None,
    });
    let Some(finding) = verdict else {
        if let Some(rebuilt) = rebuilt.filter(|it| !it.is_exact && !it.systems.is_empty()) {
            notes.push(format!("{} rebuilds: {}", rebuilt.words(), rebuilt.method));
        }
        return Ok(change);
    };
    let bound = match rebuilt {
        Some(rebuilt) if !rebuilt.is_exact => "at least ",
        _ => "",
    };
    let message = format!("{bound}{}", finding.message);
    let staging = branches::staging_for(&change.branch.base);
    let is_certain = finding.code == "branch-mass-rebuild";
    if !is_certain || request.base.is_some() {
        notes.push(message);
        return Ok(change);
    }
    let old_base = change.branch.base.clone();
    if context.dry_run {
        notes.push(format!("{message}: it would be rebased onto `{staging}`"));
        return Ok(change);
    }
    change.branch.repository.require_clean()?;
    consent::ask(
        &format!("{message}: rebase onto `{staging}` and send it there"),
        context,
    )?;
    let old = change.branch.base_commit.clone();
    change.branch.fetch_base(&staging, context)?;
    let repository = &change.branch.repository;
    // The last commit that both have, as CONTRIBUTING.md has it: nothing that is only in the other branch comes along.
    let common = repository.merge_base(&change.branch.base_commit, &change.branch.head)?;
    let common = common.ok_or_else(|| {
        Problem::user(format!(
            "`{staging}` and this branch have no commit in common"
        ))
    })?;
    if let Outcome::Conflict(paths) = repository.rebase_onto(&common, &old)? {
        return Err(Problem::user(format!(
            "the rebase onto `{staging}` conflicts in {}; everything is as it was",
            paths.join(", ")
        ))
        .hint(format!("`git rebase --onto {common} {old}`, by hand"))
        .into());
    }
    let head = repository.head()?;
    notes.push(format!("{message}: it goes to `{staging}`"));
    if head != change.branch.head {
        notes.push(format!(
            "rebased from `{old_base}` to `{staging}`: what was tried at the commit before is no evidence for the new one"
        ));
        change.branch.head = head;
    }
    gather(change.branch, context)
}

/// Confirms, pushes, creates or updates.
pub(super) fn carry_out(
    github: &GitHub<'_>,
    request: &Request,
    plan: Plan,
    context: &Context,
    notes: Vec<String>,
) -> anyhow::Result<Report> {
    let branch = &plan.change.branch;
    let there = branch
        .repository
        .remote_branch(&branch.remote, &branch.name, context)?;
    let mut steps = Vec::new();
    let needs_push = there.as_deref() != Some(branch.head.as_str());
    let changes = plan.changes(request);
    if needs_push {
        let remote = &branch.remote;
        steps.push(format!(
            "push `{}` to `{}` of `{remote}`",
            short(&branch.head),
            branch.name
        ));
    }
    match &plan.existing {
        None => steps.push(format!(
            "create a pull request to `{}` of `{}`: {}",
            branch.base, request.upstream, plan.title
        )),
        Some(found) if changes.iter().any(Option::is_some) => {
            steps.push(format!("update the pull request {}", found.url));
        }
        Some(_) => {}
    }
    // A person reads them before the question.
    for note in &notes {
        context.progress().note(&format!("note: {note}"));
    }
    if context.dry_run || steps.is_empty() {
        let said = Said {
            outcome: "unchanged",
            steps,
            notes,
            planned: context.dry_run,
        };
        return Ok(plan.report(None, said));
    }
    consent::ask(&steps.join("; "), context)?;
    if needs_push {
        push(&plan, there.as_deref(), context)?;
    }
    let (found, outcome) = match &plan.existing {
        None => (create(github, request, &plan, context)?, "created"),
        Some(found) if changes.iter().any(Option::is_some) => {
            let updated = github
                .update_pull_request(&request.upstream, found.number, changes)
                .map_err(|error| {
                    let what = format!("could not update the pull request {}", found.url);
                    forge::failed(what, error)
                })?;
            (updated, "updated")
        }
        Some(found) => (found.clone(), "updated"),
    };
    let said = Said {
        outcome,
        steps,
        notes,
        planned: false,
    };
    Ok(plan.report(Some(found), said))
}

impl Plan {
    /// What differs from the pull request that is there: title, text, base.
    fn changes<'a>(&'a self, request: &Request) -> [Option<&'a str>; 3] {
        let Some(found) = &self.existing else {
            return [None; 3];
        };
        let base = &self.change.branch.base;
        [
            (request.title.is_some() && self.title != found.title).then_some(self.title.as_str()),
            (self.body != found.body).then_some(self.body.as_str()),
            (*base != found.base).then_some(base.as_str()),
        ]
    }
}

/// What is said of a run besides its plan.
struct Said {
    outcome: &'static str,
    steps: Vec<String>,
    notes: Vec<String>,
    planned: bool,
}

impl Plan {
    fn report(self, found: Option<PullRequest>, said: Said) -> Report {
        let branch = self.change.branch;
        let outcome = match (&found, &self.existing) {
            (None, None) if said.planned => "created",
            (None, Some(_)) if said.planned && !said.steps.is_empty() => "updated",
            _ => said.outcome,
        };
        let shown = found.or(self.existing);
        Report {
            url: shown.as_ref().map(|found| found.url.clone()),
            number: shown.as_ref().map(|found| found.number),
            outcome: outcome.to_owned(),
            base: branch.base,
            head: format!("{}:{}", branch.owner, branch.name),
            commit: branch.head,
            title: self.title,
            body: self.body,
            rebuilds: self.rebuilt,
            ticked: self.ticked,
            steps: said.steps,
            planned: said.planned,
            notes: said.notes,
        }
    }
}

/// Pushes with a lease on what the branch was when it was looked at.
fn push(plan: &Plan, there: Option<&str>, context: &Context) -> anyhow::Result<()> {
    let branch = &plan.change.branch;
    let repository = &branch.repository;
    if let Some(commit) = there {
        // That it was fetched does not make it part of this branch.
        let is_ours = repository.has_commit_of_branch(commit, &branch.name)?;
        if !is_ours {
            return Err(Problem::user(format!(
                "`{}` of `{}` has commits that this branch never had: somebody else pushed",
                branch.name, branch.remote
            ))
            .hint(format!(
                "`git pull --rebase {} {}` takes them in; then run this again",
                branch.remote, branch.name
            ))
            .into());
        }
    }
    let pushed = repository.push(
        &Push {
            remote: &branch.remote,
            branch: &branch.name,
            commit: &branch.head,
            expected: Some(there.unwrap_or_default()),
        },
        context,
    )?;
    if pushed == Pushed::UpToDate {
        context
            .progress()
            .note("note: the branch was pushed already");
    }
    Ok(())
}

/// Makes the pull request: looked for before and after, so that there is one, whatever is lost on the way.
fn create(
    github: &GitHub<'_>,
    request: &Request,
    plan: &Plan,
    context: &Context,
) -> anyhow::Result<PullRequest> {
    let branch = &plan.change.branch;
    let new = NewPullRequest {
        title: &plan.title,
        body: &plan.body,
        owner: &branch.owner,
        branch: &branch.name,
        base: &branch.base,
        draft: request.draft,
    };
    let look = || -> Result<Option<PullRequest>, FetchError> {
        let search = PullRequestSearch {
            owner: &branch.owner,
            branch: &branch.name,
            closed: false,
        };
        let found = github.pull_requests_from(&request.upstream, &search)?;
        Ok(found.into_iter().find(|found| found.state == State::Open))
    };
    let mut attempt = 0;
    loop {
        attempt += 1;
        // Somebody, or a run of ours that died, may have been here since the plan was made.
        if let Some(found) = look()? {
            return Ok(found);
        }
        let error = match github.create_pull_request(&request.upstream, &new) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        let may_be_there = matches!(
            error,
            FetchError::Unclear { .. }
                | FetchError::Status {
                    status: 409 | 422,
                    ..
                }
        );
        // One that is there already is refused with these words; whatever else is invalid will stay so.
        let is_invalid = matches!(
            &error,
            FetchError::Status { status: 422, message: Some(said), .. } if !said.contains("already exists")
        );
        if is_invalid && let Some(found) = look()? {
            return Ok(found);
        }
        if !may_be_there || is_invalid {
            let what = "the branch is pushed, but the pull request could not be made";
            return Err(forge::failed(what, error));
        }
        let mut pause = context
            .client_options
            .retry_base
            .max(Duration::from_millis(1));
        for _ in 0..LOOKS {
            if let Some(found) = look()? {
                return Ok(found);
            }
            context.interrupt().sleep(pause)?;
            pause = pause.saturating_mul(2);
        }
        if attempt >= MOST_ATTEMPTS || !matches!(error, FetchError::Unclear { .. }) {
            return Err(
                Problem::user("the branch is pushed, but there is no pull request")
                    .hint("run the same command again: it looks first and never makes a second one")
                    .source(error)
                    .into(),
            );
        }
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
