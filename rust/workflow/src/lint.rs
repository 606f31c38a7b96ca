//! `lint`: what is wrong with Nix files, and the same files mended.
//!
//! Collects the files, judges them on all processors with the rules that the configuration and the command line choose, and
//! reports in the order of the paths. Every file stands for itself: one that cannot be read, parsed or written is a finding,
//! and the others are still done.

mod baseline;
mod excerpt;
mod introduced;
mod judge;
pub mod sarif;
pub(crate) mod selection;
mod tracked;

use std::path::PathBuf;

use nixsmith_expr::lint::repository::Surroundings;
pub use nixsmith_expr::lint::{FixClass, Level};
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use self::excerpt::of as excerpt_of;
pub(crate) use self::introduced::{introduced, mended};
pub use self::judge::Mended;
use crate::configuration::Configuration;
use crate::context::Context;
use crate::error::Problem;
use crate::finding::{self, Finding};
use crate::nix_files;

/// What is to be judged, and with which rules.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders; the current folder, if empty.
    pub paths: Vec<PathBuf>,
    /// Mend what has a fix of this class, or a safer one.
    pub fix: Option<FixClass>,
    /// Only these rules and families; what the configuration says, if empty. `all` is every rule, `default` those that run
    /// unasked.
    pub rules: Vec<String>,
    /// Not these rules and families.
    pub ignore: Vec<String>,
    /// Only findings that weigh at least this much.
    pub level: Option<Level>,
    /// The configuration file instead of the nearest `nixsmith.toml`.
    pub configuration: Option<PathBuf>,
    /// The file of known findings instead of the configuration's.
    pub baseline: Option<PathBuf>,
    /// Only what the work tree has otherwise than the last commit in common with this one.
    pub base: Option<String>,
    /// Write every finding there is to the file of known findings, and report none of them.
    pub write_baseline: bool,
    /// Whether the text rendering is SARIF.
    pub as_sarif: bool,
}

/// What was found, and what was mended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// How many files were judged.
    pub files: usize,
    /// What is to be said, in the order of the paths and lines.
    pub findings: Vec<Finding>,
    /// Files that were changed, or with `--dry-run` would be.
    pub mended: Vec<Mended>,
    /// How many findings were held back: those of the file of known findings, and with a base those that it has already.
    pub known: usize,
    /// The full id of the commit that was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The changes as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Whether the text rendering is SARIF.
    #[serde(skip)]
    pub as_sarif: bool,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "lint";

    fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }
}

/// Judges the files, and with `fix` mends them first: what is reported is what is left.
///
/// # Errors
/// A path that does not exist, a rule that does not exist, a configuration or file of known findings that is none. What is wrong
/// with single files is a finding.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let configuration = Configuration::load(request.configuration.as_deref(), context)?;
    let selection = selection::Selection::new(&configuration, &request.rules, &request.ignore)?;
    let baseline_path = request
        .baseline
        .as_ref()
        .map(|path| context.path(path))
        .or_else(|| configuration.baseline());
    if request.write_baseline && baseline_path.is_none() {
        return Err(Problem::usage("no file of known findings is named")
            .hint("name one with `--baseline FILE`, or `baseline` in `nixsmith.toml`")
            .into());
    }
    let baseline = match &baseline_path {
        Some(path) if !request.write_baseline => baseline::Baseline::read(path)?,
        _ => baseline::Baseline::default(),
    };
    let mut files = nix_files::collect(&request.paths, &configuration, context)?;
    let change = match &request.base {
        Some(reference) => Some(introduced::Change::since(reference, context)?),
        None => None,
    };
    if let Some(change) = &change {
        files.retain(|target| change.concerns(target));
    }
    let known = |target: &nix_files::Target, surroundings: Option<&dyn Surroundings>| {
        let known = baseline.known_in(&target.name);
        match &change {
            Some(change) => known.and(&change.known_in(target, &selection, surroundings)),
            None => known,
        }
    };
    let judged = judge::all(
        &files,
        &judge::Wanted {
            selection: &selection,
            fix: request.fix.filter(|_| !request.write_baseline),
            known: &known,
            flake: tracked::Flake::around(context)?.as_ref(),
        },
        context,
    )?;
    let mut report = Report {
        files: files.len(),
        findings: Vec::new(),
        mended: Vec::new(),
        known: 0,
        base: change.as_ref().map(|change| change.base.clone()),
        diff: None,
        as_sarif: request.as_sarif,
    };
    let mut diff = String::new();
    for file in judged {
        report.findings.extend(file.findings);
        report.mended.extend(file.mended);
        report.known += file.known;
        diff.push_str(&file.diff);
    }
    report.diff = context
        .dry_run
        .then_some(diff)
        .filter(|diff| !diff.is_empty());
    if let Some(least) = request.level {
        report.findings.retain(|finding| finding.level >= least);
    }
    if let Some(path) = baseline_path.filter(|_| request.write_baseline) {
        report.known = report.findings.len();
        let change = baseline::change(&path, &report.findings)?;
        context.write(&[change])?;
        report.findings.clear();
    }
    Ok(report)
}

/// How many findings there are of each level, gravest first, and how many have a safe fix.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let mut parts = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note, Level::Help] {
        let count = findings
            .iter()
            .filter(|finding| finding.level == level)
            .count();
        match (count, level) {
            (0, _) => {}
            (1, level) => parts.push(format!("1 {level}")),
            (count, Level::Help) => parts.push(format!("{count} help")),
            (count, level) => parts.push(format!("{count} {level}s")),
        }
    }
    let fixable = |class| {
        let of_class = |fix: &finding::Fix| fix.class == class;
        let count = findings
            .iter()
            .filter(|it| it.fix.as_ref().is_some_and(of_class));
        count.count()
    };
    let mut text = parts.join(", ");
    match (fixable(FixClass::Safe), fixable(FixClass::Unsafe)) {
        (0, 0) => {}
        (safe, 0) => text.push_str(&format!("; {safe} can be mended with `--fix`")),
        (0, other) => text.push_str(&format!("; {other} can be mended with `--fix=unsafe`")),
        (safe, other) => text.push_str(&format!(
            "; {safe} can be mended with `--fix`, {other} more with `--fix=unsafe`"
        )),
    }
    text
}
