//! What services do when they fail: nothing of it is taken for a version, and nothing of it reaches the terminal as it is.

use super::*;

/// One address for each source, and the targets that are asked first.
fn sources() -> Vec<(String, &'static str)> {
    vec![
        (
            at(Endpoint::Github, "o/r/archive/v1.0.tar.gz"),
            "/repos/o/r/releases?per_page=100",
        ),
        (
            at(Endpoint::Gitlab, "o/r"),
            "/api/v4/projects/o%2Fr/releases?per_page=100",
        ),
        (
            at(Endpoint::Codeberg, "o/r/archive/v1.0.tar.gz"),
            "/api/v1/repos/o/r/releases?limit=50",
        ),
        (
            at(Endpoint::Bitbucket, "o/r/get/v1.0.tar.gz"),
            "/2.0/repositories/o/r/refs/tags?pagelen=100",
        ),
        (at(Endpoint::Crates, "crates/foo/1.0/download"), "/3/f/foo"),
        (
            "mirror://pypi/f/foo/foo-1.0.tar.gz".to_owned(),
            "/simple/foo/",
        ),
        (at(Endpoint::Npm, "foo/-/foo-1.0.tgz"), "/foo"),
        (
            at(Endpoint::Rubygems, "gems/foo-1.0.gem"),
            "/api/v1/versions/foo.json",
        ),
        (
            at(Endpoint::GoProxy, "example.org/m/@v/v1.0.0.zip"),
            "/example.org/m/@v/list",
        ),
        (at(Endpoint::Packagist, "p2/v/foo.json"), "/p2/v/foo.json"),
        (
            at(Endpoint::Hex, "tarballs/foo-1.0.tar"),
            "/api/packages/foo",
        ),
        (
            "mirror://hackage/foo-1.0.tar.gz".to_owned(),
            "/package/foo/preferred.json",
        ),
        (
            "mirror://cran/foo_1.0.tar.gz".to_owned(),
            "/web/packages/foo/DESCRIPTION",
        ),
        (
            "mirror://cpan/authors/id/A/AB/ABC/foo-1.0.tar.gz".to_owned(),
            "/v1/release/foo",
        ),
        (
            "mirror://gnome/sources/foo/1/foo-1.0.tar.xz".to_owned(),
            "/sources/foo/cache.json",
        ),
        (
            "mirror://maven/org/foo/1.0/foo-1.0.jar".to_owned(),
            "/org/foo/maven-metadata.xml",
        ),
        (
            "mirror://sourceforge/foo/foo/1.0/foo-1.0.tar.gz".to_owned(),
            "/projects/foo/rss?path=%2Ffoo",
        ),
        ("mirror://gnu/foo/foo-1.0.tar.gz".to_owned(), "/foo/"),
    ]
}

/// Every source with this answer, each on a server of its own.
fn errors(reply: &Reply) -> Vec<(String, String)> {
    sources()
        .into_iter()
        .map(|(url, target)| {
            let setup = Setup::new();
            setup.server.on(target, reply.clone());
            let error = setup.error(&query("1.0", &url));
            assert!(
                setup.server.targets().iter().any(|asked| asked == target),
                "{url}: {:?}",
                setup.server.targets()
            );
            (url, error)
        })
        .collect()
}

#[test]
fn pages_for_people_instead_of_data() {
    let html = Reply::ok(
        "<!DOCTYPE html><html><body>Please log in <a href=\"/login\">here</a> \u{1b}[31m</body></html>",
    );
    for (url, error) in errors(&html) {
        assert!(
            error.contains("cannot be read") || error.contains("names a version"),
            "{url}: {error}"
        );
        assert!(!error.contains('\u{1b}'), "{url}: {error:?}");
    }
}

#[test]
fn json_of_another_kind() {
    for body in [
        json!({"error": "\u{1b}[2J"}),
        json!([null, 1, {"x": []}]),
        json!(null),
        json!("1.9"),
        json!({"versions": 7, "files": 8, "releases": 9}),
    ] {
        for (url, error) in errors(&Reply::json(&body)) {
            assert!(
                error.contains("cannot be read")
                    || error.contains("names a version")
                    || error.contains("does not exist"),
                "{url} {body}: {error}"
            );
            assert!(!error.contains('\u{1b}'), "{url}: {error:?}");
        }
    }
}

#[test]
fn permanent_failures() {
    for (url, error) in errors(&Reply::status(500)) {
        assert!(error.contains("status 500"), "{url}: {error}");
    }
    let limited = Reply::status(429).header("Retry-After", "86400");
    for (url, error) in errors(&limited) {
        assert!(
            error.contains("limits the rate of requests (status 429)"),
            "{url}: {error}"
        );
    }
}

#[test]
fn answers_without_end() {
    let large = Reply::ok("[").announce(100 << 20);
    for (url, error) in errors(&large) {
        assert!(error.contains("is larger than the limit"), "{url}: {error}");
    }
}

#[test]
fn nesting_without_end() {
    let deep = Reply::ok("[".repeat(100_000));
    for (url, error) in errors(&deep) {
        assert!(
            error.contains("cannot be read") || error.contains("names a version"),
            "{url}: {error}"
        );
    }
}

#[test]
fn names_with_escape_codes_are_left_out_and_never_shown_raw() {
    let setup = Setup::new();
    setup.json(
        "/repos/o/r/releases?per_page=100",
        &json!([{"tag_name": "v9.0\u{1b}]0;x\u{7}"}]),
    );
    let names = [
        "v1.0",
        "v9.0\u{1b}]0;x\u{7}",
        "v8.0\n",
        "v7.0`rm -rf`",
        "v6.0${x}",
        "v5.0 ",
        "v1.1",
        "v1.1.1\u{202e}",
        "--upload-pack=v4.0",
    ];
    let tags: Vec<serde_json::Value> = names
        .iter()
        .map(|name| json!({"name": name, "commit": {"sha": "\u{1b}"}}))
        .collect();
    setup.json("/repos/o/r/tags?per_page=100", &json!(tags));
    let candidate = setup.newest(&query(
        "1.0",
        &at(Endpoint::Github, "o/r/archive/v1.0.tar.gz"),
    ));
    // The forge module trims white space, so these two are the versions that they look like.
    assert!(
        ["8.0", "1.1", "5.0"].contains(&candidate.version.as_str()),
        "{candidate:?}"
    );
    let shown = serde_json::to_string(&candidate).unwrap();
    assert!(shown.is_ascii(), "{shown}");
    assert!(
        !shown.contains("\\u001b") && !shown.contains("\\u0007"),
        "{shown}"
    );
    assert!(
        candidate
            .skipped
            .iter()
            .any(|skipped| skipped.name.contains("\\u{1b}")),
        "{:?}",
        candidate.skipped
    );
}

#[test]
fn a_question_without_an_address() {
    let setup = Setup::new();
    let error = setup.error(&Query {
        pname: "foo\u{1b}".to_owned(),
        current: "1.0".to_owned(),
        ..Query::default()
    });
    assert_eq!(
        error,
        "could not find out the newest version of `foo\\u{1b}`: its source has no address"
    );
    let error = setup.error(&query("1.0", "file:///etc/passwd"));
    assert!(
        error.ends_with("no address of its source leads to a service that lists versions"),
        "{error}"
    );
    assert!(setup.server.targets().is_empty());
}
