//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::lint::FixClass;
use crate::lint::call::{Call};
use crate::lint::tree::operand_text;
use crate::lint::document::Checker;

rule! {
    /// `mkMerge` of nothing, or of a single definition.
    ///
    /// There is nothing to merge. The fix is not safe: `mkMerge [ x ]` is a marked set that only the module system understands,
    /// so whoever looks at the value itself (`//`, `?`, a function argument) sees something else afterwards.
    ///
    /// ```nix
    /// config = lib.mkMerge [ { services.nginx.enable = true; } ];
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// config = { services.nginx.enable = true; };
    /// ```
    "single-merge": Module, Note, default, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_library(document, node, &["mkMerge"]).filter(|_| !document.is_test()) else {
        return;
    };
    let Some(Expr::List(list)) = call.argument(0).filter(|_| call.arguments.len() == 1) else {
        return;
    };
    let mut items = list.items();
    match (items.next(), items.next()) {
        (None, _) => {
            checker.report(node, "`mkMerge` of nothing");
        }
        (Some(only), None) => {
            let value = operand_text(&only, document.text);
            checker
                .report(node, "`mkMerge` of a single definition")
                .replace(FixClass::Unsafe, "write the definition alone", node, value);
        }
        _ => {}
    }
}
