//! See [`RULE`].

use rnix::SyntaxKind::NODE_APPLY;
use rnix::SyntaxNode;
use rnix::ast::{self, UnaryOpKind};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::builtin::{builtin, means_global};
use crate::lint::document::Checker;
use crate::lint::tree::{comparison_needs_parens, has_comment, range_of};

rule! {
    /// A call of `isNull`.
    ///
    /// Nix defines it as a comparison with `null` and calls it deprecated. The comparison is as short and needs no
    /// knowledge.
    ///
    /// ```nix
    /// if isNull x then 0 else x
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// if x == null then 0 else x
    /// ```
    "deprecated-is-null": Style, Note, default, fix Safe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(call) = ast::Apply::cast(node.clone()) else {
        return;
    };
    let (Some(function), Some(argument)) = (call.lambda(), call.argument()) else {
        return;
    };
    if !checker.document.text_of(function.syntax()).ends_with("isNull")
        || builtin(checker.document, &function) != Some("isNull")
    {
        return;
    }
    let is_called_further = node
        .parent()
        .is_some_and(|parent| parent.kind() == NODE_APPLY)
        && node.prev_sibling().is_none();
    let document = checker.document;
    let reported = checker.report(node, "`isNull` is a comparison with `null`");
    if is_called_further
        || has_comment(node)
        || !means_global(document, "null", range_of(node).start)
    {
        return;
    }
    let value = document.text_of(argument.syntax());
    let negation = node
        .parent()
        .and_then(ast::UnaryOp::cast)
        .filter(|parent| parent.operator() == Some(UnaryOpKind::Invert));
    let (replaced, sign) = match &negation {
        Some(negation) => (negation.syntax(), "!="),
        None => (node, "=="),
    };
    let comparison = if comparison_needs_parens(replaced) {
        format!("({value} {sign} null)")
    } else {
        format!("{value} {sign} null")
    };
    reported.replace(
        FixClass::Safe,
        format!("write `{sign} null`"),
        replaced,
        comparison,
    );
}
