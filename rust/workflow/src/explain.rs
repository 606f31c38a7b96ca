//! `explain`: what a finding's code means, and the list of all rules.

use nixsmith_expr::lint::{Level, Rule, SYNTAX};
use nixsmith_expr::rules;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::fmt::UNFORMATTED;
use crate::lint::selection;
use crate::nix_files::codes::{self, Code};
use crate::nixpkgs;

/// The code that is asked about.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A rule's name, another code of a finding, or a family of rules; all rules, if absent.
    pub code: Option<String>,
}

/// What is known of the codes asked about.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One entry for the code asked about, or one for each rule of the family, or of all.
    pub rules: Vec<Explained>,
}

/// One code.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explained {
    /// Its name.
    pub code: String,
    /// How much its findings weigh unless the configuration says otherwise.
    #[schemars(with = "String", extend("enum" = ["error", "warning", "note", "help"]))]
    pub level: Level,
    /// What it is about, for rules: a family's name chooses all its rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Whether it runs unasked.
    pub default: bool,
    /// The class of the fix that it offers, where it offers one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("enum" = ["safe", "unsafe", null]))]
    pub fix: Option<nixsmith_expr::lint::FixClass>,
    /// The first line of the explanation.
    pub summary: String,
    /// What it finds, why, and an example, as Markdown.
    pub explanation: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "explain";
}

/// Explains one code, the rules of a family, or all rules.
///
/// # Errors
/// A code that does not exist; the hint names a similar one.
pub fn run(request: &Request, _context: &Context) -> anyhow::Result<Report> {
    let mut rules: Vec<Explained> = rules::all().iter().map(|rule| of_rule(rule)).collect();
    if let Some(wanted) = &request.code {
        rules.push(of_rule(&SYNTAX));
        rules.extend(other_codes().map(of_code));
        let is_family = rules
            .iter()
            .any(|known| known.family.as_ref() == Some(wanted));
        rules.retain(|known| match is_family {
            true => known.family.as_ref() == Some(wanted),
            false => known.code.eq_ignore_ascii_case(wanted),
        });
        if rules.is_empty() {
            let names = rules::all().iter().map(|rule| rule.name);
            let names = names.chain([SYNTAX.name]);
            let names = names.chain(other_codes().map(|code| code.name));
            return Err(selection::unknown(wanted, names));
        }
    }
    Ok(Report { rules })
}

/// What a code means, as Markdown; the first line is a summary.
pub(crate) fn explanation(code: &str) -> Option<String> {
    let syntax = Some(&SYNTAX).filter(|rule| rule.name == code);
    match syntax.or_else(|| rules::find(code)) {
        Some(rule) => Some(rule.explanation()),
        None => other_codes()
            .find(|known| known.name == code)
            .map(|known| known.explanation.to_owned()),
    }
}

/// The codes that are no rules.
pub(crate) fn other_codes() -> impl Iterator<Item = &'static Code> {
    let own = codes::ALL.iter().chain([&UNFORMATTED]);
    own.chain(nixpkgs::codes::ALL)
}

fn of_rule(rule: &'static Rule) -> Explained {
    Explained {
        code: rule.name.to_owned(),
        level: rule.level,
        family: Some(rule.family.to_string()),
        default: rule.default,
        fix: rule.fix,
        summary: rule.summary().to_owned(),
        explanation: rule.explanation(),
    }
}

fn of_code(code: &Code) -> Explained {
    let summary = code.explanation.lines().next().unwrap_or_default();
    Explained {
        code: code.name.to_owned(),
        level: code.level,
        family: None,
        default: true,
        fix: None,
        summary: summary.trim_end_matches('.').to_owned(),
        explanation: code.explanation.to_owned(),
    }
}
