//! The modules that a user of the project imports.

use nixsmith_store::tree::{Node, Tree};
use toml::{Table, Value};

use super::super::{ManifestError, join, text};
use super::extension::Language;
use super::requirement::normalise;
use super::{PythonProject, pyproject};

/// Top-level names that are no part of what a project offers.
const ASIDE: [&str; 22] = [
    "benchmark",
    "benchmarks",
    "bin",
    "build",
    "ci",
    "conftest",
    "demo",
    "demos",
    "dist",
    "doc",
    "docs",
    "example",
    "examples",
    "noxfile",
    "sample",
    "samples",
    "scripts",
    "setup",
    "test",
    "testing",
    "tests",
    "tools",
];

/// The modules of the project in `directory`, sorted, at most one for each top-level name; empty when none was found.
///
/// What the files of the source show goes before what `project.modules` was told, which may list modules that only a
/// build makes.
pub(super) fn find(
    tree: &Tree,
    directory: &str,
    project: &PythonProject,
) -> Result<Vec<String>, ManifestError> {
    let roots: Vec<String> = ["src", "", "lib", "python"]
        .iter()
        .map(|folder| folder_of(directory, folder))
        .collect();
    let stated = stated(tree, directory, project)?;
    if !stated.is_empty() {
        let resolve = |module: &String| {
            roots
                .iter()
                .find_map(|root| descend(tree, root, module, project))
        };
        let found: Vec<_> = stated.iter().filter_map(resolve).collect();
        // What no file shows is compiled, unless other modules are there.
        return Ok(tidy(if found.is_empty() { stated } else { found }));
    }
    let own = project
        .name
        .as_deref()
        .map(|name| normalise(name).replace('-', "_"))
        .unwrap_or_default();
    for root in &roots {
        let names = importable(tree, root);
        if let Some(name) = names.iter().find(|name| name.to_lowercase() == own) {
            return Ok(descend(tree, root, name, project).into_iter().collect());
        }
        let packages: Vec<_> = names
            .iter()
            .filter(|name| is_folder(tree, &join(root, name)))
            .collect();
        if root.ends_with("src") && !packages.is_empty() {
            return Ok(tidy(
                packages
                    .into_iter()
                    .filter_map(|name| descend(tree, root, name, project))
                    .collect(),
            ));
        }
    }
    let first = own.split('_').next().unwrap_or_default();
    for root in &roots {
        if holds_python(tree, &join(root, first)) && !first.is_empty() {
            return Ok(descend(tree, root, first, project).into_iter().collect());
        }
        let names = importable(tree, root);
        if let [only] = names.as_slice()
            && is_folder(tree, &join(root, only))
        {
            return Ok(descend(tree, root, only, project).into_iter().collect());
        }
    }
    if project.modules.is_empty() && project.native.languages.contains(&Language::Rust) {
        return Ok(crate_name(tree, project)?
            .or(Some(own))
            .filter(|name| is_name(name))
            .into_iter()
            .collect());
    }
    Ok(tidy(project.modules.clone()))
}

/// The modules of a wheel whose installed files lie below `roots`: those that `project.modules` was told, else the one named
/// as the project, else all.
pub(super) fn in_wheel(tree: &Tree, roots: &[String], project: &PythonProject) -> Vec<String> {
    let resolve = |module: &String| {
        roots
            .iter()
            .find_map(|root| descend(tree, root, module, project))
    };
    let stated: Vec<_> = public(&project.modules)
        .iter()
        .filter_map(resolve)
        .collect();
    if !stated.is_empty() {
        return tidy(stated);
    }
    let mut names: Vec<String> = roots
        .iter()
        .flat_map(|root| installed(tree, root))
        .collect();
    let own = project
        .name
        .as_deref()
        .map(|name| normalise(name).replace('-', "_"));
    if names.iter().any(|name| Some(name.to_lowercase()) == own) {
        names.retain(|name| Some(name.to_lowercase()) == own);
    }
    tidy(public(&names).iter().filter_map(resolve).collect())
}

