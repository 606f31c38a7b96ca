//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Apply, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{last_name, unwrap_parens};

rule! {
    /// `lib.optionals` with something that is no list.
    ///
    /// `lib.optionals condition list` is the list or `[ ]`. With a string it is text or a list, depending on the
    /// condition: what it is added to fails, but only where the condition holds, or does not: often on another system
    /// than the author's. For one element there is `lib.optional`, for text `lib.optionalString`.
    ///
    /// ```nix
    /// makeFlags = [ "A=b" ] ++ lib.optionals stdenv.hostPlatform.isDarwin "CC=cc";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// makeFlags = [ "A=b" ] ++ lib.optionals stdenv.hostPlatform.isDarwin [ "CC=cc" ];
    /// ```
    "optionals-without-list": Package, Warning, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(apply) = Apply::cast(node.clone()) else {
        return;
    };
    let Some(Expr::Apply(inner)) = apply.lambda() else {
        return;
    };
    let Some(function) = inner.lambda() else { return };
    if last_name(&function, checker.document.text) != Some("optionals") {
        return;
    }
    let message = match apply.argument().and_then(unwrap_parens) {
        Some(Expr::Str(_)) => {
            "`lib.optionals` wants a list; for text there is `lib.optionalString`"
        }
        Some(Expr::PathRel(_) | Expr::PathAbs(_) | Expr::AttrSet(_) | Expr::Literal(_)) => {
            "`lib.optionals` wants a list; for one element there is `lib.optional`"
        }
        _ => return,
    };
    checker.report(node, message);
}
