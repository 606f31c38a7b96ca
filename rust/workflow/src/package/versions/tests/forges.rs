//! GitHub, GitLab, Gitea and Bitbucket by their REST interfaces.

use super::*;

fn archive(endpoint: Endpoint, tag: &str) -> Query {
    query(
        "1.2.3",
        &at(endpoint, &format!("o/r/archive/refs/tags/{tag}.tar.gz")),
    )
}

#[test]
fn github_tells_releases_and_tags_of_every_page() {
    let setup = Setup::new();
    setup.json(
        "/repos/o/r/releases?per_page=100",
        &json!([
            {"tag_name": "v3.0.0", "prerelease": true, "draft": false},
            {"tag_name": "v4.0.0", "prerelease": false, "draft": true},
            {"tag_name": "v1.2.3", "prerelease": false},
        ]),
    );
    let second = setup.server.url("/repositories/1/tags?page=2");
    setup.server.on(
        "/repos/o/r/tags?per_page=100",
        Reply::json(&json!([
            {"name": "v3.0.0", "commit": {"sha": id("3")}},
            {"name": "other-v9.0.0", "commit": {"sha": id("9")}},
            {"name": "v1.2.3", "commit": {"sha": id("1")}},
        ]))
        .header("Link", &format!("<{second}>; rel=\"next\"")),
    );
    setup.json(
        "/repositories/1/tags?page=2",
        &json!([{"name": "v2.0.0", "commit": {"sha": id("2")}}]),
    );
    let candidate = setup.newest(&archive(Endpoint::Github, "v1.2.3"));
    assert_eq!(
        candidate,
        Candidate {
            version: "2.0.0".to_owned(),
            tag: Some("v2.0.0".to_owned()),
            commit: Some(id("2")),
            source: Source {
                kind: "GitHub".to_owned(),
                url: at(Endpoint::Github, "o/r"),
            },
            changelog: Some(at(Endpoint::Github, "o/r/releases/tag/v2.0.0")),
            compare: Some(at(Endpoint::Github, "o/r/compare/v1.2.3...v2.0.0")),
            skipped: vec![
                skipped("v3.0.0", "it is a prerelease"),
                skipped(
                    "other-v9.0.0",
                    "the tag of the current version begins with `v`"
                ),
            ],
        }
    );
    let unstable = Query {
        wanted: Wanted::Unstable,
        ..archive(Endpoint::Github, "v1.2.3")
    };
    assert_eq!(setup.newest(&unstable).version, "3.0.0");
}

/// A project whose whole first page is prereleases.
#[test]
fn a_stable_release_behind_a_page_of_prereleases_is_found() {
    let setup = Setup::new();
    let candidates: Vec<_> = (1..=100)
        .rev()
        .map(|number| json!({"tag_name": format!("v1.3.0-rc.{number}"), "prerelease": true}))
        .collect();
    let second = setup.server.url("/repositories/1/releases?page=2");
    setup.server.on(
        "/repos/o/r/releases?per_page=100",
        Reply::json(&json!(candidates)).header("Link", &format!("<{second}>; rel=\"next\"")),
    );
    setup.json(
        "/repositories/1/releases?page=2",
        &json!([{"tag_name": "v1.2.9"}, {"tag_name": "v1.2.3"}]),
    );
    let tags: Vec<_> = (1..=100)
        .map(|number| json!({"name": format!("v1.3.0-rc.{number}"), "commit": {"sha": id("3")}}))
        .chain(["v1.2.9", "v1.2.3"].map(|tag| json!({"name": tag, "commit": {"sha": id("2")}})))
        .collect();
    setup.json("/repos/o/r/tags?per_page=100", &json!(tags));
    let file = query(
        "1.2.3",
        &at(
            Endpoint::Github,
            "o/r/releases/download/v1.2.3/foo-1.2.3.tar.gz",
        ),
    );
    for pattern in [None, Some("v(.*)".to_owned())] {
        let stable = Query {
            pattern,
            ..file.clone()
        };
        assert_eq!(setup.newest(&stable).version, "1.2.9");
        let unstable = Query {
            wanted: Wanted::Unstable,
            ..stable
        };
        assert_eq!(setup.newest(&unstable).version, "1.3.0-rc.100");
    }
    let pages = setup.server.targets();
    let pages: std::collections::BTreeSet<_> = pages
        .iter()
        .filter(|page| page.contains("releases?"))
        .collect();
    assert_eq!(pages.len(), 2);
}

