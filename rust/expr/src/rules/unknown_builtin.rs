//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::builtin::builtins_attribute;
use crate::lint::document::Checker;
use crate::lint::global;
use crate::lint::tree::range_of;

rule! {
    /// An attribute of `builtins` that no Nix has.
    ///
    /// Evaluation fails. Where the file asks first (`builtins ? name`, `builtins.name or other`), nothing is said; so it should
    /// where a function exists only in some versions of Nix.
    ///
    /// ```nix
    /// builtins.optionalString true "a"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.optionalString true "a"
    /// ```
    "unknown-builtin": Correctness, Error, default;
    on [NODE_SELECT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(select) = ast::Select::cast(node.clone()) else {
        return;
    };
    let document = checker.document;
    let Some(name) = builtins_attribute(document, &select) else {
        return;
    };
    if global::is_builtin(name) || is_asked_for(document.text, name) {
        return;
    }
    let place = select
        .attrpath()
        .map_or_else(|| range_of(node), |path| range_of(path.syntax()));
    checker.report_at(place, format!("`builtins` has no attribute `{name}`"));
}

/// Whether the text asks for the builtin anywhere: `builtins ? name`, `hasAttr "name" builtins`.
fn is_asked_for(text: &str, name: &str) -> bool {
    let asked = |question: &str| {
        text.match_indices(question).any(|(at, _)| {
            let rest = text.get(at + question.len()..).unwrap_or_default();
            rest.trim_start().trim_start_matches('"').starts_with(name)
        })
    };
    asked("builtins ?") || asked("builtins?") || asked("hasAttr")
}
