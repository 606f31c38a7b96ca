//! `package new`: from a source to a `package.nix` that nixpkgs would accept.
//!
//! Resolves the source, finds the builder, lets it describe the package, asks the person where there is one, renders and
//! writes. Every decision of the report names what it rests on; what cannot be known is a note or an error, never a guess.

mod c;
mod destination;
mod detect;
mod draft;
mod go;
mod install;
mod manual;
mod meta;
mod npm;
mod python;
mod questions;
mod render;
mod rust;
mod summary;
mod vendor;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

pub use draft::{Builder, Decision};

use self::draft::{Draft, Subject};
use crate::context::Context;
use crate::error::Problem;
use crate::files;
use crate::source::{self, Newest, Options, Resolved, Source};

/// What is to be packaged, and where the expression goes.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The source as typed.
    pub source: String,
    /// A commit, tag or branch; the newest release, if absent.
    pub revision: Option<String>,
    /// The package's name instead of the one the source states.
    pub pname: Option<String>,
    /// The version instead of the one the source states.
    pub version: Option<String>,
    /// The builder instead of the one that fits best.
    pub builder: Option<Builder>,
    /// A lock file for a source without one; it is written beside the expression.
    pub lock: Option<PathBuf>,
    /// The folder for `package.nix`; the current one, if neither this nor `nixpkgs` is given.
    pub output: Option<PathBuf>,
    /// A nixpkgs checkout; the expression goes to its place in it.
    pub nixpkgs: Option<PathBuf>,
    /// Overwrite an expression that is there.
    pub replace: bool,
    /// Ask nothing.
    pub headless: bool,
}

/// The package that was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The package's name.
    pub pname: String,
    /// Its version.
    pub version: String,
    /// How it is built.
    pub builder: Builder,
    /// The files that were written, or would be with `--dry-run`.
    pub files: Vec<String>,
    /// Whether they were written.
    pub written: bool,
    /// The hash of the source in SRI notation.
    pub hash: String,
    /// The attribute of the vendored dependencies' hash and its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorReport>,
    /// Every decision and what it rests on.
    pub decisions: Vec<Decision>,
    /// What a person should look at.
    pub notes: Vec<String>,
    /// How many requests were made; 0: everything was in the cache.
    pub requests: u64,
    /// The expression.
    pub expression: String,
    /// With `--dry-run` the change as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// The hash of vendored dependencies.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VendorReport {
    /// `cargoHash`, `npmDepsHash` or `vendorHash`.
    pub attribute: String,
    /// SRI notation; absent where nothing is vendored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "package.new";
}

/// Packages a source.
///
/// # Errors
/// Whatever keeps the source or its dependencies away, a source that no builder fits, a lock file that is missing, a file
/// that is already there. Nothing is written then.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    destination::check(request, context)?;
    let options = Options {
        revision: request.revision.clone(),
        newest: Newest::Release,
        ..Options::default()
    };
    let source = Source::parse(&request.source, &options, context)?;
    let resolved = source::resolve(&source, context)?;
    let tree = resolved.tree()?;
    let lock = request
        .lock
        .as_deref()
        .map(|path| destination::read_lock(path, context))
        .transpose()?;
    let candidates = detect::candidates(&tree, &resolved);
    let (builder, evidence) = choose_builder(request, context, &candidates, &resolved)?;
    let subject = Subject {
        tree: &tree,
        directory: "",
        source: &resolved,
        lock: lock.as_ref(),
        request,
        context,
    };
    let mut draft = describe(&subject, builder)?;
    if !draft
        .decisions
        .iter()
        .any(|decision| decision.field == "builder")
    {
        draft.decisions.insert(
            0,
            Decision {
                field: "builder".to_owned(),
                value: builder.to_string(),
                evidence,
            },
        );
    }
    override_by_request(&mut draft, request);
    questions::ask(&mut draft, request, context)?;
    look_at_names(&mut draft)?;
    write(draft, &subject)
}

