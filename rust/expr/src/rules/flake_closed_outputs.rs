//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::SyntaxKind::{TOKEN_COMMA, TOKEN_R_BRACE};
use rowan::Direction;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::flake::Flake;
use crate::lint::tree::{bytes, range_of};

rule! {
    /// A function `outputs` that does not take every input.
    ///
    /// Nix calls `outputs` with `self` and every declared input. A pattern without `...` has to name them all, or evaluation
    /// fails with an unexpected argument.
    ///
    /// ```nix
    /// {
    ///   inputs.tool.url = "github:example/tool";
    ///   outputs = { self, nixpkgs }: { };
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// {
    ///   inputs.tool.url = "github:example/tool";
    ///   outputs = { self, nixpkgs, ... }: { };
    /// }
    /// ```
    "flake-closed-outputs": Flake, Error, default, fix Safe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let Some(flake) = Flake::of(checker.document) else {
        return;
    };
    let Some(pattern) = flake.pattern() else {
        return;
    };
    if pattern.ellipsis_token().is_some() {
        return;
    }
    let text = checker.document.text;
    let named: Vec<&str> = pattern
        .pat_entries()
        .filter_map(|entry| text.get(range_of(entry.ident()?.syntax())))
        .collect();
    let wanted = std::iter::once("self").chain(flake.inputs.iter().map(|input| input.name));
    let missing: Vec<String> = wanted
        .filter(|name| !named.contains(name))
        .map(|name| format!("`{name}`"))
        .take(5)
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("`outputs` is called with {} as well", missing.join(", "));
    let reported = checker.report(pattern.syntax(), message);
    let last = pattern.pat_entries().last();
    let Some(last) = last.map(|entry| entry.syntax().clone()) else {
        return;
    };
    let following = |kind| {
        last.siblings_with_tokens(Direction::Next)
            .find(|element| element.kind() == kind)
            .map(|element| bytes(element.text_range()))
    };
    let (at, more) = match (following(TOKEN_COMMA), following(TOKEN_R_BRACE)) {
        (Some(_), Some(end)) => (end.start, "... "),
        _ => (range_of(&last).end, ", ..."),
    };
    let edit = TextEdit::insert(at, more);
    reported.fix(FixClass::Safe, "take any further argument", pattern.syntax(), vec![edit]);
}
