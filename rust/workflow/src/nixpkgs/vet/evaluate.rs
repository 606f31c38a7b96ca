//! Asking `nix` what nixpkgs' attributes are.
//!
//! The expression is `attributes.nix`; it goes to `nix` on standard input. Evaluation is restricted to the tree and to what the user's
//! NIX_PATH names, and writes nothing to the store.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use nixsmith_expr::quote;
use nixsmith_fetch::process::ProcessError;
use serde::Deserialize;

use crate::context::Context;
use crate::nix;

/// The expression.
const ATTRIBUTES: &str = include_str!("attributes.nix");

/// How long one evaluation may take: that of all of nixpkgs takes minutes.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);

/// What one attribute is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Attribute {
    /// There is none.
    Missing,
    /// It does not evaluate.
    Failing,
    /// It is no attribute set, so no derivation.
    Value {
        /// Where it is defined.
        position: Option<Place>,
    },
    /// It is an attribute set.
    #[serde(rename_all = "camelCase")]
    Set {
        /// Where it is defined.
        position: Option<Place>,
        /// It is a derivation.
        derivation: bool,
        /// It is made with `strictDeps = true`.
        strict_deps: bool,
        /// It is made with `__structuredAttrs = true`.
        structured_attrs: bool,
        /// It comes from the `callPackage` of the top-level scope.
        called: bool,
    },
}

/// A place as `builtins.unsafeGetAttrPos` says it: from 1, the column in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// The file, absolute.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What came of an evaluation.
#[derive(Debug)]
pub enum Evaluation {
    /// The attributes by name.
    Attributes(BTreeMap<String, Attribute>),
    /// It failed; with the end of what Nix said.
    Failed(String),
    /// There is no `nix` to ask.
    NoNix,
}

/// Asks what the attributes `wanted` (`None`: all of them) of the nixpkgs at `root` are; `by_name` are those that `pkgs/by-name`
/// defines.
///
/// # Errors
/// When the run was interrupted, took too long or answered with something else.
pub fn evaluate(
    root: &Path,
    by_name: &[String],
    wanted: Option<&[String]>,
    context: &Context,
) -> anyhow::Result<Evaluation> {
    let root_text = root.display().to_string();
    let program = nix::program(context)
        .args(["eval", "--impure", "--json", "--read-only"])
        .args(["--option", "restrict-eval", "true"])
        .args(["--option", "eval-cache", "false"])
        .arg("-I")
        .arg(&root_text)
        .args(["--file", "-"])
        .directory(root)
        .time_limit(TIME_LIMIT)
        .input(expression(&root_text, by_name, wanted)?);
    match program.run() {
        Ok(output) => Ok(Evaluation::Attributes(serde_json::from_slice(
            &output.stdout,
        )?)),
        Err(ProcessError::NotFound { .. }) => Ok(Evaluation::NoNix),
        Err(ProcessError::Failed { stderr, .. }) => Ok(Evaluation::Failed(stderr)),
        Err(error) => Err(error.into()),
    }
}

fn expression(root: &str, by_name: &[String], wanted: Option<&[String]>) -> anyhow::Result<String> {
    let names = |names: &[String]| {
        let quoted: Result<Vec<String>, _> = names.iter().map(|name| quote::string(name)).collect();
        Ok::<_, quote::QuoteError>(format!("[ {} ]", quoted?.join(" ")))
    };
    let wanted = match wanted {
        Some(wanted) => names(wanted)?,
        None => "null".to_owned(),
    };
    Ok(format!(
        "({ATTRIBUTES}) {{ root = /. + {}; byName = {}; wanted = {wanted}; }}",
        quote::string(root)?,
        names(by_name)?,
    ))
}

/// Whether there is a `nix` to ask.
#[must_use]
pub fn is_available(context: &Context) -> bool {
    let environment = &context.client_options.environment;
    context
        .nix_program
        .to_str()
        .is_some_and(|name| environment.find_program(name).is_some())
}
