use serde_json::json;
use tempfile::TempDir;
use url::Url;

use super::*;
use crate::endpoints::Endpoints;
use crate::error::FetchError;
use crate::testing::{Reply, TestServer};

fn public(endpoint: Endpoint) -> &'static str {
    endpoint.public_url()
}

/// A host that runs Gitiles.
fn gitiles() -> String {
    format!("https://any{}", crate::endpoints::GITILES_HOSTS)
}

/// `forge host owner repo revision path`, with `-` for what is absent.
fn shown(text: &str) -> Option<String> {
    let found = parse(text)?;
    let revision = match &found.revision {
        None => "-".to_owned(),
        Some(PageRevision::Commit(name)) => format!("commit:{name}"),
        Some(PageRevision::Tag(name)) => format!("tag:{name}"),
        Some(PageRevision::Branch(name)) => format!("branch:{name}"),
        Some(PageRevision::Name(name)) => format!("name:{name}"),
    };
    let path = found.path.as_deref().unwrap_or("-");
    let owner = if found.owner.is_empty() {
        "-"
    } else {
        &found.owner
    };
    Some(format!(
        "{} {owner} {} {revision} {path}",
        found.forge, found.repo
    ))
}

fn check(base: &str, cases: &[(&str, &str)]) {
    for (rest, expected) in cases {
        let text = format!("{base}{rest}");
        assert_eq!(shown(&text).unwrap_or_default(), *expected, "{text}");
    }
}

const ID: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn pages_of_github() {
    let commit_tree = format!("/o/r/tree/{ID}/a/b");
    let commit_shown = format!("GitHub o r commit:{ID} a/b");
    check(
        public(Endpoint::Github),
        &[
            ("/o/r", "GitHub o r - -"),
            ("/o/r/", "GitHub o r - -"),
            ("/o/r.git", "GitHub o r - -"),
            ("/o/r?tab=readme#x", "GitHub o r - -"),
            ("/o/r/issues/1", "GitHub o r - -"),
            ("/o/r/tree/main/a/b", "GitHub o r name:main a/b"),
            ("/o/r/blob/v1.0/x.c", "GitHub o r name:v1.0 x.c"),
            ("/o/r/tree/refs/tags/v1", "GitHub o r tag:v1 -"),
            (&commit_tree, &commit_shown),
            ("/o/r/releases/tag/v1.0%2B1", "GitHub o r tag:v1.0+1 -"),
            ("/o/r/releases/tag/a/b", "GitHub o r tag:a/b -"),
            ("/o/r/releases", "GitHub o r - -"),
            ("/o/r/commit/0123456", "GitHub o r commit:0123456 -"),
            (
                "/o/r/archive/refs/tags/v1.0.tar.gz",
                "GitHub o r tag:v1.0 -",
            ),
            ("/o/r/archive/v1.0.zip", "GitHub o r name:v1.0 -"),
            ("/o/r/tarball/v1.0", "GitHub o r name:v1.0 -"),
            ("/o/r/releases/download/v1/x.tar.gz", ""),
            ("/o/r/raw/main/x", ""),
            ("/o/r/commit/0123456.patch", ""),
            ("/o/r/pull/1.diff", ""),
            ("/o", ""),
            ("", ""),
        ],
    );
    let host = public(Endpoint::Github).strip_prefix("https://").unwrap();
    for text in [
        format!("git@{host}:o/r.git"),
        format!("ssh://git@{host}/o/r"),
        format!("git+https://{host}/o/r.git"),
        format!("git://{host}/o/r"),
        format!("https://www.{host}/o/r"),
    ] {
        assert_eq!(shown(&text).as_deref(), Some("GitHub o r - -"), "{text}");
    }
}

#[test]
fn pages_of_gitlab_with_nested_groups() {
    let cases = [
        ("/g/r", "GitLab g r - -"),
        ("/g/s/t/r", "GitLab g/s/t r - -"),
        ("/g/s/r/-/tree/main/a", "GitLab g/s r name:main a"),
        ("/g/r/-/tree/v1?ref_type=tags", "GitLab g r tag:v1 -"),
        ("/g/r/-/tags/v1.0", "GitLab g r tag:v1.0 -"),
        ("/g/r/-/releases/v1.0", "GitLab g r tag:v1.0 -"),
        ("/g/r/-/commit/0123456", "GitLab g r commit:0123456 -"),
        (
            "/g/r/-/archive/v1.0/r-v1.0.tar.gz",
            "GitLab g r name:v1.0 -",
        ),
        (
            "/api/v4/projects/g%2Fs%2Fr/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1",
            "GitLab g/s r tag:v1 -",
        ),
        ("/g/r/-/raw/main/x", ""),
        ("/g/r/-/releases/v1/downloads/x.tar.gz", ""),
        ("/g/r/-/commit/0123456.patch", ""),
        ("/g", ""),
    ];
    check(public(Endpoint::Gitlab), &cases);
    check("https://gitlab.example.org", &cases);
    assert_eq!(
        shown("https://code.example.org/g/r/-/tree/main").as_deref(),
        Some("GitLab g r name:main -")
    );
}

