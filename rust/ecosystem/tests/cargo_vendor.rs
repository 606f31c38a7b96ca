//! `cargoHash` over loopback. Known answers: nixpkgs' own fetch-cargo-vendor-util.py (revision 7beb50e7ff79, with its nix-prefetch-git and
//! git 2.39) staged the same locks, crates and repositories, and `nix hash path` (Nix 2.34) hashed the folders.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test sets up must be there"
)]

mod support;

use std::path::Path;

use nixsmith_ecosystem::cargo::CargoLock;
use nixsmith_ecosystem::{Ecosystem, VendorRequest};
use nixsmith_fetch::endpoints::{CRATES_LOCK_SOURCES, Endpoint};
use nixsmith_fetch::testing::Reply;
use nixsmith_store::tree::{Contents, Node, Tree};
use support::{World, git, nix_hash_path, sentences, text, tree, write};

const REGISTRY: &str = "sha256-bmdtNlOO3zKEHGn8HFCrfxykgBI44gGoSzMP/YtvRiw=";
const REGISTRY_EXECUTABLE: &str = "sha256-L4KxZ5i2QwrYQJN73gygQf/ExVGj+UUUD51BR2I1HxQ=";
const GIT: &str = "sha256-ZlBCMs8attU2xXt9QRkTlX0An7pbWoyvekdIXZulOZk=";
const COMMIT: &str = "878d1ffc70fd342b0a6c3165fc915f82e7afe54a";

/// Name, version, what the registry serves.
fn crates() -> [(&'static str, &'static str, Vec<u8>); 4] {
    [
        ("a", "1.0.0", b"crate a\n".to_vec()),
        ("B_x", "0.2.0+m.1", b"crate B\n".repeat(5)),
        ("b", "1.10.0", b"crate b 1.10\n".to_vec()),
        ("b", "1.9.0", b"crate b 1.9\n".repeat(400)),
    ]
}

fn lock(name: &str) -> String {
    text(&format!("cargo/{name}.lock"))
        .replace("@REGISTRY@", CRATES_LOCK_SOURCES[0])
        .replace("@GITHUB@", Endpoint::Github.public_url())
}

fn world() -> World {
    let world = World::new();
    for (name, version, bytes) in crates() {
        world.serve(&format!("/crates/{name}/{version}/download"), &bytes);
    }
    world
}

fn hash(world: &World, lock: &str) -> Result<String, String> {
    world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", lock)
        .map(|hash| hash.hash.to_string())
}

#[test]
fn registry_crates() {
    let world = world();
    let first = world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", &lock("registry"))
        .unwrap();
    assert_eq!(first.hash.to_string(), REGISTRY);
    assert_eq!(
        (first.attribute, first.files, first.requests),
        ("cargoHash", 4, 4)
    );
    assert_eq!(
        first.bytes,
        crates().iter().map(|row| row.2.len() as u64).sum::<u64>()
    );
    let again = world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", &lock("registry"))
        .unwrap();
    assert_eq!((again.hash, again.requests), (first.hash, 0));
    assert_eq!(world.server.received().len(), 4);
}

#[test]
fn real_nix_gives_the_folder_the_same_hash() {
    let world = world();
    let folder = world.path("staging");
    write(&folder.join("Cargo.lock"), lock("registry").as_bytes());
    for (name, version, bytes) in crates() {
        write(
            &folder.join(format!("tarballs/{name}-{version}.tar.gz")),
            &bytes,
        );
    }
    if let Some(real) = nix_hash_path(&folder) {
        assert_eq!(hash(&world, &lock("registry")), Ok(real));
    }
}

#[test]
fn a_lock_keeps_its_mode_and_links_are_followed() {
    let world = world();
    let mut tree = Tree::new();
    let contents = Contents::from_bytes(lock("registry").into_bytes());
    tree.insert(
        b"real/lock",
        Node::File {
            executable: true,
            contents,
        },
    )
    .unwrap();
    tree.insert(
        b"project/Cargo.lock",
        Node::Symlink {
            target: b"../real/lock".to_vec(),
        },
    )
    .unwrap();
    let hash = world
        .hash(&VendorRequest::new(&tree, "project", Ecosystem::Cargo))
        .unwrap();
    assert_eq!(hash.hash.to_string(), REGISTRY_EXECUTABLE);
    assert_eq!(hash.lock_file, "project/Cargo.lock");
}

