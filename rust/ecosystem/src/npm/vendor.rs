//! The folder behind nixpkgs' `npmDepsHash`, as `fetchNpmDeps` makes it: npm's download cache and the lock.
//!
//! Source: pkgs/build-support/node/prefetch-npm-deps in nixpkgs, revision 7beb50e7ff79. Every entry with a URL counts, each URL once, with its
//! strongest integrity; a git dependency is packed again, and its own lock is followed.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_fetch::FileRequest;
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_store::hash::{Algorithm, Hash, hash_bytes, hash_reader};
use nixsmith_store::tree::{Contents, Node, Tree, TreeError};
use url::Url;

use super::cache::{Cache, Response};
use super::lock::{NpmLock, NpmPackage, Resolved};
use super::{git, packument};
use crate::error::{EcosystemError, Problem, excerpt};
use crate::lock_file::LockFile;
use crate::vendor::{Download, Downloads, NpmOptions, Staging};

/// The longest package archive that is fetched.
const ARCHIVE_BYTES_MAX: u64 = 2 << 30;
/// The longest lock of a git dependency that is read.
const LOCK_BYTES_MAX: u64 = 64 << 20;
/// The most git dependencies that are followed.
const GIT_MAX: usize = 1000;

/// One URL that goes into the cache.
struct Entry {
    /// The lock it stands in.
    file: String,
    /// The name it states, else its key.
    name: String,
    version: Option<String>,
    url: Url,
    origin: Origin,
}

enum Origin {
    /// As downloaded; one of these hashes, all of one algorithm, is the file's.
    Archive(Vec<Hash>),
    /// Packed again.
    Git,
}

/// A git dependency, packed.
struct Packed {
    contents: Contents,
    hash: Hash,
}

/// A lock whose entries are still to be taken.
struct Pending {
    file: String,
    bytes: Vec<u8>,
    may_be_empty: bool,
    /// It lies in a git dependency.
    followed: bool,
}

struct Collector<'a> {
    downloads: &'a Downloads<'a>,
    options: NpmOptions,
    staging: Staging,
    packed: BTreeMap<String, Packed>,
    pending: Vec<Pending>,
}

/// Fetches everything the lock names and puts it together.
pub(super) fn stage(
    lock: &LockFile,
    options: NpmOptions,
    downloads: &Downloads<'_>,
) -> Result<Staging, EcosystemError> {
    if !(1..=3).contains(&options.fetcher_version) {
        return Err(EcosystemError::Refused {
            file: lock.path.clone(),
            problem: format!(
                "the form of fetcher version {} is not known",
                options.fetcher_version
            ),
            hint: "versions 1, 2 and 3 are".to_owned(),
        });
    }
    let first = Pending {
        file: lock.path.clone(),
        bytes: lock.bytes.clone(),
        may_be_empty: options.force_empty_cache,
        followed: false,
    };
    let mut collector = Collector {
        downloads,
        options,
        staging: Staging::default(),
        packed: BTreeMap::new(),
        pending: vec![first],
    };
    let mut entries = Vec::new();
    while let Some(pending) = collector.pending.pop() {
        entries.extend(collector.entries(&pending)?);
    }
    entries.sort_by(|one, two| one.url.cmp(&two.url));
    entries.dedup_by(|later, first| later.url == first.url);
    let mut cache = Cache::new().map_err(composing)?;
    collector.fill(&mut cache, &entries)?;
    if options.fetcher_version >= 2 {
        let names = entries
            .iter()
            .filter_map(|entry| Some((entry.name.as_str(), entry.version.as_deref()?)));
        packument::fill(&mut cache, names, downloads, &mut collector.staging)?;
    }
    let mut staging = collector.staging;
    put(&mut staging.tree, "_cacache", cache.into_node())?;
    put(
        &mut staging.tree,
        "package-lock.json",
        Node::file(Contents::from_bytes(lock.bytes.clone())),
    )?;
    if options.fetcher_version >= 2 {
        let version = options.fetcher_version.to_string().into_bytes();
        put(
            &mut staging.tree,
            ".fetcher-version",
            Node::file(Contents::from_bytes(version)),
        )?;
    }
    Ok(staging)
}

