//! The registries of languages and desktops.

use super::*;

/// A query whose package is called like the one in the address.
fn named(current: &str, endpoint: Endpoint, path: &str) -> Query {
    query(current, &at(endpoint, path))
}

fn taken(candidate: &Candidate) -> (&str, &str) {
    (&candidate.version, &candidate.source.kind)
}

#[test]
fn crates_without_yanked_ones() {
    let setup = Setup::new();
    let line = |version: &str, yanked: bool| {
        json!({"name": "foo", "vers": version, "cksum": "00", "deps": [], "features": {}, "yanked": yanked}).to_string()
    };
    let lines = [
        line("1.0.0", false),
        line("1.10.0", false),
        line("1.9.0", false),
        line("1.11.0", true),
        line("2.0.0-beta.1", false),
        line("1.10.1+wasi-preview1", false),
    ];
    setup.server.on("/3/f/foo", Reply::ok(lines.join("\n")));
    let url = named("1.0.0", Endpoint::Crates, "crates/foo/1.0.0/download");
    let candidate = setup.newest(&url);
    assert_eq!(taken(&candidate), ("1.10.1+wasi-preview1", "crates"));
    assert_eq!(candidate.tag, None);
    assert_eq!(
        candidate.skipped,
        [
            skipped("2.0.0-beta.1", "it is a prerelease"),
            skipped("1.11.0", "it was yanked")
        ]
    );
}

#[test]
fn pypi_without_yanked_ones_and_those_without_a_source() {
    let setup = Setup::new();
    let file = |name: &str, yanked: serde_json::Value| json!({"filename": name, "url": name, "hashes": {"sha256": "0"}, "yanked": yanked});
    let files = json!({"name": "foo", "files": [
        file("foo-1.0.tar.gz", json!(false)), file("foo-1.1.tar.gz", json!(false)), file("foo-1.1-py3-none-any.whl", json!(false)),
        file("foo-1.2.tar.gz", json!("broken")), file("foo-1.3-py3-none-any.whl", json!(false)), file("foo-2.0rc1.tar.gz", json!(false)),
        file("foo-1.1.post1.tar.gz", json!(false)), file("foo-3.0.dev1.tar.gz", json!(false)),
    ]});
    setup.json("/simple/foo/", &files);
    let candidate = setup.newest(&named(
        "1.0",
        Endpoint::PypiFiles,
        "packages/source/f/foo/foo-1.0.tar.gz",
    ));
    assert_eq!(taken(&candidate), ("1.1.post1", "PyPI"));
    let told: Vec<&str> = candidate
        .skipped
        .iter()
        .map(|skipped| skipped.reason.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "it is a prerelease",
            "it is a prerelease",
            "it has no source archive",
            "it was yanked"
        ]
    );
    let wheel = named(
        "1.0",
        Endpoint::PypiFiles,
        "packages/a/b/c/foo-1.0-py3-none-any.whl",
    );
    assert_eq!(taken(&setup.newest(&wheel)).0, "1.3");
}

#[test]
fn npm_up_to_the_latest_one() {
    let setup = Setup::new();
    setup.json(
        "/@s%2ffoo",
        &json!({"dist-tags": {"latest": "1.4.0", "next": "2.0.0"}, "versions": {
            "1.2.0": {}, "1.3.0": {}, "1.4.0": {"deprecated": "broken"}, "1.3.1": {"deprecated": ""}, "2.0.0": {}, "1.4.0-beta": {},
        }}),
    );
    let query = named("1.2.0", Endpoint::Npm, "@s/foo/-/foo-1.2.0.tgz");
    let candidate = setup.newest(&query);
    assert_eq!(taken(&candidate), ("1.3.1", "npm"));
    assert_eq!(
        candidate.skipped,
        [
            skipped("2.0.0", "it is a prerelease"),
            skipped("1.4.0", "it is deprecated"),
            skipped("1.4.0-beta", "it is a prerelease"),
        ]
    );
}

