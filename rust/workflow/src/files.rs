//! The one writer of user files: every change of one operation, whole or not at all.
//!
//! Each file is staged beside its place in a temporary file and synced; only when all are staged are they
//! renamed into place. Several files go through a journal in the state folder, so that a crash between two
//! renames is finished by [`recover`] at the next start. Nothing here prints or asks.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_store::hash::{Algorithm, Hash, hash_bytes};
use serde::{Deserialize, Serialize};
use similar::TextDiff;
use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::error::Problem;

/// How the names of staged files begin.
const STAGED_PREFIX: &str = ".nixsmith-";

/// Staged files of this process that no rename has claimed yet.
static STAGED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes what is staged but not yet on its way into place, half restored archives too; for a signal handler that is about to
/// exit.
///
/// Waits for renames that have begun: those end, so that all files are there or none.
pub fn abandon() {
    for path in lock_staged().drain(..) {
        // Already gone is as good.
        let _ = fs::remove_file(path);
    }
    nixsmith_store::nar::abandon_restores();
}

/// How many temporary folders of this process are still there.
static TEMPORARY_FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A temporary folder that is removed with this value, however much lies in it; a signal handler waits for that.
#[derive(Debug)]
pub struct TemporaryFolder {
    folder: Option<TempDir>,
}

impl TemporaryFolder {
    /// A new, empty one.
    ///
    /// # Errors
    /// When the system's folder for temporary files cannot be written.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()
            .map_err(|error| Problem::user("could not make a temporary folder").source(error))?;
        TEMPORARY_FOLDERS.fetch_add(1, Ordering::SeqCst);
        Ok(Self {
            folder: Some(folder),
        })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), TempDir::path)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        drop(self.folder.take());
        TEMPORARY_FOLDERS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a temporary folder is still there, and being removed if the run is about to end.
pub fn has_temporary_folders() -> bool {
    TEMPORARY_FOLDERS.load(Ordering::SeqCst) > 0
}

fn lock_staged() -> MutexGuard<'static, Vec<PathBuf>> {
    STAGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What must hold of the destination at the moment of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Nothing lies there.
    Absent,
    /// Exactly these bytes lie there, as they were read.
    Contents(Vec<u8>),
}

/// One file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The destination; missing parent folders are made.
    pub path: PathBuf,
    /// What must hold of the destination still.
    pub before: Before,
    /// The new bytes.
    pub contents: Vec<u8>,
}

impl Change {
    /// The change that makes `contents` lie at `path`, whatever lies there now.
    ///
    /// # Errors
    /// When something lies there that cannot be read as a file. The message names it.
    pub fn replace(path: PathBuf, contents: Vec<u8>) -> anyhow::Result<Self> {
        let before = read_before(&path).map_err(|error| could_not_write(&path, error))?;
        Ok(Self {
            path,
            before,
            contents,
        })
    }
}

/// The changes as one unified diff with `a/` and `b/` paths relative to `base` (to the root of all where
/// one lies elsewhere), three lines of context.
#[must_use]
pub fn diff(changes: &[Change], base: &Path) -> String {
    let mut text = String::new();
    for change in changes {
        let shown = change
            .path
            .strip_prefix(base)
            .unwrap_or(&change.path)
            .display()
            .to_string();
        let shown = shown.trim_start_matches('/');
        let (old_header, old) = match &change.before {
            Before::Absent => ("/dev/null".to_owned(), String::new()),
            Before::Contents(bytes) => (
                format!("a/{shown}"),
                String::from_utf8_lossy(bytes).into_owned(),
            ),
        };
        let new = String::from_utf8_lossy(&change.contents);
        text.push_str(
            &TextDiff::from_lines(old.as_str(), &new)
                .unified_diff()
                .context_radius(3)
                .header(&old_header, &format!("b/{shown}"))
                .to_string(),
        );
    }
    text
}

