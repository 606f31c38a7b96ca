//! `hydra status`: what Hydra says of packages and tests, per system.
//!
//! The last builds, and of what fails: the last success, the first failure after it, the evaluations and revisions of nixpkgs of both, and the
//! dependency that failed. Builds that a person or the farm stopped are shown and judge nothing.

use nixsmith_fetch::hydra::{Build, Evaluation, Hydra, Jobset, ListedBuild, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Subject, check_system, culprit, two_at_once};
use crate::context::Context;
use crate::error::Problem;

/// How far back a failure is followed when it fills the list that was asked for.
const DEEP: usize = 200;

/// The most builds that may be listed.
pub const MOST_BUILDS: usize = 200;

/// What to ask about.
#[derive(Debug, Clone)]
pub struct Request {
    /// Attribute paths.
    pub attributes: Vec<String>,
    /// Where they are built; by the attribute path if absent.
    pub jobset: Option<Jobset>,
    /// Systems; those that the jobset builds for if empty.
    pub systems: Vec<String>,
    /// How many builds are listed for each.
    pub limit: usize,
    /// Whether the newest evaluation is asked for a build that is not finished. Its list takes megabytes.
    pub queued: bool,
}

/// What Hydra says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One entry per attribute path and system, in the order of the request.
    pub jobs: Vec<JobStatus>,
}

/// What Hydra says of a job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobStatus {
    /// The attribute path.
    pub attribute: String,
    /// `PROJECT/JOBSET`.
    pub jobset: String,
    /// The system.
    pub system: String,
    /// The job's name.
    pub job: String,
    /// The judgement.
    pub verdict: Verdict,
    /// The last finished builds, newest first.
    pub builds: Vec<BuildRow>,
    /// The last build that succeeded, where the newest did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Point>,
    /// The first build after that which failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_failure: Option<Point>,
    /// Whether there is no earlier failure after the last success; false where the list ends before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_failure_is_exact: Option<bool>,
    /// The dependency that failed, where the newest build was not tried because of one, and Hydra says which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_dependency: Option<FailedDependency>,
    /// The build that is queued or running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued: Option<Queued>,
}

/// A judgement of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The newest build that judges the package succeeded.
    Succeeds,
    /// It failed.
    Fails,
    /// No build judges the package.
    Unjudged,
    /// There is no finished build: no such job, or a new one.
    NoBuilds,
}

/// A finished build in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BuildRow {
    /// Its number.
    pub build: u64,
    /// How it ended, in words.
    pub status: String,
    /// The derivation's name.
    pub name: String,
    /// When it was queued, in seconds since 1970.
    pub timestamp: u64,
    /// Its page.
    pub url: String,
}

/// A build at which something changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Point {
    /// The build.
    #[serde(flatten)]
    pub build: BuildRow,
    /// The first evaluation that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<u64>,
    /// The page of the evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation_url: Option<String>,
    /// The revision of nixpkgs of the evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// A derivation that failed, and so kept the job from being built.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FailedDependency {
    /// Its name.
    pub name: String,
    /// Its path.
    pub derivation: String,
}

/// A build that is not finished.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Queued {
    /// Its number.
    pub build: u64,
    /// Whether it is running.
    pub running: bool,
    /// The evaluation that wants it.
    pub evaluation: u64,
    /// Its page.
    pub url: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "hydra.status";

    /// Something fails, or nothing is known of an attribute path on any system.
    fn has_findings(&self) -> bool {
        let fails = |job: &JobStatus| job.verdict == Verdict::Fails;
        let is_known = |attribute: &str| {
            self.jobs
                .iter()
                .any(|job| job.attribute == attribute && job.verdict != Verdict::NoBuilds)
        };
        self.jobs
            .iter()
            .any(|job| fails(job) || !is_known(&job.attribute))
    }
}

/// Asks Hydra.
///
/// # Errors
/// For what is no attribute path or system, when Hydra cannot be asked, and when it answers something else.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    for system in &request.systems {
        check_system(system)?;
    }
    let mut questions = Vec::new();
    for attribute in &request.attributes {
        let subject = Subject::new(attribute, request.jobset.as_ref())?;
        let systems = subject.systems(&request.systems);
        questions.extend(systems.into_iter().map(|system| (subject.clone(), system)));
    }
    let hydra = Hydra::new(context.client()?);
    let newest = newest_evaluations(&hydra, &questions, request.queued)?;
    let jobs = two_at_once(&questions, |(subject, system)| {
        context.interrupt().check()?;
        let job = subject.job(system);
        let evaluation = newest
            .iter()
            .find_map(|(jobset, id)| (*jobset == subject.jobset).then_some(*id));
        judge(&hydra, subject, system, request.limit, evaluation)
            .map_err(|error| not_asked(&job, error))
    })?;
    Ok(Report { jobs })
}

fn not_asked(job: &str, error: nixsmith_fetch::FetchError) -> anyhow::Error {
    Problem::user(format!("could not ask Hydra about the job `{job}`"))
        .source(error)
        .into()
}

