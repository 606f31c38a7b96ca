//! Hydra, the build farm: builds of a job, evaluations and what they were made from, logs. Through its JSON interface alone.
//!
//! Source: `hydra-api.yaml` and the controllers of Hydra. At most two requests run at once. What is finished is kept; what is not, and what is
//! not the document that was asked for, never. A page that came with status 200 where JSON was asked for is an error that says so.

mod document;

use std::fmt;
use std::io::Write as _;
use std::str::FromStr;
use std::sync::{Condvar, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::cache::CacheEntry;
use crate::client::Client;
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::{Fetch as _, FetchedFile, FileRequest};

pub use document::{Build, Evaluation, Input, ListedBuild, Status, Step};

/// How many requests may run at once.
const AT_ONCE: usize = 2;

/// A list of builds, a build, a step: some kilobytes. An evaluation of nixpkgs lists the numbers of its builds: some megabytes.
const SMALL_LIMIT_BYTES: u64 = 8 << 20;

/// A log, as it is stored. Hydra ends builds whose log grows beyond 64 MiB.
const LOG_LIMIT_BYTES: u64 = 128 << 20;

/// How many steps of a build are looked at for the dependency that failed.
const MOST_STEPS: u64 = 24;

/// A jobset, `PROJECT/JOBSET`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Jobset {
    /// The project, such as `nixpkgs`.
    pub project: String,
    /// Its jobset, such as `trunk`.
    pub name: String,
}

/// A text that is no `PROJECT/JOBSET`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no jobset: expected `PROJECT/JOBSET`, such as `nixpkgs/trunk`", .0.escape_debug())]
pub struct NoJobset(pub String);

impl FromStr for Jobset {
    type Err = NoJobset;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |name: &str| {
            let mut letters = name.chars();
            letters
                .next()
                .is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
                && letters.all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        };
        text.split_once('/')
            .filter(|(project, name)| is_name(project) && is_name(name))
            .map(|(project, name)| Self {
                project: project.to_owned(),
                name: name.to_owned(),
            })
            .ok_or_else(|| NoJobset(text.to_owned()))
    }
}

/// `PROJECT/JOBSET`.
impl fmt::Display for Jobset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.project, self.name)
    }
}

/// The build farm, as one run asks it. May be asked from several threads.
pub struct Hydra<'a> {
    client: &'a Client,
    running: Mutex<usize>,
    freed: Condvar,
}

impl<'a> Hydra<'a> {
    /// The build farm of the endpoint table.
    #[must_use]
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            running: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// The page of a build, for people.
    #[must_use]
    pub fn build_page(&self, id: u64) -> Url {
        self.url(&format!("build/{id}"))
    }

    /// The page of an evaluation, for people.
    #[must_use]
    pub fn evaluation_page(&self, id: u64) -> Url {
        self.url(&format!("eval/{id}"))
    }

    /// The last finished builds of a job, newest first, at most `count`. Empty also where there is no such job.
    ///
    /// # Errors
    /// When it cannot be asked, and when the answer is not such a list.
    pub fn latest_builds(
        &self,
        jobset: &Jobset,
        job: &str,
        count: usize,
    ) -> Result<Vec<ListedBuild>, FetchError> {
        let (project, name, job_name) = (
            segment(&jobset.project),
            segment(&jobset.name),
            segment(job),
        );
        let url = self.url(&format!(
            "api/latestbuilds?nr={count}&project={project}&jobset={name}&job={job_name}"
        ));
        let builds: Vec<ListedBuild> = self.json(&url)?;
        let is_other = |build: &&ListedBuild| {
            build.project != jobset.project || build.jobset != jobset.name || build.job != job
        };
        if let Some(other) = builds.iter().find(is_other) {
            let reason = format!("it lists a build of another job, `{}`", cleaned(&other.job));
            return Err(malformed(&url, reason));
        }
        Ok(builds)
    }

