//! Which licence a Python project states, from the exact to the vague: an expression, classifiers, a name, a text.

use nixsmith_store::tree::Tree;

use super::super::cargo;
use super::{PythonProject, classifier};
use crate::licence::{Detected, LicenceError, Licences, detect_texts, from_expression};

/// The licences of the project in `directory` of `tree`, and what they rest on; empty when nothing says.
///
/// A family (`BSD License`, `GPL`) is told apart by the licence's text; without one it stays unknown.
///
/// # Errors
/// When the table of licence texts cannot be read.
pub fn choose(
    project: &PythonProject,
    tree: &Tree,
    directory: &str,
) -> Result<(Licences, String), LicenceError> {
    let file = |field: &str| project.evidence.get(field).cloned().unwrap_or_default();
    let stated = project
        .licence
        .as_deref()
        .filter(|text| text.len() < 200)
        .unwrap_or_default();
    let named = classifier::spdx_of_name(stated);
    let by_expression = from_expression(stated)
        .ok()
        .filter(|found| !found.is_empty() && found.unknown.is_empty());
    if let (None, Some(found)) = (named, &by_expression) {
        return Ok((
            found.clone(),
            format!("{} licence `{stated}`", file("licence")),
        ));
    }
    let mut found = Licences::default();
    for name in project
        .classifiers
        .iter()
        .filter_map(|text| classifier::spdx(text))
    {
        if let Ok(licences) = from_expression(name) {
            found.extend(licences);
        }
    }
    if !found.is_empty()
        && !project
            .classifiers
            .iter()
            .any(|text| classifier::is_family(text))
    {
        return Ok((found, format!("{} classifiers", file("classifiers"))));
    }
    let (by_text, texts) = detect_texts(tree, directory)?;
    if let Some(licences) = named.and_then(|name| from_expression(name).ok()) {
        return Ok((licences, format!("{} licence `{stated}`", file("licence"))));
    }
    if !by_text.is_empty() {
        return Ok((
            by_text,
            texts
                .iter()
                .map(|Detected { file, .. }| file.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ));
    }
    if let Some(directory) = project
        .native
        .cargo_directory
        .as_deref()
        .filter(|_| found.is_empty())
        && let Ok(Some(manifest)) = cargo::read(tree, directory)
        && let Some(licences) = manifest
            .license
            .as_deref()
            .and_then(|text| from_expression(text).ok())
    {
        return Ok((licences, "Cargo.toml [package].license".to_owned()));
    }
    Ok((found, format!("{} classifiers", file("classifiers"))))
}
