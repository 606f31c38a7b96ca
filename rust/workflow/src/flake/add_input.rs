//! `flake add-input`: one more input, in the form and order of the others, and locked.

use std::path::Path;

use nixsmith_expr::edit::{Document, EditError, InputFollows, InputRequest};
use nixsmith_fetch::process::ProcessError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lock::{self, Lock, Locked};
use super::{FILE, LOCK, find, read_text, reference, shown};
use crate::context::Context;
use crate::error::{Kind, Problem, kind_of};
use crate::files::{self, Change};
use crate::nix;

/// The input, and what is done with it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its name.
    pub name: String,
    /// The flake reference.
    pub url: String,
    /// What its own inputs are taken from: `INPUT`, the same name here, or `INPUT=TARGET`.
    pub follows: Vec<String>,
    /// Whether it is a flake itself.
    pub is_flake: bool,
    /// Whether it is locked now.
    pub locks: bool,
}

/// An input of the input, and what it follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Follows {
    /// The name that the input has for it.
    pub input: String,
    /// The input of this flake that is taken; empty: none at all.
    pub target: String,
}

/// What was added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The name.
    pub name: String,
    /// The flake reference.
    pub url: String,
    /// The file, relative to the folder of the run.
    pub path: String,
    /// What its inputs follow.
    pub follows: Vec<Follows>,
    /// Inputs of it that this flake has as well, and that could follow: each is a second copy otherwise.
    pub proposals: Vec<Follows>,
    /// What it is locked to; absent where it was not locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<Locked>,
    /// The change as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.add-input";
}

/// What Nix tells of a flake that is not locked here yet.
#[derive(Deserialize)]
struct Metadata {
    locks: Lock,
}

/// Adds it.
///
/// # Errors
/// Without a flake; for a name, a reference or a `--follows` that cannot be; where the input exists in any form; with what Nix says where
/// the reference leads nowhere or cannot be locked. The files are then as they were.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    reference::check(&request.url)?;
    let mut follows = request
        .follows
        .iter()
        .map(|text| parse_follows(text))
        .collect::<Result<Vec<Follows>, Problem>>()?;
    let folder = find(context)?;
    let path = folder.join(FILE);
    let text = read_text(&path)?;
    // What the file itself refuses is known before anybody is asked.
    let mut edited = edit(&text, request, &follows, &path)?;
    let theirs = their_inputs(request, &folder, context)?;
    if let Some(theirs) = &theirs {
        for one in &follows {
            require_input(&one.input, theirs, request)?;
        }
    }
    let mut proposals = proposals(
        theirs.as_deref().unwrap_or_default(),
        &text,
        request,
        &follows,
    );
    if let Some(person) = &context.person
        && !proposals.is_empty()
        && !context.yes
        && !context.dry_run
    {
        let names = names(&proposals);
        let question = format!(
            "`{}` brings its own {names}. Take this flake's",
            request.name
        );
        if person.confirm(&format!("{question}?"), true)? {
            follows.append(&mut proposals);
            edited = edit(&text, request, &follows, &path)?;
        }
    }
    let change = Change {
        path: path.clone(),
        before: files::Before::Contents(text.clone().into_bytes()),
        contents: edited.clone().into_bytes(),
    };
    let mut report = Report {
        name: request.name.clone(),
        url: request.url.clone(),
        path: shown(&path, context),
        follows,
        proposals,
        locked: None,
        diff: None,
    };
    if context.dry_run {
        report.diff = Some(files::diff(&[change], &context.directory));
        return Ok(report);
    }
    context.write(&[change])?;
    if request.locks {
        match lock_it(request, &folder, context) {
            Ok(locked) => report.locked = locked,
            Err(error) => return Err(take_back(error, &path, edited, text, context)),
        }
    }
    Ok(report)
}

fn parse_follows(text: &str) -> Result<Follows, Problem> {
    let (input, target) = text.split_once('=').unwrap_or((text, text));
    let is_name = |text: &str| {
        let mut parts = text.split('/');
        parts.all(|part| {
            let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
            part.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
                && part.chars().all(is_letter)
        })
    };
    if input.contains('/') || !is_name(input) || !(target.is_empty() || is_name(target)) {
        return Err(Problem::usage(format!(
            "`{}` is not `INPUT` or `INPUT=TARGET`",
            text.escape_debug()
        ))
        .hint("`nixpkgs`, or `nixpkgs=nixpkgs-unstable`; `INPUT=` for none at all"));
    }
    Ok(Follows {
        input: input.to_owned(),
        target: target.to_owned(),
    })
}

/// The text with the input in it.
fn edit(text: &str, request: &Request, follows: &[Follows], path: &Path) -> anyhow::Result<String> {
    let mut input = InputRequest::new(&request.name, &request.url);
    input.is_flake = request.is_flake;
    input.follows = follows
        .iter()
        .map(|one| InputFollows {
            input: one.input.clone(),
            target: one.target.clone(),
        })
        .collect();
    let outcome = Document::parse(text).and_then(|document| document.add_input(&input));
    match outcome {
        Ok(outcome) => Ok(outcome.text),
        Err(error) => Err(refused(error, request, path).into()),
    }
}

