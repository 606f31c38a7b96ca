//! The linter: one walk over a syntax tree that shows every rule the nodes it asks for, and fixes that are proven before they
//! are made.
//!
//! A rule is a file in [`rules`](crate::rules). What it sees is a [`Document`](document); what it says is a [`Finding`]. Text
//! in, findings or text out: which files are read, and who wants which rules, is not known here.

pub mod allow;
mod apply;
pub(crate) mod attribute;
pub(crate) mod attributes;
pub(crate) mod build;
pub(crate) mod builtin;
pub(crate) mod call;
pub(crate) mod derivation;
pub(crate) mod document;
mod engine;
pub(crate) mod flake;
pub(crate) mod global;
pub(crate) mod hash;
mod law;
pub(crate) mod option;
pub(crate) mod pattern;
pub(crate) mod remove;
pub mod repository;
pub(crate) mod scope;
pub(crate) mod secret;
pub(crate) mod tree;
pub mod words;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use rnix::{SyntaxKind, SyntaxNode};
use serde::{Deserialize, Serialize};

use self::document::Checker;
use crate::edit::text::TextEdit;

pub use self::apply::{Fixed, Refused, fix, fix_some};
pub use self::engine::{Engine, SYNTAX, Subject};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Advice that needs a person's judgement.
    Help,
    /// Better otherwise, but nothing is wrong.
    Note,
    /// Probably wrong, or against the field's rules.
    Warning,
    /// Wrong.
    Error,
}

impl Level {
    /// The word for it: `error`, `warning`, `note` or `help`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A word that is no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no level; the levels are `error`, `warning`, `note` and `help`")]
pub struct UnknownLevel(String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "help" => Ok(Self::Help),
            "note" => Ok(Self::Note),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            _ => Err(UnknownLevel(text.to_owned())),
        }
    }
}

/// Whether a fix may be made without a person looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixClass {
    /// What evaluated before evaluates to the same afterwards.
    Safe,
    /// It may mean something else afterwards; the rule says when.
    Unsafe,
}

impl fmt::Display for FixClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        })
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Evaluation fails, or gives something that was not meant.
    Correctness,
    /// Nothing looks at it.
    Unused,
    /// The same can be said more plainly.
    Style,
    /// NixOS and home-manager modules and their options.
    Module,
    /// Flakes and their locks.
    Flake,
    /// Secrets and permissions.
    Security,
    /// Packages, as nixpkgs wants them.
    Package,
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Correctness => "correctness",
            Self::Unused => "unused",
            Self::Style => "style",
            Self::Module => "module",
            Self::Flake => "flake",
            Self::Security => "security",
            Self::Package => "package",
        })
    }
}

/// One rule: what it is called and how it looks at a file.
pub struct Rule {
    /// Its name, in lower case with hyphens: `bool-comparison`.
    pub name: &'static str,
    /// How much its findings weigh unless the user says otherwise.
    pub level: Level,
    /// What it is about.
    pub family: Family,
    /// The class of the fix that it offers, where it offers one; single findings may come without.
    pub fix: Option<FixClass>,
    /// Whether it runs when nothing is said of it.
    pub default: bool,
    /// The doc comment of its file, each line as it stands behind the slashes.
    pub(crate) documentation: &'static str,
    /// The nodes it wants to see.
    pub(crate) on: &'static [SyntaxKind],
    /// Looks at one of them.
    pub(crate) check: fn(&mut Checker<'_, '_>, &SyntaxNode),
}

impl Rule {
    /// What it finds, why, and an example: Markdown, the first line is a summary.
    #[must_use]
    pub fn explanation(&self) -> String {
        let lines = self.documentation.lines();
        lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect()
    }

    /// The first line of the explanation, without its final period.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        let line = self.documentation.lines().next().unwrap_or_default();
        line.trim().trim_end_matches('.')
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Rule").field(&self.name).finish()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

/// Something that a rule found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How much it weighs.
    pub level: Level,
    /// The bytes that it is about.
    pub range: Range<usize>,
    /// One sentence, no final period.
    pub message: Cow<'static, str>,
    /// How it can be mended.
    pub fix: Option<Fix>,
    /// Bytes of the text that are never printed, as they are a secret; see [`redacted`].
    pub secret: Vec<Range<usize>>,
}

/// The text as it may be shown: every character that a finding calls secret is a `*`, and all else stands where it stood. Whoever
/// prints lines of a text prints them from here.
#[must_use]
pub fn redacted<'t>(text: &'t str, findings: &[Finding]) -> Cow<'t, str> {
    let mut secret: Vec<&Range<usize>> = findings
        .iter()
        .flat_map(|finding| &finding.secret)
        .collect();
    if secret.is_empty() {
        return Cow::Borrowed(text);
    }
    secret.sort_by_key(|range| (range.start, range.end));
    let mut secret = secret.into_iter().peekable();
    let mut end = 0;
    let characters = text.char_indices().map(|(at, character)| {
        while let Some(range) = secret.next_if(|range| range.start <= at) {
            end = end.max(range.end);
        }
        match character {
            '\n' | '\r' => character,
            _ if at < end => '*',
            _ => character,
        }
    });
    Cow::Owned(characters.collect())
}

/// A change of the text that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be made without a person looking at it.
    pub class: FixClass,
    /// What it does, in the imperative: `remove the parentheses`.
    pub description: Cow<'static, str>,
    /// The replacements, in the order of the text.
    pub edits: Vec<TextEdit>,
    /// The bytes of the node within which everything happens: outside of it the tree stays as it is.
    pub within: Range<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(secret: Vec<Range<usize>>) -> Finding {
        Finding {
            rule: &SYNTAX,
            level: Level::Error,
            range: 0..0,
            message: "".into(),
            fix: None,
            secret,
        }
    }

    #[test]
    fn secrets_are_stars_and_lines_stay() {
        let text = "a = \"žluť\nx\"; b";
        let found = [finding(vec![7..12, 5..8]), finding(vec![])];
        assert_eq!(redacted(text, &found), "a = \"****\nx\"; b");
        assert_eq!(redacted(text, &found[1..]), text);
        assert_eq!(
            redacted(text, &[finding(vec![0..3, 3..999])]),
            "*********\n*****"
        );
    }
}
