//! The files, one after another on every processor: read, judged, mended, written.

use std::borrow::Cow;
use std::cell::Cell;

use nixsmith_expr::edit::text::TextEdit;
use nixsmith_expr::lint::repository::Surroundings;
use nixsmith_expr::lint::{self as rules, Engine, FixClass, Subject};
use nixsmith_expr::position::Lines;
use schemars::JsonSchema;
use serde::Serialize;

use super::baseline::KnownInFile;
use super::excerpt;
use super::selection::Selection;
use super::tracked::Flake;
use crate::context::Context;
use crate::files::{self, Before, Change};
use crate::finding::{Edit, Finding, Fix};
use crate::nix_files::{self, Target, codes};

/// A file that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mended {
    /// The file, as in findings.
    pub path: String,
    /// The rules that mended something, one entry for each fix, in the order in which they were made.
    pub rules: Vec<Cow<'static, str>>,
}

/// What is known of a file before it is judged, given the repository around it.
pub(super) type Known<'k> = dyn Fn(&Target, Option<&dyn Surroundings>) -> KnownInFile + Sync + 'k;

/// What is to be done with each file.
pub(super) struct Wanted<'s> {
    pub(super) selection: &'s Selection<'s>,
    pub(super) fix: Option<FixClass>,
    /// What is neither to be mended nor reported.
    pub(super) known: &'s Known<'s>,
    /// The flake's repository around the files.
    pub(super) flake: Option<&'s Flake>,
}

/// What became of one file.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) mended: Option<Mended>,
    /// How many findings were held back because they are known.
    pub(super) known: usize,
    /// The change as a unified diff, with `--dry-run`.
    pub(super) diff: String,
}

impl Judged {
    fn only(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::default()
        }
    }

    /// The same less what is known.
    fn without(mut self, known: &KnownInFile) -> Self {
        let before = self.findings.len();
        let mut is_known = known.which(self.findings.iter()).into_iter();
        self.findings
            .retain(|_| !is_known.next().unwrap_or_default());
        self.known = before - self.findings.len();
        self
    }
}

/// Judges every file, in the order given.
///
/// # Errors
/// Only an interruption; what is wrong with a file is a finding.
pub(super) fn all(
    targets: &[Target],
    wanted: &Wanted<'_>,
    context: &Context,
) -> anyhow::Result<Vec<Judged>> {
    nix_files::each(targets, context, |target| one(target, wanted, context))
}

fn one(target: &Target, wanted: &Wanted<'_>, context: &Context) -> Judged {
    let flake = wanted.flake.and_then(|flake| flake.from(target));
    let surroundings = flake.as_ref().map(|flake| flake as &dyn Surroundings);
    let known = (wanted.known)(target, surroundings);
    let text = match nix_files::read(target) {
        Ok(text) => text,
        Err(finding) => return Judged::only(*finding).without(&known),
    };
    let engine = wanted.selection.engine(&target.path);
    let subject = Subject {
        text: &text,
        path: &target.name,
        surroundings,
    };
    match wanted.fix {
        None => Judged {
            findings: found_in(subject, &engine),
            ..Judged::default()
        }
        .without(&known),
        Some(class) => {
            let known = &known;
            mend(target, subject, &engine, &Mend { class, known }, context)
        }
    }
}

/// How a file is to be mended.
struct Mend<'k> {
    class: FixClass,
    known: &'k KnownInFile,
}

/// What the rules find in a text, as reports show it.
pub(super) fn found_in(subject: Subject<'_>, engine: &Engine) -> Vec<Finding> {
    shown(subject.path, subject.text, engine.check_proven(subject))
}

fn mend(
    target: &Target,
    subject: Subject<'_>,
    engine: &Engine,
    mend: &Mend<'_>,
    context: &Context,
) -> Judged {
    let text = subject.text;
    let held_back = Cell::new(0);
    let hold_back = |text: &str, found: &mut Vec<rules::Finding>| {
        let all = found.len();
        mend.known.hold_back(&target.name, text, found);
        held_back.set(all - found.len());
    };
    let fixed = match rules::fix_some(engine, subject, mend.class, &hold_back) {
        Ok(fixed) => fixed,
        Err(refused) => {
            let message = refused.to_string();
            return Judged::only(nix_files::whole_file(target, codes::ENDLESS, message));
        }
    };
    if fixed.made.is_empty() {
        return Judged {
            findings: shown(&target.name, text, fixed.left),
            known: held_back.get(),
            ..Judged::default()
        };
    }
    let change = Change {
        path: target.path.clone(),
        before: Before::Contents(text.as_bytes().to_vec()),
        contents: fixed.text.clone().into_bytes(),
    };
    if let Err(reason) = nix_files::write(target, &change, context) {
        let mut judged = Judged::only(*reason);
        judged.findings.extend(found_in(subject, engine));
        return judged.without(mend.known);
    }
    let diff = if context.dry_run {
        files::diff(std::slice::from_ref(&change), &context.directory)
    } else {
        String::new()
    };
    Judged {
        findings: shown(&target.name, &fixed.text, fixed.left),
        mended: Some(Mended {
            path: target.name.clone(),
            rules: fixed.made.iter().map(|made| made.rule.into()).collect(),
        }),
        known: held_back.get(),
        diff,
    }
}

/// What the rules found, as reports show it.
pub(super) fn shown(name: &str, text: &str, found: Vec<rules::Finding>) -> Vec<Finding> {
    if found.is_empty() {
        return Vec::new();
    }
    let lines = Lines::of(text);
    let shown_text = rules::redacted(text, &found);
    let shown_lines = Lines::of(&shown_text);
    let secrets: Vec<&str> = found
        .iter()
        .flat_map(|finding| &finding.secret)
        .filter_map(|range| text.get(range.clone()))
        .filter(|secret| !secret.trim().is_empty())
        .collect();
    let tells = |edit: &TextEdit| {
        let mut secrets = secrets.iter();
        secrets.any(|secret| edit.replacement.contains(secret.trim_matches('"')))
    };
    let found = found.into_iter().map(|it| {
        let start = lines.position(it.range.start);
        let end = lines.position(it.range.end);
        let fix = it.fix.map(|fix| {
            let edits = fix.edits.iter();
            let shown = edits.map(|edit| shown_edit(&lines, edit)).collect();
            Fix {
                class: fix.class,
                description: fix.description,
                edits: if fix.edits.iter().any(tells) {
                    Vec::new()
                } else {
                    shown
                },
            }
        });
        Finding {
            path: Some(name.to_owned()),
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
            fix,
            excerpt: excerpt::of(&shown_lines, start, end),
            ..Finding::new(it.rule.name, it.level, it.message)
        }
    });
    found.collect()
}

fn shown_edit(lines: &Lines<'_>, edit: &TextEdit) -> Edit {
    let start = lines.position(edit.range.start);
    let end = lines.position(edit.range.end);
    Edit {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: edit.replacement.clone(),
    }
}
