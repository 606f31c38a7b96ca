//! `cargoHash` with git dependencies, compared with nixpkgs' own fetch-cargo-vendor-util.py and nix-prefetch-git: they stage the
//! lock from the same loopback server, and real Nix hashes what they made. Runs where `NIXSMITH_TEST_NIXPKGS` names a checkout,
//! `NIXSMITH_TEST_NIX` a `nix` program, and python3 (3.11 or later) and bash are on `PATH`; says so where not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test sets up must be there"
)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nixsmith_ecosystem::Ecosystem;
use nixsmith_fetch::endpoints::{CRATES_LOCK_SOURCES, Endpoint};
use nixsmith_fetch::process::{Environment, Program};
use nixsmith_fetch::testing::environment;
use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};
use support::{World, git, nix_hash_path, sentences, skip, text, variable, write};

/// What it takes to run nixpkgs' scripts. None, and a line that says why, where something is missing.
fn nixpkgs() -> Option<PathBuf> {
    let (Some(_), Some(nixpkgs)) = (
        variable("NIXSMITH_TEST_NIX"),
        variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        skip(
            "no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to run fetch-cargo-vendor-util.py with",
        );
        return None;
    };
    let newer = Program::new("python3")
        .inherit(&environment())
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]);
    if environment().find_program("bash").is_none() || newer.run().is_err() {
        skip("no bash and python3 of 3.11 or later on PATH to run nixpkgs' scripts with");
        return None;
    }
    Some(PathBuf::from(nixpkgs))
}

/// A world with nixpkgs' scripts beside our client.
struct Peer {
    world: World,
    nixpkgs: PathBuf,
}

impl Peer {
    /// Repositories in `git/o` of the world's folder come from the forge's owner `o`.
    fn new(nixpkgs: PathBuf) -> Self {
        let world = World::new();
        world.server.serve_git("/o", &world.path("git/o"));
        Self { world, nixpkgs }
    }

    fn repository(&self, name: &str) -> PathBuf {
        self.world.path("git/o").join(name)
    }

    /// The hashes of the folder that nixpkgs' script makes of a lock, and of each git tree in it, by commit. Err: the end of
    /// what it says.
    fn stage(&self, lock: &str) -> Result<(String, Vec<String>), String> {
        let bin = self.world.path("bin");
        let prefetch = self
            .nixpkgs
            .join("pkgs/build-support/fetchgit/nix-prefetch-git");
        let wrapper = format!("#!/bin/sh\nexec bash '{}' \"$@\"\n", prefetch.display());
        write_program(&bin.join("nix-prefetch-git"), wrapper.as_bytes());
        let mut path = bin.into_os_string();
        path.push(":");
        path.push(environment().get("PATH").unwrap_or_default());
        let lock_path = self.world.path("staged/Cargo.lock");
        write(&lock_path, lock.as_bytes());
        let out = tempfile::tempdir_in(self.world.folder.path()).unwrap();
        let staged = out.path().join("out");
        let loopback = self.world.server.url("");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cargo/stage.py");
        let script = "pkgs/build-support/rust/fetch-cargo-vendor-util.py";
        let program = Program::new("python3")
            .inherit(&Environment::from_pairs([("PATH", path)]))
            .env("HOME", self.world.folder.path())
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", format!("url.{loopback}.insteadOf"))
            .env(
                "GIT_CONFIG_VALUE_0",
                format!("{}/", Endpoint::Github.public_url()),
            )
            .arg(data)
            .arg(self.nixpkgs.join(script))
            .arg(Endpoint::Crates.public_url())
            .arg(loopback.as_str().trim_end_matches('/'))
            .arg(lock_path)
            .arg(&staged);
        program.run().map_err(|error| sentences(&error))?;
        let mut trees: Vec<PathBuf> = std::fs::read_dir(staged.join("git"))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect();
        trees.sort();
        let trees = trees.iter().map(|tree| nix_hash_path(tree).unwrap());
        let trees = trees.collect();
        Ok((nix_hash_path(&staged).unwrap(), trees))
    }

    fn ours(&self, lock: &str) -> Result<(String, Vec<String>), String> {
        let vendor = self.world.lock_hash(Ecosystem::Cargo, "Cargo.lock", lock)?;
        let trees = vendor.git_trees.iter().map(|tree| tree.hash.to_string());
        Ok((vendor.hash.to_string(), trees.collect()))
    }

