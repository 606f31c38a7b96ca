//! `npmDepsHash` over loopback. Known answers: nixpkgs' own prefetch-npm-deps (revision 7beb50e7ff79, with GNU tar 1.34 and gzip 1.12, without privileges), its
//! downloads read from the same files.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test sets up must be there"
)]

#[expect(dead_code, reason = "cargo_vendor.rs uses the rest")]
mod support;

use nixsmith_ecosystem::vendor::NpmOptions;
use nixsmith_ecosystem::{Ecosystem, VendorHash, VendorRequest};
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::testing::Reply;
use nixsmith_store::hash::{Algorithm, hash_bytes};
use nixsmith_store::tree::Tree;
use support::{World, data, nix_hash_path, sentences, text, tree, write};

/// By fetcher version.
const MIXED: [&str; 3] = [
    "sha256-xHLh+WoStrdyBlo+VNEmgaYEOcfUdwzgel75l6P7qVI=",
    "sha256-8ZN3rHIjyxhs+kRIyDgrd54Ejx6fTmy1qbnRTZUisic=",
    "sha256-8/MBzStQg1kcbW8sFka+uPK/6esmnXMkKwb+3Zt5fZI=",
];

fn host(forge: Endpoint) -> &'static str {
    forge.public_url().strip_prefix("https://").unwrap()
}

fn filled(text: &str) -> String {
    text.replace("@REGISTRY@", Endpoint::Npm.public_url())
        .replace("@GITHUB@", host(Endpoint::Github))
        .replace("@BITBUCKET@", host(Endpoint::Bitbucket))
}

fn mixed() -> String {
    filled(&text("npm/mixed/package-lock.json"))
}

/// Registry archives of all kinds, two git dependencies, one of them with a lock of its own.
fn world() -> World {
    let world = World::new();
    for (target, name) in [
        ("/a/-/a-1.0.0.tgz", "a-1.0.0.tgz"),
        ("/b/-/b-2.0.0.tgz", "b-2.0.0.tgz"),
        ("/@s/c/-/c-3.0.0.tgz", "c-3.0.0.tgz"),
        ("/d/-/d-4.0.0.tgz", "d-4.0.0.tgz"),
        ("/real/-/real-5.0.0.tgz", "real-5.0.0.tgz"),
        (
            "/o/g/archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
            "g.tar.gz",
        ),
        (
            "/o/h/get/89abcdef0123456789abcdef0123456789abcdef.tar.gz",
            "h.tar.gz",
        ),
    ] {
        world.serve(target, &data(&format!("npm/mixed/{name}")));
    }
    world
}

fn request(tree: &Tree, npm: NpmOptions) -> VendorRequest<'_> {
    VendorRequest {
        npm,
        ..VendorRequest::new(tree, "", Ecosystem::Npm)
    }
}

fn hash(world: &World, lock: &str, npm: NpmOptions) -> Result<VendorHash, String> {
    let tree = tree(&[("package-lock.json", lock)]);
    world
        .hash(&request(&tree, npm))
        .map_err(|error| sentences(&error))
}

fn plain(world: &World, lock: &str) -> Result<VendorHash, String> {
    hash(world, lock, NpmOptions::default())
}

#[test]
fn archives_and_git_dependencies() {
    let world = world();
    let first = plain(&world, &mixed()).unwrap();
    assert_eq!(first.hash.to_string(), MIXED[0]);
    assert_eq!(
        (first.attribute, first.files, first.requests),
        ("npmDepsHash", 7, 7)
    );
    let again = plain(&world, &mixed()).unwrap();
    assert_eq!((again.hash, again.requests), (first.hash, 0));
    assert_eq!(world.server.received().len(), 7);
}

