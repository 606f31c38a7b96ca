//! What a Python project needs at run time and for its tests.

use nixsmith_ecosystem::manifest::python::PythonProject;
use nixsmith_ecosystem::manifest::python::marker::Environment;
use nixsmith_ecosystem::manifest::python::requirement::Requirement;
use nixsmith_ecosystem::native::python as native;

use super::super::draft::{Draft, PythonPackages, Value};
use super::evidence;

/// Extras that concern the project's own development, which nixpkgs leaves out.
const DEVELOPMENT: [&str; 27] = [
    "ci",
    "coverage",
    "cov",
    "dev",
    "dev-all",
    "develop",
    "development",
    "doc",
    "docs",
    "documentation",
    "format",
    "lint",
    "linting",
    "linters",
    "mypy",
    "pre-commit",
    "qa",
    "release",
    "style",
    "test",
    "testing",
    "tests",
    "tox",
    "type",
    "type-check",
    "types",
    "typing",
];

/// Adds `dependencies`, `optional-dependencies`, `pythonRelaxDeps` and `nativeCheckInputs`.
pub(super) fn describe(project: &PythonProject, environment: &Environment, draft: &mut Draft) {
    let requirements = project.dependencies(environment);
    let resolved = native::resolve(requirements.iter().copied());
    let file = evidence(project, "requirements");
    draft.decide(
        "dependencies",
        [resolved.attributes.as_slice(), &resolved.extras]
            .concat()
            .join(" "),
        file.clone(),
    );
    draft.dependencies = PythonPackages {
        attributes: resolved.attributes,
        extras: resolved.extras,
    };
    for missing in &resolved.missing {
        draft.note(format!(
            "the dependency `{missing}` is not in nixpkgs {} and was left out",
            native::revision()
        ));
    }
    for requirement in requirements
        .iter()
        .filter(|requirement| requirement.url.is_some())
    {
        draft.note(format!(
            "the dependency `{}` is wanted from an address of its own",
            requirement.name
        ));
    }
    note_extras(&resolved.missing_extras, draft);
    relax(&resolved.relaxed, &requirements, draft);
    optional(project, environment, &file, draft);
    let inputs = native::check_inputs(project, &draft.dependencies.attributes);
    if let Some(suite) = project
        .tests
        .as_ref()
        .filter(|_| !inputs.attributes.is_empty())
    {
        let all = [inputs.attributes.as_slice(), &inputs.extras].concat();
        draft.decide("nativeCheckInputs", all.join(" "), suite.path.clone());
        draft.native_check_inputs = inputs.attributes;
        let in_dependencies = &draft.dependencies.extras;
        draft.native_check_extras = inputs
            .extras
            .into_iter()
            .filter(|path| !in_dependencies.contains(path))
            .collect();
    }
}

fn note_extras(missing: &[(String, String)], draft: &mut Draft) {
    for (name, extra) in missing {
        draft.note(format!(
            "`{name}` is wanted with its extra `{extra}`, which its package in nixpkgs {} does not name",
            native::revision()
        ));
    }
}

fn relax(
    relaxed: &std::collections::BTreeMap<String, String>,
    requirements: &[&Requirement],
    draft: &mut Draft,
) {
    let mut names = Vec::new();
    for (name, text) in relaxed {
        draft.note(format!(
            "`{name}`: the project {text} (revision {}); its pin is relaxed",
            native::revision()
        ));
        let written = requirements
            .iter()
            .find(|requirement| requirement.name == *name)
            .map_or(name.as_str(), |requirement| requirement.written_name());
        names.push(written.to_owned());
    }
    if !names.is_empty() {
        draft.decide(
            "pythonRelaxDeps",
            names.join(" "),
            format!("versions in nixpkgs {}", native::revision()),
        );
        draft
            .attributes
            .push(("pythonRelaxDeps".to_owned(), Value::List(names)));
    }
}

fn optional(project: &PythonProject, environment: &Environment, file: &str, draft: &mut Draft) {
    let mut groups = Vec::new();
    for (extra, requirements) in project.optional_dependencies(environment) {
        if DEVELOPMENT.contains(&extra.as_str()) {
            continue;
        }
        let mut resolved = native::resolve(requirements);
        resolved
            .attributes
            .retain(|name| !draft.dependencies.attributes.contains(name));
        resolved
            .extras
            .retain(|path| !draft.dependencies.extras.contains(path));
        if !resolved.missing.is_empty() {
            draft.note(format!(
                "the extra `{extra}` also needs `{}`, not in nixpkgs {}",
                resolved.missing.join("`, `"),
                native::revision()
            ));
        }
        note_extras(&resolved.missing_extras, draft);
        let packages = PythonPackages {
            attributes: resolved.attributes,
            extras: resolved.extras,
        };
        if !packages.is_empty() {
            groups.push((extra, packages));
        }
    }
    if !groups.is_empty() {
        let names: Vec<_> = groups.iter().map(|(extra, _)| extra.as_str()).collect();
        draft.decide("optional-dependencies", names.join(" "), file);
        draft.optional_dependencies = groups;
    }
}
