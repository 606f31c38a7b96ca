use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use nixsmith_store::hash::{Algorithm, hash_bytes};
use tempfile::TempDir;

use super::*;
use crate::endpoints::Endpoint;
use crate::process::Program;
use crate::progress::Task;
use crate::testing::{Reply, TestServer, environment};

mod failures;
mod safety;
mod transfers;

/// A server, a cache folder, and a client of both.
pub(super) struct Setup {
    pub(super) server: TestServer,
    pub(super) folder: TempDir,
    pub(super) client: Client,
}

impl Setup {
    pub(super) fn new() -> Self {
        Self::with(|options| options)
    }

    pub(super) fn with(change: impl FnOnce(ClientOptions) -> ClientOptions) -> Self {
        let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
        let client = Client::new(change(server.options(folder.path()))).unwrap();
        Self {
            server,
            folder,
            client,
        }
    }

    pub(super) fn request(&self, path: &str) -> FileRequest {
        FileRequest::new(self.server.url(path))
    }

    pub(super) fn get(&self, path: &str) -> Result<FetchedFile, FetchError> {
        self.client.file(&self.request(path))
    }

    /// What lies in the cache, by the names of its folders; empty files and folders count.
    pub(super) fn cached(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in ["content", "by-url", "by-hash", "tmp"] {
            let entries = fs::read_dir(self.folder.path().join("nixsmith").join(folder));
            let count = entries.map_or(0, |entries| entries.count());
            names.extend((0..count).map(|_| folder.to_owned()));
        }
        names
    }
}

pub(super) fn sha256(bytes: &[u8]) -> Hash {
    hash_bytes(Algorithm::Sha256, bytes)
}

pub(super) fn message(result: Result<FetchedFile, FetchError>) -> String {
    result.map(|file| file.url).unwrap_err().to_string()
}
