//! A draft as the text of `package.nix`.

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_expr::package::{
    Builder as Shape, Check, GoBuilder, Input, Meta, NpmBuilder, PackageExpression, PythonBuilder,
    PythonScope, RustBuilder, Source, VersionCheck,
};
use nixsmith_expr::value::Value as Nix;

use super::draft::{Builder, Draft, PythonPackages, Value};
use crate::error::Problem;

/// What the expression is made of beside the draft.
pub(super) struct Frame {
    /// The fetcher's call, or the folder beside the expression.
    pub(super) source: Place,
    /// Whether the expression is called by the Python package set rather than by `callPackage` of nixpkgs.
    pub(super) in_python_set: bool,
}

/// Where the source of the expression comes from.
pub(super) enum Place {
    /// A fetcher.
    Call(FetcherCall),
    /// A path relative to the expression.
    Path(String),
}

/// The formatted text.
///
/// # Errors
/// When a value has no form in Nix; the message names it.
pub(super) fn text(draft: &Draft, frame: Frame) -> anyhow::Result<String> {
    let mut rest = draft.attributes.clone();
    let shape = shape(draft, &mut rest, frame.in_python_set)?;
    let source = match frame.source {
        Place::Call(call) => Source::Call(call),
        Place::Path(path) => Source::Path(path),
    };
    let mut package = PackageExpression::new(&draft.pname, &draft.version, source, shape);
    package.source_root.clone_from(&draft.source_root);
    package.native_build_inputs = inputs(&draft.native_build_inputs);
    package.build_inputs = inputs(&draft.build_inputs);
    if !is_python(draft.builder) {
        package.native_check_inputs = inputs(&draft.native_check_inputs);
    }
    package.environment = draft
        .environment
        .iter()
        .map(|(name, value)| (name.clone(), nix(value)))
        .collect();
    if let Some(Value::Lines(lines) | Value::Text(lines)) = take(&mut rest, "postPatch") {
        package.post_patch = Some(lines);
    }
    match take(&mut rest, "doCheck") {
        Some(Value::Bool(true)) => package.check = Check::Yes,
        Some(Value::Bool(false)) => {
            package.check = Check::No {
                reason: String::new(),
            }
        }
        _ => {}
    }
    package.version_check = draft.version_check.then(VersionCheck::default);
    package.attributes = rest
        .iter()
        .map(|(name, value)| (name.clone(), nix(value)))
        .collect();
    package.meta = Meta {
        description: draft.meta.description.clone(),
        homepage: draft.meta.homepage.clone(),
        changelog: draft.meta.changelog.clone(),
        licenses: draft.meta.licences.attributes.clone(),
        source_provenance: draft.meta.source_provenance.clone(),
        maintainers: Vec::new(),
        main_program: draft.meta.main_program.clone(),
        platforms: Vec::new(),
    };
    Ok(package.render()?)
}

fn is_python(builder: Builder) -> bool {
    matches!(builder, Builder::PythonPackage | Builder::PythonApplication)
}

fn inputs(names: &[String]) -> Vec<Input> {
    names
        .iter()
        .map(|name| Input::from(name.as_str()))
        .collect()
}

fn python_inputs(packages: &PythonPackages) -> Vec<Input> {
    with_lists(&packages.attributes, &packages.extras)
}

/// Single packages, and the packages of lists.
fn with_lists(names: &[String], lists: &[String]) -> Vec<Input> {
    let mut all = inputs(names);
    all.extend(lists.iter().map(Input::list));
    all
}

/// Takes an attribute out of the list, for a field of its own.
fn take(attributes: &mut Vec<(String, Value)>, name: &str) -> Option<Value> {
    let position = attributes.iter().position(|(known, _)| known == name)?;
    Some(attributes.remove(position).1)
}

fn take_list(attributes: &mut Vec<(String, Value)>, name: &str) -> Vec<String> {
    match take(attributes, name) {
        Some(Value::List(list)) => list,
        _ => Vec::new(),
    }
}

fn nix(value: &Value) -> Nix {
    match value {
        Value::Bool(truth) => Nix::Bool(*truth),
        Value::Text(text) => Nix::String(text.clone()),
        Value::Lines(text) => Nix::IndentedString(text.clone()),
        Value::List(items) => {
            Nix::List(items.iter().map(|item| Nix::String(item.clone())).collect())
        }
    }
}

/// What only one builder takes.
fn shape(
    draft: &Draft,
    rest: &mut Vec<(String, Value)>,
    in_python_set: bool,
) -> anyhow::Result<Shape> {
    let hash = draft
        .vendor
        .as_ref()
        .and_then(|vendor| vendor.hash.as_ref())
        .map(ToString::to_string);
    let needed = || {
        hash.clone()
            .ok_or_else(|| Problem::bug("the dependencies of the package have no hash"))
    };
    let lock_file = draft.lock.as_ref().map(|lock| format!("./{}", lock.name));
    Ok(match draft.builder {
        Builder::Rust => Shape::Rust(RustBuilder {
            cargo_hash: needed()?,
            lock_file,
            replaces_lock: draft.replaces_lock,
            output_hashes: draft
                .output_hashes
                .iter()
                .map(|(package, hash)| (package.clone(), Nix::from(hash.as_str())))
                .collect(),
            features: take_list(rest, "buildFeatures"),
            build_flags: take_list(rest, "cargoBuildFlags"),
            test_flags: take_list(rest, "cargoTestFlags"),
            check_flags: take_list(rest, "checkFlags"),
            no_default_features: take(rest, "buildNoDefaultFeatures") == Some(Value::Bool(true)),
        }),
        Builder::Npm => Shape::Npm(NpmBuilder {
            npm_deps_hash: needed()?,
            lock_file,
            no_build: take(rest, "dontNpmBuild") == Some(Value::Bool(true)),
            build_script: None,
            flags: take_list(rest, "npmFlags"),
        }),
        Builder::Go => Shape::Go(GoBuilder {
            vendor_hash: hash,
            sub_packages: take_list(rest, "subPackages"),
            ldflags: take_list(rest, "ldflags"),
        }),
        Builder::PythonPackage | Builder::PythonApplication => {
            Shape::Python(python(draft, rest, hash, in_python_set))
        }
        Builder::Autotools | Builder::Cmake | Builder::Meson | Builder::Make => Shape::Stdenv,
    })
}

fn python(
    draft: &Draft,
    rest: &mut Vec<(String, Value)>,
    cargo_hash: Option<String>,
    in_python_set: bool,
) -> PythonBuilder {
    PythonBuilder {
        application: draft.builder == Builder::PythonApplication,
        wheel: draft.is_wheel,
        scope: if in_python_set {
            PythonScope::Arguments
        } else {
            PythonScope::Python3Packages
        },
        build_system: inputs(&draft.build_system),
        dependencies: python_inputs(&draft.dependencies),
        optional_dependencies: draft
            .optional_dependencies
            .iter()
            .map(|(name, names)| (name.clone(), python_inputs(names)))
            .collect(),
        cargo_hash,
        relax: take_list(rest, "pythonRelaxDeps"),
        remove: take_list(rest, "pythonRemoveDeps"),
        test_inputs: with_lists(&draft.native_check_inputs, &draft.native_check_extras),
        disabled_tests: take_list(rest, "disabledTests"),
        imports_check: take_list(rest, "pythonImportsCheck"),
    }
}
