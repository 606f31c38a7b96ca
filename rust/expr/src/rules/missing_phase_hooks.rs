//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, Str};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{literal_text, range_of};

rule! {
    /// A phase that does not run the hooks before and behind it.
    ///
    /// What stands in `preInstall` and `postInstall`, in this file, in an `overrideAttrs` or in the setup hook of some
    /// input, is run by the phase itself. A phase that is written anew has to call `runHook` for both, or they silently
    /// do nothing.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   installPhase = ''
    ///     cp tool $out/bin
    ///   '';
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   installPhase = ''
    ///     runHook preInstall
    ///
    ///     cp tool $out/bin
    ///
    ///     runHook postInstall
    ///   '';
    /// }
    /// ```
    ///
    /// The fix is not safe: it changes the derivation.
    "missing-phase-hooks": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// Phases, and their names in those of their hooks.
const PHASES: [(&str, &str); 5] = [
    ("configurePhase", "Configure"),
    ("buildPhase", "Build"),
    ("checkPhase", "Check"),
    ("installPhase", "Install"),
    ("installCheckPhase", "InstallCheck"),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for (name, hook) in PHASES {
            let Some(phase) = derivation.attributes.find(name) else {
                continue;
            };
            let Some(Expr::Str(script)) = &phase.value else {
                continue;
            };
            let text = document.text_of(script.syntax());
            let before = !text.contains(&format!("runHook pre{hook}"));
            let behind = !text.contains(&format!("runHook post{hook}"));
            if !(before || behind) || does_nothing(script) || text.contains("Phase") {
                continue;
            }
            let message = match (before, behind) {
                (true, true) => format!("`{name}` runs neither `pre{hook}` nor `post{hook}`"),
                (true, false) => format!("`{name}` does not run `pre{hook}`"),
                _ => format!("`{name}` does not run `post{hook}`"),
            };
            let reported = checker.report_at(phase.key.clone(), message);
            if let Some(edits) = with_hooks(text, range_of(script.syntax()).start, hook, before, behind) {
                reported.fix(FixClass::Unsafe, "run the hooks", script.syntax(), edits);
            }
        }
    }
}

/// Whether the phase is left out by being empty.
fn does_nothing(script: &Str) -> bool {
    literal_text(script).is_some_and(|text| matches!(text.trim(), "" | ":" | "true"))
}

/// Writes the calls into an indented string whose quotes stand alone on their lines.
fn with_hooks(text: &str, start: usize, hook: &str, before: bool, behind: bool) -> Option<Vec<TextEdit>> {
    let inner = text.strip_prefix("''\n")?;
    let close = text.rfind('\n')? + 1;
    let closing = text.get(close..)?;
    if closing.trim() != "''" || close <= 3 {
        return None;
    }
    let first = inner.lines().find(|line| !line.trim().is_empty())?;
    let indent = first.get(..first.len() - first.trim_start().len())?;
    let mut edits = Vec::new();
    if before {
        edits.push(TextEdit::insert(start + 3, format!("{indent}runHook pre{hook}\n\n")));
    }
    if behind {
        edits.push(TextEdit::insert(start + close, format!("\n{indent}runHook post{hook}\n")));
    }
    Some(edits)
}
