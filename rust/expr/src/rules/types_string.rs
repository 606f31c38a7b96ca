//! See [`RULE`].

use rnix::SyntaxNode;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::call::type_of;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// The option type `types.string`, which nixpkgs has removed.
    ///
    /// It joined several definitions into one string without saying so. `types.str` takes one definition; what joins is
    /// `types.separatedString sep`, and `types.lines` and `types.commas` among its friends. The fix writes `str`; it is not safe,
    /// since the old type may have been wanted for what it did.
    ///
    /// ```nix
    /// type = lib.types.string;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// type = lib.types.str;
    /// ```
    "types-string": Module, Error, default, fix Unsafe;
    on [NODE_SELECT, NODE_IDENT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let text = document.text_of(node);
    if !text.ends_with("string") || type_of(document, node) != Some("string") {
        return;
    }
    let end = range_of(node).end;
    let edit = TextEdit::replace(end - "string".len()..end, "str");
    checker
        .report(node, "`types.string` is removed")
        .fix(FixClass::Unsafe, "use `str`", node, vec![edit]);
}
