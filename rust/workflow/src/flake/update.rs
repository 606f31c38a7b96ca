//! `flake update`: newer inputs, and what is new about each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nixsmith_expr::edit::Document;
use nixsmith_expr::lint::words;
use nixsmith_fetch::endpoints::Endpoint;
use schemars::JsonSchema;
use serde::Serialize;

use super::lock::{self, Lock, Locked};
use super::{FILE, LOCK, find, shown};
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Change};
use crate::repository::Repository;

/// Which inputs.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Their names; all, if empty.
    pub inputs: Vec<String>,
    /// Whether the lock is committed.
    pub commit: bool,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It is locked to something else.
    Updated,
    /// It was not locked before.
    Added,
    /// It is not locked any more.
    Removed,
}

/// One input that is locked otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Updated {
    /// Its name; an input of an input as `INPUT/INPUT`.
    pub input: String,
    /// What became of it.
    pub what: What,
    /// What it was locked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Locked>,
    /// What it is locked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Locked>,
    /// Whether it is older than before, by its date.
    pub is_older: bool,
    /// The page that shows what lies between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<String>,
}

impl Updated {
    /// From what to what.
    #[must_use]
    pub fn change(&self) -> String {
        let summary = |locked: &Option<Locked>| locked.as_ref().map(Locked::summary);
        match (summary(&self.old), summary(&self.new)) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (None, Some(new)) => format!("added at {new}"),
            (Some(old), None) => format!("removed, was {old}"),
            (None, None) => "not locked".to_owned(),
        }
    }
}

/// What is new.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The lock, relative to the folder of the run.
    pub path: String,
    /// The inputs that changed, by name.
    pub updated: Vec<Updated>,
    /// The id of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The change as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.update";
}

/// Updates.
///
/// # Errors
/// Without a flake, for an input that it does not have, and with what Nix says. With `--commit` before anything is done: outside of a
/// repository, with a lock that has changes of its own, without an identity.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let folder = find(context)?;
    let path = folder.join(LOCK);
    let before = files::read_before(&path)
        .map_err(|error| Problem::user(format!("could not read `{LOCK}`")).source(error))?;
    let old = match &before {
        files::Before::Absent => Lock::default(),
        files::Before::Contents(bytes) => Lock::parse(bytes)?,
    };
    for name in &request.inputs {
        require_input(name, &old, &folder)?;
    }
    let committing = match request.commit {
        true => Some(Committing::look(&folder, context)?),
        false => None,
    };
    let names = request.inputs.iter().map(String::as_str);
    let arguments: Vec<&str> = ["update"].into_iter().chain(names).collect();
    let bytes = lock::make(&folder, &arguments, "updating the inputs", context)?;
    let new = Lock::parse(&bytes)?;
    let mut report = Report {
        path: shown(&path, context),
        updated: compare(&old, &new),
        commit: None,
        diff: None,
    };
    if matches!(&before, files::Before::Contents(old) if *old == bytes) || bytes.is_empty() {
        return Ok(report);
    }
    let change = Change {
        path,
        before,
        contents: bytes,
    };
    if context.dry_run {
        report.diff = Some(files::diff(&[change], &context.directory));
        return Ok(report);
    }
    lock::put(&folder, change, context)?;
    if let Some(committing) = committing {
        report.commit = Some(committing.commit(&message(&report.updated))?);
    }
    Ok(report)
}

/// Refuses a name that is no input, before Nix only warns of it.
fn require_input(name: &str, lock: &Lock, folder: &Path) -> anyhow::Result<()> {
    let text = super::read_text(&folder.join(FILE))?;
    let document = Document::parse(&text)?;
    let locked = lock.inputs();
    if document.has_input(name) || locked.contains_key(name) || name.contains('/') {
        return Ok(());
    }
    let problem = Problem::user(format!("the flake has no input `{}`", name.escape_debug()));
    Err(match words::closest(name, locked.keys().copied()) {
        Some(near) => problem.hint(format!("similar: `{near}`")),
        None if locked.is_empty() => problem,
        None => {
            let names: Vec<String> = locked.keys().map(|name| format!("`{name}`")).collect();
            problem.hint(format!("it has: {}", names.join(", ")))
        }
    }
    .into())
}

