//! Every request of the interface against everything that a service does instead of answering.

use std::error::Error;

use serde_json::Value;

use super::*;
use crate::testing::faults::{ABSENT, Access, Cell, UNREADABLE, chain, check};

/// Repository, pull request, comment: the good answers, as far as they are read.
fn repository() -> Value {
    let page = Endpoint::Github.public_url();
    json!({
        "full_name": "ada/nixpkgs", "default_branch": "master", "clone_url": format!("{page}/ada/nixpkgs.git"),
        "parent": { "full_name": "NixOS/nixpkgs" }, "permissions": { "push": true }
    })
}

fn pull_request() -> Value {
    let place = |name: &str| json!({ "ref": name, "sha": "1".repeat(40), "repo": { "full_name": "ada/nixpkgs" } });
    json!({
        "number": 7, "html_url": "https://example.org/pull/7", "state": "open", "title": "t", "body": "b",
        "base": place("master"), "head": place("update")
    })
}

fn comment() -> Value {
    json!({
        "id": 9, "html_url": "https://example.org/c9", "body": "b", "user": { "login": "ada" }, "path": "a.nix",
        "line": 1, "side": "RIGHT", "commit_id": "1".repeat(40)
    })
}

type Request = fn(&GitHub<'_>) -> Result<usize, FetchError>;

/// Name, target, the good answer, and a request that counts what it got.
type Entry = (&'static str, &'static str, Value, Request);

fn upstream() -> RepositoryName {
    name("NixOS/nixpkgs")
}

/// One more thing to be counted.
fn one<T>(_: T) -> usize {
    1
}

fn reads() -> Vec<Entry> {
    vec![
        ("the account", "/user", json!({ "login": "ada" }), |it| {
            it.user().map(one)
        }),
        ("a repository", "/repos/NixOS/nixpkgs", repository(), |it| {
            it.repository(&upstream()).map(one)
        }),
        (
            "a pull request",
            "/repos/NixOS/nixpkgs/pulls/7",
            pull_request(),
            |it| it.pull_request(&upstream(), 7).map(one),
        ),
        (
            "the pull requests of a branch",
            "/repos/NixOS/nixpkgs/pulls?state=open&head=ada%3Aupdate&per_page=100",
            json!([pull_request()]),
            |it| {
                let search = PullRequestSearch {
                    owner: "ada",
                    branch: "update",
                    closed: false,
                };
                Ok(it.pull_requests_from(&upstream(), &search)?.len())
            },
        ),
        (
            "a search",
            "/search/issues?q=repo%3ANixOS%2Fnixpkgs%20is%3Apr%20is%3Aopen%20in%3Atitle%20%22a%3A%22&per_page=100",
            json!({ "items": [pull_request()] }),
            |it| Ok(it.open_pull_requests_titled(&upstream(), "a:")?.len()),
        ),
        (
            "the commits of a pull request",
            "/repos/NixOS/nixpkgs/pulls/7/commits?per_page=100",
            json!([{ "sha": "1".repeat(40) }]),
            |it| Ok(it.pull_request_commits(&upstream(), 7)?.len()),
        ),
        (
            "review comments",
            "/repos/NixOS/nixpkgs/pulls/7/comments?per_page=100",
            json!([comment()]),
            |it| Ok(it.review_comments(&upstream(), 7)?.len()),
        ),
        (
            "comments",
            "/repos/NixOS/nixpkgs/issues/7/comments?per_page=100",
            json!([comment()]),
            |it| Ok(it.comments(&upstream(), 7)?.len()),
        ),
    ]
}

fn writes() -> Vec<(Access, Entry)> {
    vec![
        (
            Access::Create,
            (
                "a fork is made",
                "/repos/NixOS/nixpkgs/forks",
                repository(),
                |it| it.create_fork(&upstream(), "nixpkgs").map(one),
            ),
        ),
        (
            Access::Create,
            (
                "a pull request is made",
                "/repos/NixOS/nixpkgs/pulls",
                pull_request(),
                |it| it.create_pull_request(&upstream(), &new()).map(one),
            ),
        ),
        (
            Access::Replace,
            (
                "a pull request is changed",
                "/repos/NixOS/nixpkgs/pulls/7",
                pull_request(),
                |it| {
                    it.update_pull_request(&upstream(), 7, [Some("t"), None, None])
                        .map(one)
                },
            ),
        ),
        (
            Access::Create,
            (
                "a comment is made",
                "/repos/NixOS/nixpkgs/issues/7/comments",
                comment(),
                |it| it.create_comment(&upstream(), 7, "b").map(one),
            ),
        ),
        (
            Access::Replace,
            (
                "a comment is changed",
                "/repos/NixOS/nixpkgs/issues/comments/9",
                comment(),
                |it| it.update_comment(&upstream(), 9, "b").map(one),
            ),
        ),
    ]
}

/// What a client of these options makes of a request.
fn asked(options: ClientOptions, request: Request) -> Result<(), String> {
    let said = |error: FetchError| chain(&error as &(dyn Error + 'static));
    let client = Client::new(options).map_err(said)?;
    let count = request(&GitHub::new(&client)).map_err(said)?;
    assert_eq!(count, 1, "the good answer is read whole");
    Ok(())
}

#[test]
fn every_request_against_every_fault() {
    let reads = reads().into_iter().map(|entry| (Access::Read, entry));
    let entries: Vec<(Access, Entry)> = reads.chain(writes()).collect();
    let requests: Vec<_> = entries
        .iter()
        .map(|(_, (.., request))| move |options| asked(options, *request))
        .collect();
    let cells: Vec<Cell<'_>> = entries
        .iter()
        .zip(&requests)
        .map(|((access, (name, target, good, _)), request)| Cell {
            name,
            target,
            good: Reply::json(good),
            access: *access,
            absent: Some(ABSENT),
            junk: Some(UNREADABLE),
            with_large: *name == "the account" || *name == "a comment is made",
            others: Vec::new(),
            request,
        })
        .collect();
    check(&cells);
}

const RUNS: &str = "/repos/NixOS/nixpkgs/actions/runs?head_sha=1111111111111111111111111111111111111111&per_page=20";
const ARTIFACTS: &str =
    "/repos/NixOS/nixpkgs/actions/runs/3/artifacts?name=comparison&per_page=100";
const ARCHIVE: &str = "/repos/NixOS/nixpkgs/actions/artifacts/4/zip";

#[test]
fn what_a_workflow_left_against_every_fault() {
    let commit = "1".repeat(40);
    let runs = json!({ "workflow_runs": [{ "id": 3, "head_sha": commit }] });
    let artifacts = json!({ "artifacts": [{ "id": 4, "name": "comparison", "expired": false }] });
    let answers = [
        (RUNS, Reply::json(&runs)),
        (ARTIFACTS, Reply::json(&artifacts)),
        (ARCHIVE, Reply::ok(zip("changed-paths.json", "{}"))),
    ];
    let request = |options| {
        asked(options, |it| {
            let file = it.artifact_file(
                &upstream(),
                &"1".repeat(40),
                "comparison",
                "changed-paths.json",
            )?;
            Ok(file.map_or(0, |bytes| bytes.len() - 1))
        })
    };
    let cells: Vec<Cell<'_>> = answers
        .iter()
        .map(|(target, good)| Cell {
            name: target,
            target,
            good: good.clone(),
            access: Access::Read,
            absent: Some(ABSENT),
            junk: Some(UNREADABLE),
            with_large: *target == ARCHIVE,
            others: answers
                .iter()
                .map(|(target, good)| ((*target).to_owned(), good.clone()))
                .collect(),
            request: &request,
        })
        .collect();
    check(&cells);
}
