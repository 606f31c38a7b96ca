mod faults;

use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::client::{ClientOptions, Token, Tokens};
use crate::process::Program;
use crate::testing::{Fault, Reply, TestForge, TestServer, environment};

fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

fn client(forge: &TestForge, folder: &Path) -> Client {
    client_of(&forge.server, folder)
}

fn client_of(server: &TestServer, folder: &Path) -> Client {
    let token = Token::new("secret").unwrap();
    Client::new(ClientOptions {
        tokens: Tokens::default().with(Endpoint::GithubApi, token),
        timeout: std::time::Duration::from_secs(3),
        ..server.options(&folder.join("cache"))
    })
    .unwrap()
}

/// A forge with `NixOS/nixpkgs`, its fork of `ada`, and one commit on the fork's branch `update`.
fn forge(folder: &Path) -> TestForge {
    let forge = TestForge::start(&folder.join("repositories"));
    forge.account("ada", "secret");
    let upstream = forge.repository("NixOS/nixpkgs");
    let fork = forge.repository("ada/nixpkgs");
    let work = folder.join("work");
    fs::create_dir_all(&work).unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
        let program = Program::new("git")
            .args(identity)
            .args(arguments.iter().copied())
            .directory(&work)
            .inherit(&environment())
            .env("HOME", folder);
        program.run().unwrap();
    };
    git(&["init", "-q", "-b", "master"]);
    git(&["commit", "-q", "--allow-empty", "-m", "first"]);
    git(&[
        "push",
        "-q",
        &upstream.display().to_string(),
        "master",
        "master:staging",
    ]);
    git(&["commit", "-q", "--allow-empty", "-m", "hello: 1 -> 2"]);
    git(&[
        "push",
        "-q",
        &fork.display().to_string(),
        "HEAD:refs/heads/update",
    ]);
    forge
}

fn new() -> NewPullRequest<'static> {
    NewPullRequest {
        title: "hello: 1 -> 2",
        body: "text",
        owner: "ada",
        branch: "update",
        base: "master",
        draft: false,
    }
}

#[test]
fn names_of_repositories() {
    assert_eq!(name("NixOS/nixpkgs").to_string(), "NixOS/nixpkgs");
    for junk in [
        "",
        "nixpkgs",
        "a/b/c",
        "../x",
        "a/..",
        "-a/b",
        "a b/c",
        "a/\u{1b}[1m",
    ] {
        assert!(junk.parse::<RepositoryName>().is_err(), "{junk:?}");
    }
}

#[test]
fn a_fork_is_not_there_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let forge = TestForge::start(folder.path());
    forge.account("ada", "secret");
    drop(forge.repository("NixOS/nixpkgs"));
    let client = client(&forge, folder.path());
    let github = GitHub::new(&client);
    assert_eq!(github.user().unwrap(), "ada");
    let fork = github
        .create_fork(&name("NixOS/nixpkgs"), "nixpkgs")
        .unwrap();
    assert_eq!(fork.name, name("ada/nixpkgs"));
    assert!(github.repository(&fork.name).unwrap_err().is_not_found());
    assert!(github.repository(&fork.name).unwrap_err().is_not_found());
    let fork = github.repository(&fork.name).unwrap();
    assert_eq!(fork.parent, Some(name("NixOS/nixpkgs")));
    assert_eq!(fork.may_push, Some(true));
}

#[test]
fn one_pull_request_of_a_branch() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge(folder.path());
    let client = client(&forge, folder.path());
    let (github, upstream) = (GitHub::new(&client), name("NixOS/nixpkgs"));
    let search = PullRequestSearch {
        owner: "ada",
        branch: "update",
        closed: false,
    };
    assert_eq!(github.pull_requests_from(&upstream, &search).unwrap(), []);
    let made = github.create_pull_request(&upstream, &new()).unwrap();
    let again = github.create_pull_request(&upstream, &new()).unwrap_err();
    assert!(
        matches!(again, FetchError::Status { status: 422, .. }),
        "{again}"
    );
    assert_eq!(
        github.pull_requests_from(&upstream, &search).unwrap(),
        std::slice::from_ref(&made)
    );
    assert_eq!(
        github.pull_request_commits(&upstream, made.number).unwrap(),
        std::slice::from_ref(&made.head_commit)
    );
    let titled = github
        .open_pull_requests_titled(&upstream, "hello: ")
        .unwrap();
    assert_eq!(
        titled,
        [(made.number, "hello: 1 -> 2".to_owned(), made.url.clone())]
    );
    let changed = github
        .update_pull_request(
            &upstream,
            made.number,
            [None, Some("other"), Some("staging")],
        )
        .unwrap();
    assert_eq!(
        (
            changed.body.as_str(),
            changed.base.as_str(),
            changed.title.as_str()
        ),
        ("other", "staging", "hello: 1 -> 2")
    );
}

