//! The file of known findings: what is left as it is, so that only what is new is reported.
//!
//! A finding is known by its code, its file and the text of its line, not by the line's number: it stays known when
//! lines come or go above it. As many are held back as are known, no more.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

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

type Key = (String, String, String);

/// Known findings and how often each is.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    known: BTreeMap<Key, usize>,
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
        let mut known = BTreeMap::new();
        for entry in file.findings {
            *known
                .entry((entry.path, entry.code, entry.line))
                .or_default() += entry.count;
        }
        Ok(Self { known })
    }

    /// The findings of another text, as known ones.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut known = BTreeMap::new();
        for finding in findings {
            *known.entry(key(finding)).or_default() += 1;
        }
        Self { known }
    }

    /// Takes away the findings that are known.
    pub(super) fn hold_back(mut self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| match self.known.get_mut(&key(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
    }
}

/// The change that makes these findings known.
pub(super) fn change(path: &Path, findings: &[Finding]) -> anyhow::Result<Change> {
    let known = Baseline::of(findings).known;
    let file = File {
        schema: SCHEMA.to_owned(),
        findings: known
            .into_iter()
            .map(|((path, code, line), count)| Known {
                path,
                code,
                line,
                count,
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&file)?;
    text.push('\n');
    Change::replace(path.to_path_buf(), text.into_bytes())
}

fn key(finding: &Finding) -> Key {
    let line = finding.excerpt.as_ref().map(|excerpt| excerpt.line.trim());
    (
        finding.path.clone().unwrap_or_default(),
        finding.code.to_string(),
        line.unwrap_or_default().to_owned(),
    )
}
