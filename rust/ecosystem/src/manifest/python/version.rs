//! Version specifiers: whether an installed version satisfies a clause (PEP 440, "Version specifiers").

pub use nixsmith_fetch::registry::pypi::Version as PythonVersion;

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
            is_in_series(version, &wanted, wanted.release())
        } else if wanted.is_local() {
            *version == wanted
        } else {
            version.public() == wanted
        };
        match self.operator.as_str() {
            "==" => same,
            "!=" => !same,
            "<=" => version.public() <= wanted,
            ">=" => *version >= wanted,
            "<" => {
                let is_its_prerelease = version.is_prerelease() && is_of_release(version, &wanted);
                *version < wanted && (wanted.is_prerelease() || !is_its_prerelease)
            }
            ">" => {
                let is_its_postrelease =
                    version.is_postrelease() && is_of_release(version, &wanted);
                *version > wanted && (wanted.is_postrelease() || !is_its_postrelease)
            }
            "~=" => {
                let series = wanted
                    .release()
                    .split_last()
                    .map_or(&[][..], |(_, series)| series);
                *version >= wanted && !series.is_empty() && is_in_series(version, &wanted, series)
            }
            _ => false,
        }
    }
}

/// Whether the first numbers of the version's release are `series`, with zeros where it is shorter.
fn is_in_series(version: &PythonVersion, wanted: &PythonVersion, series: &[u64]) -> bool {
    let own = version
        .release()
        .iter()
        .copied()
        .chain(std::iter::repeat(0));
    version.epoch() == wanted.epoch() && series.iter().copied().zip(own).all(|(a, b)| a == b)
}

/// Whether both have the same release, whatever comes before or after it.
fn is_of_release(version: &PythonVersion, wanted: &PythonVersion) -> bool {
    let length = version.release().len().max(wanted.release().len());
    let padded = |version: &PythonVersion| {
        let zeros = std::iter::repeat(0);
        version
            .release()
            .iter()
            .copied()
            .chain(zeros)
            .take(length)
            .collect::<Vec<_>>()
    };
    version.epoch() == wanted.epoch() && padded(version) == padded(wanted)
}

#[cfg(test)]
mod tests {
    use super::{PythonVersion, Specifier};

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