#[test]
fn later_fetcher_versions_hold_the_registry_s_metadata() {
    let world = world();
    let packuments: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&filled(&text("npm/mixed/packuments.json"))).unwrap();
    for (name, packument) in &packuments {
        world.server.on(&format!("/{name}"), Reply::json(packument));
    }
    for (version, expected) in (1..).zip(MIXED) {
        let npm = NpmOptions {
            fetcher_version: version,
            ..NpmOptions::default()
        };
        assert_eq!(
            hash(&world, &mixed(), npm).unwrap().hash.to_string(),
            expected,
            "{version}"
        );
    }
    let npm = NpmOptions {
        fetcher_version: 4,
        ..NpmOptions::default()
    };
    let error = hash(&world, &mixed(), npm).unwrap_err();
    assert_eq!(
        error,
        "`package-lock.json`: the form of fetcher version 4 is not known"
    );
}

#[test]
fn metadata_that_cannot_be_had_is_an_error_unless_the_registry_has_none() {
    let world = world();
    world.server.on("/a", Reply::status(403));
    let npm = NpmOptions {
        fetcher_version: 2,
        ..NpmOptions::default()
    };
    let error = hash(&world, &mixed(), npm).unwrap_err();
    assert!(
        error.starts_with("could not fetch `a`, which `package-lock.json` locks\n"),
        "{error}"
    );
    world.server.on("/a", Reply::ok("<html>"));
    let error = hash(&world, &mixed(), npm).unwrap_err();
    assert!(
        error.starts_with("`package-lock.json`: package `a`: could not read `"),
        "{error}"
    );
}

#[test]
fn a_shrinkwrap_wins_and_is_stored_under_the_other_name() {
    let world = world();
    let files = [
        ("npm-shrinkwrap.json", mixed()),
        ("package-lock.json", "not read".to_owned()),
    ];
    let tree = tree(&[(files[0].0, &files[0].1), (files[1].0, &files[1].1)]);
    let hash = world.hash(&request(&tree, NpmOptions::default())).unwrap();
    assert_eq!(hash.hash.to_string(), MIXED[0]);
    assert_eq!(hash.lock_file, "npm-shrinkwrap.json");
}

#[test]
fn real_nix_gives_the_folder_the_same_hash() {
    let world = World::new();
    let bytes = b"archive";
    let integrity = hash_bytes(Algorithm::Sha512, bytes).to_string();
    let url = format!("{}/x.tgz", Endpoint::Npm.public_url());
    let lock = lock(&format!(
        r#""node_modules/x": {{"version": "1.0.0", "resolved": "{url}", "integrity": "{integrity}"}}"#
    ));
    world.serve("/x.tgz", bytes);

    let folder = world.path("deps");
    let text =
        |hash: nixsmith_store::hash::Hash| hash.to_text(nixsmith_store::hash::Notation::Base16);
    let place = |digest: String| {
        let (first, rest) = digest.split_at(2);
        let (second, rest) = rest.split_at(2);
        format!("{first}/{second}/{rest}")
    };
    let content = place(text(hash_bytes(Algorithm::Sha512, bytes)));
    write(
        &folder.join("_cacache/content-v2/sha512").join(content),
        bytes,
    );
    let key = format!("make-fetch-happen:request-cache:{url}");
    let entry = format!(
        r#"{{"key":"{key}","integrity":"{integrity}","time":0,"size":7,"metadata":{{"url":"{url}","options":{{"compress":true}}}}}}"#
    );
    let line = format!(
        "{}\t{entry}",
        text(hash_bytes(Algorithm::Sha1, entry.as_bytes()))
    );
    let index = place(text(hash_bytes(Algorithm::Sha256, key.as_bytes())));
    write(
        &folder.join("_cacache/index-v5").join(index),
        line.as_bytes(),
    );
    write(&folder.join("package-lock.json"), lock.as_bytes());
    if let Some(real) = nix_hash_path(&folder) {
        assert_eq!(plain(&world, &lock).unwrap().hash.to_string(), real);
    }
}