/// Reads a file for a [`Change`]: its bytes, or `Absent`.
///
/// # Errors
/// When something lies there that cannot be read as a file.
pub fn read_before(path: &Path) -> io::Result<Before> {
    match fs::read(path) {
        Ok(bytes) => Ok(Before::Contents(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Before::Absent),
        Err(error) => Err(error),
    }
}

/// Whether an error says that nothing can lie at a path: it is missing, or a folder on the way is none, as below a HOME of
/// `/dev/null`.
#[must_use]
pub fn says_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Writes all changes, or none.
///
/// `state` is the folder for the journal (`$XDG_STATE_HOME/nixsmith`); it is touched only for two files or more.
///
/// # Errors
/// When a destination changed since it was read, a folder cannot be made, a disk is full or the run was
/// interrupted before the first rename; everything is then as it was. The message names the file.
pub fn write(changes: &[Change], state: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
    let mut folders = MadeFolders::default();
    let staged = stage(changes, &mut folders)?;
    interrupt.check()?;
    // Held to the end: from here on a signal waits until all files are in place.
    let mut names = lock_staged();
    names.retain(|name| {
        !staged
            .iter()
            .any(|file| file.temporary.to_path_buf() == *name)
    });
    for change in changes {
        check_unchanged(change)?;
    }
    let journal = if staged.len() > 1 {
        Some(Journal::write(&staged, state)?)
    } else {
        None
    };
    folders.keep();
    commit(staged)?;
    if let Some(journal) = journal {
        journal.remove()?;
    }
    Ok(())
}

struct Staged {
    temporary: TempPath,
    destination: PathBuf,
    before: Option<Hash>,
}

/// Folders made for this write, innermost last; removed again unless kept.
#[derive(Default)]
struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    fn make(&mut self, folder: &Path) -> io::Result<()> {
        let mut missing = Vec::new();
        let mut current = folder;
        while !current.as_os_str().is_empty() && !current.exists() {
            missing.push(current.to_path_buf());
            match current.parent() {
                Some(parent) => current = parent,
                None => break,
            }
        }
        for path in missing.into_iter().rev() {
            match fs::create_dir(&path) {
                Ok(()) => self.0.push(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Only an empty folder goes: what others put there meanwhile stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn stage(changes: &[Change], folders: &mut MadeFolders) -> anyhow::Result<Vec<Staged>> {
    changes
        .iter()
        .map(|change| {
            stage_one(change, folders).map_err(|error| could_not_write(&change.path, error))
        })
        .collect()
}

fn stage_one(change: &Change, folders: &mut MadeFolders) -> io::Result<Staged> {
    let destination = real_destination(&change.path)?;
    let folder = parent_of(&destination);
    folders.make(folder)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(STAGED_PREFIX)
        .tempfile_in(folder)?;
    lock_staged().push(temporary.path().to_path_buf());
    temporary.write_all(&change.contents)?;
    set_mode(&temporary, &destination)?;
    temporary.as_file().sync_all()?;
    let before = match &change.before {
        Before::Absent => None,
        Before::Contents(bytes) => Some(hash_bytes(Algorithm::Sha256, bytes)),
    };
    Ok(Staged {
        temporary: temporary.into_temp_path(),
        destination,
        before,
    })
}

/// The file behind a symbolic link, so that a link stays a link.
fn real_destination(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.file_type().is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_path_buf()),
    }
}

#[cfg(unix)]
fn set_mode(temporary: &NamedTempFile, destination: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = match fs::metadata(destination) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644 & !umask(parent_of(destination))),
    };
    temporary.as_file().set_permissions(permissions)
}

/// The process's umask, read off a folder made by this very process: the mode of a new file that is not ours to choose.
#[cfg(unix)]
fn umask(folder: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(probe) = tempfile::Builder::new()
        .prefix(STAGED_PREFIX)
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
    else {
        return 0o022;
    };
    probe
        .as_file()
        .metadata()
        .map_or(0o022, |metadata| 0o666 & !metadata.permissions().mode())
}

fn check_unchanged(change: &Change) -> anyhow::Result<()> {
    let now = read_before(&change.path).map_err(|error| could_not_write(&change.path, error))?;
    if now == change.before {
        return Ok(());
    }
    let (message, hint) = match change.before {
        Before::Absent => (
            "already exists",
            "choose another folder or remove the file first",
        ),
        Before::Contents(_) => (
            "was changed by someone else meanwhile",
            "run the command again",
        ),
    };
    Err(
        Problem::user(format!("`{}` {message}", change.path.display()))
            .hint(hint)
            .into(),
    )
}

fn commit(staged: Vec<Staged>) -> anyhow::Result<()> {
    for file in staged {
        let destination = file.destination;
        file.temporary
            .persist(&destination)
            .map_err(|error| could_not_write(&destination, error.error))?;
        sync_folder(parent_of(&destination))
            .map_err(|error| could_not_write(&destination, error))?;
    }
    Ok(())
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn could_not_write(path: &Path, error: io::Error) -> anyhow::Error {
    Problem::user(format!("could not write `{}`", path.display()))
        .source(error)
        .into()
}

/// The renames that remain to be done, on disk before the first of them.
#[derive(Serialize, Deserialize)]
struct Entry {
    temporary: PathBuf,
    destination: PathBuf,
    before: Option<Hash>,
}

impl Entry {
    /// Whether it is one that [`stage`] makes: both files in one folder, the staged one under a name of ours.
    fn is_staged(&self) -> bool {
        let name = self.temporary.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(STAGED_PREFIX))
            && self.temporary.is_absolute()
            && self.temporary.parent() == self.destination.parent()
    }
}

struct Journal {
    path: PathBuf,
    // Held until the journal is removed: a locked journal belongs to a living process.
    _lock: File,
}

impl Journal {
    fn write(staged: &[Staged], state: &Path) -> anyhow::Result<Self> {
        let folder = state.join("journal");
        let entries: Vec<Entry> = staged
            .iter()
            .map(|file| {
                Ok(Entry {
                    temporary: std::path::absolute(&file.temporary)?,
                    destination: std::path::absolute(&file.destination)?,
                    before: file.before.clone(),
                })
            })
            .collect::<io::Result<_>>()?;
        Self::store(&entries, &folder).map_err(|error| could_not_write(&folder, error))
    }

    fn store(entries: &[Entry], folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix("staged-")
            .tempfile_in(folder)?;
        file.as_file().lock()?;
        serde_json::to_writer(&mut file, entries)?;
        file.as_file().sync_all()?;
        let path = file.path().with_extension("json");
        let lock = file.persist(&path).map_err(|error| error.error)?;
        sync_folder(folder)?;
        Ok(Self { path, _lock: lock })
    }

    fn remove(self) -> anyhow::Result<()> {
        fs::remove_file(&self.path).map_err(|error| could_not_write(&self.path, error))
    }
}

/// Finishes what a crashed run had staged completely; returns the files that were put into place.
///
/// A destination that changed since it was staged is left alone and its staged file removed. A folder that this user may not
/// look into holds no journal of theirs, and a journal that another user wrote is not followed.
///
/// # Errors
/// When the journal folder cannot be read for another reason, a journal is none that [`write`] makes, or a rename fails.
pub fn recover(state: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = state.join("journal");
    let mut finished = Vec::new();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if says_absent(&error) || error.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(finished);
        }
        Err(error) => {
            return Err(
                Problem::user(format!("could not read `{}`", folder.display()))
                    .source(error)
                    .into(),
            );
        }
    };
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            recover_journal(&path, &mut finished)?;
        }
    }
    Ok(finished)
}