fn refused(error: EditError, request: &Request, path: &Path) -> Problem {
    let hint = match &error {
        EditError::InputExists { name, .. } => Some(format!(
            "its `url` can be changed in the file; `nixsmith flake update {name}` brings it up to date"
        )),
        EditError::InputName { .. } => {
            Some("a letter, then letters, digits, `_` and `-`, and not `self`".to_owned())
        }
        EditError::InputMissing { name } => Some(format!(
            "`--follows INPUT=TARGET` names an input of this flake; `{name}` is none"
        )),
        _ => None,
    };
    let sentence = format!(
        "could not add the input `{}` to `{}`",
        request.name,
        path.display()
    );
    let problem = Problem::user(sentence).source(error);
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// The names of the inputs that the new one has, as Nix locks it; `None` where nobody asks Nix.
fn their_inputs(
    request: &Request,
    folder: &Path,
    context: &Context,
) -> anyhow::Result<Option<Vec<String>>> {
    // A path means another flake by what it is relative to; a source that is no flake has no inputs.
    if !request.locks || !request.is_flake || context.dry_run || reference::is_path(&request.url) {
        return Ok(None);
    }
    let _task = context
        .progress()
        .start(&format!("looking at `{}`", request.url), None);
    let output = nix::program(context)
        .args(["flake", "metadata", "--json", "--no-write-lock-file"])
        .args(context.offline().then_some("--offline"))
        .arg(&request.url)
        .directory(folder)
        .run();
    let output = match output {
        Ok(output) => output,
        Err(error @ (ProcessError::NotFound { .. } | ProcessError::Interrupted)) => {
            return Err(nix::missing(error));
        }
        Err(error) => {
            return Err(Problem::user(format!("`{}` is no flake that Nix can read", request.url))
                .hint("`--no-flake` for a source without a flake.nix, `--no-lock` to write it without asking Nix")
                .source(error)
                .into());
        }
    };
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let names = metadata.locks.own_inputs().map(str::to_owned).collect();
    Ok(Some(names))
}

fn require_input(name: &str, theirs: &[String], request: &Request) -> Result<(), Problem> {
    if theirs.iter().any(|known| known == name) {
        return Ok(());
    }
    let problem = Problem::user(format!("`{}` has no input `{name}`", request.name));
    Err(match theirs {
        [] => problem.hint("it has no inputs at all"),
        _ => problem.hint(format!("it has: {}", quoted(theirs.iter()))),
    })
}

/// What could follow: an input of the new one with the name of one of ours.
fn proposals(
    theirs: &[String],
    text: &str,
    request: &Request,
    follows: &[Follows],
) -> Vec<Follows> {
    let Ok(document) = Document::parse(text) else {
        return Vec::new();
    };
    let is_ours = |name: &&String| document.has_input(name) && **name != request.name;
    let is_free = |name: &&String| follows.iter().all(|one| one.input != **name);
    let both = theirs.iter().filter(is_ours).filter(is_free);
    both.map(|name| Follows {
        input: name.clone(),
        target: name.clone(),
    })
    .collect()
}

fn lock_it(request: &Request, folder: &Path, context: &Context) -> anyhow::Result<Option<Locked>> {
    let doing = format!("locking `{}`", request.name);
    let bytes = lock::make(folder, &["lock"], &doing, context)?;
    let locked = Lock::parse(&bytes)?
        .inputs()
        .get(request.name.as_str())
        .copied()
        .flatten()
        .cloned();
    if !bytes.is_empty() {
        lock::put(folder, Change::replace(folder.join(LOCK), bytes)?, context)?;
    }
    Ok(locked)
}

/// Takes the change of the file back, so that it and its lock belong together.
fn take_back(
    error: anyhow::Error,
    path: &Path,
    edited: String,
    text: String,
    context: &Context,
) -> anyhow::Error {
    if kind_of(&error) == Kind::Interrupted {
        // The file is whole, and the next Nix command locks what is missing.
        return error;
    }
    let back = Change {
        path: path.to_owned(),
        before: files::Before::Contents(edited.into_bytes()),
        contents: text.into_bytes(),
    };
    match context.write(&[back]) {
        Ok(()) => error.context(format!("`{}` is as it was", path.display())),
        Err(second) => error.context(format!(
            "`{}` keeps the input, for it could not be taken back: {second}",
            path.display()
        )),
    }
}

fn names(follows: &[Follows]) -> String {
    quoted(follows.iter().map(|one| &one.input))
}

fn quoted<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_as_they_are_written() {
        let both = |text: &str| parse_follows(text).map(|it| (it.input, it.target));
        for (text, input, target) in [
            ("nixpkgs", "nixpkgs", "nixpkgs"),
            ("nixpkgs=unstable", "nixpkgs", "unstable"),
            ("systems=utils/systems", "systems", "utils/systems"),
            ("treefmt=", "treefmt", ""),
        ] {
            let expected = (input.to_owned(), target.to_owned());
            assert_eq!(both(text).ok(), Some(expected), "{text}");
        }
        for text in ["", "=", "a b", "a/b", "a=b=c", "1a", "a=\n", "${x}"] {
            assert!(both(text).is_err(), "{text:?}");
        }
    }
}
