//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;

rule! {
    /// A package of what upstream built that does not say so.
    ///
    /// People who only want what is built from source exclude the rest by `meta.sourceProvenance`. nixpkgs asks for it
    /// wherever a `.deb`, `.rpm`, `.AppImage`, wheel, jar or the like is repackaged.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   src = fetchurl { url = "https://example.org/tool.deb"; };
    ///   meta.license = lib.licenses.mit;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   src = fetchurl { url = "https://example.org/tool.deb"; };
    ///   meta = {
    ///     license = lib.licenses.mit;
    ///     sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
    ///   };
    /// }
    /// ```
    ///
    /// Only where `src` is written there and all of `meta` is.
    "source-provenance-missing": Package, Note, default;
    on [NODE_ROOT] => check
}

/// How the names of what is built end.
const BUILT: [&str; 9] = [
    ".AppImage", ".apk", ".deb", ".dmg", ".jar", ".msi", ".rpm", ".snap", ".whl",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let packaging = document.packaging();
    for derivation in &packaging.derivations {
        let Some(src) = derivation.attributes.find("src").and_then(|src| src.value.as_ref()) else {
            continue;
        };
        let fetch = packaging.fetch_at(src.syntax());
        let url = fetch.and_then(|fetch| fetch.attributes.find("url")?.value.as_ref());
        let Some(Expr::Str(url)) = url else { continue };
        let url = document.text_of(url.syntax()).trim_end_matches('"');
        let Some(end) = BUILT.iter().find(|end| url.ends_with(*end)) else {
            continue;
        };
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        if meta.complete
            && !meta.has("sourceProvenance")
            && let Some(place) = meta::place(derivation)
        {
            checker.report_at(place, format!("`{end}` is built by upstream; `meta.sourceProvenance` does not say so"));
        }
    }
}
