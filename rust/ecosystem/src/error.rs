//! What can go wrong with a lock file, its downloads, or the tree they are read from.

use nixsmith_fetch::FetchError;
use nixsmith_fetch::interrupt::Interrupted;
use nixsmith_store::tree::TreeError;

use crate::dependency::Ecosystem;

/// What lies behind an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a lock could not be read or its vendor hash not be computed. Nothing was written in either case.
#[derive(Debug, thiserror::Error)]
pub enum EcosystemError {
    /// The folder has none of the lock files the ecosystem knows.
    #[error("no `{}` in `{directory}`", expected.join("` or `"))]
    NoLock {
        /// Folder inside the tree, `.` for its root.
        directory: String,
        /// The names that were looked for, in order.
        expected: Vec<&'static str>,
    },
    /// The lock file as a whole is not usable.
    #[error("`{file}`: {problem}")]
    Lock {
        /// Path inside the tree.
        file: String,
        /// One sentence, without the file's name.
        problem: String,
    },
    /// One entry of the lock file is not usable.
    #[error("`{file}`: package `{package}`: {problem}")]
    Package {
        /// Path inside the tree.
        file: String,
        /// `name version`, or the key the lock gives the entry.
        package: String,
        /// One sentence, without file and package.
        problem: String,
        /// What lies behind it.
        source: Option<Cause>,
    },
    /// The lock is well, but nixpkgs' own fetcher does not accept it; the person who packages has to decide.
    #[error("`{file}`: {problem}")]
    Refused {
        /// Path inside the tree.
        file: String,
        /// What nixpkgs does not accept.
        problem: String,
        /// What can be done instead.
        hint: String,
    },
    /// A `Cargo.lock` of version 1, in which nixpkgs' fetcher finds no checksum; [`crate::cargo::upgrade`] may write it anew.
    #[error(
        "`{file}`: lock version 1 keeps its checksums where nixpkgs' fetchCargoVendor does not look for them"
    )]
    OldCargoLock {
        /// Path inside the tree.
        file: String,
    },
    /// One entry is well, but nixpkgs' own fetcher does not accept it.
    #[error("`{file}`: package `{package}`: {problem}")]
    RefusedPackage {
        /// Path inside the tree.
        file: String,
        /// `name version`, or the key the lock gives the entry.
        package: String,
        /// What nixpkgs does not accept.
        problem: String,
        /// What can be done instead.
        hint: String,
    },
    /// What an entry names could not be fetched, or is not what the lock says it is.
    #[error("could not fetch `{package}`, which `{file}` locks")]
    Fetch {
        /// Path inside the tree.
        file: String,
        /// `name version`, or the key the lock gives the entry.
        package: String,
        /// URL, expected and got stand here.
        #[source]
        source: Box<FetchError>,
    },
    /// The dependencies of this ecosystem have no hash that can be computed here.
    #[error("no vendor hash can be computed for {ecosystem} projects")]
    NotComputed {
        /// The ecosystem asked for.
        ecosystem: Ecosystem,
    },
    /// The composed tree could not be read or hashed.
    #[error("could not read `{what}`")]
    Tree {
        /// A path inside a tree, or what the tree is.
        what: String,
        /// The tree's own words.
        #[source]
        source: TreeError,
    },
    /// The user pressed Ctrl-C.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// What is wrong with one entry, before it is known which lock it stands in.
#[derive(Debug)]
pub(crate) struct Problem {
    sentence: String,
    source: Option<Cause>,
}

impl Problem {
    /// This sentence, because of that.
    pub(crate) fn because(sentence: impl Into<String>, source: impl Into<Cause>) -> Self {
        Self {
            sentence: sentence.into(),
            source: Some(source.into()),
        }
    }

    /// The error of the entry `package` of the lock `file`.
    pub(crate) fn of(self, file: &str, package: &str) -> EcosystemError {
        EcosystemError::Package {
            file: file.to_owned(),
            package: excerpt(package),
            problem: self.sentence,
            source: self.source,
        }
    }
}

impl<T: Into<String>> From<T> for Problem {
    fn from(sentence: T) -> Self {
        Self {
            sentence: sentence.into(),
            source: None,
        }
    }
}

const OLD_CARGO_LOCK_HINT: &str = "let `cargo update --workspace` of a current cargo rewrite the lock, or use \
    `cargoLock.lockFile` instead of `cargoHash`";

impl EcosystemError {
    /// What the user could do, where that is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused { hint, .. } | Self::RefusedPackage { hint, .. } => Some(hint),
            Self::OldCargoLock { .. } => Some(OLD_CARGO_LOCK_HINT),
            _ => None,
        }
    }
}

/// Shortens outside text for a message: at most 80 characters, control characters escaped.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(80)
        .flat_map(|character| {
            let escaped = character.is_control();
            let plain = (!escaped).then_some(character);
            plain.into_iter().chain(
                escaped
                    .then(|| character.escape_default())
                    .into_iter()
                    .flatten(),
            )
        })
        .collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}
