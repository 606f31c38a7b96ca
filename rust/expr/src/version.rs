//! The order of versions, as Nix's `builtins.compareVersions` has it.
//!
//! Source: the Nix manual on `nix-env --upgrade` and `builtins.compareVersions`, and `src/libstore/names.cc` of Nix 2.34.

use std::cmp::Ordering;

/// Which of two versions is the greater one.
///
/// Versions fall into runs of digits and runs of anything else; `.` and `-` separate and count for nothing. Numbers come after words
/// and after nothing, `pre` comes before everything, nothing before the other words.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (Components(left), Components(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => {
                let order = order(left.unwrap_or_default(), right.unwrap_or_default());
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

/// The components of a version, as `builtins.splitVersion` lists them.
pub fn components(version: &str) -> impl Iterator<Item = &str> {
    Components(version)
}

struct Components<'a>(&'a str);

impl<'a> Iterator for Components<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start_matches(['.', '-']);
        let is_number = text.starts_with(|sign: char| sign.is_ascii_digit());
        let end = text
            .find(|sign: char| matches!(sign, '.' | '-') || sign.is_ascii_digit() != is_number)
            .unwrap_or(text.len());
        let (component, rest) = text.split_at_checked(end)?;
        self.0 = rest;
        (!component.is_empty()).then_some(component)
    }
}

/// A number that fits into a signed integer of 32 bits. Nix takes a greater one for a word.
fn number(component: &str) -> Option<i32> {
    component.parse().ok()
}

fn order(left: &str, right: &str) -> Ordering {
    if is_less(left, right) {
        Ordering::Less
    } else if is_less(right, left) {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

fn is_less(left: &str, right: &str) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left < right,
        (None, Some(_)) if left.is_empty() => true,
        _ if left == "pre" && right != "pre" => true,
        _ if right == "pre" => false,
        (None, Some(_)) => true,
        (Some(_), None) => false,
        (None, None) => left < right,
    }
}
