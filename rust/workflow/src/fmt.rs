//! `fmt`: Nix files in nixpkgs' format, byte for byte as nixfmt writes it.

use std::path::{Path, PathBuf};

use nixsmith_expr::format;
use nixsmith_expr::lint::{Level, SYNTAX};
use schemars::JsonSchema;
use serde::Serialize;

use crate::configuration::Configuration;
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Before, Change};
use crate::finding::Finding;
use crate::nix_files::{self, Target};

/// Which files, and whether they are only looked at.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders; the current folder, if empty.
    pub paths: Vec<PathBuf>,
    /// Only say which files are not formatted.
    pub check: bool,
    /// The text of standard input instead of files.
    pub standard_input: Option<String>,
}

/// Which files were formatted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// How many files were looked at.
    pub files: usize,
    /// Files that were changed; with `--check` or `--dry-run`, those that would be.
    pub changed: Vec<String>,
    /// Files that could not be formatted, and with `--check` those that are not.
    pub findings: Vec<Finding>,
    /// The formatted text of standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The changes as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "fmt";

    fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }
}

/// The code of a file that is not formatted.
pub const UNFORMATTED: nix_files::codes::Code = nix_files::codes::Code {
    name: "unformatted",
    level: Level::Error,
    explanation: "The file is not formatted.\n\nnixpkgs' CI refuses files that nixfmt would change. `nixsmith fmt` formats \
                  them, byte for byte as\nnixfmt does.\n",
};

/// Formats the files.
///
/// # Errors
/// A path that does not exist, a configuration that is none. What is wrong with single files is a finding.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    if let Some(text) = &request.standard_input {
        return standard_input(text, request.check);
    }
    let configuration = Configuration::load(None, context)?;
    let targets = nix_files::collect(&request.paths, &configuration, context)?;
    let done = nix_files::each(&targets, context, |target| one(target, request, context))?;
    let mut report = Report {
        files: targets.len(),
        changed: Vec::new(),
        findings: Vec::new(),
        text: None,
        diff: None,
    };
    let mut diff = String::new();
    for (target, outcome) in targets.iter().zip(done) {
        match outcome {
            Outcome::Same => {}
            Outcome::Changed(change) => {
                report.changed.push(target.name.clone());
                diff.push_str(&change);
            }
            Outcome::Finding(finding) => {
                if finding.code == UNFORMATTED.name {
                    report.changed.push(target.name.clone());
                }
                report.findings.push(*finding);
            }
        }
    }
    report.diff = Some(diff).filter(|diff| !diff.is_empty());
    Ok(report)
}

/// What became of one file.
enum Outcome {
    Same,
    /// Formatted; with `--dry-run` the diff.
    Changed(String),
    Finding(Box<Finding>),
}

fn one(target: &Target, request: &Request, context: &Context) -> Outcome {
    let text = match nix_files::read(target) {
        Ok(text) => text,
        Err(finding) => return Outcome::Finding(finding),
    };
    let formatted = match format::format(&text) {
        Ok(formatted) => formatted,
        Err(error) => return Outcome::Finding(Box::new(syntax(&target.name, &error))),
    };
    if formatted == text {
        return Outcome::Same;
    }
    if request.check {
        let finding = nix_files::whole_file(target, UNFORMATTED, "not formatted".to_owned());
        return Outcome::Finding(Box::new(Finding {
            line: first_difference(&text, &formatted),
            ..finding
        }));
    }
    let change = Change {
        path: target.path.clone(),
        before: Before::Contents(text.into_bytes()),
        contents: formatted.into_bytes(),
    };
    match nix_files::write(target, &change, context) {
        Ok(()) if context.dry_run => Outcome::Changed(files::diff(
            std::slice::from_ref(&change),
            &context.directory,
        )),
        Ok(()) => Outcome::Changed(String::new()),
        Err(finding) => Outcome::Finding(finding),
    }
}

/// The first line that formatting changes, from 1.
fn first_difference(text: &str, formatted: &str) -> Option<usize> {
    let same = text.lines().zip(formatted.lines());
    Some(same.take_while(|(left, right)| left == right).count() + 1)
}

fn syntax(name: &str, error: &format::FormatError) -> Finding {
    let (position, sentence) = error.parts();
    Finding {
        path: Some(name.to_owned()),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        ..Finding::new(SYNTAX.name, SYNTAX.level, sentence)
    }
}

fn standard_input(text: &str, check: bool) -> anyhow::Result<Report> {
    let name = Path::new("-");
    let formatted = format::format(text)
        .map_err(|error| Problem::user("could not format standard input").source(error))?;
    let mut findings = Vec::new();
    if check && formatted != text {
        findings.push(Finding {
            path: Some(name.display().to_string()),
            line: first_difference(text, &formatted),
            ..Finding::new(UNFORMATTED.name, UNFORMATTED.level, "not formatted")
        });
    }
    Ok(Report {
        files: 1,
        changed: Vec::new(),
        findings,
        text: (!check).then_some(formatted),
        diff: None,
    })
}