#[test]
fn a_file_of_a_release_needs_a_release() {
    let setup = Setup::new();
    setup.json(
        "/repos/o/r/releases?per_page=100",
        &json!([{"tag_name": "v1.3.0"}, {"tag_name": "v1.2.3"}]),
    );
    setup.json(
        "/repos/o/r/tags?per_page=100",
        &json!([{"name": "v1.4.0"}, {"name": "v1.3.0"}, {"name": "v1.2.3"}]),
    );
    let file = query(
        "1.2.3",
        &at(
            Endpoint::Github,
            "o/r/releases/download/v1.2.3/foo-1.2.3.tar.gz",
        ),
    );
    assert_eq!(setup.newest(&file).version, "1.3.0");
    assert_eq!(
        setup.newest(&archive(Endpoint::Github, "v1.2.3")).version,
        "1.4.0"
    );
}

#[test]
fn gitlab_gitea_and_bitbucket_tell_theirs() {
    let setup = Setup::new();
    setup.json(
        "/api/v4/projects/g%2Fh%2Fr/releases?per_page=100",
        &json!([{"tag_name": "v1.3.0"}]),
    );
    setup.json(
        "/api/v4/projects/g%2Fh%2Fr/repository/tags?per_page=100",
        &json!([{"name": "v1.3.0", "commit": {"id": id("3")}}, {"name": "v1.2.3", "commit": {"id": id("1")}}]),
    );
    setup.json(
        "/api/v1/repos/o/r/releases?limit=50",
        &json!([{"tag_name": "v1.4.0", "prerelease": true}]),
    );
    setup.json(
        "/api/v1/repos/o/r/tags?limit=50",
        &json!([{"name": "v1.4.0", "commit": {"sha": id("4")}}, {"name": "v1.3.0", "commit": {"sha": id("3")}}]),
    );
    setup.json(
        "/2.0/repositories/o/r/refs/tags?pagelen=100",
        &json!({"values": [{"name": "v1.3.0", "target": {"hash": id("3")}}]}),
    );
    let gitlab = at(
        Endpoint::Gitlab,
        "api/v4/projects/g%2Fh%2Fr/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1.2.3",
    );
    for (url, kind, compare) in [
        (
            gitlab,
            "GitLab",
            Some(at(Endpoint::Gitlab, "g/h/r/-/compare/v1.2.3...v1.3.0")),
        ),
        (
            at(Endpoint::Codeberg, "o/r/archive/v1.2.3.tar.gz"),
            "Codeberg",
            None,
        ),
        (
            at(Endpoint::Bitbucket, "o/r/get/v1.2.3.tar.gz"),
            "Bitbucket",
            None,
        ),
    ] {
        let candidate = setup.newest(&query("1.2.3", &url));
        assert_eq!(
            (candidate.version.as_str(), candidate.source.kind.as_str()),
            ("1.3.0", kind)
        );
        assert_eq!(candidate.commit, Some(id("3")), "{kind}");
        assert_eq!(candidate.compare, compare, "{kind}");
    }
}

#[test]
fn the_homepage_is_asked_when_the_source_knows_nothing() {
    let setup = Setup::new();
    setup.json("/repos/o/r/releases?per_page=100", &json!([]));
    setup.json(
        "/repos/o/r/tags?per_page=100",
        &json!([{"name": "1.3"}, {"name": "1.2"}]),
    );
    let query = Query {
        homepage: Some(at(Endpoint::Github, "o/r")),
        ..query("1.2", &at(Endpoint::Gnu, "foo/foo-1.2.tar.gz"))
    };
    let candidate = setup.newest(&query);
    assert_eq!(
        (candidate.version.as_str(), candidate.source.kind.as_str()),
        ("1.3", "GitHub")
    );
    // A source that is down may know better: its failure is what is told, not that nothing is newer.
    setup.server.on("/foo/", Reply::status(500));
    let query = Query {
        current: "1.3".to_owned(),
        urls: vec![at(Endpoint::Gnu, "foo/foo-1.3.tar.gz")],
        ..query
    };
    let error = setup.error(&query);
    assert!(error.contains("status 500"), "{error}");
}