#[test]
fn pages_of_gitea_and_its_relatives() {
    let cases = [
        ("/o/r", "Gitea o r - -"),
        ("/o/r/src/branch/main/a/b", "Gitea o r branch:main a/b"),
        ("/o/r/src/tag/v1/a", "Gitea o r tag:v1 a"),
        ("/o/r/src/commit/0123456", "Gitea o r commit:0123456 -"),
        ("/o/r/releases/tag/v1", "Gitea o r tag:v1 -"),
        ("/o/r/archive/v1.tar.gz", "Gitea o r name:v1 -"),
        ("/o/r/raw/tag/v1/x", ""),
        ("/o/r/releases/download/v1/x", ""),
    ];
    check(public(Endpoint::Codeberg), &cases);
    check("https://gitea.example.org", &cases);
    check("https://forgejo.example.org:3000", &cases);
    assert_eq!(
        shown("https://code.example.org/o/r/src/branch/main").as_deref(),
        Some("Gitea o r branch:main -")
    );
    assert!(
        parse(&format!("{}/o/r", public(Endpoint::Codeberg)))
            .unwrap()
            .is_codeberg()
    );
}

#[test]
fn pages_of_sourcehut_bitbucket_and_gitiles() {
    check(
        public(Endpoint::Sourcehut),
        &[
            ("/~o/r", "SourceHut ~o r - -"),
            ("/~o/r/tree/v1", "SourceHut ~o r name:v1 -"),
            ("/~o/r/tree/v1/item/a/b", "SourceHut ~o r name:v1 a/b"),
            ("/~o/r/refs/v1", "SourceHut ~o r tag:v1 -"),
            ("/~o/r/commit/0123456", "SourceHut ~o r commit:0123456 -"),
            ("/~o/r/archive/v1.tar.gz", "SourceHut ~o r name:v1 -"),
            ("/o/r", ""),
        ],
    );
    check(
        public(Endpoint::Bitbucket),
        &[
            ("/o/r", "Bitbucket o r - -"),
            ("/o/r/src/v1/a", "Bitbucket o r name:v1 a"),
            ("/o/r/commits/tag/v1", "Bitbucket o r tag:v1 -"),
            ("/o/r/get/refs/tags/v1.tar.gz", "Bitbucket o r tag:v1 -"),
            ("/o/r/downloads/x.tar.gz", ""),
        ],
    );
    check(
        &gitiles(),
        &[
            ("/a/b/c", "Gitiles - a/b/c - -"),
            ("/a/b/+/refs/tags/v1/x/y", "Gitiles - a/b tag:v1 x/y"),
            ("/a/b/+/main", "Gitiles - a/b name:main -"),
            (
                "/a/b/+archive/refs/heads/main.tar.gz",
                "Gitiles - a/b branch:main -",
            ),
        ],
    );
}

#[test]
fn pages_of_repo_or_cz() {
    let commit = format!("repo.or.cz - tool commit:{ID} -");
    check(
        public(Endpoint::RepoOrCz),
        &[
            ("/tool.git", "repo.or.cz - tool - -"),
            ("/tool.git/", "repo.or.cz - tool - -"),
            ("/w/tool.git", "repo.or.cz - tool - -"),
            ("/tool/mine.git", "repo.or.cz - tool/mine - -"),
            (&format!("/tool.git/commit/{ID}"), &commit),
            (
                "/tool.git/shortlog/refs/heads/mob",
                "repo.or.cz - tool branch:mob -",
            ),
            (
                "/tool.git/tree/refs/tags/v1:/doc/x",
                "repo.or.cz - tool tag:v1 doc/x",
            ),
            (
                "/tool.git/blob/HEAD:/Makefile",
                "repo.or.cz - tool name:HEAD Makefile",
            ),
            (
                "/tool.git/snapshot/v1.tar.gz",
                "repo.or.cz - tool name:v1 -",
            ),
        ],
    );
    for path in [
        "/",
        "/tool",
        "/tool.git/blob_plain/HEAD:/x",
        "/tool.git/snapshot/v1",
    ] {
        let address = format!("{}{path}", public(Endpoint::RepoOrCz));
        assert_eq!(shown(&address), None, "{address}");
    }
}

