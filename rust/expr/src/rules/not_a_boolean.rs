//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{BinOpKind, Expr, UnaryOpKind};
use rowan::ast::AstNode as _;

use crate::lint::builtin::is_global;
use crate::lint::document::{Checker, Document};
use crate::lint::tree::unwrap_parens;

rule! {
    /// A condition that is certainly no boolean: a number, string, list, set, path, function or `null`.
    ///
    /// Nix takes nothing but `true` and `false` in `if`, `assert`, `!`, `&&`, `||` and `->`, and evaluation fails.
    ///
    /// ```nix
    /// if "yes" then 1 else 2
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// if answer == "yes" then 1 else 2
    /// ```
    "not-a-boolean": Correctness, Error, default;
    on [NODE_IF_ELSE, NODE_ASSERT, NODE_UNARY_OP, NODE_BIN_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(expr) = Expr::cast(node.clone()) else {
        return;
    };
    let operands = match expr {
        Expr::IfElse(choice) => [choice.condition(), None],
        Expr::Assert(assertion) => [assertion.condition(), None],
        Expr::UnaryOp(operation) if operation.operator() == Some(UnaryOpKind::Invert) => {
            [operation.expr(), None]
        }
        Expr::BinOp(operation) if is_logical(operation.operator()) => {
            [operation.lhs(), operation.rhs()]
        }
        _ => return,
    };
    for operand in operands.into_iter().flatten() {
        let Some(operand) = unwrap_parens(operand) else {
            continue;
        };
        if let Some(kind) = no_boolean(checker.document, &operand) {
            checker.report(operand.syntax(), format!("{kind} in place of a boolean"));
        }
    }
}

fn is_logical(kind: Option<BinOpKind>) -> bool {
    matches!(
        kind,
        Some(BinOpKind::And | BinOpKind::Or | BinOpKind::Implication)
    )
}

fn no_boolean(document: &Document<'_>, expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Literal(_) => "a number",
        Expr::Str(_) => "a string",
        Expr::List(_) => "a list",
        Expr::AttrSet(_) => "a set",
        Expr::Lambda(_) => "a function",
        Expr::PathAbs(_) | Expr::PathRel(_) | Expr::PathHome(_) | Expr::PathSearch(_) => "a path",
        Expr::Ident(_) if is_global(document, expr, "null") => "`null`",
        _ => return None,
    })
}
