//! Attributes that are defined in several places of one set, which Nix merges where it can.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_ATTRPATH_VALUE, NODE_LEGACY_LET, NODE_LET_IN};
use rnix::SyntaxNode;
use rnix::ast::{self, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use super::document::Document;
use super::tree::{parent_without_parens, range_of, static_name, unwrap_parens};

/// The entries of a set, a `let` or an old `let`.
fn entries(node: &SyntaxNode) -> Option<Vec<Entry>> {
    let found = match node.kind() {
        NODE_ATTR_SET => ast::AttrSet::cast(node.clone())?.entries().collect(),
        NODE_LET_IN => ast::LetIn::cast(node.clone())?.entries().collect(),
        NODE_LEGACY_LET => ast::LegacyLet::cast(node.clone())?.entries().collect(),
        _ => return None,
    };
    Some(found)
}

/// One way in which an entry defines a first name.
#[derive(Debug, Clone)]
pub(crate) struct Definition<'t> {
    /// The names of the path as far as they are static.
    pub(crate) path: Vec<(&'t str, Range<usize>)>,
    /// Whether the whole path is static.
    pub(crate) is_static: bool,
    /// The value; none for a name of an `inherit`.
    pub(crate) value: Option<Expr>,
    /// The entry, for `inherit` the name.
    pub(crate) node: SyntaxNode,
}

/// Every definition of a set, in the order of the text.
pub(crate) fn definitions<'t>(node: &SyntaxNode, text: &'t str) -> Vec<Definition<'t>> {
    let mut all = Vec::new();
    for entry in entries(node).unwrap_or_default() {
        define(entry, text, &mut all);
    }
    all
}

/// The definitions of each first name that has several, in the order of the text.
pub(crate) fn repeated<'t>(node: &SyntaxNode, text: &'t str) -> Vec<Vec<Definition<'t>>> {
    let all = definitions(node, text);
    if all.len() < 2 {
        return Vec::new();
    }
    let mut places: HashMap<&str, Vec<usize>> = HashMap::with_capacity(all.len());
    for (at, definition) in all.iter().enumerate() {
        if let Some((name, _)) = definition.path.first() {
            places.entry(name).or_default().push(at);
        }
    }
    let mut groups: Vec<Vec<usize>> = places
        .into_values()
        .filter(|places| places.len() > 1)
        .collect();
    groups.sort_unstable();
    let pick = |places: Vec<usize>| {
        places
            .into_iter()
            .filter_map(|at| all.get(at).cloned())
            .collect()
    };
    groups.into_iter().map(pick).collect()
}

fn define<'t>(entry: Entry, text: &'t str, all: &mut Vec<Definition<'t>>) {
    match entry {
        Entry::Inherit(inherit) => {
            for attr in inherit.attrs() {
                all.push(Definition {
                    path: static_name(attr.syntax(), text).into_iter().collect(),
                    is_static: true,
                    value: None,
                    node: attr.syntax().clone(),
                });
            }
        }
        Entry::AttrpathValue(value) => {
            let Some(path) = value.attrpath() else { return };
            let names: Vec<_> = path
                .attrs()
                .map_while(|attr| static_name(attr.syntax(), text))
                .collect();
            all.push(Definition {
                is_static: names.len() == path.attrs().count(),
                path: names,
                value: value.value().and_then(unwrap_parens),
                node: value.syntax().clone(),
            });
        }
    }
}

/// The first bytes of the entries that share their first name with another of the same set.
pub(crate) fn shared(root: &SyntaxNode, text: &str) -> HashSet<usize> {
    let mut found = HashSet::new();
    for node in root.descendants() {
        for group in repeated(&node, text) {
            found.extend(group.iter().map(|one| range_of(&one.node).start));
        }
    }
    found
}

/// Whether Nix may add attributes to this set that are written elsewhere: `a = rec { }; a.b = …;`.
pub(crate) fn may_be_merged(document: &Document<'_>, set: &SyntaxNode) -> bool {
    let mut node = set.clone();
    loop {
        let Some(entry) =
            parent_without_parens(&node).filter(|parent| parent.kind() == NODE_ATTRPATH_VALUE)
        else {
            return false;
        };
        if document
            .shared_attributes()
            .contains(&range_of(&entry).start)
        {
            return true;
        }
        match entry.parent() {
            Some(parent) if parent.kind() == NODE_ATTR_SET => node = parent,
            _ => return false,
        }
    }
}
