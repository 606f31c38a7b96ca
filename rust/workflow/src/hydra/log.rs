//! `hydra log`: the end of a build's log.
//!
//! Of a build that was not tried because a dependency failed, the log of that dependency.

use nixsmith_fetch::hydra::{Build, Hydra, Jobset, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Subject, check_system, culprit, derivation_name, tail};
use crate::context::Context;
use crate::error::Problem;

/// The most lines that may be asked for.
pub const MOST_LINES: usize = 100_000;

/// How many builds are looked at for one that judges the package.
const LISTED: usize = 10;

/// Whose log, and how much of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// An attribute path, or the number of a build.
    pub subject: String,
    /// Where it is built; by the attribute path if absent.
    pub jobset: Option<Jobset>,
    /// For which system; this machine's if absent.
    pub system: Option<String>,
    /// How many lines from the end.
    pub lines: usize,
}

/// The end of a log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The number of the build.
    pub build: u64,
    /// `PROJECT/JOBSET`.
    pub jobset: String,
    /// The job's name.
    pub job: String,
    /// How it ended, in words.
    pub status: String,
    /// The build's page.
    pub url: String,
    /// The name of the derivation whose log it is.
    pub name: String,
    /// Its path.
    pub derivation: String,
    /// How many lines the log has.
    pub total_lines: u64,
    /// The last of them, without colours.
    pub lines: Vec<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "hydra.log";
}

/// Reads the log.
///
/// # Errors
/// For what is neither a number nor an attribute path, where there is no such build or no log of it, when Hydra cannot be asked, and when it
/// answers something else.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let hydra = Hydra::new(context.client()?);
    let build = find(&hydra, request)?;
    let url = String::from(hydra.build_page(build.id));
    let not_read = || Problem::user(format!("could not read the log of the build {}", build.id));
    let status = build.status();
    if status.is_none() && !build.is_running() {
        return Err(Problem::user(format!(
            "the build {} is queued: it has no log yet",
            build.id
        ))
        .hint(format!("its page is {url}"))
        .into());
    }
    let culprit = culprit(&hydra, &build).map_err(|error| not_read().source(error))?;
    if culprit.is_none() && status == Some(Status::DependencyFailed) {
        let sentence = format!(
            "the build {} was not tried, since a dependency failed",
            build.id
        );
        return Err(Problem::user(sentence)
            .hint(format!(
                "Hydra's JSON does not say which; its page does: {url}"
            ))
            .into());
    }
    let step = culprit.as_ref().map(|culprit| culprit.step);
    let file = hydra.log(build.id, step).map_err(|error| {
        let problem = not_read();
        if error.is_not_found() {
            problem
                .hint("Hydra keeps no log of what it did not build itself, and not of all that it did")
                .source(error)
        } else {
            problem.source(error)
        }
    })?;
    let found = tail::tail(file.open()?, request.lines, context.interrupt())
        .map_err(|error| not_read().source(error))?;
    let derivation = culprit.map_or_else(|| build.drvpath.clone(), |culprit| culprit.derivation);
    Ok(Report {
        build: build.id,
        jobset: format!("{}/{}", build.project, build.jobset),
        job: build.job,
        status: status.map_or_else(|| "running".to_owned(), |status| status.to_string()),
        url,
        name: derivation_name(&derivation).to_owned(),
        derivation,
        total_lines: found.total,
        lines: found.lines,
    })
}

/// The build that is meant: the one of this number, or the newest of the job that judges the package.
fn find(hydra: &Hydra<'_>, request: &Request) -> anyhow::Result<Build> {
    let subject = &request.subject;
    if !subject.is_empty() && subject.bytes().all(|byte| byte.is_ascii_digit()) {
        let none = || Problem::user(format!("Hydra has no build `{subject}`"));
        let id = subject.parse().map_err(|_| none())?;
        return hydra.build(id, None).map_err(|error| {
            if error.is_not_found() {
                return none().source(error).into();
            }
            Problem::user(format!("could not ask Hydra about the build {id}"))
                .source(error)
                .into()
        });
    }
    let asked = Subject::new(subject, request.jobset.as_ref())?;
    let system = request.system.clone().or_else(|| asked.system.clone());
    let system = system.unwrap_or_else(this_system);
    check_system(&system)?;
    let job = asked.job(&system);
    let not_asked =
        |error| Problem::user(format!("could not ask Hydra about the job `{job}`")).source(error);
    let builds = hydra
        .latest_builds(&asked.jobset, &job, LISTED)
        .map_err(not_asked)?;
    let judging = builds
        .iter()
        .find(|build| build.status().is_some_and(Status::is_verdict));
    let build = judging.or(builds.first()).ok_or_else(|| {
        let jobset = &asked.jobset;
        Problem::user(format!(
            "Hydra has no finished build of the job `{job}` in `{jobset}`"
        ))
        .hint("name another system with `--system`, or another jobset with `--jobset`")
    })?;
    Ok(hydra.build(build.id, build.status()).map_err(not_asked)?)
}

/// The system of this machine, as Nix names it.
fn this_system() -> String {
    let kernel = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    format!("{}-{kernel}", std::env::consts::ARCH)
}
