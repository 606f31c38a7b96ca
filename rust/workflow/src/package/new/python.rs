//! `buildPythonPackage` and `buildPythonApplication`: a Python project as a draft.

mod build;
mod dependencies;
mod meta;
mod wheel;

use anyhow::Context as _;
use nixsmith_ecosystem::manifest::python::marker::Environment;
use nixsmith_ecosystem::manifest::python::requirement::normalise;
use nixsmith_ecosystem::manifest::python::version::{PythonVersion, Specifier};
use nixsmith_ecosystem::manifest::python::{self, PythonProject};

use super::draft::{Builder, Draft, Subject, Value};
use crate::error::Problem;
use crate::source::Registry;

/// Describes the Python project at hand; `builder` is what was asked for.
///
/// # Errors
/// When its files cannot be read, when nothing tells its version, or when the hash of its crates cannot be computed.
pub(super) fn describe(subject: &Subject<'_>, builder: Option<Builder>) -> anyhow::Result<Draft> {
    if subject.source.is_wheel() {
        return wheel::describe(subject, builder);
    }
    let project = python::read(subject.tree, subject.directory)?
        .ok_or_else(|| Problem::user("the source has no `pyproject.toml` and no `setup.py`"))?;
    let mut draft = start(&project, subject, builder)?;
    let environment = Environment::default();
    build::describe(&project, subject, &environment, &mut draft)?;
    finish(&project, subject, subject.directory, &mut draft)?;
    Ok(draft)
}

/// A draft of which builder, name and version are decided.
fn start(
    project: &PythonProject,
    subject: &Subject<'_>,
    builder: Option<Builder>,
) -> anyhow::Result<Draft> {
    let (pname, version) = (pname(project, subject)?, version(project, subject)?);
    let (builder, why) = choose_builder(project, subject, builder);
    let mut draft = Draft::new(builder, pname, version);
    draft.decide("builder", builder.name(), why);
    draft.decide("pname", draft.pname.clone(), evidence(project, "name"));
    draft.decide(
        "version",
        draft.version.clone(),
        evidence(project, "version"),
    );
    Ok(draft)
}

/// Adds what the project states, however it is built. The licence files lie in `licences`.
fn finish(
    project: &PythonProject,
    subject: &Subject<'_>,
    licences: &str,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let environment = Environment::default();
    dependencies::describe(project, &environment, draft);
    imports(project, draft);
    meta::describe(project, subject, licences, draft)?;
    python_version(project, &environment, draft);
    draft.notes.extend(project.notes.iter().cloned());
    Ok(())
}

/// The file that a field was read from.
fn evidence(project: &PythonProject, field: &str) -> String {
    project
        .evidence
        .get(field)
        .cloned()
        .unwrap_or_else(|| "the source's address".to_owned())
}

fn pname(project: &PythonProject, subject: &Subject<'_>) -> anyhow::Result<String> {
    let name = project.name.as_deref().or(subject.source.name.as_deref());
    let name = name.context(
        Problem::user("nothing in the source states the project's name")
            .hint("give it with `--pname`"),
    )?;
    Ok(normalise(name))
}

fn version(project: &PythonProject, subject: &Subject<'_>) -> anyhow::Result<String> {
    let released = subject
        .source
        .version
        .clone()
        .filter(|_| subject.source.package.is_some());
    let version = released
        .or_else(|| project.version.clone())
        .or_else(|| subject.source.version.clone());
    version.context(
        Problem::user("the project's version is computed by its build")
            .hint("give it with `--version`"),
    )
}

/// A library unless it was asked for a program, or only its programs can be meant.
fn choose_builder(
    project: &PythonProject,
    subject: &Subject<'_>,
    asked: Option<Builder>,
) -> (Builder, String) {
    if let Some(builder) = asked {
        return (builder, "--builder".to_owned());
    }
    let is_released = subject
        .source
        .package
        .as_ref()
        .is_some_and(|package| package.registry == Registry::Pypi);
    let says = |text: &str| {
        project
            .classifiers
            .iter()
            .any(|classifier| classifier.contains(text))
    };
    let is_library = says("Software Development :: Libraries") || says("Typing :: Typed");
    if !project.scripts.is_empty()
        && !is_library
        && (!is_released || subject.request.nixpkgs.is_some())
    {
        return (
            Builder::PythonApplication,
            format!(
                "it installs `{}`, and says nowhere that it is a library",
                project.scripts.join("`, `")
            ),
        );
    }
    (
        Builder::PythonPackage,
        "a project that others import".to_owned(),
    )
}

fn imports(project: &PythonProject, draft: &mut Draft) {
    if project.modules.is_empty() {
        draft.note("no importable module was found in the source; pythonImportsCheck is left out");
        return;
    }
    draft.decide(
        "pythonImportsCheck",
        project.modules.join(" "),
        "the modules in the source",
    );
    draft.attributes.push((
        "pythonImportsCheck".to_owned(),
        Value::List(project.modules.clone()),
    ));
}

/// Says so when the project does not want the Python that nixpkgs builds with.
fn python_version(project: &PythonProject, environment: &Environment, draft: &mut Draft) {
    let Some(wanted) = &project.requires_python else {
        return;
    };
    let python = &environment.python_full_version;
    let fits = match (Specifier::parse_list(wanted), PythonVersion::parse(python)) {
        (Some(clauses), Some(version)) => clauses
            .iter()
            .all(|clause| clause.matches(&version, python)),
        _ => true,
    };
    if !fits {
        draft.note(format!(
            "the project wants Python {wanted}; nixpkgs' default is {python}"
        ));
    }
}
