//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// A phase of stdenv that is written anew.
    ///
    /// The phases of stdenv, and those of the hooks of build systems, already respect parallel building, flags, targets
    /// and the hooks before and behind them. Where flags (`makeFlags`, `buildFlags`, `installTargets`), another target,
    /// or a few lines in `preBuild` or `postInstall` suffice, they are shorter and keep all of that.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   buildPhase = "make static";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   buildFlags = [ "static" ];
    /// }
    /// ```
    ///
    /// Software without a build system needs its own phases; that is why this rule has to be asked for.
    "explicit-phases": Package, Help, optional;
    on [NODE_ROOT] => check
}

const PHASES: [&str; 4] = ["configurePhase", "buildPhase", "checkPhase", "installPhase"];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if derivation.kind != Kind::Stdenv {
            continue;
        }
        for phase in PHASES {
            if let Some(found) = derivation.attributes.find(phase)
                && found.value.is_some()
            {
                checker.report_at(
                    found.key.clone(),
                    format!("`{phase}` is written anew; flags or hooks may be enough"),
                );
            }
        }
    }
}