/// Whether this user wrote the file: the owner is that of a file made now.
fn is_own(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.uid() == tempfile::tempfile()?.metadata()?.uid())
}

fn recover_journal(path: &Path, finished: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let Ok(file) = File::open(path) else {
        return Ok(());
    };
    if file.try_lock().is_err() || !is_own(&file).unwrap_or(false) {
        return Ok(());
    }
    let entries = serde_json::from_reader::<_, Vec<Entry>>(&file)
        .ok()
        .filter(|entries| entries.iter().all(Entry::is_staged));
    let Some(entries) = entries else {
        return Err(
            Problem::user(format!("the journal `{}` is damaged", path.display()))
                .hint("look at the files it names, then remove it")
                .into(),
        );
    };
    for entry in entries.into_iter().filter(|entry| entry.temporary.exists()) {
        let temporary = TempPath::try_from_path(&entry.temporary)?;
        let now = match read_before(&entry.destination)? {
            Before::Absent => None,
            Before::Contents(bytes) => Some(hash_bytes(Algorithm::Sha256, &bytes)),
        };
        if now == entry.before {
            temporary
                .persist(&entry.destination)
                .map_err(|error| could_not_write(&entry.destination, error.error))?;
            sync_folder(parent_of(&entry.destination))?;
            finished.push(entry.destination);
        }
    }
    fs::remove_file(path).map_err(|error| could_not_write(path, error))
}
