//! Hydra's documents: what is read of them, and how one is told from a page of something else.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};

/// How a build ended. The numbers are those of `buildStatus` in Hydra's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0.
    Succeeded,
    /// 1: the builder said no.
    Failed,
    /// 2: something that it needs failed; it was not tried.
    DependencyFailed,
    /// 3: the farm's own trouble.
    Aborted,
    /// 4: by a person, or because a newer one came.
    Cancelled,
    /// 6: it succeeded, and its output says that it failed.
    FailedWithOutput,
    /// 7.
    TimedOut,
    /// 8: it failed before, and was not tried again.
    CachedFailure,
    /// 9: no machine builds for such a system.
    UnsupportedSystem,
    /// 10.
    LogLimitExceeded,
    /// 11.
    OutputLimitExceeded,
    /// 12: two builds of it differ.
    NotDeterministic,
    /// A number that Hydra has added since; a failure.
    Other(u32),
}

impl Status {
    /// The meaning of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Succeeded,
            1 => Self::Failed,
            2 => Self::DependencyFailed,
            3 => Self::Aborted,
            4 => Self::Cancelled,
            6 => Self::FailedWithOutput,
            7 => Self::TimedOut,
            8 => Self::CachedFailure,
            9 => Self::UnsupportedSystem,
            10 => Self::LogLimitExceeded,
            11 => Self::OutputLimitExceeded,
            12 => Self::NotDeterministic,
            other => Self::Other(other),
        }
    }

    /// Whether it says something of the package: not that the farm or a person stopped it.
    #[must_use]
    pub fn is_verdict(self) -> bool {
        !matches!(
            self,
            Self::Aborted | Self::Cancelled | Self::UnsupportedSystem
        )
    }
}

/// Words for people: `dependency failed`.
impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::DependencyFailed => "dependency failed",
            Self::Aborted => "aborted",
            Self::Cancelled => "cancelled",
            Self::FailedWithOutput => "failed with output",
            Self::TimedOut => "timed out",
            Self::CachedFailure => "cached failure",
            Self::UnsupportedSystem => "unsupported system",
            Self::LogLimitExceeded => "log limit exceeded",
            Self::OutputLimitExceeded => "output limit exceeded",
            Self::NotDeterministic => "not deterministic",
            Self::Other(number) => return write!(formatter, "failed (status {number})"),
        })
    }
}

/// A finished build in a list.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedBuild {
    /// Its number.
    pub id: u64,
    /// The project that it belongs to.
    pub project: String,
    /// The jobset that it belongs to.
    pub jobset: String,
    /// The job: attribute path and system.
    pub job: String,
    /// The system that it was built for.
    pub system: String,
    /// The derivation's name.
    pub nixname: String,
    /// When it was queued, in seconds since 1970.
    pub timestamp: u64,
    buildstatus: Option<u32>,
    #[serde(deserialize_with = "flag")]
    finished: bool,
}

impl ListedBuild {
    /// How it ended; `None`: it has not.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.buildstatus
            .filter(|_| self.finished)
            .map(Status::from_number)
    }
}

/// A build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Build {
    /// Its number.
    pub id: u64,
    /// The project that it belongs to.
    pub project: String,
    /// The jobset that it belongs to.
    pub jobset: String,
    /// The job: attribute path and system.
    pub job: String,
    /// The system that it was built for.
    pub system: String,
    /// The derivation's name.
    pub nixname: String,
    /// The derivation's path.
    pub drvpath: String,
    /// When it was queued, in seconds since 1970.
    pub timestamp: u64,
    /// When it began.
    #[serde(default)]
    pub starttime: Option<u64>,
    /// When it ended.
    #[serde(default)]
    pub stoptime: Option<u64>,
    #[serde(default)]
    buildstatus: Option<u32>,
    #[serde(deserialize_with = "flag")]
    finished: bool,
    /// The evaluations that it is part of.
    #[serde(default)]
    pub jobsetevals: Vec<u64>,
    #[serde(default)]
    buildoutputs: BTreeMap<String, Output>,
}

/// A path, absent as long as it is not known (content-addressed derivations).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Output {
    #[serde(default)]
    path: Option<String>,
}

impl Build {
    /// How it ended; `None`: it is queued or running.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.buildstatus
            .filter(|_| self.finished)
            .map(Status::from_number)
    }

    /// Whether it has begun and not ended.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.finished && self.starttime.is_some_and(|time| time > 0)
    }

    /// The first evaluation that it is part of.
    #[must_use]
    pub fn first_evaluation(&self) -> Option<u64> {
        self.jobsetevals.iter().copied().min()
    }

    /// Its outputs by name.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.buildoutputs
            .iter()
            .filter_map(|(name, output)| Some((name.as_str(), output.path.as_deref()?)))
    }
}

/// An evaluation of a jobset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Evaluation {
    /// Its number.
    pub id: u64,
    /// When it was made, in seconds since 1970.
    #[serde(default)]
    pub timestamp: Option<u64>,
    /// The flake that it evaluated, if it is of one.
    #[serde(default)]
    pub flake: Option<String>,
    /// What it was made from, by name: `nixpkgs` and others.
    #[serde(default, rename = "jobsetevalinputs")]
    pub inputs: BTreeMap<String, Input>,
}

impl Evaluation {
    /// The revision of nixpkgs.
    #[must_use]
    pub fn nixpkgs_revision(&self) -> Option<&str> {
        let revision = self.inputs.get("nixpkgs")?.revision.as_deref()?;
        let is_id = revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then_some(revision)
    }
}

/// One input of an evaluation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    /// Where it came from.
    #[serde(default)]
    pub uri: Option<String>,
    /// Its commit, where it is a repository.
    #[serde(default)]
    pub revision: Option<String>,
}

/// A page of evaluations.
#[derive(Deserialize)]
pub(super) struct Evaluations {
    pub(super) evals: Vec<Evaluation>,
}

/// A step of a build.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    /// Its place, from 1.
    #[serde(rename = "stepnr")]
    pub number: u64,
    /// The derivation that it built, or could not.
    pub drvpath: Option<String>,
    /// The derivation that took its place, for content-addressed ones: then this one built nothing.
    #[serde(default)]
    pub resolveddrvpath: Option<String>,
    /// The machine; empty for what failed for another build.
    #[serde(default)]
    pub machine: Option<String>,
}

/// `true`, `false`, 1 or 0: Hydra writes what its database holds.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Truth(bool),
        Number(u64),
    }
    match Flag::deserialize(deserializer)? {
        Flag::Truth(truth) => Ok(truth),
        Flag::Number(0) => Ok(false),
        Flag::Number(1) => Ok(true),
        Flag::Number(other) => Err(D::Error::custom(format!("{other} is neither 0 nor 1"))),
    }
}

/// The document, or what came instead of it, as the end of a sentence.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let start = bytes.trim_ascii_start();
    if start.is_empty() {
        return Err("it is empty".to_owned());
    }
    if start.starts_with(b"<") {
        return Err("it is a page, not JSON".to_owned());
    }
    #[derive(Deserialize)]
    struct Said {
        error: String,
    }
    if let Ok(said) = serde_json::from_slice::<Said>(bytes) {
        return Err(format!("it says `{}`", super::cleaned(&said.error)));
    }
    Err(match error.classify() {
        serde_json::error::Category::Eof => "it ends too early".to_owned(),
        serde_json::error::Category::Data => format!("it has another shape: {error}"),
        _ => format!("it is no JSON: {error}"),
    })
}
