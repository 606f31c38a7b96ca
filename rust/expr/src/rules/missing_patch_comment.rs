//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::derivation::comments::{has_comment_beside, is_explained};
use crate::lint::document::Checker;

rule! {
    /// A patch without a word about it.
    ///
    /// Whoever updates the package has to know what a patch is for and when it can go: whether it was sent to upstream,
    /// and where. A comment beside the patch, or above the list, says so.
    ///
    /// ```nix
    /// patches = [ ./no-network.patch ];
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// patches = [
    ///   # the tests download a file: https://example.org/tool/issues/12
    ///   ./no-network.patch
    /// ];
    /// ```
    ///
    /// Many old packages have such patches; that is why the rule has to be asked for.
    "missing-patch-comment": Package, Help, optional;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(attribute) = derivation.attributes.find("patches") else {
            continue;
        };
        if has_comment_beside(&attribute.node) {
            continue;
        }
        let Some(patches) = derivation.elements("patches", document.text) else {
            continue;
        };
        // what `lib.optional` adds is explained by its condition
        for patch in patches.all.iter().filter(|patch| patch.in_list) {
            let is_patch = matches!(patch.expr, Expr::PathRel(_) | Expr::Str(_) | Expr::Paren(_));
            if is_patch && !is_explained(patch.expr.syntax()) {
                checker.report(patch.expr.syntax(), "nothing says what the patch is for");
            }
        }
    }
}