#[test]
fn a_branch_gives_a_snapshot_in_the_spelling_of_nixpkgs() {
    let setup = Setup::new();
    let commit = |time: &str| json!({"sha": id("a"), "commit": {"committer": {"date": time}, "author": {"date": "2020-01-01T00:00:00Z"}}});
    setup.json(
        "/repos/o/r/commits/HEAD",
        &commit("2026-02-01T00:30:00+02:00"),
    );
    setup.json(
        "/repos/o/r/commits/heads/a/b",
        &commit("2026-03-01T12:00:00Z"),
    );
    setup.json("/repos/o/r/releases?per_page=100", &json!([]));
    setup.json(
        "/repos/o/r/tags?per_page=100",
        &json!([{"name": "v1.3.0"}, {"name": "v1.2.3"}, {"name": "v2.0.0-rc1"}]),
    );
    let snapshot = |current: &str, rev: &str, branch: Option<&str>| Query {
        tag: Some(rev.to_owned()),
        wanted: Wanted::Branch(branch.map(str::to_owned)),
        ..query(
            current,
            &at(Endpoint::Github, &format!("o/r/archive/{rev}.tar.gz")),
        )
    };
    for (current, branch, expected) in [
        ("0-unstable-2025-12-01", None, "1.3.0-unstable-2026-01-31"),
        (
            "1.2.3-unstable-2025-12-01",
            None,
            "1.3.0-unstable-2026-01-31",
        ),
        ("1.2.3", Some("a/b"), "1.3.0-unstable-2026-03-01"),
        (
            "1.4.0-unstable-2025-12-01",
            Some("a/b"),
            "1.4.0-unstable-2026-03-01",
        ),
        ("unstable-2025-12-01", None, "1.3.0-unstable-2026-01-31"),
    ] {
        let candidate = setup.newest(&snapshot(current, &id("b"), branch));
        assert_eq!(candidate.version, expected, "{current}");
        assert_eq!((candidate.tag, candidate.commit), (None, Some(id("a"))));
        let compare = at(
            Endpoint::Github,
            &format!("o/r/compare/{}...{}", id("b"), id("a")),
        );
        assert_eq!(candidate.compare, Some(compare));
    }
    setup.none(&snapshot("1.3.0-unstable-2026-01-31", &id("a"), None));
    let older = setup.none(&snapshot("1.3.0-unstable-2026-02-10", &id("b"), None));
    assert!(
        older.skipped[0].reason.contains("is older"),
        "{:?}",
        older.skipped
    );
    let error = setup.error(&snapshot("1.3.0", &id("b"), Some("none")));
    assert!(error.contains("has no branch `none`"), "{error}");
}

#[test]
fn branches_of_other_forges() {
    let setup = Setup::new();
    setup.json(
        "/api/v4/projects/o%2Fr/repository/commits/HEAD",
        &json!({"id": id("a"), "committed_date": "2026-01-31T10:00:00.000+00:00"}),
    );
    setup.json("/api/v1/repos/o/r", &json!({"default_branch": "main"}));
    setup.json(
        "/api/v1/repos/o/r/branches/main",
        &json!({"commit": {"id": id("a"), "timestamp": "2026-01-31T10:00:00Z"}}),
    );
    setup.json(
        "/2.0/repositories/o/r",
        &json!({"mainbranch": {"name": "main"}}),
    );
    setup.json(
        "/2.0/repositories/o/r/refs/branches/main",
        &json!({"target": {"hash": id("a"), "date": "2026-01-31T10:00:00+00:00"}}),
    );
    for list in [
        "/api/v4/projects/o%2Fr/releases?per_page=100",
        "/api/v4/projects/o%2Fr/repository/tags?per_page=100",
        "/api/v1/repos/o/r/releases?limit=50",
        "/api/v1/repos/o/r/tags?limit=50",
    ] {
        setup.json(list, &json!([]));
    }
    setup.json(
        "/2.0/repositories/o/r/refs/tags?pagelen=100",
        &json!({"values": []}),
    );
    for endpoint in [Endpoint::Gitlab, Endpoint::Codeberg, Endpoint::Bitbucket] {
        let query = Query {
            wanted: Wanted::Branch(None),
            ..query("0-unstable-2025-01-01", &at(endpoint, "o/r"))
        };
        let candidate = setup.newest(&query);
        assert_eq!(candidate.version, "0-unstable-2026-01-31", "{endpoint}");
        assert_eq!(candidate.commit, Some(id("a")));
    }
    let registry = Query {
        wanted: Wanted::Branch(None),
        ..query("1.0", &at(Endpoint::Npm, "foo/-/foo-1.0.tgz"))
    };
    let error = setup.error(&registry);
    assert!(
        error.starts_with("could not find out the newest commit of `foo`: "),
        "{error}"
    );
    assert!(error.contains("no git repository"), "{error}");
}
