//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::comments::is_explained;
use crate::lint::document::Checker;
use crate::lint::tree::last_name;

rule! {
    /// A package marked as broken without a word about it.
    ///
    /// Whoever wants to mend it has to find out first what is broken: a comment with the error, the log or the issue
    /// saves that, and shows when the mark can go.
    ///
    /// ```nix
    /// meta.broken = true;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// # does not build with openssl 3, see upstream's issue 12
    /// meta.broken = true;
    /// ```
    "broken-without-comment": Package, Help, optional;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        if let Some(broken) = meta.find("broken")
            && let Some(value) = &broken.value
            && last_name(value, document.text) == Some("true")
            && !is_explained(&broken.node)
        {
            checker.report(&broken.node, "nothing says what is broken");
        }
    }
}