/// The newest evaluation of each jobset, if that is wanted.
fn newest_evaluations(
    hydra: &Hydra<'_>,
    questions: &[(Subject, String)],
    wanted: bool,
) -> anyhow::Result<Vec<(Jobset, u64)>> {
    let mut found: Vec<(Jobset, u64)> = Vec::new();
    for (subject, _) in questions.iter().filter(|_| wanted) {
        let jobset = &subject.jobset;
        if found.iter().any(|(known, _)| known == jobset) {
            continue;
        }
        let evaluations = hydra.evaluations(jobset).map_err(|error| {
            Problem::user(format!(
                "could not ask Hydra for the evaluations of `{jobset}`"
            ))
            .source(error)
        })?;
        if let Some(id) = evaluations.iter().map(|evaluation| evaluation.id).max() {
            found.push((jobset.clone(), id));
        }
    }
    Ok(found)
}

/// Everything that is said of one job.
fn judge(
    hydra: &Hydra<'_>,
    subject: &Subject,
    system: &str,
    limit: usize,
    evaluation: Option<u64>,
) -> Result<JobStatus, nixsmith_fetch::FetchError> {
    let job = subject.job(system);
    let mut builds = hydra.latest_builds(&subject.jobset, &job, limit)?;
    let newest = builds.iter().find(|build| judges(build)).cloned();
    let mut status = JobStatus {
        attribute: subject.attribute.clone(),
        jobset: subject.jobset.to_string(),
        system: system.to_owned(),
        verdict: match &newest {
            Some(build) if succeeded(build) => Verdict::Succeeds,
            Some(_) => Verdict::Fails,
            None if builds.is_empty() => Verdict::NoBuilds,
            None => Verdict::Unjudged,
        },
        builds: builds.iter().map(|build| listed(hydra, build)).collect(),
        last_success: None,
        first_failure: None,
        first_failure_is_exact: None,
        failed_dependency: None,
        queued: None,
        job: job.clone(),
    };
    if let Some(newest) = newest.filter(|_| status.verdict == Verdict::Fails) {
        let is_cut = builds.len() >= limit && !builds.iter().any(succeeded);
        if is_cut && limit < DEEP {
            builds = hydra.latest_builds(&subject.jobset, &job, DEEP)?;
        }
        follow(
            hydra,
            &subject.jobset,
            &builds,
            limit.max(DEEP),
            &mut status,
        )?;
        let newest = hydra.build(newest.id, newest.status())?;
        status.failed_dependency = culprit(hydra, &newest)?.map(|culprit| FailedDependency {
            name: culprit.name,
            derivation: culprit.derivation,
        });
    }
    if let Some(evaluation) = evaluation {
        status.queued = queued(hydra, evaluation, &job)?;
    }
    Ok(status)
}

/// Finds the last success and the first failure after it in a list whose newest verdict is a failure.
fn follow(
    hydra: &Hydra<'_>,
    jobset: &Jobset,
    builds: &[ListedBuild],
    asked: usize,
    status: &mut JobStatus,
) -> Result<(), nixsmith_fetch::FetchError> {
    let place = builds.iter().position(succeeded);
    let after = builds
        .get(..place.unwrap_or(builds.len()))
        .unwrap_or_default();
    let success = match place.and_then(|place| builds.get(place)) {
        Some(build) => Some(hydra.build(build.id, build.status())?),
        // A list that is shorter than what was asked for is all there is.
        None if builds.len() < asked => None,
        None => hydra.latest_success(jobset, &status.job)?,
    };
    status.first_failure_is_exact = Some(place.is_some() || builds.len() < asked);
    if let Some(failure) = after.iter().rfind(|build| judges(build)) {
        let failure = hydra.build(failure.id, failure.status())?;
        status.first_failure = Some(point(hydra, &failure)?);
    }
    status.last_success = success.map(|build| point(hydra, &build)).transpose()?;
    Ok(())
}

fn queued(
    hydra: &Hydra<'_>,
    evaluation: u64,
    job: &str,
) -> Result<Option<Queued>, nixsmith_fetch::FetchError> {
    let build = hydra.build_in(evaluation, job)?;
    Ok(build
        .filter(|build| build.status().is_none())
        .map(|build| Queued {
            build: build.id,
            running: build.is_running(),
            evaluation,
            url: hydra.build_page(build.id).into(),
        }))
}

fn judges(build: &ListedBuild) -> bool {
    build.status().is_some_and(Status::is_verdict)
}

fn succeeded(build: &ListedBuild) -> bool {
    build.status() == Some(Status::Succeeded)
}

fn words(status: Option<Status>) -> String {
    status.map_or_else(|| "not finished".to_owned(), |status| status.to_string())
}

fn listed(hydra: &Hydra<'_>, build: &ListedBuild) -> BuildRow {
    BuildRow {
        build: build.id,
        status: words(build.status()),
        name: build.nixname.clone(),
        timestamp: build.timestamp,
        url: hydra.build_page(build.id).into(),
    }
}

fn point(hydra: &Hydra<'_>, build: &Build) -> Result<Point, nixsmith_fetch::FetchError> {
    let evaluation = build
        .first_evaluation()
        .map(|id| hydra.evaluation(id))
        .transpose()?;
    Ok(Point {
        build: BuildRow {
            build: build.id,
            status: words(build.status()),
            name: build.nixname.clone(),
            timestamp: build.timestamp,
            url: hydra.build_page(build.id).into(),
        },
        evaluation: evaluation.as_ref().map(|evaluation| evaluation.id),
        evaluation_url: evaluation
            .as_ref()
            .map(|evaluation| hydra.evaluation_page(evaluation.id).into()),
        revision: evaluation
            .as_ref()
            .and_then(Evaluation::nixpkgs_revision)
            .map(str::to_owned),
    })
}
