//! What a source offers: tags or versions, as data nobody has judged yet.

use super::Source;

/// One tag or version that a source lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// As the source spells it.
    pub(super) name: String,
    pub(super) commit: Option<String>,
    /// Whether the source itself calls it a prerelease.
    pub(super) prerelease: bool,
    /// Why nobody should take it: `it was yanked`.
    pub(super) withdrawn: Option<String>,
    /// A page about it that the source names.
    pub(super) changelog: Option<String>,
}

impl Offer {
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Everything that a source offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) source: Source,
    /// Whether the names are tags, whose spelling has to be understood, or versions.
    pub(super) are_tags: bool,
    pub(super) list: Vec<Offer>,
}

/// The most letters of a name that are shown.
const SHOWN_LETTERS: usize = 80;

/// The longest name that can be a tag or version.
const LONGEST_NAME: usize = 200;

/// Whether outside text can be a tag: what git allows in a reference, printable ASCII alone, no option.
pub(super) fn is_tag(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_graphic() && !b"~^:?*[\\\"'`$<>|;&".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(is_letter)
        && !name.starts_with(['-', '/'])
        && !name.ends_with(['/', '.'])
        && !["..", "//", "@{"].iter().any(|part| name.contains(part))
}

/// Whether outside text can be a version: it stands in file names and in Nix.
pub(super) fn is_version(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".+-_~".contains(&byte))
        && text.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && !text.contains("..")
}

/// Outside text for people: what cannot be printed escaped, cut.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN_LETTERS)
        .flat_map(char::escape_default)
        .collect();
    if text.chars().nth(SHOWN_LETTERS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_do_harm_are_none() {
        for tag in ["v1.0", "foo/v1.0", "@scope/pkg@1.0", "release_1_0+b"] {
            assert!(is_tag(tag), "{tag}");
        }
        let long = "1".repeat(201);
        for tag in [
            "",
            "-v1",
            "--upload-pack=x",
            "v1\u{1b}[2J",
            "v1 0",
            "v1\n",
            "../v1",
            "v1..2",
            "v${x}",
            "é1",
            "a\"b",
            &long,
        ] {
            assert!(!is_tag(tag), "{tag}");
        }
        for version in ["1.0", "r12", "2024-01-31", "1.0+b~1"] {
            assert!(is_version(version), "{version}");
        }
        for version in [
            "", "x", "-1", "1/2", "1 0", "1\u{1b}", "1..2", "1.0${x}", "1!2.0",
        ] {
            assert!(!is_version(version), "{version}");
        }
        assert_eq!(shown("v1\u{1b}[2J"), "v1\\u{1b}[2J");
        assert_eq!(shown(&long).chars().count(), 81);
    }
}
