//! Running `nix`: with which environment and settings, whoever asks for it.
//!
//! A run gets the user's own Nix configuration and `NIX_PATH`, and the features that its commands need. What an evaluation answers is
//! JSON; what Nix says goes to stderr and is kept for the error.

pub mod build;
mod events;

pub(crate) use events::{plain, short_name};

use std::path::Path;

use nixsmith_fetch::process::{ProcessError, Program};
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::error::Problem;

/// Variables of the user's that say where Nix keeps what, how it is configured, and what `<name>` means.
const INHERITED: &[&str] = &[
    "NIX_BUILD_CORES",
    "NIX_CONF_DIR",
    "NIX_CONFIG",
    "NIX_DAEMON_SOCKET_PATH",
    "NIX_LOCALSTATE_DIR",
    "NIX_LOG_DIR",
    "NIX_PATH",
    "NIX_REMOTE",
    "NIX_SSHOPTS",
    "NIX_STATE_DIR",
    "NIX_STORE_DIR",
    "NIX_USER_CONF_FILES",
];

/// The nix program of this run with its command line so far: `nix --extra-experimental-features "nix-command flakes"`. Without a
/// time limit; ends when the user interrupts.
#[must_use]
pub fn program(context: &Context) -> Program {
    let environment = &context.client_options.environment;
    Program::new(&context.nix_program)
        .args(["--extra-experimental-features", "nix-command flakes"])
        .inherit(environment)
        .inherit_names(environment, INHERITED)
        .directory(&context.directory)
        .interrupt(context.interrupt())
}

/// The value of a Nix expression, which goes to `nix eval --json` on standard input; `settings` are more arguments, such as
/// `--read-only`. Relative paths in the expression mean `directory`.
///
/// # Errors
/// Without nix ([`missing`]), when the expression does not evaluate (the cause is a [`ProcessError::Failed`] with the end of what Nix
/// said), and when its value is not of this shape.
pub fn evaluate<T: DeserializeOwned>(
    expression: &str,
    settings: &[&str],
    directory: &Path,
    context: &Context,
) -> anyhow::Result<T> {
    let output = program(context)
        .args(["eval", "--impure", "--json"])
        .args(["--option", "eval-cache", "false"])
        .args(settings.iter().copied())
        .args(["--file", "-"])
        .directory(directory)
        .input(expression)
        .run()
        .map_err(missing)?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The error of a run with what helps where there is no nix at all.
#[must_use]
pub fn missing(error: ProcessError) -> anyhow::Error {
    if matches!(error, ProcessError::NotFound { .. }) {
        return Problem::user("nix is not installed")
            .hint("install Nix 2.24 or later, or name the program in NIXSMITH_NIX")
            .source(error)
            .into();
    }
    error.into()
}
