//! Store paths: where Nix puts a thing, computed from what it is.
//!
//! Nix manual, "Store Path Specification"; `libstore/store-dir-config.cc` and `libstore/path.cc` of Nix 2.34.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::hash::{Algorithm, Hash, Notation, hash_bytes};
use crate::nix32;

/// The length of a name in bytes at most.
pub const NAME_BYTES_LIMIT: usize = 211;

/// The digits of a store path before its name: 160 bits in nix32.
const DIGEST_LENGTH: usize = 32;
const DIGEST_BYTES: usize = 20;

/// Why something is no store path, or has none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorePathError {
    /// A store path needs a name.
    #[error("a store path's name cannot be empty")]
    EmptyName,
    /// Longer than [`NAME_BYTES_LIMIT`].
    #[error("name `{name}` has more than {NAME_BYTES_LIMIT} bytes")]
    LongName {
        /// As given.
        name: String,
    },
    /// `.`, `..`, or one of these before a dash.
    #[error("name `{name}` is not valid: it begins with the part `{part}`")]
    DotName {
        /// As given.
        name: String,
        /// The part before the first dash.
        part: String,
    },
    /// Only ASCII letters, digits and `+-._?=` make a name.
    #[error("name `{name}` contains the invalid character `{character}`")]
    InvalidCharacter {
        /// As given.
        name: String,
        /// The first that is wrong.
        character: char,
    },
    /// Not `STORE/DIGEST-NAME`.
    #[error("`{path}` is not in the store `{store_directory}`")]
    NotInStore {
        /// As given.
        path: String,
        /// The store's folder.
        store_directory: String,
    },
    /// Not 32 digits of nix32, a dash and a name.
    #[error(
        "`{text}` is not a store path: it does not begin with {DIGEST_LENGTH} digits and a dash"
    )]
    NoDigest {
        /// As given.
        text: String,
    },
    /// A store's folder is an absolute path without `.`, `..` and doubled slashes.
    #[error("`{path}` cannot be a store: it is not an absolute path below `/`")]
    InvalidStoreDirectory {
        /// As given.
        path: String,
    },
    /// Only sha256 makes text paths, and fixed outputs with references.
    #[error("{what} needs a sha256 hash, not {algorithm}")]
    NotSha256 {
        /// What was asked for.
        what: &'static str,
        /// What was given.
        algorithm: Algorithm,
    },
    /// A flat file, or one hashed otherwise than by sha256, cannot refer to others.
    #[error("a fixed output hashed as {method} cannot have references")]
    ReferencesNotAllowed {
        /// `flat`, or the algorithm.
        method: String,
    },
}

/// A store path without its store: a digest and a name. Ordered as its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorePath {
    digest: String,
    name: String,
}

impl StorePath {
    /// The store path that `DIGEST-NAME` writes.
    pub fn parse(base_name: &str) -> Result<Self, StorePathError> {
        let no_digest = || StorePathError::NoDigest {
            text: base_name.to_owned(),
        };
        let (digest, rest) = base_name
            .split_at_checked(DIGEST_LENGTH)
            .ok_or_else(no_digest)?;
        let name = rest.strip_prefix('-').ok_or_else(no_digest)?;
        nix32::decode(digest.as_bytes()).ok_or_else(no_digest)?;
        check_name(name)?;
        Ok(Self {
            digest: digest.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The 32 digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The part after the digits.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for StorePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.digest, self.name)
    }
}

impl Serialize for StorePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether a store path may have this name. Err says why not.
pub fn check_name(name: &str) -> Result<(), StorePathError> {
    if name.is_empty() {
        return Err(StorePathError::EmptyName);
    }
    if name.len() > NAME_BYTES_LIMIT {
        return Err(StorePathError::LongName {
            name: name.to_owned(),
        });
    }
    let part = name.split('-').next().unwrap_or_default();
    if matches!(part, "." | "..") {
        return Err(StorePathError::DotName {
            name: name.to_owned(),
            part: part.to_owned(),
        });
    }
    let is_valid = |it: char| it.is_ascii_alphanumeric() || "+-._?=".contains(it);
    match name.chars().find(|&it| !is_valid(it)) {
        Some(character) => Err(StorePathError::InvalidCharacter {
            name: name.to_owned(),
            character,
        }),
        None => Ok(()),
    }
}

/// How a fixed output's hash was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedMethod {
    /// Over the bytes of a file.
    Flat,
    /// Over the NAR.
    Nar,
}

