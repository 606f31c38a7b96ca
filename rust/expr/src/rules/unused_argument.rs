//! See [`RULE`].

use rnix::SyntaxNode;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::scope::BindingKind;
use crate::lint::tree::range_of;

rule! {
    /// A function's argument that nothing uses.
    ///
    /// An underscore in front of the name says that this is meant. The arguments of overlays are left alone: `final: prev:` and
    /// `self: super:` are read as one word.
    ///
    /// ```nix
    /// lib.mapAttrs (name: value: value + 1) numbers
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.mapAttrs (_name: value: value + 1) numbers
    /// ```
    "unused-argument": Unused, Note, optional, fix Safe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let scopes = document.scopes();
    let Some(binding) = scopes
        .scope_of(node)
        .and_then(|scope| scopes.bindings_of(scope).next())
    else {
        return;
    };
    let is_idiom = matches!(
        binding.name,
        "self" | "super" | "final" | "prev" | "old" | "finalAttrs" | "previousAttrs" | "prevAttrs"
    );
    if binding.kind != BindingKind::Argument
        || !binding.uses.is_empty()
        || binding.name.starts_with('_')
        || is_idiom
    {
        return;
    }
    let marked = format!("_{}", binding.name);
    let captures = scopes
        .references_in(&range_of(node))
        .iter()
        .any(|reference| reference.name == marked);
    let message = format!("the argument `{}` is not used", binding.name);
    let reported = checker.report_at(binding.range.clone(), message);
    if !captures {
        let edits = vec![TextEdit::replace(binding.range.clone(), marked.clone())];
        reported.fix(
            FixClass::Safe,
            format!("call it `{marked}`"),
            &binding.node,
            edits,
        );
    }
}
