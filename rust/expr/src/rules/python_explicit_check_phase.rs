//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;

rule! {
    /// A check phase that only calls `pytest`.
    ///
    /// `pytestCheckHook` in `nativeCheckInputs` does so, runs the hooks around the phase, and understands
    /// `disabledTests`, `enabledTestPaths` and `pytestFlags`.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   nativeCheckInputs = [ pytest ];
    ///   checkPhase = "pytest";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   nativeCheckInputs = [ pytestCheckHook ];
    /// }
    /// ```
    "python-explicit-check-phase": Package, Note, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if derivation.kind != Kind::Python {
            continue;
        }
        let Some(phase) = derivation.attributes.find("checkPhase") else {
            continue;
        };
        if let Some(Expr::Str(script)) = &phase.value
            && literal_text(script).is_some_and(|script| only_runs_pytest(&script))
        {
            checker.report(&phase.node, "`pytestCheckHook` does what this phase does");
        }
    }
}

/// The options that the hook has attributes for, or that only change the log.
const OPTIONS: [&str; 8] = ["-k", "-m", "-q", "-v", "-vv", "--deselect", "--ignore", "--verbose"];

/// Whether the script is one call of pytest, hooks aside.
fn only_runs_pytest(script: &str) -> bool {
    let mut lines = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("runHook "));
    let first = lines.next().unwrap_or_default();
    let calls = ["pytest", "py.test", "python -m pytest"].iter().any(|call| {
        first
            .strip_prefix(call)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let mut options = first.split_whitespace().filter(|word| word.starts_with('-'));
    let known = options.all(|option| {
        let name = option.split_once('=').map_or(option, |(name, _)| name);
        OPTIONS.contains(&name)
    });
    calls && known && lines.next().is_none() && !first.contains(['|', '&', '\\', '>'])
}
