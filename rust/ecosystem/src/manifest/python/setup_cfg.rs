//! `setup.cfg`: setuptools' declarative form, and pbr's older one.

use std::collections::BTreeMap;

use nixsmith_store::tree::Tree;

use super::super::{ManifestError, join, text};
use super::PythonProject;
use super::metadata::{parse_entry_points, section_marker};
use super::requirement::Requirement;

/// Section → key → value; names of keys in lower case with `_` for `-`, lines of a value joined by line breaks.
pub(super) type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// The sections of `directory`'s `setup.cfg`.
pub(super) fn sections(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(Sections, String)>, ManifestError> {
    let file = join(directory, "setup.cfg");
    Ok(text(tree, &file)?.map(|text| (parse(&text), file)))
}

/// Reads an INI text as Python's `configparser` does, without interpolation; broken lines are skipped.
pub(super) fn parse(text: &str) -> Sections {
    let mut sections = Sections::new();
    let mut section = String::new();
    let mut key = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) || trimmed.is_empty() {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .filter(|_| !line.starts_with([' ', '\t']))
        {
            section = name.to_owned();
            key.clear();
            continue;
        }
        let values = sections.entry(section.clone()).or_default();
        if line.starts_with([' ', '\t']) && !key.is_empty() {
            let value = values.entry(key.clone()).or_default();
            value.push('\n');
            value.push_str(trimmed);
        } else if let Some((name, value)) = trimmed.split_once(['=', ':']) {
            key = name.trim().to_lowercase().replace('-', "_");
            values.insert(key.clone(), value.trim().to_owned());
        }
    }
    sections
}

/// Reads what `setup.cfg` says about the project.
pub(super) fn read(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(PythonProject, String)>, ManifestError> {
    let Some((sections, file)) = sections(tree, directory)? else {
        return Ok(None);
    };
    let mut project = PythonProject::default();
    let none = BTreeMap::new();
    let metadata = sections.get("metadata").unwrap_or(&none);
    let computed = |value: &&String| {
        !value.starts_with("attr:") && !value.starts_with("file:") && !value.is_empty()
    };
    let field = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| metadata.get(*name))
            .filter(computed)
            .cloned()
    };
    project.name = field(&["name"]);
    project.version = field(&["version"]);
    project.description = field(&["description", "summary"]);
    project.licence = field(&["license"]);
    project.classifiers = lines(
        metadata
            .get("classifiers")
            .or_else(|| metadata.get("classifier")),
    );
    project
        .urls
        .extend(field(&["url", "home_page"]).map(|url| ("homepage".to_owned(), url)));
    for line in lines(metadata.get("project_urls")) {
        if let Some((label, url)) = line.split_once('=') {
            project
                .urls
                .push((label.trim().to_lowercase(), url.trim().to_owned()));
        }
    }
    let options = sections.get("options").unwrap_or(&none);
    project.requires_python = options.get("python_requires").cloned();
    project.requirements = requirements(options.get("install_requires"));
    let tests = requirements(options.get("tests_require"));
    if !tests.is_empty() {
        project.groups.insert("test".to_owned(), tests);
    }
    for (extra, value) in sections.get("options.extras_require").unwrap_or(&none) {
        let (condition, extra) = section_marker(extra);
        let found = requirements(Some(value));
        project
            .requirements
            .extend(found.into_iter().map(|requirement| match &condition {
                Some(condition) => requirement.under(condition.clone()),
                None => requirement,
            }));
        project.extras.extend(extra);
    }
    for section in ["options.entry_points", "entry_points"] {
        for (group, value) in sections.get(section).unwrap_or(&none) {
            project
                .scripts
                .extend(parse_entry_points(&format!("[{group}]\n{value}")));
        }
    }
    // Files that are installed as they are; `[files]` is pbr's.
    for section in ["options", "files"] {
        let value = sections
            .get(section)
            .and_then(|options| options.get("scripts"));
        let paths = lines(value);
        let names = paths
            .iter()
            .flat_map(|line| line.split(','))
            .filter_map(|path| path.trim().rsplit('/').next())
            .filter(|name| !name.is_empty());
        project.scripts.extend(names.map(str::to_owned));
    }
    Ok(Some((project, file)))
}

/// The non-empty lines of a value.
pub(super) fn lines(value: Option<&String>) -> Vec<String> {
    value
        .into_iter()
        .flat_map(|value| value.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Requirements, one a line or split by `;` where no marker can be meant.
fn requirements(value: Option<&String>) -> Vec<Requirement> {
    let mut found = Vec::new();
    for line in lines(value) {
        let line = line.split(" #").next().unwrap_or_default();
        match Requirement::parse(line) {
            Some(requirement) => found.push(requirement),
            None => found.extend(line.split(';').filter_map(Requirement::parse)),
        }
    }
    found
}
