//! Licences: SPDX expressions and licence texts as attribute names of nixpkgs' `lib.licenses`.
//!
//! Knows the table of nixpkgs and how to recognise a licence by its text. Does not guess: what the table lacks is
//! returned by its SPDX name for a person to look at.

mod notice;
mod sections;
mod text;

pub use text::{Detected, detect_texts, identify};

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use nixsmith_store::tree::Tree;
use spdx::{Expression, ParseMode};

/// Licences of one package as nixpkgs writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licences {
    /// Attribute names below `lib.licenses`, in the order of the source, each once.
    pub attributes: Vec<String>,
    /// SPDX identifiers or names for which nixpkgs has no attribute.
    pub unknown: Vec<String>,
}

impl Licences {
    /// Whether nothing is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.unknown.is_empty()
    }

    /// Adds what `other` has and this has not.
    pub fn extend(&mut self, other: Self) {
        for attribute in other.attributes {
            push_once(&mut self.attributes, attribute);
        }
        for name in other.unknown {
            push_once(&mut self.unknown, name);
        }
    }

    /// Where nixpkgs has none of the licences, takes the nearest that it has for one of them: variants of the BSD licences
    /// that differ in where the notice must stand. The identifier and the attribute that was taken for it.
    pub fn take_nearest(&mut self) -> Option<(String, &'static str)> {
        if !self.attributes.is_empty() {
            return None;
        }
        let (index, nearest) = self.unknown.iter().enumerate().find_map(|(index, name)| {
            let common = ["BSD-2-Clause", "BSD-3-Clause"]
                .into_iter()
                .find(|common| name.starts_with(&format!("{common}-")))?;
            Some((index, attribute(common)?))
        })?;
        self.attributes.push(nearest.to_owned());
        Some((self.unknown.remove(index), nearest))
    }

    fn add_identifier(&mut self, identifier: &str) {
        match attribute(identifier) {
            Some(attribute) => push_once(&mut self.attributes, attribute.to_owned()),
            None => push_once(&mut self.unknown, identifier.to_owned()),
        }
    }
}

fn push_once(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// SPDX identifier → attribute, from `lib/licenses/licenses.nix`.
static TABLE: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("../data/licences.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect()
});

/// The attribute of `lib.licenses` for one SPDX identifier; `None` when nixpkgs has none.
///
/// The identifiers that SPDX deprecated are taken at their SPDX meaning: `GPL-3.0` is `GPL-3.0-only`, `GPL-3.0+` is
/// `GPL-3.0-or-later`. A `+` behind any other identifier falls back to the identifier, as nixpkgs has no name for it.
#[must_use]
pub fn attribute(identifier: &str) -> Option<&'static str> {
    let (base, or_later) = match identifier.strip_suffix('+') {
        Some(base) => (base, true),
        None => (identifier, false),
    };
    let lookup = |name: &str| TABLE.get(name).copied();
    let gnu = format!("{base}-{}", if or_later { "or-later" } else { "only" });
    lookup(&gnu)
        .or_else(|| lookup(identifier))
        .or_else(|| lookup(base))
}

/// No expression of a person is longer.
const EXPRESSION_BYTES_MAX: usize = 4096;

/// The licences that an SPDX expression names, in its order, `AND` and `OR` alike: nixpkgs writes both as a list.
///
/// Cargo's old `MIT/Apache-2.0` and the common inexact names are understood.
///
/// # Errors
/// When the text is no expression; the message says where.
pub fn from_expression(text: &str) -> Result<Licences, LicenceError> {
    if text.len() > EXPRESSION_BYTES_MAX || text.matches('(').count() > 64 {
        return Err(LicenceError::TooLong);
    }
    let parse = |text: &str| Expression::parse_mode(text, ParseMode::LAX);
    let expression = match parse(text) {
        Ok(expression) => expression,
        Err(error) => parse(&with_gnu_names(text)).map_err(|_| LicenceError::Expression {
            text: text.to_owned(),
            reason: error.reason.to_string(),
        })?,
    };
    let mut licences = Licences::default();
    for requirement in expression.requirements() {
        licences.add_identifier(&requirement.req.license.to_string());
        if let Some(addition) = &requirement.req.addition {
            licences.add_identifier(&addition.to_string());
        }
    }
    Ok(licences)
}

/// The text of an expression with what notices in the source add: the bare `GPL-3.0` and `GPLv3` leave open whether later
/// versions are meant, and become `GPL-3.0-or-later` where the files of `tree` say so. What is too long for an expression stays.
#[must_use]
pub fn with_notices(text: &str, tree: &Tree) -> String {
    if text.len() > EXPRESSION_BYTES_MAX {
        return text.to_owned();
    }
    let notices = LazyCell::new(|| notice::of_tree(tree));
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '+');
    let mut result = String::with_capacity(text.len());
    for piece in text.split_inclusive(|sign| !is_part(sign)) {
        let word = piece.trim_end_matches(|sign| !is_part(sign));
        let separator = piece.get(word.len()..).unwrap_or_default();
        let bare = gnu_name(word).filter(|_| word.ends_with(|sign: char| sign.is_ascii_digit()));
        let base = bare.as_deref().and_then(|name| name.strip_suffix("-only"));
        match base.filter(|base| notice::says_later(&notices, base) == Some(true)) {
            Some(base) => result.push_str(&format!("{base}-or-later")),
            None => result.push_str(word),
        }
        result.push_str(separator);
    }
    result
}

/// The GNU licence that the notices in the source choose, where they all choose the same; the identifier and the first
/// file that says so.
#[must_use]
pub fn by_notices(tree: &Tree) -> Option<(String, String)> {
    let mut notices = notice::of_tree(tree).into_iter();
    let (file, first) = notices.next()?;
    notices
        .all(|(_, other)| other == first)
        .then(|| (first.identifier(), file))
}

