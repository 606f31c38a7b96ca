//! See [`RULE`].

use std::collections::HashMap;
use std::ops::Range;

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::Level;
use crate::lint::attributes::{Definition, definitions, repeated};
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// An attribute or binding that is defined twice.
    ///
    /// Nix refuses the file. It joins only sets, `a.x = 1; a.y = 2;` or `a = { x = 1; }; a.y = 2;`, and then whether the first of
    /// them is `rec` decides for all, of which this rule warns.
    ///
    /// ```nix
    /// { doCheck = true; pname = "hello"; doCheck = false; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { pname = "hello"; doCheck = false; }
    /// ```
    "duplicate-attribute": Correctness, Error, default;
    on [NODE_ATTR_SET, NODE_LET_IN, NODE_LEGACY_LET] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let text = checker.document.text;
    for group in repeated(node, text) {
        let mut names = Names::new();
        for definition in &group {
            match add(&mut names, definition, text) {
                Ok(()) => {}
                Err(Trouble::Twice(path, place)) => {
                    checker.report_at(place, format!("`{path}` is defined twice"));
                }
                Err(Trouble::Recursion(place)) => {
                    let message = "this set joins one above, and that one's `rec` or its absence decides";
                    checker.report_at(place, message).level(Level::Warning);
                }
            }
        }
    }
}

/// What a name stands for so far.
enum Slot<'t> {
    /// A value, or a name that is inherited.
    Value,
    /// A set as it is written, not looked into yet.
    Written(ast::AttrSet),
    /// A set that was looked into or put together.
    Set {
        names: Names<'t>,
        is_recursive: bool,
    },
}

type Names<'t> = HashMap<&'t str, Slot<'t>>;

/// Why a definition cannot stand beside the earlier ones.
enum Trouble {
    /// The attribute exists.
    Twice(String, Range<usize>),
    /// Two sets are joined of which one is recursive.
    Recursion(Range<usize>),
}

/// Adds one definition to those before it, the way Nix does: along its path through sets, and at the end a value where there is
/// none, or a set to a set that has none of its names.
fn add<'t>(names: &mut Names<'t>, definition: &Definition<'t>, text: &'t str) -> Result<(), Trouble> {
    let Some(((last, place), before)) = definition.path.split_last() else {
        return Ok(());
    };
    let mut names = names;
    let twice = |length: usize, place: &Range<usize>| {
        let path: Vec<&str> = definition
            .path
            .iter()
            .take(length + 1)
            .map(|(name, _)| *name)
            .collect();
        Trouble::Twice(path.join("."), place.clone())
    };
    for (length, (name, place)) in before.iter().enumerate() {
        let slot = names.entry(name).or_insert_with(|| Slot::Set {
            names: Names::new(),
            is_recursive: false,
        });
        open(slot, text);
        match slot {
            Slot::Set { names: inner, .. } => names = inner,
            _ => return Err(twice(length, place)),
        }
    }
    if !definition.is_static {
        // what follows has a name that is known only later, within a set
        let slot = names.entry(last).or_insert_with(|| Slot::Set {
            names: Names::new(),
            is_recursive: false,
        });
        return match slot {
            Slot::Value => Err(twice(before.len(), place)),
            _ => Ok(()),
        };
    }
    let Some(slot) = names.get_mut(last) else {
        let slot = match &definition.value {
            Some(Expr::AttrSet(set)) => Slot::Written(set.clone()),
            _ => Slot::Value,
        };
        names.insert(last, slot);
        return Ok(());
    };
    open(slot, text);
    match (slot, &definition.value) {
        (Slot::Set { names, is_recursive }, Some(Expr::AttrSet(set))) => {
            let mut added = Slot::Written(set.clone());
            open(&mut added, text);
            let Slot::Set { names: more, .. } = added else {
                return Ok(());
            };
            let path: Vec<&str> = definition.path.iter().map(|(name, _)| *name).collect();
            if let Some(twice) = join(names, more, text) {
                return Err(Trouble::Twice(
                    format!("{}.{twice}", path.join(".")),
                    place.clone(),
                ));
            }
            if *is_recursive == set.rec_token().is_some() {
                Ok(())
            } else {
                Err(Trouble::Recursion(range_of(set.syntax())))
            }
        }
        _ => Err(twice(before.len(), place)),
    }
}

/// Adds the names of one set to another, sets within them as well; the path of a name that both have, if there is one.
fn join<'t>(names: &mut Names<'t>, more: Names<'t>, text: &'t str) -> Option<String> {
    let mut twice = None;
    for (name, mut slot) in more {
        let Some(existing) = names.get_mut(name) else {
            names.insert(name, slot);
            continue;
        };
        open(existing, text);
        open(&mut slot, text);
        match (existing, slot) {
            (Slot::Set { names, .. }, Slot::Set { names: more, .. }) => {
                if let Some(inner) = join(names, more, text) {
                    twice = Some(format!("{name}.{inner}")).max(twice);
                }
            }
            _ => twice = Some(name.to_owned()).max(twice),
        }
    }
    twice
}

/// Looks into a set as it is written. What is wrong within it is said where that set itself is looked at.
fn open<'t>(slot: &mut Slot<'t>, text: &'t str) {
    let Slot::Written(set) = slot else { return };
    let mut names = Names::new();
    for definition in definitions(set.syntax(), text) {
        let _ = add(&mut names, &definition, text);
    }
    *slot = Slot::Set {
        names,
        is_recursive: set.rec_token().is_some(),
    };
}
