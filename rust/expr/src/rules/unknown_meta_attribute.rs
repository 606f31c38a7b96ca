//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::meta;
use crate::lint::document::Checker;
use crate::lint::words::closest;

rule! {
    /// An attribute of `meta` that nixpkgs does not know.
    ///
    /// nixpkgs checks `meta` in its CI (`checkMeta`) and refuses attributes that it does not know; elsewhere nobody
    /// reads them. Mostly the name is misspelt. What is not meant for `meta` belongs in `passthru`.
    ///
    /// ```nix
    /// meta = {
    ///   descripton = "Tool that does one thing";
    /// };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta = {
    ///   description = "Tool that does one thing";
    /// };
    /// ```
    "unknown-meta-attribute": Package, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        for attribute in &meta.all {
            let Some(name) = attribute.path.first() else {
                continue;
            };
            if meta::is_known(name) {
                continue;
            }
            let message = match closest(name, meta::KNOWN.iter().copied()) {
                Some(known) => format!("`meta` has no attribute `{name}`; `{known}` is close"),
                None => format!("`meta` has no attribute `{name}`"),
            };
            checker.report_at(attribute.key.clone(), message);
        }
    }
}
