//! The name of an attribute below a set, as people write it: `meta.homepage`, `inputs."a b".url`.

use std::fmt;
use std::str::FromStr;

use rnix::ast::{self, HasEntry as _};

use super::tree;
use crate::parse;
use crate::quote::{self, QuoteError};

/// One or more attribute names, outermost first.
///
/// Shape, as Nix reads it in front of `=`: `path = name { "." name }`, `name = identifier | string`, where an identifier
/// is a letter or `_`, then letters, digits, `_`, `'` and `-`, and no keyword but `or`; a string stands in double quotes,
/// has Nix's escapes and no interpolation. Spaces may stand around the dots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributePath {
    names: Vec<String>,
}

/// Why a text is not an [`AttributePath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an attribute path: `{text}`")]
pub struct AttributePathError {
    /// The refused text.
    pub text: String,
}

impl AttributePath {
    /// Returns the path of these names, taken as they are: a dot in a name is part of that name.
    ///
    /// # Errors
    /// [`QuoteError`] for no names, and for a name with NUL.
    pub fn new<Name: Into<String>>(
        names: impl IntoIterator<Item = Name>,
    ) -> Result<Self, QuoteError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        quote::attribute_path(&names)?;
        Ok(Self { names })
    }

    /// Returns the names, outermost first; there is at least one.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the innermost name.
    #[must_use]
    pub fn last(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }
}

impl FromStr for AttributePath {
    type Err = AttributePathError;

    fn from_str(text: &str) -> Result<Self, AttributePathError> {
        read(text).ok_or_else(|| AttributePathError {
            text: text.to_owned(),
        })
    }
}

/// Reads `text` where a path stands in Nix, and takes it for one only if it is all that is there.
fn read(text: &str) -> Option<AttributePath> {
    let root = parse::parse(&format!("{{\n{text}\n= 1;}}")).ok()?;
    let Some(ast::Expr::AttrSet(set)) = root.expr() else {
        return None;
    };
    let mut entries = set.entries();
    let Some(ast::Entry::AttrpathValue(binding)) = entries.next() else {
        return None;
    };
    if entries.next().is_some() || text.contains(['#', '*']) && !tree::comments(text).is_empty() {
        return None;
    }
    let is_one = matches!(binding.value(), Some(ast::Expr::Literal(it)) if it.to_string() == "1");
    let attributes = binding.attrpath().filter(|_| is_one)?.attrs();
    let names: Option<Vec<String>> = attributes
        .map(|attribute| match attribute {
            ast::Attr::Dynamic(_) => None,
            attribute => tree::name_of(&attribute),
        })
        .collect();
    AttributePath::new(names?).ok()
}

impl fmt::Display for AttributePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = quote::attribute_path(&self.names).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_nix_reads_them() {
        let cases: [(&str, &[&str]); 7] = [
            ("a", &["a"]),
            ("a.b.c", &["a", "b", "c"]),
            ("a . \"b c\"", &["a", "b c"]),
            (r#""a.b"."\${x}\"""#, &["a.b", "${x}\""]),
            ("or.x86_64-linux.a'", &["or", "x86_64-linux", "a'"]),
            ("\"\"", &[""]),
            (r#""let"."1""#, &["let", "1"]),
        ];
        for (text, names) in cases {
            let path: AttributePath = text.parse().unwrap();
            assert_eq!(path.names(), names, "{text}");
            assert_eq!(path.to_string().parse(), Ok(path), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let refused = [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a b",
            "let",
            "a.with",
            "${a}",
            "a.${\"b\"}",
            "\"${a}\"",
            "1",
            "a.1",
            "a = 1; b",
            "a = 1; #",
            "# a",
            "a /* b */",
            "a; b",
            "inherit a",
            "a = 1; }",
            "\"a",
            "ä",
            "a\0",
            "a = 1 +",
            "a = b: c",
        ];
        for text in refused {
            assert!(text.parse::<AttributePath>().is_err(), "{text}");
        }
        assert!(AttributePath::new(Vec::<String>::new()).is_err());
        assert!(AttributePath::new(["\0"]).is_err());
    }
}
