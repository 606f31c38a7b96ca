//! The file of known findings: what is left as it is, so that only what is new is reported.
//!
//! A finding is known by its code, its file and the text of its line, not by the line's number: it stays known when
//! lines come or go above it. As many are held back as are known, no more.

use std::collections::BTreeMap;
use std::path::Path;

use nixsmith_expr::lint;
use serde::{Deserialize, Serialize};

use super::judge::shown;
use crate::error::Problem;
use crate::files::Change;
use crate::finding::Finding;

/// The `schema` of the file.
const SCHEMA: &str = "nixsmith/lint-baseline/1";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    findings: Vec<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    code: String,
    line: String,
    count: usize,
}

/// The findings of one file that are known: how often each code is at each line's text.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownInFile {
    known: BTreeMap<(String, String), usize>,
}

impl KnownInFile {
    /// These findings, which are all of one file.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut known = Self::default();
        for finding in findings {
            *known.known.entry(key(finding)).or_default() += 1;
        }
        known
    }

    /// As well known: what `other` knows.
    pub(super) fn and(mut self, other: &Self) -> Self {
        for (key, count) in &other.known {
            *self.known.entry(key.clone()).or_default() += count;
        }
        self
    }

    /// Takes what is known away from the findings of a text, before they are mended.
    pub(super) fn hold_back(&self, path: &str, text: &str, found: &mut Vec<lint::Finding>) {
        if !self.known.is_empty() {
            let all = shown(path, text, found.clone());
            let mut is_known = self.which(all.iter()).into_iter();
            found.retain(|_| !is_known.next().unwrap_or_default());
        }
    }

    /// For each finding, in their order, whether it is known.
    pub(super) fn which<'f>(&self, findings: impl Iterator<Item = &'f Finding>) -> Vec<bool> {
        let mut left = self.known.clone();
        let is_known = |finding: &Finding| match left.get_mut(&key(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        };
        findings.map(is_known).collect()
    }
}

/// Known findings of many files.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    by_path: BTreeMap<String, KnownInFile>,
}

impl Baseline {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::user(format!("could not read `{shown}`")).source(error))?;
        let not_one = |reason: String| {
            Problem::user(format!("`{shown}` is no file of known findings"))
                .source(reason)
                .hint("write it anew with `--write-baseline`")
        };
        let file: File = serde_json::from_str(&text).map_err(|error| not_one(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(not_one(format!("its schema is `{}`, not `{SCHEMA}`", file.schema)).into());
        }
        let mut baseline = Self::default();
        for entry in file.findings {
            let known = baseline.by_path.entry(entry.path).or_default();
            *known.known.entry((entry.code, entry.line)).or_default() += entry.count;
        }
        Ok(baseline)
    }

    /// What is known of this file.
    pub(super) fn known_in(&self, path: &str) -> KnownInFile {
        self.by_path.get(path).cloned().unwrap_or_default()
    }
}

/// The change that makes these findings known.
pub(super) fn change(path: &Path, findings: &[Finding]) -> anyhow::Result<Change> {
    let mut counted: BTreeMap<(&str, (String, String)), usize> = BTreeMap::new();
    for finding in findings {
        let place = finding.path.as_deref().unwrap_or_default();
        *counted.entry((place, key(finding))).or_default() += 1;
    }
    let known = counted
        .into_iter()
        .map(|((path, (code, line)), count)| Known {
            path: path.to_owned(),
            code,
            line,
            count,
        });
    let file = File {
        schema: SCHEMA.to_owned(),
        findings: known.collect(),
    };
    let mut text = serde_json::to_string_pretty(&file)?;
    text.push('\n');
    Change::replace(path.to_path_buf(), text.into_bytes())
}

fn key(finding: &Finding) -> (String, String) {
    let line = finding.excerpt.as_ref().map(|excerpt| excerpt.line.trim());
    (
        finding.code.to_string(),
        line.unwrap_or_default().to_owned(),
    )
}
