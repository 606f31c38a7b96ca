//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// A Bash array of flags given as an attribute.
    ///
    /// `makeFlagsArray`, `cmakeFlagsArray` and their like are arrays of the builder's shell. An attribute arrives there
    /// as one string, so that the flags run together into one. Flags belong in `makeFlags` and its like; those with
    /// spaces are added to the array in a hook such as `preBuild`, or passed with `__structuredAttrs = true`.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   makeFlagsArray = [ "CC=cc" "V=1" ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   makeFlags = [ "CC=cc" "V=1" ];
    /// }
    /// ```
    "no-flags-array": Package, Error, default;
    on [NODE_ROOT] => check
}

/// Not `makeWrapperArgs` and `qtWrapperArgs`: their hooks look at what they are.
const ARRAYS: [&str; 11] = [
    "buildFlagsArray",
    "checkFlagsArray",
    "cmakeFlagsArray",
    "configureFlagsArray",
    "distFlagsArray",
    "installCheckFlagsArray",
    "installFlagsArray",
    "makeFlagsArray",
    "mesonFlagsArray",
    "ninjaFlagsArray",
    "qmakeFlagsArray",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if derivation.may_be_structured() {
            continue;
        }
        for attribute in &derivation.attributes.all {
            if let [name] = attribute.path[..]
                && ARRAYS.contains(&name)
            {
                checker.report_at(
                    attribute.key.clone(),
                    format!("`{name}` is an array of the builder's shell, not an attribute"),
                );
            }
        }
    }
}
