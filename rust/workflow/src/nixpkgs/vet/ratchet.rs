//! What a package may not lose from the base to the branch: its place in `pkgs/by-name`, `strictDeps`, `__structuredAttrs`. A new
//! package has to have them from the start.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use nixsmith_expr::nixpkgs::call_package::call_package_at;
use nixsmith_expr::parse::parse;
use nixsmith_expr::position::{Lines, Position};

use super::evaluate::{Attribute, Place};
use super::problem::Problem;
use super::structure::{BY_NAME, file_of};
use super::tree::{Resolved, Tree};

/// One thing that may only get better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<T> {
    /// As it should be.
    Tight,
    /// Not as it should be; with what a problem tells of it.
    Loose(T),
    /// It cannot be said.
    Open,
}

/// Where a package outside of `pkgs/by-name` is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The file that `callPackage` gets, in the tree.
    pub argument: Option<String>,
    /// The file with the definition, in the tree.
    pub file: String,
    /// Where in it the definition begins.
    pub position: Option<Position>,
}

/// The states of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Whether it is defined by `pkgs/by-name`.
    pub by_name: State<Called>,
    /// `strictDeps`; with the file to change.
    pub strict_deps: State<String>,
    /// `__structuredAttrs`; with the file to change.
    pub structured_attrs: State<String>,
}

impl Package {
    /// Nothing can be said of it.
    pub const OPEN: Self = Self {
        by_name: State::Open,
        strict_deps: State::Open,
        structured_attrs: State::Open,
    };
}

fn switch(on: bool, file: &str) -> State<String> {
    if on {
        State::Tight
    } else {
        State::Loose(file.to_owned())
    }
}

/// The attribute `name` of `pkgs/by-name`: its states, or what is wrong with it.
///
/// # Errors
/// The problem: it is not there, or no derivation.
pub fn by_name(name: &str, attribute: &Attribute) -> Result<Package, Problem> {
    let file = file_of(name);
    match attribute {
        Attribute::Set {
            derivation: true,
            strict_deps,
            structured_attrs,
            ..
        } => Ok(Package {
            by_name: State::Tight,
            strict_deps: switch(*strict_deps, &file),
            structured_attrs: switch(*structured_attrs, &file),
        }),
        Attribute::Missing | Attribute::Failing => {
            let message =
                format!("the attribute `{name}` is missing, although `{file}` should define it");
            Err(Problem::new("NPV-100", file, message).about(name))
        }
        Attribute::Value { .. } | Attribute::Set { .. } => {
            let message = format!("the attribute `{name}` is no derivation");
            Err(Problem::new("NPV-101", file, message).about(name))
        }
    }
}

/// Reads the definitions of attributes outside of `pkgs/by-name`; each file is read once.
#[derive(Debug)]
pub struct Definitions<'a> {
    tree: &'a Tree,
    root: &'a Path,
    texts: HashMap<String, Option<String>>,
}

impl<'a> Definitions<'a> {
    /// Definitions in `tree`, which lies at `root`.
    #[must_use]
    pub fn new(tree: &'a Tree, root: &'a Path) -> Self {
        Self {
            tree,
            root,
            texts: HashMap::new(),
        }
    }

    /// The states of every attribute in `attributes` that `pkgs/by-name` does not define.
    #[must_use]
    pub fn states(&mut self, attributes: &[(&str, &Attribute)]) -> BTreeMap<String, Package> {
        let mut by_file: BTreeMap<String, Vec<(&str, &Place, &Attribute)>> = BTreeMap::new();
        let mut states = BTreeMap::new();
        for (name, attribute) in attributes {
            let Attribute::Set {
                derivation: true,
                position: Some(place),
                ..
            } = attribute
            else {
                states.insert((*name).to_owned(), Package::OPEN);
                continue;
            };
            let relative = Path::new(&place.file).strip_prefix(self.root);
            match relative {
                Ok(file) => by_file
                    .entry(file.display().to_string())
                    .or_default()
                    .push((name, place, attribute)),
                Err(_) => {
                    states.insert((*name).to_owned(), Package::OPEN);
                }
            }
        }
        for (file, defined) in by_file {
            self.in_file(&file, &defined, &mut states);
        }
        states
    }