#[test]
fn git_dependencies_with_submodules() {
    let world = world();
    let owner = world.path("git/o");
    repositories(&owner);
    world.server.serve_git("/o", &owner);
    let first = world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", &lock("git"))
        .unwrap();
    assert_eq!(first.hash.to_string(), GIT);
    assert_eq!(first.files, 5);
    assert!(first.requests > 4, "{}", first.requests);
    let again = world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", &lock("git"))
        .unwrap();
    assert_eq!((again.hash, again.requests), (first.hash, 0));
}

/// Two repositories, one a submodule of the other; their commits have the names that the lock states.
fn repositories(owner: &Path) {
    write(&owner.join("sub/inner.txt"), b"inner\n");
    git(&owner.join("sub"), &["init", "-q"]);
    git(&owner.join("sub"), &["add", "."]);
    git(&owner.join("sub"), &["commit", "-q", "-m", "sub"]);
    let lib = owner.join("lib");
    write(
        &lib.join("Cargo.toml"),
        b"[package]\nname = \"lib\"\nversion = \"0.1.0\"\n",
    );
    write(&lib.join("src/lib.rs"), b"pub fn f() {}\n");
    write(&lib.join("run.sh"), b"#!/bin/sh\n");
    write(
        &lib.join(".gitattributes"),
        b"* text=auto\n*.txt export-ignore\n",
    );
    write(&lib.join("notes.txt"), b"a\n");
    std::os::unix::fs::symlink("src/lib.rs", lib.join("link")).unwrap();
    git(&lib, &["init", "-q"]);
    git(&lib, &["submodule", "--quiet", "add", "../sub", "deep/sub"]);
    git(&lib, &["add", "."]);
    git(&lib, &["update-index", "--chmod=+x", "run.sh"]);
    git(&lib, &["commit", "-q", "-m", "lib"]);
    assert_eq!(git(&lib, &["rev-parse", "HEAD"]).trim(), COMMIT);
}

#[test]
fn only_the_project_itself() {
    let world = World::new();
    let lock = "version = 4\n[[package]]\nname = \"self\"\nversion = \"0.1.0\"\n";
    let alone = hash(&world, lock).unwrap();
    let mut folder = Tree::new();
    folder
        .insert(b"Cargo.lock", support::file(lock.as_bytes()))
        .unwrap();
    let nar = folder
        .nar_hash(nixsmith_store::hash::Algorithm::Sha256)
        .unwrap();
    assert_eq!(alone, nar.hash.to_string());
}

#[test]
fn what_nixpkgs_refuses_is_refused_with_a_hint() {
    let world = world();
    let entry = |source: &str, rest: &str| {
        format!("[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n{rest}")
    };
    let registry = CRATES_LOCK_SOURCES[0];
    let sum = "0".repeat(64);
    let first = format!(
        "{}\n[metadata]\n\"checksum x 1.0.0 ({registry})\" = \"{sum}\"\n",
        entry(registry, "")
    );
    for (lock, message, has_hint) in [
        (first, "`Cargo.lock`: lock version 1 keeps its checksums where nixpkgs' fetchCargoVendor does not look for them".to_owned(), true),
        (
            format!("\u{feff}version = 4\n{}", entry(registry, &format!("checksum = \"{sum}\""))),
            "`Cargo.lock`: it starts with a byte order mark, which nixpkgs' fetchCargoVendor cannot read".to_owned(),
            true,
        ),
        (
            entry("registry+https://registry.test/index", &format!("checksum = \"{sum}\"")),
            "`Cargo.lock`: package `x 1.0.0`: nixpkgs' fetchCargoVendor accepts the default registry and git only, not `registry+https://registry.test/index`".to_owned(),
            true,
        ),
        (
            entry(CRATES_LOCK_SOURCES[1], &format!("checksum = \"{sum}\"")),
            format!("`Cargo.lock`: package `x 1.0.0`: nixpkgs' fetchCargoVendor accepts the default registry and git only, not `{}`", CRATES_LOCK_SOURCES[1]),
            true,
        ),
        (entry(registry, ""), "`Cargo.lock`: package `x 1.0.0`: it has no checksum".to_owned(), false),
        (
            format!("{}{}", entry(registry, &format!("checksum = \"{sum}\"\n")), entry(registry, &format!("checksum = \"{}\"\n", "1".repeat(64)))),
            "`Cargo.lock`: package `x 1.0.0`: it is locked twice, with different checksums".to_owned(),
            false,
        ),
    ] {
        let tree = tree(&[("Cargo.lock", &lock)]);
        let error = world.hash(&VendorRequest::new(&tree, "", Ecosystem::Cargo)).unwrap_err();
        assert_eq!(sentences(&error), message);
        assert_eq!(error.hint().is_some(), has_hint, "{message}");
    }
    assert!(world.server.received().is_empty());
}