    /// Both make the same of a lock.
    fn compare(&self, name: &str, lock: &str) {
        let theirs = self.stage(lock).unwrap_or_else(|it| panic!("{name}: {it}"));
        assert_eq!(self.ours(lock), Ok(theirs), "{name}");
    }
}

/// An entry of a lock; `source` follows `git+` and the forge.
fn git_entry(name: &str, source: &str) -> String {
    let forge = Endpoint::Github.public_url();
    format!(
        "\n[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\nsource = \"git+{forge}/{source}\"\n"
    )
}

fn write_program(path: &Path, bytes: &[u8]) {
    write(path, bytes);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn commit_all(repository: &Path, message: &str) -> String {
    git(repository, &["add", "-A"]);
    git(repository, &["commit", "-q", "-m", message]);
    head(repository)
}

fn head(repository: &Path) -> String {
    git(repository, &["rev-parse", "HEAD"]).trim().to_owned()
}

fn init(repository: &Path) {
    write(&repository.join("README"), b"readme\n");
    git(repository, &["init", "-q"]);
}

/// A workspace of two crates that inherit from it, with everything a checkout may turn into something else.
fn workspace(repository: &Path) {
    init(repository);
    write(
        &repository.join("Cargo.toml"),
        b"[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    for name in ["one", "two"] {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion.workspace = true\nedition.workspace = true\n"
        );
        write(
            &repository.join(name).join("Cargo.toml"),
            manifest.as_bytes(),
        );
        write(&repository.join(name).join("src/lib.rs"), b"// $Id$\r\n");
    }
    write(
        &repository.join(".gitattributes"),
        b"*.rs ident\n*.crlf text eol=crlf\nversion export-subst\ntests export-ignore\n*.bin filter=lfs\n*.u16 text working-tree-encoding=UTF-16LE\n",
    );
    write(&repository.join("a.crlf"), b"one\ntwo\n");
    write(&repository.join("version"), b"$Format:%H$\n");
    write(&repository.join("tests/data"), b"ignored by archives\n");
    write(
        &repository.join("big.bin"),
        b"version 1\noid sha256:0\nsize 1\n",
    );
    write(&repository.join("text.u16"), b"a\0b\0\n\0");
    write(&repository.join("vendor/deep/.keep"), b"");
    write_program(&repository.join("run.sh"), b"#!/bin/sh\n");
    std::os::unix::fs::symlink("nowhere", repository.join("dangling")).unwrap();
    std::os::unix::fs::symlink("one", repository.join("folder")).unwrap();
}

#[test]
fn one_repository_with_every_kind_of_reference() {
    let Some(nixpkgs) = nixpkgs() else { return };
    let peer = Peer::new(nixpkgs);
    let repository = peer.repository("tool.git");
    workspace(&repository);
    let old = commit_all(&repository, "old");
    git(&repository, &["tag", "-a", "-m", "annotated", "v1/old"]);
    write(&repository.join("one/src/more.rs"), b"// $Id$\n");
    let new = commit_all(&repository, "new");
    git(&repository, &["checkout", "-q", "-b", "feature/x"]);
    write(&repository.join("two/src/more.rs"), b"");
    let branch = commit_all(&repository, "branch");
    git(&repository, &["checkout", "-q", "main"]);
    for (name, version, entries) in [
        (
            "default branch",
            4,
            git_entry("one", &format!("o/tool.git#{new}")),
        ),
        (
            "revision",
            3,
            git_entry("one", &format!("o/tool.git?rev={old}#{old}")),
        ),
        (
            "short revision",
            4,
            git_entry(
                "one",
                &format!("o/tool.git?rev={}#{old}", old.get(..7).unwrap()),
            ),
        ),
        (
            "encoded tag",
            4,
            git_entry("one", &format!("o/tool.git?tag=v1%2Fold#{old}")),
        ),
        (
            "plain tag",
            3,
            git_entry("one", &format!("o/tool.git?tag=v1/old#{old}")),
        ),
        (
            "encoded branch",
            4,
            git_entry("two", &format!("o/tool.git?branch=feature%2Fx#{branch}")),
        ),
        (
            "two crates of a repository",
            4,
            git_entry("one", &format!("o/tool.git?branch=main#{new}"))
                + &git_entry("two", &format!("o/tool.git?branch=main#{new}")),
        ),
        (
            "three commits of a repository",
            3,
            git_entry("one", &format!("o/tool.git#{new}"))
                + &git_entry("two", &format!("o/tool.git?branch=feature/x#{branch}"))
                + &git_entry("two", &format!("o/tool.git?rev={old}#{old}")),
        ),
        (
            "two addresses of a commit",
            4,
            git_entry("one", &format!("o/tool#{new}"))
                + &git_entry("two", &format!("o/tool.git#{new}")),
        ),
    ] {
        peer.compare(name, &format!("version = {version}\n{entries}"));
    }
}