    /// The last build of a job that succeeded; `None`: there is none, or no such job.
    ///
    /// # Errors
    /// When it cannot be asked, and when the answer is not a build of this job.
    pub fn latest_success(&self, jobset: &Jobset, job: &str) -> Result<Option<Build>, FetchError> {
        let (project, name, job_name) = (
            segment(&jobset.project),
            segment(&jobset.name),
            segment(job),
        );
        let url = self.url(&format!("job/{project}/{name}/{job_name}/latest"));
        self.optional_build(&url, job)
    }

    /// The build of a job in an evaluation, finished or not; `None`: the evaluation has no such job.
    ///
    /// # Errors
    /// When it cannot be asked, and when the answer is not a build of this job.
    pub fn build_in(&self, evaluation: u64, job: &str) -> Result<Option<Build>, FetchError> {
        let url = self.url(&format!("eval/{evaluation}/job/{}", segment(job)));
        self.optional_build(&url, job)
    }

    fn optional_build(&self, url: &Url, job: &str) -> Result<Option<Build>, FetchError> {
        let build: Build = match self.json(url) {
            Err(error) if error.is_not_found() => return Ok(None),
            other => other?,
        };
        if build.job == job {
            Ok(Some(build))
        } else {
            let reason = format!("it is a build of another job, `{}`", cleaned(&build.job));
            Err(malformed(url, reason))
        }
    }

    /// A build. `known` is the status that a fresh list gives it: a kept answer counts only if it has the same, since a failed build may
    /// have been started again.
    ///
    /// # Errors
    /// When there is none, when it cannot be asked, and when the answer is not this build.
    pub fn build(&self, id: u64, known: Option<Status>) -> Result<Build, FetchError> {
        let url = self.build_page(id);
        if let Some(known) = known
            && let Some(build) = self.kept::<Build>(&url)
            && build.id == id
            && build.status() == Some(known)
        {
            return Ok(build);
        }
        let build: Build = self.json(&url)?;
        if build.id != id {
            return Err(malformed(&url, format!("it is the build {}", build.id)));
        }
        if build.status().is_some() {
            self.keep(&url, &build)?;
        }
        Ok(build)
    }

    /// An evaluation: when it was, and from which revisions.
    ///
    /// # Errors
    /// When there is none, when it cannot be asked, and when the answer is not this evaluation.
    pub fn evaluation(&self, id: u64) -> Result<Evaluation, FetchError> {
        let url = self.evaluation_page(id);
        if let Some(evaluation) = self.kept::<Evaluation>(&url).filter(|kept| kept.id == id) {
            return Ok(evaluation);
        }
        let evaluation: Evaluation = self.json(&url)?;
        if evaluation.id != id {
            return Err(malformed(
                &url,
                format!("it is the evaluation {}", evaluation.id),
            ));
        }
        self.keep(&url, &evaluation)?;
        Ok(evaluation)
    }

    /// The newest evaluations of a jobset that have new builds, newest first. The answer lists every build of twenty evaluations.
    ///
    /// # Errors
    /// When there is no such jobset, when it cannot be asked, and when the answer is not such a list.
    pub fn evaluations(&self, jobset: &Jobset) -> Result<Vec<Evaluation>, FetchError> {
        let (project, name) = (segment(&jobset.project), segment(&jobset.name));
        let url = self.url(&format!("jobset/{project}/{name}/evals"));
        let request = FileRequest::document(url.clone(), JSON);
        let list: document::Evaluations = self.read(&url, &request)?;
        Ok(list.evals)
    }

