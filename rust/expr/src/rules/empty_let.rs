//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{bytes, range_of};

rule! {
    /// A `let … in` that binds nothing.
    ///
    /// It is left over from an edit, and its body alone is the same.
    ///
    /// ```nix
    /// let in pkgs.hello
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// pkgs.hello
    /// ```
    "empty-let": Style, Note, default, fix Safe;
    on [NODE_LET_IN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(let_in) = ast::LetIn::cast(node.clone()) else {
        return;
    };
    if let_in.entries().next().is_some() {
        return;
    }
    let (Some(opening), Some(closing), Some(body)) =
        (let_in.let_token(), let_in.in_token(), let_in.body())
    else {
        return;
    };
    let (opening, closing) = (bytes(opening.text_range()), bytes(closing.text_range()));
    let body = range_of(body.syntax()).start;
    let text = checker.document.text;
    let is_blank = |from: usize, to: usize| text.get(from..to).is_some_and(|part| part.trim().is_empty());
    let edits = if is_blank(opening.end, closing.start) && is_blank(closing.end, body) {
        vec![TextEdit::remove(opening.start..body)]
    } else {
        vec![TextEdit::remove(opening), TextEdit::remove(closing)]
    };
    checker
        .report(node, "`let … in` without a binding")
        .fix(FixClass::Safe, "keep the body alone", node, edits);
}
