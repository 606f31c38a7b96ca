//! Dependency specifiers (`requests[socks]>=2,<3; python_version<"3.14"`) and project names.

use super::marker::Marker;
use super::version::Specifier;

/// The normal form of a project name: lower case, runs of `-`, `_` and `.` as one `-` (PEP 503).
pub use nixsmith_fetch::registry::pypi::normalized_name as normalise;

/// One requirement of a project on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The other project's name in normal form.
    pub name: String,
    /// The extras asked for, in normal form, in the order written.
    pub extras: Vec<String>,
    /// Every clause must hold; empty for any version.
    pub specifiers: Vec<Specifier>,
    /// The address of a direct reference (`name @ https://…`).
    pub url: Option<String>,
    /// The condition under which the requirement counts.
    pub marker: Option<Marker>,
    /// The requirement as written, without surrounding space; empty when it was not written in this form.
    pub text: String,
}

impl Requirement {
    /// The requirement that `text` states.
    ///
    /// `None` when it is none (an option line of a requirements file, a bare path, a template); the caller says so.
    /// Source: PEP 508, read a little more loosely: `name (>=1)` and stray commas are accepted, as old metadata has them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .count();
        let (name, rest) = text.split_at(end);
        let alphanumeric = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        if !alphanumeric(name.bytes().next()) || !alphanumeric(name.bytes().last()) {
            return None;
        }
        let (extras, rest) = take_extras(rest.trim_start())?;
        if let Some(reference) = rest.strip_prefix('@') {
            let (url, marker) = match reference
                .split_once(" ;")
                .or_else(|| reference.split_once("; "))
            {
                Some((url, marker)) => (url, Some(Marker::parse(marker)?)),
                None => (reference, None),
            };
            let url = Some(url.trim().to_owned());
            return Some(Self {
                name: normalise(name),
                extras,
                specifiers: Vec::new(),
                url,
                marker,
                text: text.to_owned(),
            });
        }
        let (versions, marker) = match rest.split_once(';') {
            Some((versions, marker)) => (versions, Some(Marker::parse(marker)?)),
            None => (rest, None),
        };
        let versions = versions.trim();
        let versions = versions
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .unwrap_or(versions);
        let specifiers = Specifier::parse_list(versions)?;
        Some(Self {
            name: normalise(name),
            extras,
            specifiers,
            url: None,
            marker,
            text: text.to_owned(),
        })
    }

    /// The other project's name as it was written; in normal form where that is not known.
    #[must_use]
    pub fn written_name(&self) -> &str {
        let is_name = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.');
        let end = self
            .text
            .find(|one| !is_name(one))
            .unwrap_or(self.text.len());
        self.text
            .get(..end)
            .filter(|name| !name.is_empty())
            .unwrap_or(&self.name)
    }

    /// The same requirement under one more condition.
    #[must_use]
    pub fn under(mut self, condition: Marker) -> Self {
        self.marker = Some(match self.marker {
            Some(marker) => Marker::And(vec![marker, condition]),
            None => condition,
        });
        self
    }
}

fn take_extras(rest: &str) -> Option<(Vec<String>, &str)> {
    let Some(inner) = rest.strip_prefix('[') else {
        return Some((Vec::new(), rest));
    };
    let (extras, rest) = inner.split_once(']')?;
    let extras = extras
        .split(',')
        .map(|extra| normalise(extra.trim()))
        .filter(|extra| !extra.is_empty())
        .collect();
    Some((extras, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::{Requirement, normalise};

    #[test]
    fn names_are_normalised() {
        for (name, normal) in [
            ("Foo.Bar", "foo-bar"),
            ("a__b--c", "a-b-c"),
            ("ruamel.yaml", "ruamel-yaml"),
            ("x", "x"),
        ] {
            assert_eq!(normalise(name), normal);
        }
    }

    #[test]
    fn requirements_are_read() {
        let requirement = Requirement::parse(
            "Requests[socks, Use_Chardet] (>=2.0 , <3) ; python_version < '3.99'",
        )
        .unwrap();
        assert_eq!(requirement.name, "requests");
        assert_eq!(requirement.extras, ["socks", "use-chardet"]);
        let clauses: Vec<_> = requirement
            .specifiers
            .iter()
            .map(|clause| format!("{}{}", clause.operator, clause.version))
            .collect();
        assert_eq!(clauses, [">=2.0", "<3"]);
        assert!(requirement.marker.is_some());
        let direct =
            Requirement::parse("pip @ https://registry.test/pip.zip ; extra == 'x'").unwrap();
        assert_eq!(direct.url.as_deref(), Some("https://registry.test/pip.zip"));
        assert!(direct.marker.is_some());
    }

    #[test]
    fn what_is_no_requirement() {
        for text in [
            "",
            "-r base.txt",
            "./local",
            "--hash=x",
            "name>=",
            "name[extra",
            "name; nonsense",
            "name ^1.0",
            "-x",
            "x-",
            "$(name)",
        ] {
            assert_eq!(Requirement::parse(text), None, "{text}");
        }
    }
}