#[test]
fn comments_over_all_pages() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge(folder.path());
    let client = client(&forge, folder.path());
    let (github, upstream) = (GitHub::new(&client), name("NixOS/nixpkgs"));
    let number = github
        .create_pull_request(&upstream, &new())
        .unwrap()
        .number;
    for text in ["one", "two", "three", "four", "five"] {
        github.create_comment(&upstream, number, text).unwrap();
    }
    let comments = github.comments(&upstream, number).unwrap();
    let texts: Vec<&str> = comments
        .iter()
        .map(|comment| comment.body.as_str())
        .collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five"]);
    github
        .update_comment(&upstream, comments[4].id, "six")
        .unwrap();
    assert_eq!(forge.comments()[4], (number, "six".to_owned()));
}

#[test]
fn what_may_have_happened_is_not_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    for lost in [
        Reply::status(500),
        Reply::status(504),
        Reply::ok("<html>proxy</html>"),
        Reply::ok("{\"number\": 1, ").announce(100).cut_after(5),
        Reply::json(&json!({ "a": 1 })).cut_after(0).announce(7),
    ] {
        let folder = folder.path().join(format!("{lost:?}").len().to_string());
        let forge = forge(&folder);
        forge.fault("POST", "/pulls", Fault::Loses(lost));
        let client = client(&forge, &folder);
        let (github, upstream) = (GitHub::new(&client), name("NixOS/nixpkgs"));
        let error = github.create_pull_request(&upstream, &new()).unwrap_err();
        assert!(matches!(error, FetchError::Unclear { .. }), "{error}");
        assert_eq!(forge.pull_requests().len(), 1);
        let posts = forge
            .server
            .received()
            .into_iter()
            .filter(|it| it.method == "POST");
        assert_eq!(posts.count(), 1);
    }
}

#[test]
fn a_refusal_is_repeated_and_a_no_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge(folder.path());
    let client = client(&forge, folder.path());
    let (github, upstream) = (GitHub::new(&client), name("NixOS/nixpkgs"));
    let limit = json!({ "message": "You have exceeded a secondary rate limit." });
    forge.fault(
        "POST",
        "/pulls",
        Fault::Refuses(Reply::json(&limit).with_status(403)),
    );
    forge.fault(
        "POST",
        "/pulls",
        Fault::Refuses(Reply::status(429).header("Retry-After", "0")),
    );
    let made = github.create_pull_request(&upstream, &new()).unwrap();
    assert_eq!(forge.pull_requests().len(), 1);
    for status in [401, 403, 404, 409, 410, 422] {
        let body = json!({ "message": "No\u{1b}[31m" });
        let place = format!("/issues/{}/comments", made.number);
        forge.fault(
            "POST",
            &place,
            Fault::Refuses(Reply::json(&body).with_status(status)),
        );
        let error = github
            .create_comment(&upstream, made.number, "text")
            .unwrap_err();
        assert!(
            !matches!(error, FetchError::Unclear { .. }),
            "{status}: {error}"
        );
        assert!(!error.to_string().contains('\u{1b}'));
    }
    assert_eq!(forge.comments(), []);
    // Waiting an hour is beyond the time there is.
    let long = Reply::status(429).header("Retry-After", "3600");
    forge.fault("POST", "/pulls", Fault::Refuses(long));
    let error = github.create_pull_request(&upstream, &new()).unwrap_err();
    assert!(matches!(error, FetchError::RateLimited { .. }), "{error}");
}