impl Collector<'_> {
    /// The entries of one lock; its git dependencies are fetched, and their locks wait in `pending`.
    fn entries(&mut self, pending: &Pending) -> Result<Vec<Entry>, EcosystemError> {
        let lock = if pending.followed {
            NpmLock::parse_followed(&pending.file, &pending.bytes)?
        } else {
            NpmLock::parse(&pending.file, &pending.bytes)?
        };
        let refused = |problem: &str, hint: &str| EcosystemError::Refused {
            file: pending.file.clone(),
            problem: problem.to_owned(),
            hint: hint.to_owned(),
        };
        if lock.has_byte_order_mark {
            return Err(refused(
                "it starts with a byte order mark, which nixpkgs' prefetch-npm-deps cannot read",
                "remove the first three bytes of the file",
            ));
        }
        let mut entries = Vec::new();
        for (url, packages) in by_url(&pending.file, &lock)? {
            entries.push(entry(&pending.file, url, &packages)?);
        }
        if entries.is_empty() && !pending.may_be_empty {
            return Err(refused(
                "no entry has a `resolved` URL, so nothing would be fetched",
                "let a current npm write `resolved` and `integrity`, or accept an empty cache with `--force-empty-cache`",
            ));
        }
        self.fetch_git(&mut entries)?;
        Ok(entries)
    }

    /// Fetches the git dependencies among the entries, packs them, and gives the entries the address of the archive.
    fn fetch_git(&mut self, entries: &mut [Entry]) -> Result<(), EcosystemError> {
        let mut wanted = Vec::new();
        let mut asked = BTreeSet::new();
        for entry in entries
            .iter_mut()
            .filter(|entry| matches!(entry.origin, Origin::Git))
        {
            entry.url = git::archive_url(&entry.url)
                .map_err(|problem| problem.of(&entry.file, &entry.name))?;
            if !self.packed.contains_key(entry.url.as_str()) && asked.insert(entry.url.clone()) {
                let request = git::archive_request(&entry.url, self.downloads.fetch.endpoints());
                wanted.push((
                    &*entry,
                    Download {
                        package: entry.name.clone(),
                        request,
                    },
                ));
            }
        }
        if self.packed.len() + wanted.len() > GIT_MAX {
            let file = self.downloads.lock_file.to_owned();
            let problem = format!("its git dependencies lead to more than {GIT_MAX} others");
            return Err(EcosystemError::Lock { file, problem });
        }
        let (wanted, requests): (Vec<&Entry>, Vec<Download>) = wanted.into_iter().unzip();
        if requests.is_empty() {
            return Ok(());
        }
        let files = self.downloads.run("fetching git dependencies", &requests)?;
        for (entry, file) in wanted.into_iter().zip(files) {
            let failed = |problem: Problem| problem.of(&entry.file, &entry.name);
            self.staging.files += 1;
            self.staging.bytes += file.size_bytes;
            self.staging.requests += u64::from(file.requests);
            let tree = git::unpack(&file).map_err(failed)?;
            self.follow(entry, &tree)?;
            let bytes = git::pack(&tree).map_err(failed)?;
            let hash = hash_bytes(Algorithm::Sha512, &bytes);
            self.packed.insert(
                entry.url.to_string(),
                Packed {
                    contents: Contents::from_bytes(bytes),
                    hash,
                },
            );
        }
        Ok(())
    }

    /// Notes the lock of a git dependency. Without one, a package that runs scripts would be installed from nothing.
    fn follow(&mut self, entry: &Entry, tree: &Tree) -> Result<(), EcosystemError> {
        let script =
            git::install_script(tree).map_err(|problem| problem.of(&entry.file, &entry.name))?;
        let bytes = tree
            .read("package-lock.json", LOCK_BYTES_MAX)
            .ok()
            .flatten();
        let bytes = bytes.filter(|bytes| std::str::from_utf8(bytes).is_ok());
        match (bytes, script) {
            (Some(bytes), _) => {
                let file = format!("{} (package-lock.json)", entry.url);
                self.pending.push(Pending { file, bytes, may_be_empty: true, followed: true });
                Ok(())
            }
            (None, Some(script)) if !self.options.force_git_dependencies => Err(EcosystemError::RefusedPackage {
                file: entry.file.clone(),
                package: excerpt(&entry.name),
                problem: format!("a git dependency with the script `{script}` and without a lock"),
                hint: "nixpkgs takes it with `forceGitDeps = true`; compute that hash with `--force-git-deps`".to_owned(),
            }),
            (None, _) => Ok(()),
        }
    }

    /// Fetches the archives and files everything in the cache.
    fn fill(&mut self, cache: &mut Cache, entries: &[Entry]) -> Result<(), EcosystemError> {
        let mut archives = Vec::new();
        for entry in entries {
            match &entry.origin {
                Origin::Archive(hashes) => archives.push((entry, hashes)),
                Origin::Git => {
                    let Some(packed) = self.packed.get(entry.url.as_str()) else {
                        continue;
                    };
                    let (contents, hash) = (packed.contents.clone(), packed.hash.clone());
                    cache
                        .put(Response {
                            url: &entry.url,
                            contents,
                            hash,
                            accept: None,
                        })
                        .map_err(composing)?;
                }
            }
        }
        let download = |(entry, hashes): &(&Entry, &Vec<Hash>)| {
            let mut request = FileRequest::new(secure(&entry.url))
                .limit_bytes(ARCHIVE_BYTES_MAX)
                .immutable();
            request.expected = (*hashes).clone();
            Download {
                package: entry.name.clone(),
                request,
            }
        };
        let requests: Vec<Download> = archives.iter().map(download).collect();
        let files = self.downloads.run("fetching npm packages", &requests)?;
        for ((entry, hashes), file) in archives.into_iter().zip(files) {
            let contents = self.staging.keep(file);
            let hash = hash_of(&contents, hashes)
                .map_err(|problem| problem.of(&entry.file, &entry.name))?;
            cache
                .put(Response {
                    url: &entry.url,
                    contents,
                    hash,
                    accept: None,
                })
                .map_err(composing)?;
        }
        Ok(())
    }
}

