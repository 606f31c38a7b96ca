//! The verdict on every attribute of a system.

use std::collections::{BTreeMap, BTreeSet};

use super::super::rebuilds::{Config, Kind, Rebuilds, Rebuilt, is_excluded};
use super::instantiate::Instantiating;
use super::subject::{Sides, one_line};
use super::{Base, Request, Row, Verdict, caches, hydra};
use crate::context::Context;
use crate::nix::build::{self, Builds, Outcome, Wanted};

/// One system.
pub(super) struct Judging<'a> {
    pub(super) request: &'a Request,
    pub(super) sides: &'a Sides,
    pub(super) system: &'a str,
    pub(super) config: Config,
    pub(super) context: &'a Context,
}

/// The attributes of one derivation, the shortest name first.
struct Group<'a> {
    names: Vec<&'a Rebuilt>,
    wanted: Wanted,
}

impl Judging<'_> {
    pub(super) fn rows(
        &self,
        found: &Rebuilds,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Vec<Row>> {
        let rebuilt = found
            .per_system
            .get(self.system)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut rows: Vec<Row> = Vec::new();
        let mut names = Vec::new();
        for one in rebuilt {
            match (one.kind, &one.failing) {
                (Kind::Removed, _) => rows.push(plain_row(one, Verdict::Removed, "")),
                (_, Some(reason)) => rows.push(failing_row(one, reason)),
                (_, None) => names.push(one.attribute.as_str()),
            }
        }
        for skipped in found.skipped.get(self.system).into_iter().flatten() {
            rows.push(Row {
                change: None,
                ..row(&skipped.attribute, Verdict::Skipped, &skipped.reason)
            });
        }
        let heads = self.instantiate(&names, &self.sides.head)?;
        let by_name: BTreeMap<&str, &Rebuilt> = rebuilt
            .iter()
            .map(|one| (one.attribute.as_str(), one))
            .collect();
        let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
        for (name, wanted) in heads {
            let Some(one) = by_name.get(name.as_str()) else {
                continue;
            };
            match wanted {
                Err(reason) => rows.push(failing_row(one, &reason)),
                Ok(wanted) => {
                    let group = groups
                        .entry(wanted.derivation.clone())
                        .or_insert_with(|| Group {
                            names: Vec::new(),
                            wanted,
                        });
                    group.names.push(one);
                }
            }
        }
        for group in groups.values_mut() {
            group
                .names
                .sort_by_key(|one| (one.attribute.len(), &one.attribute));
        }
        let groups: Vec<Group<'_>> = groups.into_values().collect();
        rows.extend(self.built_rows(&groups, notes)?);
        rows.sort_by(|left, right| left.attribute.cmp(&right.attribute));
        Ok(rows)
    }

    fn instantiate(
        &self,
        names: &[&str],
        root: &std::path::Path,
    ) -> anyhow::Result<BTreeMap<String, Result<Wanted, String>>> {
        let _task = self
            .context
            .progress()
            .start(&format!("writing {} derivations", names.len()), None);
        Instantiating {
            root,
            system: self.system,
            config: self.config,
            settings: &self.request.settings,
            context: self.context,
        }
        .all(names)
    }

    /// Builds the head, and the base of what failed.
    fn built_rows(
        &self,
        groups: &[Group<'_>],
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Vec<Row>> {
        if self.request.skip_build {
            let skipped = groups.iter().map(|group| Row {
                reason: "nothing was to be built".to_owned(),
                ..group.row(Verdict::Skipped)
            });
            return Ok(skipped.collect());
        }
        let wanted: Vec<Wanted> = groups.iter().map(|group| group.wanted.clone()).collect();
        let builds = build::build(&wanted, &self.request.settings, self.context)?;
        let bases = self.bases(groups, &builds, notes)?;
        let rows = groups.iter().filter_map(|group| {
            let built = builds.results.get(&group.wanted.derivation)?;
            let base = group
                .names
                .first()
                .and_then(|one| bases.get(&one.attribute))
                .cloned();
            let mut row = group.row(verdict(&built.outcome, group, base.as_ref()));
            row.outputs.clone_from(&built.outputs);
            if !built.outcome.is_there() {
                row.reason = one_line(&built.outcome.phrase());
                row.log = builds.log_of(built);
            }
            row.base = base;
            Some(row)
        });
        Ok(rows.collect())
    }

    /// What is known of the base, by attribute: of what fails in the head, and of the rest if that is wanted.
    fn bases(
        &self,
        groups: &[Group<'_>],
        builds: &Builds,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<BTreeMap<String, Base>> {
        let asked = groups.iter().filter_map(|group| {
            let outcome = &builds.results.get(&group.wanted.derivation)?.outcome;
            let one = group
                .names
                .first()
                .filter(|one| one.kind == Kind::Changed)?;
            let is_asked = match outcome {
                Outcome::NotTried { .. } => false,
                outcome if outcome.is_there() => self.request.fixed,
                _ => true,
            };
            is_asked.then_some(one.attribute.as_str())
        });
        let asked: Vec<&str> = asked.collect();
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let instantiated = self.instantiate(&asked, &self.sides.base)?;
        let wanted: Vec<&Wanted> = instantiated.values().flatten().collect();
        let cached = caches::find(&wanted, notes, self.context)?;
        let left = instantiated.iter().filter_map(|(name, wanted)| {
            let wanted = wanted.as_ref().ok()?;
            let is_left = !cached.contains_key(&wanted.derivation);
            is_left.then_some((name.as_str(), wanted))
        });
        let left: Vec<(&str, &Wanted)> = left.collect();
        let paths = left
            .iter()
            .flat_map(|(_, one)| one.outputs.values().flatten());
        let here = build::valid(
            paths.map(String::as_str),
            &self.request.settings,
            self.context,
        )?;
        let is_here = |one: &Wanted| {
            one.outputs
                .values()
                .flatten()
                .all(|path| here.contains(path))
        };
        let away: Vec<(&str, &Wanted)> = left
            .iter()
            .filter(|(_, one)| !is_here(one))
            .copied()
            .collect();
        let hydra = hydra::ask(&away, self.system, notes, self.context)?;
        let is_known = |wanted: &Wanted| {
            let base = hydra.get(&wanted.derivation);
            base.is_some_and(|base| base.builds.is_some())
        };
        let rest = left.iter().filter(|(_, wanted)| !is_known(wanted));
        let rest: BTreeSet<&Wanted> = rest.map(|(_, wanted)| *wanted).collect();
        let rest: Vec<Wanted> = rest.into_iter().cloned().collect();
        let built = build::build(&rest, &self.request.settings, self.context)?;
        let known = Known {
            cached,
            hydra,
            built,
        };
        let bases = instantiated.into_iter().map(|(name, wanted)| {
            let base = match wanted {
                Err(reason) => Base {
                    derivation: None,
                    builds: Some(false),
                    how: one_line(&format!("it does not evaluate: {reason}")),
                    cache: None,
                    hydra: None,
                },
                Ok(wanted) => known.base(&wanted),
            };
            (name, base)
        });
        Ok(bases.collect())
    }
}

/// What was found out about derivations of the base, by derivation.
struct Known {
    /// The cache that has each.
    cached: BTreeMap<String, String>,
    /// What Hydra says.
    hydra: BTreeMap<String, Base>,
    /// What became of those that were built here.
    built: Builds,
}

impl Known {
    fn base(&self, wanted: &Wanted) -> Base {
        let cache = self.cached.get(&wanted.derivation).cloned();
        let hydra = self.hydra.get(&wanted.derivation);
        if let Some(base) = hydra.filter(|base| base.builds.is_some()) {
            return base.clone();
        }
        let outcome = self
            .built
            .results
            .get(&wanted.derivation)
            .map(|it| &it.outcome);
        let (builds, how) = match (&cache, outcome) {
            (Some(cache), _) => (Some(true), format!("{cache} has its outputs")),
            (None, None) => (None, "not built".to_owned()),
            (None, Some(Outcome::Present)) => (Some(true), "it is in the store".to_owned()),
            (None, Some(outcome @ Outcome::NotTried { .. })) => (None, one_line(&outcome.phrase())),
            (None, Some(outcome)) => (Some(outcome.is_there()), one_line(&outcome.phrase())),
        };
        // Where nothing else is known, what Hydra says of other versions is at least a hint.
        let how = match hydra {
            Some(base) if builds.is_none() => format!("{how}; {}", base.how),
            _ => how,
        };
        Base {
            derivation: Some(wanted.derivation.clone()),
            builds,
            how,
            cache,
            hydra: hydra.and_then(|base| base.hydra.clone()),
        }
    }
}

impl Group<'_> {
    fn row(&self, verdict: Verdict) -> Row {
        let mut names = self.names.iter();
        let first = names.next();
        let attribute = first.map(|one| one.attribute.clone()).unwrap_or_default();
        Row {
            aliases: names.map(|one| one.attribute.clone()).collect(),
            change: first.map(|one| change(one.kind)),
            derivation: Some(self.wanted.derivation.clone()),
            ..row(&attribute, verdict, "")
        }
    }
}

fn verdict(outcome: &Outcome, group: &Group<'_>, base: Option<&Base>) -> Verdict {
    let is_new = group
        .names
        .first()
        .is_some_and(|one| one.kind == Kind::Added);
    match (outcome, base.and_then(|base| base.builds)) {
        (Outcome::NotTried { .. }, _) => Verdict::Skipped,
        (outcome, Some(false)) if outcome.is_there() => Verdict::Fixed,
        (outcome, _) if outcome.is_there() => Verdict::Built,
        (_, Some(true)) => Verdict::NewFailure,
        (_, Some(false)) => Verdict::StillFailing,
        (_, None) if is_new => Verdict::NewFailure,
        (_, None) => Verdict::Fails,
    }
}

/// An attribute that evaluated before, or is new, and does not in the head.
fn failing_row(one: &Rebuilt, reason: &str) -> Row {
    let verdict = match is_excluded(reason) {
        true => Verdict::Skipped,
        false => Verdict::NewFailure,
    };
    let reason = match verdict {
        Verdict::Skipped => reason.to_owned(),
        _ => format!("it does not evaluate: {reason}"),
    };
    plain_row(one, verdict, &reason)
}

fn plain_row(one: &Rebuilt, verdict: Verdict, reason: &str) -> Row {
    Row {
        change: Some(change(one.kind)),
        ..row(&one.attribute, verdict, reason)
    }
}

fn row(attribute: &str, verdict: Verdict, reason: &str) -> Row {
    Row {
        attribute: attribute.to_owned(),
        aliases: Vec::new(),
        change: None,
        verdict,
        reason: one_line(reason),
        derivation: None,
        outputs: BTreeMap::new(),
        log: Vec::new(),
        base: None,
    }
}

fn change(kind: Kind) -> String {
    let word = match kind {
        Kind::Added => "added",
        Kind::Changed => "changed",
        Kind::Removed => "removed",
    };
    word.to_owned()
}