#[test]
fn submodules_in_submodules() {
    let Some(nixpkgs) = nixpkgs() else { return };
    let peer = Peer::new(nixpkgs);
    let (inner, middle, outer) = (
        peer.repository("inner"),
        peer.repository("middle"),
        peer.repository("outer"),
    );
    init(&inner);
    let pinned = commit_all(&inner, "inner");
    write(&inner.join("later"), b"not in what is pinned\n");
    commit_all(&inner, "later");
    for (repository, name, path) in [
        (&middle, "../inner", "in side"),
        (&outer, "../middle", "deps/middle"),
    ] {
        init(repository);
        git(repository, &["submodule", "--quiet", "add", name, path]);
        write(
            &repository.join("Cargo.toml"),
            b"[package]\nname = \"outer\"\nversion = \"0.1.0\"\n",
        );
        if name == "../inner" {
            git(&repository.join(path), &["checkout", "-q", &pinned]);
        }
        commit_all(repository, "with a submodule");
    }
    let entry = git_entry("outer", &format!("o/outer?branch=main#{}", head(&outer)));
    peer.compare("submodules", &format!("version = 4\n{entry}"));
}

#[test]
fn together_with_registry_crates() {
    let Some(nixpkgs) = nixpkgs() else { return };
    let peer = Peer::new(nixpkgs);
    let repository = peer.repository("tool");
    workspace(&repository);
    let commit = commit_all(&repository, "first");
    let mut lock =
        "# comment\nversion = 4\n\n[[package]]\nname = \"self\"\nversion = \"0.1.0\"\n".to_owned();
    for (name, version) in [("b", "1.10.0"), ("b", "1.9.0"), ("B_x", "0.2.0+m.1")] {
        let bytes = format!("crate {name} {version}\n");
        peer.world.serve(
            &format!("/crates/{name}/{version}/download"),
            bytes.as_bytes(),
        );
        let checksum = hash_bytes(Algorithm::Sha256, bytes.as_bytes());
        lock += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{}\"\nchecksum = \"{}\"\n",
            CRATES_LOCK_SOURCES[0],
            checksum.to_text(Notation::Base16)
        );
    }
    lock += &git_entry("one", &format!("o/tool?branch=main#{commit}"));
    lock += "\n[[patch.unused]]\nname = \"unused\"\nversion = \"9.0.0\"\n";
    peer.compare("registry and git", &lock);
}

#[test]
fn both_refuse_the_same() {
    let Some(nixpkgs) = nixpkgs() else { return };
    let peer = Peer::new(nixpkgs);
    let repository = peer.repository("tool");
    workspace(&repository);
    let commit = commit_all(&repository, "first");
    let gone = "0".repeat(40);
    let registry = text("cargo/registry.lock").replace("@REGISTRY@", CRATES_LOCK_SOURCES[0]);
    for (name, lock) in [
        (
            "a commit that is gone",
            git_entry("one", &format!("o/tool#{gone}")),
        ),
        (
            "a repository that is gone",
            git_entry("one", &format!("o/none#{commit}")),
        ),
        ("no commit", git_entry("one", "o/tool?branch=main")),
        (
            "an unknown query",
            git_entry("one", &format!("o/tool?path=x#{commit}")),
        ),
        ("crates that the registry lacks", registry),
        (
            "another registry",
            git_entry("one", "").replace("git+", "registry+"),
        ),
        (
            "a sparse registry",
            git_entry("one", "").replace("git+", "sparse+"),
        ),
        ("no packages", "version = 4\n".to_owned()),
    ] {
        assert!(peer.stage(&lock).is_err(), "{name}: nixpkgs accepts");
        assert!(peer.ours(&lock).is_err(), "{name}: only nixpkgs refuses");
    }
}
