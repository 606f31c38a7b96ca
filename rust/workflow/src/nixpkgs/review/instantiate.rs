//! The derivations of attributes, written to the store so that they can be built.

use std::collections::BTreeMap;
use std::path::Path;

use nixsmith_expr::edit::AttributePath;
use nixsmith_expr::quote;
use nixsmith_fetch::process::ProcessError;
use serde::Deserialize;

use super::super::rebuilds::Config;
use super::super::test::said;
use crate::context::Context;
use crate::nix;
use crate::nix::build::{Settings, Wanted};

const INSTANTIATE: &str = include_str!("instantiate.nix");

/// How many attributes one evaluation instantiates.
const CHUNK: usize = 200;

#[derive(Deserialize)]
struct Row {
    derivation: String,
    outputs: BTreeMap<String, String>,
}

/// A tree on a system.
pub(super) struct Instantiating<'a> {
    pub(super) root: &'a Path,
    pub(super) system: &'a str,
    pub(super) config: Config,
    pub(super) settings: &'a Settings,
    pub(super) context: &'a Context,
}

impl Instantiating<'_> {
    /// The derivations of these attributes. Err: why one has none.
    ///
    /// # Errors
    /// For a text that is no attribute path, without nix, and when the run was interrupted.
    pub(super) fn all(
        &self,
        attributes: &[&str],
    ) -> anyhow::Result<BTreeMap<String, Result<Wanted, String>>> {
        let mut found = BTreeMap::new();
        for chunk in attributes.chunks(CHUNK) {
            self.context.interrupt().check()?;
            self.some(chunk, &mut found)?;
        }
        Ok(found)
    }

    /// One evaluation; two halves where an error in it cannot be caught.
    fn some(
        &self,
        attributes: &[&str],
        found: &mut BTreeMap<String, Result<Wanted, String>>,
    ) -> anyhow::Result<()> {
        match (self.evaluate(attributes)?, attributes) {
            (Ok(rows), _) => {
                for (attribute, row) in attributes.iter().zip(rows) {
                    let missing = || "it does not evaluate to a derivation".to_owned();
                    let wanted = row.map(wanted).ok_or_else(missing);
                    found.insert((*attribute).to_owned(), wanted);
                }
            }
            (Err(reason), [attribute]) => {
                found.insert((*attribute).to_owned(), Err(reason));
            }
            (Err(_), _) => {
                let (left, right) = attributes.split_at(attributes.len() / 2);
                self.some(left, found)?;
                self.some(right, found)?;
            }
        }
        Ok(())
    }

    fn evaluate(&self, attributes: &[&str]) -> anyhow::Result<Result<Vec<Option<Row>>, String>> {
        let mut items = String::new();
        for attribute in attributes {
            let path: AttributePath = attribute.parse()?;
            items.push_str("[ ");
            for name in path.names() {
                items.push_str(&quote::string(name)?);
                items.push(' ');
            }
            items.push_str("] ");
        }
        let root = self
            .root
            .to_str()
            .ok_or_else(|| anyhow::anyhow!("the folder is no UTF-8"))?;
        let expression = format!(
            "({INSTANTIATE}) {{ root = /. + {}; system = {}; allowUnfree = {}; allowBroken = {}; items = [ {items}]; }}",
            quote::string(root)?,
            quote::string(self.system)?,
            self.config.allow_unfree,
            self.config.allow_broken,
        );
        let stores = self.settings.store_arguments();
        let stores: Vec<_> = stores
            .iter()
            .map(|it| it.to_string_lossy().into_owned())
            .collect();
        let stores: Vec<&str> = stores.iter().map(String::as_str).collect();
        match nix::evaluate(&expression, &stores, self.root, self.context) {
            Ok(rows) => Ok(Ok(rows)),
            Err(error) => match error.downcast_ref::<ProcessError>() {
                Some(ProcessError::Failed { stderr, .. }) => Ok(Err(said(stderr))),
                _ => Err(error),
            },
        }
    }
}

/// An output's path that does not begin as the derivation's does is not known yet.
fn wanted(row: Row) -> Wanted {
    let store = row
        .derivation
        .rsplit_once('/')
        .map(|(store, _)| format!("{store}/"));
    let known = |path: String| {
        store
            .as_ref()
            .is_some_and(|store| path.starts_with(store))
            .then_some(path)
    };
    Wanted {
        outputs: row
            .outputs
            .into_iter()
            .map(|(name, path)| (name, known(path)))
            .collect(),
        derivation: row.derivation,
    }
}
