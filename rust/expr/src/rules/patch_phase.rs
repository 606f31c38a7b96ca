//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// A derivation that replaces `patchPhase`.
    ///
    /// That phase applies `patches`. A replacement silently drops them, also those that somebody adds later with
    /// `overrideAttrs`, and it runs neither `prePatch` nor `postPatch`. What is to be changed besides belongs in
    /// `postPatch`.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   patchPhase = "patchShebangs .";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   postPatch = "patchShebangs .";
    /// }
    /// ```
    "patch-phase": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if let Some(phase) = derivation.attributes.find("patchPhase") {
            checker.report_at(
                phase.key.clone(),
                "`patchPhase` is replaced; `postPatch` keeps the patches",
            );
        }
    }
}
