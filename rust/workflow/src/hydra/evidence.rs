//! Whether something was failing before a change: what the binary cache and Hydra know of it.
//!
//! The cache is asked first: a path that is there was built. Only for one that is not, Hydra is asked for the job's newest builds: one with this
//! very output is proof, another is a hint. What could not be asked is said, and proves nothing.

use nixsmith_fetch::FetchError;
use nixsmith_fetch::binary_cache;
use nixsmith_fetch::hydra::{Hydra, ListedBuild, Status};
use nixsmith_store::store_path::{StoreDir, StorePath};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Subject, two_at_once};
use crate::context::Context;

/// How many builds are looked at.
const LISTED: usize = 5;

/// An output of the base.
#[derive(Debug, Clone)]
pub struct Question {
    /// The attribute path.
    pub attribute: String,
    /// The system.
    pub system: String,
    /// The path of its output, with or without the store's folder.
    pub store_path: String,
}

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The answer.
    pub before: Before,
    /// Whether the binary cache has the path; absent: it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached: Option<bool>,
    /// The build of Hydra's that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<HydraBuild>,
    /// What could not be asked, and why: a sentence each.
    pub notes: Vec<String>,
}

/// Whether it was failing before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// This very output was built.
    Built,
    /// This very derivation failed.
    Failed,
    /// Another version of the job succeeded last.
    ProbablyBuilt,
    /// Another version of the job failed last.
    ProbablyFailed,
    /// Nothing is known.
    Unknown,
}

/// A build of Hydra's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HydraBuild {
    /// Its number.
    pub build: u64,
    /// How it ended, in words.
    pub status: String,
    /// Its page.
    pub url: String,
    /// Whether it has this very output.
    pub same_output: bool,
}

/// What is known of one output of the base.
///
/// # Errors
/// For a path that is none, what is no attribute path, and an interruption.
pub fn evidence(
    attribute: &str,
    system: &str,
    store_path: &str,
    context: &Context,
) -> anyhow::Result<Evidence> {
    let question = Question {
        attribute: attribute.to_owned(),
        system: system.to_owned(),
        store_path: store_path.to_owned(),
    };
    ask(&Hydra::new(context.client()?), &question, context)
}

/// What is known of many, in their order; two requests run at once.
///
/// # Errors
/// As [`evidence`].
pub fn evidence_of(questions: &[Question], context: &Context) -> anyhow::Result<Vec<Evidence>> {
    let hydra = Hydra::new(context.client()?);
    two_at_once(questions, |question| ask(&hydra, question, context))
}

fn ask(hydra: &Hydra<'_>, question: &Question, context: &Context) -> anyhow::Result<Evidence> {
    context.interrupt().check()?;
    let text = &question.store_path;
    let path = match text.rsplit_once('/') {
        Some(_) => StoreDir::default().parse(text)?,
        None => StorePath::parse(text)?,
    };
    let subject = Subject::new(&question.attribute, None)?;
    let mut evidence = Evidence {
        before: Before::Unknown,
        cached: None,
        build: None,
        notes: Vec::new(),
    };
    match binary_cache::narinfo(context.fetch()?, &path) {
        Ok(info) => evidence.cached = Some(info.is_some()),
        Err(error) => evidence.note("the binary cache", error)?,
    }
    if evidence.cached == Some(true) {
        evidence.before = Before::Built;
        return Ok(evidence);
    }
    let job = subject.job(&question.system);
    match of_hydra(hydra, &subject, &job, &StoreDir::default().join(&path)) {
        Ok(Some((before, build))) => {
            evidence.before = before;
            evidence.build = Some(build);
        }
        Ok(None) => {}
        Err(error) => evidence.note("Hydra", error)?,
    }
    Ok(evidence)
}

impl Evidence {
    fn note(&mut self, whom: &str, error: FetchError) -> anyhow::Result<()> {
        if matches!(error, FetchError::Interrupted) {
            return Err(error.into());
        }
        self.notes
            .push(format!("{whom} could not be asked: {error}"));
        Ok(())
    }
}

/// The newest build with this output, else the newest that judges the package.
fn of_hydra(
    hydra: &Hydra<'_>,
    subject: &Subject,
    job: &str,
    path: &str,
) -> Result<Option<(Before, HydraBuild)>, FetchError> {
    let builds = hydra.latest_builds(&subject.jobset, job, LISTED)?;
    let judging = |build: &&ListedBuild| build.status().is_some_and(Status::is_verdict);
    let mut newest = None;
    for listed in builds.iter().filter(judging) {
        let build = hydra.build(listed.id, listed.status())?;
        let same_output = build.outputs().any(|(_, output)| output == path);
        let has_succeeded = build.status() == Some(Status::Succeeded);
        let row = HydraBuild {
            build: build.id,
            status: build
                .status()
                .map(|status| status.to_string())
                .unwrap_or_default(),
            url: hydra.build_page(build.id).into(),
            same_output,
        };
        if same_output {
            let before = if has_succeeded {
                Before::Built
            } else {
                Before::Failed
            };
            return Ok(Some((before, row)));
        }
        let before = if has_succeeded {
            Before::ProbablyBuilt
        } else {
            Before::ProbablyFailed
        };
        newest.get_or_insert((before, row));
    }
    Ok(newest)
}
