//! A call of a nixpkgs fetcher as data: `fetchFromGitHub { owner = …; }`. It knows how a call is written, not which
//! fetcher fits a source and not what its hash is.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::format::{self, FormatError};
use crate::quote::{self, QuoteError};
use crate::value::{self, Value, VersionString};

/// A fetcher and its arguments, in the order they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetcherCall {
    /// The function: `fetchFromGitHub`, `builtins.fetchGit`.
    pub function: String,
    /// The arguments: name and value.
    pub arguments: Vec<(String, Value)>,
}

/// Why a call could not be written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetcherError {
    /// A text of the call has no form in Nix.
    #[error("could not write the call of `{function}`")]
    Quote {
        /// The call's function.
        function: String,
        /// What could not be written.
        source: QuoteError,
    },
    /// The text came out in a form that could not be formatted.
    #[error("could not format the call of `{function}`")]
    Format {
        /// The call's function.
        function: String,
        /// What the formatter said.
        source: FormatError,
    },
}

impl FetcherCall {
    /// Returns a call without arguments.
    #[must_use]
    pub fn new(function: impl Into<String>) -> Self {
        Self {
            function: function.into(),
            arguments: Vec::new(),
        }
    }

    /// Adds an argument behind the others.
    #[must_use]
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.arguments.push((name.into(), value.into()));
        self
    }

    /// Returns the argument of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.arguments
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value)
    }

    /// Returns the call as formatted Nix, with a final newline.
    ///
    /// # Errors
    /// [`FetcherError::Quote`] where the function is no reference or a text has no form in Nix.
    pub fn render(&self) -> Result<String, FetcherError> {
        let text = self.to_nix().map_err(|source| FetcherError::Quote {
            function: self.function.clone(),
            source,
        })?;
        format::format(&text).map_err(|source| FetcherError::Format {
            function: self.function.clone(),
            source,
        })
    }

    /// Returns the call as Nix source to put into other source; not formatted.
    ///
    /// # Errors
    /// [`QuoteError`] where the function is no reference or a text has no form in Nix.
    pub fn to_nix(&self) -> Result<String, QuoteError> {
        // The line feed makes the formatter keep one argument per line.
        Ok(format!(
            "{} {{\n{}}}",
            quote::reference(&self.function)?,
            value::bindings(&self.arguments)?
        ))
    }

    /// Returns `{"fetcher": "fetchFromGitHub", "args": {…}}`, arguments in order.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let arguments: serde_json::Map<String, serde_json::Value> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()))
            .collect();
        json!({ "fetcher": self.function, "args": arguments })
    }

    /// Returns the call with `pname` and `version` said through `scope` (`finalAttrs`): the arguments `pname` and
    /// `version` are inherited where they are equal, and in `rev`, `tag`, `url`, `urls` and `name` the version becomes
    /// an interpolation. A commit id stays as it is, and so does a URL in which the version is too short to be meant.
    /// The call's value does not change.
    #[must_use]
    pub fn with_version(&self, pname: &str, version: &str, scope: &str) -> Self {
        let arguments = self
            .arguments
            .iter()
            .map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("pname", Value::String(text)) if text == pname => {
                        Value::Reference(format!("{scope}.pname"))
                    }
                    ("version", Value::String(text)) if text == version => {
                        Value::Reference(format!("{scope}.version"))
                    }
                    ("rev" | "tag" | "name", value) => follow(value, version, scope),
                    ("url" | "urls", value) if is_telling(version) => follow(value, version, scope),
                    _ => value.clone(),
                };
                (name.clone(), value)
            })
            .collect();
        Self {
            function: self.function.clone(),
            arguments,
        }
    }
}

/// Returns the value with its version as an interpolation, where it mentions one.
fn follow(value: &Value, version: &str, scope: &str) -> Value {
    match value {
        Value::String(text) if !is_object_id(text) && quote::mentions_version(text, version) => {
            Value::VersionString(VersionString {
                text: text.clone(),
                version: version.to_owned(),
                expression: format!("{scope}.version"),
            })
        }
        Value::List(values) => Value::List(
            values
                .iter()
                .map(|value| follow(value, version, scope))
                .collect(),
        ),
        _ => value.clone(),
    }
}

/// Says whether a version is long enough that its text in a URL or a flag means it.
pub(crate) fn is_telling(version: &str) -> bool {
    version.len() > 3 || version.contains('.')
}

/// Says whether `text` is a full git object id (SHA-1 or SHA-256).
fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn github(revision: &str) -> FetcherCall {
        FetcherCall::new("fetchFromGitHub")
            .argument("owner", "example")
            .argument("repo", "tool-1.2.3")
            .argument("tag", revision)
            .argument("fetchSubmodules", true)
            .argument("hash", "sha256-AAAA")
    }

    #[test]
    fn a_call_is_written_one_argument_per_line() {
        assert_eq!(
            github("v1.2.3").render().unwrap(),
            "fetchFromGitHub {\n  owner = \"example\";\n  repo = \"tool-1.2.3\";\n  tag = \"v1.2.3\";\n  \
             fetchSubmodules = true;\n  hash = \"sha256-AAAA\";\n}\n"
        );
    }

    #[test]
    fn the_version_is_followed_where_it_is_meant() {
        let call = github("v1.2.3").with_version("tool", "1.2.3", "finalAttrs");
        assert_eq!(
            call.render().unwrap(),
            "fetchFromGitHub {\n  owner = \"example\";\n  repo = \"tool-1.2.3\";\n  \
             tag = \"v${finalAttrs.version}\";\n  fetchSubmodules = true;\n  hash = \"sha256-AAAA\";\n}\n"
        );
        let call = github("1.2.3").with_version("tool", "1.2.3", "finalAttrs");
        assert_eq!(
            call.get("tag").unwrap().to_nix().unwrap(),
            "finalAttrs.version"
        );
        let id = "1234567890123456789012345678901234567890";
        let call = github(id).with_version("tool", "1234", "finalAttrs");
        assert_eq!(call.get("tag"), Some(&Value::from(id)));
    }

    #[test]
    fn pname_and_version_are_inherited() {
        let call = FetcherCall::new("fetchCrate")
            .argument("pname", "just")
            .argument("version", "1.42.4")
            .argument("hash", "sha256-AAAA")
            .with_version("just", "1.42.4", "finalAttrs");
        assert_eq!(
            call.render().unwrap(),
            "fetchCrate {\n  inherit (finalAttrs) pname version;\n  hash = \"sha256-AAAA\";\n}\n"
        );
    }

    #[test]
    fn the_json_form_is_plain_and_ordered() {
        let call = github("v1.2.3").with_version("tool", "1.2.3", "finalAttrs");
        assert_eq!(
            call.to_json().to_string(),
            r#"{"fetcher":"fetchFromGitHub","args":{"owner":"example","repo":"tool-1.2.3","tag":"v1.2.3","fetchSubmodules":true,"hash":"sha256-AAAA"}}"#
        );
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let hostile = "1.0${builtins.readFile /etc/passwd}";
        let call = github(hostile).with_version("tool", "1.0", "finalAttrs");
        assert!(
            call.to_nix()
                .unwrap()
                .contains(r#"tag = "${finalAttrs.version}\${builtins.readFile /etc/passwd}";"#)
        );
        assert!(FetcherCall::new("f; x").to_nix().is_err());
    }
}
