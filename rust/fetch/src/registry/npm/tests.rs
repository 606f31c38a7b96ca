use nixsmith_store::hash::hash_bytes;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::testing::{Reply, TestServer};

fn manifest(server: &TestServer) -> Value {
    json!({
        "name": "@scope/thing",
        "version": "1.2.3",
        "dist": {
            "tarball": server.url("/@scope/thing/-/thing-1.2.3.tgz").as_str(),
            "integrity": format!("{} sha999-abc", hash_bytes(Algorithm::Sha512, b"content")),
            "shasum": "040f06fd774092478d450774f5ba30c5da78acc8",
        },
    })
}

#[test]
fn names_are_one_part_of_an_address() {
    let endpoints = Endpoints::default();
    assert_eq!(
        packument_url(&endpoints, "@scope/thing").path(),
        "/@scope%2fthing"
    );
    assert_eq!(packument_url(&endpoints, "thing.js").path(), "/thing.js");
    assert_eq!(
        tarball_url(&endpoints, "@scope/thing", "1.0.0+b").path(),
        "/@scope/thing/-/thing-1.0.0+b.tgz"
    );
    for name in ["thing", "@scope/thing", "a.b_c~d", "JSONStream"] {
        assert!(is_name(name), "{name}");
    }
    for name in [
        "", "@scope", "@/x", "a/b", "../x", ".hidden", "@a/../b", "a%2fb", "a?b", "@a/b/c",
    ] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn a_release_has_its_tarball_and_every_hash() {
    let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
    let client = server.client(folder.path());
    for version in ["1.2.3", "latest"] {
        server.on(
            &format!("/@scope%2fthing/{version}"),
            Reply::json(&manifest(&server)),
        );
    }
    server.on("/@scope/thing/-/thing-1.2.3.tgz", Reply::ok("content"));
    let found = release(&client, "@scope/thing", Some("1.2.3")).unwrap();
    let algorithms: Vec<Algorithm> = found.hashes.iter().map(Hash::algorithm).collect();
    assert_eq!(algorithms, [Algorithm::Sha512, Algorithm::Sha1]);
    assert_eq!(
        client.file(&found.request()).unwrap().bytes().unwrap(),
        b"content"
    );
    assert_eq!(
        release(&client, "@scope/thing", None).unwrap().version,
        "1.2.3"
    );
    let error = release(&client, "@scope/thing", Some("9")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "npm package `@scope/thing` has no version `9`"
    );
    for (name, version) in [
        ("../x", None),
        ("thing", Some("../../x")),
        ("thing", Some("a?b")),
    ] {
        assert!(
            matches!(release(&client, name, version), Err(FetchError::Missing(_))),
            "{name}"
        );
    }
}

#[test]
fn a_release_without_a_hash_is_not_taken() {
    let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
    let mut without = manifest(&server);
    without["dist"]["integrity"] = Value::Null;
    without["dist"]["shasum"] = json!("short");
    server.on("/thing/latest", Reply::json(&without));
    let error = release(&server.client(folder.path()), "thing", None).unwrap_err();
    assert!(
        error.to_string().ends_with("it has no hash that is known"),
        "{error}"
    );
}

#[test]
fn packuments_come_short_or_whole() {
    let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
    let client = server.client(folder.path());
    server.on(
        "/@scope%2fthing",
        Reply::json(&json!({"name": "@scope/thing"})),
    );
    for abbreviated in [true, false] {
        assert_eq!(
            packument(&client, "@scope/thing", abbreviated).unwrap()["name"],
            "@scope/thing"
        );
    }
    let accepted: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.headers["accept"].clone())
        .collect();
    assert_eq!(accepted, [ABBREVIATED_ACCEPT, "application/json"]);
    let error = packument(&client, "missing", true).unwrap_err();
    assert_eq!(error.to_string(), "there is no npm package `missing`");
}

#[test]
fn integrity_is_a_list_with_options() {
    let (first, second) = (
        hash_bytes(Algorithm::Sha512, b"a"),
        hash_bytes(Algorithm::Sha1, b"a"),
    );
    assert_eq!(
        parse_integrity(&format!(" {first}?foo {second}\n")),
        [first, second]
    );
    assert!(parse_integrity("sha512-short md5 0 -").is_empty());
}
