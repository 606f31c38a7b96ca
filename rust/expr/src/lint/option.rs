//! Declarations of options: `mkOption { … }` and what it says.

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::attribute::Members;
use super::call::{Call, constant};
use super::document::Document;
use super::tree::parent_without_parens;

/// A `mkOption { … }` whose set is written out.
pub(crate) struct Declaration<'t> {
    /// What it says.
    pub(crate) members: Members<'t>,
}

impl<'t> Declaration<'t> {
    /// The declaration that `node`, a call, is. Those of tests do not count.
    pub(crate) fn of(document: &Document<'t>, node: &SyntaxNode) -> Option<Self> {
        let call = Call::of_library(document, node, &["mkOption"])?;
        let Some(Expr::AttrSet(set)) = call.argument(0).filter(|_| call.arguments.len() == 1)
        else {
            return None;
        };
        if document.is_test() {
            return None;
        }
        let members = Members::of(&set, document.text);
        members.closed.then_some(Self { members })
    }

    /// Whether it adds to an option that is declared elsewhere: what stands behind `//`, and a declaration that gives only an
    /// `apply`, a `default` or a submodule with more options.
    pub(crate) fn is_addition(&self, document: &Document<'_>, node: &SyntaxNode) -> bool {
        let updates = parent_without_parens(node)
            .and_then(ast::BinOp::cast)
            .is_some_and(|operation| operation.operator() == Some(ast::BinOpKind::Update));
        let submodule = || {
            let kind = self.members.value("type");
            kind.is_some_and(|kind| is_submodule(document, &kind))
        };
        let adds = |name: &str| match name {
            "apply" | "default" => true,
            "type" => submodule(),
            _ => false,
        };
        updates || self.members.all.iter().all(|(name, _)| adds(name))
    }

    /// Whether no manual shows it: `internal = true`, or a `visible` that may be false.
    pub(crate) fn is_hidden(&self, document: &Document<'_>) -> bool {
        let says_otherwise = |name: &str, usual: bool| {
            self.members.has(name)
                && self
                    .members
                    .value(name)
                    .and_then(|value| constant(document, &value))
                    != Some(usual)
        };
        says_otherwise("internal", false) || says_otherwise("visible", true)
    }
}

/// Whether a type is a submodule, or made of one: it is said in the beginning.
pub(crate) fn is_submodule(document: &Document<'_>, kind: &Expr) -> bool {
    let text = document.text_of(kind.syntax());
    let beginning: String = text.chars().take(200).collect();
    beginning.contains("ubmodule")
}
