//! A package as data, and its `package.nix`.
//!
//! [`PackageExpression`] holds what a person would decide about a package: name, version, source, builder with its
//! dependencies' hash, inputs, checks, meta. [`PackageExpression::render`] writes nixpkgs' form of it: the function head
//! in nixpkgs' order, the `finalAttrs` form, `__structuredAttrs` and `strictDeps`, the version said once and followed
//! elsewhere, meta last, formatted by nixfmt. All texts go in as they are; nothing needs quoting and nothing given as a
//! text can become code. What names a package or a licence is a reference and refused unless it is bare identifiers.
//!
//! ```
//! use nixsmith_expr::fetcher::FetcherCall;
//! use nixsmith_expr::package::{Builder, PackageExpression, RustBuilder};
//!
//! let source = FetcherCall::new("fetchCrate")
//!     .argument("pname", "tool")
//!     .argument("version", "1.2.3")
//!     .argument("hash", "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
//! let builder = Builder::Rust(RustBuilder {
//!     cargo_hash: "sha256-BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=".to_owned(),
//!     ..RustBuilder::default()
//! });
//! let mut package = PackageExpression::new("tool", "1.2.3", source, builder);
//! package.native_build_inputs.push("pkg-config".into());
//! package.build_inputs.push("openssl".into());
//! package.meta.licenses.push("mit".to_owned());
//! package.meta.main_program = Some("tool".to_owned());
//! let text = package.render()?;
//! assert!(text.contains("inherit (finalAttrs) pname version;"));
//! # Ok::<(), nixsmith_expr::package::PackageError>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::fetcher::FetcherCall;
use crate::format::{self, FormatError};
use crate::inputs::InputList;
pub use crate::inputs::{Input, Platform};
use crate::quote;
use crate::template::{self, TemplateError};
use crate::value::{Value, VersionString};

mod head;

/// A package: everything its expression says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageExpression {
    /// The name, without the version.
    pub pname: String,
    /// The version.
    pub version: String,
    /// Where the source comes from.
    pub source: Source,
    /// The folder of the source that is built: `source/sub`. Behind a fetcher, `source` is the name of what it fetched.
    pub source_root: Option<String>,
    /// Who builds it, and what only that builder takes.
    pub builder: Builder,
    /// Programs the build runs, hooks included: `pkg-config`, `cmake`, `rustPlatform.bindgenHook`.
    pub native_build_inputs: Vec<Input>,
    /// Libraries it links.
    pub build_inputs: Vec<Input>,
    /// Libraries that its users need as well.
    pub propagated_build_inputs: Vec<Input>,
    /// Programs its tests run.
    pub native_check_inputs: Vec<Input>,
    /// Environment variables of the build.
    pub environment: Vec<(String, Value)>,
    /// Shell lines for `postPatch`; behind those that put a lock file in place.
    pub post_patch: Option<String>,
    /// Further attributes, written as they are in this order: `cmakeFlags`, `hardeningDisable`.
    pub attributes: Vec<(String, Value)>,
    /// Whether the tests run.
    pub check: Check,
    /// How the installed program is asked for its version; `None` leaves the check out.
    pub version_check: Option<VersionCheck>,
    /// What is said about it.
    pub meta: Meta,
}

/// Where a source comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A fetcher's call with literal values; the version in it is found and followed.
    Call(FetcherCall),
    /// A folder beside the expression: `./.`, `../src`.
    Path(String),
}

impl From<FetcherCall> for Source {
    fn from(call: FetcherCall) -> Self {
        Self::Call(call)
    }
}

/// Who builds a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Builder {
    /// `stdenv.mkDerivation`: autotools, CMake, Meson, make. The build system is a matter of `native_build_inputs`
    /// (`cmake`, `meson` and `ninja`, `autoreconfHook`) and `attributes` (`makeFlags`).
    Stdenv,
    /// `rustPlatform.buildRustPackage`.
    Rust(RustBuilder),
    /// `buildNpmPackage`.
    Npm(NpmBuilder),
    /// `buildGoModule`.
    Go(GoBuilder),
    /// `buildPythonPackage` or `buildPythonApplication`.
    Python(PythonBuilder),
}

