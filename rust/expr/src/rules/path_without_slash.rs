//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr, InterpolPart};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::unwrap_parens;

rule! {
    /// A file name added to a folder without a slash between: `./. + "name"`.
    ///
    /// The path is put together as text: `./.` in `/home/a` and `"name"` make `/home/aname`.
    ///
    /// ```nix
    /// import (./. + "default.nix")
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// import (./. + "/default.nix")
    /// ```
    "path-without-slash": Correctness, Warning, default;
    on [NODE_BIN_OP] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(sum) = ast::BinOp::cast(node.clone()) else {
        return;
    };
    if sum.operator() != Some(BinOpKind::Add) {
        return;
    }
    let (Some(Expr::PathRel(folder)), Some(Expr::Str(name))) =
        (sum.lhs(), sum.rhs().and_then(unwrap_parens))
    else {
        return;
    };
    let folder = checker.document.text_of(folder.syntax());
    let is_folder = folder.ends_with("/.") || folder.ends_with("/..");
    let without_slash = match name.normalized_parts().first() {
        Some(InterpolPart::Literal(text)) => !text.starts_with('/') && !text.is_empty(),
        // what it begins with is not known
        Some(InterpolPart::Interpolation(_)) | None => false,
    };
    if is_folder && without_slash {
        checker.report(node, format!("no slash between `{folder}` and the name"));
    }
}
