//! Calls: what is called, with what, and whether it is nixpkgs' library or Nix itself that is called.

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::builtin::builtin;
use super::document::Document;
use super::scope::{BindingKind, Target};
use super::tree::{last_name, static_name, static_path, unwrap_parens};

/// `f a b`, taken apart.
pub(crate) struct Call<'t> {
    /// The last name of what is called.
    pub(crate) name: &'t str,
    /// What is called.
    pub(crate) function: Expr,
    /// The arguments, in order.
    pub(crate) arguments: Vec<Expr>,
}

impl<'t> Call<'t> {
    /// The call that `node` is as a whole, where the last name of its function is among `names`. An application that is only
    /// the beginning of a longer one is none.
    pub(crate) fn of(document: &Document<'t>, node: &SyntaxNode, names: &[&str]) -> Option<Self> {
        let name = document.called_name(node)?;
        if !names.contains(&name) {
            return None;
        }
        let mut arguments = Vec::new();
        let mut rest = Expr::cast(node.clone())?;
        while let Expr::Apply(apply) = rest {
            arguments.push(apply.argument()?);
            rest = apply.lambda()?;
        }
        arguments.reverse();
        Some(Self {
            name,
            function: rest,
            arguments,
        })
    }

    /// As [`Call::of`], where the function is one of nixpkgs' library.
    pub(crate) fn of_library(
        document: &Document<'t>,
        node: &SyntaxNode,
        names: &[&str],
    ) -> Option<Self> {
        Self::of(document, node, names)
            .filter(|call| library_name(document, &call.function).is_some())
    }

    /// As [`Call::of`], where the function is one of Nix itself.
    pub(crate) fn of_builtin(
        document: &Document<'t>,
        node: &SyntaxNode,
        names: &[&str],
    ) -> Option<Self> {
        Self::of(document, node, names)
            .filter(|call| builtin_name(document, &call.function).is_some())
    }

    /// The argument at this place, without parentheses.
    pub(crate) fn argument(&self, at: usize) -> Option<Expr> {
        unwrap_parens(self.arguments.get(at)?.clone())
    }
}

/// The last name of what `node`, an application, calls as a whole.
pub(super) fn called_name<'t>(node: &SyntaxNode, text: &'t str) -> Option<&'t str> {
    if is_called(node) {
        return None;
    }
    let mut function = Expr::cast(node.clone())?;
    while let Expr::Apply(apply) = function {
        function = apply.lambda()?;
    }
    last_name(&function, text)
}

/// Whether the application is itself what another one calls.
fn is_called(node: &SyntaxNode) -> bool {
    let parent = node.parent().and_then(ast::Apply::cast);
    parent
        .and_then(|apply| apply.lambda())
        .is_some_and(|function| function.syntax() == node)
}

/// The name within nixpkgs' library that the expression stands for, as the file tells: `mkIf` for `lib.mkIf`,
/// `pkgs.lib.modules.mkIf`, and for a bare `mkIf` that comes from `inherit (lib) mkIf;` or from a `with`.
pub(crate) fn library_name<'t>(document: &Document<'t>, expr: &Expr) -> Option<&'t str> {
    match expr {
        Expr::Paren(_) => library_name(document, &unwrap_parens(expr.clone())?),
        Expr::Ident(ident) => {
            let (name, range) = static_name(ident.syntax(), document.text)?;
            comes_from_library(document, range.start).then_some(name)
        }
        Expr::Select(select) if select.default_expr().is_none() => {
            let path = static_path(&select.attrpath()?, document.text)?;
            let (last, before) = path.split_last()?;
            let Expr::Ident(base) = select.expr()? else {
                return None;
            };
            let (base, range) = static_name(base.syntax(), document.text)?;
            let library = base == "lib"
                || before.contains(&"lib")
                || (before.is_empty()
                    && is_part(base)
                    && comes_from_library(document, range.start));
            library.then_some(*last)
        }
        _ => None,
    }
}

