//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_URI;
use rnix::SyntaxNode;
use rnix::ast::{self, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{static_name, unwrap_parens};

rule! {
    /// A call of what is certainly no function: a number, string, list, path or set.
    ///
    /// Two values beside each other are a call. Behind a forgotten operator, semicolon or comma that is never meant, and
    /// evaluation fails. Nix also reads `00.5` so: as `0` called with `0.5`.
    ///
    /// ```nix
    /// { flags = [ "-v" ] (lib.optional debug "-g"); }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { flags = [ "-v" ] ++ lib.optional debug "-g"; }
    /// ```
    "not-a-function": Correctness, Error, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(called) = ast::Apply::cast(node.clone()).and_then(|call| call.lambda()) else {
        return;
    };
    if matches!(called, Expr::Ident(_) | Expr::Select(_) | Expr::Apply(_)) {
        return;
    }
    let Some(called) = unwrap_parens(called) else {
        return;
    };
    let kind = match &called {
        Expr::Literal(literal) if is_url(literal) => "a string",
        Expr::Literal(_) => "a number",
        Expr::Str(_) => "a string",
        Expr::List(_) => "a list",
        Expr::PathAbs(_) | Expr::PathRel(_) | Expr::PathHome(_) | Expr::PathSearch(_) => "a path",
        Expr::AttrSet(set) if !may_be_function(set, checker.document.text) => "a set",
        _ => return,
    };
    checker.report(called.syntax(), format!("{kind} is called like a function"));
}

fn is_url(literal: &ast::Literal) -> bool {
    let token = literal.syntax().first_token();
    token.is_some_and(|token| token.kind() == TOKEN_URI)
}

/// Whether the set has `__functor`, or a name that is not known.
fn may_be_function(set: &ast::AttrSet, text: &str) -> bool {
    let is_functor = |attr: ast::Attr| {
        static_name(attr.syntax(), text).is_none_or(|(name, _)| name == "__functor")
    };
    set.inherits().any(|inherit| inherit.attrs().any(is_functor))
        || set.attrpath_values().any(|value| {
            value
                .attrpath()
                .and_then(|path| path.attrs().next())
                .is_none_or(is_functor)
        })
}
