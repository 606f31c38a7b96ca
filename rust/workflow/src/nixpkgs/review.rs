//! `nixpkgs review`: what a change rebuilds, built, and compared with what was before.
//!
//! Both sides are laid out in a temporary folder, the rebuild set is found ([`super::rebuilds`], or the forge's own comparison), the head's derivations are built, and
//! for what fails the base is asked: a cache that has its output, or a build. A change that does not evaluate is an error, never an
//! empty report. Nothing is posted without a person's yes.

mod caches;
mod html;
mod hydra;
mod instantiate;
mod judge;
mod markdown;
mod post;
mod rebuilds;
mod subject;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nixsmith_fetch::process::Program;
use schemars::JsonSchema;
use serde::Serialize;

use self::judge::Judging;
pub(super) use self::rebuilds::count;
use self::subject::lay_out;
pub use self::subject::{Subject, Target};
use super::evidence::{self, Review, SystemReview};
use super::rebuilds::{Config, How, Rebuilds};
use super::test::systems;
use crate::context::Context;
use crate::error::Problem;
use crate::files::Change;
use crate::nix;
use crate::nix::build::Settings;
use crate::report;

/// What to review, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What.
    pub target: Target,
    /// What it is compared with: a branch or commit; for a pull request the branch that it goes to, if absent.
    pub base: Option<String>,
    /// The systems; that of the machine, if empty.
    pub systems: Vec<String>,
    /// Only these attributes.
    pub attributes: Vec<String>,
    /// Whether nothing is built.
    pub skip_build: bool,
    /// Whether the base is built for what the head builds, too, to tell what it mends.
    pub fixed: bool,
    /// Whether the report is posted below the pull request.
    pub post: bool,
    /// Whether a shell with what was built follows.
    pub shell: bool,
    /// The folder of the report's files; one for the commit in the folder for state, if absent.
    pub output: Option<PathBuf>,
    /// Where and how is built.
    pub settings: Settings,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What was reviewed.
    pub subject: Subject,
    /// How the rebuild set was found.
    pub set: Set,
    /// One entry for each system.
    pub systems: Vec<System>,
    /// Whether everything that is rebuilt was tried, not a selection.
    pub is_complete: bool,
    /// The files of the report.
    pub files: Vec<String>,
    /// The file that keeps it for the commit, as evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The page of the comment, where it was posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted: Option<String>,
    /// What is not known, or a person should know: a sentence each.
    pub notes: Vec<String>,
}

/// How the rebuild set was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Set {
    /// `artifact`: the forge's comparison; `static`: what the touched files reach; `graph`, `full`: all attributes.
    pub how: String,
    /// Whether it is exactly what is rebuilt; otherwise there may be more.
    pub is_exact: bool,
    /// Why that way, and why it is exact or not.
    pub why: String,
    /// How many evaluations of an attribute it took.
    pub evaluated: usize,
    /// How many attributes can differ by what the touched files say.
    pub candidates: usize,
    /// The largest heap of one evaluation.
    pub peak_heap_bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

/// What is rebuilt on one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct System {
    /// The system.
    pub system: String,
    /// The attributes, those of one derivation as one, by name.
    pub rows: Vec<Row>,
}

/// One derivation, or an attribute that has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// The attribute.
    pub attribute: String,
    /// Other attributes with the same derivation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// `added`, `changed` or `removed`; absent where nothing is known to differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, one line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The derivation in the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// The outputs that are there: name and path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, String>,
    /// The end of the log of what failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// What is known of the base; only where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Base>,
}

/// The verdict on an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It fails, and did not in the base, or is new.
    NewFailure,
    /// It fails; whether the base does is not known.
    Fails,
    /// It fails as it did.
    StillFailing,
    /// It builds, and did not in the base.
    Fixed,
    /// It builds.
    Built,
    /// It was not built.
    Skipped,
    /// The head does not have it.
    Removed,
}

impl Verdict {
    /// All of them, the gravest first.
    pub const ALL: [Self; 7] = [
        Self::NewFailure,
        Self::Fails,
        Self::StillFailing,
        Self::Fixed,
        Self::Built,
        Self::Skipped,
        Self::Removed,
    ];

    /// What it says of one attribute.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NewFailure => "new failure",
            Self::Fails => "fails, base unknown",
            Self::StillFailing => "still failing",
            Self::Fixed => "fixed",
            Self::Built => "built",
            Self::Skipped => "skipped",
            Self::Removed => "removed",
        }
    }
}

/// What is known of an attribute in the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Base {
    /// The derivation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// Whether it builds; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub builds: Option<bool>,
    /// How that is known, a phrase.
    pub how: String,
    /// The binary cache that has its outputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
    /// The page of the build of Hydra's that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hydra: Option<String>,
}

impl System {
    /// How many rows have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .count()
    }
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.review";

    fn has_findings(&self) -> bool {
        let bad = |row: &Row| matches!(row.verdict, Verdict::NewFailure | Verdict::Fails);
        self.systems
            .iter()
            .any(|system| system.rows.iter().any(bad))
    }
}

