//! `go.mod` and Go files: the module, what it requires, its programs and C libraries.
//!
//! Follows the Go modules reference. Reads the head of every Go file that belongs to the module; build constraints are
//! not evaluated.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_store::tree::{Node, Tree};

use super::{ManifestError, join, text};

/// Go files that are read at most; a larger module is judged by its first ones.
const FILE_LIMIT: usize = 20_000;

/// A Go module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Module {
    /// The module path, for example `example.org/tool/v2`.
    pub path: String,
    /// The `go` directive.
    pub go: Option<String>,
    /// Module paths of all `require` lines and their versions.
    pub requires: Vec<(String, String)>,
    /// Whether `vendor/modules.txt` is in the source.
    pub vendored: bool,
    /// Folders with a `main` package, `""` for the module's own folder.
    pub programs: Vec<String>,
    /// Of folders in [`Module::programs`]: the string variable of the package that holds the program's version.
    pub version_variables: BTreeMap<String, String>,
    /// Modules that `#cgo pkg-config:` lines name.
    pub pkg_config: BTreeSet<String>,
    /// Whether any file says `import "C"`.
    pub uses_c: bool,
}

impl Module {
    /// The program name that `go install` gives to a folder of [`Module::programs`].
    #[must_use]
    pub fn program_name(&self, folder: &str) -> String {
        let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        if !folder.is_empty() {
            return last(folder);
        }
        let path = match self.path.rsplit_once('/') {
            Some((base, major)) if is_major(major) => base,
            _ => &self.path,
        };
        last(path)
    }
}

fn is_major(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The module in `directory` of `tree`; `None` when there is no `go.mod`.
///
/// # Errors
/// When `go.mod` has no `module` line or cannot be read.
pub fn read(tree: &Tree, directory: &str) -> Result<Option<Module>, ManifestError> {
    let file = join(directory, "go.mod");
    let Some(text) = text(tree, &file)? else {
        return Ok(None);
    };
    let mut module = parse(&text, &file)?;
    module.vendored = tree.get(&join(directory, "vendor/modules.txt")).is_some();
    read_files(&mut module, tree, directory);
    Ok(Some(module))
}

/// The `go.mod` in `text`; `file` names it in errors.
///
/// # Errors
/// When there is no `module` line.
pub fn parse(text: &str, file: &str) -> Result<Module, ManifestError> {
    let mut module = Module::default();
    let mut block = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let mut words = line
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '`']));
        let Some(first) = words.next() else { continue };
        let second = words.next();
        match (first, second) {
            (")", _) => block.clear(),
            (word, Some("(")) => block = word.to_owned(),
            ("module", Some(path)) => module.path = path.to_owned(),
            ("go", Some(version)) => module.go = Some(version.to_owned()),
            ("require", Some(path)) => {
                module
                    .requires
                    .push((path.to_owned(), words.next().unwrap_or_default().to_owned()));
            }
            (path, Some(version)) if block == "require" => {
                module.requires.push((path.to_owned(), version.to_owned()));
            }
            _ => {}
        }
    }
    if module.path.is_empty() {
        return Err(ManifestError::Missing {
            file: file.to_owned(),
            field: "module".to_owned(),
        });
    }
    Ok(module)
}

