use tempfile::TempDir;

use super::*;
use crate::testing::{Reply, TestServer};

const INDEX: &str = r#"{"name":"Just_a","vers":"0.9.0","deps":[],"cksum":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","features":{},"yanked":false}
{"name":"Just_a","vers":"0.10.0+build.1","deps":[{"name":"sys","req":"^1","features":["x"],"optional":true,"default_features":false,"target":"cfg(unix)","kind":"build","package":"real-sys"}],"cksum":"fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9","features":{"default":["sys"]},"features2":{"y":["dep:sys"]},"yanked":false,"links":"z","rust_version":"1.70","v":2}
{"name":"Just_a","vers":"0.11.0","deps":[],"cksum":"00","features":{},"yanked":true}
{"name":"Just_a","vers":"1.0.0-rc.1","deps":[],"cksum":"00","features":{},"yanked":false}
"#;

#[test]
fn index_paths_follow_the_length_of_the_name() {
    for (name, path) in [
        ("a", "1/a"),
        ("AB", "2/ab"),
        ("Abc", "3/a/abc"),
        ("abcd", "ab/cd/abcd"),
        ("Just_a", "ju/st/just_a"),
    ] {
        assert_eq!(index_path(name), path);
    }
}

#[test]
fn downloads_are_spelled_as_nixpkgs_spells_them() {
    let endpoints = Endpoints::default();
    let url = download_url(&endpoints, "just", "1.0.0+b");
    assert_eq!(url.path(), "/crates/just/1.0.0+b/download");
    assert_eq!(
        archive_url(&endpoints, "just", "1.0.0+b").path(),
        "/crates/just/just-1.0.0+b.crate"
    );
    assert_eq!(
        download_url(&endpoints, "../x", "1/../2").path(),
        "/crates/..%2Fx/1%2F..%2F2/download"
    );
}

#[test]
fn names_are_what_the_registry_allows() {
    for name in ["a", "serde_json", "Inflector", "x-1"] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", "1a", "-a", "a/b", "..", "a.b", "é", &"a".repeat(65)] {
        assert!(!is_name(name), "{name}");
    }
}

fn setup() -> (TestServer, TempDir) {
    let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
    server.on("/ju/st/just_a", Reply::ok(INDEX));
    (server, folder)
}

#[test]
fn the_newest_version_is_neither_withdrawn_nor_a_prerelease() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    let newest = find(&client, "Just_a", None).unwrap();
    assert_eq!(newest.version, "0.10.0+build.1");
    assert_eq!(
        newest
            .hash()
            .unwrap()
            .to_text(nixsmith_store::hash::Notation::Base16),
        newest.checksum
    );
    let dependency = &newest.dependencies[0];
    assert_eq!(
        (dependency.package.as_deref(), dependency.kind.as_deref()),
        (Some("real-sys"), Some("build"))
    );
    assert!(dependency.optional && !dependency.default_features);
    assert_eq!(newest.features2.unwrap()["y"], ["dep:sys"]);
}

#[test]
fn a_version_is_found_with_and_without_its_build_metadata() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    for version in ["0.10.0+build.1", "0.10.0"] {
        assert_eq!(
            find(&client, "Just_a", Some(version)).unwrap().version,
            "0.10.0+build.1"
        );
    }
    let withdrawn = find(&client, "Just_a", Some("0.11.0")).unwrap();
    assert!(withdrawn.yanked && withdrawn.hash().is_none());
    let error = find(&client, "Just_a", Some("9")).unwrap_err();
    assert_eq!(error.to_string(), "crate `Just_a` has no version `9`");
}

#[test]
fn an_unknown_or_impossible_crate_is_told() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    assert_eq!(
        entries(&client, "nothing").unwrap_err().to_string(),
        "there is no crate `nothing`"
    );
    assert_eq!(
        entries(&client, "../x").unwrap_err().to_string(),
        "`../x` is not the name of a crate"
    );
    server.on("/ju/nk/junk", Reply::ok("<html>"));
    assert!(matches!(
        entries(&client, "junk"),
        Err(FetchError::Malformed { .. })
    ));
}

#[test]
fn an_archive_is_checked_against_the_index() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    server.on("/crates/Just_a/0.9.0/download", Reply::ok("foo"));
    let entry = find(&client, "Just_a", Some("0.9.0")).unwrap();
    let request = archive_request(
        client.endpoints(),
        &entry.name,
        &entry.version,
        entry.hash().unwrap(),
    );
    assert_eq!(client.file(&request).unwrap().bytes().unwrap(), b"foo");
    assert_eq!(client.file(&request).unwrap().requests, 0);
}