/// The member of `lib.types` that the expression stands for: `attrs` for `lib.types.attrs` and `types.attrs`.
pub(crate) fn type_name<'t>(document: &Document<'t>, select: &ast::Select) -> Option<&'t str> {
    let path = static_path(&select.attrpath()?, document.text)?;
    let (last, before) = path.split_last()?;
    let Expr::Ident(base) = select.expr()? else {
        return None;
    };
    let (base, range) = static_name(base.syntax(), document.text)?;
    let types = match before.split_last() {
        Some((&"types", outer)) => base == "lib" || outer.contains(&"lib"),
        Some(_) => false,
        None => base == "types" && comes_from_library(document, range.start),
    };
    types.then_some(*last)
}

/// As [`type_name`], also for a bare name that a `with lib.types;` may bring.
pub(crate) fn type_of<'t>(document: &Document<'t>, node: &SyntaxNode) -> Option<&'t str> {
    match Expr::cast(node.clone())? {
        Expr::Select(select) => type_name(document, &select),
        Expr::Ident(ident) => {
            let (name, range) = static_name(ident.syntax(), document.text)?;
            let Target::With(with) = document.scopes().target_at(range.start)? else {
                return None;
            };
            let with = ast::With::cast(document.scopes().scopes.get(with)?.node.clone())?;
            let set = document.text_of(with.namespace()?.syntax());
            (set == "types" || set.ends_with("lib.types")).then_some(name)
        }
        _ => None,
    }
}

/// Parts of the library that files take out of it.
fn is_part(name: &str) -> bool {
    matches!(
        name,
        "lists" | "strings" | "attrsets" | "modules" | "options" | "trivial" | "types"
    )
}

/// Whether the name at this byte is brought by a `with`, an `inherit (lib…)` or a binding to `lib.name`.
fn comes_from_library(document: &Document<'_>, start: usize) -> bool {
    let scopes = document.scopes();
    let Some(Target::Binding(binding)) = scopes.target_at(start) else {
        return matches!(scopes.target_at(start), Some(Target::With(_)));
    };
    let Some(binding) = scopes.bindings.get(binding) else {
        return false;
    };
    match binding.kind {
        BindingKind::InheritedFrom => {
            let inherit = binding.node.ancestors().find_map(ast::Inherit::cast);
            let from = inherit.and_then(|inherit| inherit.from()?.expr());
            from.is_some_and(|from| names_library(document.text_of(from.syntax())))
        }
        BindingKind::Value => {
            let value = ast::AttrpathValue::cast(binding.node.clone())
                .filter(|_| binding.more.is_empty())
                .filter(|value| {
                    value
                        .attrpath()
                        .is_some_and(|path| path.attrs().count() == 1)
                })
                .and_then(|value| value.value());
            value.is_some_and(|value| {
                let text = document.text_of(value.syntax());
                let last = text.rsplit_once('.');
                last.is_some_and(|(set, last)| names_library(set) && last == binding.name)
            })
        }
        _ => false,
    }
}

/// Whether this text selects nixpkgs' library or a part of it.
fn names_library(text: &str) -> bool {
    text.split('.').any(|name| name == "lib")
}

/// The name of the builtin that the expression stands for, also where it comes from `inherit (builtins) name;`.
pub(crate) fn builtin_name<'t>(document: &Document<'t>, expr: &Expr) -> Option<&'t str> {
    builtin(document, expr).or_else(|| inherited_builtin(document, expr))
}

fn inherited_builtin<'t>(document: &Document<'t>, expr: &Expr) -> Option<&'t str> {
    let Expr::Ident(ident) = unwrap_parens(expr.clone())? else {
        return None;
    };
    let (name, range) = static_name(ident.syntax(), document.text)?;
    let scopes = document.scopes();
    let Target::Binding(binding) = scopes.target_at(range.start)? else {
        return None;
    };
    let binding = scopes.bindings.get(binding)?;
    let inherit = binding.node.ancestors().find_map(ast::Inherit::cast)?;
    let from = inherit.from()?.expr()?;
    let builtins =
        binding.kind == BindingKind::InheritedFrom && document.text_of(from.syntax()) == "builtins";
    builtins.then_some(name)
}

/// Whether the expression is Nix' own `true` or `false`, and which.
pub(crate) fn constant(document: &Document<'_>, expr: &Expr) -> Option<bool> {
    let Expr::Ident(ident) = unwrap_parens(expr.clone())? else {
        return None;
    };
    let (name, range) = static_name(ident.syntax(), document.text)?;
    let value = match name {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    (document.scopes().target_at(range.start) == Some(Target::Global)).then_some(value)
}
