//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr, UnaryOpKind};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, operand_text, same_code, unwrap_parens};

rule! {
    /// An `if` that asks for an attribute only to take it.
    ///
    /// `x.a or b` says the same, in one breath: it gives `b` where `x` has no `a`, and where `x` is no set. A chain
    /// of `else if` is left alone.
    ///
    /// ```nix
    /// if args ? name then args.name else "unnamed"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// args.name or "unnamed"
    /// ```
    "useless-has-attr": Style, Note, default, fix Safe;
    on [NODE_IF_ELSE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some((select, other)) = ast::IfElse::cast(node.clone()).and_then(|choice| parts(&choice))
    else {
        return;
    };
    let text = checker.document.text;
    let taken = checker.document.text_of(select.syntax());
    let replacement = format!("{taken} or {}", operand_text(&other, text));
    let reported = checker.report(node, "the attribute is asked for only to be taken");
    if !has_comment(node) {
        reported.replace(FixClass::Safe, "write it with `or`", node, replacement);
    }
}

/// The attribute taken and what is taken in its place.
fn parts(choice: &ast::IfElse) -> Option<(ast::Select, Expr)> {
    let mut condition = unwrap_parens(choice.condition()?)?;
    let mut branches = (choice.body()?, choice.else_body()?);
    if let Expr::UnaryOp(negation) = &condition
        && negation.operator() == Some(UnaryOpKind::Invert)
    {
        condition = unwrap_parens(negation.expr()?)?;
        branches = (branches.1, branches.0);
    }
    let Expr::HasAttr(question) = condition else {
        return None;
    };
    let Expr::Select(select) = unwrap_parens(branches.0)? else {
        return None;
    };
    let same = select.default_expr().is_none() && is_same(&question, &select)?;
    // a chain of `else if` reads better as it is
    let is_chain = matches!(branches.1, Expr::IfElse(_));
    (same && !is_chain).then_some((select, branches.1))
}

/// Whether `x ? a` asks for what `x.a` takes; `x.y ? a` asks for what `x.y.a` takes.
fn is_same(question: &ast::HasAttr, select: &ast::Select) -> Option<bool> {
    let asked = unwrap_parens(question.expr()?)?;
    let taken = unwrap_parens(select.expr()?)?;
    let (wanted, path) = (question.attrpath()?, select.attrpath()?);
    if same_code(asked.syntax(), taken.syntax()) {
        return Some(same_code(wanted.syntax(), path.syntax()));
    }
    let Expr::Select(asked) = asked else {
        return Some(false);
    };
    let same = asked.default_expr().is_none()
        && same_code(unwrap_parens(asked.expr()?)?.syntax(), taken.syntax());
    let names = asked.attrpath()?.attrs().chain(wanted.attrs());
    let pairs: Vec<_> = names.zip(path.attrs()).collect();
    let length = asked.attrpath()?.attrs().count() + wanted.attrs().count();
    Some(
        same && length == path.attrs().count()
            && pairs
                .iter()
                .all(|(left, right)| same_code(left.syntax(), right.syntax())),
    )
}
