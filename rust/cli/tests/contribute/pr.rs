//! `nixpkgs pr`.

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::testing::{Fault, Reply};
use serde_json::{Value, json};

use crate::world::{Run, TEMPLATE, World};

/// A clone with its fork, made by the program.
pub(crate) fn forked(world: &World) -> PathBuf {
    let run = world.run(&world.path(""), &["nixpkgs", "fork", "--yes"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    world.path("nixpkgs")
}

/// A branch with one commit that nixpkgs' CI takes.
pub(crate) fn change(world: &World, clone: &Path, branch: &str) {
    world.git(clone, &["switch", "-q", "-c", branch, "upstream/master"]);
    edit(world, clone, branch, "hello: document the greeting");
}

fn edit(world: &World, clone: &Path, text: &str, subject: &str) {
    let file = clone.join("pkgs/by-name/he/hello/package.nix");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("# {text}\n{old}")).unwrap();
    let message = format!("{subject}\n\nBecause {text}.\n\nAssisted-by: a model\n");
    world.git(clone, &["commit", "-q", "-a", "-m", &message]);
}

fn pr(world: &World, clone: &Path, more: &[&str]) -> Run {
    let arguments = [["nixpkgs", "pr"].as_slice(), more].concat();
    world.run(clone, &arguments)
}

fn writes(world: &World) -> usize {
    let is_write = |method: &str, target: &str| {
        method != "GET" && !target.ends_with("/git-upload-pack") && !target.ends_with("/forks")
    };
    let received = world.forge.server.received().into_iter();
    received
        .filter(|it| is_write(&it.method, &it.target))
        .count()
}

#[test]
fn a_branch_becomes_one_pull_request_and_is_brought_up_to_date() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    let first = pr(&world, &clone, &["--yes", "--json"]);
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    let report: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(report["outcome"], "created");
    assert_eq!(report["ticked"], json!([]));
    let made = world.forge.pull_requests();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["title"], "hello: document the greeting");
    assert_eq!(made[0]["base"]["ref"], "master");
    assert_eq!(made[0]["head"]["label"], "ada:update");
    let body = made[0]["body"].as_str().unwrap();
    assert!(
        body.contains("Because update.\n\nAssisted-by: a model\n\n## Things done"),
        "{body}"
    );
    assert_eq!(body.matches("[ ]").count(), TEMPLATE.matches("[ ]").count());
    assert!(!body.contains("[x]"));
    let before = writes(&world);
    let same = pr(&world, &clone, &["--yes"]);
    assert_eq!(
        (same.status, same.stdout.trim()),
        (Some(0), report["url"].as_str().unwrap())
    );
    assert_eq!(writes(&world), before);
    edit(&world, &clone, "more", "hello: say more");
    let later = pr(&world, &clone, &["--yes"]);
    assert_eq!(later.status, Some(0), "{}", later.stderr);
    let made = world.forge.pull_requests();
    assert_eq!(made.len(), 1);
    assert_eq!(
        made[0]["head"]["sha"],
        world.git(&clone, &["rev-parse", "HEAD"])
    );
    // An amended commit is pushed with a lease.
    world.git(
        &clone,
        &["commit", "-q", "--amend", "-m", "hello: say even more"],
    );
    assert_eq!(pr(&world, &clone, &["--yes"]).status, Some(0));
    assert_eq!(
        world.forge.pull_requests()[0]["head"]["sha"],
        world.git(&clone, &["rev-parse", "HEAD"])
    );
    assert_eq!(world.files_with("secret-of-ada"), Vec::<PathBuf>::new());
}

#[test]
fn nothing_leaves_without_a_yes() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    let before = world.forge.server.received().len();
    let asked = pr(&world, &clone, &[]);
    assert_eq!(asked.status, Some(2), "{}", asked.stderr);
    assert_eq!(world.forge.server.received().len(), before);
    let dry = pr(&world, &clone, &["--dry-run"]);
    assert_eq!(dry.status, Some(0), "{}", dry.stderr);
    assert!(
        dry.stdout
            .starts_with("planned, nothing of it is done:\npush `"),
        "{}",
        dry.stdout
    );
    assert_eq!(writes(&world), 0);
    assert_eq!(world.forge.pull_requests(), Vec::<Value>::new());
}

