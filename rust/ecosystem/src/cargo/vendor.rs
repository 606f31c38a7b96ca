//! The folder behind nixpkgs' `cargoHash`, as `fetchCargoVendor` stages it.
//!
//! Source: pkgs/build-support/rust/fetch-cargo-vendor-util.py in nixpkgs, revision 7beb50e7ff79. `Cargo.lock` byte for byte and with its
//! mode, `tarballs/NAME-VERSION.tar.gz` as downloaded, `git/COMMIT/` as checked out with submodules and without any `.git`.

use std::collections::BTreeMap;

use nixsmith_fetch::endpoints::{Endpoint, segment};
use nixsmith_fetch::{FileRequest, GitRequest, Revision};
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{Contents, Node, Tree, TreeError};
use url::Url;

use super::lock::{CargoGit, CargoLock, CargoPackage, CargoSource};
use crate::error::{EcosystemError, Problem, excerpt};
use crate::lock_file::LockFile;
use crate::vendor::{Download, Downloads, GitTree, Staging};

/// The longest crate archive that is fetched. The registry's own limit is 10 MiB unless its keepers raise it for a crate.
const CRATE_BYTES_MAX: u64 = 2 << 30;

/// Fetches everything the lock names and puts it together.
pub(super) fn stage(lock: &LockFile, downloads: &Downloads<'_>) -> Result<Staging, EcosystemError> {
    let cargo = CargoLock::parse(&lock.path, &lock.bytes)?;
    check(lock, &cargo)?;
    let archives = archives(lock, &cargo)?;
    let repositories = repositories(&cargo);
    let requests: Vec<Download> = archives
        .values()
        .map(|archive| archive.download())
        .collect();
    let files = downloads.run("fetching crates", &requests)?;
    let mut staging = Staging::default();
    let contents = Contents::from_bytes(lock.bytes.clone());
    let executable = lock.executable;
    put(
        &mut staging.tree,
        "Cargo.lock",
        Node::File {
            executable,
            contents,
        },
    )?;
    for (name, file) in archives.keys().zip(files) {
        let contents = staging.keep(file);
        put(
            &mut staging.tree,
            &format!("tarballs/{name}"),
            Node::file(contents),
        )?;
    }
    for (commit, (package, git)) in repositories {
        add_checkout(&mut staging, &commit, package, git, downloads)?;
    }
    Ok(staging)
}

/// Refuses what `fetchCargoVendor` refuses.
fn check(lock: &LockFile, cargo: &CargoLock) -> Result<(), EcosystemError> {
    let refused = |problem: &str, hint: &str| {
        Err(EcosystemError::Refused {
            file: lock.path.clone(),
            problem: problem.to_owned(),
            hint: hint.to_owned(),
        })
    };
    if cargo.has_byte_order_mark {
        return refused(
            "it starts with a byte order mark, which nixpkgs' fetchCargoVendor cannot read",
            "remove the first three bytes of the file",
        );
    }
    let from_registry = |package: &CargoPackage| package.source == CargoSource::DefaultRegistry;
    if cargo.version == 1 && cargo.packages.iter().any(from_registry) {
        return Err(EcosystemError::OldCargoLock {
            file: lock.path.clone(),
        });
    }
    Ok(())
}

struct Archive<'lock> {
    package: &'lock CargoPackage,
    request: FileRequest,
}

impl Archive<'_> {
    fn download(&self) -> Download {
        Download {
            package: label(self.package),
            request: self.request.clone(),
        }
    }
}

