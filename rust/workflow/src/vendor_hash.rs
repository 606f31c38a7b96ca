//! `vendor-hash`: the hash nixpkgs expects for everything that a project's lock file pins.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use nixsmith_ecosystem::detect::{Detected, detect_in};
pub use nixsmith_ecosystem::vendor::NpmOptions;
use nixsmith_ecosystem::vendor::{VendorRequest, attributes, ecosystem_of_attribute};
use nixsmith_ecosystem::{Ecosystem, EcosystemError, VendorHash, vendor_hash};
use nixsmith_store::tree::{Contents, Node, Tree};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::Problem;
use crate::source::{self, Options, Source};

/// Which project, and which of its hashes.
#[derive(Debug, Clone)]
pub struct Request {
    /// A folder, or a source as `prefetch` takes it.
    pub project: String,
    /// The folder of the lock file inside the project; empty: its root.
    pub root: String,
    /// The attribute of nixpkgs' builder, `cargoHash`; the one of the only lock file, if absent.
    pub attribute: Option<String>,
    /// How `npmDepsHash` is made.
    pub npm: NpmOptions,
}

/// The hash and what it took.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Whose lock it is: `cargo`, `npm`.
    pub ecosystem: String,
    /// The attribute of nixpkgs' builder that takes the hash.
    pub attribute: String,
    /// The lock file, inside the project.
    pub lock_file: String,
    /// SHA-256 of the NAR of what nixpkgs' fetcher would make, as SRI.
    pub hash: String,
    /// Archives, git trees and documents that went into it.
    pub files: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// Requests to the network; 0: everything was in the cache.
    pub requests: u64,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "vendor-hash";
}

/// Computes the hash. Fetches what the lock pins, each file checked against it; runs no package manager.
///
/// # Errors
/// When there is no lock or more than one to choose from, when the lock is malformed or nixpkgs' fetcher would not accept it, when a
/// download fails or is not what the lock states.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let root = inner_folder(&request.root)?;
    let request = &Request {
        root,
        ..request.clone()
    };
    let (tree, requests) = tree(request, context)?;
    let ecosystem = match &request.attribute {
        Some(attribute) => {
            ecosystem_of_attribute(attribute).ok_or_else(|| unknown_attribute(attribute))?
        }
        None => only_ecosystem(&tree, request)?,
    };
    let vendor = VendorRequest {
        npm: request.npm,
        ..VendorRequest::new(&tree, &request.root, ecosystem)
    };
    let hash = vendor_hash(&vendor, context.fetch()?).map_err(problem)?;
    Ok(report(hash, requests))
}

/// A folder inside the project without `.` and empty parts. Err: it leads out.
fn inner_folder(folder: &str) -> Result<String, Problem> {
    let parts = folder.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<&str> = parts.collect();
    if folder.starts_with('/') || parts.contains(&"..") {
        return Err(Problem::usage(format!(
            "`{folder}` is not a folder inside the project"
        )));
    }
    Ok(parts.join("/"))
}

fn report(hash: VendorHash, requests: u64) -> Report {
    Report {
        ecosystem: hash.ecosystem.to_string(),
        attribute: hash.attribute.to_owned(),
        lock_file: hash.lock_file,
        hash: hash.hash.to_string(),
        files: hash.files,
        bytes: hash.bytes,
        requests: hash.requests + requests,
    }
}

/// The project's files and the requests they took. Of a folder only the lock files: the rest may be large and is not looked at.
fn tree(request: &Request, context: &Context) -> anyhow::Result<(Tree, u64)> {
    let project = &request.project;
    let folder = context.path(Path::new(project));
    if folder.is_dir() {
        let tree = locks(&folder, &request.root);
        let tree = tree
            .with_context(|| format!("could not read the lock files in `{}`", folder.display()))?;
        return Ok((tree, 0));
    }
    if folder.is_file() && is_lock(&folder) {
        return Err(Problem::user(format!("`{project}` is a lock file"))
            .hint("name the folder it lies in")
            .into());
    }
    let source = Source::parse(project, &Options::default(), context)?;
    let resolved = source::resolve(&source, context)?;
    Ok((resolved.tree()?, resolved.requests))
}

fn is_lock(path: &Path) -> bool {
    let mut names = Ecosystem::ALL.into_iter().flat_map(Ecosystem::lock_files);
    names.any(|name| path.file_name().is_some_and(|it| it == *name))
}

