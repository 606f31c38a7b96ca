//! The function head: which arguments an expression needs, in nixpkgs' order, and how its lists then name their members.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Builder, Input, PackageExpression, Platform, PythonBuilder, PythonScope, Source};
use crate::inputs::InputList;

/// The set that Python packages come from where they are no arguments.
const PYTHON_SET: &str = "python3Packages";

/// Some arguments of the head under one comment.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Section {
    comment: &'static str,
    arguments: Vec<String>,
}

/// What names mean in an expression.
pub(super) struct Names<'package> {
    /// The function that builds.
    pub(super) builder_function: &'static str,
    /// Whether Python packages come from `python3Packages`, from arguments, or are none of this package's.
    scope: Option<PythonScope>,
    /// Python packages that are arguments.
    python_arguments: BTreeSet<&'package str>,
    /// Other packages that are arguments.
    general_arguments: BTreeSet<&'package str>,
}

impl<'package> Names<'package> {
    pub(super) fn of(package: &'package PackageExpression) -> Self {
        let (builder_function, scope) = match &package.builder {
            Builder::Stdenv => ("stdenv.mkDerivation", None),
            Builder::Rust(_) => ("rustPlatform.buildRustPackage", None),
            Builder::Npm(_) => ("buildNpmPackage", None),
            Builder::Go(_) => ("buildGoModule", None),
            Builder::Python(python) => (python_function(python), Some(python.scope)),
        };
        let mut python_arguments = BTreeSet::new();
        if let (Builder::Python(python), Some(PythonScope::Arguments)) = (&package.builder, scope) {
            python_arguments.extend(python_inputs(python).map(Input::argument));
        }
        Self {
            builder_function,
            scope,
            python_arguments,
            general_arguments: general_inputs(package).map(Input::argument).collect(),
        }
    }

    /// Returns a list of packages from nixpkgs itself. One whose name is a Python package's argument is taken from
    /// `pkgs`.
    pub(super) fn general(&self, inputs: &[Input]) -> Option<InputList> {
        let inputs: Vec<Input> = inputs
            .iter()
            .map(|input| self.nixpkgs_input(input))
            .collect();
        (!inputs.is_empty()).then_some(InputList { set: None, inputs })
    }

    /// Returns a list of Python packages: under `with python3Packages` where no argument would be taken instead.
    pub(super) fn python(&self, inputs: &[Input]) -> Option<InputList> {
        if inputs.is_empty() {
            return None;
        }
        if self.scope != Some(PythonScope::Python3Packages) {
            return Some(InputList {
                set: None,
                inputs: inputs.to_vec(),
            });
        }
        let shadowed = inputs
            .iter()
            .any(|input| self.is_argument(input.argument()));
        Some(if shadowed {
            InputList {
                set: None,
                inputs: inputs.iter().map(python_input).collect(),
            }
        } else {
            InputList {
                set: Some(PYTHON_SET.to_owned()),
                inputs: inputs.to_vec(),
            }
        })
    }

    /// Returns Python packages and others in one list.
    pub(super) fn tests(&self, python: &[Input], general: &[Input]) -> Option<InputList> {
        if general.is_empty() {
            return self.python(python);
        }
        let mut inputs: Vec<Input> = match self.scope {
            Some(PythonScope::Python3Packages) => python.iter().map(python_input).collect(),
            _ => python.to_vec(),
        };
        inputs.extend(general.iter().map(|input| self.nixpkgs_input(input)));
        Some(InputList { set: None, inputs })
    }

