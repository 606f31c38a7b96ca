//! What was fetched once: files by their SHA-256, and small notes that lead to them from an address or another hash.
//!
//! `nixsmith/content/HEX`, `nixsmith/by-url/HEX`, `nixsmith/by-hash/ALGORITHM-HEX`, `nixsmith/tmp`. Files come about under another name
//! and are renamed when they are complete and on disk; a file is hashed again whenever it is used. Any number of
//! processes may share the folder.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nixsmith_store::hash::{Algorithm, Hash, Notation, hash_bytes, hash_reader};
use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempDir};
use url::Url;

use crate::error::FetchError;

/// Notes are some hundred bytes; a larger one is not ours.
const NOTE_LIMIT_BYTES: u64 = 64 << 10;

/// The folder of everything that was fetched.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    folder: PathBuf,
}

/// A file in the cache that has just been checked.
#[derive(Debug, Clone)]
pub(crate) struct CacheEntry {
    pub(crate) path: PathBuf,
    pub(crate) size_bytes: u64,
    pub(crate) sha256: Hash,
}

/// A note: what key it is about (names of files are hashes, and could collide only with intent), and where to look.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    key: String,
    sha256: String,
    /// What else the writer wants to know again.
    #[serde(default)]
    facts: serde_json::Value,
}

