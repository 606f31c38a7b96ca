//! Fixes made: as many at once as do not touch each other, proven, and again until nothing is left to mend.

use std::collections::HashSet;
use std::ops::Range;

use rowan::ast::AstNode as _;

use super::document::Document;
use super::engine::{Engine, Subject};
use super::law;
use super::{Finding, Fix, FixClass};
use crate::edit::text::{self, TextEdit};
use crate::format;
use crate::parse;

/// How often a text is looked at again without fewer findings than ever before: each round makes every fix that does not overlap
/// another, and what one fix makes possible the next round finds. More such rounds mean that two rules undo each other.
const ROUND_LIMIT: usize = 64;

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text with every fix that could be made.
    pub text: String,
    /// What was mended, one entry for each fix, in the order in which they were made.
    pub made: Vec<Made>,
    /// What is left, with the ranges of the new text.
    pub left: Vec<Finding>,
}

/// One fix that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The rule's name.
    pub rule: &'static str,
    /// The class of the fix.
    pub class: FixClass,
}

/// Why a text cannot be fixed at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The rules never come to rest.
    #[error("the fixes of {rules} undo each other")]
    Endless {
        /// The rules that were still at work.
        rules: String,
    },
}

/// Makes every fix of `class` and safer that the chosen rules offer and the law of fixes admits. A text that is no Nix comes back as
/// it is. Where the text was formatted, the result is.
///
/// A fix that would lose a comment, reach outside of its node, or leave something that is no Nix is not made; its finding stays,
/// without a fix.
///
/// # Errors
/// [`Refused`] when rules undo each other; that is a bug of the rules.
pub fn fix(engine: &Engine, subject: Subject<'_>, class: FixClass) -> Result<Fixed, Refused> {
    fix_some(engine, subject, class, &|_, _| {})
}

/// As [`fix`], for a part of the findings: `hold_back` is given a text and its findings, and takes away those that are neither to
/// be mended nor reported.
///
/// # Errors
/// As [`fix`].
pub fn fix_some(
    engine: &Engine,
    subject: Subject<'_>,
    class: FixClass,
    hold_back: &dyn Fn(&str, &mut Vec<Finding>),
) -> Result<Fixed, Refused> {
    let mut work = Work {
        class,
        formatted: None,
        withheld: HashSet::new(),
        made: Vec::new(),
    };
    let mut text = subject.text.to_owned();
    let mut fewest = usize::MAX;
    let mut idle_rounds = 0;
    while idle_rounds < ROUND_LIMIT {
        let mut findings = engine.check(Subject {
            text: &text,
            ..subject
        });
        hold_back(&text, &mut findings);
        // fixes within each other are made one round after the other
        idle_rounds = if findings.len() < fewest {
            0
        } else {
            idle_rounds + 1
        };
        fewest = fewest.min(findings.len());
        match work.round(&text, &findings) {
            Some(next) => text = next,
            None => {
                let left = work.without_withheld(&text, findings);
                return Ok(Fixed {
                    text,
                    made: work.made,
                    left,
                });
            }
        }
    }
    let mut rules: Vec<String> = work
        .made
        .iter()
        .map(|made| format!("`{}`", made.rule))
        .collect();
    rules.drain(..rules.len().saturating_sub(8));
    rules.sort();
    rules.dedup();
    Err(Refused::Endless {
        rules: rules.join(", "),
    })
}

struct Work {
    class: FixClass,
    /// Whether the text was formatted when it came; found out at the first fix.
    formatted: Option<bool>,
    /// Fixes that broke the law: the rule and the text that it is about, as it then was.
    withheld: HashSet<(&'static str, String)>,
    made: Vec<Made>,
}

/// A fix together with its rule.
struct Offer<'f> {
    rule: &'static str,
    fix: &'f Fix,
}

impl Work {
    /// Makes the fixes that do not overlap; `None` when there is none to make.
    fn round(&mut self, text: &str, findings: &[Finding]) -> Option<String> {
        let mut offers = self.offers(text, findings);
        while !offers.is_empty() {
            let formatted = *self.formatted.get_or_insert_with(|| {
                format::format(text).is_ok_and(|formatted| formatted == text)
            });
            let all: Vec<&Offer<'_>> = offers.iter().collect();
            if let Some(next) = self.make(text, &all, formatted) {
                return Some(next);
            }
            // One of them is to blame: each alone tells which.
            let before = offers.len();
            offers.retain(|offer| {
                let good = self.attempt(text, &[offer], formatted).is_some();
                if !good {
                    self.withheld.insert((offer.rule, key(text, offer.fix)));
                }
                good
            });
            if offers.len() == before {
                // Together they fail, alone they do not: one at a time, then.
                offers.truncate(1);
            }
        }
        None
    }

