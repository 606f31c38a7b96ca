//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::SyntaxKind::{NODE_INHERIT, NODE_WITH};
use rnix::ast::{Expr, With};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::{Checker, Document};
use crate::lint::scope::Target;
use crate::lint::tree::range_of;

rule! {
    /// `meta = with lib;`, which brings hundreds of names for two or three.
    ///
    /// Where a name comes from can no longer be seen, a misspelt one is found only when it is evaluated, and tools have
    /// to guess. nixpkgs has given it up: `lib.licenses.mit` says it in the place where it is needed.
    ///
    /// ```nix
    /// meta = with lib; {
    ///   license = licenses.mit;
    /// };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta = {
    ///   license = lib.licenses.mit;
    /// };
    /// ```
    ///
    /// There is no fix where another `with` stands around, or where one within it may bring a name that `lib` has as
    /// well.
    "meta-with-lib": Package, Note, default, fix Safe;
    on [NODE_ROOT] => check
}

/// The attributes of `lib`.
const LIBRARY: &str = include_str!("../../data/library.txt");

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(Expr::With(with)) = derivation
            .attributes
            .find("meta")
            .and_then(|meta| meta.value.clone())
        else {
            continue;
        };
        let (Some(set), Some(body)) = (with.namespace(), with.body()) else {
            continue;
        };
        let set = document.text_of(set.syntax());
        if !matches!(set, "lib" | "pkgs.lib" | "stdenv.lib") {
            continue;
        }
        let start = range_of(with.syntax()).start;
        let head = start..range_of(body.syntax()).start;
        let message = format!("`with {set};` hides where the names come from");
        let reported = checker.report_at(head.start..head.end, message);
        if let Some(mut edits) = named(document, &with, &body, set) {
            edits.push(TextEdit::remove(head));
            reported.fix(FixClass::Safe, format!("write `{set}.` where it is needed"), with.syntax(), edits);
        }
    }
}

/// `set.` in front of each name that the `with` brings; `None` where another `with` around could bring it, where one within could bring
/// something else, or where it cannot be written.
fn named(document: &Document<'_>, with: &With, body: &Expr, set: &str) -> Option<Vec<TextEdit>> {
    let mut around = with.syntax().ancestors().skip(1);
    if around.any(|node| node.kind() == NODE_WITH) {
        return None;
    }
    let scopes = document.scopes();
    let inside = range_of(body.syntax());
    let head = scopes.references_in(&range_of(with.namespace()?.syntax())).first()?;
    let mut edits = Vec::new();
    for reference in scopes.references_in(&inside) {
        if reference.name == head.name && reference.target != head.target {
            return None;
        }
        let Target::With(scope) = reference.target else {
            continue;
        };
        if scopes.scopes.get(scope)?.node != *with.syntax() {
            if is_of_library(reference.name) {
                return None;
            }
            continue;
        }
        if reference.node.parent()?.kind() == NODE_INHERIT {
            return None;
        }
        edits.push(TextEdit::insert(reference.range.start, format!("{set}.")));
    }
    let from = scopes
        .scopes
        .partition_point(|scope| range_of(&scope.node).start < inside.start);
    let within = scopes.scopes.get(from..)?.iter();
    let shadowed = within
        .take_while(|scope| range_of(&scope.node).start < inside.end)
        .any(|scope| {
            let mut bindings = scopes.bindings_of(scope);
            bindings.any(|binding| binding.name == head.name)
        });
    (!shadowed).then_some(edits)
}

/// Whether `lib` has an attribute of this name.
fn is_of_library(name: &str) -> bool {
    LIBRARY.lines().any(|known| known == name)
}