#[test]
fn the_token_stays_at_its_origin() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge(folder.path());
    let elsewhere = TestServer::start();
    elsewhere.on("/user", Reply::json(&json!({ "login": "eve" })));
    let target = elsewhere.url("user").to_string();
    forge.fault("GET", "/user", Fault::Refuses(Reply::redirect(&target)));
    let client = client(&forge, folder.path());
    let asked = GitHub::new(&client).user();
    // A private address is followed only to an endpoint's origin.
    assert!(
        matches!(asked, Err(FetchError::Redirect { .. })),
        "{asked:?}"
    );
    let moved = Reply::status(307).header("Location", &target);
    forge.fault("POST", "/pulls", Fault::Refuses(moved));
    let made = GitHub::new(&client).create_pull_request(&name("NixOS/nixpkgs"), &new());
    assert!(matches!(made, Err(FetchError::Redirect { .. })), "{made:?}");
    assert_eq!(elsewhere.received(), []);
}

#[test]
fn a_moved_repository_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let forge = forge(folder.path());
    let moved = Reply::status(301).header("Location", "/repos/NixOS/nixpkgs");
    forge.server.on("/repos/nixos-old/nixpkgs", moved);
    let client = client(&forge, folder.path());
    let found = GitHub::new(&client)
        .repository(&name("nixos-old/nixpkgs"))
        .unwrap();
    assert_eq!(found.name, name("NixOS/nixpkgs"));
}

#[test]
fn junk_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start();
    let client = client_of(&server, folder.path());
    let github = GitHub::new(&client);
    for junk in [
        "",
        "null",
        "[]",
        "{}",
        "<html>",
        "{\"login\": \"--upload-pack=x y\"}",
        "{\"login\": 1}",
    ] {
        server.on("/user", Reply::ok(junk));
        let error = github.user().unwrap_err();
        assert!(
            matches!(error, FetchError::Malformed { .. }),
            "{junk}: {error}"
        );
    }
    server.on("/user", Reply::ok("{").announce(1 << 40));
    assert!(matches!(
        github.user().unwrap_err(),
        FetchError::TooLarge { .. }
    ));
    server.on("/user", Reply::status(500));
    assert!(matches!(
        github.user().unwrap_err(),
        FetchError::Status { status: 500, .. }
    ));
}

/// A zip archive of one stored file.
fn zip(name: &str, contents: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer
        .start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    std::io::Write::write_all(&mut writer, contents.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_archive_of_a_run_is_found_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start();
    let client = client_of(&server, folder.path());
    let (github, upstream) = (GitHub::new(&client), name("NixOS/nixpkgs"));
    let commit = "1".repeat(40);
    let asked = || github.artifact_file(&upstream, &commit, "comparison", "changed-paths.json");
    let runs = format!("/repos/NixOS/nixpkgs/actions/runs?head_sha={commit}&per_page=20");
    server.on(&runs, Reply::json(&json!({ "workflow_runs": [] })));
    assert_eq!(asked().unwrap(), None);
    let run = |id: u64, commit: &str| json!({ "id": id, "head_sha": commit });
    let listed =
        json!({ "workflow_runs": [run(1, &"2".repeat(40)), run(2, &commit), run(3, &commit)] });
    server.on(&runs, Reply::json(&listed));
    let artifacts = |id: u64| {
        format!("/repos/NixOS/nixpkgs/actions/runs/{id}/artifacts?name=comparison&per_page=100")
    };
    let kept = |id: u64, expired: bool| json!({ "artifacts": [{ "id": id, "name": "comparison", "expired": expired }] });
    server.on(&artifacts(2), Reply::json(&kept(20, true)));
    server.on(&artifacts(3), Reply::json(&kept(30, false)));
    let place = "/repos/NixOS/nixpkgs/actions/artifacts/30/zip";
    server.on(place, Reply::redirect(server.url("elsewhere").as_str()));
    server.on("/elsewhere", Reply::ok(zip("changed-paths.json", "{}")));
    assert_eq!(asked().unwrap().as_deref(), Some(b"{}".as_slice()));
    let sent = server
        .received()
        .into_iter()
        .filter(|it| it.target == "/elsewhere");
    assert!(
        sent.clone()
            .all(|it| !it.headers.contains_key("authorization"))
    );
    for (junk, reason) in [
        (zip("../changed-paths.json", "{}"), "it is no archive"),
        (
            zip("other.json", "{}"),
            "it has no file `changed-paths.json`",
        ),
        (b"<html>".to_vec(), "it is no archive"),
    ] {
        server.on("/elsewhere", Reply::ok(junk));
        let error = asked().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    server.on(&runs, Reply::ok("<html>"));
    assert!(matches!(asked(), Err(FetchError::Malformed { .. })));
}
