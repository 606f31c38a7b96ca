//! `CMakeLists.txt`. Follows CMake's reference of commands.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_store::tree::{Node, Tree};

use super::calls::{Syntax, find};
use super::conditions::{Branches, Options};
use super::{Lookup, Project, System};
use crate::manifest::{ManifestError, join, text};

const COMMANDS: [&str; 18] = [
    "project",
    "set",
    "option",
    "cmake_dependent_option",
    "if",
    "elseif",
    "else",
    "endif",
    "find_package",
    "pkg_check_modules",
    "pkg_search_module",
    "find_program",
    "add_executable",
    "enable_testing",
    "add_subdirectory",
    "install",
    "include",
    "set_target_properties",
];
/// Lists that `add_subdirectory` leads to, at most.
const FILE_LIMIT: usize = 200;

/// What the lists of `directory` and the folders it adds say.
pub(super) fn read(tree: &Tree, directory: &str) -> Result<Project, ManifestError> {
    let mut reader = Reader {
        tree,
        directory,
        project: Project::new(System::Cmake),
        options: Options::default(),
        folders: vec![directory.to_owned()],
        executables: Vec::new(),
        installed: BTreeSet::new(),
        output_names: BTreeMap::new(),
        included: BTreeSet::new(),
        depth: 0,
    };
    let mut seen = BTreeSet::new();
    while let Some(folder) = reader.folders.pop() {
        if seen.len() >= FILE_LIMIT || !seen.insert(folder.clone()) {
            continue;
        }
        if let Some(list) = text(tree, &join(&folder, "CMakeLists.txt"))? {
            reader.list(&folder, &list);
        }
    }
    Ok(reader.finish())
}

/// What was read so far, and what is still to be read.
struct Reader<'a> {
    tree: &'a Tree,
    directory: &'a str,
    project: Project,
    options: Options,
    folders: Vec<String>,
    executables: Vec<String>,
    installed: BTreeSet<String>,
    /// What a target's file is called, where it is not called as the target.
    output_names: BTreeMap<String, String>,
    /// Files that `include` was followed to.
    included: BTreeSet<String>,
    /// How many `include` are open.
    depth: usize,
}

/// No person includes files more deeply.
const DEPTH_MAX: usize = 16;

/// Folders of a project's own CMake modules, below its root.
const MODULE_FOLDERS: [&str; 4] = ["cmake", "cmake/modules", "cmake/Modules", "CMake"];

impl Reader<'_> {
    fn list(&mut self, folder: &str, list: &str) {
        let is_root = folder == self.directory;
        let mut branches = Branches::default();
        for call in find(list, &COMMANDS, Syntax::Cmake) {
            let arguments: Vec<&str> = call.arguments.iter().map(String::as_str).collect();
            let command = call.name.to_ascii_lowercase();
            if branches.follow(&command, &arguments, &self.options) || !branches.is_taken() {
                continue;
            }
            match command.as_str() {
                "project" if is_root && self.project.name.is_none() => {
                    read_project(&mut self.project, &arguments);
                }
                "set" if is_root => read_set(&mut self.project, &arguments),
                "option" | "cmake_dependent_option" => self.options.declare(&arguments),
                "add_subdirectory" => {
                    add_folder(self.tree, folder, &arguments, &mut self.folders);
                }
                "add_executable" => {
                    let name = arguments.first().map(|name| (*name).to_owned());
                    self.executables.extend(name);
                }
                "install" => {
                    let words = arguments.iter().map(|word| (*word).to_owned());
                    self.installed.extend(words);
                }
                "enable_testing" => self.project.has_tests = true,
                "include" => self.include(folder, &arguments),
                "set_target_properties" => self.output_name(&arguments),
                name if !is_test_folder(folder) => {
                    read_lookup(&mut self.project, name, &arguments);
                }
                _ => {}
            }
        }
    }

    /// Reads what `include` names: a module of the project, or a file of it. `CTest` turns tests on.
    fn include(&mut self, folder: &str, arguments: &[&str]) {
        let Some(name) = arguments.first() else {
            return;
        };
        if *name == "CTest" {
            self.project.has_tests = true;
        }
        let candidates: Vec<String> = if name.ends_with(".cmake") {
            let plain = ["${CMAKE_CURRENT_SOURCE_DIR}/", "${CMAKE_CURRENT_LIST_DIR}/"]
                .iter()
                .find_map(|start| name.strip_prefix(start))
                .unwrap_or(name);
            let of_root = ["${PROJECT_SOURCE_DIR}/", "${CMAKE_SOURCE_DIR}/"];
            let rest = of_root.iter().find_map(|start| name.strip_prefix(start));
            vec![rest.map_or_else(|| join(folder, plain), |rest| join(self.directory, rest))]
        } else {
            let module = |place: &&str| join(self.directory, &format!("{place}/{name}.cmake"));
            MODULE_FOLDERS.iter().map(module).collect()
        };
        for path in candidates {
            let is_followed = !path.contains("..")
                && !path.contains('$')
                && self.depth < DEPTH_MAX
                && self.included.len() < FILE_LIMIT;
            if is_followed
                && !self.included.contains(&path)
                && let Ok(Some(list)) = text(self.tree, &path)
            {
                self.included.insert(path);
                self.depth += 1;
                self.list(folder, &list);
                self.depth -= 1;
                break;
            }
        }
    }

    /// `set_target_properties(TARGET… PROPERTIES OUTPUT_NAME NAME)`.
    fn output_name(&mut self, arguments: &[&str]) {
        let (targets, properties) = arguments
            .iter()
            .position(|word| *word == "PROPERTIES")
            .map_or((arguments, &[][..]), |at| arguments.split_at(at));
        let name = properties
            .iter()
            .position(|word| matches!(*word, "OUTPUT_NAME" | "RUNTIME_OUTPUT_NAME"))
            .and_then(|at| properties.get(at + 1));
        if let Some(name) = name {
            for target in targets {
                self.output_names
                    .insert((*target).to_owned(), (*name).to_owned());
            }
        }
    }

    fn finish(self) -> Project {
        let mut project = self.project;
        let own_name = project.name.clone().unwrap_or_default();
        for name in self.executables {
            let name = name.replace("${PROJECT_NAME}", &own_name);
            let is_installed =
                self.installed.contains(&name) || self.installed.contains("${PROJECT_NAME}");
            if is_installed {
                // A name that is computed is not known; it is no program's name.
                project.program(self.output_names.get(&name).unwrap_or(&name));
            }
        }
        project
    }
}

