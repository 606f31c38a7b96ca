//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr, Param};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::static_name;

rule! {
    /// A function that only hands its argument on: `x: f x`.
    ///
    /// `f` is that function. The fix is not safe: `f` itself is evaluated earlier than the function around it would be, which
    /// matters in recursive definitions, and its arguments can be asked for with `functionArgs`.
    ///
    /// ```nix
    /// map (x: double x) numbers
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// map double numbers
    /// ```
    "eta-reduction": Style, Help, optional, fix Unsafe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(lambda) = ast::Lambda::cast(node.clone()) else {
        return;
    };
    let (Some(Param::IdentParam(parameter)), Some(Expr::Apply(call))) =
        (lambda.param(), lambda.body())
    else {
        return;
    };
    let (Some(Expr::Ident(function)), Some(Expr::Ident(argument))) =
        (call.lambda(), call.argument())
    else {
        return;
    };
    let text = checker.document.text;
    let name = |node: &SyntaxNode| static_name(node, text).map(|(name, _)| name);
    let (Some(parameter), Some(function), Some(argument)) = (
        name(parameter.syntax()),
        name(function.syntax()),
        name(argument.syntax()),
    ) else {
        return;
    };
    if parameter == argument && parameter != function {
        checker
            .report(node, format!("the function only calls `{function}`"))
            .replace(FixClass::Unsafe, "write the inner function", node, function);
    }
}