fn read_files(module: &mut Module, tree: &Tree, directory: &str) {
    let Some(Node::Directory(root)) = tree.get(directory) else {
        return;
    };
    let mut mains: BTreeMap<String, bool> = BTreeMap::new();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut folders = vec![(String::new(), root)];
    let mut files = 0;
    while let Some((folder, entries)) = folders.pop() {
        for (name, node) in entries {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            match node {
                Node::Directory(inner) => {
                    let skipped = name.starts_with(['.', '_'])
                        || matches!(name, "vendor" | "testdata" | "node_modules");
                    if !skipped && !inner.contains_key(b"go.mod".as_slice()) {
                        folders.push((join(&folder, name), inner));
                    }
                }
                Node::File { .. }
                    if name.ends_with(".go")
                        && !name.ends_with("_test.go")
                        && files < FILE_LIMIT =>
                {
                    files += 1;
                    let path = join(directory, &join(&folder, name));
                    if let Ok(Some(source)) = text(tree, &path) {
                        read_source(module, &source, mains.entry(folder.clone()).or_default());
                        if let Some(variable) = version_variable(&source) {
                            variables.entry(folder.clone()).or_insert(variable);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    module.programs = mains
        .into_iter()
        .filter(|(_, is_main)| *is_main)
        .map(|(folder, _)| folder)
        .collect();
    variables.retain(|folder, _| module.programs.contains(folder));
    module.version_variables = variables;
}

/// Names of the variable that holds a program's own version; others hold the version of something else.
const VERSION_NAMES: [&str; 7] = [
    "version",
    "Version",
    "gVersion",
    "appVersion",
    "AppVersion",
    "buildVersion",
    "BuildVersion",
];

/// One of [`VERSION_NAMES`] at the top level, a string that the linker's `-X` can set: without a value or with a literal one.
fn version_variable(source: &str) -> Option<String> {
    let mut in_block = false;
    for line in source.lines() {
        if line.starts_with("var (") {
            in_block = true;
        } else if line.starts_with(')') {
            in_block = false;
        }
        let declared = match line.strip_prefix("var ") {
            Some(rest) => rest,
            None if in_block && line.starts_with('\t') => line.trim_start(),
            None => continue,
        };
        let (name, rest) = declared.split_once([' ', '\t']).unwrap_or((declared, ""));
        let value = rest.trim_start().trim_start_matches("string").trim_start();
        let is_typed = value.len() < rest.trim_start().len();
        let is_settable = match value.strip_prefix('=') {
            Some(value) => value.trim_start().starts_with(['"', '`']) && !value.contains('+'),
            None => is_typed && (value.is_empty() || value.starts_with("//")),
        };
        if VERSION_NAMES.contains(&name) && is_settable {
            return Some(name.to_owned());
        }
    }
    None
}

/// One Go file: its package, whether it imports C, its `#cgo pkg-config:` lines.
fn read_source(module: &mut Module, source: &str, is_main: &mut bool) {
    let ignored = source
        .lines()
        .take_while(|line| !line.starts_with("package "))
        .any(|line| {
            let line = line.trim();
            line == "//go:build ignore" || line == "// +build ignore"
        });
    if ignored {
        return;
    }
    *is_main |= source
        .lines()
        .any(|line| line.trim_end() == "package main" || line.starts_with("package main "));
    if !source.contains("import \"C\"") {
        return;
    }
    module.uses_c = true;
    for line in source.lines() {
        let line = line.trim().trim_start_matches("//").trim();
        let Some((constraint, modules)) = line
            .strip_prefix("#cgo")
            .and_then(|rest| rest.split_once("pkg-config:"))
        else {
            continue;
        };
        let applies = constraint.trim().is_empty()
            || constraint.split_whitespace().any(|word| {
                word.split(',')
                    .any(|part| part == "linux" || part == "!windows")
            });
        if applies {
            let modules = modules
                .split_whitespace()
                .filter(|word| !word.starts_with('-'));
            module.pkg_config.extend(modules.map(ToOwned::to_owned));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::tree;

    #[test]
    fn a_module_with_programs_and_c() {
        let tree = tree(&[
            (
                "go.mod",
                "module example.org/x/tool/v2 // main\n\ngo 1.22\nrequire example.org/one v1.0.0\nrequire (\n\
                 \texample.org/two v0.2.0 // indirect\n)\nreplace example.org/one => ../one\n",
            ),
            ("main.go", "// a\npackage main\n\nfunc main() {}\n"),
            ("cmd/other/x.go", "package main\n"),
            ("cmd/gen/gen.go", "//go:build ignore\n\npackage main\n"),
            (
                "lib/c.go",
                "package lib\n/*\n#cgo pkg-config: --static libfoo\n#cgo windows pkg-config: bar\n*/\nimport \"C\"\n",
            ),
            ("lib/lib_test.go", "package main\n"),
            ("inner/go.mod", "module inner\n"),
            ("inner/main.go", "package main\n"),
            ("vendor/modules.txt", ""),
        ]);
        let module = read(&tree, "").unwrap().unwrap();
        assert_eq!(
            module,
            Module {
                path: "example.org/x/tool/v2".to_owned(),
                go: Some("1.22".to_owned()),
                requires: vec![
                    ("example.org/one".to_owned(), "v1.0.0".to_owned()),
                    ("example.org/two".to_owned(), "v0.2.0".to_owned()),
                ],
                vendored: true,
                programs: vec![String::new(), "cmd/other".to_owned()],
                version_variables: BTreeMap::new(),
                pkg_config: BTreeSet::from(["libfoo".to_owned()]),
                uses_c: true,
            }
        );
        assert_eq!(module.program_name(""), "tool");
        assert_eq!(module.program_name("cmd/other"), "other");
    }

    #[test]
    fn versions_that_the_linker_can_set() {
        for (text, expected) in [
            ("package main\nvar version = \"dev\"\n", Some("version")),
            (
                "package main\nvar (\n\tcommit = f()\n\tVersion string // x\n)\n",
                Some("Version"),
            ),
            (
                "package main\nvar (\n\tversion  = `x`\n)\n",
                Some("version"),
            ),
            ("package main\nvar gVersion string\n", Some("gVersion")),
            ("package main\nvar apiVersion = \"3\"\n", None),
            ("package main\nvar version = read()\n", None),
            ("package main\nvar version = \"a\" + b\n", None),
            ("package main\nvar version int\n", None),
            ("package main\nconst version = \"1\"\n", None),
            ("package main\nfunc f() {\n\tversion = \"1\"\n}\n", None),
        ] {
            assert_eq!(version_variable(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn junk_is_named() {
        assert_eq!(
            parse("go 1.2\n", "go.mod").unwrap_err().to_string(),
            "`go.mod` lacks `module`"
        );
    }
}