    fn make(&mut self, text: &str, offers: &[&Offer<'_>], formatted: bool) -> Option<String> {
        let next = self.attempt(text, offers, formatted)?;
        self.made.extend(offers.iter().map(|offer| Made {
            rule: offer.rule,
            class: offer.fix.class,
        }));
        Some(next)
    }

    /// The text after these fixes, if the law admits it.
    fn attempt(&self, text: &str, offers: &[&Offer<'_>], formatted: bool) -> Option<String> {
        let edits: Vec<TextEdit> = offers
            .iter()
            .flat_map(|offer| offer.fix.edits.iter().cloned())
            .collect();
        let next = text::apply(text, &edits).ok()?;
        let before = parse::parse(text).ok()?;
        let after = parse::parse(&next).ok()?;
        let fixes: Vec<&Fix> = offers.iter().map(|offer| offer.fix).collect();
        law::check(before.syntax(), after.syntax(), &fixes).ok()?;
        if !formatted {
            return (next != text).then_some(next);
        }
        let tidy = format::format(&next).ok()?;
        let again = format::format(&tidy).ok()?;
        let root = parse::parse(&tidy).ok()?;
        let same = again == tidy && law::comments(after.syntax()) == law::comments(root.syntax());
        (same && tidy != text).then_some(tidy)
    }

    /// The fixes of the wanted class, as many as do not overlap, in the order of the text; an inner one goes before an outer one.
    fn offers<'f>(&self, text: &str, findings: &'f [Finding]) -> Vec<Offer<'f>> {
        let mut wanted: Vec<Offer<'f>> = findings
            .iter()
            .filter_map(|finding| {
                let fix = finding.fix.as_ref()?;
                let rule = finding.rule.name;
                let offered = fix.class <= self.class
                    && is_sound(fix)
                    && !self.withheld.contains(&(rule, key(text, fix)));
                offered.then_some(Offer { rule, fix })
            })
            .collect();
        wanted.sort_by_key(|offer| (offer.fix.within.end, offer.fix.within.len()));
        let mut chosen: Vec<Offer<'f>> = Vec::new();
        for offer in wanted {
            let free = chosen
                .last()
                .is_none_or(|last| last.fix.within.end <= offer.fix.within.start);
            if free {
                chosen.push(offer);
            }
        }
        chosen
    }

    /// The findings with the fixes that broke the law taken away.
    fn without_withheld(&self, text: &str, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            let broke = finding
                .fix
                .as_ref()
                .is_some_and(|fix| self.withheld.contains(&(finding.rule.name, key(text, fix))));
            if broke {
                finding.fix = None;
            }
        }
        findings
    }
}

/// Whether all edits lie within the node, in order.
fn is_sound(fix: &Fix) -> bool {
    let inside =
        |range: &Range<usize>| fix.within.start <= range.start && range.end <= fix.within.end;
    fix.edits.iter().all(|edit| inside(&edit.range))
}

fn key(text: &str, fix: &Fix) -> String {
    text.get(fix.within.clone()).unwrap_or_default().to_owned()
}

impl Engine {
    /// As [`Engine::check`], with every fix that breaks the law of fixes taken away: what is offered can be made.
    #[must_use]
    pub fn check_proven(&self, subject: Subject<'_>) -> Vec<Finding> {
        let Ok(root) = parse::parse(subject.text) else {
            return self.check(subject);
        };
        let document = Document::new(subject, root.syntax().clone());
        let mut findings = self.check_document(&document);
        let mut unproven: Vec<usize> = (0..findings.len()).collect();
        let mut refused = Vec::new();
        loop {
            let fix_of = |at: &usize| findings.get(*at)?.fix.as_ref();
            unproven.retain(|at| fix_of(at).is_some());
            // As many at once as do not overlap; only where those fail together is each tried alone.
            let mut layer: Vec<(usize, &Fix)> = Vec::new();
            unproven.sort_by_key(|at| fix_of(at).map(|fix| (fix.within.end, fix.within.len())));
            unproven.retain(|at| {
                let Some(fix) = fix_of(at) else { return false };
                let free = layer
                    .last()
                    .is_none_or(|(_, last)| last.within.end <= fix.within.start);
                if free {
                    layer.push((*at, fix));
                }
                !free
            });
            if layer.is_empty() {
                break;
            }
            let fixes: Vec<&Fix> = layer.iter().map(|(_, fix)| *fix).collect();
            if !hold(&document, &fixes) {
                let broken = layer.iter().filter(|(_, fix)| !hold(&document, &[*fix]));
                refused.extend(broken.map(|(at, _)| *at));
            }
        }
        for at in refused {
            if let Some(finding) = findings.get_mut(at) {
                finding.fix = None;
            }
        }
        findings
    }
}

/// Whether the law admits these fixes, which do not overlap and stand in the order of the text.
fn hold(document: &Document<'_>, fixes: &[&Fix]) -> bool {
    let edits: Vec<TextEdit> = fixes
        .iter()
        .flat_map(|fix| fix.edits.iter().cloned())
        .collect();
    let Ok(next) = text::apply(document.text, &edits) else {
        return false;
    };
    let Ok(after) = parse::parse(&next) else {
        return false;
    };
    fixes.iter().all(|fix| is_sound(fix))
        && law::check(&document.root, after.syntax(), fixes).is_ok()
}
