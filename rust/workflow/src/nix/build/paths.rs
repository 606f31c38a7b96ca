//! What Nix says of store paths and derivations: there or not, references, outputs, closures.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_fetch::process::ProcessError;
use serde_json::Value;

use super::{Settings, Wanted};
use crate::context::Context;
use crate::error::Problem;
use crate::nix;

pub(super) fn known_paths(wanted: &[Wanted]) -> impl Iterator<Item = &str> {
    wanted
        .iter()
        .flat_map(|one| one.outputs.values())
        .filter_map(Option::as_deref)
}

/// Which of these store paths the store has.
///
/// # Errors
/// When Nix cannot be asked.
pub fn valid<'a>(
    paths: impl Iterator<Item = &'a str>,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeSet<String>> {
    let paths = paths.fold(String::new(), |text, path| text + path + "\n");
    if paths.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = path_info(&paths, settings, context)?;
    let there = found.into_iter().filter(|(_, value)| !value.is_null());
    Ok(there.map(|(path, _)| path).collect())
}

/// What Nix knows of these paths, one a line: null for one that is not there.
fn path_info(
    paths: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, Value>> {
    // Without the format Nix 2.34 warns, with it Nix 2.24 does not know the flag.
    // Offline, Nix asks no cache about what is missing here; a store elsewhere it could not ask either.
    let is_here = settings
        .store
        .as_deref()
        .is_none_or(|store| !store.contains("://") || store.starts_with("file://"));
    let with = |format: &[&str]| {
        nix::program(context)
            .args(["path-info", "--stdin", "--json"])
            .args(is_here.then_some("--offline"))
            .args(format.iter().copied())
            .args(settings.store_arguments())
            .input(paths)
            .run()
    };
    let output = match with(&["--json-format", "1"]) {
        Err(ProcessError::Failed { stderr, .. }) if stderr.contains("json-format") => with(&[]),
        other => other,
    };
    let output = output.map_err(nix::missing)?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a store path that is there refers to.
///
/// # Errors
/// When Nix cannot be asked, or the path is not there.
pub fn references(
    path: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<Vec<String>> {
    let paths = format!("{path}\n");
    let found = path_info(&paths, settings, context)?;
    let row = found.get(path).filter(|row| !row.is_null());
    let row = row.ok_or_else(|| Problem::user(format!("`{path}` is not in the store")))?;
    let references = row.get("references").and_then(Value::as_array);
    let references = references.into_iter().flatten().filter_map(Value::as_str);
    Ok(references.map(str::to_owned).collect())
}

/// The outputs of derivations, as far as their paths are known beforehand.
pub(super) fn outputs_of(
    derivations: &BTreeSet<&str>,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    if derivations.is_empty() {
        return Ok(BTreeMap::new());
    }
    let input = derivations
        .iter()
        .fold(String::new(), |text, path| text + path + "\n");
    let output = nix::program(context)
        .args(["derivation", "show", "--stdin"])
        .args(settings.derivation_arguments())
        .input(input)
        .run()?;
    let shown: Value = serde_json::from_slice(&output.stdout)?;
    let rows = shown.get("derivations").unwrap_or(&shown);
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let store = derivations.iter().find_map(|path| folder(path));
    let store = store.unwrap_or_default();
    // Nix 2.33 and later name what lies in the store by its base name.
    let whole = |path: &str| match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{store}/{path}"),
    };
    let mut found = BTreeMap::new();
    for (path, row) in rows.as_object().into_iter().flatten() {
        let outputs = row.get("outputs").and_then(Value::as_object);
        let outputs = outputs.into_iter().flatten();
        let paths = outputs.filter_map(|(_, output)| output.get("path")?.as_str().map(&whole));
        found.insert(whole(path), paths.collect());
    }
    Ok(found)
}

/// Everything in the closure of a derivation: sources and derivations.
pub(super) fn requisites(
    derivation: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeSet<String>> {
    let output = nix::program(context)
        .args(["path-info", "--recursive", "--offline"])
        .args(settings.derivation_arguments())
        .arg(derivation)
        .run()?;
    Ok(output.text().lines().map(str::to_owned).collect())
}

/// The path of an output that depends on what was built.
pub(super) fn resolved(
    derivation: &str,
    output: &str,
    settings: &Settings,
    context: &Context,
) -> Option<String> {
    let ended = nix::program(context)
        .args(["path-info", "--offline"])
        .args(settings.store_arguments())
        .arg(format!("{derivation}^{output}"))
        .run_any_status()
        .ok()?;
    let text = ended.text();
    let path = text.lines().next().filter(|path| path.starts_with('/'))?;
    ended.status.success().then(|| path.to_owned())
}
