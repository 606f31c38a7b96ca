//! What can be asked for, and what comes back.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use nixsmith_store::hash::{Algorithm, Hash, hash_reader};
use nixsmith_store::tree::Tree;
use url::Url;

use crate::endpoints::Endpoints;
use crate::error::FetchError;
use crate::interrupt::Interrupt;
use crate::progress::Progress;

/// The size above which a download is refused unless the caller says otherwise: 4 GiB.
pub const DEFAULT_LIMIT_BYTES: u64 = 4 << 30;

/// The size above which a document of a registry or forge is refused: 64 MiB. The largest packuments have some 30 MB.
pub const DOCUMENT_LIMIT_BYTES: u64 = 64 << 20;

/// One file to be fetched with GET.
#[derive(Debug, Clone)]
pub struct FileRequest {
    /// The public address; a replacement in the endpoint table is applied by the client.
    pub url: Url,
    /// Any number of hashes that a lock file states. Those of the strongest algorithm count: the file must have one of them.
    pub expected: Vec<Hash>,
    /// More bytes than this are refused.
    pub limit_bytes: u64,
    /// Whether the content at this address never changes (a released crate): a cached copy then is an answer without a request.
    pub immutable: bool,
    /// The `Accept` header of a document, such as `application/json`. Documents may travel compressed; files without this
    /// header are taken byte for byte as the server stores them.
    pub accept: Option<String>,
}

impl FileRequest {
    /// A file of at most 4 GiB that may change, of no known hash.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            expected: Vec::new(),
            limit_bytes: DEFAULT_LIMIT_BYTES,
            immutable: false,
            accept: None,
        }
    }

    /// A document of at most 64 MiB, never cached.
    #[must_use]
    pub fn document(url: Url, accept: &str) -> Self {
        Self {
            limit_bytes: DOCUMENT_LIMIT_BYTES,
            accept: Some(accept.to_owned()),
            ..Self::new(url)
        }
    }

    /// The same, expecting this hash as well.
    #[must_use]
    pub fn expect(mut self, hash: Hash) -> Self {
        self.expected.push(hash);
        self
    }

    /// The same, for content that never changes.
    #[must_use]
    pub fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }

    /// The same with another limit.
    #[must_use]
    pub fn limit_bytes(mut self, limit_bytes: u64) -> Self {
        self.limit_bytes = limit_bytes;
        self
    }
}

/// A file that arrived, complete and as expected.
#[derive(Debug, Clone)]
pub struct FetchedFile {
    /// Where it lies: in the content cache, or, for what may not be cached, in a temporary file that lives as long as this value.
    pub path: PathBuf,
    /// Its size.
    pub size_bytes: u64,
    /// Its SHA-256.
    pub sha256: Hash,
    /// The address that served it, after redirects.
    pub url: Url,
    /// How many HTTP requests were made; 0: it came from the cache.
    pub requests: u32,
    /// The next page of a list, as the `Link` header with `rel="next"` names it.
    pub next_page: Option<Url>,
    /// Keeps the temporary file alive.
    pub(crate) temporary: Option<Arc<tempfile::TempPath>>,
}

impl FetchedFile {
    /// A file that lies at `path` and came from `url`, for other implementations of [`Fetch`]. Hashes it.
    pub fn from_path(path: PathBuf, url: Url, requests: u32) -> Result<Self, FetchError> {
        let problem = |source| FetchError::Cache {
            path: path.clone(),
            source,
        };
        let mut file = File::open(&path).map_err(problem)?;
        let (sha256, size_bytes) = hash_reader(Algorithm::Sha256, &mut file).map_err(problem)?;
        Ok(Self {
            path,
            size_bytes,
            sha256,
            url,
            requests,
            next_page: None,
            temporary: None,
        })
    }

    /// Opens it for reading.
    pub fn open(&self) -> Result<File, FetchError> {
        File::open(&self.path).map_err(|source| self.unreadable(source))
    }