    /// The steps of a build, in their order: what was built for it, and the dependencies that failed. `None`: this Hydra does not tell.
    ///
    /// # Errors
    /// When it cannot be asked, and when an answer is not a step of this build.
    pub fn steps(&self, build: u64) -> Result<Option<Vec<Step>>, FetchError> {
        let mut steps: Vec<Step> = Vec::new();
        for number in 1..=MOST_STEPS {
            let url = self.url(&format!("build/{build}/step/{number}"));
            match self.json::<Step>(&url) {
                Ok(step) if step.number == number => steps.push(step),
                Ok(step) => return Err(malformed(&url, format!("it is the step {}", step.number))),
                Err(error) if error.is_not_found() => {
                    return Ok((!steps.is_empty()).then_some(steps));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The log of a build, or of one of its steps, as it is stored: perhaps compressed.
    ///
    /// # Errors
    /// When there is none, or none any more, and when it cannot be asked.
    pub fn log(&self, build: u64, step: Option<u64>) -> Result<FetchedFile, FetchError> {
        let place = match step {
            Some(step) => format!("build/{build}/step/{step}/log/raw"),
            None => format!("build/{build}/log/raw"),
        };
        let request = FileRequest::new(self.url(&place)).limit_bytes(LOG_LIMIT_BYTES);
        let _turn = self.turn();
        self.client.file(&request)
    }

    fn url(&self, path: &str) -> Url {
        self.client.endpoints().join(Endpoint::Hydra, path)
    }

    fn json<T: DeserializeOwned>(&self, url: &Url) -> Result<T, FetchError> {
        let request = FileRequest::document(url.clone(), JSON).limit_bytes(SMALL_LIMIT_BYTES);
        self.read(url, &request)
    }

    fn read<T: DeserializeOwned>(&self, url: &Url, request: &FileRequest) -> Result<T, FetchError> {
        let bytes = {
            let _turn = self.turn();
            self.client.file(request)?.bytes()?
        };
        document::parse(&bytes).map_err(|reason| malformed(url, reason))
    }

    /// What was kept for this address, if it is still what it should be.
    fn kept<T: DeserializeOwned>(&self, url: &Url) -> Option<T> {
        let (entry, _) = self.client.cache.find_by_key(&key(url)).ok()??;
        let bytes = std::fs::read(entry.path).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps what was read and judged: its meaning, not the bytes that came.
    fn keep(&self, url: &Url, value: &impl Serialize) -> Result<(), FetchError> {
        let cache = &self.client.cache;
        let mut file = cache.temporary()?;
        let problem = |source| FetchError::Cache {
            path: cache.folder().to_owned(),
            source,
        };
        let bytes = serde_json::to_vec(value).map_err(|error| problem(error.into()))?;
        file.write_all(&bytes).map_err(problem)?;
        let sha256 =
            nixsmith_store::hash::hash_bytes(nixsmith_store::hash::Algorithm::Sha256, &bytes);
        let entry = CacheEntry {
            path: cache.store(file, &sha256)?,
            size_bytes: bytes.len() as u64,
            sha256,
        };
        cache.remember_key(&key(url), &entry, serde_json::Value::Null)
    }

    /// Waits until another request may run; it ends when the turn is dropped.
    fn turn(&self) -> Turn<'_, 'a> {
        let mut running = self
            .running
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        while *running >= AT_ONCE {
            running = self
                .freed
                .wait(running)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *running += 1;
        Turn(self)
    }
}

/// The permission for one request.
struct Turn<'a, 'b>(&'a Hydra<'b>);

impl Drop for Turn<'_, '_> {
    fn drop(&mut self) {
        let mut running = self
            .0
            .running
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *running = running.saturating_sub(1);
        drop(running);
        self.0.freed.notify_one();
    }
}

/// What the JSON interface is asked for with.
const JSON: &str = "application/json";

/// The key of what is kept; its number changes with the form.
fn key(url: &Url) -> String {
    format!("hydra-1 {url}")
}

fn malformed(url: &Url, reason: impl Into<String>) -> FetchError {
    FetchError::Malformed {
        url: url.clone().into(),
        reason: reason.into(),
    }
}

/// A piece of outside text for a message.
fn cleaned(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests;
