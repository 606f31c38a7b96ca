//! Development shells: `shell.nix` for `callPackage`, the modules of devenv, and the flake around either.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::format::{self, FormatError};
use crate::inputs::{Input, InputList};
use crate::template::{self, TemplateError};

/// A shell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellExpression {
    /// What its flake is called, a sentence without final period.
    pub description: String,
    /// Packages: attribute paths of the package set, each once, in their order.
    pub packages: Vec<String>,
    /// The languages as devenv names them; only for devenv.
    pub languages: Vec<String>,
}

/// Why a shell could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShellError {
    /// A value was refused.
    #[error("could not write the shell")]
    Template(#[from] TemplateError),
    /// The text came out in a form that could not be formatted.
    #[error("could not format the shell")]
    Format(#[from] FormatError),
}

/// What the templates take.
#[derive(Serialize)]
struct View<'a> {
    description: &'a str,
    arguments: BTreeSet<String>,
    packages: Option<InputList>,
    languages: &'a [String],
}

impl ShellExpression {
    /// Returns `shell.nix`, formatted.
    ///
    /// # Errors
    /// [`ShellError`] for a package that is no attribute path.
    pub fn shell(&self) -> Result<String, ShellError> {
        self.render("shell.nix.tera", "")
    }

    /// Returns the `flake.nix` that has `./shell.nix` as its shell, formatted.
    ///
    /// # Errors
    /// [`ShellError`] for a description that has no form in Nix.
    pub fn flake(&self) -> Result<String, ShellError> {
        self.render("flake-shell.nix.tera", "")
    }

    /// Returns `devenv.nix`, formatted.
    ///
    /// # Errors
    /// As [`ShellExpression::shell`].
    pub fn devenv(&self) -> Result<String, ShellError> {
        self.render("devenv.nix.tera", "pkgs.")
    }

    /// Returns the `flake.nix` that has `./devenv.nix` and `./pure.nix` as its shell, formatted.
    ///
    /// # Errors
    /// As [`ShellExpression::flake`].
    pub fn devenv_flake(&self) -> Result<String, ShellError> {
        self.render("flake-devenv.nix.tera", "pkgs.")
    }

    fn render(&self, template: &str, prefix: &str) -> Result<String, ShellError> {
        let inputs = self.packages.iter();
        let inputs: Vec<Input> = inputs
            .map(|package| Input::new(format!("{prefix}{package}")))
            .collect();
        let arguments = inputs.iter().map(|input| input.argument().to_owned());
        let view = View {
            description: &self.description,
            arguments: arguments.collect(),
            packages: (!inputs.is_empty() || prefix.is_empty())
                .then_some(InputList { set: None, inputs }),
            languages: &self.languages,
        };
        Ok(format::format(&template::render(template, &view)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell() -> ShellExpression {
        ShellExpression {
            description: "Shell with \"quotes\" and ${holes}".to_owned(),
            packages: vec!["python3".to_owned(), "phpPackages.composer".to_owned()],
            languages: vec!["python".to_owned()],
        }
    }

    #[test]
    fn a_shell() {
        let expected = "# The development shell. Tools run on the machine that builds, so that the shell of another platform is right as well.
{
  mkShell,
  phpPackages,
  python3,
}:

mkShell {
  nativeBuildInputs = [
    python3
    phpPackages.composer
  ];
}
";
        assert_eq!(shell().shell().unwrap(), expected);
        assert!(
            ShellExpression::default()
                .shell()
                .unwrap()
                .contains("nativeBuildInputs = [ ];")
        );
    }

    #[test]
    fn devenv() {
        let expected = "# The shell, in devenv's modules.
{ pkgs, ... }:

{
  languages.python.enable = true;

  packages = [
    pkgs.python3
    pkgs.phpPackages.composer
  ];
}
";
        assert_eq!(shell().devenv().unwrap(), expected);
    }

    #[test]
    fn flakes() {
        for text in [shell().flake().unwrap(), shell().devenv_flake().unwrap()] {
            let said = "description = \"Shell with \\\"quotes\\\" and \\${holes}\";";
            assert!(text.contains(said), "{text}");
            assert!(crate::parse::parse(&text).is_ok());
        }
    }

    #[test]
    fn what_is_no_package_is_refused() {
        for package in ["", "a b", "a;b", "1a", "${x}", "let"] {
            let shell = ShellExpression {
                packages: vec![package.to_owned()],
                ..ShellExpression::default()
            };
            assert!(shell.shell().is_err(), "{package:?}");
        }
    }
}
