//! `nixpkgs fork`.

use std::fs;

use nixsmith_fetch::testing::{Fault, Reply};
use serde_json::Value;

use crate::world::World;

#[test]
fn a_fork_a_clone_and_nothing_the_second_time() {
    let world = World::new();
    let here = world.path("");
    let first = world.run(&here, &["nixpkgs", "fork", "--yes", "--json"]);
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    let report: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(report["fork"], "ada/nixpkgs");
    let clone = world.path("nixpkgs");
    assert_eq!(
        world.git(&clone, &["rev-parse", "--abbrev-ref", "HEAD@{upstream}"]),
        "upstream/master"
    );
    assert_eq!(
        world.git(&clone, &["config", "remote.pushDefault"]),
        "origin"
    );
    assert_eq!(world.git(&clone, &["status", "--porcelain"]), "");
    assert!(clone.join("pkgs/by-name").is_dir());
    assert!(
        fs::read_to_string(clone.join(".envrc"))
            .unwrap()
            .contains("NIX_PATH")
    );
    let github = nixsmith_fetch::endpoints::Endpoint::Github.public_url();
    assert_eq!(
        world.git(&clone, &["config", "remote.origin.url"]),
        format!("{github}/ada/nixpkgs.git")
    );
    let before = world.state(&clone);
    for (folder, arguments) in [
        (&here, ["nixpkgs", "fork", "--yes"].as_slice()),
        (&clone, &["nixpkgs", "fork"]),
    ] {
        let second = world.run(folder, arguments);
        assert_eq!(second.status, Some(0), "{}", second.stderr);
        assert!(
            second
                .stdout
                .starts_with("everything is there: nothing was changed\n"),
            "{}",
            second.stdout
        );
        assert_eq!(world.state(&clone), before);
    }
    let forks = world
        .forge
        .server
        .received()
        .into_iter()
        .filter(|it| it.method == "POST" && it.target.ends_with("/forks"));
    assert_eq!(forks.count(), 1);
    assert_eq!(
        world.files_with("secret-of-ada"),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn nothing_leaves_without_a_yes() {
    let world = World::new();
    let here = world.path("");
    let asked = world.run(&here, &["nixpkgs", "fork"]);
    assert_eq!(asked.status, Some(2), "{}", asked.stderr);
    let dry = world.run(&here, &["nixpkgs", "fork", "--dry-run"]);
    assert_eq!(dry.status, Some(0), "{}", dry.stderr);
    assert!(
        dry.stdout.contains("create the fork `ada/nixpkgs`: POST "),
        "{}",
        dry.stdout
    );
    let received = world.forge.server.received();
    assert!(received.iter().all(|it| it.method == "GET"));
    assert!(!world.path("nixpkgs").exists());
    let without = world.run_as("", &here, &["nixpkgs", "fork", "--yes"]);
    assert_eq!(without.status, Some(1));
    assert!(
        without.stderr.contains("there is no token for the forge"),
        "{}",
        without.stderr
    );
    let wrong = world.run_as("wrong", &here, &["nixpkgs", "fork", "--yes"]);
    assert!(
        wrong.stderr.contains("the forge's token is not valid"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn an_existing_clone_of_upstream_is_taken() {
    let world = World::new();
    let upstream = world
        .forge
        .repositories
        .join("NixOS/nixpkgs.git")
        .display()
        .to_string();
    let home = world.path("");
    world.git(&home, &["clone", "-q", &upstream, "tree"]);
    let clone = world.path("tree");
    world.git(&clone, &["switch", "-q", "-c", "mine"]);
    fs::write(clone.join("notes"), "mine\n").unwrap();
    let run = world.run(&clone, &["nixpkgs", "fork", "--yes"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(
        run.stdout
            .contains("renamed the remote `origin` to `upstream`"),
        "{}",
        run.stdout
    );
    assert_eq!(
        world.git(&clone, &["config", "remote.upstream.url"]),
        upstream
    );
    assert_eq!(world.git(&clone, &["branch", "--show-current"]), "mine");
    assert_eq!(fs::read_to_string(clone.join("notes")).unwrap(), "mine\n");
    let before = world.state(&clone);
    assert_eq!(world.run(&clone, &["nixpkgs", "fork"]).status, Some(0));
    assert_eq!(world.state(&clone), before);
}

#[test]
fn what_is_in_the_way_stays() {
    let world = World::new();
    let home = world.path("");
    fs::create_dir_all(world.path("nixpkgs")).unwrap();
    fs::write(world.path("nixpkgs/file"), "mine").unwrap();
    let run = world.run(&home, &["nixpkgs", "fork", "--yes"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("is there and is no git repository"),
        "{}",
        run.stderr
    );
    assert_eq!(world.forge.server.received().len(), 0);
    // A repository of that name that is no fork.
    drop(world.forge.repository("ada/nixpkgs"));
    let run = world.run(&home, &["nixpkgs", "fork", "--yes", "elsewhere"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr
            .contains("`ada/nixpkgs` is there and is no fork of `NixOS/nixpkgs`"),
        "{}",
        run.stderr
    );
    let run = world.run(
        &home,
        &["nixpkgs", "fork", "--yes", "elsewhere", "--name", "pkgs"],
    );
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for junk in ["--upload-pack=x", "a/b", "../x"] {
        let name = format!("--name={junk}");
        assert_eq!(
            world
                .run(&home, &["nixpkgs", "fork", "--yes", &name])
                .status,
            Some(2),
            "{junk}"
        );
    }
}

#[test]
fn a_lost_answer_and_a_broken_clone_go_on() {
    let world = World::new();
    let home = world.path("");
    world
        .forge
        .fault("POST", "/forks", Fault::Loses(Reply::status(502)));
    let git = "/NixOS/nixpkgs.git/info/refs?service=git-upload-pack";
    world
        .forge
        .server
        .sequence_then_pass(git, [Reply::status(500), Reply::status(500)]);
    let first = world.run(&home, &["nixpkgs", "fork", "--yes"]);
    assert_eq!(first.status, Some(1), "{}", first.stdout);
    assert!(
        first
            .stderr
            .contains("could not fetch the history of `NixOS/nixpkgs`"),
        "{}",
        first.stderr
    );
    let mut last = first;
    for _ in 0..2 {
        last = world.run(&home, &["nixpkgs", "fork", "--yes"]);
    }
    assert_eq!(last.status, Some(0), "{}", last.stderr);
    assert!(world.path("nixpkgs/pkgs/by-name").is_dir());
    let posts = world
        .forge
        .server
        .received()
        .into_iter()
        .filter(|it| it.method == "POST" && it.target.ends_with("/forks"));
    assert_eq!(posts.count(), 1);
}
