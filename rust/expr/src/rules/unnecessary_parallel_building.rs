//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::FixClass;
use crate::lint::derivation::{Derivation, Kind, removal};
use crate::lint::document::Checker;
use rowan::ast::AstNode as _;

rule! {
    /// `enableParallelBuilding = true` where it is so anyway.
    ///
    /// The hooks of CMake, Meson and qmake switch parallel building on unless the derivation says otherwise, and the builders
    /// for Rust and Go build in parallel in any case.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ cmake ];
    ///   enableParallelBuilding = true;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ cmake ];
    /// }
    /// ```
    ///
    /// The fix is not safe: the attribute is part of the derivation, and without it the store path is another one.
    "unnecessary-parallel-building": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// What switches parallel building on, and the attribute that keeps it from doing so.
const TOOLS: [(&str, &str, &str); 3] = [
    ("cmake", "dontUseCmakeConfigure", "CMake"),
    ("meson", "dontUseMesonConfigure", "Meson"),
    ("qmake", "dontUseQmakeConfigure", "qmake"),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        if !derivation.is_true("enableParallelBuilding", document.text) {
            continue;
        }
        let Some(attribute) = derivation.attributes.find("enableParallelBuilding") else {
            continue;
        };
        let Some(who) = parallel_anyway(derivation, document.text) else {
            continue;
        };
        let message = format!("{who} builds in parallel anyway");
        let reported = checker.report(&attribute.node, message);
        if let Some(edit) = removal::remove(&attribute.node, document.text) {
            let set = derivation.set.syntax();
            let fix = "remove `enableParallelBuilding`";
            reported.fix(FixClass::Unsafe, fix, set, vec![edit]);
        }
    }
}

fn parallel_anyway(derivation: &Derivation<'_>, text: &str) -> Option<&'static str> {
    match derivation.kind {
        Kind::Rust => return Some("`buildRustPackage`"),
        Kind::Go => return Some("`buildGoModule`"),
        Kind::Stdenv | Kind::Other => {}
        Kind::Python | Kind::Npm => return None,
    }
    if derivation.attributes.has("configurePhase") || derivation.attributes.has("dontConfigure") {
        return None;
    }
    let inputs = derivation.elements("nativeBuildInputs", text)?;
    let (_, _, who) = TOOLS.iter().find(|(tool, off, _)| {
        let has = inputs
            .all
            .iter()
            .any(|input| !input.conditional && input.last() == Some(tool));
        has && !derivation.attributes.has(off)
    })?;
    Some(who)
}
