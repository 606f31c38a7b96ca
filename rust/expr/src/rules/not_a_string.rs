//! See [`RULE`].

use rnix::SyntaxKind::{NODE_BIN_OP, NODE_INTERPOL, TOKEN_FLOAT, TOKEN_INTEGER};
use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr, UnaryOpKind};
use rowan::ast::AstNode as _;

use crate::lint::builtin::is_global;
use crate::lint::document::{Checker, Document};
use crate::lint::tree::unwrap_parens;

rule! {
    /// A number, boolean, `null`, list or function where a string is wanted.
    ///
    /// Nix turns only paths and packages into strings by itself. Joined to a string with `+` or in `${…}`, anything else is an
    /// error; `toString` is what was meant.
    ///
    /// ```nix
    /// "port " + 80 + " of ${[ "tcp" ]}"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// "port " + toString 80 + " of ${toString [ "tcp" ]}"
    /// ```
    "not-a-string": Correctness, Error, default;
    on [NODE_BIN_OP, NODE_INTERPOL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    match node.kind() {
        NODE_INTERPOL => {
            let inner = ast::Interpol::cast(node.clone()).and_then(|it| it.expr());
            if let Some((expr, kind)) = inner.and_then(|expr| no_string(checker.document, &expr)) {
                checker.report(expr.syntax(), format!("{kind} in a string; `toString` makes one"));
            }
        }
        NODE_BIN_OP => check_sum(checker, node),
        _ => {}
    }
}

fn check_sum(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(sum) = ast::BinOp::cast(node.clone()) else {
        return;
    };
    if sum.operator() != Some(BinOpKind::Add) {
        return;
    }
    let (Some(left), Some(right)) = (sum.lhs(), sum.rhs()) else {
        return;
    };
    let document = checker.document;
    let wrong = match (no_string(document, &left), no_string(document, &right)) {
        (None, Some(wrong)) if begins_with_string(&left) => wrong,
        (Some(wrong), None) if begins_with_string(&right) => wrong,
        _ => return,
    };
    let (expr, kind) = wrong;
    checker.report(expr.syntax(), format!("{kind} added to a string; `toString` makes one"));
}

/// Whether a sum is a string or a path because its first part is.
fn begins_with_string(expr: &Expr) -> bool {
    let mut expr = expr.clone();
    loop {
        expr = match expr {
            Expr::Str(_) | Expr::PathRel(_) | Expr::PathAbs(_) => return true,
            Expr::BinOp(sum) if sum.operator() == Some(BinOpKind::Add) => match sum.lhs() {
                Some(left) => left,
                None => return false,
            },
            Expr::Paren(_) => match unwrap_parens(expr) {
                Some(inner) => inner,
                None => return false,
            },
            _ => return false,
        };
    }
}

/// The expression with what it is, where that is certainly no string and nothing that becomes one.
fn no_string(document: &Document<'_>, expr: &Expr) -> Option<(Expr, &'static str)> {
    let inner = unwrap_parens(expr.clone())?;
    let kind = match &inner {
        Expr::Literal(literal) => number(literal)?,
        Expr::UnaryOp(operation) if operation.operator() == Some(UnaryOpKind::Negate) => {
            match operation.expr()? {
                Expr::Literal(literal) => number(&literal)?,
                _ => return None,
            }
        }
        Expr::UnaryOp(_) | Expr::HasAttr(_) => "a boolean",
        Expr::List(_) => "a list",
        Expr::Lambda(_) => "a function",
        Expr::Ident(_) if is_global(document, &inner, "null") => "`null`",
        Expr::Ident(_) if is_global(document, &inner, "true") => "a boolean",
        Expr::Ident(_) if is_global(document, &inner, "false") => "a boolean",
        _ => return None,
    };
    Some((inner, kind))
}

fn number(literal: &ast::Literal) -> Option<&'static str> {
    let token = literal.syntax().first_token()?;
    matches!(token.kind(), TOKEN_INTEGER | TOKEN_FLOAT).then_some("a number")
}
