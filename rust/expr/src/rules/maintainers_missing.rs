//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;

rule! {
    /// A package that nobody maintains.
    ///
    /// nixpkgs wants somebody who looks after each new package: who is asked when it breaks and told when it is
    /// changed. An empty list says that nobody does.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   meta.maintainers = [ ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   meta.maintainers = [ lib.maintainers.alice ];
    /// }
    /// ```
    ///
    /// Only files that are one package are looked at, and only where all attributes are written there. Many old
    /// packages have lost their maintainers; that is why this rule has to be asked for.
    "maintainers-missing": Package, Note, optional;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    meta::report_missing(checker, "maintainers", "nobody maintains the package");
}
