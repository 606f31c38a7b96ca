//! See [`RULE`].

use rnix::SyntaxKind::NODE_IDENT;
use rnix::SyntaxNode;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;
use crate::lint::scope::Target;
use crate::lint::tree::range_of;

rule! {
    /// A licence that `lib.licenses` does not have.
    ///
    /// Evaluating `meta` fails. The names are not the identifiers of SPDX: MIT is `mit`, Apache-2.0 is `asl20`, and
    /// GPL-3.0-or-later is `gpl3Plus`.
    ///
    /// ```nix
    /// meta.license = lib.licenses.apache2;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta.license = lib.licenses.asl20;
    /// ```
    ///
    /// The names are those of a nixpkgs of the time at which this program was made.
    "unknown-license": Package, Error, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for licence in meta::licences(derivation, document.text) {
            if meta::licence(licence.name).is_some() {
                continue;
            }
            let bound = matches!(
                document.scopes().target_at(range_of(&licence.node).start),
                Some(Target::Binding(_))
            );
            let is_name = licence.node.kind() == NODE_IDENT;
            if !(is_name && bound) {
                let message = match meta::closest_licence(licence.name) {
                    Some(closest) => format!("there is no licence `{}`; `{closest}` is close", licence.name),
                    None => format!("there is no licence `{}`", licence.name),
                };
                checker.report(&licence.node, message);
            }
        }
    }
}
