//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::lint::derivation::comments::is_explained;
use crate::lint::document::Checker;
use crate::lint::tree::last_name;

rule! {
    /// Tests that are switched off without a word about it.
    ///
    /// `doCheck = false` may mean that there are no tests, that they need the network, or that they fail. Only the last
    /// is a reason to look again with the next version, and only a comment tells.
    ///
    /// ```nix
    /// doCheck = false;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// doCheck = false; # the tests need the network
    /// ```
    "unexplained-skipped-tests": Package, Help, optional;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for name in ["doCheck", "doInstallCheck"] {
            let Some(attribute) = derivation.attributes.find(name) else {
                continue;
            };
            let off = match &attribute.value {
                Some(value @ Expr::Ident(_)) => last_name(value, document.text) == Some("false"),
                _ => false,
            };
            if off && !is_explained(&attribute.node) {
                checker.report(&attribute.node, "nothing says why the tests do not run");
            }
        }
    }
}
