//! `[tool.poetry]`, poetry's own tables from before `[project]`.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::PythonProject;
use super::marker::Marker;
use super::pyproject::{find, strings};
use super::requirement::{Requirement, normalise};
use super::version::{PythonVersion, Specifier};

/// Adds what poetry's table says and `[project]` did not.
pub(super) fn read(table: &Table, project: &mut PythonProject) {
    let text = |key: &str| {
        table
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    project.name = project.name.take().or_else(|| text("name"));
    project.version = project
        .version
        .take()
        .or_else(|| text("version"))
        .filter(|version| version != "0.0.0");
    project.description = project.description.take().or_else(|| text("description"));
    project.licence = project.licence.take().or_else(|| text("license"));
    if project.classifiers.is_empty() {
        project.classifiers = strings(table.get("classifiers"));
    }
    for label in ["homepage", "repository", "documentation"] {
        project
            .urls
            .extend(text(label).map(|url| (label.to_owned(), url)));
    }
    for (label, url) in find(table, &["urls"]).into_iter().flatten() {
        project.urls.extend(
            url.as_str()
                .map(|url| (label.to_lowercase(), url.to_owned())),
        );
    }
    if project.scripts.is_empty() {
        project.scripts = find(table, &["scripts"])
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
    }
    if project.requirements.is_empty() {
        dependencies(table, project);
    }
    for (name, group) in find(table, &["group"]).into_iter().flatten() {
        let table = group
            .as_table()
            .and_then(|group| find(group, &["dependencies"]));
        project.groups.insert(normalise(name), all(table));
    }
    if let Some(table) = find(table, &["dev-dependencies"]) {
        project.groups.insert("dev".to_owned(), all(Some(table)));
    }
}

/// `[tool.poetry.dependencies]`, where an optional one belongs to the extras that list it.
fn dependencies(table: &Table, project: &mut PythonProject) {
    let extras = find(table, &["extras"]);
    let listed = members(extras);
    for (name, value) in find(table, &["dependencies"]).into_iter().flatten() {
        if name == "python" {
            continue;
        }
        let is_optional = value
            .as_table()
            .and_then(|value| value.get("optional"))
            .and_then(Value::as_bool)
            == Some(true);
        for requirement in requirements(name, value) {
            if !is_optional {
                project.requirements.push(requirement);
                continue;
            }
            let extras = listed.get(&requirement.name).into_iter().flatten();
            project
                .requirements
                .extend(extras.map(|extra| requirement.clone().under(Marker::extra(extra))));
        }
    }
    project.extras.extend(
        extras
            .into_iter()
            .flatten()
            .map(|(extra, _)| normalise(extra)),
    );
}

/// The extras that list a project, by its name in normal form.
fn members(extras: Option<&Table>) -> BTreeMap<String, Vec<&str>> {
    let mut listed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (extra, members) in extras.into_iter().flatten() {
        for member in strings(Some(members)) {
            let extras = listed.entry(normalise(&member)).or_default();
            if extras.last() != Some(&extra.as_str()) {
                extras.push(extra);
            }
        }
    }
    listed
}

fn all(table: Option<&Table>) -> Vec<Requirement> {
    table
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "python")
        .flat_map(|(name, value)| requirements(name, value))
        .collect()
}

/// The requirements that one entry states: a list of tables is one requirement for each.
fn requirements(name: &str, value: &Value) -> Vec<Requirement> {
    let empty = Table::new();
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_table)
            .map(|table| requirement(name, "*", table))
            .collect(),
        Value::Table(table) => vec![requirement(name, "*", table)],
        Value::String(version) => vec![requirement(name, version, &empty)],
        _ => Vec::new(),
    }
}

fn requirement(name: &str, version: &str, table: &Table) -> Requirement {
    let text = |key: &str| table.get(key).and_then(Value::as_str);
    let mut markers: Vec<Marker> = text("markers")
        .and_then(Marker::parse)
        .into_iter()
        .collect();
    markers.extend(text("python").and_then(python_marker));
    markers.extend(
        text("platform")
            .and_then(|platform| Marker::parse(&format!("sys_platform == '{platform}'"))),
    );
    Requirement {
        name: normalise(name),
        extras: strings(table.get("extras"))
            .iter()
            .map(|extra| normalise(extra))
            .collect(),
        specifiers: constraint(text("version").unwrap_or(version)),
        url: text("git").or_else(|| text("url")).map(str::to_owned),
        marker: if markers.len() > 1 {
            Some(Marker::And(markers))
        } else {
            markers.pop()
        },
        text: String::new(),
    }
}

fn python_marker(constraint_text: &str) -> Option<Marker> {
    let clauses = constraint(constraint_text);
    let parts: Vec<_> = clauses
        .iter()
        .filter_map(|clause| {
            Marker::parse(&format!(
                "python_full_version {} '{}'",
                clause.operator, clause.version
            ))
        })
        .collect();
    (!parts.is_empty()).then_some(Marker::And(parts))
}

/// Poetry's constraint as clauses; one with alternatives (`^1 || ^2`) constrains nothing here.
fn constraint(text: &str) -> Vec<Specifier> {
    if text.contains('|') {
        return Vec::new();
    }
    text.split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "*")
        .flat_map(clause)
        .collect()
}

fn clause(part: &str) -> Vec<Specifier> {
    let specifier = |operator: &str, version: String| Specifier {
        operator: operator.to_owned(),
        version,
    };
    if let Some(clauses) = Specifier::parse_list(part) {
        return clauses;
    }
    let (bound, kept): (&str, fn(&[u64]) -> usize) = match part.split_at_checked(1) {
        Some(("^", rest)) => (rest, |release| {
            release
                .iter()
                .position(|part| *part != 0)
                .unwrap_or(release.len().saturating_sub(1))
        }),
        Some(("~", rest)) => (rest, |release| usize::from(release.len() > 1)),
        _ if part.ends_with(".*") => return vec![specifier("==", part.to_owned())],
        _ => return vec![specifier("==", part.to_owned())],
    };
    let Some(version) = PythonVersion::parse(bound) else {
        return Vec::new();
    };
    let mut upper: Vec<u64> = version.release().to_vec();
    let kept = kept(&upper);
    upper.truncate(kept + 1);
    if let Some(last) = upper.last_mut() {
        *last = last.saturating_add(1);
    }
    let upper = upper
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(".");
    vec![specifier(">=", bound.to_owned()), specifier("<", upper)]
}

#[cfg(test)]
mod tests {
    use super::constraint;

    #[test]
    fn constraints_become_clauses() {
        let cases = [
            ("^1.2.3", ">=1.2.3 <2"),
            ("^0.2.3", ">=0.2.3 <0.3"),
            ("^0.0.3", ">=0.0.3 <0.0.4"),
            ("^0", ">=0 <1"),
            ("^0.0", ">=0.0 <0.1"),
            ("~1.2.3", ">=1.2.3 <1.3"),
            ("~1", ">=1 <2"),
            ("*", ""),
            ("1.2.*", "==1.2.*"),
            ("1.2", "==1.2"),
            (">=1,<2", ">=1 <2"),
            ("^1 || ^2", ""),
            ("^x", ""),
        ];
        for (text, expected) in cases {
            let clauses: Vec<_> = constraint(text)
                .iter()
                .map(|clause| format!("{}{}", clause.operator, clause.version))
                .collect();
            assert_eq!(clauses.join(" "), expected, "{text}");
        }
    }
}
