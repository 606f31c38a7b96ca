//! See [`RULE`].

use rnix::SyntaxKind::{NODE_ASSERT, NODE_LAMBDA, NODE_LET_IN, NODE_ROOT, NODE_WITH};
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{parent_without_parens, range_of};

rule! {
    /// A `with` over a whole file.
    ///
    /// Where a name comes from can then be told only by evaluating: neither readers nor tools can check a name below it, and a
    /// new attribute of the set can change the meaning of the file. `inherit` names what is taken.
    ///
    /// ```nix
    /// { lib, ... }: with lib; { options.port = mkOption { }; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib, ... }: let inherit (lib) mkOption; in { options.port = mkOption { }; }
    /// ```
    "top-level-with": Style, Help, optional;
    on [NODE_WITH] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let mut around = parent_without_parens(node);
    while let Some(parent) = &around {
        match parent.kind() {
            NODE_ROOT => break,
            NODE_LAMBDA | NODE_LET_IN | NODE_ASSERT | NODE_WITH if is_body(parent, node) => {
                around = parent_without_parens(parent);
            }
            _ => return,
        }
    }
    let Some(end) = ast::With::cast(node.clone()).and_then(|with| with.semicolon_token()) else {
        return;
    };
    let head = range_of(node).start..usize::from(end.text_range().end());
    checker.report_at(head, "this `with` is over the whole file");
}

/// Whether `node` lies in the last part of `parent`, not in a binding, a condition or a default.
fn is_body(parent: &SyntaxNode, node: &SyntaxNode) -> bool {
    parent
        .last_child()
        .is_some_and(|body| body.text_range().contains_range(node.text_range()))
}