#[test]
fn other_addresses_are_no_forge() {
    for text in [
        "https://example.org/a/b",
        "https://example.org/",
        "not a url",
        "",
        "-x",
        "file:///a/b",
        "C:/x",
        "crates:just",
        "a:b",
        "https://user:pw@gitlab.example.org/a/b",
        "https://gitlab.example.org/a/%2e%2e/b%0a",
    ] {
        assert_eq!(shown(text), None, "{text}");
    }
}

#[test]
fn an_address_at_a_replaced_endpoint_is_the_public_one() {
    let base = Url::parse("http://127.0.0.1:8080/x").unwrap();
    let endpoints = Endpoints::new([(Endpoint::Github, base)].into()).unwrap();
    let found = parse_with("http://127.0.0.1:8080/x/o/r/releases/tag/v1", &endpoints).unwrap();
    assert_eq!(
        found,
        parse(&format!("{}/o/r/releases/tag/v1", public(Endpoint::Github))).unwrap()
    );
    assert_eq!(parse_with("http://127.0.0.1:8080/y/o/r", &endpoints), None);
}

#[test]
fn archives_are_spelled_as_nixpkgs_spells_them() {
    let archive = |text: &str, revision: PageRevision| {
        let url = parse(text).unwrap().archive_text(&revision);
        url.split_once("://")
            .unwrap()
            .1
            .split_once('/')
            .unwrap()
            .1
            .to_owned()
    };
    let tag = || PageRevision::Tag("v1.0+x".to_owned());
    let commit = || PageRevision::Commit(ID.to_owned());
    let at = |endpoint: Endpoint, path: &str| format!("{}{path}", public(endpoint));
    for (text, for_tag, for_commit) in [
        (
            at(Endpoint::Github, "/o/r"),
            "o/r/archive/refs/tags/v1.0+x.tar.gz".to_owned(),
            format!("o/r/archive/{ID}.tar.gz"),
        ),
        (
            at(Endpoint::Codeberg, "/o/r"),
            "o/r/archive/refs/tags/v1.0+x.tar.gz".to_owned(),
            format!("o/r/archive/{ID}.tar.gz"),
        ),
        (
            at(Endpoint::Gitlab, "/g/s.t/r"),
            "api/v4/projects/g%2Fs%2Et%2Fr/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1.0%2Bx"
                .to_owned(),
            format!("api/v4/projects/g%2Fs%2Et%2Fr/repository/archive.tar.gz?sha={ID}"),
        ),
        (
            at(Endpoint::Sourcehut, "/~o/r"),
            "~o/r/archive/v1.0+x.tar.gz".to_owned(),
            format!("~o/r/archive/{ID}.tar.gz"),
        ),
        (
            at(Endpoint::Bitbucket, "/o/r"),
            "o/r/get/refs/tags/v1.0%2Bx.tar.gz".to_owned(),
            format!("o/r/get/{ID}.tar.gz"),
        ),
        (
            at(Endpoint::RepoOrCz, "/a/b.git"),
            "a/b.git/snapshot/v1.0+x.tar.gz".to_owned(),
            format!("a/b.git/snapshot/{ID}.tar.gz"),
        ),
        (
            format!("{}/a/b", gitiles()),
            "a/b/+archive/refs/tags/v1.0+x.tar.gz".to_owned(),
            format!("a/b/+archive/{ID}.tar.gz"),
        ),
    ] {
        assert_eq!(archive(&text, tag()), for_tag);
        assert_eq!(archive(&text, commit()), for_commit);
    }
    let source = parse(&at(Endpoint::Github, "/o/r/tree/x")).unwrap();
    assert_eq!(source.git_url(), at(Endpoint::Github, "/o/r.git"));
    assert_eq!(
        source.archive_url(&tag()).unwrap().as_str(),
        source.archive_text(&tag())
    );
}

