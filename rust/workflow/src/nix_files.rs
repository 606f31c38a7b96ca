//! The Nix files that a person means: found, read, and worked on by every processor. Each stands for itself: what is wrong with one
//! is a finding, and the others are still done.

pub mod codes;
mod walk;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use nixsmith_expr::guard;

pub(crate) use self::walk::{Target, collect};
use crate::context::Context;
use crate::files::Change;
use crate::finding::Finding;
use codes::Code;

/// The stack of a thread that parses: trees are up to 1,000 levels deep.
const STACK_BYTES: usize = 64 << 20;

/// What `work` makes of every target, in the order given.
///
/// # Errors
/// Only an interruption, or a thread that does not start.
pub(crate) fn each<T: Send>(
    targets: &[Target],
    context: &Context,
    work: impl Fn(&Target) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(targets.len()));
    std::thread::scope(|scope| -> std::io::Result<()> {
        let worker = || {
            while context.interrupt().check().is_ok() {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(target) = targets.get(at) else {
                    return;
                };
                let result = work(target);
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.push((at, result));
            }
        };
        for _ in 0..context.threads.min(targets.len()) {
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, worker)?;
        }
        Ok(())
    })?;
    context.interrupt().check()?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// A finding about a whole file.
pub(crate) fn whole_file(target: &Target, code: Code, message: String) -> Finding {
    Finding {
        path: Some(target.name.clone()),
        ..Finding::new(code.name, code.level, message)
    }
}

/// The file's text, or the finding that says why there is none.
pub(crate) fn read(target: &Target) -> Result<String, Box<Finding>> {
    if target.is_stray_link {
        let message = match std::fs::read_link(&target.path) {
            Ok(to) => format!("the link to `{}` is not followed", to.display()),
            Err(error) => format!("the link cannot be read: {error}"),
        };
        return Err(Box::new(whole_file(target, codes::LINK, message)));
    }
    let bytes = read_bytes(&target.path)
        .map_err(|message| whole_file(target, codes::UNREADABLE, message))?;
    String::from_utf8(bytes).map_err(|error| {
        let error = error.utf8_error();
        let message = format!("the file is not UTF-8: byte {}", error.valid_up_to());
        Box::new(whole_file(target, codes::ENCODING, message))
    })
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let limit = u64::try_from(guard::SIZE_LIMIT_BYTES).unwrap_or(u64::MAX);
    if metadata.len() > limit {
        let size = metadata.len();
        return Err(format!(
            "the file has {size} bytes, more than the {limit} that are parsed"
        ));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// Writes the new text of a file that lay there before; the finding says why it could not be.
pub(crate) fn write(
    target: &Target,
    change: &Change,
    context: &Context,
) -> Result<(), Box<Finding>> {
    let refused = |message: String| Box::new(whole_file(target, codes::NOT_WRITTEN, message));
    let metadata = std::fs::metadata(&change.path).map_err(|error| refused(error.to_string()))?;
    if leads_out(&change.path, &context.directory) {
        return Err(refused(
            "a link on the way leads out of the folder: name the file itself".to_owned(),
        ));
    }
    if metadata.permissions().readonly() {
        return Err(refused("the file is read-only".to_owned()));
    }
    context
        .write(std::slice::from_ref(change))
        .map_err(|error| {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            refused(causes.join(": "))
        })
}

/// Whether a path that is written as one below `folder` lies elsewhere, behind a link.
fn leads_out(path: &Path, folder: &Path) -> bool {
    let Ok(inner) = path.strip_prefix(folder) else {
        return false;
    };
    let goes_up = inner
        .components()
        .any(|part| part == std::path::Component::ParentDir);
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(real), Ok(folder)) => !goes_up && !real.starts_with(folder),
        _ => false,
    }
}
