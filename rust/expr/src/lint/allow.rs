//! Comments that allow what a rule finds: `# nixsmith: allow(rule, …) reason`.
//!
//! Behind code the comment speaks for its line. On a line of its own it speaks for what follows: the attribute, list element,
//! argument or expression that begins there, with everything in it; above the first expression of a file, for the whole file.

use std::ops::Range;

use rnix::SyntaxKind::{NODE_ROOT, TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::{NodeOrToken, SyntaxToken};

use super::document::{Checker, Document};
use super::tree::bytes;
use super::{Finding, Level, Rule};
use crate::rules;

/// One allowance of a comment.
struct Allowance<'t> {
    /// The rule's name as written.
    name: &'t str,
    /// Where the name stands.
    place: Range<usize>,
    /// The bytes that it speaks for.
    scope: Range<usize>,
    /// Whether something was allowed by it.
    used: bool,
}

/// What a comment says, if it speaks to us: the names with their offsets in it, and the reason.
struct Words<'t> {
    names: Vec<(usize, &'t str)>,
    reason: &'t str,
}

/// Takes away what the document's comments allow, and adds what is wrong with those comments, if the rule for that is chosen.
pub(super) fn filter(
    document: &Document<'_>,
    mut findings: Vec<Finding>,
    chosen: &[(&'static Rule, Option<Level>)],
) -> Vec<Finding> {
    if !document.text.contains("nixsmith:") {
        return findings;
    }
    let mut complaints = Vec::new();
    let about_comments = chosen
        .iter()
        .find(|(rule, _)| rule.name == rules::ALLOW_COMMENT);
    let mut complain = |range: Range<usize>, message: String| {
        if let Some((rule, level)) = about_comments {
            Checker::new(document, rule, *level, &mut complaints).report_at(range, message);
        }
    };
    let mut allowances = Vec::new();
    for token in comments(document) {
        let range = bytes(token.text_range());
        let text = document.text.get(range.clone()).unwrap_or_default();
        match words(text) {
            None => {}
            Some(Err(message)) => complain(range, message.to_owned()),
            Some(Ok(words)) => {
                if words.reason.is_empty() {
                    complain(range.clone(), "no reason is given".to_owned());
                }
                let scope = scope(document, &token);
                for (offset, name) in words.names {
                    let start = range.start + offset;
                    let place = start..start + name.len();
                    if rules::find(name).is_none() {
                        complain(place, format!("there is no rule `{name}`"));
                    } else {
                        allowances.push(Allowance {
                            name,
                            place,
                            scope: scope.clone(),
                            used: false,
                        });
                    }
                }
            }
        }
    }
    findings.retain(|finding| !is_allowed(finding, &mut allowances));
    for allowance in allowances.iter().filter(|allowance| !allowance.used) {
        if chosen.iter().any(|(rule, _)| rule.name == allowance.name) {
            let message = format!("`{}` finds nothing here", allowance.name);
            complain(allowance.place.clone(), message);
        }
    }
    findings.append(&mut complaints);
    findings
}

fn is_allowed(finding: &Finding, allowances: &mut [Allowance<'_>]) -> bool {
    let mut allowed = false;
    for allowance in allowances {
        let inside = allowance.scope.start <= finding.range.start
            && finding.range.start < allowance.scope.end.max(allowance.scope.start + 1);
        if inside && allowance.name == finding.rule.name {
            allowance.used = true;
            allowed = true;
        }
    }
    allowed
}

fn comments(document: &Document<'_>) -> impl Iterator<Item = SyntaxToken> {
    document
        .root
        .descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| token.kind() == TOKEN_COMMENT)
}

/// Reads a comment: `None` where it does not speak to us, an error where it cannot be understood.
fn words(comment: &str) -> Option<Result<Words<'_>, &'static str>> {
    let inner = match comment.strip_prefix("/*") {
        Some(rest) => rest.strip_suffix("*/").unwrap_or(rest),
        None => comment.strip_prefix('#')?,
    };
    let rest = inner.trim_start().strip_prefix("nixsmith:")?.trim_start();
    Some(allow(comment, rest).ok_or("expected `nixsmith: allow(rule) reason`"))
}

fn allow<'t>(comment: &'t str, rest: &'t str) -> Option<Words<'t>> {
    let (list, reason) = rest
        .strip_prefix("allow")?
        .trim_start()
        .strip_prefix('(')?
        .split_once(')')?;
    let offset_of = |name: &str| name.as_ptr().addr().checked_sub(comment.as_ptr().addr());
    let names: Vec<(usize, &str)> = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .filter_map(|name| Some((offset_of(name)?, name)))
        .collect();
    (!names.is_empty()).then(|| Words {
        names,
        reason: reason.trim(),
    })
}

/// The bytes that a comment speaks for.
fn scope(document: &Document<'_>, comment: &SyntaxToken) -> Range<usize> {
    let range = bytes(comment.text_range());
    let before = document.text.get(..range.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let code_before = before
        .get(line_start..)
        .is_some_and(|line| !line.trim().is_empty());
    if code_before {
        let after = document.text.get(range.end..).unwrap_or_default();
        let line_end = range.end + after.find('\n').unwrap_or(after.len());
        return line_start..line_end;
    }
    let mut next = comment.next_token();
    while let Some(token) = next {
        if !matches!(token.kind(), TOKEN_COMMENT | TOKEN_WHITESPACE) {
            let start = token.text_range().start();
            let largest = token
                .parent_ancestors()
                .take_while(|node| node.text_range().start() == start && node.kind() != NODE_ROOT)
                .last();
            return bytes(largest.map_or(token.text_range(), |node| node.text_range()));
        }
        next = token.next_token();
    }
    range.end..range.end
}
