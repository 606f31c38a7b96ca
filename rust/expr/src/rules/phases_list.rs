//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// A derivation that lists its `phases`.
    ///
    /// The list replaces every phase that stdenv has, also those that nobody thinks of: without `fixupPhase` no binary
    /// is stripped and no shebang patched, and phases that stdenv or a hook adds later never run. Single phases are
    /// switched off by `dontUnpack`, `dontConfigure`, `dontBuild`, `dontInstall` and `dontFixup`, and further ones are
    /// added with `preInstallPhases` and its like.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   phases = [ "installPhase" ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   dontUnpack = true;
    ///   dontBuild = true;
    /// }
    /// ```
    "phases-list": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if let Some(phases) = derivation.attributes.find("phases") {
            checker.report(
                &phases.node,
                "`phases` leaves out every phase that it does not name",
            );
        }
    }
}