fn is_test_folder(folder: &str) -> bool {
    let last = folder.rsplit('/').next().unwrap_or(folder);
    matches!(
        last,
        "test"
            | "tests"
            | "examples"
            | "example"
            | "benchmark"
            | "benchmarks"
            | "fuzz"
            | "docs"
            | "doc"
    )
}

fn add_folder(tree: &Tree, folder: &str, arguments: &[&str], folders: &mut Vec<String>) {
    let Some(name) = arguments
        .first()
        .filter(|name| !name.contains("..") && !name.contains('$'))
    else {
        return;
    };
    let path = join(folder, name.trim_start_matches("./").trim_end_matches('/'));
    if matches!(tree.get(&path), Some(Node::Directory(_))) && !folders.contains(&path) {
        folders.push(path);
    }
}

fn literal(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains('$')).then(|| text.to_owned())
}

fn read_project(project: &mut Project, arguments: &[&str]) {
    project.name = arguments.first().and_then(|name| literal(name));
    for (index, word) in arguments.iter().enumerate() {
        let next = arguments.get(index + 1).and_then(|value| literal(value));
        match *word {
            "VERSION" => project.version = next,
            "DESCRIPTION" => project.description = next,
            "HOMEPAGE_URL" => project.homepage = next,
            _ => {}
        }
    }
}

/// `set(PROJECT_VERSION 1.2)` of lists without a version in `project`.
fn read_set(project: &mut Project, arguments: &[&str]) {
    if let [name, value] = arguments
        && project.version.is_none()
        && matches!(
            *name,
            "PROJECT_VERSION" | "VERSION" | "CPACK_PACKAGE_VERSION"
        )
    {
        project.version = literal(value);
    }
}

fn read_lookup(project: &mut Project, command: &str, arguments: &[&str]) {
    match command {
        "find_package" => {
            let Some(name) = arguments.first() else {
                return;
            };
            let optional = !arguments.contains(&"REQUIRED");
            project.require(Lookup::Cmake, name, optional);
            if let Some(position) = arguments.iter().position(|word| *word == "COMPONENTS") {
                let components = arguments.iter().skip(position + 1);
                for component in components
                    .take_while(|word| **word != "REQUIRED" && **word != "OPTIONAL_COMPONENTS")
                {
                    project.require(Lookup::Cmake, &format!("{name}::{component}"), optional);
                }
            }
        }
        "pkg_check_modules" | "pkg_search_module" => {
            let optional = !arguments.contains(&"REQUIRED");
            let modifiers = [
                "REQUIRED",
                "QUIET",
                "NO_CMAKE_PATH",
                "NO_CMAKE_ENVIRONMENT_PATH",
                "IMPORTED_TARGET",
                "GLOBAL",
                "STATIC_TARGET",
            ];
            for word in arguments
                .iter()
                .skip(1)
                .filter(|word| !modifiers.contains(word))
            {
                let name = word.split(['>', '<', '=']).next().unwrap_or(word);
                project.require(Lookup::PkgConfig, name, optional);
            }
        }
        "find_program" => {
            for name in arguments.iter().skip(1).take(1) {
                project.require(Lookup::Program, name, true);
            }
        }
        _ => {}
    }
}