    /// Its bytes. For documents: the request's limit is what bounds the memory.
    pub fn bytes(&self) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        self.open()?
            .read_to_end(&mut bytes)
            .map_err(|source| self.unreadable(source))?;
        Ok(bytes)
    }

    /// Whether it lies in a temporary file, not in the cache.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    fn unreadable(&self, source: io::Error) -> FetchError {
        FetchError::Cache {
            path: self.path.clone(),
            source,
        }
    }
}

/// Which commit of a repository is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Revision {
    /// A commit by its full id: 40 or 64 lower-case hexadecimal digits.
    Commit(String),
    /// A tag by its name, without `refs/tags/`.
    Tag(String),
    /// A branch by its name, without `refs/heads/`.
    Branch(String),
    /// What `HEAD` of the repository points to.
    Head,
    /// A full reference such as `refs/pull/1/head`, or a short name: a tag of that name, else a branch.
    Reference(String),
}

/// One commit of a git repository to be checked out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GitRequest {
    /// An `https`, `ssh` or `git` URL, `user@host:path`, or, with [`local`](Self::local), a path or `file` URL.
    pub url: String,
    /// Which commit.
    pub revision: Revision,
    /// Whether submodules are checked out too, recursively.
    pub submodules: bool,
    /// Whether files kept by git-lfs are fetched; needs the program `git-lfs`.
    pub lfs: bool,
    /// Folders (cone mode) to check out; empty for all.
    pub sparse: Vec<String>,
    /// Asks for the `.git` folder: refused, its content differs from one git version to the next.
    pub leave_dot_git: bool,
    /// Whether the user named this repository, so that it may be a local path. Never for what a lock file or a page names.
    pub local: bool,
}

impl GitRequest {
    /// A plain checkout of a remote repository.
    pub fn new(url: impl Into<String>, revision: Revision) -> Self {
        Self {
            url: url.into(),
            revision,
            submodules: false,
            lfs: false,
            sparse: Vec::new(),
            leave_dot_git: false,
            local: false,
        }
    }
}

/// A checkout without any `.git`, as nixpkgs' `fetchgit` leaves it.
#[derive(Clone)]
pub struct GitTree {
    /// The full id of the commit.
    pub commit: String,
    /// Its files; their contents lie in [`checkout`](Self::checkout).
    pub tree: Tree,
    /// When it was committed, in seconds since 1970.
    pub commit_time_seconds: i64,
    /// How many times a remote repository was asked; 0: it came from the cache.
    pub requests: u32,
    /// How many files are pointers to git-lfs content that was not fetched.
    pub lfs_pointers: u64,
    /// The folder behind the tree. Whoever takes the tree apart keeps this as long as the contents are read.
    pub checkout: Checkout,
}

/// A temporary folder that is removed with its last clone.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub(crate) folder: Arc<tempfile::TempDir>,
    pub(crate) path: PathBuf,
}

impl Checkout {
    /// The root of the checked-out files.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        debug_assert!(self.path.starts_with(self.folder.path()));
        &self.path
    }
}

/// One reference of a remote repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitReference {
    /// Its full name, such as `refs/tags/v1.0` or `HEAD`.
    pub name: String,
    /// The commit it points to; that of an annotated tag, not the tag object.
    pub commit: String,
}

/// The network as the other crates see it; tests may put something else in its place.
pub trait Fetch: Send + Sync {
    /// Fetches one file, from the cache if that is allowed.
    fn file(&self, request: &FileRequest) -> Result<FetchedFile, FetchError>;

    /// Checks out one commit.
    fn git(&self, request: &GitRequest) -> Result<GitTree, FetchError>;

    /// The references of a repository, sorted by name; `local` as in [`GitRequest::local`].
    fn git_references(&self, url: &str, local: bool) -> Result<Vec<GitReference>, FetchError>;

    /// The endpoint table.
    fn endpoints(&self) -> &Endpoints;

    /// Who hears of progress.
    fn progress(&self) -> &dyn Progress;

    /// The flag to look at in long loops.
    fn interrupt(&self) -> &Interrupt;
}
