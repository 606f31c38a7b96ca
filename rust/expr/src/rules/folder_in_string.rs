//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::unwrap_parens;

rule! {
    /// The whole folder of the file in a string: `"${./.}/name"`.
    ///
    /// Nix copies the folder to the store as it lies there, everything that happens to be in it, and the text changes with every
    /// one of its files. `${./name}` copies what is needed.
    ///
    /// ```nix
    /// "${./.}/patches/fix.patch"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// "${./patches/fix.patch}"
    /// ```
    "folder-in-string": Correctness, Note, default;
    on [NODE_INTERPOL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let inner = ast::Interpol::cast(node.clone())
        .and_then(|interpolation| interpolation.expr())
        .and_then(unwrap_parens);
    let Some(Expr::PathRel(path)) = inner else {
        return;
    };
    let text = checker.document.text_of(path.syntax());
    let is_folder = text.ends_with("/.") || text.ends_with("..") || text.ends_with("./");
    if is_folder {
        checker.report(path.syntax(), format!("`{text}` is copied to the store as a whole"));
    }
}
