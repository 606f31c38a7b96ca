//! Many downloads at once, each one checked against what its lock states.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use nixsmith_fetch::interrupt::Interrupted;
use nixsmith_fetch::{Fetch, FetchError, FetchedFile, FileRequest};

use crate::error::{EcosystemError, excerpt};

/// One file to get.
pub(crate) struct Download {
    /// `name version`, or the lock's key: for messages.
    pub(crate) package: String,
    /// Where, and which hashes it must have.
    pub(crate) request: FileRequest,
}

/// Fetches what one lock names.
#[derive(Clone, Copy)]
pub(crate) struct Downloads<'a> {
    pub(crate) fetch: &'a dyn Fetch,
    pub(crate) connections: usize,
    pub(crate) lock_file: &'a str,
}

impl Downloads<'_> {
    /// Runs `downloads`; the files come in the same order. The first failure stops the others; of several, the one that stands
    /// first is reported.
    pub(crate) fn run(
        &self,
        what: &str,
        downloads: &[Download],
    ) -> Result<Vec<FetchedFile>, EcosystemError> {
        self.each(what, downloads, |download, result| {
            result.map_err(|source| self.failed(&download.package, source))
        })
    }

    /// As [`Downloads::run`], with `finish` called in the thread that fetched.
    pub(crate) fn each<T: Send>(
        &self,
        what: &str,
        downloads: &[Download],
        finish: impl Fn(&Download, Result<FetchedFile, FetchError>) -> Result<T, EcosystemError> + Sync,
    ) -> Result<Vec<T>, EcosystemError> {
        let slots: Vec<Mutex<Option<Result<T, EcosystemError>>>> =
            downloads.iter().map(|_| Mutex::new(None)).collect();
        let task = self
            .fetch
            .progress()
            .start(what, Some(downloads.len() as u64));
        let next = AtomicUsize::new(0);
        let failed = AtomicBool::new(false);
        let work = || {
            while !failed.load(Ordering::Relaxed) && self.fetch.interrupt().check().is_ok() {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let (Some(download), Some(slot)) = (downloads.get(index), slots.get(index)) else {
                    return;
                };
                let result = finish(download, self.fetch.file(&download.request));
                if result.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                task.advance(1);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.connections.clamp(1, downloads.len().max(1)) {
                scope.spawn(work);
            }
            work();
        });
        self.fetch.interrupt().check()?;
        // A slot left empty belongs to a download that another one's failure stopped: that failure is among the results.
        let results = slots
            .into_iter()
            .filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
        results.collect()
    }

    /// The error of one fetch that failed; an interruption stays one.
    pub(crate) fn failed(&self, package: &str, source: FetchError) -> EcosystemError {
        if matches!(source, FetchError::Interrupted) {
            return EcosystemError::Interrupted(Interrupted);
        }
        EcosystemError::Fetch {
            file: self.lock_file.to_owned(),
            package: excerpt(package),
            source: Box::new(source),
        }
    }
}
