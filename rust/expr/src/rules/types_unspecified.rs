//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::call::type_of;
use crate::lint::document::Checker;

rule! {
    /// The option type `types.unspecified` or `types.raw`, which check nothing.
    ///
    /// Whatever is set is taken. A type that says what the option wants finds mistakes where they are made. There are options
    /// for which nothing better can be said, so the rule runs only when it is asked for.
    ///
    /// ```nix
    /// type = lib.types.unspecified;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// type = lib.types.functionTo lib.types.str;
    /// ```
    "types-unspecified": Module, Help, optional;
    on [NODE_SELECT, NODE_IDENT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let text = document.text_of(node);
    if !text.ends_with("unspecified") && !text.ends_with("raw") {
        return;
    }
    if let Some(name @ ("unspecified" | "raw")) = type_of(document, node) {
        checker.report(node, format!("`types.{name}` checks nothing"));
    }
}
