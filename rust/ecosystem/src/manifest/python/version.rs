//! Python versions and version specifiers: parsing, order, and whether a version fits a specifier.
//!
//! Written for judging metadata, not for resolving: a text that is no version is `None`, never an error.

use std::cmp::Ordering;

/// A version, ordered as Python's packaging tools order them.
///
/// Source: PEP 440, "Summary of permitted suffixes and relative ordering".
#[derive(Clone, Debug)]
pub struct PythonVersion {
    epoch: u64,
    release: Vec<u64>,
    /// 0 for `a`, 1 for `b`, 2 for `rc`, and the number.
    pre: Option<(u8, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    local: Option<Vec<LocalPart>>,
}

/// One dot-separated part of a local version; numbers sort after text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LocalPart {
    Text(String),
    Number(u64),
}

impl PythonVersion {
    /// The version that `text` names, in any of the spellings that normalise to one (`v1.0-RC.1`, `1.0rc1`).
    ///
    /// `None` when it is no version, or a part does not fit 64 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix('v').unwrap_or(&lower);
        let (public, local) = match rest.split_once('+') {
            Some((public, local)) => (public, Some(parse_local(local)?)),
            None => (rest, None),
        };
        let (epoch, rest) = match public.split_once('!') {
            Some((epoch, rest)) => (number(epoch)?, rest),
            None => (0, public),
        };
        let (release, mut rest) = take_release(rest)?;
        let pre = take_pre(&mut rest)?;
        let post = take_post(&mut rest)?;
        let dev = take_labelled(&mut rest, &["dev"])?;
        rest.is_empty().then_some(Self {
            epoch,
            release,
            pre,
            post,
            dev,
            local,
        })
    }

    /// Whether this is a pre-release or a development release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The release numbers (`1.2.3` of `1!1.2.3rc1`).
    #[must_use]
    pub fn release(&self) -> &[u64] {
        &self.release
    }

    /// Whether the first parts of this version's release are `prefix`'s, with zeros where this one is shorter.
    fn starts_with(&self, prefix: &Self) -> bool {
        let own = self.release.iter().copied().chain(std::iter::repeat(0));
        self.epoch == prefix.epoch && prefix.release.iter().copied().zip(own).all(|(a, b)| a == b)
    }

    /// The release without its trailing zeros, which do not count.
    fn significant(&self) -> &[u64] {
        let end = self
            .release
            .iter()
            .rposition(|part| *part != 0)
            .map_or(0, |last| last + 1);
        self.release.get(..end).unwrap_or_default()
    }

    /// Where the pre-release part puts this version among those of one release.
    fn pre_rank(&self) -> (u8, u64) {
        match self.pre {
            Some((kind, number)) => (kind + 1, number),
            None if self.dev.is_some() && self.post.is_none() => (0, 0),
            None => (9, 0),
        }
    }

    fn without_local(&self) -> Self {
        Self {
            local: None,
            ..self.clone()
        }
    }
}

impl Ord for PythonVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.significant().cmp(other.significant()))
            .then_with(|| self.pre_rank().cmp(&other.pre_rank()))
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| {
                self.dev
                    .unwrap_or(u64::MAX)
                    .cmp(&other.dev.unwrap_or(u64::MAX))
            })
            .then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for PythonVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for PythonVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for PythonVersion {}

/// One comma-separated clause of a version specifier, `>=1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specifier {
    /// `~=`, `==`, `!=`, `<=`, `>=`, `<`, `>` or `===`.
    pub operator: String,
    /// The version behind the operator, perhaps ending in `.*`.
    pub version: String,
}

impl Specifier {
    /// The clauses of `text` (`>=1.0,<2`), or `None` when one of them is no clause.
    #[must_use]
    pub fn parse_list(text: &str) -> Option<Vec<Self>> {
        text.split(',')
            .map(str::trim)
            .filter(|clause| !clause.is_empty())
            .map(Self::parse)
            .collect()
    }

    fn parse(clause: &str) -> Option<Self> {
        const OPERATORS: [&str; 8] = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"];
        let operator = OPERATORS
            .iter()
            .find(|operator| clause.starts_with(**operator))?;
        let version = clause.strip_prefix(operator)?.trim();
        (!version.is_empty() && !version.contains(char::is_whitespace)).then(|| Self {
            operator: (*operator).to_owned(),
            version: version.to_owned(),
        })
    }

    /// Whether `version` satisfies this clause; a clause that compares with no version is satisfied by the same text only.
    ///
    /// Pre-releases are not set apart: what is installed counts as it is.
    #[must_use]
    pub fn matches(&self, version: &PythonVersion, text: &str) -> bool {
        if self.operator == "===" {
            return self.version.eq_ignore_ascii_case(text.trim());
        }
        let (wanted, wildcard) = match self.version.strip_suffix(".*") {
            Some(prefix) => (prefix, true),
            None => (self.version.as_str(), false),
        };
        let Some(wanted) = PythonVersion::parse(wanted) else {
            return false;
        };
        let same = if wildcard {
            version.starts_with(&wanted)
        } else if wanted.local.is_some() {
            *version == wanted
        } else {
            version.without_local() == wanted
        };
        match self.operator.as_str() {
            "==" => same,
            "!=" => !same,
            "<=" => version.without_local() <= wanted,
            ">=" => *version >= wanted,
            "<" => {
                *version < wanted && (wanted.is_prerelease() || !version.is_prerelease_of(&wanted))
            }
            ">" => {
                *version > wanted
                    && !(wanted.post.is_none()
                        && version.post.is_some()
                        && version.starts_with_release(&wanted))
            }
            "~=" => *version >= wanted && version.is_compatible(&wanted),
            _ => false,
        }
    }
}

