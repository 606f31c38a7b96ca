//! The outputs of a flake, looked at one by one: what one of them throws hides none of the others.

use std::collections::BTreeMap;
use std::path::Path;

use nixsmith_expr::quote;
use nixsmith_fetch::process::ProcessError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{find, find_from, reference};
use crate::context::Context;
use crate::error::Problem;
use crate::nix;
use crate::nixpkgs::test::said;
use crate::repository::Repository;

const OUTPUTS: &str = include_str!("outputs.nix");

/// How many outputs one evaluation looks at.
const CHUNK: usize = 100;

/// What an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A derivation: a package, a check, a shell, a formatter.
    Derivation,
    /// An app: `type`, and a program.
    App,
    /// A module.
    Module,
    /// An overlay.
    Overlay,
    /// A template.
    Template,
    /// A configuration of NixOS.
    Nixos,
    /// A configuration of nix-darwin.
    Darwin,
    /// A configuration of home-manager.
    Home,
    /// Something that Nix has no rule for.
    Other,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Entry {
    pub(super) path: Vec<String>,
    pub(super) kind: Kind,
    pub(super) system: Option<String>,
}

/// What was found out about one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Facts {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) derivation: Option<String>,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, String>,
}

/// A flake that is looked at.
pub(super) struct Looking<'a> {
    /// The flake reference.
    pub(super) reference: String,
    /// Whether derivations are instantiated.
    pub(super) deep: bool,
    /// Further arguments of `nix eval`.
    pub(super) arguments: Vec<String>,
    pub(super) context: &'a Context,
}

impl<'a> Looking<'a> {
    /// The flake that was named, or the one that the folder of the run is in, as git knows it.
    ///
    /// # Errors
    /// For a text that is no flake reference, and without a flake.
    pub(super) fn at(
        reference: Option<&str>,
        deep: bool,
        context: &'a Context,
    ) -> anyhow::Result<Self> {
        let reference = match reference {
            Some(text) if Path::new(text).is_relative() && text.starts_with('.') => {
                of_folder(&find_from(&context.path(Path::new(text)))?, context)?
            }
            Some(text) if text.starts_with('/') => {
                of_folder(&find_from(Path::new(text))?, context)?
            }
            Some(text) => {
                reference::check(text)?;
                text.to_owned()
            }
            None => of_folder(&find(context)?, context)?,
        };
        Ok(Self {
            reference,
            deep,
            arguments: Vec::new(),
            context,
        })
    }

    /// All outputs; of those by system only the ones of these systems, `None` for all.
    ///
    /// # Errors
    /// Without nix, and when the flake itself does not evaluate.
    pub(super) fn list(&self, systems: Option<&[String]>) -> anyhow::Result<Vec<Entry>> {
        let systems = match systems {
            None => "null".to_owned(),
            Some(systems) => list(systems)?,
        };
        match self.evaluate(&systems, "null", false) {
            Ok(Ok(entries)) => Ok(entries),
            Ok(Err(reason)) => {
                let shown = &self.reference;
                Err(
                    Problem::user(format!("the flake `{shown}` does not evaluate"))
                        .source(reason)
                        .into(),
                )
            }
            Err(error) => Err(error),
        }
    }

    /// What each of these is. Err: why it is not what it should be.
    ///
    /// # Errors
    /// Without nix, and when the run was interrupted.
    pub(super) fn look(&self, entries: &[&Entry]) -> anyhow::Result<Vec<Result<Facts, String>>> {
        let mut found = Vec::with_capacity(entries.len());
        for chunk in entries.chunks(CHUNK) {
            self.context.interrupt().check()?;
            self.some(chunk, &mut found)?;
        }
        Ok(found)
    }

    /// One evaluation; two halves where an error in it cannot be caught, and each alone for its reason.
    fn some(
        &self,
        entries: &[&Entry],
        found: &mut Vec<Result<Facts, String>>,
    ) -> anyhow::Result<()> {
        let mut items = String::from("[ ");
        for entry in entries {
            let kind = serde_json::to_value(entry.kind)?;
            let kind = quote::string(kind.as_str().unwrap_or_default())?;
            items.push_str(&format!(
                "{{ path = {}; kind = {kind}; }} ",
                list(&entry.path)?
            ));
        }
        items.push(']');
        let is_alone = entries.len() == 1;
        let looked: Result<Vec<Option<Facts>>, String> = self.evaluate("null", &items, is_alone)?;
        match (looked, entries) {
            (Ok(rows), [_, _, ..]) if rows.iter().any(Option::is_none) => {
                for (row, entry) in rows.into_iter().zip(entries) {
                    match row {
                        Some(facts) => found.push(Ok(facts)),
                        None => self.some(&[entry], found)?,
                    }
                }
            }
            (Ok(rows), _) => {
                let missing = || "it throws an error".to_owned();
                found.extend(rows.into_iter().map(|row| row.ok_or_else(missing)));
            }
            (Err(reason), [_]) => found.push(Err(reason)),
            (Err(_), _) => {
                let (left, right) = entries.split_at(entries.len() / 2);
                self.some(left, found)?;
                self.some(right, found)?;
            }
        }
        Ok(())
    }

    fn evaluate<T: serde::de::DeserializeOwned>(
        &self,
        systems: &str,
        items: &str,
        strict: bool,
    ) -> anyhow::Result<Result<T, String>> {
        let reference = quote::string(&self.reference)?;
        let deep = self.deep;
        let expression = format!(
            "({OUTPUTS}) {{ reference = {reference}; systems = {systems}; items = {items}; deep = {deep}; strict = {strict}; }}"
        );
        let arguments = self.arguments.iter().map(String::as_str);
        let import = ["--option", "allow-import-from-derivation", "false"];
        let settings: Vec<&str> = import.into_iter().chain(arguments).collect();
        let folder = &self.context.directory;
        match nix::evaluate(&expression, &settings, folder, self.context) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => match error.downcast_ref::<ProcessError>() {
                Some(ProcessError::Failed { stderr, .. }) => Ok(Err(said(stderr))),
                _ => Err(error),
            },
        }
    }
}

/// Names as a list in Nix.
fn list(names: &[String]) -> anyhow::Result<String> {
    let mut text = String::from("[ ");
    for name in names {
        text.push_str(&quote::string(name)?);
        text.push(' ');
    }
    text.push(']');
    Ok(text)
}

/// The reference of a flake in a folder. In a git repository it is what git knows of it, as for Nix' own commands.
fn of_folder(folder: &Path, context: &Context) -> anyhow::Result<String> {
    let folder = folder.canonicalize()?;
    let url = |path: &Path| {
        let refused = || Problem::user(format!("`{}` has no form in an address", path.display()));
        Url::from_file_path(path).map_err(|()| refused())
    };
    let Some(repository) = Repository::around(&folder, context)? else {
        return Ok(url(&folder)?.as_str().replacen("file://", "path:", 1));
    };
    let root = repository.root.canonicalize()?;
    let below = folder.strip_prefix(&root)?;
    let mut url = url(&root)?;
    if let Some(below) = below.to_str().filter(|below| !below.is_empty()) {
        url.query_pairs_mut().append_pair("dir", below);
    }
    Ok(format!("git+{url}"))
}
