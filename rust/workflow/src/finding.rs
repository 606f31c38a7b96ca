//! A finding: something about the user's text, tree or history that a person should know, as every report shows it.

use std::borrow::Cow;

use nixsmith_expr::lint::{FixClass, Level};
use schemars::JsonSchema;
use serde::Serialize;

/// One finding. Keys are absent in JSON where they do not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// What was found: a rule's name, `NPV-…` for nixpkgs-vet's codes, `commit-…`, `meta-…` or `branch-…`.
    pub code: Cow<'static, str>,
    /// How much it weighs.
    #[schemars(with = "String", extend("enum" = ["error", "warning", "note", "help"]))]
    pub level: Level,
    /// The file, relative to the folder that was judged, with `/` between its parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The character in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The line where the place ends, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    /// The character behind the place's last one, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
    /// The full id of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// One sentence, no final period.
    pub message: Cow<'static, str>,
    /// How it can be mended by us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Whether the base has the same problem already; absent without a base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_base: Option<bool>,
    /// The line that it is about, for people.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// A line of a source with the place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or the part of it around the place.
    pub line: String,
    /// The first marked character, from 1.
    pub column: usize,
    /// How many characters are marked, at least one.
    pub marked: usize,
}

impl Finding {
    /// A finding without a place.
    pub fn new(
        code: impl Into<Cow<'static, str>>,
        level: Level,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code: code.into(),
            level,
            path: None,
            line: None,
            column: None,
            end_line: None,
            end_column: None,
            commit: None,
            message: message.into(),
            fix: None,
            in_base: None,
            excerpt: None,
        }
    }
}

/// A change of the text that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    /// Whether it may be made without a person looking at it.
    #[schemars(with = "String", extend("enum" = ["safe", "unsafe"]))]
    pub class: FixClass,
    /// What it does, in the imperative: `remove the parentheses`.
    pub description: Cow<'static, str>,
    /// The replacements, in the order of the text; none where they would repeat a secret: then only `--fix` makes it.
    pub edits: Vec<Edit>,
}

/// One replacement; the positions are those of the text as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edit {
    /// The first line, from 1.
    pub line: usize,
    /// The first character in the line, from 1.
    pub column: usize,
    /// The last line, from 1.
    pub end_line: usize,
    /// The character behind the last one, from 1.
    pub end_column: usize,
    /// What stands there afterwards.
    pub text: String,
}
