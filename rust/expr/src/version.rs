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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_nix() {
        // The examples of the manual, those of Nix's own tests, and what Nix 2.34 answers about numbers that are too large for it.
        for (left, right, expected) in [
            ("1.0", "2.3", Ordering::Less),
            ("2.1", "2.3", Ordering::Less),
            ("2.3", "2.3", Ordering::Equal),
            ("2.5", "2.3", Ordering::Greater),
            ("3.1", "2.3", Ordering::Greater),
            ("2.3.1", "2.3", Ordering::Greater),
            ("2.3.1", "2.3a", Ordering::Greater),
            ("2.3pre1", "2.3", Ordering::Less),
            ("2.3pre3", "2.3pre12", Ordering::Less),
            ("2.3a", "2.3c", Ordering::Less),
            ("2.3pre1", "2.3c", Ordering::Less),
            ("2.3pre1", "2.3q", Ordering::Less),
            ("1.0", "1.0.0", Ordering::Less),
            ("1.010", "1.9", Ordering::Greater),
            ("2147483648", "1", Ordering::Less),
            ("4294967296", "4294967295", Ordering::Greater),
            ("99999999999", "a", Ordering::Less),
            ("1.0", "1.0-rc1", Ordering::Less),
            ("", "", Ordering::Equal),
            ("1..2", "1-2", Ordering::Equal),
        ] {
            assert_eq!(compare(left, right), expected, "{left} {right}");
            assert_eq!(compare(right, left), expected.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn components_are_runs() {
        let split = |version| components(version).collect::<Vec<_>>();
        assert_eq!(split("1.2pre3_4--a"), ["1", "2", "pre", "3", "_", "4", "a"]);
        assert!(split(".-.").is_empty());
    }
}
