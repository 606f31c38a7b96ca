//! From an empty folder to a pull request that answers its review: one command each, with real git and real builds by real Nix.

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::testing::Reply;
use nixsmith_store::hash::{Algorithm, hash_bytes};
use serde_json::{Value, json};

use crate::world::{Run, World};

/// Where the package lies.
const FILE: &str = "pkgs/by-name/gr/greet/package.nix";

/// A program as its project releases it.
fn release(version: &str) -> String {
    format!("#!/bin/sh\necho greet {version}\n")
}

fn sri(text: &str) -> String {
    hash_bytes(Algorithm::Sha256, text.as_bytes()).to_string()
}

/// The package, at 1.0.
fn package(server: &str) -> String {
    format!(
        r#"{{
  lib,
  stdenv,
  fetchurl,
}}:

stdenv.mkDerivation (finalAttrs: {{
  pname = "greet";
  version = "1.0";

  src = fetchurl {{
    url = "{server}/acme/greet/releases/download/v${{finalAttrs.version}}/greet-${{finalAttrs.version}}.sh";
    hash = "{}";
  }};

  # one file, no archive
  buildCommand = ''
    mkdir -p $out/bin
    cp $src $out/bin/greet
    chmod 755 $out/bin/greet
  '';

  passthru.tests.runs = stdenv.mkDerivation {{
    name = "greet-runs";
    buildCommand = ''
      test "$(${{finalAttrs.finalPackage}}/bin/greet)" = "greet ${{finalAttrs.version}}"
      touch $out
    '';
  }};

  meta = {{
    description = "Program that greets in one file";
    homepage = "https://example.org/greet";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.fixture ];
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  }};
}})
"#,
        sri(&release("1.0"))
    )
}

/// Puts the package into upstream, and both releases onto the server.
pub(crate) fn publish(world: &World) {
    let server = world.forge.server.url("").to_string();
    let server = server.trim_end_matches('/');
    let mut releases = Vec::new();
    for version in ["2.0-rc1", "1.1", "1.0", "0.9"] {
        let file = format!("/acme/greet/releases/download/v{version}/greet-{version}.sh");
        world.forge.server.on(&file, Reply::ok(release(version)));
        releases.push(json!({
            "tag_name": format!("v{version}"),
            "name": version,
            "draft": false,
            "prerelease": version.contains("rc"),
            "published_at": "2026-01-02T03:04:05Z",
        }));
    }
    let place = "/repos/acme/greet/releases?per_page=100";
    world.forge.server.on(place, Reply::json(&json!(releases)));
    let tags: Vec<Value> = releases
        .iter()
        .map(|it| json!({ "name": it["tag_name"], "commit": { "sha": "1".repeat(40) } }))
        .collect();
    let place = "/repos/acme/greet/tags?per_page=100";
    world.forge.server.on(place, Reply::json(&json!(tags)));
    let seed = world.path("seed");
    let folder = seed.join("pkgs/by-name/gr/greet");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("package.nix"), package(server)).unwrap();
    // What it is about is not what cannot be evaluated.
    fs::remove_dir_all(seed.join("pkgs/by-name/br")).unwrap();
    world.git(&seed, &["add", "-A"]);
    world.git(&seed, &["commit", "-q", "-m", "greet: init at 1.0"]);
    let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
    world.git(
        &seed,
        &[
            "push",
            "-q",
            &upstream.display().to_string(),
            "master",
            "master:staging",
        ],
    );
}

fn done(world: &World, folder: &Path, arguments: &[&str]) -> Run {
    let run = world.run(folder, arguments);
    assert_eq!(
        run.status,
        Some(0),
        "{arguments:?}\n{}\n{}",
        run.stdout,
        run.stderr
    );
    run
}

