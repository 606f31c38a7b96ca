//! What can be said of a branch's packages without evaluating them. Less than evaluation says, but nothing else: where syntax does not
//! settle it, the attribute is named as unsettled.

use std::collections::BTreeSet;

use nixsmith_expr::nixpkgs::attributes::{Definition, definitions};
use nixsmith_expr::nixpkgs::shape::{Shape, Switch, shape};
use nixsmith_expr::parse::parse;
use nixsmith_expr::position::Lines;

use super::problem::Problem;
use super::ratchet::{Called, argument, by_name_problem};
use super::structure::{BY_NAME, file_of};
use super::tree::Tree;

/// Where packages outside of `pkgs/by-name` are defined.
pub const ALL_PACKAGES: &str = "pkgs/top-level/all-packages.nix";

/// Where old names are kept.
pub const ALIASES: &str = "pkgs/top-level/aliases.nix";

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its tree; the two files above and those of the new packages can be read.
    pub tree: &'a Tree,
    /// What `pkgs/by-name` defines there.
    pub names: &'a BTreeSet<String>,
}

/// What syntax says.
#[derive(Debug, Default)]
pub struct Statics {
    /// What is certainly wrong.
    pub problems: Vec<Problem>,
    /// Attributes of which only evaluation can tell.
    pub unsettled: BTreeSet<String>,
}

/// Compares the packages that are new or moved.
#[must_use]
pub fn check(base: Side<'_>, head: Side<'_>) -> Statics {
    let mut statics = Statics::default();
    let before = read_definitions(base.tree, ALL_PACKAGES);
    let old_names: BTreeSet<String> = before
        .iter()
        .chain(&read_definitions(base.tree, ALIASES))
        .map(|definition| definition.name.clone())
        .collect();
    for name in head.names.difference(base.names) {
        if !old_names.contains(name) {
            check_new(head.tree, name, &mut statics);
        }
    }
    if base.tree.is_same(head.tree, ALL_PACKAGES) {
        return statics;
    }
    let known: BTreeSet<&str> = before
        .iter()
        .map(|definition| definition.text.as_str())
        .collect();
    for definition in read_definitions(head.tree, ALL_PACKAGES) {
        let is_new = !old_names.contains(&definition.name);
        let moved = base.names.contains(&definition.name);
        let wanted = !head.names.contains(&definition.name) && (is_new || moved);
        if wanted && !known.contains(definition.text.as_str()) {
            check_called(head.tree, &definition, !moved, &mut statics);
        }
    }
    statics
}

/// The attributes whose definitions outside of `pkgs/by-name` differ between the two.
#[must_use]
pub fn changed_definitions(base: &Tree, head: &Tree) -> BTreeSet<String> {
    let set = |tree: &Tree| -> BTreeSet<(String, String)> {
        read_definitions(tree, ALL_PACKAGES)
            .into_iter()
            .map(|definition| (definition.name, definition.text))
            .collect()
    };
    let (base, head) = (set(base), set(head));
    let changed = base.symmetric_difference(&head);
    changed.map(|(name, _)| name.clone()).collect()
}

fn read_definitions(tree: &Tree, path: &str) -> Vec<Definition> {
    let Ok(text) = tree.read_text(path) else {
        return Vec::new();
    };
    let root = parse(&text);
    root.map(|root| definitions(&root, &text))
        .unwrap_or_default()
}

fn read_shape(tree: &Tree, path: &str) -> Option<Shape> {
    shape(&parse(&tree.read_text(path).ok()?).ok()?)
}

fn check_new(tree: &Tree, name: &str, statics: &mut Statics) {
    let file = file_of(name);
    let Some(shape) = read_shape(tree, &file) else {
        statics.unsettled.insert(name.to_owned());
        return;
    };
    let switches = [("strictDeps", "NPV-164"), ("__structuredAttrs", "NPV-166")];
    for (switch, code) in switches {
        match shape.switch(switch) {
            Switch::On => {}
            Switch::Off if shape.is_plain() => {
                let message =
                    format!("the new package `{name}` is not made with `{switch} = true`");
                statics
                    .problems
                    .push(Problem::new(code, &*file, message).about(name));
            }
            Switch::Off | Switch::Unknown => {
                statics.unsettled.insert(name.to_owned());
            }
        }
    }
}

fn check_called(tree: &Tree, definition: &Definition, is_new: bool, statics: &mut Statics) {
    let name = &definition.name;
    let Some(call) = definition.call.as_ref().filter(|_| definition.bare) else {
        return;
    };
    let path = call
        .path
        .as_deref()
        .and_then(|path| argument(tree, ALL_PACKAGES, path));
    let Some(path) = path else {
        statics.unsettled.insert(name.clone());
        return;
    };
    if path.starts_with(&format!("{BY_NAME}/")) {
        return;
    }
    let file = if tree.folder(&path).is_some() {
        format!("{path}/default.nix")
    } else {
        path.clone()
    };
    let makes_derivation =
        read_shape(tree, &file).is_some_and(|shape| makes_derivation(&shape.builder));
    if !makes_derivation {
        statics.unsettled.insert(name.clone());
        return;
    }
    let text = tree.read_text(ALL_PACKAGES).unwrap_or_default();
    let called = Called {
        argument: Some(path),
        file: ALL_PACKAGES.to_owned(),
        position: Some(Lines::of(&text).position(definition.offset)),
    };
    statics
        .problems
        .push(by_name_problem(name, is_new, &called));
}

/// Whether a builder of this name makes a derivation: `stdenv.mkDerivation`, `rustPlatform.buildRustPackage`.
fn makes_derivation(builder: &str) -> bool {
    let name = builder.rsplit('.').next().unwrap_or(builder);
    name == "mkDerivation" || name.starts_with("build")
}