/// Where to fetch an archive: old locks name the registry by `http`, which serves the same as `https`.
fn secure(url: &Url) -> Url {
    let registry = Endpoint::Npm.public_url();
    let plain = registry.replacen("https:", "http:", 1);
    let path = url
        .as_str()
        .strip_prefix(&plain)
        .filter(|path| path.starts_with('/'));
    let address = path.and_then(|path| Url::parse(&format!("{registry}{path}")).ok());
    address.unwrap_or_else(|| url.clone())
}

/// Which of the hashes the file has; the download has made sure that it has one.
fn hash_of(contents: &Contents, hashes: &[Hash]) -> Result<Hash, Problem> {
    if let [hash] = hashes {
        return Ok(hash.clone());
    }
    let algorithm = hashes.first().map_or(Algorithm::Sha512, Hash::algorithm);
    let read = || hash_reader(algorithm, &mut contents.reader()?);
    let (hash, _) =
        read().map_err(|error| Problem::because("could not read its archive", error))?;
    Ok(hash)
}

/// The entries with a URL, grouped by it. Err: an integrity that prefetch-npm-deps cannot read, wherever it stands.
fn by_url<'lock>(
    file: &str,
    lock: &'lock NpmLock,
) -> Result<BTreeMap<&'lock Url, Vec<&'lock NpmPackage>>, EcosystemError> {
    let mut by_url: BTreeMap<&Url, Vec<&NpmPackage>> = BTreeMap::new();
    for package in &lock.packages {
        for token in package.integrity.iter().flatten() {
            if strength(token).is_none() {
                return Err(EcosystemError::RefusedPackage {
                    file: file.to_owned(),
                    package: excerpt(&package.key),
                    problem: format!(
                        "nixpkgs' prefetch-npm-deps reads sha1 and sha512 only, not `{}`",
                        excerpt(token)
                    ),
                    hint: "let a current npm rewrite the lock".to_owned(),
                });
            }
        }
        match &package.resolved {
            _ if lock.version == 1 && package.bundled => {}
            Some(Resolved::Url(url)) => by_url.entry(url).or_default().push(package),
            _ if lock.version == 1 => {
                let problem = "it has no URL, without which nixpkgs' prefetch-npm-deps takes no lock of version 1";
                return Err(Problem::from(problem).of(file, &package.key));
            }
            _ => {}
        }
    }
    Ok(by_url)
}

/// The one entry of a URL: of the packages with the strongest integrity the first counts.
fn entry(file: &str, url: &Url, packages: &[&NpmPackage]) -> Result<Entry, EcosystemError> {
    let best = |package: &NpmPackage| {
        package
            .integrity
            .iter()
            .flatten()
            .filter_map(|token| strength(token))
            .max()
    };
    let strongest = packages.iter().filter_map(|package| best(package)).max();
    let first = packages.iter().find(|package| best(package) == strongest);
    let key = first.map_or("", |package| package.key.as_str());
    let name = first
        .and_then(|package| package.stated_name.as_deref())
        .unwrap_or(key);
    let origin = if git::is_git(url) {
        Origin::Git
    } else {
        let tokens = packages
            .iter()
            .flat_map(|package| package.integrity.iter().flatten());
        let hashes: BTreeSet<Hash> = tokens
            .filter(|token| strength(token) == strongest)
            .map(|token| hash(token).map_err(|problem| problem.of(file, key)))
            .collect::<Result<_, _>>()?;
        if hashes.is_empty() {
            return Err(EcosystemError::RefusedPackage {
                file: file.to_owned(),
                package: excerpt(key),
                problem: format!(
                    "it is fetched from `{}` and has no `integrity`",
                    excerpt(url.as_str())
                ),
                hint: "let a current npm write `resolved` and `integrity` for every package"
                    .to_owned(),
            });
        }
        Origin::Archive(hashes.into_iter().collect())
    };
    Ok(Entry {
        file: file.to_owned(),
        name: name.to_owned(),
        version: first.and_then(|package| package.version.clone()),
        url: url.clone(),
        origin,
    })
}

/// The rank of a token's algorithm. None: prefetch-npm-deps does not know it.
fn strength(token: &str) -> Option<u8> {
    match token.split_once('-')?.0 {
        "sha1" => Some(0),
        "sha512" => Some(1),
        _ => None,
    }
}

/// The hash of a token, which must be written as npm writes it: it goes into the cache's index word by word.
fn hash(token: &str) -> Result<Hash, Problem> {
    let sentence = || format!("its integrity is malformed: `{}`", excerpt(token));
    let hash = Hash::parse(token, None).map_err(|error| Problem::because(sentence(), error))?;
    if hash.to_string() == token {
        Ok(hash)
    } else {
        Err(sentence().into())
    }
}

fn put(tree: &mut Tree, path: &str, node: Node) -> Result<(), EcosystemError> {
    tree.insert(path.as_bytes(), node).map_err(composing)
}

/// The error of a tree that is being put together.
pub(super) fn composing(source: TreeError) -> EcosystemError {
    EcosystemError::Tree {
        what: "the vendor folder".to_owned(),
        source,
    }
}
