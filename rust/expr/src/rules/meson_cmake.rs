//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::derivation::comments::is_explained;
use crate::lint::document::Checker;

rule! {
    /// CMake among the build tools of a package that Meson builds.
    ///
    /// Meson looks for CMake as a second way to find dependencies and says so when there is none; that line of its log
    /// is no problem. With both in `nativeBuildInputs` their hooks compete for the configure phase as well. CMake is
    /// needed only where a dependency can be found in no other way, or where a part of the source is built with it: a
    /// comment that says so, or `dontUseCmakeConfigure = true`, quiets the rule.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ cmake meson ninja pkg-config ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ meson ninja pkg-config ];
    /// }
    /// ```
    "meson-cmake": Package, Note, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let attributes = &derivation.attributes;
        if attributes.has("dontUseCmakeConfigure")
            || attributes.has("dontUseMesonConfigure")
            || attributes.has("configurePhase")
            || attributes.has("cmakeFlags")
        {
            continue;
        }
        let Some(inputs) = derivation.elements("nativeBuildInputs", document.text) else {
            continue;
        };
        if let (Some(cmake), Some(meson)) = (inputs.find(&["cmake"]), inputs.find(&["meson"]))
            && !(cmake.conditional || meson.conditional)
            && !is_explained(cmake.expr.syntax())
        {
            checker.report(
                cmake.expr.syntax(),
                "Meson builds this package; CMake is rarely needed besides",
            );
        }
    }
}
