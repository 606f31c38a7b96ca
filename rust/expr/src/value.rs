//! A Nix value as data, for what the generator writes: arguments of calls, attributes, lists. Rendering goes through
//! [`crate::quote`], so a text stays a text whatever is in it.

use serde::{Deserialize, Serialize};

use crate::quote::{self, QuoteError};

/// A Nix value or a reference to one.
///
/// The serde form is tagged (`{"type": "string", "value": "…"}`), as templates take it; [`Value::to_json`] is the plain
/// form for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "camelCase")]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A text, whatever is in it.
    String(String),
    /// A text written as an indented string, for shell lines.
    IndentedString(String),
    /// A text in which the version is an interpolation.
    VersionString(VersionString),
    /// A path literal, such as `./Cargo.lock`.
    Path(String),
    /// A variable or a selection from one: `lib.fakeHash`, `finalAttrs.version`. Bare identifiers only.
    Reference(String),
    /// A list.
    List(Vec<Value>),
    /// An attribute set, in this order.
    Attributes(Vec<(String, Value)>),
}

/// A text that mentions the version, and how to say the version in Nix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionString {
    /// The whole text, as it evaluates: `v1.2.3`.
    pub text: String,
    /// The version in it: `1.2.3`.
    pub version: String,
    /// What evaluates to the version: `finalAttrs.version`.
    pub expression: String,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl Value {
    /// Returns the value as Nix source that can stand as a list element; not formatted.
    ///
    /// # Errors
    /// [`QuoteError`] where a text, a path or a reference has no form in Nix.
    pub fn to_nix(&self) -> Result<String, QuoteError> {
        Ok(match self {
            Self::Null => "null".to_owned(),
            Self::Bool(truth) => truth.to_string(),
            Self::Integer(number) if *number == i64::MIN => {
                // The lexer reads the digits before the minus and has no such number.
                format!("({} - 1)", number + 1)
            }
            Self::Integer(number) if *number < 0 => format!("({number})"),
            Self::Integer(number) => number.to_string(),
            Self::String(text) => quote::string(text)?,
            Self::IndentedString(text) => quote::indented_string(text)?,
            Self::VersionString(parts) if parts.text == parts.version => {
                quote::reference(&parts.expression)?.to_owned()
            }
            Self::VersionString(parts) => {
                quote::string_with_version(&parts.text, &parts.version, &parts.expression)?
            }
            Self::Path(text) => quote::path(text)?,
            Self::Reference(text) => quote::reference(text)?.to_owned(),
            Self::List(values) => {
                let mut out = String::from("[ ");
                for value in values {
                    out.push_str(&value.to_nix()?);
                    out.push(' ');
                }
                out.push(']');
                out
            }
            Self::Attributes(attributes) => {
                format!("{{ {}}}", bindings(attributes)?)
            }
        })
    }

    /// Returns the plain JSON form: texts as they evaluate, references and paths as their source text.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::Bool(*truth),
            Self::Integer(number) => Json::from(*number),
            Self::String(text)
            | Self::IndentedString(text)
            | Self::Path(text)
            | Self::Reference(text) => Json::from(text.as_str()),
            Self::VersionString(parts) => Json::from(parts.text.as_str()),
            Self::List(values) => values.iter().map(Self::to_json).collect(),
            Self::Attributes(attributes) => attributes
                .iter()
                .map(|(name, value)| (name.clone(), value.to_json()))
                .collect(),
        }
    }
}

/// Returns `name = value;` for each attribute, in order. A reference whose last name is the attribute's own becomes an
/// `inherit`, together with its neighbours from the same place: `inherit (finalAttrs) pname version;`.
///
/// # Errors
/// As [`Value::to_nix`].
pub fn bindings(attributes: &[(String, Value)]) -> Result<String, QuoteError> {
    let mut out = String::new();
    let mut rest = attributes.iter().peekable();
    while let Some((name, value)) = rest.next() {
        let Some(scope) = inherited_from(name, value) else {
            out.push_str(&quote::attribute_name(name)?);
            out.push_str(" = ");
            out.push_str(&value.to_nix()?);
            out.push_str("; ");
            continue;
        };
        out.push_str("inherit ");
        if let Some(scope) = scope {
            out.push('(');
            out.push_str(quote::reference(scope)?);
            out.push_str(") ");
        }
        out.push_str(quote::identifier(name)?);
        while let Some((next, value)) = rest.peek() {
            if inherited_from(next, value) != Some(scope) {
                break;
            }
            out.push(' ');
            out.push_str(quote::identifier(next)?);
            rest.next();
        }
        out.push_str("; ");
    }
    Ok(out)
}

/// Says what `name` can be inherited from: `Some(None)` is the scope around, `Some(Some(set))` a set.
fn inherited_from<'value>(name: &str, value: &'value Value) -> Option<Option<&'value str>> {
    let text = match value {
        Value::Reference(text) => text,
        Value::VersionString(parts) if parts.text == parts.version => &parts.expression,
        _ => return None,
    };
    match text.rsplit_once('.') {
        None if text == name => Some(None),
        Some((scope, last)) if last == name => Some(Some(scope)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(text: &str) -> Value {
        Value::Reference(text.to_owned())
    }

    #[test]
    fn neighbours_from_one_set_are_inherited_together() {
        let attributes = [
            ("pname".to_owned(), reference("finalAttrs.pname")),
            ("version".to_owned(), reference("finalAttrs.version")),
            ("lib".to_owned(), reference("lib")),
            ("hash".to_owned(), reference("lib.fakeHash")),
        ];
        assert_eq!(
            bindings(&attributes).unwrap(),
            "inherit (finalAttrs) pname version; inherit lib; hash = lib.fakeHash; "
        );
    }

    #[test]
    fn every_value_can_stand_in_a_list() {
        let list = Value::List(vec![
            Value::Null,
            Value::Bool(true),
            Value::Integer(-3),
            Value::Integer(i64::MIN),
            Value::from("${x}"),
            Value::Path("Cargo.lock".to_owned()),
            Value::Attributes(vec![("a b".to_owned(), Value::List(Vec::new()))]),
        ]);
        assert_eq!(
            list.to_nix().unwrap(),
            r#"[ null true (-3) (-9223372036854775807 - 1) "\${x}" ./Cargo.lock { "a b" = [ ]; } ]"#
        );
    }

    #[test]
    fn a_reference_is_no_way_around_quoting() {
        for hostile in ["a b", "x; y", "a.${b}", "", "a.", "let", "\"a\""] {
            assert!(reference(hostile).to_nix().is_err(), "{hostile}");
        }
    }
}
