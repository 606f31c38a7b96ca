//! See [`RULE`].

use rnix::SyntaxKind::{TOKEN_L_BRACE, TOKEN_R_BRACE};
use rnix::SyntaxNode;
use rnix::ast::{self, Param};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::scope::BindingKind;
use crate::lint::tree::{bytes, range_of};

rule! {
    /// A name for a function's whole argument, `@args`, that nothing uses.
    ///
    /// The pattern alone says the same.
    ///
    /// ```nix
    /// { lib, ... }@args: lib.version
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib, ... }: lib.version
    /// ```
    "unused-argument-set": Unused, Warning, default, fix Safe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(lambda) = ast::Lambda::cast(node.clone()) else {
        return;
    };
    let Some(Param::Pattern(pattern)) = lambda.param() else {
        return;
    };
    if pattern.pat_bind().is_none() {
        return;
    }
    let document = checker.document;
    let scopes = document.scopes();
    let unused = scopes.scope_of(node).and_then(|scope| {
        scopes.bindings_of(scope).find(|binding| {
            binding.kind == BindingKind::WholeArgument
                && binding.uses.is_empty()
                && !binding.name.starts_with('_')
        })
    });
    let Some(binding) = unused else { return };
    let brace = |kind| {
        pattern
            .syntax()
            .children_with_tokens()
            .filter_map(|child| child.into_token())
            .find(|token| token.kind() == kind)
            .map(|token| bytes(token.text_range()))
    };
    let (Some(open), Some(close)) = (brace(TOKEN_L_BRACE), brace(TOKEN_R_BRACE)) else {
        return;
    };
    let whole = range_of(pattern.syntax());
    let extra = if binding.range.start < open.start {
        whole.start..open.start
    } else {
        close.end..whole.end
    };
    let message = format!("`{}` is not used", binding.name);
    let range = binding.range.clone();
    checker.report_at(range, message).fix(
        FixClass::Safe,
        "remove it",
        pattern.syntax(),
        vec![TextEdit::remove(extra)],
    );
}