fn compare(old: &Lock, new: &Lock) -> Vec<Updated> {
    let (old, new) = (old.all(), new.all());
    let mut names: BTreeMap<&String, ()> = BTreeMap::new();
    names.extend(old.keys().chain(new.keys()).map(|name| (name, ())));
    let one = |name: &String| {
        let (before, after) = (old.get(name).copied(), new.get(name).copied());
        if before == after {
            return None;
        }
        let what = match (before, after) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            _ => What::Updated,
        };
        let dates = before.zip(after);
        let dates = dates.and_then(|(old, new)| Some((old.last_modified?, new.last_modified?)));
        Some(Updated {
            input: name.clone(),
            what,
            old: before.cloned(),
            new: after.cloned(),
            is_older: dates.is_some_and(|(old, new)| new < old),
            compare: before.zip(after).and_then(|(old, new)| page(old, new)),
        })
    };
    names.into_keys().filter_map(one).collect()
}

/// The page of a forge that compares two commits of one repository.
fn page(old: &Locked, new: &Locked) -> Option<String> {
    let same = |part: fn(&Locked) -> Option<&String>| {
        let (old, new) = (part(old)?, part(new)?);
        (old == new).then_some(new)
    };
    let owner = same(|it| it.owner.as_ref())?;
    let repository = same(|it| it.repo.as_ref())?;
    let (from, to) = (old.rev.as_ref()?, new.rev.as_ref()?);
    let is_plain = |text: &&String| {
        let is_letter = |it: char| it.is_ascii_alphanumeric() || "-_.~".contains(it);
        !text.is_empty() && text.chars().all(is_letter)
    };
    if old.kind != new.kind || old.host.is_some() || new.host.is_some() {
        return None;
    }
    if ![owner, repository, from, to].iter().all(is_plain) {
        return None;
    }
    let (endpoint, middle) = match new.kind.as_str() {
        "github" => (Endpoint::Github, "compare"),
        "gitlab" => (Endpoint::Gitlab, "-/compare"),
        _ => return None,
    };
    let host = endpoint.public_url();
    Some(format!(
        "{host}/{owner}/{repository}/{middle}/{from}...{to}"
    ))
}

/// The message of the commit: which inputs, from what to what.
fn message(updated: &[Updated]) -> String {
    let names: Vec<&str> = updated
        .iter()
        .filter(|one| !one.input.contains('/'))
        .map(|one| one.input.as_str())
        .collect();
    let subject = match names.as_slice() {
        [one] => format!("{LOCK}: update {one}"),
        _ => format!("{LOCK}: update"),
    };
    let mut text = format!("{subject}\n");
    for one in updated {
        text.push_str(&format!("\n- {}: {}", one.input, one.change()));
        if let Some(page) = &one.compare {
            text.push_str(&format!("\n  {page}"));
        }
    }
    text.push('\n');
    text
}

/// A repository in which the lock can be committed alone.
struct Committing {
    repository: Repository,
    path: PathBuf,
}

impl Committing {
    fn look(folder: &Path, context: &Context) -> anyhow::Result<Self> {
        let repository = Repository::open_at(folder, context)?;
        let root = repository.root.canonicalize()?;
        let path = folder.canonicalize()?.join(LOCK);
        let path = path.strip_prefix(&root)?.to_owned();
        if let Some(state) = repository.in_progress()? {
            return Err(Problem::user(format!("a {state} is in progress"))
                .hint("finish it first, or leave out `--commit`")
                .into());
        }
        repository.require_identity()?;
        repository.require_as_committed(&root.join(&path))?;
        Ok(Self { repository, path })
    }

    fn commit(&self, message: &str) -> anyhow::Result<String> {
        self.repository
            .commit_paths(std::slice::from_ref(&self.path), message)
    }
}
