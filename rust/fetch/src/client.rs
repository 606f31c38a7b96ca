//! The HTTP client: one connection pool, used from any number of threads, with a cache that is checked on every read.
//!
//! Files are fetched with GET, so every request for one may be repeated; what changes something is a [`Call`]. Redirects, retries, resuming and limits are decided here, not by the library below.

pub(crate) mod address;
mod agent;
mod call;
mod direct;
mod hashing;
mod names;
mod options;
mod response;
pub(crate) mod retry;
mod transfer;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use nixsmith_store::hash::Hash;
use url::Url;

use crate::cache::{Cache, CacheEntry};
use crate::endpoints::{Endpoints, resolve_mirror};
use crate::error::FetchError;
use crate::git;
use crate::interrupt::{Interrupt, Listener};
use crate::progress::Progress;
use crate::request::{Fetch, FetchedFile, FileRequest, GitReference, GitRequest, GitTree};

pub use address::check_for_program;
pub use call::{Answer, Call, Method};
pub use options::{ClientOptions, ProxyOptions, Token, Tokens};

/// The network, as configured once for the whole run.
pub struct Client {
    pub(crate) options: ClientOptions,
    pub(crate) cache: Cache,
    agents: agent::Agents,
    /// Since when no request has made progress; what stops a run against a service that is down.
    stalled_since: Mutex<Option<Instant>>,
    /// Closes the sockets on an interruption; lives as long as the client.
    _on_interrupt: Arc<Listener>,
}

impl Client {
    /// A client with these options. Reads the certificate file, if one is given; opens no connection. Where that file cannot be read,
    /// `https` addresses are refused with the reason.
    pub fn new(options: ClientOptions) -> Result<Self, FetchError> {
        let agents = agent::Agents::new(&options)?;
        let closed = agents.clone();
        let listener: Arc<Listener> = Arc::new(move || closed.shutdown());
        options.interrupt.on_raise(&listener);
        let cache = Cache::new(&options.cache_dir);
        Ok(Self {
            options,
            cache,
            agents,
            stalled_since: Mutex::new(None),
            _on_interrupt: listener,
        })
    }

    /// The address that is really asked for `url`: mirrors and replaced endpoints resolved, then judged.
    fn effective_url(&self, url: &Url) -> Result<Url, FetchError> {
        let resolved = resolve_mirror(url).unwrap_or_else(|| url.clone());
        let mut effective = self.options.endpoints.rewrite(&resolved);
        effective.set_fragment(None);
        address::check(&effective, &self.options.endpoints).map_err(|reason| {
            FetchError::Refused {
                url: url.to_string(),
                reason,
            }
        })?;
        Ok(effective)
    }

    fn cached(&self, url: &Url, request: &FileRequest) -> Result<Option<CacheEntry>, FetchError> {
        let expected = hashing::strongest(&request.expected);
        if !expected.is_empty() {
            return self.cache.find_by_hash(&expected);
        }
        if request.immutable {
            self.cache.find_by_url(url)
        } else {
            Ok(None)
        }
    }

    /// The cached file, unless it is larger than the request allows.
    fn answer_from_cache(
        &self,
        entry: CacheEntry,
        url: &Url,
        request: &FileRequest,
    ) -> Result<FetchedFile, FetchError> {
        if entry.size_bytes > request.limit_bytes {
            return Err(FetchError::TooLarge {
                url: url.clone().into(),
                limit_bytes: request.limit_bytes,
            });
        }
        let CacheEntry {
            path,
            size_bytes,
            sha256,
        } = entry;
        Ok(FetchedFile {
            path,
            size_bytes,
            sha256,
            url: url.clone(),
            requests: 0,
            next_page: None,
            temporary: None,
        })
    }

    /// Puts a complete, expected download where it belongs.
    fn keep(
        &self,
        request: &FileRequest,
        download: transfer::Download,
    ) -> Result<FetchedFile, FetchError> {
        let expected = hashing::strongest(&request.expected);
        let (url, requests, size_bytes) = (download.url, download.requests, download.size_bytes);
        let (sha256, other) = (download.sha256, download.other);
        let cacheable = !expected.is_empty() || (request.immutable && download.is_complete);
        if !cacheable {
            let temporary = Arc::new(download.file.into_temp_path());
            let path = temporary.to_path_buf();
            return Ok(FetchedFile {
                path,
                size_bytes,
                sha256,
                url,
                requests,
                next_page: download.next_page,
                temporary: Some(temporary),
            });
        }
        let path = self.cache.store(download.file, &sha256)?;
        let entry = CacheEntry {
            path: path.clone(),
            size_bytes,
            sha256: sha256.clone(),
        };
        if request.immutable && download.is_complete {
            self.cache.remember_url(&download.asked, &entry)?;
        }
        if let Some(other) = &other {
            self.cache.remember_hash(other, &entry)?;
        }
        Ok(FetchedFile {
            path,
            size_bytes,
            sha256,
            url,
            requests,
            next_page: None,
            temporary: None,
        })
    }
}

impl Fetch for Client {
    fn file(&self, request: &FileRequest) -> Result<FetchedFile, FetchError> {
        self.options.interrupt.check()?;
        let url = self.effective_url(&request.url)?;
        if let Some(entry) = self.cached(&url, request)? {
            return self.answer_from_cache(entry, &url, request);
        }
        if self.options.offline {
            return Err(FetchError::Offline {
                url: request.url.to_string(),
            });
        }
        let download = transfer::download(self, request, &url)?;
        self.keep(request, download)
    }

    fn git(&self, request: &GitRequest) -> Result<GitTree, FetchError> {
        git::checkout(self, request)
    }

    fn git_references(&self, url: &str, local: bool) -> Result<Vec<GitReference>, FetchError> {
        git::references(self, url, local)
    }

    fn endpoints(&self) -> &Endpoints {
        &self.options.endpoints
    }

    fn progress(&self) -> &dyn Progress {
        self.options.progress.as_ref()
    }

    fn interrupt(&self) -> &Interrupt {
        &self.options.interrupt
    }
}

/// What a download must hash to, of one algorithm.
type Expected = Vec<Hash>;

#[cfg(test)]
mod tests;
