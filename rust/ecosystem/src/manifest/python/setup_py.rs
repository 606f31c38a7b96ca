//! `setup.py`: the literal arguments of its `setup(…)` call. It is read, never run.

use nixsmith_store::tree::Tree;

use super::super::{ManifestError, join, text};
use super::PythonProject;
use super::literal::{Call, Source, Value, read as read_source};
use super::metadata::{parse_entry_points, parse_requires, section_marker};
use super::requirement::Requirement;

/// The calls worth reading: the project's and its extension modules'.
const FUNCTIONS: [&str; 6] = [
    "setup",
    "Extension",
    "CythonExtension",
    "Pybind11Extension",
    "CMakeExtension",
    "RustExtension",
];

/// What `directory`'s `setup.py` states.
pub(super) fn source(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(Source, String, String)>, ManifestError> {
    let file = join(directory, "setup.py");
    Ok(text(tree, &file)?.map(|text| (read_source(&text, &FUNCTIONS), text, file)))
}

/// Reads the first `setup(…)` call.
pub(super) fn read(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(PythonProject, String)>, ManifestError> {
    let Some((source, _, file)) = source(tree, directory)? else {
        return Ok(None);
    };
    let mut project = PythonProject::default();
    if let Some(call) = source.calls.iter().find(|call| call.name == "setup") {
        read_call(call, &mut project, &file);
    }
    Ok(Some((project, file)))
}

fn read_call(call: &Call, project: &mut PythonProject, file: &str) {
    let text = |name: &str| {
        call.keyword(name)
            .and_then(Value::text)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    project.name = text("name");
    project.version = text("version");
    project.description = text("description");
    project.licence = text("license");
    project.requires_python = text("python_requires");
    project.classifiers = call
        .keyword("classifiers")
        .map(|value| value.texts().0)
        .unwrap_or_default();
    project
        .urls
        .extend(text("url").map(|url| ("homepage".to_owned(), url)));
    if let Some(Value::Map(entries)) = call.keyword("project_urls") {
        let pairs = entries.iter().filter_map(|(label, url)| {
            Some((label.text()?.to_lowercase(), url.text()?.to_owned()))
        });
        project.urls.extend(pairs);
    }
    project.modules = ["packages", "py_modules"]
        .iter()
        .filter_map(|name| call.keyword(name))
        .flat_map(|value| value.texts().0)
        .collect();
    project.modules.retain(|module| !module.contains('.'));
    read_requirements(call, project, file);
    read_scripts(call, project);
    let tests: Vec<_> = call
        .keyword("tests_require")
        .map(|value| value.texts().0)
        .unwrap_or_default();
    let tests: Vec<_> = tests
        .iter()
        .filter_map(|text| Requirement::parse(text))
        .collect();
    if !tests.is_empty() {
        project.groups.insert("test".to_owned(), tests);
    }
}

fn read_requirements(call: &Call, project: &mut PythonProject, file: &str) {
    let mut incomplete = Vec::new();
    if let Some(value) = call
        .keyword("install_requires")
        .or_else(|| call.keyword("requires"))
    {
        let (texts, complete) = value.texts();
        project.requirements = parse_requires(&texts.join("\n")).0;
        incomplete.extend((!complete).then(|| "install_requires".to_owned()));
    }
    if let Some(Value::Map(entries)) = call.keyword("extras_require") {
        for (section, value) in entries {
            let Some(section) = section.text() else {
                continue;
            };
            let (condition, extra) = section_marker(section);
            let (texts, complete) = value.texts();
            incomplete.extend((!complete).then(|| format!("extras_require[{section}]")));
            let found = texts.iter().filter_map(|text| Requirement::parse(text));
            project
                .requirements
                .extend(found.map(|requirement| match &condition {
                    Some(condition) => requirement.under(condition.clone()),
                    None => requirement,
                }));
            project.extras.extend(extra);
        }
    }
    for name in incomplete {
        project.notes.push(format!(
            "`{file}` computes `{name}`; only what it states outright was read"
        ));
    }
}

fn read_scripts(call: &Call, project: &mut PythonProject) {
    match call.keyword("entry_points") {
        Some(Value::Map(entries)) => {
            for (group, value) in entries {
                let lines = value.texts().0.join("\n");
                project.scripts.extend(parse_entry_points(&format!(
                    "[{}]\n{lines}",
                    group.text().unwrap_or_default()
                )));
            }
        }
        Some(Value::Text(text)) => project.scripts.extend(parse_entry_points(text)),
        _ => {}
    }
    for path in call
        .keyword("scripts")
        .map(|value| value.texts().0)
        .unwrap_or_default()
    {
        project
            .scripts
            .extend(path.rsplit('/').next().map(str::to_owned));
    }
}