impl PythonVersion {
    fn starts_with_release(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.significant() == other.significant()
    }

    fn is_prerelease_of(&self, other: &Self) -> bool {
        self.is_prerelease() && self.starts_with_release(other)
    }

    /// Whether this version lies in the series of `wanted`: all release parts but the last are the same.
    fn is_compatible(&self, wanted: &Self) -> bool {
        let mut series = wanted.clone();
        series.release.pop();
        !series.release.is_empty() && self.starts_with(&series)
    }
}

fn number(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn parse_local(text: &str) -> Option<Vec<LocalPart>> {
    text.split(['.', '-', '_'])
        .map(|part| {
            let valid = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            valid.then(|| {
                number(part).map_or_else(|| LocalPart::Text(part.to_owned()), LocalPart::Number)
            })
        })
        .collect()
}

/// Splits `text` behind its leading digits; the digits may be missing.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn take_release(text: &str) -> Option<(Vec<u64>, &str)> {
    let (first, mut rest) = split_digits(text);
    let mut release = vec![number(first)?];
    while let Some((digits, behind)) = rest
        .strip_prefix('.')
        .map(split_digits)
        .filter(|(digits, _)| !digits.is_empty())
    {
        release.push(number(digits)?);
        rest = behind;
    }
    Some((release, rest))
}

fn take_pre(rest: &mut &str) -> Option<Option<(u8, u64)>> {
    const LABELS: [(u8, &[&str]); 3] = [
        (0, &["alpha", "a"]),
        (1, &["beta", "b"]),
        (2, &["rc", "preview", "pre", "c"]),
    ];
    for (kind, labels) in LABELS {
        if let Some(number) = take_labelled(rest, labels)? {
            return Some(Some((kind, number)));
        }
    }
    Some(None)
}

fn take_post(rest: &mut &str) -> Option<Option<u64>> {
    if let Some((digits, behind)) = rest
        .strip_prefix('-')
        .map(split_digits)
        .filter(|(digits, _)| !digits.is_empty())
    {
        *rest = behind;
        return number(digits).map(Some);
    }
    take_labelled(rest, &["post", "rev", "r"])
}

/// Takes `[.-_]LABEL[.-_][N]` off the front; a missing N is 0. The outer `None` is a number that does not fit.
fn take_labelled(rest: &mut &str, labels: &[&str]) -> Option<Option<u64>> {
    let separators = ['.', '-', '_'];
    let bare = rest.strip_prefix(separators).unwrap_or(rest);
    let Some(behind) = labels.iter().find_map(|label| bare.strip_prefix(label)) else {
        return Some(None);
    };
    let (digits, after) = split_digits(behind.strip_prefix(separators).unwrap_or(behind));
    if digits.is_empty() {
        *rest = behind;
        return Some(Some(0));
    }
    *rest = after;
    number(digits).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{PythonVersion, Specifier};

    fn version(text: &str) -> PythonVersion {
        PythonVersion::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    /// Ascending, as `packaging` 25.0 sorts them.
    const ASCENDING: [&str; 22] = [
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
        "1.10",
        "2020.1",
        "1!0.1",
    ];

    #[test]
    fn order_is_pep_440s() {
        for pair in ASCENDING.windows(2) {
            assert!(
                version(pair[0]) < version(pair[1]),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn spellings_of_one_version() {
        for (left, right) in [
            ("1.0", "1"),
            ("v1.0-RC.1", "1.0rc1"),
            ("1.0-1", "1.0.post1"),
            ("1.0c1", "1rc1"),
            ("1.0dev", "1.0.dev0"),
            ("1.0_R4", "1.0.post4"),
            ("1.0+A-1", "1.0+a.1"),
        ] {
            assert_eq!(version(left), version(right), "{left} {right}");
        }
    }

    #[test]
    fn what_is_no_version() {
        for text in [
            "",
            "v",
            "1.",
            "1..0",
            "1.0-",
            "1.0+",
            "a",
            "1.0x",
            "99999999999999999999",
            "1 0",
            "1.0+a..b",
            "3.11.0-generic",
        ] {
            assert!(PythonVersion::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn specifiers() {
        let cases = [
            ("~=2.2", "2.9", true),
            ("~=2.2", "3.0", false),
            ("~=2.2", "2.1", false),
            ("~=1.4.5", "1.4.9", true),
            ("~=1.4.5", "1.5", false),
            ("==1.1.*", "1.1.post1", true),
            ("==1.1.*", "1.1a1", true),
            ("==1.1.*", "1.10", false),
            ("!=1.1.*", "1.10", true),
            ("==1.1", "1.1.0+local", true),
            ("==1.1+x", "1.1", false),
            ("<1.0", "1.0rc1", false),
            ("<1.0", "0.9.9", true),
            (">1.7", "1.7.0.post1", false),
            (">1.7", "1.7.1", true),
            (">1.7.post2", "1.7.post3", true),
            ("<=1.0", "1.0+x", true),
            (">=3.8,<4", "3.13", true),
            (">=3.8,<3.13", "3.13.5", false),
            ("===weird", "WEIRD", false),
            ("~=1", "1.5", false),
        ];
        for (specifier, candidate, expected) in cases {
            let clauses = Specifier::parse_list(specifier).unwrap();
            let fits = PythonVersion::parse(candidate).is_some_and(|parsed| {
                clauses
                    .iter()
                    .all(|clause| clause.matches(&parsed, candidate))
            });
            assert_eq!(fits, expected, "{candidate} {specifier}");
        }
        for text in ["1.0", "=1", ">=", ">= 1 2", "^1.0"] {
            assert!(Specifier::parse_list(text).is_none(), "{text}");
        }
    }
}