/// Reviews.
///
/// # Errors
/// For a target that is none, when a side does not evaluate, without nix or git, when Nix fails as a whole, when a file of the report
/// cannot be written, and before anything is posted when nobody confirms it.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    check(request, context)?;
    let systems = systems(&request.systems, context)?;
    let sides = lay_out(request, context)?;
    let mut notes = Vec::new();
    let found = rebuilds::find(request, &sides, &systems, &mut notes, context)?;
    let mut rows = Vec::new();
    for system in &systems {
        let judging = Judging {
            request,
            sides: &sides,
            system,
            config: Config::default(),
            context,
        };
        rows.push(System {
            system: system.clone(),
            rows: judging.rows(&found, &mut notes)?,
        });
    }
    notes.sort();
    notes.dedup();
    let is_complete = request.attributes.is_empty() && !request.skip_build && found.exact;
    let mut report = Report {
        subject: sides.subject.clone(),
        set: set(&found),
        systems: rows,
        is_complete,
        files: Vec::new(),
        evidence: None,
        posted: None,
        notes,
    };
    keep(request, &mut report, context)?;
    if request.post {
        report.posted = post::post(&report, sides.forge.as_ref(), context)?;
    }
    if request.shell {
        shell(&report, &systems, context)?;
    }
    Ok(report)
}

/// Refuses what cannot be meant or cannot end well, before any work.
fn check(request: &Request, context: &Context) -> anyhow::Result<()> {
    if request.target == Target::WorkTree && request.base.is_some() {
        return Err(Problem::usage(
            "a work tree is compared with its own commit, not with another base",
        )
        .into());
    }
    if !request.post {
        return Ok(());
    }
    if !matches!(request.target, Target::PullRequest(_)) {
        return Err(Problem::usage("only the review of a pull request can be posted").into());
    }
    post::check(context)
}

fn set(found: &Rebuilds) -> Set {
    let how = match found.how {
        How::Artifact => "artifact",
        How::Static => "static",
        How::Graph => "graph",
        How::Full => "full",
    };
    Set {
        how: how.to_owned(),
        is_exact: found.exact,
        why: found.why.clone(),
        evaluated: found.evaluated,
        candidates: found.candidates,
        peak_heap_bytes: found.peak_heap_bytes,
        seconds: found.seconds,
    }
}

/// Writes the report's files, and the evidence where it is about a commit.
fn keep(request: &Request, report: &mut Report, context: &Context) -> anyhow::Result<()> {
    let name = report.subject.commit.as_deref().unwrap_or("work-tree");
    let folder = match &request.output {
        Some(folder) => context.path(folder),
        None => context.state.join("reviews").join(name),
    };
    let place = |name: &str| folder.join(format!("report.{name}"));
    let places = ["md", "json", "html"].map(place);
    report.files = places
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    match &report.subject.commit {
        Some(commit) => {
            let path = evidence::record_review(commit, &report.evidence(), context)?;
            report.evidence = Some(path.display().to_string());
        }
        None => {
            let sentence = "nothing is kept as evidence: the work tree is no commit";
            report.notes.push(sentence.to_owned());
        }
    }
    let mut json = serde_json::to_vec_pretty(&report::document(report)?)?;
    json.push(b'\n');
    let [md, js, page] = places;
    context.write(&[
        Change::replace(md, markdown::whole(report).into_bytes())?,
        Change::replace(js, json)?,
        Change::replace(page, html::page(report).into_bytes())?,
    ])
}

impl Report {
    fn evidence(&self) -> Review {
        let systems = self.systems.iter().map(|system| {
            let count = |verdicts: &[Verdict]| verdicts.iter().map(|it| system.count(*it)).sum();
            let derivations = system
                .rows
                .iter()
                .filter(|row| row.verdict != Verdict::Skipped);
            let mut derivations: Vec<String> = derivations
                .filter_map(|row| row.derivation.clone())
                .collect();
            derivations.sort();
            SystemReview {
                system: system.system.clone(),
                rebuilds: system
                    .rows
                    .iter()
                    .filter(|row| row.derivation.is_some())
                    .count(),
                built: count(&[Verdict::Built, Verdict::Fixed]),
                new_failures: count(&[Verdict::NewFailure, Verdict::Fails]),
                other_failures: count(&[Verdict::StillFailing]),
                skipped: count(&[Verdict::Skipped]),
                derivations,
            }
        });
        Review {
            base: self.subject.base.clone(),
            is_exact: self.set.is_exact,
            method: self.set.how.clone(),
            is_complete: self.is_complete,
            systems: systems.collect(),
        }
    }

    /// The outputs of the first system that are there.
    fn built(&self) -> Vec<&str> {
        let rows = self.systems.first().map(|system| system.rows.as_slice());
        let rows = rows.unwrap_or_default().iter();
        let outputs = rows.flat_map(|row| row.outputs.values());
        outputs
            .map(String::as_str)
            .filter(|path| Path::new(path).exists())
            .collect()
    }
}

/// A shell with everything that was built for the first system on its PATH.
fn shell(report: &Report, systems: &[String], context: &Context) -> anyhow::Result<()> {
    let built = report.built();
    if built.is_empty() {
        let system = systems.first().map_or("", String::as_str);
        context.progress().note(&format!(
            "nothing was built for {system}: there is no shell"
        ));
        return Ok(());
    }
    for file in &report.files {
        context.progress().note(&format!("report: {file}"));
    }
    let program: Program = nix::program(context).arg("shell").args(built);
    program.run_in_foreground().map_err(nix::missing)?;
    Ok(())
}
