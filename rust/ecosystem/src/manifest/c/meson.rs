//! `meson.build`. Follows Meson's reference manual.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_store::tree::{Node, Tree};

use super::calls::{Call, Syntax, find};
use super::conditions::for_linux;
use super::{Lookup, Project, System};
use crate::manifest::{ManifestError, join, text};

const FUNCTIONS: [&str; 8] = [
    "project",
    "dependency",
    "find_library",
    "find_program",
    "executable",
    "generate",
    "test",
    "subdir",
];
/// Build files that `subdir` leads to, at most.
const FILE_LIMIT: usize = 300;

/// What the build files of `directory` and the folders it enters say.
pub(super) fn read(tree: &Tree, directory: &str) -> Result<Project, ManifestError> {
    let mut project = Project::new(System::Meson);
    let (disabled, switches) = options(tree, directory)?;
    let mut folders = vec![directory.to_owned()];
    let mut seen = BTreeSet::new();
    let mut descriptions = Vec::new();
    while let Some(folder) = folders.pop() {
        if seen.len() >= FILE_LIMIT || !seen.insert(folder.clone()) {
            continue;
        }
        let Some(build) = text(tree, &join(&folder, "meson.build"))? else {
            continue;
        };
        // `cc.find_library(…)` is a method; the finder skips those, so the dot is taken away.
        let build = for_linux(&build, &switches)
            .replace(".find_library", " find_library")
            .replace(".generate(", " generate(");
        for call in find(&build, &FUNCTIONS, Syntax::Meson) {
            match call.name.as_str() {
                "project" => read_project(&mut project, &call, tree, directory)?,
                "dependency" => {
                    if let Some(name) = first(&call) {
                        let optional = is_optional(&call, &disabled);
                        project.require(Lookup::PkgConfig, &name, optional);
                    }
                }
                "find_library" => {
                    if let Some(name) = first(&call) {
                        project.require(Lookup::Library, &name, is_optional(&call, &disabled));
                    }
                }
                "find_program" => {
                    if let Some(name) = first(&call) {
                        project.require(Lookup::Program, &name, is_optional(&call, &disabled));
                    }
                }
                "executable" => {
                    if keyword(&call, "install").as_deref() == Some("true")
                        && let Some(name) = first(&call)
                    {
                        project.program(&name);
                    }
                }
                "generate" => descriptions.extend(pkg_config_file(&call)),
                "test" => project.has_tests = true,
                "subdir" => enter(tree, &folder, &call, &mut folders),
                _ => {}
            }
        }
    }
    let own = project.name.clone().unwrap_or_default();
    let plain = |name: &str| name.trim_start_matches("lib").to_ascii_lowercase();
    let of_project = descriptions
        .iter()
        .position(|(name, _)| plain(name) == plain(&own));
    // A library without programs of its own; a program's manual page says it better.
    if let (Some(position), true) = (of_project, project.programs.is_empty()) {
        project.description = Some(descriptions.swap_remove(position).1);
    }
    Ok(project)
}

/// Name and description of `pkgconfig.generate(…)`.
fn pkg_config_file(call: &Call) -> Option<(String, String)> {
    let text = |name: &str| string(&keyword(call, name)?);
    let name = text("filebase").or_else(|| text("name"))?;
    Some((name, text("description")?))
}

fn enter(tree: &Tree, folder: &str, call: &Call, folders: &mut Vec<String>) {
    let Some(name) = first(call).filter(|name| !name.contains("..")) else {
        return;
    };
    let path = join(folder, name.trim_start_matches("./").trim_end_matches('/'));
    if matches!(tree.get(&path), Some(Node::Directory(_))) {
        folders.push(path);
    }
}

fn string(argument: &str) -> Option<String> {
    let inner = argument.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains('\'') && !inner.contains('@')).then(|| inner.to_owned())
}

fn first(call: &Call) -> Option<String> {
    string(call.arguments.first()?)
}

fn keyword(call: &Call, name: &str) -> Option<String> {
    call.arguments.iter().find_map(|argument| {
        let (key, value) = argument.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// `required: false`, or an option that is off unless asked for. nixpkgs enables options that stand at `auto`.
fn is_optional(call: &Call, disabled: &BTreeSet<String>) -> bool {
    let Some(required) = keyword(call, "required") else {
        return false;
    };
    if required == "false" {
        return true;
    }
    let option = required
        .split_once("get_option(")
        .and_then(|(_, rest)| rest.split_once(')'));
    option
        .and_then(|(name, _)| string(name))
        .is_some_and(|name| disabled.contains(&name))
}

/// The options that are off unless asked for, and the values of all that are on or off.
fn options(
    tree: &Tree,
    directory: &str,
) -> Result<(BTreeSet<String>, BTreeMap<String, bool>), ManifestError> {
    let mut disabled = BTreeSet::new();
    let mut switches = BTreeMap::new();
    for file in ["meson.options", "meson_options.txt"] {
        let Some(options) = text(tree, &join(directory, file))? else {
            continue;
        };
        for call in find(&options, &["option"], Syntax::Meson) {
            let Some(name) = first(&call) else { continue };
            let value = keyword(&call, "value");
            let is_switch = keyword(&call, "type").is_some_and(|kind| kind == "'boolean'");
            let value = value.as_deref();
            match value {
                None | Some("true") if is_switch => switches.insert(name.clone(), true),
                Some("false") if is_switch => switches.insert(name.clone(), false),
                _ => None,
            };
            if matches!(value, Some("'disabled'" | "false")) {
                disabled.insert(name);
            }
        }
    }
    Ok((disabled, switches))
}

fn read_project(
    project: &mut Project,
    call: &Call,
    tree: &Tree,
    directory: &str,
) -> Result<(), ManifestError> {
    project.name = first(call);
    project.license = keyword(call, "license").and_then(|value| {
        let list = value.trim_start_matches('[').trim_end_matches(']');
        let names: Vec<String> = list.split(',').filter_map(string).collect();
        (!names.is_empty()).then(|| names.join(" AND "))
    });
    let version = keyword(call, "version").unwrap_or_default();
    project.version = match version
        .strip_prefix("files(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(file) => match string(file) {
            Some(file) => text(tree, &join(directory, &file))?.map(|text| text.trim().to_owned()),
            None => None,
        },
        None => string(&version),
    };
    Ok(())
}