#[test]
fn gems_and_their_changelogs() {
    let setup = Setup::new();
    setup.json(
        "/api/v1/versions/foo.json",
        &json!([
            {"number": "2.0.0.pre1", "prerelease": true, "platform": "ruby"},
            {"number": "1.3.0", "prerelease": false, "platform": "ruby", "metadata": {"changelog_uri": "https://example.org/changes"}},
            {"number": "1.3.0", "prerelease": false, "platform": "java", "metadata": {}},
            {"number": "1.2.0", "prerelease": false, "platform": "ruby", "metadata": {"changelog_uri": "javascript:x"}},
        ]),
    );
    let candidate = setup.newest(&named("1.2.0", Endpoint::Rubygems, "gems/foo-1.2.0.gem"));
    assert_eq!(taken(&candidate), ("1.3.0", "RubyGems"));
    assert_eq!(
        candidate.changelog.as_deref(),
        Some("https://example.org/changes")
    );
    assert_eq!(
        setup
            .newest(&named("1.1.0", Endpoint::Rubygems, "gems/foo-1.1.0.gem"))
            .version,
        "1.3.0"
    );
}

#[test]
fn go_modules_without_retracted_ones() {
    let setup = Setup::new();
    setup.server.on(
        "/example.org/!m/@v/list",
        Reply::ok("v1.2.0\nv1.3.0\nv1.4.0\nv2.0.0-rc.1\n"),
    );
    setup.server.on(
        "/example.org/!m/@v/v1.4.0.mod",
        Reply::ok("module example.org/M\nretract [v1.4.0, v1.4.0]\n"),
    );
    let candidate = setup.newest(&named(
        "1.2.0",
        Endpoint::GoProxy,
        "example.org/!m/@v/v1.2.0.zip",
    ));
    assert_eq!(taken(&candidate), ("1.3.0", "Go"));
    assert_eq!(candidate.skipped[1], skipped("1.4.0", "it was retracted"));
}

#[test]
fn hex_hackage_and_packagist() {
    let setup = Setup::new();
    setup.json(
        "/api/packages/foo",
        &json!({"releases": [{"version": "2.0.0-rc.0"}, {"version": "1.4.0"}, {"version": "1.3.0"}, {"version": "1.2.0"}], "retirements": {"1.4.0": {"reason": "invalid"}}}),
    );
    setup.json(
        "/package/foo/preferred.json",
        &json!({"normal-version": ["1.3.0", "1.2.0"], "deprecated-version": ["1.4.0"]}),
    );
    setup.json(
        "/p2/v/foo.json",
        &json!({"minified": "composer/2.0", "packages": {"v/foo": [{"version": "v2.0.0-beta1"}, {"version": "v1.3.0"}, {"version": "1.2.0"}]}}),
    );
    for (endpoint, path, kind) in [
        (Endpoint::Hex, "tarballs/foo-1.2.0.tar", "Hex"),
        (
            Endpoint::Hackage,
            "package/foo-1.2.0/foo-1.2.0.tar.gz",
            "Hackage",
        ),
        (Endpoint::Packagist, "packages/v/foo", "Packagist"),
    ] {
        let candidate = setup.newest(&named("1.2.0", endpoint, path));
        assert_eq!(taken(&candidate), ("1.3.0", kind));
        assert!(!candidate.skipped.is_empty());
    }
    let hackage = setup.newest(&query("1.2.0", "mirror://hackage/foo-1.2.0.tar.gz"));
    assert_eq!(
        hackage.changelog,
        Some(at(Endpoint::Hackage, "package/foo-1.3.0/changelog"))
    );
}