    /// Returns the head: `lib`, the builder, the fetcher, then what runs, what is linked, what tests.
    pub(super) fn sections(&self, package: &PackageExpression) -> Vec<Section> {
        let mut seen = BTreeSet::new();
        let mut sections = Vec::new();
        let mut add = |comment: &'static str, arguments: Vec<&str>| {
            let arguments: Vec<String> = arguments
                .into_iter()
                .filter(|argument| *argument != "builtins" && seen.insert((*argument).to_owned()))
                .map(str::to_owned)
                .collect();
            if !arguments.is_empty() {
                sections.push(Section { comment, arguments });
            }
        };
        add("", self.first(package));
        let general = |inputs: &[Input]| -> Vec<String> {
            inputs
                .iter()
                .map(|input| self.nixpkgs_input(input).argument().to_owned())
                .collect()
        };
        let native = general(&package.native_build_inputs);
        let mut linked = general(&package.build_inputs);
        linked.extend(general(&package.propagated_build_inputs));
        let mut tests = general(&package.native_check_inputs);
        if package.version_check.is_some() {
            tests.push("versionCheckHook".to_owned());
        }
        if let (Builder::Python(python), Some(PythonScope::Arguments)) =
            (&package.builder, self.scope)
        {
            add("build-system", arguments(&python.build_system));
            add(
                "nativeBuildInputs",
                native.iter().map(String::as_str).collect(),
            );
            add("dependencies", arguments(&python.dependencies));
            add("buildInputs", linked.iter().map(String::as_str).collect());
            let extras = python.optional_dependencies.iter();
            add(
                "optional-dependencies",
                extras.flat_map(|(_, inputs)| arguments(inputs)).collect(),
            );
            let mut all = arguments(&python.test_inputs);
            all.extend(tests.iter().map(String::as_str));
            add("tests", all);
        } else {
            let all = native.iter().chain(&linked).chain(&tests);
            add("", all.map(String::as_str).collect());
        }
        sections
    }

    /// Returns `lib`, `stdenv` where something asks it, the builder's argument and the fetcher's.
    fn first(&self, package: &'package PackageExpression) -> Vec<&'package str> {
        let conditional = |input: &Input| input.platform != Platform::Any;
        let python_condition = match &package.builder {
            Builder::Python(python) => python_inputs(python).any(conditional),
            _ => false,
        };
        let mut first = vec!["lib"];
        if python_condition || general_inputs(package).any(conditional) {
            first.push("stdenv");
        }
        first.push(self.builder_function.split('.').next().unwrap_or_default());
        if let Source::Call(call) = &package.source {
            first.push(call.function.split('.').next().unwrap_or_default());
        }
        if let Builder::Python(PythonBuilder {
            cargo_hash: Some(_),
            ..
        }) = &package.builder
        {
            first.push("rustPlatform");
        }
        first
    }

    fn is_argument(&self, name: &str) -> bool {
        self.general_arguments.contains(name) || name == "lib" || name == "stdenv"
    }

    fn nixpkgs_input(&self, input: &Input) -> Input {
        if self.python_arguments.contains(input.argument()) {
            input.renamed(format!("pkgs.{}", input.reference))
        } else {
            input.clone()
        }
    }
}

fn python_function(python: &PythonBuilder) -> &'static str {
    match (python.scope, python.application) {
        (PythonScope::Python3Packages, true) => "python3Packages.buildPythonApplication",
        (PythonScope::Python3Packages, false) => "python3Packages.buildPythonPackage",
        (PythonScope::Arguments, true) => "buildPythonApplication",
        (PythonScope::Arguments, false) => "buildPythonPackage",
    }
}

fn python_input(input: &Input) -> Input {
    input.renamed(format!("{PYTHON_SET}.{}", input.reference))
}

fn arguments(inputs: &[Input]) -> Vec<&str> {
    inputs.iter().map(Input::argument).collect()
}

fn general_inputs(package: &PackageExpression) -> impl Iterator<Item = &Input> {
    package
        .native_build_inputs
        .iter()
        .chain(&package.build_inputs)
        .chain(&package.propagated_build_inputs)
        .chain(&package.native_check_inputs)
}

fn python_inputs(python: &PythonBuilder) -> impl Iterator<Item = &Input> {
    python
        .build_system
        .iter()
        .chain(&python.dependencies)
        .chain(
            python
                .optional_dependencies
                .iter()
                .flat_map(|(_, inputs)| inputs),
        )
        .chain(&python.test_inputs)
}
