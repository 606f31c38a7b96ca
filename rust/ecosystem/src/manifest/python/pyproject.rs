//! `pyproject.toml`: `[build-system]`, `[project]`, `[dependency-groups]`, and flit's old table.

use nixsmith_store::tree::Tree;
use toml::{Table, Value};

use super::super::{ManifestError, join, text};
use super::marker::Marker;
use super::poetry;
use super::requirement::{Requirement, normalise};
use super::{Build, PythonProject};

/// The table in `directory`'s `pyproject.toml`.
pub(super) fn table(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(Table, String)>, ManifestError> {
    let file = join(directory, "pyproject.toml");
    let Some(text) = text(tree, &file)? else {
        return Ok(None);
    };
    let table = text
        .parse::<Table>()
        .map_err(|error| ManifestError::Syntax {
            file: file.clone(),
            reason: error
                .message()
                .lines()
                .next()
                .unwrap_or("not TOML")
                .to_owned(),
        })?;
    Ok(Some((table, file)))
}

/// The table at the end of `path` below `table`.
pub(super) fn find<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Table> {
    path.iter()
        .try_fold(table, |table, key| table.get(*key)?.as_table())
}

/// Reads what `pyproject.toml` says. Source: PEP 517, 518, 621, 639 and 735.
pub(super) fn read(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(PythonProject, String)>, ManifestError> {
    let Some((table, file)) = table(tree, directory)? else {
        return Ok(None);
    };
    let mut project = PythonProject::default();
    if let Some(build) = find(&table, &["build-system"]) {
        project.build = build_system(build, &mut project.notes);
    }
    if let Some(facts) = find(&table, &["project"]) {
        read_project(facts, &mut project);
    }
    if let Some(facts) = find(&table, &["tool", "poetry"]) {
        poetry::read(facts, &mut project);
    }
    if let Some(facts) = find(&table, &["tool", "flit", "metadata"]) {
        read_flit(facts, &mut project);
    }
    if let Some(setuptools) = find(&table, &["tool", "setuptools"]) {
        let files = strings(setuptools.get("script-files"));
        let names = files.iter().filter_map(|path| path.rsplit('/').next());
        project.scripts.extend(names.map(str::to_owned));
    }
    if let Some(groups) = find(&table, &["dependency-groups"]) {
        for name in groups.keys() {
            project.groups.insert(normalise(name), group(groups, name));
        }
    }
    Ok(Some((project, file)))
}

fn build_system(table: &Table, notes: &mut Vec<String>) -> Build {
    let backend = table
        .get("build-backend")
        .and_then(Value::as_str)
        .unwrap_or("setuptools.build_meta:__legacy__");
    let requires = requirements(table.get("requires"), notes);
    let has_own_backend = table.contains_key("backend-path");
    Build {
        backend: backend.to_owned(),
        requires,
        is_declared: true,
        has_own_backend,
    }
}

fn text_of(table: &Table, key: &str) -> Option<String> {
    table
        .get(key)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// The strings of an array.
pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn requirements(value: Option<&Value>, notes: &mut Vec<String>) -> Vec<Requirement> {
    let mut found = Vec::new();
    for text in strings(value) {
        match Requirement::parse(&text) {
            Some(requirement) => found.push(requirement),
            None => notes.push(format!("the requirement `{text}` is not understood")),
        }
    }
    found
}

fn read_project(table: &Table, project: &mut PythonProject) {
    project.name = text_of(table, "name");
    project.version = text_of(table, "version");
    project.description = text_of(table, "description");
    project.requires_python = text_of(table, "requires-python");
    project.classifiers = strings(table.get("classifiers"));
    project.licence = match table.get("license") {
        Some(Value::String(expression)) => Some(expression.clone()),
        Some(Value::Table(licence)) => text_of(licence, "text"),
        _ => None,
    };
    for (label, url) in table
        .get("urls")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        project.urls.extend(
            url.as_str()
                .map(|url| (label.to_lowercase(), url.to_owned())),
        );
    }
    for scripts in ["scripts", "gui-scripts"] {
        let names = table
            .get(scripts)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone());
        project.scripts.extend(names);
    }
    project.requirements = requirements(table.get("dependencies"), &mut project.notes);
    project.states_requirements = !strings(table.get("dynamic"))
        .iter()
        .any(|field| field == "dependencies");
    for (extra, value) in table
        .get("optional-dependencies")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        let condition = Marker::extra(extra);
        let found = requirements(Some(value), &mut project.notes);
        project.requirements.extend(
            found
                .into_iter()
                .map(|requirement| requirement.under(condition.clone())),
        );
        project.extras.push(normalise(extra));
    }
}

fn read_flit(table: &Table, project: &mut PythonProject) {
    let name = text_of(table, "dist-name").or_else(|| text_of(table, "module"));
    project.name = project.name.take().or(name);
    project.modules.extend(text_of(table, "module"));
    project
        .urls
        .extend(text_of(table, "home-page").map(|url| ("homepage".to_owned(), url)));
    project
        .classifiers
        .extend(strings(table.get("classifiers")));
    project.requires_python = project
        .requires_python
        .take()
        .or_else(|| text_of(table, "requires-python"));
    project
        .requirements
        .extend(requirements(table.get("requires"), &mut project.notes));
    for (extra, value) in table
        .get("requires-extra")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        let found = requirements(Some(value), &mut project.notes);
        project.requirements.extend(
            found
                .into_iter()
                .map(|requirement| requirement.under(Marker::extra(extra))),
        );
        project.extras.push(normalise(extra));
    }
}

/// The requirements of a dependency group, the groups that it includes among them.
fn group(groups: &Table, name: &str) -> Vec<Requirement> {
    let (mut wanted, mut next, mut found) = (vec![normalise(name)], 0, Vec::new());
    while let Some(name) = wanted.get(next).cloned() {
        next += 1;
        let items = groups
            .iter()
            .find(|(key, _)| normalise(key) == name)
            .and_then(|(_, value)| value.as_array());
        for item in items.into_iter().flatten() {
            let included = item
                .as_table()
                .and_then(|table| text_of(table, "include-group"))
                .map(|name| normalise(&name));
            wanted.extend(included.filter(|name| !wanted.contains(name)));
            found.extend(item.as_str().and_then(Requirement::parse));
        }
    }
    found
}
