//! See [`RULE`].

use rnix::SyntaxKind::NODE_APPLY;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use super::empty_pattern::is_inner_function;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, parent_without_parens};

rule! {
    /// A pattern that names its argument and nothing in it: `args@{ ... }:`.
    ///
    /// `args:` is shorter. The two differ for an argument that is no set, and for the tools that call functions with a
    /// pattern by themselves, as `nix-build` does; the fix is therefore safe only for a function that is an argument of a call,
    /// and a file that is such a function is left alone.
    ///
    /// ```nix
    /// lib.mapAttrs (_: args@{ ... }: args.value)
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.mapAttrs (_: args: args.value)
    /// ```
    "redundant-pattern-bind": Style, Note, default, fix Unsafe;
    on [NODE_PATTERN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(pattern) = ast::Pattern::cast(node.clone()) else {
        return;
    };
    if pattern.pat_entries().next().is_some() || pattern.ellipsis_token().is_none() {
        return;
    }
    let (Some(name), Some(lambda)) = (
        pattern.pat_bind().and_then(|bind| bind.ident()),
        node.parent(),
    ) else {
        return;
    };
    if !is_inner_function(&lambda) {
        return;
    }
    let name = checker.document.text_of(name.syntax());
    let reported = checker.report(node, format!("`{name}` is all that the pattern says"));
    if !has_comment(node) {
        let class = match parent_without_parens(&lambda) {
            Some(parent) if parent.kind() == NODE_APPLY => FixClass::Safe,
            _ => FixClass::Unsafe,
        };
        reported.replace(class, "write the name alone", node, name);
    }
}
