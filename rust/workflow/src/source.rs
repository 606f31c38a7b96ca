//! A source: from the text a person types to the fetcher call that nixpkgs would write, its hash and its files.
//!
//! [`Source::parse`] decides what a text means, [`resolve`] gets the very artifact that the fetcher would get and hashes it
//! here. What a package built from the source needs is decided elsewhere.

mod fetcher;
mod file;
mod forge;
mod git;
mod location;
mod other;
mod package;
mod patch;
mod plain;
mod registry;
mod unpack;
mod version;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::forge::ForgeSource;
use nixsmith_fetch::{FetchedFile, GitTree};
use nixsmith_store::hash::{Algorithm, Hash};
use nixsmith_store::tree::Tree;
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use crate::context::Context;
use crate::error::Problem;

pub use fetcher::{Fetcher, UnknownFetcher};
pub use package::{PackageReference, Registry};

/// What a person may say about a source besides its text.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A commit, a tag or a branch; for Subversion a number.
    pub revision: Option<String>,
    /// The fetcher to write; the one that nixpkgs would use, if absent.
    pub fetcher: Option<Fetcher>,
    /// Whether git submodules belong to the source; as the fetcher does by default, if absent.
    pub submodules: Option<bool>,
    /// Whether files kept in Git LFS are fetched.
    pub lfs: bool,
    /// The folders that a sparse checkout keeps; all, if empty.
    pub sparse: Vec<String>,
    /// Whether `.git` is asked for; refused with the reason.
    pub leave_dot_git: bool,
    /// Which revision of a repository is meant when none is named.
    pub newest: Newest,
}

/// Which revision of a repository is meant when none is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newest {
    /// The newest commit of the default branch.
    #[default]
    Commit,
    /// The newest release or version tag; the newest commit where there is none.
    Release,
}

/// What a source text means.
#[derive(Clone, Debug)]
pub struct Source {
    location: Location,
    options: Options,
}

/// The kinds of places that sources come from.
#[derive(Clone, Debug)]
pub enum Location {
    /// A released package of a registry.
    Package(PackageReference),
    /// A repository on a forge.
    Forge(ForgeSource),
    /// A git repository by its address, which `git` understands.
    Git(String),
    /// A file by its address: `https`, `http`, `ftp`, `mirror` or `file`.
    File(Url),
    /// A Subversion repository.
    Subversion(Url),
    /// A Mercurial repository.
    Mercurial(Url),
    /// A local folder that is no repository.
    Directory(PathBuf),
}

/// What the hash of a fetcher covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HashMode {
    /// The bytes of one file.
    Flat,
    /// The NAR of a file tree.
    Nar,
}

/// A source with its hash and its files.
#[derive(Clone)]
pub struct Resolved {
    /// The call as nixpkgs would write it, every value literal; `None` for a local folder.
    pub call: Option<FetcherCall>,
    /// The hash in the call, sha256 unless the call says otherwise.
    pub hash: Hash,
    /// What the hash covers.
    pub mode: HashMode,
    /// Where the artifact came from: the public address, not its replacement, or the folder.
    pub url: String,
    /// The name of the package or repository.
    pub name: Option<String>,
    /// The version that the registry or the tag names, without a leading `v` or name.
    pub version: Option<String>,
    /// The tag, where the call names one.
    pub tag: Option<String>,
    /// The commit, 40 or 64 hexadecimal digits, where it is known.
    pub commit: Option<String>,
    /// When the commit was made, in seconds since 1970, where it is known.
    pub commit_time_seconds: Option<i64>,
    /// The package of a registry, with its version.
    pub package: Option<PackageReference>,
    /// The repository on a forge.
    pub forge: Option<ForgeSource>,
    /// A page for people about the source.
    pub homepage: Option<String>,
    /// How many bytes the artifact has: of the NAR or of the file.
    pub bytes: u64,
    /// How many requests were made; 0 where everything came from the cache.
    pub requests: u64,
    /// What a person should know.
    pub notes: Vec<String>,
    artifact: Artifact,
}

/// The bytes behind a hash.
#[derive(Clone)]
enum Artifact {
    Tree(Tree),
    Git(Arc<GitTree>),
    File(Box<FetchedFile>),
    Local(PathBuf),
    /// Normalised text that nobody asks for again.
    Patch,
    /// Files in a temporary folder, which has to live as long as they are read.
    Temporary {
        tree: Tree,
        _folder: Arc<tempfile::TempDir>,
    },
}

