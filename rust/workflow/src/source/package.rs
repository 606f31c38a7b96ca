//! Released packages by name: `crates:just@1.42.4`.

use std::fmt;

use crate::error::Problem;

/// A registry of released packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// Rust crates, `crates:`.
    Crates,
    /// Python projects, `pypi:`.
    Pypi,
    /// npm packages, `npm:`.
    Npm,
    /// Go modules, `go:`.
    Go,
    /// Maven artifacts, `maven:GROUP:ARTIFACT:VERSION`.
    Maven,
    /// Hex packages, `hex:`.
    Hex,
    /// Ruby gems, `gem:`.
    Gem,
}

const PREFIXES: [(Registry, &str); 7] = [
    (Registry::Crates, "crates"),
    (Registry::Pypi, "pypi"),
    (Registry::Npm, "npm"),
    (Registry::Go, "go"),
    (Registry::Maven, "maven"),
    (Registry::Hex, "hex"),
    (Registry::Gem, "gem"),
];

impl Registry {
    /// The word before the colon.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        PREFIXES
            .iter()
            .find(|(registry, _)| *registry == self)
            .map_or("", |(_, prefix)| prefix)
    }
}

/// A package of a registry, and which version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageReference {
    /// Where it is released.
    pub registry: Registry,
    /// The name as given; for Maven `GROUP:ARTIFACT`.
    pub name: String,
    /// The version as given; the newest stable one, if absent.
    pub version: Option<String>,
}

impl fmt::Display for PackageReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.registry.prefix(), self.name)?;
        match &self.version {
            Some(version) if self.registry == Registry::Maven => write!(formatter, ":{version}"),
            Some(version) => write!(formatter, "@{version}"),
            None => Ok(()),
        }
    }
}

impl PackageReference {
    /// Reads `REGISTRY:NAME[@VERSION]`; `None` where the text does not start with a registry's prefix.
    ///
    /// # Errors
    /// A name or a version that the registry cannot have.
    pub fn parse(text: &str) -> Option<Result<Self, Problem>> {
        let (prefix, rest) = text.split_once(':')?;
        let (registry, _) = *PREFIXES.iter().find(|(_, known)| *known == prefix)?;
        if rest.starts_with("//") {
            return None;
        }
        Some(Self::parse_rest(registry, rest).ok_or_else(|| not_a_package(registry, text)))
    }

    /// Whether a text can be a version: letters, digits and a few signs that mean nothing in an address.
    #[must_use]
    pub fn is_version(text: &str) -> bool {
        is_version(text)
    }

    fn parse_rest(registry: Registry, rest: &str) -> Option<Self> {
        let (name, version) = match registry {
            Registry::Maven => match rest.split(':').collect::<Vec<_>>().as_slice() {
                [group, artifact] => (format!("{group}:{artifact}"), None),
                [group, artifact, version] => (format!("{group}:{artifact}"), Some(*version)),
                _ => return None,
            },
            // The at sign of a scope (`@types/node`) is not the one before the version.
            _ => match rest
                .char_indices()
                .skip(1)
                .filter(|(_, sign)| *sign == '@')
                .last()
            {
                Some((at, _)) => (rest.get(..at)?.to_owned(), rest.get(at + 1..)),
                None => (rest.to_owned(), None),
            },
        };
        let version_is_one = version.is_none_or(is_version);
        (version_is_one && is_name(registry, &name)).then(|| Self {
            registry,
            name,
            version: version.map(ToOwned::to_owned),
        })
    }
}

fn not_a_package(registry: Registry, text: &str) -> Problem {
    let form = match registry {
        Registry::Maven => "maven:GROUP:ARTIFACT:VERSION".to_owned(),
        _ => format!("{}:NAME@VERSION", registry.prefix()),
    };
    Problem::user(format!("`{}` names no package", super::shown(text)))
        .hint(format!("the form is `{form}`"))
}

fn is_version(version: &str) -> bool {
    (1..=200).contains(&version.len())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".+-_~!".contains(&byte))
        && version.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

fn is_name(registry: Registry, name: &str) -> bool {
    let of = |text: &str, signs: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || signs.contains(sign))
            && !matches!(text, "." | "..")
    };
    if name.len() > 255 {
        return false;
    }
    match registry {
        Registry::Crates | Registry::Hex => of(name, "-_"),
        Registry::Pypi | Registry::Gem => of(name, "-_."),
        Registry::Npm => match name.strip_prefix('@').map(|scoped| scoped.split_once('/')) {
            Some(Some((scope, package))) => of(scope, "-_.~") && of(package, "-_.~"),
            Some(None) => false,
            None => of(name, "-_.~"),
        },
        Registry::Go => name.split('/').all(|part| of(part, "-_.~")),
        Registry::Maven => name.split(':').all(|part| of(part, "-_.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(Registry, String, Option<String>)> {
        let reference = PackageReference::parse(text)?.ok()?;
        assert_eq!(reference.to_string(), text);
        Some((reference.registry, reference.name, reference.version))
    }

    #[test]
    fn the_last_at_sign_is_the_version() {
        let named = |registry, name: &str, version: Option<&str>| {
            Some((registry, name.to_owned(), version.map(ToOwned::to_owned)))
        };
        assert_eq!(
            parse("crates:just@1.42.4"),
            named(Registry::Crates, "just", Some("1.42.4"))
        );
        assert_eq!(parse("crates:just"), named(Registry::Crates, "just", None));
        assert_eq!(
            parse("npm:@types/node@22.1.0"),
            named(Registry::Npm, "@types/node", Some("22.1.0"))
        );
        assert_eq!(
            parse("npm:@types/node"),
            named(Registry::Npm, "@types/node", None)
        );
        assert_eq!(
            parse("go:example.org/a/b/v2@v2.0.1"),
            named(Registry::Go, "example.org/a/b/v2", Some("v2.0.1"))
        );
        assert_eq!(
            parse("maven:org.example:tool:1.0"),
            named(Registry::Maven, "org.example:tool", Some("1.0"))
        );
        assert_eq!(
            parse("pypi:zope.interface@7.2"),
            named(Registry::Pypi, "zope.interface", Some("7.2"))
        );
    }

    #[test]
    fn what_no_registry_could_hold_is_refused() {
        for text in [
            "crates:",
            "crates:a/b@1",
            "crates:../x@1",
            "crates:a@",
            "crates:a@1/..",
            "crates:a@1 2",
            "npm:@a",
            "npm:@a/b/c@1",
            "npm:@../x@1",
            "go:../x@v1",
            "go:a//b@v1",
            "maven:a",
            "maven:a:b:c:d",
            "gem:a@1?x",
            "hex:a@..",
        ] {
            assert!(
                PackageReference::parse(text)
                    .expect("the prefix is known")
                    .is_err(),
                "{text}"
            );
        }
        for text in ["https://example.org", "crates://x", "just@1", "unknown:x@1"] {
            assert!(PackageReference::parse(text).is_none(), "{text}");
        }
    }
}