/// `GPL2+`, `GPLv3`, `LGPL-2.1+` as SPDX writes them; other words stay.
fn with_gnu_names(text: &str) -> String {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<String> = spaced
        .split_whitespace()
        .map(|word| gnu_name(word).unwrap_or_else(|| word.to_owned()))
        .collect();
    words.join(" ")
}

fn gnu_name(word: &str) -> Option<String> {
    let upper = word.to_ascii_uppercase();
    let (family, rest) = ["AGPL", "LGPL", "GPL"]
        .iter()
        .find_map(|family| Some((*family, upper.strip_prefix(family)?)))?;
    let rest = rest.trim_start_matches(['-', 'V']);
    let (number, ending) = match rest.strip_suffix('+').or(rest.strip_suffix("-OR-LATER")) {
        Some(number) => (number, "or-later"),
        None => (rest.strip_suffix("-ONLY").unwrap_or(rest), "only"),
    };
    let number = match number {
        "2" | "3" => format!("{number}.0"),
        "1.0" | "2.0" | "2.1" | "3.0" => number.to_owned(),
        _ => return None,
    };
    Some(format!("{family}-{number}-{ending}"))
}

/// Why a licence could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LicenceError {
    /// Not an SPDX expression.
    #[error("`{text}` is not an SPDX licence expression: {reason}")]
    Expression {
        /// The text as it was given.
        text: String,
        /// What the parser says.
        reason: String,
    },
    /// Longer than any expression of a person.
    #[error("the licence expression is longer than 4096 bytes or too deeply nested")]
    TooLong,
    /// The table of licence texts that is compiled in could not be read; a fault of ours.
    #[error("could not read the table of licence texts: {reason}")]
    Table {
        /// What the reader says.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::tree;

    fn attributes(text: &str) -> Vec<String> {
        from_expression(text).unwrap().attributes
    }

    #[test]
    fn expressions_become_lists_in_order() {
        assert_eq!(attributes("MIT OR Apache-2.0"), ["mit", "asl20"]);
        assert_eq!(attributes("Apache-2.0/MIT"), ["asl20", "mit"]);
        assert_eq!(attributes("Unlicense OR MIT"), ["unlicense", "mit"]);
        assert_eq!(
            attributes("(MIT OR Apache-2.0) AND Unicode-3.0 AND MIT"),
            ["mit", "asl20", "unicode-30"]
        );
        assert_eq!(
            attributes("Apache-2.0 WITH LLVM-exception"),
            ["asl20", "llvm-exception"]
        );
    }

    #[test]
    fn gnu_identifiers_old_and_new() {
        for (text, expected) in [
            ("GPL-3.0-or-later", "gpl3Plus"),
            ("GPL-3.0-only", "gpl3Only"),
            ("GPL-3.0", "gpl3Only"),
            ("GPL-3.0+", "gpl3Plus"),
            ("GPL-2.0", "gpl2Only"),
            ("LGPL-2.1", "lgpl21Only"),
            ("LGPL-2.1-or-later", "lgpl21Plus"),
            ("AGPL-3.0", "agpl3Only"),
            ("AGPL-3.0-or-later", "agpl3Plus"),
            ("LGPL-3.0+", "lgpl3Plus"),
            ("GPL2+", "gpl2Plus"),
            ("GPLv3", "gpl3Only"),
            ("LGPLv2.1+", "lgpl21Plus"),
            ("GPLv2-or-later", "gpl2Plus"),
        ] {
            assert_eq!(attributes(text), [expected], "{text}");
        }
    }

    #[test]
    fn notices_settle_what_a_bare_name_leaves_open() {
        let later = tree(&[(
            "a.c",
            "GNU General Public License version 3, or any later version",
        )]);
        for (text, expected) in [
            ("GPL-3.0", "GPL-3.0-or-later"),
            ("(GPLv3 OR MIT)", "(GPL-3.0-or-later OR MIT)"),
            ("MIT/GPL-3.0", "MIT/GPL-3.0-or-later"),
            ("GPL-3.0-only", "GPL-3.0-only"),
            ("GPL-2.0", "GPL-2.0"),
            ("LGPL-3.0", "LGPL-3.0"),
        ] {
            assert_eq!(with_notices(text, &later), expected);
        }
        assert_eq!(with_notices("GPL-3.0", &tree(&[])), "GPL-3.0");
    }

    #[test]
    fn what_nixpkgs_lacks_is_named() {
        let licences = from_expression("MIT AND LicenseRef-Own").unwrap();
        assert_eq!(licences.attributes, ["mit"]);
        assert_eq!(licences.unknown, ["LicenseRef-Own"]);
    }

    #[test]
    fn the_nearest_licence_is_taken_where_there_is_no_other() {
        let mut variant = from_expression("BSD-2-Clause-Darwin").unwrap();
        let taken = variant.take_nearest();
        assert_eq!(taken, Some(("BSD-2-Clause-Darwin".to_owned(), "bsd2")));
        assert_eq!(variant.attributes, ["bsd2"]);
        assert!(variant.unknown.is_empty());
        let mut both = from_expression("MIT OR BSD-2-Clause-Darwin").unwrap();
        assert_eq!(both.take_nearest(), None);
        assert_eq!(both.attributes, ["mit"]);
    }

    #[test]
    fn junk_is_an_error() {
        assert!(from_expression("").is_err());
        assert!(from_expression("see the file").is_err());
        assert!(from_expression("MIT OR").is_err());
        assert_eq!(
            from_expression(&"(".repeat(5000)),
            Err(LicenceError::TooLong)
        );
    }
}
