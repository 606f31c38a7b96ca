//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::same_code;

rule! {
    /// An `if` whose two branches are the same.
    ///
    /// The condition decides nothing: one of the branches was meant to be another, or the `if` can go. Which of the two, the
    /// author knows; there is no fix.
    ///
    /// ```nix
    /// license = if withGpl then lib.licenses.mit else lib.licenses.mit;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// license = if withGpl then lib.licenses.gpl3Plus else lib.licenses.mit;
    /// ```
    "same-branches": Correctness, Warning, default;
    on [NODE_IF_ELSE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(choice) = ast::IfElse::cast(node.clone()) else {
        return;
    };
    let (Some(yes), Some(no)) = (choice.body(), choice.else_body()) else {
        return;
    };
    if yes.syntax().kind() == no.syntax().kind()
        && !checker.document.is_test()
        && same_code(yes.syntax(), no.syntax()) {
        checker.report(node, "both branches of this `if` are the same");
    }
}
