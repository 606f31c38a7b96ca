//! Which expressions stand for functions and constants that Nix brings itself.

use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::document::Document;
use super::global;
use super::scope::Target;
use super::tree::{static_name, unwrap_parens};

/// The name of the builtin that an expression stands for: `map` of `map`, `__map` and `builtins.map`.
pub(crate) fn builtin<'t>(document: &Document<'t>, expr: &Expr) -> Option<&'t str> {
    match expr {
        Expr::Ident(ident) => {
            let name = global_name(document, ident)?;
            let plain = name.strip_prefix("__").unwrap_or(name);
            (global::is_prelude(name) || global::is_builtin(plain)).then_some(plain)
        }
        Expr::Select(select) => builtins_attribute(document, select),
        Expr::Paren(_) => builtin(document, &unwrap_parens(expr.clone())?),
        _ => None,
    }
}

/// The attribute that `builtins.name` asks for, whether there is one or not; nothing for longer paths and for `or`.
pub(crate) fn builtins_attribute<'t>(
    document: &Document<'t>,
    select: &ast::Select,
) -> Option<&'t str> {
    let Expr::Ident(base) = select.expr()? else {
        return None;
    };
    if static_name(base.syntax(), document.text)?.0 != "builtins" || select.default_expr().is_some()
    {
        return None;
    }
    let mut attrs = select.attrpath()?.attrs();
    let (only, more) = (attrs.next()?, attrs.next());
    let name = static_name(only.syntax(), document.text)?.0;
    (more.is_none() && global_name(document, &base).is_some()).then_some(name)
}

/// Whether the expression is the one thing of Nix that this name stands for in an empty file.
pub(crate) fn is_global(document: &Document<'_>, expr: &Expr, wanted: &str) -> bool {
    matches!(expr, Expr::Ident(ident)
        if static_name(ident.syntax(), document.text).is_some_and(|(name, _)| name == wanted)
            && global_name(document, ident).is_some())
}

fn global_name<'t>(document: &Document<'t>, ident: &ast::Ident) -> Option<&'t str> {
    let (name, range) = static_name(ident.syntax(), document.text)?;
    if !global::is_global(name) {
        return None;
    }
    let target = document.scopes().target_at(range.start);
    (target == Some(Target::Global)).then_some(name)
}

/// Whether `name` at this byte would mean what it means in an empty file.
pub(crate) fn means_global(document: &Document<'_>, name: &str, at: usize) -> bool {
    global::is_global(name) && document.scopes().visible(name, at).is_none()
}