#[test]
fn the_same_entry_twice_is_one() {
    let world = world();
    let once = lock("registry");
    let entry = once.get(
        once.find("[[package]]\nname = \"a\"").unwrap()
            ..once.find("[[package]]\nname = \"B_x\"").unwrap(),
    );
    let twice = format!("{once}\n{}", entry.unwrap());
    let hash = world
        .lock_hash(Ecosystem::Cargo, "Cargo.lock", &twice)
        .unwrap();
    assert_eq!((hash.files, hash.requests), (4, 4));
}

#[test]
fn a_download_that_is_not_what_the_lock_states() {
    let world = world();
    world
        .server
        .on("/crates/a/1.0.0/download", Reply::ok(b"something else\n"));
    let error = hash(&world, &lock("registry")).unwrap_err();
    let url = Endpoint::Crates.public_url();
    let expected = [
        "could not fetch `a 1.0.0`, which `Cargo.lock` locks".to_owned(),
        format!("hash mismatch for `{url}/crates/a/1.0.0/download`"),
        "  expected: sha256-xAoTCFqLn1+DTQXiOOt+s4TNlTnX1uhhZZ0qPmCL6WI=".to_owned(),
        "  got:      sha256-oWIb6VBAI57hQ2LBbiBRDdwg9SfXctgjsqFnmzP1zXQ=".to_owned(),
    ];
    assert_eq!(
        error.replace(world.server.url("").as_str().trim_end_matches('/'), url),
        expected.join("\n")
    );
}

#[test]
fn a_crate_that_is_gone() {
    let world = World::new();
    let error = hash(&world, &lock("registry")).unwrap_err();
    assert!(
        error.starts_with("could not fetch `B_x 0.2.0+m.1`, which `Cargo.lock` locks\n"),
        "{error}"
    );
}

#[test]
fn an_interruption_stops_everything() {
    let world = world();
    let client = world.client();
    nixsmith_fetch::Fetch::interrupt(&client).raise();
    let tree = tree(&[("Cargo.lock", &lock("registry"))]);
    let error =
        nixsmith_ecosystem::vendor_hash(&VendorRequest::new(&tree, "", Ecosystem::Cargo), &client)
            .unwrap_err();
    assert_eq!(sentences(&error), "interrupted");
    assert!(world.server.received().is_empty());
}

#[test]
fn a_large_lock_is_read_and_an_enormous_one_is_not() {
    let mut lock = String::from("version = 4\n");
    for index in 0..20_000 {
        lock += &format!(
            "[[package]]\nname = \"p{index}\"\nversion = \"1.0.0\"\ndependencies = [\"p{}\"]\n",
            (index + 1) % 20_000
        );
    }
    let read = CargoLock::parse("Cargo.lock", lock.as_bytes()).unwrap();
    assert_eq!(read.closure(&[7]).len(), 20_000);
    for index in 20_000..100_001 {
        lock += &format!("[[package]]\nname = \"p{index}\"\nversion = \"1.0.0\"\n");
    }
    let error = CargoLock::parse("Cargo.lock", lock.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Cargo.lock`: 100001 packages, more than the 100000 that are read"
    );
}

#[test]
fn a_lock_beyond_all_measure_is_not_even_read() {
    let error = hash(&World::new(), &"#\n".repeat(5 << 20)).unwrap_err();
    assert_eq!(
        error,
        "could not read `Cargo.lock`\n`Cargo.lock` has 10485760 bytes, the limit is 8388608"
    );
}

#[test]
fn no_lock_at_all() {
    let world = World::new();
    let tree = tree(&[("a/Cargo.toml", "")]);
    let error = world
        .hash(&VendorRequest::new(&tree, "a", Ecosystem::Cargo))
        .unwrap_err();
    assert_eq!(error.to_string(), "no `Cargo.lock` in `a`");
}