/// The top-level names below `root` that can be imported: folders that hold a Python module at any depth, and modules.
fn installed(tree: &Tree, root: &str) -> Vec<String> {
    let below = if root.is_empty() {
        String::new()
    } else {
        format!("{root}/")
    };
    let paths = tree
        .walk()
        .filter(|(_, node)| matches!(node, Node::File { .. }))
        .filter_map(|(path, _)| String::from_utf8(path).ok());
    let mut names: Vec<String> = paths
        .filter_map(|path| {
            let module = path.strip_prefix(&below)?.strip_suffix(".py")?.to_owned();
            let name = module.split('/').next()?.to_owned();
            is_name(&name).then_some(name)
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The name of the library that the project's crate builds: the module, when nothing else names it.
fn crate_name(tree: &Tree, project: &PythonProject) -> Result<Option<String>, ManifestError> {
    let Some(directory) = &project.native.cargo_directory else {
        return Ok(None);
    };
    let Some(text) = text(tree, &join(directory, "Cargo.toml"))? else {
        return Ok(None);
    };
    let Ok(table) = text.parse::<Table>() else {
        return Ok(None);
    };
    let name = |key: &str| pyproject::find(&table, &[key])?.get("name")?.as_str();
    Ok(name("lib")
        .or_else(|| name("package"))
        .map(|name| name.replace('-', "_")))
}

/// Whether a folder, or one directly in it, holds a Python module.
fn holds_python(tree: &Tree, path: &str) -> bool {
    let has_module = |entries: &std::collections::BTreeMap<Vec<u8>, Node>| {
        entries.keys().any(|name| name.ends_with(b".py"))
    };
    match tree.get(path) {
        Some(Node::Directory(entries)) => {
            has_module(entries)
                || entries
                    .values()
                    .any(|node| matches!(node, Node::Directory(inner) if has_module(inner)))
        }
        _ => false,
    }
}

fn folder_of(directory: &str, folder: &str) -> String {
    if folder.is_empty() {
        directory.to_owned()
    } else {
        join(directory, folder)
    }
}

/// The modules that the backend's own table names, else those that metadata names.
fn stated(
    tree: &Tree,
    directory: &str,
    project: &PythonProject,
) -> Result<Vec<String>, ManifestError> {
    let Some((table, _)) = pyproject::table(tree, directory)? else {
        return Ok(public(&project.modules));
    };
    let at = |path: &[&str]| {
        let (last, before) = path.split_last()?;
        pyproject::find(&table, before)?.get(*last)
    };
    let module = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .map(|name| name.replace('/', "."))
    };
    let base = |path: String| {
        path.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let is_maturin = project.build.backend == "maturin";
    if let Some(name) = module(at(&["tool", "flit", "module", "name"]))
        .or_else(|| module(at(&["tool", "maturin", "module-name"])))
    {
        // The compiled module of a package lies inside it: the package is what one imports.
        return Ok(vec![
            name.rsplit_once('.')
                .filter(|_| is_maturin)
                .map_or(name.as_str(), |(package, _)| package)
                .to_owned(),
        ]);
    }
    for path in [
        ["tool", "hatch", "build", "targets", "wheel", "packages"].as_slice(),
        &["tool", "scikit-build", "wheel", "packages"],
    ] {
        let names: Vec<_> = pyproject::strings(at(path)).into_iter().map(base).collect();
        if !names.is_empty() {
            return Ok(public(&names));
        }
    }
    let poetry = at(&["tool", "poetry", "packages"])
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let names: Vec<_> = poetry
        .filter_map(|package| package.get("include")?.as_str())
        .map(|path| {
            base(
                path.trim_end_matches("/**/*.py")
                    .trim_end_matches("/**")
                    .trim_end_matches(".py")
                    .to_owned(),
            )
        })
        .collect();
    Ok(public(if names.is_empty() {
        &project.modules
    } else {
        &names
    }))
}

/// Without private modules and those aside, unless nothing else is there.
fn public(modules: &[String]) -> Vec<String> {
    let name = |module: &&String| {
        !module.starts_with('_') && !ASIDE.contains(&module.as_str()) && is_name(module)
    };
    let found: Vec<_> = modules.iter().filter(name).cloned().collect();
    if found.is_empty() {
        modules
            .iter()
            .filter(|module| is_name(module))
            .cloned()
            .collect()
    } else {
        found
    }
}

fn is_name(module: &str) -> bool {
    !module.is_empty()
        && module.split('.').all(|part| {
            part.starts_with(|first: char| first.is_alphabetic() || first == '_')
                && part.chars().all(|one| one.is_alphanumeric() || one == '_')
        })
}

fn tidy(mut modules: Vec<String>) -> Vec<String> {
    modules.sort();
    modules.dedup();
    modules
}

/// The packages (folders with `__init__.py`) and modules of a folder that may be the project's.
fn importable(tree: &Tree, root: &str) -> Vec<String> {
    let entries = if root.is_empty() {
        Some(&tree.root)
    } else {
        tree.get(root)
    };
    let Some(Node::Directory(entries)) = entries else {
        return Vec::new();
    };
    let names = entries.iter().filter_map(|(name, node)| {
        let name = std::str::from_utf8(name).ok()?;
        match node {
            Node::Directory(inner) => inner
                .contains_key(b"__init__.py".as_slice())
                .then(|| name.to_owned()),
            _ => name.strip_suffix(".py").map(str::to_owned),
        }
    });
    names
        .filter(|name| is_name(name) && !name.starts_with('_') && !ASIDE.contains(&name.as_str()))
        .collect()
}

fn is_folder(tree: &Tree, path: &str) -> bool {
    matches!(tree.get(path), Some(Node::Directory(_)))
}

/// The module below `root`, with the parts of a namespace that lead to the project's own package.
fn descend(tree: &Tree, root: &str, module: &str, project: &PythonProject) -> Option<String> {
    let path = join(root, &module.replace('.', "/"));
    if !is_folder(tree, &path) {
        let file = [".py", ".pyx", ".c", ".cpp"]
            .iter()
            .any(|ending| tree.get(&format!("{path}{ending}")).is_some());
        return file.then(|| module.to_owned());
    }
    let (mut path, mut module) = (path, module.to_owned());
    let own: Vec<String> = project
        .name
        .as_deref()
        .map(normalise)
        .unwrap_or_default()
        .split('-')
        .map(str::to_owned)
        .collect();
    for _ in 0..8 {
        if !is_namespace(tree, &path) {
            break;
        }
        let Some(Node::Directory(entries)) = tree.get(&path) else {
            break;
        };
        let folders: Vec<&str> = entries
            .iter()
            .filter(|(_, node)| matches!(node, Node::Directory(_)))
            .filter_map(|(name, _)| std::str::from_utf8(name).ok())
            .filter(|name| is_name(name) && !name.starts_with('_'))
            .collect();
        let next = folders.iter().find(|name| {
            own.contains(&name.to_lowercase()) || own.join("_").ends_with(&name.to_lowercase())
        });
        let Some(next) = next.or(if folders.len() == 1 {
            folders.first()
        } else {
            None
        }) else {
            break;
        };
        path = join(&path, next);
        module = format!("{module}.{next}");
    }
    Some(module)
}

/// Whether a folder is a namespace package: without `__init__.py`, or with one that says so.
fn is_namespace(tree: &Tree, path: &str) -> bool {
    match text(tree, &join(path, "__init__.py")) {
        Ok(Some(text)) => {
            text.len() < 1024
                && (text.contains("extend_path") || text.contains("declare_namespace"))
        }
        Ok(None) => true,
        Err(_) => false,
    }
}
