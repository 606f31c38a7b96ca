//! What a builder says about a package before it becomes Nix text.
//!
//! Knows the fields a package expression has and who decided each of them. Knows no Nix syntax: `render` turns a
//! [`Draft`] into text through `nixsmith_expr`.

use nixsmith_ecosystem::licence::Licences;
use nixsmith_ecosystem::native::Needs;
use nixsmith_store::hash::Hash;
use nixsmith_store::tree::Tree;
use schemars::JsonSchema;
use serde::Serialize;

use super::Request;
use crate::context::Context;
use crate::source::Resolved;

/// The nixpkgs function that builds a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Builder {
    /// `rustPlatform.buildRustPackage`.
    Rust,
    /// `buildNpmPackage`.
    Npm,
    /// `buildGoModule`.
    Go,
    /// `buildPythonPackage`, for a library.
    PythonPackage,
    /// `buildPythonApplication`, for a program.
    PythonApplication,
    /// `stdenv.mkDerivation` with `configure`.
    Autotools,
    /// `stdenv.mkDerivation` with `cmake`.
    Cmake,
    /// `stdenv.mkDerivation` with `meson` and `ninja`.
    Meson,
    /// `stdenv.mkDerivation` with a makefile alone.
    Make,
}

impl Builder {
    /// Every builder, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Rust,
        Self::Npm,
        Self::Go,
        Self::PythonPackage,
        Self::PythonApplication,
        Self::Autotools,
        Self::Cmake,
        Self::Meson,
        Self::Make,
    ];

    /// The name used on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Npm => "npm",
            Self::Go => "go",
            Self::PythonPackage => "python-package",
            Self::PythonApplication => "python-application",
            Self::Autotools => "autotools",
            Self::Cmake => "cmake",
            Self::Meson => "meson",
            Self::Make => "make",
        }
    }

    /// The builder with that [`Builder::name`]; `None` for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builder| builder.name() == name)
    }
}

impl std::fmt::Display for Builder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One decision and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    /// The field of the package, for example `version` or `buildInputs`.
    pub field: String,
    /// The value that was chosen, as text.
    pub value: String,
    /// Where the value was read, for example ``Cargo.toml [package].license``.
    pub evidence: String,
}

/// Everything a builder may look at.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The unpacked source.
    pub tree: &'a Tree,
    /// The folder of `tree` that holds the manifest, `""` for the root.
    pub directory: &'a str,
    /// Where the source comes from.
    pub source: &'a Resolved,
    /// A lock file given by the user in place of one in the source: its own path name and its bytes.
    pub lock: Option<&'a Lock>,
    /// What was asked.
    pub request: &'a Request,
    /// Network, threads, directories.
    pub context: &'a Context,
}

fn named_file(url: &str) -> Option<(String, String)> {
    let path = url.split(['?', '#']).next()?;
    let file = path.rsplit('/').next()?;
    let endings = [
        ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar", ".tgz", ".txz", ".tbz2", ".zip",
    ];
    let stem = endings
        .iter()
        .find_map(|ending| file.strip_suffix(ending))?;
    let stem = ["-src", "-source", ".orig", ".src"]
        .iter()
        .find_map(|ending| stem.strip_suffix(ending))
        .unwrap_or(stem);
    let (name, version) = stem.rsplit_once(['-', '_'])?;
    let version = version.strip_prefix('v').unwrap_or(version);
    let states = version.starts_with(|sign: char| sign.is_ascii_digit()) && !name.is_empty();
    states.then(|| (name.to_owned(), version.to_owned()))
}

/// A lock file that lies beside the package instead of in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lock {
    /// File name as the ecosystem wants it (`Cargo.lock`, `package-lock.json`).
    pub name: String,
    /// The bytes.
    pub contents: Vec<u8>,
}

impl Subject<'_> {
    /// The version that the user gave, or that the source's address states, with its evidence.
    #[must_use]
    pub(super) fn stated_version(&self) -> Option<(String, &'static str)> {
        let given = self
            .request
            .version
            .clone()
            .map(|version| (version, "--version"));
        given.or_else(|| {
            self.source
                .version
                .clone()
                .map(|version| (version, "the source's tag or name"))
        })
    }

    /// The name that the user gave, or that the source's address states, with its evidence.
    #[must_use]
    pub(super) fn stated_name(&self) -> Option<(String, &'static str)> {
        let given = self.request.pname.clone().map(|name| (name, "--pname"));
        given.or_else(|| {
            self.source
                .name
                .clone()
                .map(|name| (name, "the source's name"))
        })
    }

    /// Name and version that the source's file name states: `hello-2.10.tar.gz`, `hello_2.10.orig.tar.xz`.
    #[must_use]
    pub(super) fn named_file(&self) -> Option<(String, String)> {
        named_file(&self.source.url)
    }

    /// The path of `name` inside the tree, below the manifest's folder.
    #[must_use]
    pub(super) fn path(&self, name: &str) -> String {
        if self.directory.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.directory)
        }
    }
}

/// The attribute that carries the hash of the vendored dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vendor {
    /// `cargoHash`, `npmDepsHash` or `vendorHash`.
    pub attribute: &'static str,
    /// The hash; `None` renders `null` (nothing is vendored).
    pub hash: Option<Hash>,
}

/// A plain value of an additional attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    Text(String),
    /// A string over several lines, rendered with two apostrophes.
    Lines(String),
    /// A list of strings.
    List(Vec<String>),
}

