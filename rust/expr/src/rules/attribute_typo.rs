//! See [`RULE`].

use std::sync::OnceLock;

use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::words::closest;

rule! {
    /// An attribute of a derivation whose name is nearly a known one.
    ///
    /// A builder takes every attribute, also a misspelt one: it becomes a variable that nothing reads, and what was
    /// meant does not happen.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInput = [ cmake ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ cmake ];
    /// }
    /// ```
    ///
    /// Known is what stdenv, the builders and nixpkgs' packages use; names of few letters are only compared without
    /// regard to case.
    "attribute-typo": Package, Warning, default;
    on [NODE_ROOT] => check
}

/// The known names, and whether they are frequent.
const TABLE: &str = include_str!("../../data/derivation-attributes.tsv");

/// How many names are looked for in the whole file: nobody misspells more.
const LIMIT: usize = 200;

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let mut questions = LIMIT;
    for derivation in &document.packaging().derivations {
        for attribute in &derivation.attributes.all {
            let Some(name) = attribute.path.first() else {
                continue;
            };
            let is_variable = name.contains('_') || !name.contains(|one: char| one.is_ascii_lowercase());
            if is_variable || known().binary_search_by_key(name, |(known, _)| known).is_ok() {
                continue;
            }
            let frequent = known().iter().filter(|(_, frequent)| *frequent).map(|(known, _)| *known);
            let Some(meant) = closest(name, frequent) else {
                continue;
            };
            // written somewhere else in the file as well: then it is meant
            let Some(left) = questions.checked_sub(1) else {
                return;
            };
            questions = left;
            if document.text.matches(name).nth(1).is_none() {
                let message = format!("nothing reads `{name}`; `{meant}` is close");
                checker.report_at(attribute.key.clone(), message);
            }
        }
    }
}

fn known() -> &'static [(&'static str, bool)] {
    static KNOWN: OnceLock<Vec<(&'static str, bool)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        let mut known: Vec<(&str, bool)> = rows
            .map(|row| match row.split_once('\t') {
                Some((name, _)) => (name, true),
                None => (row, false),
            })
            .collect();
        known.sort_unstable();
        known
    })
}
