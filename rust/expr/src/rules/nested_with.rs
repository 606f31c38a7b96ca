//! See [`RULE`].

use rnix::SyntaxKind::NODE_WITH;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A `with` inside of another one.
    ///
    /// A name comes from the inner set if that has it, otherwise from the outer one; which it is cannot be seen, and may change
    /// when the inner set grows.
    ///
    /// ```nix
    /// with lib; { meta.platforms = with platforms; linux ++ darwin; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { meta.platforms = lib.platforms.linux ++ lib.platforms.darwin; }
    /// ```
    "nested-with": Style, Help, optional;
    on [NODE_WITH] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let mut child = node.clone();
    let mut is_nested = false;
    while let Some(parent) = child.parent() {
        // the set of a `with` is outside of it
        is_nested = parent.kind() == NODE_WITH && parent.last_child().as_ref() == Some(&child);
        if is_nested {
            break;
        }
        child = parent;
    }
    let end = ast::With::cast(node.clone()).and_then(|with| with.semicolon_token());
    if let (true, Some(end)) = (is_nested, end) {
        let head = range_of(node).start..usize::from(end.text_range().end());
        checker.report_at(head, "a `with` inside of another");
    }
}
