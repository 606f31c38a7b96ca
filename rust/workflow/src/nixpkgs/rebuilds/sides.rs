//! The answers of both sides, each attribute evaluated once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::evaluate::{Answer, Attribute, CHUNK, Evaluator, Job};
use super::kept::Kept;
use super::{Kind, Rebuilt, Request, Skipped, name};
use crate::error::Problem;

/// How both sides answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The base.
    pub old: Answer,
    /// The head.
    pub new: Answer,
}

/// What a pair means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Neither side has it.
    Missing,
    /// Both build the same.
    Same,
    /// It is rebuilt, new or gone.
    Differs(Kind),
    /// It is no derivation, so that only those that use it can say.
    Opaque,
    /// It is a package set on both sides, so that its members say.
    Set,
    /// Neither side evaluates.
    Failing,
}

impl Pair {
    /// What it means.
    #[must_use]
    pub(super) fn meaning(&self) -> Meaning {
        use Answer::{Derivation, Failing, Missing, Set};
        match (&self.old, &self.new) {
            (Missing, Missing) => Meaning::Missing,
            (Derivation { output: old, .. }, Derivation { output: new, .. }) if old == new => {
                Meaning::Same
            }
            (Derivation { .. }, Derivation { .. } | Failing(_))
            | (Failing(_), Derivation { .. }) => Meaning::Differs(Kind::Changed),
            (Derivation { .. }, _) => Meaning::Differs(Kind::Removed),
            (_, Derivation { .. }) => Meaning::Differs(Kind::Added),
            (Missing, Failing(_)) => Meaning::Differs(Kind::Added),
            (Failing(_), Missing) => Meaning::Differs(Kind::Removed),
            (Failing(_), Failing(_)) => Meaning::Failing,
            (Set(_), Set(_)) => Meaning::Set,
            _ => Meaning::Opaque,
        }
    }

    /// The names in it where it is a package set on a side.
    #[must_use]
    pub(super) fn members(&self) -> BTreeSet<&String> {
        [&self.old, &self.new]
            .into_iter()
            .filter_map(|answer| match answer {
                Answer::Set(names) => Some(names),
                _ => None,
            })
            .flatten()
            .collect()
    }
}

/// Both sides of a request.
pub(super) struct Sides<'a> {
    request: &'a Request,
    evaluator: &'a Evaluator<'a>,
    roots: [PathBuf; 2],
    kept: BTreeMap<&'a str, Kept>,
    pairs: BTreeMap<&'a str, BTreeMap<Attribute, Pair>>,
    stopped: Option<Stop>,
}

/// Why it was stopped before everything was evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// More rebuilds than were asked for are proven.
    Enough,
    /// The time is over.
    Late,
}

impl Stop {
    /// As part of a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Enough => "enough rebuilds are proven; there are more",
            Self::Late => "the time for it was over; there may be more",
        }
    }
}

const SIDES: [&str; 2] = ["base", "head"];

impl<'a> Sides<'a> {
    /// Nothing evaluated yet; `roots` are the absolute ones of base and head, `kept` what is known of the base by system.
    pub(super) fn new(
        request: &'a Request,
        evaluator: &'a Evaluator<'a>,
        roots: [PathBuf; 2],
        kept: BTreeMap<&'a str, Kept>,
    ) -> Self {
        let systems = request.systems.iter();
        let pairs = systems
            .map(|system| (system.as_str(), BTreeMap::new()))
            .collect();
        Self {
            request,
            evaluator,
            roots,
            kept,
            pairs,
            stopped: None,
        }
    }