/// What `buildRustPackage` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RustBuilder {
    /// `cargoHash`; unused where `lock_file` is given.
    pub cargo_hash: String,
    /// A `Cargo.lock` beside the expression, for a source without a usable one: `./Cargo.lock`.
    pub lock_file: Option<String>,
    /// Whether `lock_file` takes the place of one in the source.
    pub replaces_lock: bool,
    /// `cargoLock.outputHashes` of the git dependencies in `lock_file`: `NAME-VERSION` and hash.
    pub output_hashes: Vec<(String, Value)>,
    /// `buildNoDefaultFeatures`.
    pub no_default_features: bool,
    /// `buildFeatures`.
    pub features: Vec<String>,
    /// `cargoBuildFlags`.
    pub build_flags: Vec<String>,
    /// `cargoTestFlags`.
    pub test_flags: Vec<String>,
    /// `checkFlags`: what the test programs get.
    pub check_flags: Vec<String>,
}

/// What `buildNpmPackage` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NpmBuilder {
    /// `npmDepsHash`.
    pub npm_deps_hash: String,
    /// A `package-lock.json` beside the expression, for a source without one: `./package-lock.json`.
    pub lock_file: Option<String>,
    /// `dontNpmBuild`: there is no build script.
    pub no_build: bool,
    /// `npmBuildScript`, where it is not `build`.
    pub build_script: Option<String>,
    /// `npmFlags`.
    pub flags: Vec<String>,
}

/// What `buildGoModule` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoBuilder {
    /// `vendorHash`; `None` is `null`: vendored in the source, or nothing to vendor.
    pub vendor_hash: Option<String>,
    /// `subPackages`.
    pub sub_packages: Vec<String>,
    /// `ldflags`. A whole version in one of them follows the package's.
    pub ldflags: Vec<String>,
}

/// What the Python builders take. The inputs named here are attributes of the Python package set, without `python3Packages.`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PythonBuilder {
    /// `buildPythonApplication` rather than `buildPythonPackage`.
    pub application: bool,
    /// Whether the source is a wheel, which nothing builds: `format = "wheel"` instead of `pyproject = true`.
    pub wheel: bool,
    /// From where the Python packages come.
    pub scope: PythonScope,
    /// `build-system`.
    pub build_system: Vec<Input>,
    /// `dependencies`.
    pub dependencies: Vec<Input>,
    /// `optional-dependencies`: the extra's name and what it needs.
    pub optional_dependencies: Vec<(String, Vec<Input>)>,
    /// The hash of the vendored crates, where a part is written in Rust. The hooks (`rustPlatform.cargoSetupHook`,
    /// `rustPlatform.maturinBuildHook`) go to `native_build_inputs`.
    pub cargo_hash: Option<String>,
    /// `pythonRelaxDeps`.
    pub relax: Vec<String>,
    /// `pythonRemoveDeps`.
    pub remove: Vec<String>,
    /// Python packages the tests need, `pytestCheckHook` included.
    pub test_inputs: Vec<Input>,
    /// `disabledTests`.
    pub disabled_tests: Vec<String>,
    /// `pythonImportsCheck`.
    pub imports_check: Vec<String>,
}

/// From where a Python package takes its Python packages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PythonScope {
    /// From `python3Packages`, an argument: for `pkgs/by-name`, and for a plain `callPackage`.
    #[default]
    Python3Packages,
    /// Each is an argument of its own: for `pkgs/development/python-modules`, called by the Python package set.
    Arguments,
}

/// Whether tests run in the build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// As the builder decides.
    #[default]
    Default,
    /// `doCheck = true`.
    Yes,
    /// `doCheck = false`, and why.
    No {
        /// The comment above it; empty for none.
        reason: String,
    },
}

/// How `versionCheckHook` asks a program for its version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionCheck {
    /// The argument, where it is not `--version`.
    pub argument: Option<String>,
}

/// What is said about a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// One line by nixpkgs' rules.
    pub description: Option<String>,
    /// A URL.
    pub homepage: Option<String>,
    /// A URL; the version in it is followed.
    pub changelog: Option<String>,
    /// Attributes of `lib.licenses`.
    pub licenses: Vec<String>,
    /// Attributes of `lib.sourceTypes`, where not everything is built from source.
    pub source_provenance: Vec<String>,
    /// Attributes of `lib.maintainers`.
    pub maintainers: Vec<String>,
    /// The program's file name.
    pub main_program: Option<String>,
    /// Attributes of `lib.platforms`, where not everything will do.
    pub platforms: Vec<String>,
}