/// What was asked for; else what a person chooses of several; else what fits best.
fn choose_builder(
    request: &Request,
    context: &Context,
    candidates: &[detect::Candidate],
    resolved: &Resolved,
) -> anyhow::Result<(Builder, String)> {
    if let Some(builder) = request.builder {
        return Ok((builder, "--builder".to_owned()));
    }
    let first = candidates
        .first()
        .ok_or_else(|| detect::nothing_fits(resolved))?;
    let chosen = questions::choose_builder(candidates, request, context)?.unwrap_or(first);
    Ok((chosen.builder, chosen.evidence.clone()))
}

fn describe(subject: &Subject<'_>, builder: Builder) -> anyhow::Result<Draft> {
    match builder {
        Builder::Rust => rust::describe(subject),
        Builder::Npm => npm::describe(subject),
        Builder::Go => go::describe(subject),
        Builder::PythonPackage | Builder::PythonApplication => {
            python::describe(subject, subject.request.builder)
        }
        Builder::Autotools | Builder::Cmake | Builder::Meson | Builder::Make => {
            c::describe(subject, builder)
        }
    }
}

fn override_by_request(draft: &mut Draft, request: &Request) {
    let fields = [
        ("pname", "--pname", &request.pname),
        ("version", "--version", &request.version),
    ];
    for (field, option, value) in fields {
        let Some(value) = value else { continue };
        match field {
            "pname" => draft.pname.clone_from(value),
            _ => draft.version.clone_from(value),
        }
        draft.decisions.retain(|decision| decision.field != field);
        draft.decide(field, value.clone(), option);
    }
}

/// Name and version become parts of a store path; nixpkgs replaces what cannot stand in one, and a person should know.
fn look_at_names(draft: &mut Draft) -> anyhow::Result<()> {
    let fits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-._?=".contains(&byte))
    };
    for (field, option, value) in [
        ("name", "--pname", draft.pname.clone()),
        ("version", "--version", draft.version.clone()),
    ] {
        if value.is_empty() {
            return Err(Problem::user(format!("the package has an empty {field}"))
                .hint(format!("give another with `{option}`"))
                .into());
        }
        if !fits(&value) {
            draft.note(format!("the {field} has signs that no store path can have; nixpkgs replaces them in its name"));
        }
    }
    Ok(())
}

/// A repository of this machine: what was packaged is a commit of it, and an address that nobody else has.
fn note_on_repository(resolved: &Resolved) -> Option<String> {
    if resolved.call.is_none() || !resolved.url.starts_with("file:") || resolved.commit.is_none() {
        return None;
    }
    let revision = resolved.tag.as_ref().or(resolved.commit.as_ref())?;
    Some(format!(
        "the source is `{revision}` of a repository of this machine, without what is not committed; others can build it only from a public address"
    ))
}

fn write(draft: Draft, subject: &Subject<'_>) -> anyhow::Result<Report> {
    let (request, context, resolved) = (subject.request, subject.context, subject.source);
    let place = destination::place(&draft, request, context)?;
    let frame = render::Frame {
        source: destination::source_of(resolved, &place, request, context)?,
        in_python_set: place.in_python_set,
    };
    let expression = render::text(&draft, frame)?;
    let changes = destination::changes(
        &place,
        &expression,
        draft.lock.as_ref().or(subject.lock),
        request,
    )?;
    let base = context.directory.clone();
    let diff = context.dry_run.then(|| files::diff(&changes, &base));
    context.write(&changes)?;
    let shown = |path: &std::path::Path| {
        path.strip_prefix(&base)
            .unwrap_or(path)
            .display()
            .to_string()
    };
    let mut notes = resolved.notes.clone();
    notes.extend(note_on_repository(resolved));
    notes.extend(draft.notes);
    Ok(Report {
        pname: draft.pname,
        version: draft.version,
        builder: draft.builder,
        files: changes.iter().map(|change| shown(&change.path)).collect(),
        written: !context.dry_run,
        hash: resolved.hash.to_string(),
        vendor: draft.vendor.map(|vendor| VendorReport {
            attribute: vendor.attribute.to_owned(),
            hash: vendor.hash.map(|hash| hash.to_string()),
        }),
        decisions: draft.decisions,
        notes,
        requests: resolved.requests + draft.requests,
        expression,
        diff,
    })
}
