//! What has to be built before it can be looked at.

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr, InterpolPart};
use rowan::ast::AstNode as _;

use super::call::{Call, builtin_name};
use super::document::Document;
use super::scope::{BindingKind, Target};
use super::tree::{static_name, static_path, unwrap_parens};

/// nixpkgs' functions that return a derivation, by their last names.
const BUILDERS: &[&str] = &[
    "applyPatches",
    "fetchFromBitbucket",
    "fetchFromGitHub",
    "fetchFromGitLab",
    "fetchFromSourcehut",
    "fetchgit",
    "fetchpatch",
    "fetchpatch2",
    "fetchurl",
    "fetchzip",
    "mkDerivation",
    "runCommand",
    "runCommandCC",
    "runCommandLocal",
    "substitute",
    "substituteAll",
    "symlinkJoin",
    "writeShellApplication",
    "writeShellScript",
    "writeShellScriptBin",
    "writeText",
    "writeTextDir",
    "writeTextFile",
];

/// Attributes of packages that are known without a build.
const KNOWN: &[&str] = &[
    "buildPlatform",
    "config",
    "hostPlatform",
    "lib",
    "meta",
    "name",
    "passthru",
    "path",
    "pname",
    "stdenv",
    "system",
    "targetPlatform",
    "version",
];

/// Whether the expression is a derivation, or a path within one, for certain: a call of a function that makes one, a package
/// selected from `pkgs`, a string or sum that begins with such, or a name bound to such.
pub(crate) fn is_built(document: &Document<'_>, expr: &Expr) -> bool {
    let mut expr = expr.clone();
    // a name leads to what it is bound to, a sum to its beginning; that ends soon or is not worth following
    for _ in 0..8 {
        let Some(next) = step(document, &expr) else {
            return false;
        };
        match next {
            Step::Built => return true,
            Step::On(next) => expr = next,
        }
    }
    false
}

enum Step {
    Built,
    On(Expr),
}

fn step(document: &Document<'_>, expr: &Expr) -> Option<Step> {
    match unwrap_parens(expr.clone())? {
        Expr::Apply(apply) => {
            let call = Call::of(document, apply.syntax(), BUILDERS)?;
            builtin_name(document, &call.function)
                .is_none()
                .then_some(Step::Built)
        }
        Expr::Select(select) => is_package(document, &select).then_some(Step::Built),
        Expr::Str(string) => match string.parts().next()? {
            InterpolPart::Interpolation(first) => first.expr().map(Step::On),
            InterpolPart::Literal(_) => None,
        },
        Expr::BinOp(sum) if sum.operator() == Some(BinOpKind::Add) => sum.lhs().map(Step::On),
        Expr::Ident(ident) => {
            let start = usize::from(ident.syntax().text_range().start());
            let Target::Binding(binding) = document.scopes().target_at(start)? else {
                return None;
            };
            let binding = document.scopes().bindings.get(binding)?;
            let value = ast::AttrpathValue::cast(binding.node.clone())?;
            let whole = binding.kind == BindingKind::Value
                && binding.more.is_empty()
                && value.attrpath()?.attrs().count() == 1;
            whole.then(|| value.value().map(Step::On))?
        }
        _ => None,
    }
}

/// `pkgs.hello`, `pkgs.hello.src`, but neither `pkgs.path` nor `pkgs.hello.version`.
pub(crate) fn is_package(document: &Document<'_>, select: &ast::Select) -> bool {
    let Some(Expr::Ident(base)) = select.expr() else {
        return false;
    };
    let is_pkgs = static_name(base.syntax(), document.text).is_some_and(|(name, _)| name == "pkgs");
    let path = select
        .attrpath()
        .filter(|_| is_pkgs)
        .and_then(|path| static_path(&path, document.text));
    path.is_some_and(|path| !path.iter().any(|name| KNOWN.contains(name)))
}

/// The value of an interpolation within this string that is built, if one is.
pub(crate) fn built_part(document: &Document<'_>, string: &ast::Str) -> Option<SyntaxNode> {
    string.parts().find_map(|part| match part {
        InterpolPart::Interpolation(part) => {
            let expr = part.expr()?;
            is_built(document, &expr).then(|| expr.syntax().clone())
        }
        InterpolPart::Literal(_) => None,
    })
}
