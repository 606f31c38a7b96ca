//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::remove::{has_own_comment, removals};
use crate::lint::tree::range_of;

rule! {
    /// An `inherit` without a name.
    ///
    /// It does nothing, and is left over from an edit.
    ///
    /// ```nix
    /// { inherit (lib) ; version = "1"; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { version = "1"; }
    /// ```
    "empty-inherit": Unused, Warning, default, fix Safe;
    on [NODE_INHERIT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(inherit) = ast::Inherit::cast(node.clone()) else {
        return;
    };
    if inherit.attrs().next().is_some() {
        return;
    }
    let Some(set) = node.parent() else { return };
    let text = checker.document.text;
    let reported = checker.report(node, "`inherit` without a name");
    if !has_own_comment(node) {
        let edits = removals(text, vec![range_of(node)]);
        reported.fix(FixClass::Safe, "remove it", &set, edits);
    }
}