#[test]
fn from_an_empty_folder_to_an_answered_review() {
    if std::env::var_os("NIXSMITH_TEST_NIX").is_none() {
        crate::world::skip("no NIXSMITH_TEST_NIX to build with");
        return;
    }
    let world = World::new();
    publish(&world);
    let home = world.path("");
    done(&world, &home, &["nixpkgs", "fork", "--yes"]);
    let clone = world.path("nixpkgs");
    world.git(&clone, &["switch", "-q", "-c", "greet"]);

    update(&world, &clone);
    try_out(&world, &clone);
    let number = send(&world, &clone);
    answer(&world, &clone, number);
    assert_eq!(world.files_with("secret-of-ada"), Vec::<PathBuf>::new());
}

/// To the newest version; the second time nothing happens.
fn update(world: &World, clone: &Path) {
    done(world, clone, &["package", "update", "greet", "--commit"]);
    let file = clone.join(FILE);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("version = \"1.1\"") && text.contains(&sri(&release("1.1"))),
        "{text}"
    );
    assert!(text.contains("# one file, no archive"));
    assert_eq!(
        world.git(clone, &["log", "-1", "--format=%s"]),
        "greet: 1.0 -> 1.1"
    );
    assert_eq!(
        world.git(clone, &["diff", "--shortstat", "HEAD~"]),
        " 1 file changed, 2 insertions(+), 2 deletions(-)"
    );
    done(world, clone, &["package", "update", "greet", "--commit"]);
    assert_eq!(
        world.git(clone, &["rev-list", "--count", "upstream/master..HEAD"]),
        "1"
    );
}

/// Tested and reviewed.
fn try_out(world: &World, clone: &Path) {
    done(world, clone, &["nixpkgs", "test", "greet"]);
    let review = done(
        world,
        clone,
        &["nixpkgs", "review", "--rev", "HEAD", "--json"],
    );
    let review: Value = serde_json::from_str(&review.stdout).unwrap();
    assert!(review.to_string().contains("greet"), "{review}");
}

/// Sent, with the boxes ticked that were proven; the number of the pull request.
fn send(world: &World, clone: &Path) -> u64 {
    let sent = done(world, clone, &["nixpkgs", "pr", "--yes", "--json"]);
    let sent: Value = serde_json::from_str(&sent.stdout).unwrap();
    assert_eq!(sent["outcome"], "created");
    let number = sent["number"].as_u64().unwrap();
    let body = sent["body"].as_str().unwrap();
    assert!(
        body.contains("- [x] x86_64-linux") || !cfg!(target_arch = "x86_64"),
        "{body}"
    );
    assert!(body.contains("- [x] [Package tests]"), "{body}");
    assert!(body.contains("- [ ] [NixOS tests]"), "{body}");
    number
}

/// A suggestion of a reviewer is taken, and the same pull request brought up to date.
fn answer(world: &World, clone: &Path, number: u64) {
    let file = clone.join(FILE);
    let text = fs::read_to_string(&file).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("# one file"))
        .unwrap()
        + 1;
    let head = world.git(clone, &["rev-parse", "HEAD"]);
    world.forge.review_comment(
        number,
        "grace",
        json!({
            "path": "pkgs/by-name/gr/greet/package.nix",
            "body": "Say why.\n\n```suggestion\n  # the release is one file, no archive\n```\n",
            "line": line,
            "start_line": null,
            "side": "RIGHT",
            "original_line": line,
            "commit_id": head,
            "original_commit_id": head,
            "in_reply_to_id": null,
        }),
    );
    done(
        world,
        clone,
        &[
            "nixpkgs",
            "apply-review",
            &number.to_string(),
            "--autosquash",
        ],
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("  # the release is one file, no archive\n"),
        "{text}"
    );
    assert_eq!(
        world.git(clone, &["log", "--format=%s", "upstream/master..HEAD"]),
        "greet: 1.0 -> 1.1"
    );
    let again = done(world, clone, &["nixpkgs", "pr", "--yes", "--json"]);
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (again["outcome"].as_str(), again["number"].as_u64()),
        (Some("updated"), Some(number))
    );
    let made = world.forge.pull_requests();
    assert_eq!(made.len(), 1);
    assert_eq!(
        made[0]["head"]["sha"],
        world.git(clone, &["rev-parse", "HEAD"])
    );
}