#[test]
fn cpan_cran_and_maven() {
    let setup = Setup::new();
    setup.json("/v1/release/Foo-Bar", &json!({"distribution": "Foo-Bar", "version": "v1.300", "status": "latest", "maturity": "released"}));
    setup.server.on(
        "/web/packages/data.foo/DESCRIPTION",
        Reply::ok("Package: data.foo\nTitle: X\n  Version: 9\nVersion: 1.3-1\n"),
    );
    let metadata = "<metadata><versioning><latest>2.0-M1</latest><versions><version>1.2</version><version> 1.3 </version><version>2.0-M1</version></versions></versioning></metadata>";
    setup
        .server
        .on("/org/example/foo/maven-metadata.xml", Reply::ok(metadata));
    for (current, url, expected, kind) in [
        (
            "1.200",
            "mirror://cpan/authors/id/A/AB/ABC/Foo-Bar-1.200.tar.gz",
            "1.300",
            "CPAN",
        ),
        ("1.2", "mirror://cran/data.foo_1.2.tar.gz", "1.3-1", "CRAN"),
        (
            "1.2",
            "mirror://maven/org/example/foo/1.2/foo-1.2.jar",
            "1.3",
            "Maven",
        ),
    ] {
        assert_eq!(taken(&setup.newest(&query(current, url))), (expected, kind));
    }
    let developer = json!({"distribution": "Foo-Bar", "version": "1.400", "maturity": "developer"});
    setup.json("/v1/release/Foo-Bar", &developer);
    setup.none(&query(
        "1.200",
        "mirror://cpan/authors/id/A/AB/ABC/Foo-Bar-1.200.tar.gz",
    ));
}

#[test]
fn gnome_without_what_leads_to_a_release() {
    let setup = Setup::new();
    setup.json(
        "/sources/foo/cache.json",
        &json!([4, {"foo": {}}, {"foo": ["3.36.0", "3.37.1", "46.1", "47.alpha", "47.rc", "46.2"]}, {"foo": []}]),
    );
    let candidate = setup.newest(&query(
        "46.1",
        "mirror://gnome/sources/foo/46/foo-46.1.tar.xz",
    ));
    assert_eq!(taken(&candidate), ("46.2", "GNOME"));
    assert_eq!(candidate.skipped.len(), 2);
}

#[test]
fn an_exact_version_is_looked_up() {
    let setup = Setup::new();
    setup.json(
        "/foo",
        &json!({"dist-tags": {"latest": "1.3.0"}, "versions": {"1.1.0": {}, "1.3.0": {}}}),
    );
    let exactly = |version: &str| Query {
        wanted: Wanted::Exact(version.to_owned()),
        ..named("1.2.0", Endpoint::Npm, "foo/-/foo-1.2.0.tgz")
    };
    assert_eq!(setup.newest(&exactly("1.1.0")).version, "1.1.0");
    let error = setup.error(&exactly("1.5.0"));
    assert!(error.ends_with("has no version `1.5.0`"), "{error}");
}

#[test]
fn a_registry_that_has_no_such_package_is_told() {
    let setup = Setup::new();
    for (url, sentence) in [
        (
            at(Endpoint::Npm, "foo/-/foo-1.0.tgz"),
            "there is no npm package `foo`",
        ),
        (
            at(Endpoint::Crates, "crates/foo/1.0/download"),
            "there is no crate `foo`",
        ),
        (
            "mirror://pypi/f/foo/foo-1.0.tar.gz".to_owned(),
            "there is no Python project `foo`",
        ),
        (
            "mirror://hackage/foo-1.0.tar.gz".to_owned(),
            "there is no Haskell package `foo`",
        ),
        (
            "mirror://cran/foo_1.0.tar.gz".to_owned(),
            "there is no R package `foo`",
        ),
        (
            "mirror://cpan/authors/id/A/AB/ABC/foo-1.0.tar.gz".to_owned(),
            "there is no CPAN distribution `foo`",
        ),
        (
            "mirror://gnome/sources/foo/1/foo-1.0.tar.xz".to_owned(),
            "GNOME has no module `foo`",
        ),
        (
            at(Endpoint::Rubygems, "gems/foo-1.0.gem"),
            "there is no gem `foo`",
        ),
        (
            at(Endpoint::Hex, "tarballs/foo-1.0.tar"),
            "there is no Hex package `foo`",
        ),
        (
            at(Endpoint::Packagist, "p2/v/foo.json"),
            "there is no PHP package `v/foo`",
        ),
        (
            at(Endpoint::GoProxy, "example.org/m/@v/v1.0.0.zip"),
            "the proxy has no Go module `example.org/m`",
        ),
    ] {
        let error = setup.error(&query("1.0", &url));
        assert!(error.ends_with(sentence), "{error}");
        assert!(
            error.starts_with("could not find out the newest version of `foo`"),
            "{error}"
        );
    }
}