/// What determines the path of a fixed output.
#[derive(Clone, Debug)]
pub struct FixedOutput<'request> {
    /// The name after the digits.
    pub name: &'request str,
    /// How the hash was taken.
    pub method: FixedMethod,
    /// The hash of the content.
    pub hash: &'request Hash,
    /// The store paths the content refers to; only with [`FixedMethod::Nar`] and sha256.
    pub references: &'request BTreeSet<StorePath>,
}

/// The folder of a store. It is part of every path's digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreDir {
    path: String,
}

impl Default for StoreDir {
    fn default() -> Self {
        Self {
            path: "/nix/store".to_owned(),
        }
    }
}

impl StoreDir {
    /// The store in this folder, an absolute path other than `/`. As with Nix, empty parts, `.` and `..` are folded away
    /// without a look at the disk.
    pub fn new(path: &str) -> Result<Self, StorePathError> {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        if !path.starts_with('/') || path.contains('\0') || parts.is_empty() {
            return Err(StorePathError::InvalidStoreDirectory {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            path: format!("/{}", parts.join("/")),
        })
    }

    /// The folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole path as text.
    pub fn join(&self, store_path: &StorePath) -> String {
        format!("{}/{store_path}", self.path)
    }

    /// The store path that a whole path writes. Paths inside of store paths are none.
    pub fn parse(&self, path: &str) -> Result<StorePath, StorePathError> {
        let base_name = path
            .strip_prefix(&self.path)
            .and_then(|rest| rest.strip_prefix('/'))
            .filter(|rest| !rest.contains('/'));
        let base_name = base_name.ok_or_else(|| StorePathError::NotInStore {
            path: path.to_owned(),
            store_directory: self.path.clone(),
        })?;
        StorePath::parse(base_name)
    }

    /// The path of a fixed output, as `nix-store --add-fixed`, `nix store add` and fixed-output derivations give it.
    pub fn fixed_output(&self, output: &FixedOutput<'_>) -> Result<StorePath, StorePathError> {
        let algorithm = output.hash.algorithm();
        if output.method == FixedMethod::Nar && algorithm == Algorithm::Sha256 {
            let kind = self.with_references("source", output.references);
            return self.make(&kind, output.hash, output.name);
        }
        if !output.references.is_empty() {
            let method = match output.method {
                FixedMethod::Flat => "flat".to_owned(),
                FixedMethod::Nar => algorithm.to_string(),
            };
            return Err(StorePathError::ReferencesNotAllowed { method });
        }
        let method = match output.method {
            FixedMethod::Flat => "",
            FixedMethod::Nar => "r:",
        };
        let digest = output.hash.to_text(Notation::Base16);
        let described = format!("fixed:out:{method}{algorithm}:{digest}:");
        let hash = hash_bytes(Algorithm::Sha256, described.as_bytes());
        self.make("output:out", &hash, output.name)
    }

    /// The path of a text file, as `builtins.toFile` and derivations get it. The hash is the text's own, by sha256.
    pub fn text(
        &self,
        name: &str,
        hash: &Hash,
        references: &BTreeSet<StorePath>,
    ) -> Result<StorePath, StorePathError> {
        if hash.algorithm() != Algorithm::Sha256 {
            return Err(StorePathError::NotSha256 {
                what: "a text path",
                algorithm: hash.algorithm(),
            });
        }
        self.make(&self.with_references("text", references), hash, name)
    }

    fn with_references(&self, kind: &str, references: &BTreeSet<StorePath>) -> String {
        let mut text = kind.to_owned();
        for reference in references {
            text.push(':');
            text.push_str(&self.join(reference));
        }
        text
    }

    fn make(&self, kind: &str, hash: &Hash, name: &str) -> Result<StorePath, StorePathError> {
        check_name(name)?;
        let (algorithm, digest) = (hash.algorithm(), hash.to_text(Notation::Base16));
        let fingerprint = format!("{kind}:{algorithm}:{digest}:{}:{name}", self.path);
        let folded = hash_bytes(Algorithm::Sha256, fingerprint.as_bytes()).compress(DIGEST_BYTES);
        Ok(StorePath {
            digest: nix32::encode(&folded),
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
#[path = "store_path_tests.rs"]
mod tests;
