//! Everything that is asked of Nix before anything is built.

use std::collections::BTreeMap;

use nixsmith_expr::edit::AttributePath;
use serde::Deserialize;

use super::facts::{Asking, Derivation, Meta, Package};

/// One attribute on one system.
pub(super) struct Subject {
    pub(super) attribute: String,
    pub(super) system: String,
    /// Err: why it does not evaluate.
    pub(super) package: Result<Package, String>,
    pub(super) meta: Result<Meta, String>,
    /// `file:line`, where Nix knows it.
    pub(super) position: Option<String>,
    /// The tests by name. Err: why one does not evaluate.
    pub(super) tests: BTreeMap<String, Result<Derivation, String>>,
    /// Why the tests cannot even be listed.
    pub(super) tests_problem: Option<String>,
    /// The words of the update script's command line; `None` without one.
    pub(super) update_script: Result<Option<Vec<String>>, String>,
}

/// What most packages answer at once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    package: Package,
    meta: Meta,
    position: Option<String>,
    test_paths: Vec<Vec<String>>,
    update_script: Option<Vec<String>>,
}

/// Asks everything about an attribute on a system.
///
/// # Errors
/// Without nix, and when the run was interrupted; what does not evaluate is part of the answer.
pub(super) fn gather(asking: &Asking<'_>) -> anyhow::Result<Subject> {
    // One evaluation where nothing fails; where something does, one for each part.
    let together =
        asking.together::<Facts>(&["package", "meta", "position", "testPaths", "updateScript"])?;
    let (package, meta, position, paths, update_script) = match together {
        Ok(facts) => (
            Ok(facts.package),
            Ok(facts.meta),
            facts.position,
            Ok(facts.test_paths),
            Ok(facts.update_script),
        ),
        Err(_) => {
            let package = asking.part::<Package>("package")?;
            if let Err(reason) = package {
                return Ok(without_package(asking, reason));
            }
            (
                package,
                asking.part("meta")?,
                asking.part("position")?.unwrap_or_default(),
                asking.part::<Vec<Vec<String>>>("testPaths")?,
                asking.part("updateScript")?,
            )
        }
    };
    let (paths, tests_problem) = match paths {
        Ok(paths) => (paths, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    Ok(Subject {
        attribute: asking.path.to_string(),
        system: asking.system.to_owned(),
        package,
        position: meta_position(&meta).or(position),
        meta,
        tests: tests(asking, &paths)?,
        tests_problem,
        update_script,
    })
}

fn without_package(asking: &Asking<'_>, reason: String) -> Subject {
    Subject {
        attribute: asking.path.to_string(),
        system: asking.system.to_owned(),
        package: Err(reason),
        meta: Ok(Meta::default()),
        position: None,
        tests: BTreeMap::new(),
        tests_problem: None,
        update_script: Ok(None),
    }
}

fn meta_position(meta: &Result<Meta, String>) -> Option<String> {
    meta.as_ref().ok()?.position.clone()
}

/// The tests: all in one evaluation, or each in its own where that fails.
fn tests(
    asking: &Asking<'_>,
    paths: &[Vec<String>],
) -> anyhow::Result<BTreeMap<String, Result<Derivation, String>>> {
    if paths.is_empty() {
        return Ok(BTreeMap::new());
    }
    let together: Result<Vec<Derivation>, String> = asking.tests(paths)?;
    let all = match together {
        Ok(all) => all.into_iter().map(Ok).collect(),
        Err(reason) if paths.len() == 1 => vec![Err(reason)],
        Err(_) => paths
            .iter()
            .map(|path| {
                let one = asking.tests(std::slice::from_ref(path))?;
                Ok(one.and_then(|mut one| one.pop().ok_or_else(String::new)))
            })
            .collect::<anyhow::Result<Vec<_>>>()?,
    };
    let names = paths
        .iter()
        .map(|path| match AttributePath::new(path.clone()) {
            Ok(path) => path.to_string(),
            Err(_) => path.join("."),
        });
    Ok(names.zip(all).collect())
}
