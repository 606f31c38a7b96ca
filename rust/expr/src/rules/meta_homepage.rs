//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A homepage without TLS.
    ///
    /// Nearly every site answers with `https` today; a link with `http` can be read and changed on the way.
    ///
    /// ```nix
    /// meta.homepage = "http://example.org";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta.homepage = "https://example.org";
    /// ```
    ///
    /// The fix is not safe: whether the site answers cannot be known here. For that reason the rule has to be asked
    /// for.
    "meta-homepage": Package, Help, optional, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        let Some(Expr::Str(homepage)) = meta.find("homepage").and_then(|found| found.value.as_ref())
        else {
            continue;
        };
        if document.text_of(homepage.syntax()).starts_with("\"http://") {
            let start = range_of(homepage.syntax()).start;
            let edit = TextEdit::replace(start + 1..start + 5, "https");
            checker.report(homepage.syntax(), "the homepage is reached without TLS").fix(
                FixClass::Unsafe,
                "use `https`",
                homepage.syntax(),
                vec![edit],
            );
        }
    }
}
