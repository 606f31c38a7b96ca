//! Flakes: the file, its inputs, its lock.
//!
//! What is in `flake.nix` is changed in the syntax tree; what is locked is found out by Nix.

pub mod add_input;
pub mod check;
pub mod init;
pub(crate) mod lay_out;
mod lock;
mod outputs;
mod reference;
pub mod show;
pub mod templates;
pub mod update;

pub use self::lay_out::LaidOut;
pub use self::lock::Locked;
pub use self::outputs::Kind;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::error::Problem;

/// The file of a flake.
const FILE: &str = "flake.nix";

/// The file of its lock.
const LOCK: &str = "flake.lock";

/// The flake that a folder is in: itself, or the nearest above it, but not above its git repository, as Nix looks.
///
/// # Errors
/// When there is none.
fn find(context: &Context) -> anyhow::Result<PathBuf> {
    find_from(&context.directory)
}

/// The same from another folder.
fn find_from(start: &Path) -> anyhow::Result<PathBuf> {
    for folder in start.ancestors() {
        if folder.join(FILE).is_file() {
            return Ok(folder.to_owned());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Err(Problem::user(format!(
        "`{}` is in no flake: there is no `{FILE}`",
        start.display()
    ))
    .hint("`--directory` says where it is; `nixsmith flake init` begins one")
    .into())
}

/// The text of a file.
fn read_text(path: &Path) -> anyhow::Result<String> {
    let could_not = || format!("could not read `{}`", path.display());
    let bytes = std::fs::read(path).map_err(|error| Problem::user(could_not()).source(error))?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|error| Problem::user(could_not()).source(error))?)
}

/// A path for people: relative to the folder of the run, where it lies below.
fn shown(path: &Path, context: &Context) -> String {
    let below = path.strip_prefix(&context.directory).unwrap_or(path);
    below.display().to_string()
}
