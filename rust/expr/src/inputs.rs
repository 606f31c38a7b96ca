//! Lists of packages, `[ openssl ] ++ lib.optionals … [ libiconv ]`.

use serde::{Deserialize, Serialize};

use crate::quote::{self, QuoteError};

/// On which host platforms an input is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// Everywhere.
    #[default]
    Any,
    /// Where `stdenv.hostPlatform.isLinux`.
    Linux,
    /// Where `stdenv.hostPlatform.isDarwin`.
    Darwin,
}

/// A package in a list of inputs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// The package: a function argument or a selection from one, `openssl`, `rustPlatform.bindgenHook`.
    pub reference: String,
    /// Where it is wanted.
    pub platform: Platform,
    /// Whether it is a list of packages: `httpx.optional-dependencies.http2`.
    pub is_list: bool,
}

impl Input {
    /// Returns an input that is wanted everywhere.
    #[must_use]
    pub fn new(reference: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            platform: Platform::Any,
            is_list: false,
        }
    }

    /// Returns an input that is wanted on some platforms.
    #[must_use]
    pub fn on(platform: Platform, reference: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            platform,
            is_list: false,
        }
    }

    /// Returns all the packages of a list, wanted everywhere.
    #[must_use]
    pub fn list(reference: impl Into<String>) -> Self {
        Self {
            is_list: true,
            ..Self::new(reference)
        }
    }

    /// Returns the same input under another name.
    #[must_use]
    pub fn renamed(&self, reference: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            ..self.clone()
        }
    }

    /// Returns the function argument that the reference begins with.
    #[must_use]
    pub fn argument(&self) -> &str {
        self.reference.split('.').next().unwrap_or_default()
    }
}

impl From<&str> for Input {
    fn from(reference: &str) -> Self {
        Self::new(reference)
    }
}

/// A list of inputs as a template takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputList {
    /// The set that `with` opens, where there is one.
    pub(crate) set: Option<String>,
    /// The members.
    pub(crate) inputs: Vec<Input>,
}

impl InputList {
    pub(crate) fn to_nix(&self) -> Result<String, QuoteError> {
        let mut parts = Vec::new();
        for platform in [Platform::Any, Platform::Linux, Platform::Darwin] {
            let condition = match platform {
                Platform::Any => "",
                Platform::Linux => "lib.optionals stdenv.hostPlatform.isLinux ",
                Platform::Darwin => "lib.optionals stdenv.hostPlatform.isDarwin ",
            };
            let wanted = || {
                self.inputs
                    .iter()
                    .filter(|input| input.platform == platform)
            };
            let mut list = String::new();
            for input in wanted().filter(|input| !input.is_list) {
                list.push_str(quote::reference(&input.reference)?);
                list.push(' ');
            }
            if !list.is_empty() {
                parts.push(format!("{condition}[ {list}]"));
            }
            for input in wanted().filter(|input| input.is_list) {
                parts.push(format!(
                    "{condition}{}",
                    quote::reference(&input.reference)?
                ));
            }
        }
        let list = match parts.is_empty() {
            true => "[ ]".to_owned(),
            false => parts.join(" ++ "),
        };
        Ok(match &self.set {
            Some(set) => format!("with {}; {list}", quote::reference(set)?),
            None => list,
        })
    }
}
