//! See [`RULE`].

use rnix::SyntaxKind::{NODE_APPLY, NODE_LIST};
use rnix::SyntaxNode;
use rnix::ast::{self, Param};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, parent_without_parens, range_of};

rule! {
    /// A function that takes any set and looks at nothing of it: `{ ... }:`.
    ///
    /// `_:` says plainly that the argument is not used. The two differ for an argument that is no set, and for the tools
    /// that call functions with a pattern by themselves, as `nix-build` does; the fix is therefore safe only for a function
    /// that is an argument of a call. A file that is such a function, a NixOS module say, is left alone.
    ///
    /// ```nix
    /// overrideAttrs ({ ... }: { doCheck = false; })
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// overrideAttrs (_: { doCheck = false; })
    /// ```
    "empty-pattern": Style, Help, optional, fix Unsafe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(lambda) = ast::Lambda::cast(node.clone()) else {
        return;
    };
    let Some(Param::Pattern(pattern)) = lambda.param() else {
        return;
    };
    let looks_at_something = pattern.pat_entries().next().is_some()
        || pattern.pat_bind().is_some()
        || pattern.ellipsis_token().is_none();
    if looks_at_something || !is_inner_function(node) {
        return;
    }
    let uses_underscore = checker
        .document
        .scopes()
        .references_in(&range_of(node))
        .iter()
        .any(|reference| reference.name == "_");
    let reported = checker.report(pattern.syntax(), "nothing of the argument is looked at");
    if !uses_underscore && !has_comment(pattern.syntax()) {
        // what is called may ask for the function's arguments, and finds none either way
        let class = match parent_without_parens(node) {
            Some(parent) if parent.kind() == NODE_APPLY => FixClass::Safe,
            _ => FixClass::Unsafe,
        };
        reported.replace(class, "write `_`", pattern.syntax(), "_");
    }
}

/// Whether the function is neither a whole file nor a module in a list of them.
pub(super) fn is_inner_function(lambda: &SyntaxNode) -> bool {
    parent_without_parens(lambda).is_some_and(|parent| {
        !matches!(parent.kind(), rnix::SyntaxKind::NODE_ROOT | NODE_LIST)
    })
}
