//! How a project spells a version in its tags and file names: what stands before and after it, and what separates its numbers.

/// One way to spell versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// What stands for `.`, if it is another character.
    pub(super) separator: Option<char>,
}

impl Shape {
    /// The spelling that makes `name` of `version`; none: `name` does not hold it.
    pub(super) fn of(name: &str, version: &str) -> Option<Self> {
        if version.is_empty() {
            return None;
        }
        let separators = [None, Some('_'), Some('-')];
        separators.into_iter().find_map(|separator| {
            let spelled = separator.map_or_else(
                || version.to_owned(),
                |other| version.replace('.', &other.to_string()),
            );
            let (start, _) = name.rmatch_indices(&spelled).find(|(start, _)| {
                let before = name.get(..*start).unwrap_or_default();
                let after = name.get(start + spelled.len()..).unwrap_or_default();
                let is_digit = |sign: char| sign.is_ascii_digit();
                // Not in the middle of a longer number: `1.2` is no part of `11.2` or `1.2.3`.
                let goes_on = after
                    .strip_prefix(['.', separator.unwrap_or('.')])
                    .unwrap_or(after)
                    .starts_with(is_digit);
                !before.ends_with(is_digit) && !goes_on
            })?;
            Some(Self {
                prefix: name.get(..start)?.to_owned(),
                suffix: name.get(start + spelled.len()..)?.to_owned(),
                separator: separator.filter(|_| version.contains('.')),
            })
        })
    }

    /// The spelling of a tag that holds the version in another form: `v1.2` of version 1.2.0.
    pub(super) fn guessed(name: &str) -> Option<Self> {
        let prefix = name.strip_suffix(guess(name)?)?;
        Some(Self::plain(prefix.to_owned()))
    }

    fn plain(prefix: String) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    /// The usual spellings, for a project of which no tag is known.
    pub(super) fn usual(pname: &str) -> Vec<Self> {
        let mut prefixes: Vec<String> = [
            "",
            "v",
            "V",
            "v.",
            "release-",
            "release/",
            "release_",
            "release-v",
            "releases/",
            "rel-",
            "version-",
            "ver-",
            "version/",
        ]
        .map(str::to_owned)
        .to_vec();
        for between in ["-", "_", "/", "@", "-v", "_v", "/v", "@v", ""] {
            if !pname.is_empty() {
                prefixes.push(format!("{pname}{between}"));
            }
        }
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        prefixes.into_iter().map(Self::plain).collect()
    }

    /// The version that `name` spells; none: it is spelled in another way. A version begins with a digit, unless `current` does not.
    pub(super) fn version(&self, name: &str, current: &str) -> Option<String> {
        let version = name
            .strip_prefix(&self.prefix)?
            .strip_suffix(&self.suffix)?;
        let leading =
            |text: &str| -> String { text.chars().take_while(char::is_ascii_alphabetic).collect() };
        let is_fine = !version.is_empty()
            && !version.contains('/')
            && leading(version) == leading(current)
            && version.starts_with(|sign: char| sign.is_ascii_alphanumeric());
        is_fine.then(|| {
            self.separator.map_or_else(
                || version.to_owned(),
                |separator| version.replace(separator, "."),
            )
        })
    }

    /// The spelling of a version.
    pub(super) fn name(&self, version: &str) -> String {
        let spelled = self.separator.map_or_else(
            || version.to_owned(),
            |separator| version.replace('.', &separator.to_string()),
        );
        format!("{}{spelled}{}", self.prefix, self.suffix)
    }
}

/// The version that a tag of any spelling seems to name: what follows its last word. To say what was left out, never to take it.
pub(super) fn guess(name: &str) -> Option<&str> {
    let last = name.rsplit('/').next()?;
    let starts = last.char_indices().filter(|(at, sign)| {
        sign.is_ascii_digit()
            && last.get(..*at).is_some_and(|before| {
                !before.ends_with(|sign: char| sign.is_ascii_digit() || sign == '.')
            })
    });
    // The first number that stands alone: `foo2-1.5` names 1.5, `1.5-2` names 1.5-2.
    let mut starts = starts.map(|(at, _)| at);
    let first = starts.next()?;
    let head = last.get(..first).unwrap_or_default();
    let is_in_word = head.ends_with(|sign: char| sign.is_ascii_alphabetic())
        && !head.ends_with(['v', 'V'])
        && last.get(first..)?.contains('-');
    let start = if is_in_word {
        starts.next().unwrap_or(first)
    } else {
        first
    };
    last.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_its_version_tell_the_spelling() {
        for (tag, version, prefix, suffix) in [
            ("v1.2.3", "1.2.3", "v", ""),
            ("1.2.3", "1.2.3", "", ""),
            ("foo-v1.2.3", "1.2.3", "foo-v", ""),
            ("foo/v1.2.3", "1.2.3", "foo/v", ""),
            ("release_1_2_3", "1.2.3", "release_", ""),
            ("R_2_4_1", "2.4.1", "R_", ""),
            ("curl-8_5_0", "8.5.0", "curl-", ""),
            ("v1.2.3.Final", "1.2.3", "v", ".Final"),
            ("python3-3.1", "3.1", "python3-", ""),
            ("r123", "r123", "", ""),
            ("hello-2.12.tar.gz", "2.12", "hello-", ".tar.gz"),
        ] {
            let shape = Shape::of(tag, version).unwrap();
            assert_eq!(
                (shape.prefix.as_str(), shape.suffix.as_str()),
                (prefix, suffix),
                "{tag}"
            );
            assert_eq!(shape.name(version), tag);
            assert_eq!(
                shape.version(tag, version).as_deref(),
                Some(version),
                "{tag}"
            );
        }
        for (tag, version) in [
            ("v1.2.3", "1.2"),
            ("v11.2", "1.2"),
            ("v1.20", "1.2"),
            ("stable", "1.2"),
            ("v1.2", ""),
        ] {
            assert_eq!(Shape::of(tag, version), None, "{tag}");
        }
    }

    #[test]
    fn other_spellings_are_no_versions() {
        let shape = Shape::of("foo-1.2", "1.2").unwrap();
        assert_eq!(shape.version("foo-1.3", "1.2").as_deref(), Some("1.3"));
        for other in [
            "foo-bar-1.3",
            "1.3",
            "v1.3",
            "foo-v1.3",
            "foo-",
            "foo-1.3/x",
        ] {
            assert_eq!(shape.version(other, "1.2"), None, "{other}");
        }
        let underscores = Shape::of("release_1_2", "1.2").unwrap();
        assert_eq!(
            underscores.version("release_1_10_0", "1.2").as_deref(),
            Some("1.10.0")
        );
    }

    #[test]
    fn a_guess_is_what_follows_the_words() {
        for (tag, expected) in [
            ("v1.2", Some("1.2")),
            ("foo-1.5", Some("1.5")),
            ("foo2-1.5", Some("1.5")),
            ("1.5-2", Some("1.5-2")),
            ("a/b/v2", Some("2")),
            ("nightly", None),
        ] {
            assert_eq!(guess(tag), expected, "{tag}");
        }
    }
}
