//! The order of Python versions (PEP 440).

use std::cmp::Ordering;
use std::fmt;

/// A version in its normal form; `1.0` and `1.0.0` and `v1` are equal.
#[derive(Debug, Clone)]
pub struct Version {
    epoch: u64,
    release: Vec<u64>,
    pre: Option<(Pre, u64)>,
    post: Option<u64>,
    development: Option<u64>,
    local: Vec<Local>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    Alpha,
    Beta,
    Candidate,
}

/// A part of a local version; numbers come after words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Local {
    Word(String),
    Number(u64),
}

impl Version {
    /// Reads every spelling that PEP 440 allows; `None` for the rest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 256 {
            return None;
        }
        let lower = text.trim().to_ascii_lowercase();
        let (public, local) = lower
            .split_once('+')
            .map_or((lower.as_str(), None), |(public, local)| {
                (public, Some(local))
            });
        let mut rest = Rest(public.strip_prefix('v').unwrap_or(public));
        let mut epoch = 0;
        let first = rest.number()?;
        let mut release = vec![first];
        if rest.take("!") {
            epoch = first;
            release = vec![rest.number()?];
        }
        while let Some(number) = rest.dotted_number() {
            release.push(number);
        }
        let pre = rest.pre();
        let post = rest.post();
        let development = rest.marked(&["dev"]);
        if !rest.0.is_empty() {
            return None;
        }
        let local = local.map_or(Some(Vec::new()), parse_local)?;
        Some(Self {
            epoch,
            release,
            pre,
            post,
            development,
            local,
        })
    }

    /// Whether it is an alpha, beta, candidate or development release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.development.is_some()
    }

    /// The number before `!`; 0 without one.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The numbers of the release, at least one: `1.2.0` of `1!1.2.0rc1`.
    #[must_use]
    pub fn release(&self) -> &[u64] {
        &self.release
    }

    /// Whether it comes after a release of the same numbers: `1.0.post1`.
    #[must_use]
    pub fn is_postrelease(&self) -> bool {
        self.post.is_some()
    }

    /// Whether it has a local part: `1.0+local`.
    #[must_use]
    pub fn is_local(&self) -> bool {
        !self.local.is_empty()
    }

    /// The version without its local part.
    #[must_use]
    pub fn public(&self) -> Self {
        Self {
            local: Vec::new(),
            ..self.clone()
        }
    }

    fn trimmed_release(&self) -> &[u64] {
        let length = self
            .release
            .iter()
            .rposition(|number| *number != 0)
            .map_or(0, |last| last + 1);
        self.release.get(..length).unwrap_or_default()
    }

    /// `1.dev0` is before `1a0`, that before `1`, that before `1.post0`.
    fn pre_key(&self) -> (u8, Option<(Pre, u64)>) {
        match (self.pre, self.post, self.development) {
            (None, None, Some(_)) => (0, None),
            (Some(pre), ..) => (1, Some(pre)),
            _ => (2, None),
        }
    }

    /// A release without the mark comes after those of it with the mark.
    fn development_key(&self) -> (bool, u64) {
        (self.development.is_none(), self.development.unwrap_or(0))
    }
}

