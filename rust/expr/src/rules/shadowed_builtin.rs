//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::{Checker, Document};
use crate::lint::global;
use crate::lint::scope::{Binding, BindingKind};
use crate::lint::tree::last_name;

rule! {
    /// A `let` binding or argument with the name of a function or constant that Nix brings itself.
    ///
    /// Below it, `map`, `import` or `null` mean something else than every reader believes. Attributes of sets may be
    /// called what they like, and taking the same function from `builtins` or `lib` is no shadow.
    ///
    /// ```nix
    /// let map = { a = 1; }; in map.a
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let table = { a = 1; }; in table.a
    /// ```
    "shadowed-builtin": Correctness, Note, default;
    on [NODE_LET_IN, NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(scope) = document.scopes().scope_of(node) else {
        return;
    };
    for binding in document.scopes().bindings_of(scope) {
        if global::is_prelude(binding.name) && is_shadow(document, binding) {
            let message = format!("`{}` hides the one that Nix brings", binding.name);
            checker.report_at(binding.range.clone(), message);
        }
    }
}

fn is_shadow(document: &Document<'_>, binding: &Binding<'_>) -> bool {
    match binding.kind {
        BindingKind::Inherited => false,
        BindingKind::InheritedFrom => {
            let from = binding
                .node
                .parent()
                .and_then(ast::Inherit::cast)
                .and_then(|inherit| inherit.from())
                .and_then(|from| from.expr());
            !from.is_some_and(|from| is_library(document, &from))
        }
        BindingKind::Value => {
            let value = ast::AttrpathValue::cast(binding.node.clone()).and_then(|it| it.value());
            let taken = match value {
                Some(Expr::Select(select)) => select.expr().is_some_and(|set| is_library(document, &set)),
                _ => false,
            };
            !taken
        }
        // what a package is given has the name that the package set gives it
        BindingKind::Formal => !binding.uses.is_empty() && !is_package_argument(binding.name),
        BindingKind::WholeArgument | BindingKind::Argument => true,
    }
}

fn is_library(document: &Document<'_>, set: &Expr) -> bool {
    matches!(
        last_name(set, document.text),
        Some("builtins" | "lib" | "trivial" | "lists" | "strings" | "attrsets" | "prim")
    )
}

/// Names that sets of packages have as well.
fn is_package_argument(name: &str) -> bool {
    matches!(name, "fetchGit" | "fetchMercurial" | "fetchTarball" | "fetchTree" | "placeholder")
}