/// The lock files in `root` of a folder, links followed.
fn locks(folder: &Path, root: &str) -> io::Result<Tree> {
    let mut tree = Tree::new();
    for name in Ecosystem::ALL.into_iter().flat_map(Ecosystem::lock_files) {
        let place = Path::new(root).join(name);
        let path = folder.join(&place);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => continue,
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(error),
        };
        let node = Node::File {
            executable: metadata.permissions().mode() & 0o100 != 0,
            contents: Contents::from_path(path, metadata.len()),
        };
        tree.insert(place.as_os_str().as_bytes(), node)
            .map_err(io::Error::other)?;
    }
    Ok(tree)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The ecosystem whose lock is the only one of which a hash can be computed.
fn only_ecosystem(tree: &Tree, request: &Request) -> Result<Ecosystem, Problem> {
    let detected = detect_in(tree, &request.root);
    let project = place(request);
    let known: Vec<(Ecosystem, &str)> = attributes().collect();
    let attribute_of = |ecosystem| known.iter().find(|row| row.0 == ecosystem).map(|row| row.1);
    let usable: Vec<&Detected> = detected
        .iter()
        .filter(|lock| attribute_of(lock.ecosystem).is_some())
        .collect();
    match (usable.as_slice(), detected.as_slice()) {
        ([lock], _) => Ok(lock.ecosystem),
        ([], []) => Err(no_lock(&project, &locks_below(tree), &known)),
        ([], [lock, ..]) => {
            let names: Vec<&str> = known.iter().map(|row| row.1).collect();
            Err(Problem::user(format!(
                "no vendor hash can be computed for `{}`",
                lock.lock_file
            ))
            .hint(format!("computed are {}", names.join(", "))))
        }
        (several, _) => {
            let files: Vec<String> = several
                .iter()
                .map(|lock| format!("`{}`", lock.lock_file))
                .collect();
            let names = several
                .iter()
                .filter_map(|lock| attribute_of(lock.ecosystem));
            let flags: Vec<String> = names.map(|name| format!("`--attribute {name}`")).collect();
            Err(
                Problem::user(format!("`{project}` has {}", files.join(" and ")))
                    .hint(format!("choose with {}", flags.join(" or "))),
            )
        }
    }
}

/// The project, and the folder inside it if one was named.
fn place(request: &Request) -> String {
    match request.root.as_str() {
        "" => request.project.clone(),
        root => format!("{root}` of `{}", request.project),
    }
}

fn no_lock(project: &str, below: &[String], known: &[(Ecosystem, &str)]) -> Problem {
    let problem = Problem::user(format!("`{project}` has no lock file"));
    if let Some(first) = below.first().and_then(|path| path.rsplit_once('/')) {
        let found: Vec<String> = below.iter().map(|path| format!("`{path}`")).collect();
        return problem.hint(format!(
            "found {}; choose with `--root {}`",
            found.join(", "),
            first.0
        ));
    }
    let files: Vec<&str> = known
        .iter()
        .flat_map(|row| row.0.lock_files())
        .copied()
        .collect();
    problem.hint(format!("looked for {}", files.join(", ")))
}

/// At most ten lock files of which a hash can be computed, anywhere in the tree; the shallowest first.
fn locks_below(tree: &Tree) -> Vec<String> {
    let names: Vec<&str> = attributes()
        .flat_map(|row| row.0.lock_files())
        .copied()
        .collect();
    let is_lock = |path: &String| names.contains(&path.rsplit('/').next().unwrap_or(path));
    let paths = tree
        .walk()
        .filter(|(_, node)| matches!(node, Node::File { .. }));
    let mut found: Vec<String> = paths
        .filter_map(|(path, _)| String::from_utf8(path).ok())
        .filter(is_lock)
        .collect();
    found.sort_by_key(|path| path.matches('/').count());
    found.truncate(10);
    found
}

fn unknown_attribute(attribute: &str) -> Problem {
    let names: Vec<&str> = attributes().map(|row| row.1).collect();
    Problem::usage(format!("no hash named `{attribute}` is computed"))
        .hint(format!("computed are {}", names.join(", ")))
}

fn problem(error: EcosystemError) -> anyhow::Error {
    match error {
        EcosystemError::Interrupted(interrupted) => interrupted.into(),
        error @ EcosystemError::OldCargoLock { .. } => {
            let hint = error.hint().unwrap_or_default();
            let hint = format!(
                "{hint}; `package new` writes the lock of a Rust package anew beside the expression"
            );
            Problem::user(error.to_string()).hint(hint).into()
        }
        error => match error.hint().map(str::to_owned) {
            Some(hint) => Problem::user(error.to_string()).hint(hint).into(),
            None => error.into(),
        },
    }
}
