//! Which rules run, at which level.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use nixsmith_expr::lint::{Engine, Level, Rule, words};
use nixsmith_expr::rules;

use crate::configuration::Configuration;
use crate::error::Problem;

/// Every rule.
const ALL: &str = "all";
/// The rules that run unasked.
const DEFAULT: &str = "default";

/// The engines: one for most files, others where the configuration makes exceptions.
pub(super) struct Selection<'c> {
    configuration: &'c Configuration,
    chosen: Vec<(&'static Rule, Option<Level>)>,
    usual: Arc<Engine>,
    /// By the names that are off.
    special: Mutex<HashMap<Vec<String>, Arc<Engine>>>,
}

impl<'c> Selection<'c> {
    /// What the configuration says, with `rules` of the command line in place of its rules and `ignore` on top of its own.
    pub(super) fn new(
        configuration: &'c Configuration,
        rules: &[String],
        ignore: &[String],
    ) -> anyhow::Result<Self> {
        let named = if rules.is_empty() {
            configuration
                .rules
                .clone()
                .unwrap_or_else(|| vec![DEFAULT.to_owned()])
        } else {
            rules.to_vec()
        };
        let ignored = configuration.ignore.iter().chain(ignore);
        for name in named.iter().chain(ignored.clone()) {
            check(name)?;
        }
        for name in configuration.levels.iter().map(|(name, _)| name) {
            check(name)?;
        }
        for name in configuration.overrides.iter().flat_map(|(_, names)| names) {
            check(name)?;
        }
        let chosen: Vec<_> = rules::all()
            .iter()
            .copied()
            .filter(|rule| named.iter().any(|name| means(name, rule)))
            .filter(|rule| !ignored.clone().any(|name| means(name, rule)))
            .filter_map(|rule| Some((rule, level(configuration, rule)?)))
            .collect();
        Ok(Self {
            configuration,
            usual: Arc::new(Engine::new(chosen.clone())),
            chosen,
            special: Mutex::new(HashMap::new()),
        })
    }

    /// The engine for this file.
    pub(super) fn engine(&self, path: &Path) -> Arc<Engine> {
        let mut off: Vec<String> = self
            .configuration
            .ignored_in(path)
            .map(str::to_owned)
            .collect();
        if off.is_empty() {
            return Arc::clone(&self.usual);
        }
        off.sort();
        off.dedup();
        let mut special = self.special.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = special.get(&off) {
            return Arc::clone(engine);
        }
        let chosen = self.chosen.iter().copied();
        let left = chosen.filter(|(rule, _)| !off.iter().any(|name| means(name, rule)));
        let engine = Arc::new(Engine::new(left.collect()));
        special.insert(off, Arc::clone(&engine));
        engine
    }
}

/// The level that the configuration wants: `None` is off, `Some(None)` the rule's own. A rule's name beats its family's.
fn level(configuration: &Configuration, rule: &'static Rule) -> Option<Option<Level>> {
    let named = |wanted: &str| {
        let mut levels = configuration.levels.iter();
        levels
            .find(|(name, _)| name == wanted)
            .map(|(_, level)| *level)
    };
    match named(rule.name).or_else(|| named(&rule.family.to_string())) {
        None => Some(None),
        Some(level) => level.map(Some),
    }
}

fn means(name: &str, rule: &Rule) -> bool {
    match name {
        ALL => true,
        DEFAULT => rule.default,
        name => name == rule.name || name == rule.family.to_string(),
    }
}

/// Whether the name means anything.
fn check(name: &str) -> anyhow::Result<()> {
    if rules::all().iter().any(|rule| means(name, rule)) {
        return Ok(());
    }
    Err(unknown(name, rules::all().iter().map(|rule| rule.name)))
}

/// The error for a rule that does not exist, with a name that is near.
pub(crate) fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> anyhow::Error {
    let problem = Problem::usage(format!("there is no rule `{name}`"));
    match words::closest(name, known) {
        Some(rule) => problem.hint(format!("similar: `{rule}`")),
        None => problem.hint("`nixsmith explain` lists the rules"),
    }
    .into()
}
