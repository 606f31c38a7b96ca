//! The rules of `nixsmith lint` on the files that a branch changes: what the branch brings, not what was there.

use nixsmith_expr::lint::Engine;

use super::Touched;
use crate::finding::Finding;
use crate::lint::introduced;

/// What the rules say of the file that they did not say of its base.
pub(super) fn judge(file: &Touched<'_>, engine: &Engine) -> Vec<Finding> {
    let Some(head) = &file.head else {
        return Vec::new();
    };
    let mut findings = introduced(file.path, file.base.as_deref(), head, engine);
    for finding in &mut findings {
        finding.in_base = Some(false);
    }
    findings
}
