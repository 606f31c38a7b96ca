//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::builtin::builtin;
use crate::lint::document::Checker;

rule! {
    /// A use of `builtins.toPath`.
    ///
    /// It does not give a path but a string, and Nix' manual calls it deprecated. A path value comes from `./. + "/name"` or
    /// `/. + text`, an absolute string from `toString`.
    ///
    /// ```nix
    /// import (builtins.toPath "${root}/lib")
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// import (root + "/lib")
    /// ```
    "deprecated-to-path": Style, Warning, default;
    on [NODE_SELECT, NODE_IDENT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let text = checker.document.text_of(node);
    if !text.ends_with("toPath") && !text.ends_with("\"toPath\"") {
        return;
    }
    let found = Expr::cast(node.clone()).and_then(|expr| builtin(checker.document, &expr));
    if found == Some("toPath") {
        checker.report(node, "`toPath` is deprecated and gives a string, not a path");
    }
}