/// Why a package could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A value was refused.
    #[error("could not write the expression of `{pname}`")]
    Template {
        /// The package.
        pname: String,
        /// Which value, and why.
        source: TemplateError,
    },
    /// The text came out in a form that could not be formatted.
    #[error("could not format the expression of `{pname}`")]
    Format {
        /// The package.
        pname: String,
        /// What the formatter said.
        source: FormatError,
    },
}

impl PackageExpression {
    /// Returns a package with nothing but the necessary.
    #[must_use]
    pub fn new(
        pname: impl Into<String>,
        version: impl Into<String>,
        source: impl Into<Source>,
        builder: Builder,
    ) -> Self {
        Self {
            pname: pname.into(),
            version: version.into(),
            source: source.into(),
            source_root: None,
            builder,
            native_build_inputs: Vec::new(),
            build_inputs: Vec::new(),
            propagated_build_inputs: Vec::new(),
            native_check_inputs: Vec::new(),
            environment: Vec::new(),
            post_patch: None,
            attributes: Vec::new(),
            check: Check::Default,
            version_check: None,
            meta: Meta::default(),
        }
    }

    /// Returns the text of `package.nix`, formatted.
    ///
    /// # Errors
    /// [`PackageError`] naming the package; its source says which value has no form in Nix.
    pub fn render(&self) -> Result<String, PackageError> {
        let text = template::render(self.template(), &self.view()).map_err(|source| {
            PackageError::Template {
                pname: self.pname.clone(),
                source,
            }
        })?;
        format::format(&text).map_err(|source| PackageError::Format {
            pname: self.pname.clone(),
            source,
        })
    }

    fn lock_file(&self) -> Option<&str> {
        match &self.builder {
            Builder::Rust(rust) => rust.lock_file.as_deref(),
            Builder::Npm(npm) => npm.lock_file.as_deref(),
            Builder::Stdenv | Builder::Go(_) | Builder::Python(_) => None,
        }
    }

    fn template(&self) -> &'static str {
        match &self.builder {
            Builder::Stdenv => "package-stdenv.nix.tera",
            Builder::Rust(_) => "package-rust.nix.tera",
            Builder::Npm(_) => "package-npm.nix.tera",
            Builder::Go(_) => "package-go.nix.tera",
            Builder::Python(_) => "package-python.nix.tera",
        }
    }

    /// Returns the folder that is built, said through the source's name where it begins with that.
    fn source_root(&self) -> Option<Value> {
        let text = self.source_root.as_deref()?;
        let folder = text.strip_prefix("source/");
        Some(match (&self.source, folder) {
            (Source::Call(_), Some(folder)) if !quote::mentions_version(folder, "source") => {
                Value::VersionString(VersionString {
                    text: text.to_owned(),
                    version: "source".to_owned(),
                    expression: "finalAttrs.src.name".to_owned(),
                })
            }
            _ => Value::from(text),
        })
    }

    /// Returns a flag with the version in it followed, where the version is long enough to be meant.
    fn follow_in_flag(&self, flag: &str) -> Value {
        if crate::fetcher::is_telling(&self.version) {
            self.follow(flag)
        } else {
            Value::from(flag)
        }
    }

    /// Returns `text` with the version in it followed.
    fn follow(&self, text: &str) -> Value {
        if quote::mentions_version(text, &self.version) {
            Value::VersionString(VersionString {
                text: text.to_owned(),
                version: self.version.clone(),
                expression: "finalAttrs.version".to_owned(),
            })
        } else {
            Value::from(text)
        }
    }

    fn view(&self) -> View<'_> {
        let (source_call, source_path) = match &self.source {
            Source::Call(call) => (
                Some(call.with_version(&self.pname, &self.version, "finalAttrs")),
                None,
            ),
            Source::Path(path) => (None, Some(path.as_str())),
        };
        let (check, check_comment) = match &self.check {
            Check::Default => ("default", ""),
            Check::Yes => ("yes", ""),
            Check::No { reason } => ("no", reason.as_str()),
        };
        let names = head::Names::of(self);
        // Python's own tests' inputs and the general ones are one attribute.
        let general_check_inputs = match &self.builder {
            Builder::Python(_) => &[],
            _ => self.native_check_inputs.as_slice(),
        };
        View {
            head: names.sections(self),
            builder_function: names.builder_function,
            pname: &self.pname,
            version: &self.version,
            source_call,
            source_path,
            source_root: self.source_root(),
            post_patch: self.post_patch.as_deref(),
            lock_file: self.lock_file(),
            native_build_inputs: names.general(&self.native_build_inputs),
            build_inputs: names.general(&self.build_inputs),
            propagated_build_inputs: names.general(&self.propagated_build_inputs),
            native_check_inputs: names.general(general_check_inputs),
            environment: &self.environment,
            attributes: &self.attributes,
            check,
            check_comment,
            version_check: self.version_check.is_some(),
            version_check_argument: self
                .version_check
                .as_ref()
                .and_then(|check| check.argument.as_deref()),
            builder: self.builder_view(&names),
            meta: MetaView {
                changelog: self.meta.changelog.as_deref().map(|text| self.follow(text)),
                description: self.meta.description.as_deref(),
                homepage: self.meta.homepage.as_deref(),
                licenses: &self.meta.licenses,
                source_provenance: &self.meta.source_provenance,
                maintainers: &self.meta.maintainers,
                main_program: self.meta.main_program.as_deref(),
                platforms: &self.meta.platforms,
            },
        }
    }

    fn builder_view<'view>(&'view self, names: &head::Names<'view>) -> BuilderView<'view> {
        match &self.builder {
            Builder::Stdenv => BuilderView::Stdenv {},
            Builder::Rust(rust) => BuilderView::Rust(rust),
            Builder::Npm(npm) => BuilderView::Npm(npm),
            Builder::Go(go) => BuilderView::Go(GoView {
                vendor_hash: go.vendor_hash.as_deref(),
                sub_packages: &go.sub_packages,
                ldflags: (!go.ldflags.is_empty()).then(|| {
                    Value::List(
                        go.ldflags
                            .iter()
                            .map(|flag| self.follow_in_flag(flag))
                            .collect(),
                    )
                }),
            }),
            Builder::Python(python) => BuilderView::Python(PythonView {
                wheel: python.wheel,
                cargo_hash: python.cargo_hash.as_deref(),
                build_system: names.python(&python.build_system),
                dependencies: names.python(&python.dependencies),
                optional_dependencies: python
                    .optional_dependencies
                    .iter()
                    .map(|(name, inputs)| ExtraView {
                        name,
                        inputs: names.python(inputs).unwrap_or_default(),
                    })
                    .collect(),
                relax: &python.relax,
                remove: &python.remove,
                test_inputs: names.tests(&python.test_inputs, &self.native_check_inputs),
                disabled_tests: &python.disabled_tests,
                imports_check: &python.imports_check,
            }),
        }
    }
}

