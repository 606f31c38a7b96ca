//! The walk: which rules see which node, and what they said in the order of the text.

use rnix::SyntaxKind;
use rowan::ast::AstNode as _;

use super::document::{Checker, Document};
use super::repository::Surroundings;
use super::{Family, Finding, Level, Rule, allow};
use crate::parse::{self, ParseError};
use crate::rules;

/// A text that is judged.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'t> {
    /// The text.
    pub text: &'t str,
    /// Where it lies, relative to what is judged, with `/`.
    pub path: &'t str,
    /// The git repository around it; `None` where there is none, or where nobody asks.
    pub surroundings: Option<&'t dyn Surroundings>,
}

impl<'t> Subject<'t> {
    /// A text with no repository around it.
    #[must_use]
    pub fn new(text: &'t str, path: &'t str) -> Self {
        Self {
            text,
            path,
            surroundings: None,
        }
    }
}

/// What is said of a text that is no Nix. It is in no table: it cannot be switched off.
pub static SYNTAX: Rule = Rule {
    name: "syntax",
    level: Level::Error,
    family: Family::Correctness,
    fix: None,
    default: true,
    documentation: " The text is not Nix.\n\n Nix itself refuses such a file, and so does every tool; no other rule looks at it and \
                    no fix\n touches it. A file that is larger or nested deeper than what is parsed here counts as well: \
                    the\n sentence says so.\n",
    on: &[],
    check: |_, _| {},
};

/// The chosen rules, ready to look at files. Made once, used from many threads.
#[derive(Debug)]
pub struct Engine {
    /// The chosen rules with the level that the user wants instead of their own.
    chosen: Vec<(&'static Rule, Option<Level>)>,
    /// For each kind of node, the places in `chosen` of the rules that want it.
    by_kind: Vec<Vec<usize>>,
}

impl Engine {
    /// The rules with the levels that the user wants instead of the rules' own.
    #[must_use]
    pub fn new(chosen: Vec<(&'static Rule, Option<Level>)>) -> Self {
        let mut by_kind = vec![Vec::new(); usize::from(u8::MAX) + 1];
        for (at, (rule, _)) in chosen.iter().enumerate() {
            for kind in rule.on {
                if let Some(wanted) = by_kind.get_mut(index(*kind)) {
                    wanted.push(at);
                }
            }
        }
        Self { chosen, by_kind }
    }

    /// Every rule that runs when nothing is said.
    #[must_use]
    pub fn with_defaults() -> Self {
        let rules = rules::all().iter().copied();
        Self::new(
            rules
                .filter(|rule| rule.default)
                .map(|rule| (rule, None))
                .collect(),
        )
    }

    /// Every rule there is.
    #[must_use]
    pub fn with_all() -> Self {
        Self::new(rules::all().iter().map(|rule| (*rule, None)).collect())
    }

    /// The chosen rules.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.chosen.iter().map(|(rule, _)| *rule)
    }

    /// Everything the chosen rules find, in the order of the text, less what the text's own comments allow. A text that
    /// is no Nix gives one finding of [`SYNTAX`].
    #[must_use]
    pub fn check(&self, subject: Subject<'_>) -> Vec<Finding> {
        match parse::parse(subject.text) {
            Ok(root) => {
                let document = Document::new(subject, root.syntax().clone());
                self.check_document(&document)
            }
            Err(error) => vec![syntax_finding(subject.text, &error)],
        }
    }

    /// As [`Engine::check`], on a tree that is there already.
    pub(crate) fn check_document(&self, document: &Document<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for node in document.root.descendants() {
            let Some(wanted) = self.by_kind.get(index(node.kind())) else {
                continue;
            };
            for at in wanted {
                if let Some((rule, level)) = self.chosen.get(*at) {
                    let mut checker = Checker::new(document, rule, *level, &mut findings);
                    (rule.check)(&mut checker, &node);
                }
            }
        }
        let mut findings = allow::filter(document, findings, &self.chosen);
        findings.sort_by_key(|finding| (finding.range.start, finding.rule.name));
        findings
    }
}

fn index(kind: SyntaxKind) -> usize {
    usize::from(kind as u16)
}

fn syntax_finding(text: &str, error: &ParseError) -> Finding {
    let (position, sentence) = error.parts();
    let offset = position.map_or(0, |position| position.offset(text));
    Finding {
        rule: &SYNTAX,
        level: SYNTAX.level,
        range: offset..offset,
        message: sentence.into(),
        fix: None,
        secret: Vec::new(),
    }
}
