//! Which licence a Python project states, from the exact to the vague: an expression, classifiers, a name, a text.

use nixsmith_store::tree::{Node, Tree};

use super::super::{cargo, join};
use super::{PythonProject, classifier};
use crate::licence::{
    Detected, LicenceError, Licences, by_notices, detect_texts, from_expression, identify,
    with_notices,
};

/// No licence text is longer.
const TEXT_BYTES_MAX: u64 = 1 << 20;

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
    let expression = |text: &str| expression(text, tree);
    let stated = stated(project);
    let named = classifier::spdx_of_name(stated);
    if let Some(found) = expression(stated).filter(|_| named.is_none() && !is_vague(stated)) {
        return Ok((found, format!("{} licence `{stated}`", file("licence"))));
    }
    if let Some(found) = named.and_then(expression) {
        return Ok((found, format!("{} licence `{stated}`", file("licence"))));
    }
    let mut found = Licences::default();
    for licences in project
        .classifiers
        .iter()
        .filter_map(|text| expression(classifier::spdx(text)?))
    {
        found.extend(licences);
    }
    let is_family = project
        .classifiers
        .iter()
        .any(|text| classifier::is_family(text));
    if !found.is_empty() && !is_family {
        let found = lesser(found, tree, directory)?;
        return Ok((found, format!("{} classifiers", file("classifiers"))));
    }
    let is_bsd = project
        .classifiers
        .iter()
        .any(|text| text.ends_with(":: BSD License"))
        || stated.starts_with("BSD");
    if let Some((identifier, file)) = bsd(tree, directory).filter(|_| is_bsd)
        && let Some(licences) = expression(identifier)
    {
        found.extend(licences);
        return Ok((found, file));
    }
    let (by_text, texts) = detect_texts(tree, directory)?;
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
        && let Some(licences) = manifest.license.as_deref().and_then(expression)
    {
        return Ok((licences, "Cargo.toml [package].license".to_owned()));
    }
    if found.is_empty()
        && let Some((found, why)) = last_resort(project, tree)?
    {
        return Ok((found, why));
    }
    Ok((found, format!("{} classifiers", file("classifiers"))))
}

/// No classifier names version 2.1 of the Lesser GPL: those for version 2 mean it where the licence's text is that of 2.1.
fn lesser(mut found: Licences, tree: &Tree, directory: &str) -> Result<Licences, LicenceError> {
    let is_second = |attribute: &str| matches!(attribute, "lgpl2Only" | "lgpl2Plus");
    if !found.attributes.iter().any(|name| is_second(name)) {
        return Ok(found);
    }
    let (by_text, _) = detect_texts(tree, directory)?;
    let exact = by_text
        .attributes
        .iter()
        .find(|name| name.starts_with("lgpl21"));
    if let Some(exact) = exact {
        for attribute in found.attributes.iter_mut().filter(|name| is_second(name)) {
            *attribute = match attribute.as_str() {
                "lgpl2Plus" => "lgpl21Plus".to_owned(),
                _ => exact.clone(),
            };
        }
    }
    Ok(found)
}

/// A licence whose whole text is the licence field, or the one that every notice in the source chooses.
fn last_resort(
    project: &PythonProject,
    tree: &Tree,
) -> Result<Option<(Licences, String)>, LicenceError> {
    let text = project.licence.as_deref().unwrap_or_default();
    if text.lines().count() > 4
        && let Some(identifier) = identify(text)?
    {
        let bare = identifier
            .trim_end_matches("-only")
            .trim_end_matches("-or-later");
        if let Some(found) = expression(bare, tree) {
            let file = project.evidence.get("licence").cloned().unwrap_or_default();
            return Ok(Some((found, format!("the licence text in {file}"))));
        }
    }
    let by_notices = by_notices(tree)
        .and_then(|(identifier, file)| Some((expression(&identifier, tree)?, file)));
    Ok(by_notices.map(|(found, file)| (found, format!("the notice in {file}"))))
}

/// The licence field when it is a name or an expression: its first line, where a whole text follows.
fn stated(project: &PythonProject) -> &str {
    let first = project
        .licence
        .as_deref()
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .trim();
    let name = first.rsplit("::").next().unwrap_or(first).trim();
    // What it is licensed with besides has no name; the licence itself has.
    let name = match name.split_once(" with ") {
        Some((name, exception)) if exception.contains(' ') && !is_vague(name) => name.trim(),
        _ => name,
    };
    if name.len() < 200 { name } else { "" }
}

/// Whether a name leaves open which licence of its family it means: `BSD`, `GNU LGPL`.
fn is_vague(name: &str) -> bool {
    let has_number = name.bytes().any(|byte| byte.is_ascii_digit());
    !has_number
        && ["BSD", "GPL"]
            .iter()
            .any(|family| name.to_uppercase().contains(family))
}

/// The licences of an expression that is one and that nixpkgs knows.
///
/// nixpkgs says `psfl` for what packages call `PSF-2.0`, under the identifier of the whole stack of Python's licences.
///
/// A GNU licence without "only" or "or later" is what the notices in the source say.
fn expression(text: &str, tree: &Tree) -> Option<Licences> {
    let text = text.replace("PSF-2.0", "Python-2.0");
    from_expression(&with_notices(&text, tree))
        .ok()
        .filter(|found| !found.is_empty() && found.unknown.is_empty())
}

/// Which BSD licence a licence file holds, by its clauses, and the file.
fn bsd(tree: &Tree, directory: &str) -> Option<(&'static str, String)> {
    let entries = if directory.is_empty() {
        Some(&tree.root)
    } else {
        tree.get(directory)
    };
    let Some(Node::Directory(entries)) = entries else {
        return None;
    };
    let names = entries
        .keys()
        .filter_map(|name| std::str::from_utf8(name).ok());
    let files = names.filter(|name| {
        ["licen", "copying"]
            .iter()
            .any(|start| name.to_lowercase().starts_with(start))
    });
    files.map(|name| join(directory, name)).find_map(|file| {
        let bytes = tree.read(&file, TEXT_BYTES_MAX).ok()??;
        let text = String::from_utf8_lossy(&bytes)
            .to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if !text.contains("redistribution and use in source and binary forms") {
            return None;
        }
        let clauses = [
            "to endorse or promote",
            "neither the name",
            "all advertising materials",
        ]
        .map(|part| text.contains(part));
        Some((
            if clauses[2] {
                "BSD-4-Clause"
            } else if clauses[0] || clauses[1] {
                "BSD-3-Clause"
            } else {
                "BSD-2-Clause"
            },
            file,
        ))
    })
}