fn lock(entries: &str) -> String {
    format!("{{\"lockfileVersion\": 3, \"packages\": {{{entries}}}}}")
}

#[test]
fn an_old_lock_names_the_registry_by_http() {
    let world = World::new();
    world.serve("/x.tgz", b"archive");
    let integrity = hash_bytes(Algorithm::Sha512, b"archive");
    let url = Endpoint::Npm.public_url().replacen("https", "http", 1);
    let entry = format!(
        r#""node_modules/x": {{"version": "1.0.0", "resolved": "{url}/x.tgz", "integrity": "{integrity}"}}"#
    );
    // prefetch-npm-deps on this lock: the index keeps the lock's own address
    assert_eq!(
        plain(&world, &lock(&entry)).unwrap().hash.to_string(),
        "sha256-ZFIQd218vEe6iQWDdl9CTuxBQIVwkDnDYgUJBHGX6x8="
    );
}

#[test]
fn an_empty_cache_has_to_be_wanted() {
    let world = World::new();
    let empty = lock(r#""node_modules/a": {"version": "1.0.0"}"#);
    let error = plain(&world, &empty).unwrap_err();
    assert_eq!(
        error,
        "`package-lock.json`: no entry has a `resolved` URL, so nothing would be fetched"
    );
    let npm = NpmOptions {
        force_empty_cache: true,
        ..NpmOptions::default()
    };
    // prefetch-npm-deps with FORCE_EMPTY_CACHE on this lock
    assert_eq!(
        hash(&world, &empty, npm).unwrap().hash.to_string(),
        "sha256-gkloPzH/Xj7IWD0wTD4TWrOxR5+2p242IPDDayfNsM4="
    );
}

#[test]
fn entries_that_prefetch_npm_deps_cannot_take() {
    let world = World::new();
    let entry = |resolved: &str, rest: &str| {
        lock(&format!(
            r#""node_modules/a": {{"resolved": "{resolved}"{rest}}}"#
        ))
    };
    let gitlab = host(Endpoint::Gitlab);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (lock, message) in [
        (
            entry("https://registry.test/a.tgz", ""),
            "it is fetched from `https://registry.test/a.tgz` and has no `integrity`".to_owned(),
        ),
        (
            entry(
                "https://registry.test/a.tgz",
                r#", "integrity": "sha256-x""#,
            ),
            "nixpkgs' prefetch-npm-deps reads sha1 and sha512 only, not `sha256-x`".to_owned(),
        ),
        (
            entry(
                "https://registry.test/a.tgz",
                r#", "integrity": "sha512-x""#,
            ),
            "its integrity is malformed: `sha512-x`\nhash `sha512-x` is not valid sri".to_owned(),
        ),
        (
            entry(
                "https://registry.test/a.tgz",
                r#", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk""#,
            ),
            "its integrity is malformed: `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk`".to_owned(),
        ),
        (
            entry(&format!("git+ssh://git@{gitlab}/o/a.git#{commit}"), ""),
            "its git address is of a host or form that nixpkgs' prefetch-npm-deps does not know"
                .to_owned(),
        ),
    ] {
        assert_eq!(
            plain(&world, &lock).unwrap_err(),
            format!("`package-lock.json`: package `node_modules/a`: {message}")
        );
    }
    assert!(world.server.received().is_empty());
}

#[test]
fn a_download_that_is_not_what_the_lock_states() {
    let world = world();
    world.serve("/a/-/a-1.0.0.tgz", b"something else\n");
    let error = plain(&world, &mixed()).unwrap_err();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(
        lines[0],
        "could not fetch `node_modules/a`, which `package-lock.json` locks"
    );
    assert!(lines[1].starts_with("hash mismatch for `"), "{error}");
    assert_eq!(lines.len(), 4, "{error}");
}

#[test]
fn a_git_dependency_that_lies_about_being_an_archive() {
    let world = world();
    world.serve(
        "/o/g/archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
        b"no archive",
    );
    let error = plain(&world, &mixed()).unwrap_err();
    let first = error.lines().next().unwrap();
    assert!(
        first.starts_with("`package-lock.json`: package `node_modules/g`: could not unpack `"),
        "{error}"
    );
}

#[test]
fn scripts_without_a_lock_have_to_be_wanted() {
    let world = World::new();
    let commit = "89abcdef0123456789abcdef0123456789abcdef";
    world.serve(
        &format!("/o/s/get/{commit}.tar.gz"),
        &data("npm/scripts.tar.gz"),
    );
    let bitbucket = host(Endpoint::Bitbucket);
    let lock = lock(&format!(
        r#""node_modules/s": {{"resolved": "git+ssh://git@{bitbucket}/o/s.git#{commit}"}}"#
    ));
    let tree = tree(&[("package-lock.json", &lock)]);
    let error = world
        .hash(&request(&tree, NpmOptions::default()))
        .unwrap_err();
    assert_eq!(
        sentences(&error),
        "`package-lock.json`: package `node_modules/s`: a git dependency with the script `prepare` and without a lock"
    );
    assert!(error.hint().is_some());
    let npm = NpmOptions {
        force_git_dependencies: true,
        ..NpmOptions::default()
    };
    // prefetch-npm-deps with FORCE_GIT_DEPS on this lock
    assert_eq!(
        hash(&world, &lock, npm).unwrap().hash.to_string(),
        "sha256-tCx0RRobepscKssPEkDZkRLLAXMSpwefibSkR1bD6z4="
    );
}

#[test]
fn a_git_dependency_with_an_old_lock() {
    let world = world();
    let commit = "fedcba9876543210fedcba9876543210fedcba98";
    world.serve(
        &format!("/o/v/get/{commit}.tar.gz"),
        &data("npm/old-lock.tar.gz"),
    );
    let bitbucket = host(Endpoint::Bitbucket);
    let found = plain(
        &world,
        &lock(&format!(
            r#""": {{"name": "self"}}, "node_modules/v": {{"resolved": "git+ssh://git@{bitbucket}/o/v.git#{commit}"}}"#
        )),
    )
    .unwrap();
    // prefetch-npm-deps on this lock: archives below archives, bundled ones, an alias, both forms of git address
    assert_eq!(found.files, 8);
    assert_eq!(
        found.hash.to_string(),
        "sha256-PprgSfQKC0gRGPIKLI6dSQb1O3cdjXJIZu3mDX5KqBU="
    );
}

/// A forge's archive of a repository with this lock.
fn forge_archive(lock: &str) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(encoder);
    for (name, text) in [("v/package.json", "{}"), ("v/package-lock.json", lock)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn an_old_lock_without_addresses_is_refused_by_both() {
    let commit = "fedcba9876543210fedcba9876543210fedcba98";
    let bitbucket = host(Endpoint::Bitbucket);
    let lock = lock(&format!(
        r#""node_modules/v": {{"resolved": "git+ssh://git@{bitbucket}/o/v.git#{commit}"}}"#
    ));
    for (inner, package) in [
        (r#""a": {"version": "1.0.0"}"#, "node_modules/a"),
        (
            r#""b": {"version": "1.0.0", "bundled": true, "dependencies": {"c": {"version": "1.0.0"}}}, "d": {"version": "1.0.0"}"#,
            "node_modules/d",
        ),
    ] {
        let world = World::new();
        let old = format!("{{\"lockfileVersion\": 1, \"dependencies\": {{{inner}}}}}");
        world.serve(&format!("/o/v/get/{commit}.tar.gz"), &forge_archive(&old));
        let error = plain(&world, &lock).unwrap_err();
        assert!(
            error.ends_with(&format!(
                "package `{package}`: it has no URL, without which nixpkgs' prefetch-npm-deps takes no lock of version 1"
            )),
            "{error}"
        );
    }
}