impl Cache {
    /// The cache below the user's cache folder. Touches nothing.
    pub(crate) fn new(cache_dir: &Path) -> Self {
        Self {
            folder: cache_dir.join("nixsmith"),
        }
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new file, to be filled and [stored](Self::store) or dropped.
    pub(crate) fn temporary(&self) -> Result<NamedTempFile, FetchError> {
        let folder = self.make_folder("tmp")?;
        NamedTempFile::new_in(&folder).map_err(problem(&folder))
    }

    /// A new folder that is removed when dropped.
    pub(crate) fn temporary_folder(&self) -> Result<TempDir, FetchError> {
        let folder = self.make_folder("tmp")?;
        TempDir::new_in(&folder).map_err(problem(&folder))
    }

    /// The file with one of these hashes, if it is here and sound.
    pub(crate) fn find_by_hash(&self, hashes: &[Hash]) -> Result<Option<CacheEntry>, FetchError> {
        for hash in hashes {
            let sha256 = if hash.algorithm() == Algorithm::Sha256 {
                Some(hash.clone())
            } else {
                self.read_note(&self.hash_note(hash), &hash.to_string())
                    .map(|(sha256, _)| sha256)
            };
            if let Some(entry) = sha256
                .map(|sha256| self.checked(&sha256))
                .transpose()?
                .flatten()
                && has_hash(&entry, hash)?
            {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The file that this address gave, if it is here and sound.
    pub(crate) fn find_by_url(&self, url: &Url) -> Result<Option<CacheEntry>, FetchError> {
        Ok(self.find_by_key(url.as_str())?.map(|(entry, _)| entry))
    }

    /// The file that was stored for this key, with the facts that were stored with it.
    pub(crate) fn find_by_key(
        &self,
        key: &str,
    ) -> Result<Option<(CacheEntry, serde_json::Value)>, FetchError> {
        let Some((sha256, facts)) = self.read_note(&self.key_note(key), key) else {
            return Ok(None);
        };
        Ok(self.checked(&sha256)?.map(|entry| (entry, facts)))
    }

    /// Moves a complete file to its place; where it is now.
    pub(crate) fn store(&self, file: NamedTempFile, sha256: &Hash) -> Result<PathBuf, FetchError> {
        let path = self.content_path(sha256);
        self.make_folder("content")?;
        persist(file, &path)?;
        Ok(path)
    }

    /// Notes that this address gives this file.
    pub(crate) fn remember_url(&self, url: &Url, entry: &CacheEntry) -> Result<(), FetchError> {
        self.remember_key(url.as_str(), entry, serde_json::Value::Null)
    }

    /// Notes that this key leads to this file, with facts for whoever asks.
    pub(crate) fn remember_key(
        &self,
        key: &str,
        entry: &CacheEntry,
        facts: serde_json::Value,
    ) -> Result<(), FetchError> {
        let note = Note {
            key: key.to_owned(),
            sha256: entry.sha256.to_text(Notation::Base16),
            facts,
        };
        self.write_note("by-url", &self.key_note(key), &note)
    }

    /// Notes that the file with this hash is this one.
    pub(crate) fn remember_hash(&self, hash: &Hash, entry: &CacheEntry) -> Result<(), FetchError> {
        let sha256 = entry.sha256.to_text(Notation::Base16);
        let note = Note {
            key: hash.to_string(),
            sha256,
            facts: serde_json::Value::Null,
        };
        self.write_note("by-hash", &self.hash_note(hash), &note)
    }

    fn content_path(&self, sha256: &Hash) -> PathBuf {
        self.folder
            .join("content")
            .join(sha256.to_text(Notation::Base16))
    }

    fn key_note(&self, key: &str) -> PathBuf {
        let name = hash_bytes(Algorithm::Sha256, key.as_bytes()).to_text(Notation::Base16);
        self.folder.join("by-url").join(name)
    }

    fn hash_note(&self, hash: &Hash) -> PathBuf {
        let name = format!("{}-{}", hash.algorithm(), hash.to_text(Notation::Base16));
        self.folder.join("by-hash").join(name)
    }

    /// Makes a folder of the cache that only this user may look into: what a token opened is in there.
    fn make_folder(&self, name: &str) -> Result<PathBuf, FetchError> {
        let folder = self.folder.join(name);
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent).map_err(problem(&folder))?;
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(problem(&folder))?;
        Ok(folder)
    }

    /// The file with this SHA-256, hashed now. One that has changed is removed and counts as absent.
    fn checked(&self, sha256: &Hash) -> Result<Option<CacheEntry>, FetchError> {
        let path = self.content_path(sha256);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(problem(&path)(error)),
        };
        let (found, size_bytes) =
            hash_reader(Algorithm::Sha256, &mut file).map_err(problem(&path))?;
        if found == *sha256 {
            return Ok(Some(CacheEntry {
                path,
                size_bytes,
                sha256: found,
            }));
        }
        fs::remove_file(&path).map_err(problem(&path))?;
        Ok(None)
    }

    /// What a note says; one that is missing, damaged or about something else says nothing.
    fn read_note(&self, path: &Path, key: &str) -> Option<(Hash, serde_json::Value)> {
        use io::Read as _;
        let mut bytes = Vec::new();
        File::open(path)
            .ok()?
            .take(NOTE_LIMIT_BYTES)
            .read_to_end(&mut bytes)
            .ok()?;
        let note: Note = serde_json::from_slice(&bytes).ok()?;
        let sha256 = Hash::parse(&note.sha256, Some(Algorithm::Sha256)).ok()?;
        (note.key == key).then_some((sha256, note.facts))
    }

    fn write_note(&self, folder: &str, path: &Path, note: &Note) -> Result<(), FetchError> {
        self.make_folder(folder)?;
        let mut file = self.temporary()?;
        let text = serde_json::to_vec(note).map_err(|error| problem(path)(error.into()))?;
        file.write_all(&text).map_err(problem(path))?;
        // A note that is torn by a crash says nothing, so it need not be waited for.
        rename(file, path)
    }
}

/// Whether the file has this hash; a note that lies, or a weak hash with two files, costs a download and nothing else.
fn has_hash(entry: &CacheEntry, hash: &Hash) -> Result<bool, FetchError> {
    if hash.algorithm() == Algorithm::Sha256 {
        return Ok(entry.sha256 == *hash);
    }
    let mut file = File::open(&entry.path).map_err(problem(&entry.path))?;
    let (found, _) = hash_reader(hash.algorithm(), &mut file).map_err(problem(&entry.path))?;
    Ok(found == *hash)
}

/// Puts a file in its place for good: on disk first, then under its name, read-only.
fn persist(file: NamedTempFile, path: &Path) -> Result<(), FetchError> {
    file.as_file()
        .set_permissions(Permissions::from_mode(0o444))
        .map_err(problem(path))?;
    file.as_file().sync_all().map_err(problem(path))?;
    rename(file, path)
}

fn rename(file: NamedTempFile, path: &Path) -> Result<(), FetchError> {
    file.persist(path)
        .map_err(|error| problem(path)(error.error))?;
    Ok(())
}

fn problem(path: &Path) -> impl FnOnce(io::Error) -> FetchError {
    let path = path.to_owned();
    move |source| FetchError::Cache { path, source }
}

#[cfg(test)]
mod tests;