    /// Why it goes no further, where it does not.
    #[must_use]
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stopped
    }

    /// How many attributes were looked at, the most on one system.
    #[must_use]
    pub(super) fn looked_at(&self) -> usize {
        self.pairs.values().map(BTreeMap::len).max().unwrap_or(0)
    }

    /// Whether anything of the base was kept from before.
    #[must_use]
    pub(super) fn has_kept(&self) -> bool {
        self.kept.values().any(|kept| !kept.is_empty())
    }

    /// The pair of an attribute, by system.
    pub(super) fn pairs_of<'s>(
        &'s self,
        attribute: &'s [String],
    ) -> impl Iterator<Item = &'s Pair> {
        self.pairs
            .values()
            .filter_map(move |pairs| pairs.get(attribute))
    }

    /// Whether both sides evaluate at all.
    ///
    /// # Errors
    /// When `stdenv` of one does not, and those of [`Evaluator::run`].
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let attributes = [vec!["stdenv".to_owned()]];
        let jobs = self.jobs(&[attributes.as_slice()]);
        let jobs: Vec<Job<'_>> = jobs.into_iter().map(|(_, _, job)| job).collect();
        self.evaluator
            .run(&jobs, |number, answers| match answers.first() {
                Some(Answer::Failing(reason)) => {
                    let side = jobs.get(number).map_or("", |job| job.side);
                    Err(does_not_evaluate(side, reason))
                }
                _ => Ok(true),
            })
    }

    /// What package sets contain on either side; `""` is the top level.
    ///
    /// # Errors
    /// When the top level does not evaluate, and those of [`Evaluator::run`].
    pub(super) fn universe(
        &self,
        sets: &BTreeSet<String>,
    ) -> anyhow::Result<HashMap<String, BTreeSet<String>>> {
        let path = |set: &String| {
            vec![set.clone()]
                .into_iter()
                .filter(|set| !set.is_empty())
                .collect()
        };
        let attributes: Vec<Attribute> = sets.iter().map(path).collect();
        let chunks = [attributes.as_slice()];
        let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
        let jobs = self.jobs(&chunks);
        let jobs: Vec<Job<'_>> = jobs.into_iter().map(|(_, _, job)| job).collect();
        self.evaluator.run(&jobs, |number, answers| {
            let side = jobs.get(number).map_or("", |job| job.side);
            for (attribute, answer) in attributes.iter().zip(answers) {
                let name = attribute.first().cloned().unwrap_or_default();
                match answer {
                    Answer::Set(names) => found.entry(name).or_default().extend(names),
                    Answer::Failing(reason) if attribute.is_empty() => {
                        return Err(does_not_evaluate(side, &reason));
                    }
                    _ => {}
                }
            }
            Ok(true)
        })?;
        Ok(found)
    }

    fn jobs<'s>(&'s self, chunks: &[&'s [Attribute]]) -> Vec<(usize, &'a str, Job<'s>)> {
        let mut jobs = Vec::new();
        for (chunk, attributes) in chunks.iter().enumerate() {
            for system in &self.request.systems {
                for (side, root) in SIDES.into_iter().zip(&self.roots) {
                    let job = Job {
                        side,
                        root,
                        system,
                        attributes,
                    };
                    jobs.push((chunk, system.as_str(), job));
                }
            }
        }
        jobs
    }

    /// Those of the attributes that are not evaluated yet.
    fn unknown(&self, attributes: &BTreeSet<Attribute>) -> Vec<Attribute> {
        let known = |attribute: &&Attribute| {
            let mut systems = self.pairs.values();
            systems.all(|pairs| pairs.contains_key(*attribute))
        };
        let unknown = attributes.iter().filter(|attribute| !known(attribute));
        unknown.cloned().collect()
    }

    /// Evaluates those of the attributes that are not yet; stops early where the request says so.
    ///
    /// # Errors
    /// Those of [`Evaluator::run`].
    pub(super) fn evaluate(&mut self, attributes: &BTreeSet<Attribute>) -> anyhow::Result<()> {
        let wanted = self.unknown(attributes);
        if wanted.is_empty() || self.stopped.is_some() {
            return Ok(());
        }
        if self.evaluator.is_late() {
            self.stopped = Some(Stop::Late);
            return Ok(());
        }
        let chunks: Vec<&[Attribute]> = wanted.chunks(CHUNK).collect();
        let mut half: HashMap<(usize, &str), [Option<Vec<Answer>>; 2]> = HashMap::new();
        let mut jobs = self.jobs(&chunks);
        // what is kept of the base is not asked again
        jobs.retain(|(chunk, system, job)| {
            let kept = (job.side == SIDES[0])
                .then(|| self.kept.get(system)?.all(job.attributes))
                .flatten();
            let is_kept = kept.is_some();
            if is_kept {
                half.entry((*chunk, system)).or_default()[0] = kept;
            }
            !is_kept
        });
        let (numbers, jobs): (Vec<_>, Vec<_>) = jobs
            .into_iter()
            .map(|(chunk, system, job)| ((chunk, system), job))
            .unzip();
        let mut finished = Vec::new();
        let mut stopped = None;
        let (mut differing, limit) = (BTreeMap::new(), self.request.stop_above);
        for (system, pairs) in &self.pairs {
            differing.insert(
                *system,
                pairs.values().filter(|pair| is_rebuilt(pair)).count(),
            );
        }
        self.evaluator.run(&jobs, |number, answers| {
            let (Some(key), Some(job)) = (numbers.get(number), jobs.get(number)) else {
                return Ok(true);
            };
            let both = half.entry(*key).or_default();
            let [old, new] = both;
            *(if job.side == SIDES[0] { old } else { new }) = Some(answers);
            let [Some(_), Some(_)] = both else {
                return Ok(true);
            };
            let [Some(old), Some(new)] = std::mem::take(both) else {
                return Ok(true);
            };
            let pairs: Vec<Pair> = old
                .into_iter()
                .zip(new)
                .map(|(old, new)| Pair { old, new })
                .collect();
            let count = differing.entry(key.1).or_default();
            *count += pairs.iter().filter(|pair| is_rebuilt(pair)).count();
            finished.push((*key, pairs));
            if limit.is_some_and(|limit| *count > limit) {
                stopped = Some(Stop::Enough);
            } else if self.evaluator.is_late() {
                stopped = Some(Stop::Late);
            }
            Ok(stopped.is_none())
        })?;
        drop(jobs);
        for ((chunk, system), pairs) in finished {
            let attributes = chunks.get(chunk).copied().unwrap_or_default();
            if let Some(all) = self.pairs.get_mut(system) {
                all.extend(attributes.iter().cloned().zip(pairs));
            }
        }
        self.stopped = stopped;
        Ok(())
    }

    /// What differs by system.
    #[must_use]
    pub(super) fn rebuilt(&self) -> BTreeMap<String, Vec<Rebuilt>> {
        self.collect(|attribute, pair| {
            let Meaning::Differs(kind) = pair.meaning() else {
                return None;
            };
            Some(Rebuilt {
                attribute: name(attribute),
                kind,
                old_drv: drv(&pair.old),
                new_drv: drv(&pair.new),
                failing: failing(&pair.new),
            })
        })
    }

    /// What evaluates on neither side, by system.
    #[must_use]
    pub(super) fn skipped(&self) -> BTreeMap<String, Vec<Skipped>> {
        self.collect(|attribute, pair| {
            let is_skipped = pair.meaning() == Meaning::Failing;
            is_skipped.then(|| Skipped {
                attribute: name(attribute),
                reason: failing(&pair.new).unwrap_or_default(),
            })
        })
    }

    fn collect<T>(
        &self,
        mut pick: impl FnMut(&[String], &Pair) -> Option<T>,
    ) -> BTreeMap<String, Vec<T>> {
        let of = |(system, pairs): (&&str, &BTreeMap<Attribute, Pair>)| {
            let picked = pairs
                .iter()
                .filter_map(|(attribute, pair)| pick(attribute, pair))
                .collect();
            ((*system).to_owned(), picked)
        };
        self.pairs.iter().map(of).collect()
    }

    /// All answers of the base, by system, to keep them.
    pub(super) fn base_answers(&self) -> impl Iterator<Item = (&str, Vec<(&Attribute, &Answer)>)> {
        self.pairs.iter().map(|(system, pairs)| {
            let answers = pairs
                .iter()
                .map(|(attribute, pair)| (attribute, &pair.old))
                .collect();
            (*system, answers)
        })
    }
}

/// Counts as nixpkgs' CI counts: what is gone or fails is not built.
fn is_rebuilt(pair: &Pair) -> bool {
    matches!(pair.new, Answer::Derivation { .. }) && matches!(pair.meaning(), Meaning::Differs(_))
}

fn drv(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Derivation { drv, .. } => Some(drv.clone()),
        _ => None,
    }
}

fn failing(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Failing(reason) => Some(reason.clone()),
        _ => None,
    }
}

fn does_not_evaluate(side: &str, reason: &str) -> anyhow::Error {
    Problem::user(format!("the {side} does not evaluate at all: {reason}")).into()
}
