//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Apply, Expr};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{last_name, range_of, unwrap_parens};

rule! {
    /// `lib.optional` with a list, which gives a list in a list.
    ///
    /// `lib.optional condition x` is `[ x ]` or `[ ]`. Where `x` is a list already, `lib.optionals` is meant. Lists of
    /// inputs are flattened, so that nobody notices; other lists are not.
    ///
    /// ```nix
    /// buildInputs = lib.optional withGui [ gtk3 glib ];
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildInputs = lib.optionals withGui [ gtk3 glib ];
    /// ```
    ///
    /// The fix is not safe: the value is another one.
    "optional-nested-list": Package, Warning, default, fix Unsafe;
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
    if last_name(&function, checker.document.text) != Some("optional") {
        return;
    }
    let Some(Expr::List(_)) = apply.argument().and_then(unwrap_parens) else {
        return;
    };
    let reported = checker.report(node, "`lib.optional` with a list gives a list in a list");
    let whole = match &function {
        Expr::Select(select) => select.expr().is_some_and(|set| set.to_string() == "lib"),
        _ => false,
    };
    if whole {
        let end = range_of(function.syntax()).end;
        let edit = TextEdit::insert(end, "s");
        reported.fix(FixClass::Unsafe, "use `lib.optionals`", node, vec![edit]);
    }
}
