//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;

rule! {
    /// A licence whose name leaves open what is meant.
    ///
    /// `gpl2`, `gpl3`, `lgpl2`, `lgpl21` and `lgpl3` do not say whether a later version of the licence may be chosen.
    /// `gpl3Only` and `gpl3Plus` do; the source files' headers or the manifest tell which it is. The attributes are
    /// kept only for old expressions.
    ///
    /// ```nix
    /// meta.license = lib.licenses.gpl3;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta.license = lib.licenses.gpl3Plus;
    /// ```
    "deprecated-license": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for licence in meta::licences(derivation, document.text) {
            let name = licence.name;
            if meta::licence(name) != Some(meta::Licence::Deprecated) {
                continue;
            }
            let message = if name.contains("gpl") {
                format!("`{name}` is deprecated: `{name}Only` or `{name}Plus` says what is meant")
            } else {
                format!("`{name}` is deprecated")
            };
            checker.report(&licence.node, message);
        }
    }
}
