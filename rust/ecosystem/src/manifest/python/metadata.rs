//! The core metadata of a distribution, in a source distribution as `PKG-INFO`, and the `requires.txt` that setuptools writes beside it.

use nixsmith_store::tree::{Node, Tree};

use super::super::{ManifestError, join, text};
use super::PythonProject;
use super::marker::Marker;
use super::requirement::{Requirement, normalise};
use super::version::PythonVersion;

/// Reads `PKG-INFO` in `directory`, or the one in its only `*.egg-info` folder.
///
/// Source: the core metadata specifications, versions 1.0 to 2.5.
pub(super) fn read(
    tree: &Tree,
    directory: &str,
) -> Result<Option<(PythonProject, String)>, ManifestError> {
    let egg_info = egg_info(tree, directory);
    let candidates = [
        Some(join(directory, "PKG-INFO")),
        egg_info.as_deref().map(|folder| join(folder, "PKG-INFO")),
    ];
    for file in candidates.into_iter().flatten() {
        if let Some(text) = text(tree, &file)? {
            let mut project = parse(&text);
            if let Some(folder) = &egg_info {
                complete(&mut project, tree, folder)?;
            }
            return Ok(Some((project, file)));
        }
    }
    Ok(None)
}

/// The `*.egg-info` folder of the source, in `src/` as well.
fn egg_info(tree: &Tree, directory: &str) -> Option<String> {
    [
        directory.to_owned(),
        join(directory, "src"),
        join(directory, "lib"),
    ]
    .into_iter()
    .find_map(|parent| {
        let Some(Node::Directory(entries)) = (if parent.is_empty() {
            Some(&tree.root)
        } else {
            tree.get(&parent)
        }) else {
            return None;
        };
        let mut names = entries
            .keys()
            .filter_map(|name| std::str::from_utf8(name).ok())
            .filter(|name| name.ends_with(".egg-info"));
        names.next().map(|name| join(&parent, name))
    })
}

/// Adds what the folder's other files say: old metadata lacks the requirements.
fn complete(project: &mut PythonProject, tree: &Tree, folder: &str) -> Result<(), ManifestError> {
    if project.requirements.is_empty()
        && let Some(text) = text(tree, &join(folder, "requires.txt"))?
    {
        (project.requirements, project.extras) = parse_requires(&text);
    }
    // setuptools leaves the file out when nothing is required.
    project.states_requirements = true;
    if let Some(text) = text(tree, &join(folder, "entry_points.txt"))? {
        project.scripts = parse_entry_points(&text);
    }
    if let Some(text) = text(tree, &join(folder, "top_level.txt"))? {
        project.modules = parse_top_level(&text);
    }
    Ok(())
}

/// The modules in `top_level.txt`, one a line.
pub(super) fn parse_top_level(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.trim().replace('/', "."))
        .filter(|line| !line.is_empty())
        .collect()
}

/// The fields of the header; the body is the long description.
pub(super) fn parse(text: &str) -> PythonProject {
    let mut project = PythonProject::default();
    let mut home_page = None;
    for (field, value) in fields(text) {
        if value.is_empty() || value == "UNKNOWN" {
            continue;
        }
        match field.as_str() {
            // Since 2.2 a field that is absent and not declared dynamic is empty.
            "metadata-version" => {
                project.states_requirements =
                    PythonVersion::parse(&value) >= PythonVersion::parse("2.2")
            }
            "name" => project.name = Some(value),
            "version" => project.version = Some(value),
            "summary" => project.description = Some(value),
            "license-expression" => project.licence = Some(value),
            "license" if project.licence.is_none() => project.licence = Some(value),
            "classifier" => project.classifiers.push(value),
            "home-page" => home_page = Some(value),
            "project-url" => {
                if let Some((label, url)) = value.split_once(',') {
                    project
                        .urls
                        .push((label.trim().to_lowercase(), url.trim().to_owned()));
                }
            }
            "requires-python" => project.requires_python = Some(value),
            "provides-extra" => project.extras.push(normalise(&value)),
            "requires-dist" => match Requirement::parse(&value) {
                Some(requirement) => project.requirements.push(requirement),
                None => project
                    .notes
                    .push(format!("the requirement `{value}` is not understood")),
            },
            _ => {}
        }
    }
    if let Some(url) = home_page {
        project.urls.insert(0, ("homepage".to_owned(), url));
    }
    project
}

/// Field names in lower case and values, continuation lines joined.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((field, value)) = line.split_once(':') {
            fields.push((field.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// Requirements by section: none, `[extra]`, `[:marker]` or `[extra:marker]`.
pub(super) fn parse_requires(text: &str) -> (Vec<Requirement>, Vec<String>) {
    let (mut requirements, mut extras) = (Vec::new(), Vec::new());
    let mut condition = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            let (marker, extra) = section_marker(section);
            condition = marker;
            extras.extend(extra);
        } else if let Some(requirement) = Requirement::parse(line) {
            requirements.push(match &condition {
                Some(condition) => requirement.under(condition.clone()),
                None => requirement,
            });
        }
    }
    (requirements, extras)
}

/// What `extra:marker` asks for, and the extra.
pub(super) fn section_marker(section: &str) -> (Option<Marker>, Option<String>) {
    let (extra, marker) = match section.split_once(':') {
        Some((extra, marker)) => (extra, Marker::parse(marker)),
        None => (section, None),
    };
    let extra = normalise(extra.trim());
    let condition = (!extra.is_empty()).then(|| Marker::extra(&extra));
    let both = match (condition, marker) {
        (Some(condition), Some(marker)) => Some(Marker::And(vec![condition, marker])),
        (condition, marker) => condition.or(marker),
    };
    (both, (!extra.is_empty()).then_some(extra))
}

/// The names in `[console_scripts]` and `[gui_scripts]`.
pub(super) fn parse_entry_points(text: &str) -> Vec<String> {
    let mut is_script = false;
    let mut scripts = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_script = matches!(line, "[console_scripts]" | "[gui_scripts]");
        } else if let Some((name, _)) = line
            .split_once('=')
            .filter(|_| is_script && !line.starts_with('#'))
        {
            scripts.push(name.trim().to_owned());
        }
    }
    scripts
}