impl From<FetchedFile> for Artifact {
    fn from(file: FetchedFile) -> Self {
        Self::File(Box::new(file))
    }
}

impl Source {
    /// Decides what a text means. Touches no network; looks at local paths, relative to `context`'s folder.
    ///
    /// # Errors
    /// A text that no fetcher can fetch, or options that do not fit it.
    pub fn parse(text: &str, options: &Options, context: &Context) -> anyhow::Result<Self> {
        let (location, options) = location::parse(text, options, context)?;
        Ok(Self { location, options })
    }

    /// Where the source is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What was said about it.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }
}

/// Gets the artifact that the source's fetcher would get, and hashes it.
///
/// # Errors
/// Whatever keeps the artifact away or makes it unusable; the address is named. Nothing is written but the cache.
pub fn resolve(source: &Source, context: &Context) -> anyhow::Result<Resolved> {
    let options = &source.options;
    match &source.location {
        Location::Package(package) => registry::resolve(package, options, context),
        Location::Forge(forge) => forge::resolve(forge, options, context),
        Location::Git(url) => git::resolve(url, options, context),
        Location::File(url) => file::resolve(url, options, context),
        Location::Subversion(url) => other::subversion(url, options, context),
        Location::Mercurial(url) => other::mercurial(url, options, context),
        Location::Directory(path) => other::directory(path),
    }
}

impl Resolved {
    /// A source of which only the artifact is known.
    fn new(hash: Hash, mode: HashMode, url: impl Into<String>, artifact: Artifact) -> Self {
        Self {
            call: None,
            hash,
            mode,
            url: url.into(),
            name: None,
            version: None,
            tag: None,
            commit: None,
            commit_time_seconds: None,
            package: None,
            forge: None,
            homepage: None,
            bytes: 0,
            requests: 0,
            notes: Vec::new(),
            artifact,
        }
    }

    /// A source whose hash is that of a file tree.
    fn of_tree(url: impl Into<String>, tree: &Tree, artifact: Artifact) -> anyhow::Result<Self> {
        let url = url.into();
        let nar = tree
            .nar_hash(Algorithm::Sha256)
            .with_context(|| format!("could not hash the files of `{}`", shown(&url)))?;
        let bytes = nar.size_bytes;
        Ok(Self {
            bytes,
            ..Self::new(nar.hash, HashMode::Nar, url, artifact)
        })
    }

    /// The source with its call, to which the hash is added.
    fn called(self, call: FetcherCall) -> Self {
        self.called_with(call, "hash")
    }

    /// As [`Resolved::called`], for a fetcher that names its hash otherwise.
    fn called_with(self, call: FetcherCall, hash_name: &str) -> Self {
        let call = call.argument(hash_name, self.hash.to_string());
        Self {
            call: Some(call),
            ..self
        }
    }

    /// Whether it is a Python wheel, which a build takes as it is.
    #[must_use]
    pub fn is_wheel(&self) -> bool {
        self.mode == HashMode::Flat && unpack::is_wheel(&self.url)
    }

    /// The files as a build finds them: the unpacked source, its one top folder entered; all that a wheel holds.
    ///
    /// # Errors
    /// The artifact is one file that is no archive.
    pub fn tree(&self) -> anyhow::Result<Tree> {
        match &self.artifact {
            Artifact::Tree(tree) | Artifact::Temporary { tree, .. } => Ok(tree.clone()),
            Artifact::Git(git) => Ok(git.tree.clone()),
            Artifact::File(file) => unpack::source_tree(&file.path, &self.url),
            Artifact::Local(path) => unpack::source_tree(path, &self.url),
            Artifact::Patch => Err(Problem::user(format!(
                "`{}` is a patch, not a source",
                shown(&self.url)
            ))
            .into()),
        }
    }
}

/// Outside text for a message: at most 200 characters, control characters replaced.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(200)
        .map(|sign| if sign.is_control() { '\u{fffd}' } else { sign })
        .collect();
    if text.chars().nth(200).is_some() {
        shown.push('…');
    }
    shown
}
