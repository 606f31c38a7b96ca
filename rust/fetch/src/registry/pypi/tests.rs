use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::testing::{Reply, TestServer};

fn setup(files: &Value) -> (TestServer, TempDir) {
    let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
    let project = json!({"meta": {"api-version": "1.1"}, "name": "some-thing", "files": files, "versions": []});
    server.on("/simple/some-thing/", Reply::json(&project));
    (server, folder)
}

fn file(name: &str, extra: &Value) -> Value {
    let mut file = json!({"filename": name, "url": format!("/packages/{name}"), "hashes": {"sha256": "00".repeat(32)}});
    let entries = extra.as_object().into_iter().flatten();
    entries.for_each(|(key, value)| file[key] = value.clone());
    file
}

#[test]
fn names_have_one_form() {
    for name in ["Some_Thing", "some.-_thing", "SOME--thing"] {
        assert_eq!(normalized_name(name), "some-thing");
    }
    for name in ["a", "zope.interface", "A-1"] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", "-a", "a-", "a/b", "..", "a b", "é"] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn versions_are_read_from_file_names() {
    for (name, project, version) in [
        ("some_thing-1.0.tar.gz", "some-thing", Some("1.0")),
        ("some-thing-1.0.zip", "Some_Thing", Some("1.0")),
        ("py-2-to-3-1.5.tar.gz", "py-2-to-3", Some("1.5")),
        ("zope.interface-5.0.tar.bz2", "zope-interface", Some("5.0")),
        ("some_thing-1.0-py3-none-any.whl", "some-thing", Some("1.0")),
        ("some_thing-1.0-1.tar.gz", "some-thing", Some("1.0-1")),
        ("some-thing-extra-1.0.tar.gz", "some-thing", None),
        ("some_thing-1.0.exe", "some-thing", None),
    ] {
        assert_eq!(file_version(name, project).as_deref(), version, "{name}");
    }
}

#[test]
fn the_newest_release_with_a_source_archive_is_taken() {
    let files = json!([
        file("some_thing-1.9.tar.gz", &json!({})),
        file("some_thing-1.10.zip", &json!({})),
        file(
            "some_thing-1.10.tar.gz",
            &json!({"requires-python": ">=3.9", "size": 7})
        ),
        file("some_thing-1.10-py3-none-any.whl", &json!({})),
        file("some_thing-1.11-py3-none-any.whl", &json!({})),
        file("some_thing-1.12.tar.gz", &json!({"yanked": "broken"})),
        file("some_thing-2.0rc1.tar.gz", &json!({"yanked": false})),
    ]);
    let (server, folder) = setup(&files);
    let client = server.client(folder.path());
    let newest = sdist(&client, "Some.Thing", None).unwrap();
    assert_eq!(
        (newest.filename.as_str(), newest.requires_python.as_deref()),
        ("some_thing-1.10.tar.gz", Some(">=3.9"))
    );
    assert_eq!(newest.url, server.url("/packages/some_thing-1.10.tar.gz"));
    assert_eq!(server.received()[0].headers["accept"], SIMPLE_ACCEPT);
    assert_eq!(
        sdist(&client, "some-thing", Some("2.0.0rc1"))
            .unwrap()
            .version,
        "2.0rc1"
    );
    assert_eq!(
        sdist(&client, "some-thing", Some("1.12")).unwrap().version,
        "1.12"
    );
    for (version, sentence) in [
        (
            "1.11",
            "version `1.11` of Python project `some-thing` has no source archive, only wheels",
        ),
        ("3", "Python project `some-thing` has no version `3`"),
    ] {
        assert_eq!(
            sdist(&client, "some-thing", Some(version))
                .unwrap_err()
                .to_string(),
            sentence
        );
    }
}

#[test]
fn prereleases_are_taken_when_there_is_nothing_else() {
    let (server, folder) = setup(&json!([
        file("some_thing-0.1a2.tar.gz", &json!({})),
        file("some_thing-0.1a10.tar.gz", &json!({}))
    ]));
    assert_eq!(
        sdist(&server.client(folder.path()), "some-thing", None)
            .unwrap()
            .version,
        "0.1a10"
    );
}

#[test]
fn a_file_without_a_known_hash_is_not_taken() {
    let (server, folder) = setup(&json!([file(
        "some_thing-1.tar.gz",
        &json!({"hashes": {"sha256": "beef", "crc32": "00"}})
    )]));
    let error = sdist(&server.client(folder.path()), "some-thing", None).unwrap_err();
    assert!(matches!(error, FetchError::Malformed { .. }), "{error}");
}

#[test]
fn an_unknown_project_is_told() {
    let (server, folder) = setup(&json!([]));
    let client = server.client(folder.path());
    assert_eq!(
        sdist(&client, "nothing", None).unwrap_err().to_string(),
        "there is no Python project `nothing`"
    );
    assert_eq!(
        metadata(&client, "nothing").unwrap_err().to_string(),
        "there is no Python project `nothing`"
    );
    assert_eq!(
        sdist(&client, "some-thing", None).unwrap_err().to_string(),
        "Python project `some-thing` has no source archive"
    );
    assert_eq!(
        project(&client, "../x").unwrap_err().to_string(),
        "`../x` is not the name of a Python project"
    );
}

#[test]
fn metadata_is_what_the_document_calls_info() {
    let (server, folder) = setup(&json!([]));
    server.on(
        "/pypi/some-thing/json",
        Reply::json(&json!({"info": {"summary": "x"}, "urls": []})),
    );
    assert_eq!(
        metadata(&server.client(folder.path()), "Some_Thing").unwrap(),
        json!({"summary": "x"})
    );
}

#[test]
fn mirror_addresses_are_those_of_nixpkgs() {
    assert_eq!(
        mirror_url("Some_Thing", "1.0", "tar.gz"),
        "mirror://pypi/S/Some_Thing/Some_Thing-1.0.tar.gz"
    );
    let url = mirror_request_url(&Endpoints::default(), "Some_Thing", "1.0", "tar.gz").unwrap();
    assert_eq!(
        url.path(),
        "/packages/source/S/Some_Thing/Some_Thing-1.0.tar.gz"
    );
    let mirror = Url::parse(&mirror_url("Some_Thing", "1.0", "tar.gz")).unwrap();
    assert_eq!(crate::endpoints::resolve_mirror(&mirror), Some(url));
}