#[test]
fn fetchers_choose_between_archive_and_git_as_in_nixpkgs() {
    let plain = FetchOptions::default();
    let submodules = FetchOptions {
        submodules: true,
        ..plain
    };
    let lfs = FetchOptions { lfs: true, ..plain };
    let archive = Transport::Archive { strip_root: true };
    for forge in [
        Forge::GitHub,
        Forge::GitLab,
        Forge::Gitea,
        Forge::SourceHut,
        Forge::Bitbucket,
    ] {
        assert_eq!(forge.transport(plain), archive, "{forge}");
        assert_eq!(forge.transport(submodules), Transport::Git, "{forge}");
    }
    assert_eq!(
        Forge::Gitiles.transport(plain),
        Transport::Archive { strip_root: false }
    );
    assert_eq!(
        Forge::RepoOrCz.transport(plain),
        Transport::Archive { strip_root: true }
    );
    assert_eq!(Forge::GitHub.transport(lfs), Transport::Git);
    // What is passed on to `fetchgit` works where something else decides for git.
    for with_lfs in [
        FetchOptions {
            submodules: true,
            ..lfs
        },
        FetchOptions {
            force_git: true,
            ..lfs
        },
    ] {
        assert_eq!(Forge::GitLab.transport(with_lfs), Transport::Git);
    }
    for (forge, options) in [
        (Forge::GitLab, lfs),
        (Forge::SourceHut, lfs),
        (Forge::Gitiles, submodules),
        (Forge::RepoOrCz, submodules),
    ] {
        assert!(
            matches!(forge.transport(options), Transport::Impossible(_)),
            "{forge}"
        );
    }
}

fn setup() -> (TestServer, TempDir) {
    (TestServer::start(), TempDir::new().unwrap())
}

#[test]
fn tags_come_from_every_page() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    let next = |path: &str| format!("<{}>; rel=\"next\"", server.url(path));
    let tag = |name: &str, commit: &serde_json::Value| json!([{"name": name, "commit": commit, "target": commit}]);
    for (endpoint, page, first, second, commit) in [
        (
            Endpoint::Github,
            "/o/r",
            "/repos/o/r/tags?per_page=100",
            "/repos/o/r/tags?cursor=b",
            json!({"sha": ID}),
        ),
        (
            Endpoint::Gitlab,
            "/g/s/r",
            "/api/v4/projects/g%2Fs%2Fr/repository/tags?per_page=100",
            "/api/v4/x?page=2",
            json!({"id": ID}),
        ),
        (
            Endpoint::Codeberg,
            "/o/r",
            "/api/v1/repos/o/r/tags?limit=50",
            "/api/v1/repos/o/r/tags?limit=50&page=2",
            json!({"sha": ID}),
        ),
    ] {
        server.on(
            first,
            Reply::json(&tag("v2", &commit)).header("Link", &next(second)),
        );
        server.on(second, Reply::json(&tag("v1", &commit)));
        let source = parse(&format!("{}{page}", public(endpoint))).unwrap();
        let expected = ["v2", "v1"].map(|name| Tag {
            name: name.to_owned(),
            commit: Some(ID.to_owned()),
        });
        assert_eq!(tags(&client, &source).unwrap(), expected, "{endpoint}");
    }
    let first = "/2.0/repositories/o/r/refs/tags?pagelen=100";
    let values = |name: &str| json!([{"name": name, "target": {"hash": ID}}]);
    let elsewhere = format!("{}/2.0/page2", Endpoint::Bitbucket.second_url());
    server.on(
        first,
        Reply::json(&json!({"values": values("v2"), "next": elsewhere})),
    );
    server.on("/2.0/page2", Reply::json(&json!({"values": values("v1")})));
    let source = parse(&format!("{}/o/r", public(Endpoint::Bitbucket))).unwrap();
    assert_eq!(tags(&client, &source).unwrap().len(), 2);
}

#[test]
fn a_list_without_an_end_ends() {
    let (server, folder) = setup();
    let path = "/repos/o/r/tags?per_page=100";
    server.on(
        path,
        Reply::json(&json!([])).header("Link", &format!("<{}>; rel=\"next\"", server.url(path))),
    );
    let source = parse(&format!("{}/o/r", public(Endpoint::Github))).unwrap();
    let error = tags(&server.client(folder.path()), &source)
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("the list has no end"), "{error}");
}

