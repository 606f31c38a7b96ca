//! See [`RULE`].

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::ast;
use rnix::{NodeOrToken, SyntaxNode};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;

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
        && is_same(yes.syntax(), no.syntax()) {
        checker.report(node, "both branches of this `if` are the same");
    }
}

/// Whether the two consist of the same tokens, spaces and comments aside. Stops at the first difference.
fn is_same(left: &SyntaxNode, right: &SyntaxNode) -> bool {
    let tokens = |node: &SyntaxNode| {
        node.descendants_with_tokens()
            .filter_map(NodeOrToken::into_token)
            .filter(|token| !matches!(token.kind(), TOKEN_COMMENT | TOKEN_WHITESPACE))
    };
    let mut left = tokens(left);
    let mut right = tokens(right);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left.text() == right.text() => {}
            _ => return false,
        }
    }
}