    fn in_file(
        &mut self,
        file: &str,
        defined: &[(&str, &Place, &Attribute)],
        states: &mut BTreeMap<String, Package>,
    ) {
        let tree = self.tree;
        let text = self
            .texts
            .entry(file.to_owned())
            .or_insert_with(|| tree.read_text(file).ok());
        let parsed = text
            .as_deref()
            .and_then(|text| Some((parse(text).ok()?, Lines::of(text))));
        for (name, place, attribute) in defined {
            let Some((root, lines)) = &parsed else {
                states.insert((*name).to_owned(), Package::OPEN);
                continue;
            };
            let call = call_package_at(root, lines, place.line, place.column);
            let offset = lines.byte_offset(place.line, place.column);
            let defined = Called {
                argument: call
                    .as_ref()
                    .and_then(|call| argument(tree, file, call.path.as_deref()?)),
                file: file.to_owned(),
                position: offset.map(|offset| lines.position(offset)),
            };
            let state = state(defined, call.is_some(), attribute);
            states.insert((*name).to_owned(), state);
        }
    }
}

fn state(defined: Called, is_call: bool, attribute: &Attribute) -> Package {
    let Attribute::Set {
        strict_deps,
        structured_attrs,
        called,
        ..
    } = attribute
    else {
        return Package::OPEN;
    };
    let is_variant = defined
        .argument
        .as_deref()
        .is_some_and(|path| path == BY_NAME || path.starts_with(&format!("{BY_NAME}/")));
    let mended = defined.argument.as_ref().unwrap_or(&defined.file).clone();
    Package {
        strict_deps: switch(*strict_deps, &mended),
        structured_attrs: switch(*structured_attrs, &mended),
        by_name: if *called && is_call && !is_variant {
            State::Loose(defined)
        } else {
            State::Open
        },
    }
}

/// The path in the tree that a path expression in `file` leads to.
#[must_use]
pub fn argument(tree: &Tree, file: &str, path: &str) -> Option<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    match tree.resolve(folder, path) {
        Resolved::Inside(real) => Some(real.join("/")),
        _ => None,
    }
}

/// What got worse from `base` to `head`.
#[must_use]
pub fn compare(base: &BTreeMap<String, Package>, head: &BTreeMap<String, Package>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, package) in head {
        let before = base.get(name);
        if let Some((is_new, called)) = loosened(before.map(|it| &it.by_name), &package.by_name) {
            problems.push(by_name_problem(name, is_new, called));
        }
        let switches = [
            (
                "strictDeps",
                ["NPV-164", "NPV-165"],
                before.map(|it| &it.strict_deps),
                &package.strict_deps,
            ),
            (
                "__structuredAttrs",
                ["NPV-166", "NPV-167"],
                before.map(|it| &it.structured_attrs),
                &package.structured_attrs,
            ),
        ];
        for (switch, [new_code, lost_code], before, now) in switches {
            if let Some((is_new, file)) = loosened(before, now) {
                let code = if is_new { new_code } else { lost_code };
                problems.push(switch_problem(code, name, switch, is_new, file));
            }
        }
    }
    problems
}

/// Whether the attribute is new, and what a problem tells of it; `None` if nothing got worse.
fn loosened<'a, T>(before: Option<&State<T>>, now: &'a State<T>) -> Option<(bool, &'a T)> {
    match (before, now) {
        (None, State::Loose(about)) => Some((true, about)),
        (Some(State::Tight), State::Loose(about)) => Some((false, about)),
        _ => None,
    }
}

/// The problem of an attribute that should be defined by `pkgs/by-name`.
#[must_use]
pub fn by_name_problem(name: &str, is_new: bool, called: &Called) -> Problem {
    let file = file_of(name);
    let (code, message) = if is_new {
        (
            "NPV-162",
            format!("the new package `{name}` is called by hand; it belongs at `{file}`"),
        )
    } else {
        (
            "NPV-160",
            format!(
                "the package `{name}` was defined by `{file}` and is now called by hand; it belongs there"
            ),
        )
    };
    Problem {
        position: called.position,
        ..Problem::new(code, &*called.file, message).about(name)
    }
}

fn switch_problem(
    code: &'static str,
    name: &str,
    switch: &str,
    is_new: bool,
    file: &str,
) -> Problem {
    let message = if is_new {
        format!("the new package `{name}` is not made with `{switch} = true`")
    } else {
        format!("the package `{name}` was made with `{switch} = true` and no longer is")
    };
    Problem::new(code, file, message).about(name)
}
