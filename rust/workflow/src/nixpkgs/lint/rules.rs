//! The rules of `nixsmith lint` on the files that a branch changes: what the branch brings, not what was there.

use std::collections::HashMap;

use nixsmith_expr::lint::{self, Engine, Subject};

use super::Touched;
use crate::finding::Finding;

/// What the rules say of the file that they did not say of its base. Two findings of a rule are the same when they are about the
/// same text, wherever it stands now.
pub(super) fn judge(file: &Touched<'_>) -> Vec<Finding> {
    let Some(head) = &file.head else {
        return Vec::new();
    };
    let engine = Engine::with_defaults();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let base = file.base.as_deref().unwrap_or_default();
    let before = if base.is_empty() {
        Vec::new()
    } else {
        engine.check(subject(base, file.path))
    };
    for finding in &before {
        *known.entry(key(finding, base)).or_default() += 1;
    }
    let brought = engine
        .check_proven(subject(head, file.path))
        .into_iter()
        .filter(|finding| match known.get_mut(&key(finding, head)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .collect();
    let mut findings = crate::lint::shown_findings(file.path, head, brought);
    for finding in &mut findings {
        finding.in_base = Some(false);
    }
    findings
}

fn subject<'t>(text: &'t str, path: &'t str) -> Subject<'t> {
    Subject { text, path }
}

fn key<'t>(finding: &lint::Finding, text: &'t str) -> (&'static str, &'t str) {
    let about = text.get(finding.range.clone()).unwrap_or_default();
    (finding.rule.name, about.trim())
}