fn parse_local(text: &str) -> Option<Vec<Local>> {
    let parts = text.split(['.', '-', '_']);
    let part = |part: &str| {
        let is_word = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_word.then(|| {
            part.parse()
                .map_or_else(|_| Local::Word(part.to_owned()), Local::Number)
        })
    };
    parts.map(part).collect()
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |version: &Self| {
            (
                version.epoch,
                version.trimmed_release().to_vec(),
                version.pre_key(),
                version.post,
            )
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.development_key().cmp(&other.development_key()))
            .then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

/// The normal form.
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch != 0 {
            write!(formatter, "{}!", self.epoch)?;
        }
        let release: Vec<String> = self.release.iter().map(u64::to_string).collect();
        formatter.write_str(&release.join("."))?;
        if let Some((kind, number)) = self.pre {
            let letter = match kind {
                Pre::Alpha => "a",
                Pre::Beta => "b",
                Pre::Candidate => "rc",
            };
            write!(formatter, "{letter}{number}")?;
        }
        if let Some(post) = self.post {
            write!(formatter, ".post{post}")?;
        }
        if let Some(development) = self.development {
            write!(formatter, ".dev{development}")?;
        }
        for (index, part) in self.local.iter().enumerate() {
            formatter.write_str(if index == 0 { "+" } else { "." })?;
            match part {
                Local::Word(word) => formatter.write_str(word)?,
                Local::Number(number) => write!(formatter, "{number}")?,
            }
        }
        Ok(())
    }
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn take(&mut self, prefix: &str) -> bool {
        self.0
            .strip_prefix(prefix)
            .map(|rest| self.0 = rest)
            .is_some()
    }

    fn number(&mut self) -> Option<u64> {
        let end = self
            .0
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end)?;
        let number = digits.parse().ok()?;
        self.0 = rest;
        Some(number)
    }

    fn separator(&mut self) -> bool {
        self.take(".") || self.take("-") || self.take("_")
    }

    fn dotted_number(&mut self) -> Option<u64> {
        let mut ahead = *self;
        let number = ahead.take(".").then(|| ahead.number()).flatten()?;
        self.0 = ahead.0;
        Some(number)
    }

    /// A word with an optional number after it, both with optional separators before them; without a number it is 0.
    fn marked(&mut self, words: &[&str]) -> Option<u64> {
        let mut ahead = *self;
        ahead.separator();
        if !words.iter().any(|word| ahead.take(word)) {
            return None;
        }
        let mut numbered = ahead;
        numbered.separator();
        if let Some(number) = numbered.number() {
            self.0 = numbered.0;
            return Some(number);
        }
        self.0 = ahead.0;
        Some(0)
    }

    fn pre(&mut self) -> Option<(Pre, u64)> {
        let kinds: [(&[&str], Pre); 3] = [
            (&["alpha", "a"], Pre::Alpha),
            (&["beta", "b"], Pre::Beta),
            (&["candidate", "c", "rc", "preview", "pre"], Pre::Candidate),
        ];
        kinds
            .into_iter()
            .find_map(|(words, kind)| Some((kind, self.marked(words)?)))
    }

    /// `.post1`, `.rev1`, `.r1`, or `-1` alone.
    fn post(&mut self) -> Option<u64> {
        let mut ahead = *self;
        if let Some(number) = ahead.take("-").then(|| ahead.number()).flatten() {
            self.0 = ahead.0;
            return Some(number);
        }
        self.marked(&["post", "rev", "r"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn the_order_is_that_of_the_specification() {
        let ordered = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "2!0.1",
        ];
        for pair in ordered.windows(2) {
            assert!(
                version(pair[0]) < version(pair[1]),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal_and_have_one_normal_form() {
        for (spelling, normal) in [
            ("v1.0", "1.0"),
            ("1.0-ALPHA.1", "1.0a1"),
            ("1.0.beta", "1.0b0"),
            ("1.0c2", "1.0rc2"),
            ("1.0-preview_3", "1.0rc3"),
            ("1.0-1", "1.0.post1"),
            ("1.0.r4", "1.0.post4"),
            ("1.0_dev", "1.0.dev0"),
            ("1!2", "1!2"),
            ("01.002", "1.2"),
            ("1.0+Ubuntu-1", "1.0+ubuntu.1"),
            (" 1.0 ", "1.0"),
        ] {
            assert_eq!(version(spelling).to_string(), normal);
            assert_eq!(version(spelling), version(normal));
        }
        assert_eq!(version("1"), version("1.0.0"));
    }

    #[test]
    fn other_text_is_no_version() {
        for text in [
            "",
            "a",
            "1..0",
            "1.0x",
            "1.0+",
            "1.0+a..b",
            "1.0-",
            "99999999999999999999999",
            "1.0.post1.post2",
            "1.0\u{0661}",
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }
}
