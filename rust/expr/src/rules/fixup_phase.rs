//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// A derivation that replaces `fixupPhase`.
    ///
    /// That phase strips binaries, patches shebangs and ELF files, moves files to their outputs, compresses manual
    /// pages and runs what hooks have to do last. A replacement does none of it. What is to happen besides belongs in
    /// `preFixup` or `postFixup`; where nothing is to be fixed up, `dontFixup = true` says so.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   fixupPhase = "wrapProgram $out/bin/tool --set HOME /tmp";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   postFixup = "wrapProgram $out/bin/tool --set HOME /tmp";
    /// }
    /// ```
    "fixup-phase": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if let Some(phase) = derivation.attributes.find("fixupPhase") {
            checker.report_at(
                phase.key.clone(),
                "`fixupPhase` is replaced; `postFixup` keeps what it does",
            );
        }
    }
}
