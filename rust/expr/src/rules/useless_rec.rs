//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::attributes::may_be_merged;
use crate::lint::document::Checker;
use crate::lint::tree::bytes;

rule! {
    /// A recursive set in which nothing refers to another of its attributes.
    ///
    /// Without `rec` it is the same set, and a later attribute cannot catch a name by accident.
    ///
    /// ```nix
    /// rec { pname = "hello"; version = "1.0"; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { pname = "hello"; version = "1.0"; }
    /// ```
    "useless-rec": Unused, Warning, default, fix Safe;
    on [NODE_ATTR_SET] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(set) = ast::AttrSet::cast(node.clone()) else {
        return;
    };
    let (Some(keyword), Some(open)) = (set.rec_token(), set.l_curly_token()) else {
        return;
    };
    let document = checker.document;
    let Some(scope) = document.scopes().scope_of(node) else {
        return;
    };
    let is_used = document
        .scopes()
        .bindings_of(scope)
        .any(|binding| !binding.uses.is_empty() || binding.name.starts_with("__"));
    if is_used || may_be_merged(document, node) {
        return;
    }
    let keyword = bytes(keyword.text_range());
    let open = bytes(open.text_range());
    let between = document.text.get(keyword.end..open.start).unwrap_or_default();
    let end = if between.trim().is_empty() { open.start } else { keyword.end };
    checker
        .report_at(keyword.clone(), "nothing in this set refers to the set")
        .fix(
            FixClass::Safe,
            "remove `rec`",
            node,
            vec![TextEdit::remove(keyword.start..end)],
        );
}
