//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A `sourceRoot` that writes down how the source's folder is called.
    ///
    /// Fetchers of repositories call it `source`, but that is theirs to change, and with `fetchFromGitHub` under
    /// another configuration it is the repository's name. `src.name` is right in every case.
    ///
    /// ```nix
    /// stdenv.mkDerivation (finalAttrs: {
    ///   sourceRoot = "source/frontend";
    /// })
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation (finalAttrs: {
    ///   sourceRoot = "${finalAttrs.src.name}/frontend";
    /// })
    /// ```
    ///
    /// The fix is not safe: where `src` is no fetcher's result it may have no such name.
    "source-root-name": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(root) = derivation.attributes.find("sourceRoot") else {
            continue;
        };
        let Some(Expr::Str(value)) = &root.value else {
            continue;
        };
        let written = document.text_of(value.syntax());
        if written != "\"source\"" && !written.starts_with("\"source/") {
            continue;
        }
        let reported = checker.report(value.syntax(), "the source's folder is `src.name`");
        if !derivation.attributes.has("src") {
            continue;
        }
        let name = match derivation.final_name {
            Some(name) => format!("${{{name}.src.name}}"),
            None if derivation.is_recursive() => "${src.name}".to_owned(),
            None => continue,
        };
        let start = range_of(value.syntax()).start + 1;
        let edit = TextEdit::replace(start..start + "source".len(), name);
        reported.fix(FixClass::Unsafe, "use `src.name`", value.syntax(), vec![edit]);
    }
}
