//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, InterpolPart};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::derivation::{Kind, removal};
use crate::lint::document::Checker;

rule! {
    /// A `name` where stdenv makes it from `pname` and `version`.
    ///
    /// With `version` but without `pname` the version is not part of the name, and tools that read both find only one.
    /// With both of them, `name = "${pname}-${version}"` says what stdenv does anyway.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   name = "tool";
    ///   version = "1.0";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   version = "1.0";
    /// }
    /// ```
    ///
    /// The first has no fix, as it changes the store path. The fix of the second is not safe either: `overrideAttrs`
    /// can see the difference.
    "name-and-version": Package, Warning, default, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        if derivation.kind == Kind::Other {
            continue;
        }
        let attributes = &derivation.attributes;
        let (Some(name), true) = (attributes.find("name"), attributes.has("version")) else {
            continue;
        };
        if !attributes.has("pname") {
            let complete = attributes.complete && !mentions_version(name.value.as_ref());
            if complete && name.value.is_some() && !name.conditional {
                checker.report(
                    &name.node,
                    "`name` and `version`, but no `pname`: the version does not become part of the name",
                );
            }
        } else if is_both(name.value.as_ref()) {
            let message = "`name` is made from `pname` and `version` anyway";
            let reported = checker.report(&name.node, message);
            if let Some(edit) = removal::remove(&name.node, document.text) {
                let set = derivation.set.syntax();
                reported.fix(FixClass::Unsafe, "remove `name`", set, vec![edit]);
            }
        }
    }
}

/// Whether the name ends with the version by itself.
fn mentions_version(value: Option<&Expr>) -> bool {
    let Some(Expr::Str(string)) = value else {
        return true;
    };
    let parts = string.normalized_parts();
    parts.iter().any(|part| match part {
        InterpolPart::Interpolation(_) => true,
        InterpolPart::Literal(text) => text.contains(|character: char| character.is_ascii_digit()),
    })
}

/// Whether the value is `"${pname}-${version}"`, be it with `finalAttrs.` in front.
fn is_both(value: Option<&Expr>) -> bool {
    let Some(Expr::Str(string)) = value else {
        return false;
    };
    let parts = string.normalized_parts();
    let [
        InterpolPart::Interpolation(first),
        InterpolPart::Literal(hyphen),
        InterpolPart::Interpolation(last),
    ] = &parts[..]
    else {
        return false;
    };
    let is_it = |part: &rnix::ast::Interpol, name: &str| {
        let text = part.expr().map(|expr| expr.to_string()).unwrap_or_default();
        text == name || text.strip_suffix(name).is_some_and(|rest| rest == "finalAttrs.")
    };
    hyphen == "-" && is_it(first, "pname") && is_it(last, "version")
}
