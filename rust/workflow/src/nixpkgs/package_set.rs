//! Where packages come from: the Nix file of a package set, or a flake.

use std::fmt;
use std::path::{Path, PathBuf};

use nixsmith_expr::quote;

use crate::context::Context;
use crate::error::Problem;

/// A set of packages, nested as nixpkgs is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageSet {
    /// A file or a folder with `default.nix`, absolute. A function is called with those of `system`, `config` and `overlays` that
    /// it takes.
    File(PathBuf),
    /// A flake reference: its `legacyPackages` and `packages`.
    Flake(String),
}

impl PackageSet {
    /// The set that a request means: a file or a flake, relative to the context's folder; else the nearest folder from there up that
    /// has a `default.nix`.
    ///
    /// # Errors
    /// When there is none, and when both a file and a flake are named.
    pub fn find(
        file: Option<&Path>,
        flake: Option<&str>,
        context: &Context,
    ) -> anyhow::Result<Self> {
        match (file, flake) {
            (Some(_), Some(_)) => {
                Err(Problem::usage("the packages come from a file or a flake, not both").into())
            }
            (Some(file), None) => {
                let path = context.path(file);
                let path = path.canonicalize().map_err(|error| {
                    Problem::user(format!("could not read `{}`", file.display())).source(error)
                })?;
                Ok(Self::File(path))
            }
            (None, Some(flake)) => Ok(Self::Flake(local(flake, context))),
            (None, None) => Self::around(context),
        }
    }

    fn around(context: &Context) -> anyhow::Result<Self> {
        let start = context.directory.canonicalize()?;
        let found = start
            .ancestors()
            .find(|folder| folder.join("default.nix").is_file() && folder.join("pkgs").is_dir())
            .or_else(|| start.join("default.nix").is_file().then_some(&*start));
        match found {
            Some(folder) => Ok(Self::File(folder.to_owned())),
            None => Err(Problem::user(format!(
                "`{}` is in no package set",
                context.directory.display()
            ))
            .hint("run it in a clone of nixpkgs, or name one with `--file` or `--flake`")
            .into()),
        }
    }

    /// The folder of the user's that the sources lie in, where they do.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) if path.is_dir() => Some(path.clone()),
            Self::File(path) => path.parent().map(Path::to_owned),
            Self::Flake(reference) => {
                let path = Path::new(reference.strip_prefix("path:").unwrap_or(reference));
                path.is_absolute().then(|| path.to_owned())
            }
        }
    }

    /// The set as a Nix expression, for a variable `system` in scope.
    ///
    /// # Errors
    /// For a name with NUL.
    pub fn expression(&self) -> anyhow::Result<String> {
        match self {
            Self::File(path) => {
                let text = path.to_str().ok_or_else(|| {
                    Problem::user(format!("the name `{}` is no UTF-8", path.display()))
                })?;
                Ok(format!(
                    "(let set = import (/. + {}); in if builtins.isFunction set then set (builtins.intersectAttrs \
                     (builtins.functionArgs set) {{ inherit system; config = {{ }}; overlays = [ ]; }}) else set)",
                    quote::string(text)?
                ))
            }
            Self::Flake(reference) => Ok(format!(
                "(let flake = builtins.getFlake {}; in (flake.legacyPackages.${{system}} or {{ }}) // \
                 (flake.packages.${{system}} or {{ }}))",
                quote::string(reference)?
            )),
        }
    }
}

impl fmt::Display for PackageSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "{}", path.display()),
            Self::Flake(reference) => formatter.write_str(reference),
        }
    }
}

/// A flake reference whose path, if it is one, is absolute: `.` and `path:./a` mean the context's folder.
fn local(reference: &str, context: &Context) -> String {
    let (scheme, rest) = match reference.strip_prefix("path:") {
        Some(rest) => ("path:", rest),
        None => ("", reference),
    };
    let is_path = rest.starts_with(['.', '/']) || !scheme.is_empty();
    if !is_path {
        return reference.to_owned();
    }
    let path = context.path(Path::new(rest));
    let path = path.canonicalize().unwrap_or(path);
    format!("{scheme}{}", path.display())
}
