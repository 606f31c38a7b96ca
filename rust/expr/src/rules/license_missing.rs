//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;

rule! {
    /// A package that does not say under which licence it comes.
    ///
    /// Nix allows or refuses a package by `meta.license`, and so do people. Without it a package counts as free.
    /// Software without a licence is `lib.licenses.unfree`.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   meta.description = "Tool that does one thing";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   meta = {
    ///     description = "Tool that does one thing";
    ///     license = lib.licenses.mit;
    ///   };
    /// }
    /// ```
    ///
    /// Only files that are one package are looked at, and only where all attributes are written there.
    "license-missing": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    meta::report_missing(checker, "license", "the package does not say under which licence it comes");
}