#[test]
fn what_is_in_the_way_is_said_before_anything_leaves() {
    let world = World::new();
    let clone = forked(&world);
    let refused = |sentence: &str, more: &[&str], status: i32| {
        let arguments = [["--yes"].as_slice(), more].concat();
        let run = pr(&world, &clone, &arguments);
        assert_eq!(run.status, Some(status), "{sentence}: {}", run.stderr);
        assert!(run.stderr.contains(sentence), "{}", run.stderr);
    };
    refused("`master` is a branch of nixpkgs itself", &[], 1);
    world.git(&clone, &["switch", "-q", "--detach"]);
    refused("HEAD is detached", &[], 1);
    world.git(&clone, &["switch", "-q", "-c", "empty"]);
    refused("`empty` has no commit that `master` lacks", &[], 1);
    change(&world, &clone, "update");
    refused("is no name of a branch", &["--base=--upload-pack=x"], 2);
    refused(
        "could not fetch from `upstream`",
        &["--base", "nonsense"],
        1,
    );
    refused(
        "the title is empty or not one line",
        &["--title", "\u{1b}[1mx"],
        2,
    );
    world.git(&clone, &["commit", "-q", "--amend", "-m", "fix stuff."]);
    refused("nixpkgs' CI would fail: ", &[], 1);
    fs::write(
        clone.join(".git/MERGE_HEAD"),
        world.git(&clone, &["rev-parse", "HEAD"]),
    )
    .unwrap();
    refused("a merge is in progress", &[], 1);
    assert_eq!(writes(&world), 0);
}

#[test]
fn somebody_else_pushed() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    assert_eq!(pr(&world, &clone, &["--yes"]).status, Some(0));
    let fork = world
        .forge
        .repositories
        .join("ada/nixpkgs.git")
        .display()
        .to_string();
    let home = world.path("");
    world.git(&home, &["clone", "-q", "-b", "update", &fork, "other"]);
    let other = world.path("other");
    world.git(&other, &["commit", "-q", "--allow-empty", "-m", "theirs"]);
    world.git(&other, &["push", "-q", "origin", "update"]);
    edit(&world, &clone, "more", "hello: say more");
    for fetched in [false, true] {
        if fetched {
            world.git(
                &clone,
                &["fetch", "-q", &fork, "update:refs/remotes/origin/update"],
            );
        }
        let run = pr(&world, &clone, &["--yes"]);
        assert_eq!(run.status, Some(1));
        assert!(
            run.stderr.contains("somebody else pushed"),
            "{}",
            run.stderr
        );
        let theirs = world.git(&other, &["rev-parse", "HEAD"]);
        assert_eq!(world.forge.pull_requests()[0]["head"]["sha"], theirs);
    }
}

#[test]
fn no_right_to_push_makes_no_pull_request() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    let fork = world.forge.repositories.join("ada/nixpkgs.git");
    world.git(&fork, &["config", "http.receivepack", "false"]);
    let run = pr(&world, &clone, &["--yes"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr
            .contains("could not push to `update` of `origin`"),
        "{}",
        run.stderr
    );
    assert_eq!(world.forge.pull_requests(), Vec::<Value>::new());
}