/// Packages of the Python set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PythonPackages {
    /// Attribute names of single packages.
    pub attributes: Vec<String>,
    /// Attribute paths of lists: the extras of packages.
    pub extras: Vec<String>,
}

impl PythonPackages {
    /// Whether there is neither a package nor a list.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.extras.is_empty()
    }
}

/// The `meta` of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// One line by the rules of nixpkgs.
    pub description: Option<String>,
    /// A URL.
    pub homepage: Option<String>,
    /// A URL; may contain the version.
    pub changelog: Option<String>,
    /// Attribute names below `lib.licenses`.
    pub licences: Licences,
    /// Attribute names below `lib.sourceTypes`, where not everything is built from source.
    pub source_provenance: Vec<String>,
    /// The program that `nix run` starts.
    pub main_program: Option<String>,
}

/// A package expression before it is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    /// How it is built.
    pub builder: Builder,
    /// The package name.
    pub pname: String,
    /// The version, without a leading `v`.
    pub version: String,
    /// The folder of the source that holds the project, when it is not the root.
    pub source_root: Option<String>,
    /// The vendored dependencies' hash.
    pub vendor: Option<Vendor>,
    /// A lock file to be written beside the package and copied in by `postPatch`.
    pub lock: Option<Lock>,
    /// Whether the source has a file of that name.
    pub replaces_lock: bool,
    /// The git dependencies of that lock: `NAME-VERSION` and the hash of the checkout.
    pub output_hashes: Vec<(String, String)>,
    /// Programs that run while building: attribute paths.
    pub native_build_inputs: Vec<String>,
    /// Libraries: attribute paths.
    pub build_inputs: Vec<String>,
    /// Programs that run while testing: attribute paths.
    pub native_check_inputs: Vec<String>,
    /// Python: attribute paths of lists of packages that tests need, the extras of others.
    pub native_check_extras: Vec<String>,
    /// Python: whether the source is a wheel.
    pub is_wheel: bool,
    /// Python: what `[build-system].requires` names, as attribute names of the package set.
    pub build_system: Vec<String>,
    /// Python: run-time dependencies.
    pub dependencies: PythonPackages,
    /// Python: what each extra adds, by its name.
    pub optional_dependencies: Vec<(String, PythonPackages)>,
    /// Variables for the build.
    pub environment: Vec<(String, Value)>,
    /// Attributes of the builder that no other field has, in the order to be written.
    pub attributes: Vec<(String, Value)>,
    /// Whether `versionCheckHook` asks the main program for its version.
    pub version_check: bool,
    /// `meta`.
    pub meta: Meta,
    /// Requests that the vendored dependencies took.
    pub requests: u64,
    /// What was decided and why.
    pub decisions: Vec<Decision>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

impl Draft {
    /// A draft that knows its builder, name and version alone.
    #[must_use]
    pub(super) fn new(
        builder: Builder,
        pname: impl Into<String>,
        version: impl Into<String>,
    ) -> Self {
        Self {
            builder,
            pname: pname.into(),
            version: version.into(),
            source_root: None,
            vendor: None,
            lock: None,
            replaces_lock: false,
            output_hashes: Vec::new(),
            native_build_inputs: Vec::new(),
            build_inputs: Vec::new(),
            native_check_inputs: Vec::new(),
            native_check_extras: Vec::new(),
            is_wheel: false,
            build_system: Vec::new(),
            dependencies: PythonPackages::default(),
            optional_dependencies: Vec::new(),
            environment: Vec::new(),
            attributes: Vec::new(),
            version_check: false,
            meta: Meta::default(),
            requests: 0,
            decisions: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds what the system must provide, with its evidence.
    pub(super) fn take(&mut self, needs: Needs) {
        for need in needs.native_build_inputs {
            self.decide("nativeBuildInputs", need.attribute.clone(), need.evidence);
            self.native_build_inputs.push(need.attribute);
        }
        for need in needs.build_inputs {
            self.decide("buildInputs", need.attribute.clone(), need.evidence);
            self.build_inputs.push(need.attribute);
        }
        for need in needs.environment {
            let (name, value) = need
                .attribute
                .split_once('=')
                .unwrap_or((&need.attribute, ""));
            let value = match value {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => Value::Text(text.to_owned()),
            };
            self.environment.push((name.to_owned(), value));
            self.decide("env", need.attribute.clone(), need.evidence);
        }
        for note in needs.notes {
            self.note(note);
        }
    }

    /// Records why a field has its value.
    pub(super) fn decide(
        &mut self,
        field: &str,
        value: impl Into<String>,
        evidence: impl Into<String>,
    ) {
        self.decisions.push(Decision {
            field: field.to_owned(),
            value: value.into(),
            evidence: evidence.into(),
        });
    }

    /// Records what a person should look at.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::named_file;

    #[test]
    fn file_names_state_name_and_version() {
        let named = |url: &str| named_file(url).map(|(name, version)| format!("{name} {version}"));
        for (url, expected) in [
            ("https://example.org/hello-2.10.tar.gz", Some("hello 2.10")),
            (
                "https://example.org/hello_2.10.orig.tar.xz?x=1",
                Some("hello 2.10"),
            ),
            ("https://example.org/a-b-v1.2-src.zip", Some("a-b 1.2")),
            ("https://example.org/archive/v1.2.tar.gz", None),
            ("https://example.org/hello.tar.gz", None),
            ("https://example.org/hello-2.10", None),
        ] {
            assert_eq!(named(url).as_deref(), expected, "{url}");
        }
    }
}
