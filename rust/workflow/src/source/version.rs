//! Versions in tags, and their order as Nix's `builtins.compareVersions` has it.

use std::cmp::Ordering;

/// Words that mark a prerelease.
const PRERELEASE: [&str; 10] = [
    "alpha", "beta", "rc", "pre", "preview", "dev", "nightly", "snapshot", "canary", "a",
];

/// The version that a tag names: `1.2.3` in `v1.2.3`, `tool-1.2.3` and `release/1.2.3`; `None` for a tag without digits.
///
/// `name` is that of the repository; digits in it are not taken for the version.
pub(super) fn of_tag(tag: &str, name: &str) -> Option<String> {
    let last = tag.rsplit('/').next().unwrap_or(tag);
    let rest = strip_name(last, name);
    let start = rest.find(|sign: char| sign.is_ascii_digit())?;
    let (front, version) = rest.split_at_checked(start)?;
    let is_word = |word: &str| {
        word.chars()
            .all(|sign| sign.is_ascii_alphabetic() || "-_.".contains(sign))
    };
    (front.len() <= 20 && is_word(front)).then(|| version.to_owned())
}

fn strip_name<'a>(tag: &'a str, name: &str) -> &'a str {
    match (tag.get(..name.len()), tag.get(name.len()..)) {
        (Some(front), Some(rest))
            if !name.is_empty() && front.eq_ignore_ascii_case(name) && !rest.is_empty() =>
        {
            rest
        }
        _ => tag,
    }
}

/// Of many tags the one with the greatest version that is no prerelease.
pub(super) fn newest_tag<'a>(tags: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    tags.filter_map(|tag| Some((tag, of_tag(tag, "")?)))
        .filter(|(_, version)| !is_prerelease(version))
        .max_by(|(_, left), (_, right)| compare(left, right))
        .map(|(tag, _)| tag)
}

/// Whether a version is marked as not yet released.
pub(super) fn is_prerelease(version: &str) -> bool {
    components(version).iter().any(|part| {
        PRERELEASE
            .iter()
            .any(|word| part.eq_ignore_ascii_case(word))
    })
}

/// The order of `builtins.compareVersions`.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (components(left), components(right));
    for index in 0..left.len().max(right.len()) {
        let part = |parts: &[String]| parts.get(index).cloned().unwrap_or_default();
        let (left, right) = (part(&left), part(&right));
        if is_less(&left, &right) {
            return Ordering::Less;
        }
        if is_less(&right, &left) {
            return Ordering::Greater;
        }
    }
    Ordering::Equal
}

/// Runs of digits and runs of anything else; `.` and `-` separate.
fn components(version: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut previous = '.';
    for sign in version.chars() {
        let separates = |sign: char| matches!(sign, '.' | '-');
        if !separates(sign) {
            match parts.last_mut() {
                Some(part)
                    if !separates(previous)
                        && previous.is_ascii_digit() == sign.is_ascii_digit() =>
                {
                    part.push(sign)
                }
                _ => parts.push(sign.to_string()),
            }
        }
        previous = sign;
    }
    parts
}

fn is_less(left: &str, right: &str) -> bool {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.trim_start_matches('0').to_owned())
    };
    match (number(left), number(right)) {
        (Some(left), Some(right)) => (left.len(), left) < (right.len(), right),
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
    fn a_tag_tells_its_version() {
        for (tag, name, expected) in [
            ("v1.2.3", "tool", Some("1.2.3")),
            ("1.2.3", "tool", Some("1.2.3")),
            ("tool-1.2.3", "tool", Some("1.2.3")),
            ("tool2-v1.2.3", "tool2", Some("1.2.3")),
            ("release/1.2", "tool", Some("1.2")),
            ("version_2.0", "tool", Some("2.0")),
            ("v1.0${x}", "tool", Some("1.0${x}")),
            ("stable", "tool", None),
        ] {
            assert_eq!(of_tag(tag, name).as_deref(), expected, "{tag}");
        }
    }

    #[test]
    fn the_order_is_that_of_nix() {
        // The examples of the manual, and those of Nix's own tests.
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
        ] {
            assert_eq!(compare(left, right), expected, "{left} {right}");
            assert_eq!(compare(right, left), expected.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn prereleases_are_not_the_newest() {
        let tags = [
            "v1.0.0",
            "v1.10.0",
            "v1.9.0",
            "v2.0.0-beta.1",
            "v2.0a1",
            "nightly",
        ];
        assert_eq!(newest_tag(tags.into_iter()), Some("v1.10.0"));
    }
}