#[test]
fn lost_answers_make_no_second_pull_request() {
    let world = World::new();
    let clone = forked(&world);
    let html = || Reply::ok("<html>the proxy is down</html>");
    let faults = [
        Fault::Loses(Reply::status(502)),
        Fault::Loses(html()),
        Fault::Loses(Reply::ok("{").announce(9).cut_after(1)),
        Fault::Refuses(Reply::status(500)),
        Fault::Refuses(html()),
        Fault::Refuses(Reply::status(429).header("Retry-After", "0")),
    ];
    for (index, fault) in faults.into_iter().enumerate() {
        change(&world, &clone, &format!("update-{index}"));
        world.forge.fault("POST", "/pulls", fault);
        let run = pr(&world, &clone, &["--yes"]);
        assert_eq!(run.status, Some(0), "{index}: {}", run.stderr);
        assert_eq!(world.forge.pull_requests().len(), index + 1);
    }
    change(&world, &clone, "forbidden");
    let no = json!({ "message": "Resource not accessible by personal access token" });
    world.forge.fault(
        "POST",
        "/pulls",
        Fault::Refuses(Reply::json(&no).with_status(403)),
    );
    let run = pr(&world, &clone, &["--yes"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("Resource not accessible"),
        "{}",
        run.stderr
    );
    assert_eq!(pr(&world, &clone, &["--yes"]).status, Some(0));
}

#[test]
fn a_merged_branch_is_done() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    assert_eq!(pr(&world, &clone, &["--yes"]).status, Some(0));
    let number = world.forge.pull_requests()[0]["number"].as_u64().unwrap();
    let head = world.git(&clone, &["rev-parse", "HEAD"]);
    world.forge.close(number, Some(&head));
    let run = pr(&world, &clone, &["--yes"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("this branch is merged already"),
        "{}",
        run.stderr
    );
}

/// Keeps a record for the newest commit, as `nixpkgs test` and `nixpkgs review` do.
pub(crate) fn record(world: &World, clone: &Path, file: &str, record: Value) {
    let commit = world.git(clone, &["rev-parse", "HEAD"]);
    let folder = world.path(".local/state/nixsmith/evidence").join(&commit);
    fs::create_dir_all(&folder).unwrap();
    let record = json!({ "version": 1, "commit": commit, "record": record });
    fs::write(folder.join(file), record.to_string()).unwrap();
}

pub(crate) fn review(rebuilds: u64, new_failures: u64) -> Value {
    json!({
        "base": "0".repeat(40),
        "is_exact": true,
        "method": "both sides evaluated",
        "is_complete": true,
        "systems": [{
            "system": "x86_64-linux",
            "rebuilds": rebuilds,
            "built": rebuilds - new_failures,
            "new_failures": new_failures,
            "other_failures": 0,
            "skipped": 0,
            "derivations": [],
        }],
    })
}

#[test]
fn what_was_proven_is_ticked_later_as_well() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    assert_eq!(pr(&world, &clone, &["--yes"]).status, Some(0));
    let tally = |total| json!({ "total": total, "passed": total, "failed": 0 });
    let row = json!({
        "system": "x86_64-linux",
        "derivation": null,
        "is_built": true,
        "package_tests": tally(1),
        "nixos_tests": tally(0),
        "programs": tally(1),
        "is_reproducible": null,
        "findings": 0,
    });
    record(
        &world,
        &clone,
        "test-hello.json",
        json!({ "attribute": "hello", "systems": [row] }),
    );
    record(&world, &clone, "review.json", review(1, 0));
    let run = pr(&world, &clone, &["--yes", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["outcome"], "updated");
    assert_eq!(
        report["ticked"],
        json!(["x86_64-linux", "[Package tests] at `passthru.tests`."])
    );
    let body = world.forge.pull_requests()[0]["body"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(body.matches("[x]").count(), 2);
    assert_eq!(body.matches("- [").count(), TEMPLATE.matches("- [").count());
    // Evidence is of its commit: the next one has none.
    edit(&world, &clone, "more", "hello: say more");
    let run = pr(&world, &clone, &["--dry-run", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["ticked"], json!([]));
}

#[test]
fn a_mass_rebuild_goes_to_staging() {
    let world = World::new();
    let clone = forked(&world);
    // master goes on without staging: none of that may come along.
    let seed = world.path("seed");
    world.git(
        &seed,
        &["commit", "-q", "--allow-empty", "-m", "only in master"],
    );
    let upstream = world
        .forge
        .repositories
        .join("NixOS/nixpkgs.git")
        .display()
        .to_string();
    world.git(&seed, &["push", "-q", &upstream, "master"]);
    world.git(
        &clone,
        &[
            "fetch",
            "-q",
            &upstream,
            "master:refs/remotes/upstream/master",
        ],
    );
    change(&world, &clone, "update");
    record(&world, &clone, "review.json", review(1500, 0));
    let named = pr(
        &world,
        &clone,
        &["--yes", "--base", "master", "--dry-run", "--json"],
    );
    let report: Value = serde_json::from_str(&named.stdout).unwrap();
    assert_eq!(report["base"], "master");
    assert!(
        report["notes"]
            .to_string()
            .contains("1500 rebuilds are too many for `master`"),
        "{report}"
    );
    let run = pr(&world, &clone, &["--yes", "--json"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let made = world.forge.pull_requests();
    assert_eq!(made[0]["base"]["ref"], "staging");
    let commits = world.git(&clone, &["log", "--format=%s", "upstream/staging..HEAD"]);
    assert_eq!(commits, "hello: document the greeting");
    // Nothing was tried at the new commit.
    assert!(!made[0]["body"].as_str().unwrap().contains("[x]"));
}