#[test]
fn repositories_describe_themselves() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    server.on(
        "/repos/o/r",
        Reply::json(&json!({
            "description": " A thing ", "homepage": "", "license": {"spdx_id": "MIT"}, "default_branch": "main", "archived": true, "fork": false,
        })),
    );
    server.on(
        "/api/v4/projects/g%2Fr?license=true",
        Reply::json(&json!({"description": "A thing", "license": {"key": "mit"}, "default_branch": "main", "archived": false})),
    );
    server.on(
        "/api/v1/repos/o/r",
        Reply::json(&json!({"description": "A thing", "website": "https://example.org", "licenses": ["MIT"], "default_branch": "main"})),
    );
    server.on(
        "/2.0/repositories/o/r",
        Reply::json(
            &json!({"description": "A thing", "website": null, "mainbranch": {"name": "main"}}),
        ),
    );
    for (endpoint, path, licence, archived) in [
        (Endpoint::Github, "/o/r", Some("MIT"), true),
        (Endpoint::Gitlab, "/g/r", Some("mit"), false),
        (Endpoint::Codeberg, "/o/r", Some("MIT"), false),
        (Endpoint::Bitbucket, "/o/r", None, false),
    ] {
        let found = repository(
            &client,
            &parse(&format!("{}{path}", public(endpoint))).unwrap(),
        )
        .unwrap();
        assert_eq!(found.description.as_deref(), Some("A thing"));
        assert_eq!(found.default_branch.as_deref(), Some("main"));
        assert_eq!(
            (found.licence.as_deref(), found.archived),
            (licence, archived),
            "{endpoint}"
        );
        let homepage = (endpoint == Endpoint::Codeberg).then_some("https://example.org");
        assert_eq!(found.homepage.as_deref(), homepage);
    }
}

#[test]
fn the_latest_release_and_all_of_them() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    let release = json!({"tag_name": "v1", "name": "One", "prerelease": false, "published_at": "2026-01-01T00:00:00Z"});
    let draft = json!({"tag_name": "v2", "draft": true});
    server.on("/repos/o/r/releases/latest", Reply::json(&release));
    server.on(
        "/repos/o/r/releases?per_page=100",
        Reply::json(&json!([draft, release])),
    );
    let source = parse(&format!("{}/o/r", public(Endpoint::Github))).unwrap();
    let latest = latest_release(&client, &source).unwrap().unwrap();
    assert_eq!(
        (latest.tag.as_str(), latest.name.as_deref()),
        ("v1", Some("One"))
    );
    assert_eq!(releases(&client, &source).unwrap(), [latest]);
    let none = parse(&format!("{}/g/r", public(Endpoint::Gitlab))).unwrap();
    assert_eq!(latest_release(&client, &none).unwrap(), None);
}

#[test]
fn names_are_resolved_to_commits() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    server.on("/repos/o/r/commits/a/b", Reply::json(&json!({"sha": ID})));
    server.on(
        "/api/v4/projects/g%2Fr/repository/commits/a%2Fb",
        Reply::json(&json!({"id": ID})),
    );
    server.on(
        "/api/v1/repos/o/r/git/commits/a%2Fb?stat=false&files=false",
        Reply::json(&json!({"sha": ID})),
    );
    server.on(
        "/2.0/repositories/o/r/commit/a%2Fb",
        Reply::json(&json!({"hash": ID})),
    );
    server.on("/repos/o/r/commits/none", Reply::status(422));
    for (endpoint, path) in [
        (Endpoint::Github, "/o/r"),
        (Endpoint::Gitlab, "/g/r"),
        (Endpoint::Codeberg, "/o/r"),
        (Endpoint::Bitbucket, "/o/r"),
    ] {
        let source = parse(&format!("{}{path}", public(endpoint))).unwrap();
        assert_eq!(resolve(&client, &source, "a/b").unwrap(), ID, "{endpoint}");
        let error = resolve(&client, &source, "none").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{}` has no revision `none`", source.page())
        );
    }
}

#[test]
fn a_forge_that_limits_or_knows_nothing_gives_typed_errors() {
    let (server, folder) = setup();
    let client = server.client(folder.path());
    let source = parse(&format!("{}/o/r", public(Endpoint::Github))).unwrap();
    assert!(matches!(
        repository(&client, &source),
        Err(FetchError::NotFound { .. })
    ));
    let limit = Reply::json(&json!({"message": "API rate limit exceeded"})).with_status(403);
    server.on(
        "/repos/o/r",
        limit
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", "99999999999"),
    );
    assert!(matches!(
        repository(&client, &source),
        Err(FetchError::RateLimited {
            status: 403,
            retry_after: Some(_),
            ..
        })
    ));
}
