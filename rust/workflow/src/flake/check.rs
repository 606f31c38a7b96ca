//! `flake check`: every output evaluated, every check built, a verdict for each.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::outputs::{Entry, Facts, Kind, Looking};
use crate::context::Context;
use crate::nix::build::{self, Outcome, Settings, Wanted};
use crate::nixpkgs::test::systems;

/// Which flake, and how much of it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A flake reference; the flake of the folder, if absent.
    pub reference: Option<String>,
    /// Whether the outputs of all systems are evaluated, not only those of the machine's.
    pub all_systems: bool,
    /// Whether nothing is built.
    pub skip_build: bool,
    /// How and where is built.
    pub settings: Settings,
}

/// What is to be said of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It evaluates, and is what it should be.
    Evaluates,
    /// It does not evaluate, or is something else.
    DoesNotEvaluate,
    /// The check was built.
    Passed,
    /// The check failed.
    Failed,
    /// The check was not built.
    Skipped,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// The names that lead to it.
    pub path: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// Why, or how: empty where there is nothing to add.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Its derivation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// The end of the log of a check that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The flake reference that was evaluated.
    pub reference: String,
    /// The outputs, in the order of their names.
    pub rows: Vec<Row>,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
}

impl Report {
    /// How many rows have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .count()
    }
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.check";

    fn has_findings(&self) -> bool {
        self.count(Verdict::DoesNotEvaluate) + self.count(Verdict::Failed) > 0
    }
}

/// Checks.
///
/// # Errors
/// Without nix or a flake, when the flake as a whole does not evaluate, and when Nix fails as a whole.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let mut looking = Looking::at(request.reference.as_deref(), true, context)?;
    let stores = request.settings.store_arguments();
    let stores = stores.iter().map(|it| it.to_string_lossy().into_owned());
    looking.arguments = stores.collect();
    let here = systems(&[], context)?;
    let task = context.progress().start("evaluating the flake", None);
    let wanted = (!request.all_systems).then_some(here.as_slice());
    let entries = looking.list(wanted)?;
    let entries: Vec<&Entry> = entries.iter().collect();
    let facts = looking.look(&entries)?;
    drop(task);
    let mut rows: Vec<Row> = entries
        .iter()
        .zip(&facts)
        .map(|(entry, facts)| evaluated(entry, facts))
        .collect();
    let is_built = |entry: &Entry| {
        entry.path.first().is_some_and(|output| output == "checks")
            && entry
                .system
                .as_ref()
                .is_some_and(|system| here.contains(system))
    };
    let mut builds = Vec::new();
    for ((entry, facts), row) in entries.iter().zip(&facts).zip(&mut rows) {
        if entry.path.first().is_none_or(|output| output != "checks") {
            continue;
        }
        let Ok(Facts {
            derivation: Some(derivation),
            outputs,
            ..
        }) = facts
        else {
            continue;
        };
        row.verdict = Verdict::Skipped;
        if !is_built(entry) {
            "it is for another system".clone_into(&mut row.reason);
        } else if request.skip_build {
            "nothing was to be built".clone_into(&mut row.reason);
        } else {
            builds.push(Wanted {
                derivation: derivation.clone(),
                outputs: outputs
                    .iter()
                    .map(|(name, path)| (name.clone(), Some(path.clone())))
                    .collect(),
            });
        }
    }
    built(&builds, &mut rows, request, context)?;
    let mut notes = Vec::new();
    if !entries.iter().any(|entry| is_built(entry)) {
        notes.push(format!("it has no check for {}", here.join(", ")));
    }
    Ok(Report {
        reference: looking.reference,
        rows,
        notes,
    })
}

fn evaluated(entry: &Entry, facts: &Result<Facts, String>) -> Row {
    Row {
        path: entry.path.clone(),
        kind: entry.kind,
        verdict: match facts {
            Ok(_) => Verdict::Evaluates,
            Err(_) => Verdict::DoesNotEvaluate,
        },
        reason: facts.as_ref().err().cloned().unwrap_or_default(),
        derivation: facts
            .as_ref()
            .ok()
            .and_then(|facts| facts.derivation.clone()),
        log: Vec::new(),
    }
}

/// Builds the checks and says in their rows what became of them.
fn built(
    wanted: &[Wanted],
    rows: &mut [Row],
    request: &Request,
    context: &Context,
) -> anyhow::Result<()> {
    let known: BTreeSet<&str> = wanted.iter().map(|one| one.derivation.as_str()).collect();
    let builds = build::build(wanted, &request.settings, context)?;
    let checks = rows.iter_mut().filter(|row| {
        let derivation = row.derivation.as_deref();
        row.verdict == Verdict::Skipped
            && row.reason.is_empty()
            && derivation.is_some_and(|it| known.contains(it))
    });
    for row in checks {
        let found = row
            .derivation
            .as_ref()
            .and_then(|it| builds.results.get(it));
        let Some(built) = found else {
            "nothing is known of its build".clone_into(&mut row.reason);
            continue;
        };
        row.verdict = match &built.outcome {
            outcome if outcome.is_there() => Verdict::Passed,
            Outcome::NotTried { .. } => Verdict::Skipped,
            _ => Verdict::Failed,
        };
        if row.verdict != Verdict::Passed {
            row.reason = built.outcome.phrase();
            row.log = builds.log_of(built);
        }
    }
    Ok(())
}
