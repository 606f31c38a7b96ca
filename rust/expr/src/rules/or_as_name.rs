//! See [`RULE`].

use rnix::SyntaxKind::{NODE_ATTRPATH, NODE_INHERIT, TOKEN_OR};
use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// The word `or` used as a variable.
    ///
    /// In `x.a or b` it is a keyword, and elsewhere Nix' parser takes it for a name only for the sake of old code, in ways
    /// that surprise: `f or x` calls `f` with both. Newer versions warn of it. As an attribute, `lib.or`, it is fine.
    ///
    /// ```nix
    /// { or }: map or [ ]
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { either }: map either [ ]
    /// ```
    "or-as-name": Correctness, Warning, default;
    on [NODE_IDENT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let is_or = node
        .first_token()
        .is_some_and(|token| token.kind() == TOKEN_OR || token.text() == "or");
    if !is_or {
        return;
    }
    let is_attribute = node
        .parent()
        .is_some_and(|parent| matches!(parent.kind(), NODE_ATTRPATH | NODE_INHERIT));
    if !is_attribute {
        checker.report(node, "`or` is a keyword");
    }
}
