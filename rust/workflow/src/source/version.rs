//! Versions in tags.

use nixsmith_expr::version::{compare, components};

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
    components(version).any(|part| {
        PRERELEASE
            .iter()
            .any(|word| part.eq_ignore_ascii_case(word))
    })
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
