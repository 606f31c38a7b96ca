//! See [`RULE`].

use std::collections::HashMap;

use rnix::SyntaxNode;
use rnix::ast::{self, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{range_of, static_name};

rule! {
    /// Three or more attributes of a set that begin with the same name.
    ///
    /// Written as one nested set the common name stands once, and what belongs together stands together. Many people like
    /// the dotted form in configurations, so that this is asked for explicitly.
    ///
    /// ```nix
    /// { a.x = 1; a.y = 2; a.z = 3; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { a = { x = 1; y = 2; z = 3; }; }
    /// ```
    "repeated-keys": Style, Help, optional;
    on [NODE_ATTR_SET] => check
}

/// As many as statix and most readers take before they wonder.
const TOO_MANY: usize = 3;

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(set) = ast::AttrSet::cast(node.clone()) else {
        return;
    };
    if set.rec_token().is_some() {
        return;
    }
    let text = checker.document.text;
    let mut found: HashMap<&str, Vec<std::ops::Range<usize>>> = HashMap::new();
    for value in set.attrpath_values() {
        let Some(path) = value.attrpath() else {
            continue;
        };
        let mut attrs = path.attrs();
        let (Some(first), Some(_)) = (attrs.next(), attrs.next()) else {
            continue;
        };
        if let Some((name, _)) = static_name(first.syntax(), text) {
            found.entry(name).or_default().push(range_of(path.syntax()));
        }
    }
    let mut repeated: Vec<_> = found
        .into_iter()
        .filter(|(_, places)| places.len() >= TOO_MANY)
        .filter_map(|(name, places)| Some((places.first()?.clone(), name, places.len())))
        .collect();
    repeated.sort_by_key(|(place, _, _)| place.start);
    for (place, name, count) in repeated {
        checker.report_at(place, format!("{count} attributes begin with `{name}.`"));
    }
}