/// What the templates see.
#[derive(Serialize)]
struct View<'view> {
    head: Vec<head::Section>,
    builder_function: &'static str,
    pname: &'view str,
    version: &'view str,
    source_call: Option<FetcherCall>,
    source_path: Option<&'view str>,
    source_root: Option<Value>,
    post_patch: Option<&'view str>,
    lock_file: Option<&'view str>,
    native_build_inputs: Option<InputList>,
    build_inputs: Option<InputList>,
    propagated_build_inputs: Option<InputList>,
    native_check_inputs: Option<InputList>,
    environment: &'view [(String, Value)],
    attributes: &'view [(String, Value)],
    check: &'static str,
    check_comment: &'view str,
    version_check: bool,
    version_check_argument: Option<&'view str>,
    builder: BuilderView<'view>,
    meta: MetaView<'view>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BuilderView<'view> {
    Stdenv {},
    Rust(&'view RustBuilder),
    Npm(&'view NpmBuilder),
    Go(GoView<'view>),
    Python(PythonView<'view>),
}

#[derive(Serialize)]
struct GoView<'view> {
    vendor_hash: Option<&'view str>,
    sub_packages: &'view [String],
    ldflags: Option<Value>,
}

#[derive(Serialize)]
struct PythonView<'view> {
    wheel: bool,
    cargo_hash: Option<&'view str>,
    build_system: Option<InputList>,
    dependencies: Option<InputList>,
    optional_dependencies: Vec<ExtraView<'view>>,
    relax: &'view [String],
    remove: &'view [String],
    test_inputs: Option<InputList>,
    disabled_tests: &'view [String],
    imports_check: &'view [String],
}

#[derive(Serialize)]
struct ExtraView<'view> {
    name: &'view str,
    inputs: InputList,
}

#[derive(Serialize)]
struct MetaView<'view> {
    description: Option<&'view str>,
    homepage: Option<&'view str>,
    changelog: Option<Value>,
    licenses: &'view [String],
    source_provenance: &'view [String],
    maintainers: &'view [String],
    main_program: Option<&'view str>,
    platforms: &'view [String],
}
