//! See [`RULE`].

use std::collections::HashSet;

use rnix::SyntaxNode;
use rnix::ast::{self, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::document::{Checker, Document};
use crate::lint::flake::Flake;
use crate::lint::scope::{BindingKind, Reference};
use crate::lint::tree::{literal_text, static_name, unwrap_parens};

rule! {
    /// A flake's input that nothing uses.
    ///
    /// It is locked, fetched and updated for nothing. Nothing is said where the inputs are passed on as a whole (`inherit
    /// inputs`, `self`), or where `outputs` is written elsewhere or empty; an input that another one follows is used, and so is
    /// `flake-compat`, which the files beside the flake find in its lock.
    ///
    /// ```nix
    /// {
    ///   inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   inputs.tool.url = "github:example/tool";
    ///   outputs = { nixpkgs, ... }: { lib = nixpkgs.lib; };
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// {
    ///   inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   outputs = { nixpkgs, ... }: { lib = nixpkgs.lib; };
    /// }
    /// ```
    "flake-unused-input": Flake, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let Some(flake) = Flake::of(document) else {
        return;
    };
    let Some(outputs) = &flake.outputs else {
        return;
    };
    if let Some(Expr::AttrSet(body)) = outputs.body().and_then(unwrap_parens)
        && body.entries().next().is_none()
    {
        return;
    }
    let Some(mut used) = used_by(document, outputs) else {
        return;
    };
    used.extend(followed(document, &flake));
    for input in &flake.inputs {
        if !used.contains(input.name) && input.name != "flake-compat" {
            let message = format!("nothing uses the input `{}`", input.name);
            checker.report_at(input.range.clone(), message);
        }
    }
}

/// The inputs that the function uses; `None` when it passes them on as a whole.
fn used_by(document: &Document<'_>, outputs: &ast::Lambda) -> Option<HashSet<String>> {
    let scopes = document.scopes();
    let scope = scopes.scope_of(outputs.syntax())?;
    let mut used = HashSet::new();
    for binding in scopes.bindings_of(scope) {
        let whole = !matches!(binding.kind, BindingKind::Formal);
        if !whole && binding.name != "self" {
            if !binding.uses.is_empty() {
                used.insert(binding.name.to_owned());
            }
            continue;
        }
        for reference in binding.uses.iter().filter_map(|at| scopes.references.get(*at)) {
            for path in selected(document, reference)? {
                match (whole, path.as_slice()) {
                    // what is selected from `inputs`; `inputs.self` may lead to every input
                    (true, []) | (true, ["self", ..]) | (false, [] | ["inputs"]) => return None,
                    (true, [name, ..]) | (false, ["inputs", name, ..]) => {
                        used.insert((*name).to_owned());
                    }
                    (false, _) => {}
                }
            }
        }
    }
    Some(used)
}

/// What is selected from a name: `[a, b]` of `name.a.b`, `[a]` of `name ? a`, `[a]` and `[b]` of `inherit (name) a b;`. `None`
/// for any other use.
fn selected<'t>(document: &Document<'t>, reference: &Reference<'t>) -> Option<Vec<Vec<&'t str>>> {
    let parent = reference.node.parent()?;
    let names = |attrs: &mut dyn Iterator<Item = ast::Attr>| -> Vec<&'t str> {
        attrs
            .map_while(|attr| Some(static_name(attr.syntax(), document.text)?.0))
            .collect()
    };
    if let Some(from) = ast::InheritFrom::cast(parent.clone()) {
        let inherit = from.syntax().parent().and_then(ast::Inherit::cast)?;
        let each = names(&mut inherit.attrs());
        return Some(each.into_iter().map(|name| vec![name]).collect());
    }
    let path = match Expr::cast(parent)? {
        Expr::Select(select) => select.attrpath()?,
        Expr::HasAttr(has) => has.attrpath()?,
        _ => return None,
    };
    Some(vec![names(&mut path.attrs())])
}

/// The inputs that others follow.
fn followed(document: &Document<'_>, flake: &Flake<'_>) -> Vec<String> {
    let nodes = flake.declarations.iter().flat_map(SyntaxNode::descendants);
    nodes
        .filter_map(ast::AttrpathValue::cast)
        .filter(|value| document.attribute_name(value.syntax()) == Some("follows"))
        .filter_map(|value| match unwrap_parens(value.value()?)? {
            Expr::Str(string) => literal_text(&string),
            _ => None,
        })
        .filter_map(|target| Some(target.split('/').next()?.to_owned()))
        .collect()
}
