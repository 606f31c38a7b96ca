//! Which tree holds the package, and how its expression is reached in it.

use std::path::{Path, PathBuf};

use nixsmith_expr::edit::AttributePath;
use nixsmith_expr::quote;

use super::Request;
use crate::context::Context;
use crate::error::Problem;

/// How the set of packages comes out of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entrance {
    /// A nixpkgs: `default.nix` at its root.
    Nixpkgs,
    /// A Nix file, relative to the root; a function gets what it can take of `system`, `config` and `overlays`.
    File(PathBuf),
    /// The outputs of `flake.nix` at the root.
    Flake,
}

/// A package in a tree.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The folder that holds every file of the tree.
    pub root: PathBuf,
    pub entrance: Entrance,
    /// The attribute as it is shown.
    pub attribute: String,
    /// The system that is evaluated for; the machine's own, if absent.
    pub system: Option<String>,
    names: Vec<String>,
}

impl Target {
    /// Finds the tree that the request means.
    ///
    /// # Errors
    /// For a text that is no attribute path, and where there is no tree.
    pub(super) fn find(request: &Request, context: &Context) -> anyhow::Result<Self> {
        let names = names(&request.attribute)?;
        let (root, entrance) = tree(request, context)?;
        Ok(Self {
            root,
            entrance,
            attribute: quote::attribute_path(&names)?,
            system: request.system.clone(),
            names,
        })
    }

    /// Nix text of the set that [`Target::path`] leads through, for the tree at `root`.
    pub(super) fn set(&self, root: &Path, system: Option<&str>) -> anyhow::Result<String> {
        let quoted = |path: &Path| quoted_path(path);
        let system = match system.or(self.system.as_deref()) {
            Some(system) => quote::string(system)?,
            None => "builtins.currentSystem".to_owned(),
        };
        Ok(match &self.entrance {
            Entrance::Flake => {
                let reference = quote::string(&format!("path:{}", text(root)?))?;
                let path = self.path()?;
                format!(
                    "(let flake = builtins.getFlake {reference}; system = {system}; first = builtins.head {path}; \
                     packages = flake.packages.${{system}} or {{ }}; others = flake.legacyPackages.${{system}} or {{ }}; \
                     in if packages ? ${{first}} then packages else if others ? ${{first}} then others \
                     else if flake ? ${{first}} then flake else packages)"
                )
            }
            Entrance::Nixpkgs | Entrance::File(_) => {
                let file = match &self.entrance {
                    Entrance::File(file) => root.join(file),
                    _ => root.join("default.nix"),
                };
                format!(
                    "(let system = {system}; given = {{ inherit system; overlays = [ ]; config = {{ allowAliases = false; \
                     allowBroken = true; allowUnfree = true; allowUnsupportedSystem = true; allowInsecurePredicate = _: true; }}; }}; \
                     file = import {}; \
                     in if builtins.isFunction file then file (builtins.intersectAttrs (builtins.functionArgs file) given) else file)",
                    quoted(&file)?
                )
            }
        })
    }

    /// The names that lead to the package.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Nix text of the list of names.
    pub(super) fn path(&self) -> anyhow::Result<String> {
        list(&self.names)
    }

    /// Nix text of the package in the tree at `root`.
    pub(super) fn package(&self, root: &Path) -> anyhow::Result<String> {
        let set = self.set(root, None)?;
        let path = self.path()?;
        Ok(format!(
            "(builtins.foldl' (set: name: set.${{name}}) {set} {path})"
        ))
    }
}

/// Nix text of a list of texts.
pub(super) fn list(texts: &[String]) -> anyhow::Result<String> {
    let mut out = String::from("[ ");
    for text in texts {
        out.push_str(&quote::string(text)?);
        out.push(' ');
    }
    out.push(']');
    Ok(out)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    let refused = || Problem::user(format!("the path `{}` is no UTF-8", path.display()));
    Ok(path.to_str().ok_or_else(refused)?)
}

fn quoted_path(path: &Path) -> anyhow::Result<String> {
    Ok(quote::string(text(path)?)?)
}

/// The names of an attribute path as Nix' command line takes it, where `0ad` needs no quotes.
fn names(attribute: &str) -> anyhow::Result<Vec<String>> {
    if let Ok(path) = attribute.parse::<AttributePath>() {
        return Ok(path.names().to_vec());
    }
    let is_plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('-')
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "_-+'".contains(sign))
    };
    let names: Vec<&str> = attribute.split('.').collect();
    if !names.iter().all(|name| is_plain(name)) {
        return Err(Problem::usage(format!(
            "`{}` is no attribute path",
            attribute.escape_debug()
        ))
        .hint("write it as in Nix: `hello`, `python3Packages.requests`, `\"a b\".c`")
        .into());
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn tree(request: &Request, context: &Context) -> anyhow::Result<(PathBuf, Entrance)> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Problem::user(format!("could not read `{}`", path.display())).source(error)
    };
    if let Some(file) = &request.file {
        let path = context.path(file);
        let path = match path.is_dir() {
            true => path.join("default.nix"),
            false => path,
        };
        let path = path
            .canonicalize()
            .map_err(|error| unreadable(&path, error))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let root = folder
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(folder);
        let file = path.strip_prefix(root).unwrap_or(&path).to_owned();
        return Ok((root.to_owned(), Entrance::File(file)));
    }
    let directory = context
        .directory
        .canonicalize()
        .map_err(|error| unreadable(&context.directory, error))?;
    let having = |name: &str| {
        let mut folders = directory.ancestors();
        folders.find(|folder| folder.join(name).is_file())
    };
    let found = if request.flake {
        having("flake.nix").map(|root| (root, Entrance::Flake))
    } else if let Some(root) = having("pkgs/top-level/default.nix") {
        Some((root, Entrance::Nixpkgs))
    } else if let Some(root) = having("default.nix") {
        Some((root, Entrance::File("default.nix".into())))
    } else {
        having("flake.nix").map(|root| (root, Entrance::Flake))
    };
    let Some((root, entrance)) = found else {
        let wanted = if request.flake {
            "flake.nix"
        } else {
            "default.nix"
        };
        return Err(Problem::user(format!(
            "there is no `{wanted}` in `{}` or above",
            directory.display()
        ))
        .hint("run it in a nixpkgs, or name a Nix file with `--file`")
        .into());
    };
    Ok((root.to_owned(), entrance))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn attributes_are_read_as_the_command_line_of_nix_has_them() {
        for (text, expected) in [
            ("hello", vec!["hello"]),
            ("0ad", vec!["0ad"]),
            (
                "python3Packages.requests",
                vec!["python3Packages", "requests"],
            ),
            ("nodePackages.\"@a/b.c\"", vec!["nodePackages", "@a/b.c"]),
            (
                "haskellPackages.3d-graphics-examples",
                vec!["haskellPackages", "3d-graphics-examples"],
            ),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text}");
        }
        for text in [
            "", ".", "a.", "-f", "a.-b", "${x}", "a b", "a\"", "\"${x}\"", "a;b", "a\nb",
        ] {
            assert!(names(text).is_err(), "{text}");
        }
    }
}