/// What to download, by file name.
fn archives<'lock>(
    lock: &LockFile,
    cargo: &'lock CargoLock,
) -> Result<BTreeMap<String, Archive<'lock>>, EcosystemError> {
    let mut archives: BTreeMap<String, Archive<'lock>> = BTreeMap::new();
    for package in &cargo.packages {
        match &package.source {
            CargoSource::Local | CargoSource::Git(_) => continue,
            CargoSource::Other(source) => return Err(other_registry(lock, package, source)),
            CargoSource::DefaultRegistry => {}
        }
        let problem = |sentence: &str| Problem::from(sentence).of(&lock.path, &label(package));
        let checksum = package
            .checksum
            .clone()
            .ok_or_else(|| problem("it has no checksum"))?;
        let name = format!("{}-{}.tar.gz", package.name, package.version);
        if let Some(known) = archives.get(&name) {
            if known.package.checksum != package.checksum {
                return Err(problem("it is locked twice, with different checksums"));
            }
            continue;
        }
        let url =
            download_url(package).map_err(|problem| problem.of(&lock.path, &label(package)))?;
        let request = FileRequest::new(url)
            .expect(checksum)
            .limit_bytes(CRATE_BYTES_MAX)
            .immutable();
        archives.insert(name, Archive { package, request });
    }
    Ok(archives)
}

/// Where nixpkgs fetches a crate: its static host, which has no rate limit.
fn download_url(package: &CargoPackage) -> Result<Url, Problem> {
    let base = Endpoint::Crates.public_url();
    let text = format!(
        "{base}/crates/{}/{}/download",
        segment(&package.name),
        segment(&package.version)
    );
    Url::parse(&text).map_err(|error| Problem::because("its name makes no address", error))
}

fn other_registry(lock: &LockFile, package: &CargoPackage, source: &str) -> EcosystemError {
    EcosystemError::RefusedPackage {
        file: lock.path.clone(),
        package: label(package),
        problem: format!(
            "nixpkgs' fetchCargoVendor accepts the default registry and git only, not `{}`",
            excerpt(source)
        ),
        hint: "use `cargoLock` with `extraRegistries` instead of `cargoHash`".to_owned(),
    }
}

/// The git trees by commit, each with one package that comes from it. Of several addresses the last counts, as in nixpkgs.
fn repositories<'lock>(
    cargo: &'lock CargoLock,
) -> BTreeMap<String, (&'lock CargoPackage, &'lock CargoGit)> {
    let with_git = |package: &'lock CargoPackage| match &package.source {
        CargoSource::Git(git) => Some((git.commit.clone(), (package, git))),
        _ => None,
    };
    cargo.packages.iter().filter_map(with_git).collect()
}

fn add_checkout(
    staging: &mut Staging,
    commit: &str,
    package: &CargoPackage,
    git: &CargoGit,
    downloads: &Downloads<'_>,
) -> Result<(), EcosystemError> {
    let mut request = GitRequest::new(git.url.clone(), Revision::Commit(commit.to_owned()));
    request.submodules = true;
    let checkout = downloads
        .fetch
        .git(&request)
        .map_err(|source| downloads.failed(&label(package), source))?;
    staging.files += 1;
    staging.requests += u64::from(checkout.requests);
    let lengths = checkout.tree.walk().map(|(_, node)| match node {
        Node::File { contents, .. } => contents.len_bytes(),
        _ => 0,
    });
    staging.bytes += lengths.sum::<u64>();
    let place = format!("git/{commit}");
    let nar = checkout.tree.nar_hash(Algorithm::Sha256);
    staging.git_trees.push(GitTree {
        package: format!("{}-{}", package.name, package.version),
        hash: nar.map_err(|source| tree_error(&place, source))?.hash,
    });
    put(&mut staging.tree, &place, checkout.tree.root)?;
    staging.checkouts.push(checkout.checkout);
    Ok(())
}

fn put(tree: &mut Tree, path: &str, node: Node) -> Result<(), EcosystemError> {
    tree.insert(path.as_bytes(), node)
        .map_err(|source| tree_error(path, source))
}

fn tree_error(path: &str, source: TreeError) -> EcosystemError {
    EcosystemError::Tree {
        what: path.to_owned(),
        source,
    }
}

fn label(package: &CargoPackage) -> String {
    excerpt(&format!("{} {}", package.name, package.version))
}
