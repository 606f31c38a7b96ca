//! Checkouts that were made once. A commit's id fixes its files, so a kept checkout answers without asking the repository.
//!
//! Kept as a NAR, which is checked as a whole whenever it is used. Local repositories are not kept: they are at hand.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use nixsmith_store::hash::{Algorithm, Hasher};
use nixsmith_store::nar::restore;
use nixsmith_store::tree::Tree;
use serde_json::json;

use super::url::GitUrl;
use crate::cache::CacheEntry;
use crate::client::Client;
use crate::error::FetchError;
use crate::request::{Checkout, GitRequest, GitTree};

/// What fixes the files of a checkout besides the commit's id: the address, since submodules may be relative to it, and what was asked.
fn key(client: &Client, url: &GitUrl, request: &GitRequest, commit: &str) -> String {
    let replaced: Vec<&str> = client
        .options
        .endpoints
        .rewrites()
        .map(|(_, replacement)| replacement.as_str())
        .collect();
    json!({
        "git": url.as_str(),
        "commit": commit,
        "submodules": request.submodules,
        "lfs": request.lfs,
        "sparse": request.sparse,
        "endpoints": replaced,
    })
    .to_string()
}

/// The kept checkout of this commit.
pub(super) fn find(
    client: &Client,
    url: &GitUrl,
    request: &GitRequest,
    commit: &str,
) -> Result<Option<GitTree>, FetchError> {
    if url.is_local() {
        return Ok(None);
    }
    let Some((entry, facts)) = client
        .cache
        .find_by_key(&key(client, url, request, commit))?
    else {
        return Ok(None);
    };
    let number = |name: &str| {
        facts
            .get(name)
            .and_then(serde_json::Value::as_i64)
            .unwrap_or_default()
    };
    let commit = facts
        .get("commit")
        .and_then(serde_json::Value::as_str)
        .unwrap_or(commit)
        .to_owned();
    let folder = client.cache.temporary_folder()?;
    let path = folder.path().join("tree");
    let unreadable = |source| FetchError::Tree {
        url: url.as_str().to_owned(),
        source,
    };
    let file = File::open(&entry.path).map_err(|error| unreadable(error.into()))?;
    restore(file, &path).map_err(|error| unreadable(error.into()))?;
    Ok(Some(GitTree {
        commit,
        tree: Tree::from_directory(&path).map_err(|error| unreadable(error.into()))?,
        commit_time_seconds: number("commit_time_seconds"),
        requests: 0,
        lfs_pointers: u64::try_from(number("lfs_pointers")).unwrap_or_default(),
        checkout: Checkout {
            folder: Arc::new(folder),
            path,
        },
    }))
}

/// Keeps a checkout, under the commit that was asked for.
pub(super) fn store(
    client: &Client,
    url: &GitUrl,
    request: &GitRequest,
    asked: &str,
    made: &GitTree,
) -> Result<(), FetchError> {
    if url.is_local() {
        return Ok(());
    }
    let file = client.cache.temporary()?;
    let mut writer = Counted {
        inner: io::BufWriter::new(file),
        hasher: Hasher::new(Algorithm::Sha256),
        size_bytes: 0,
    };
    made.tree
        .write_nar(&mut writer)
        .map_err(|error| FetchError::Tree {
            url: url.as_str().to_owned(),
            source: error.into(),
        })?;
    let Counted {
        inner,
        hasher,
        size_bytes,
    } = writer;
    let file = inner.into_inner().map_err(|error| FetchError::Cache {
        path: client.cache.folder().to_owned(),
        source: error.into_error(),
    })?;
    let sha256 = hasher.finish();
    let path = client.cache.store(file, &sha256)?;
    let facts = json!({
        "commit": made.commit,
        "commit_time_seconds": made.commit_time_seconds,
        "lfs_pointers": made.lfs_pointers,
    });
    let entry = CacheEntry {
        path,
        size_bytes,
        sha256,
    };
    client
        .cache
        .remember_key(&key(client, url, request, asked), &entry, facts)
}

/// A writer that hashes and counts what passes.
struct Counted<W> {
    inner: W,
    hasher: Hasher,
    size_bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
