//! `nixpkgs pr` counts what the change rebuilds: with real Nix, on the fixture.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::pr::{forked, record, review};
use crate::world::{Run, World, skip};

/// A clone with its fork; `None` where there is no Nix to evaluate with.
fn start(seed: impl FnOnce(&World)) -> Option<(World, PathBuf)> {
    if std::env::var_os("NIXSMITH_TEST_NIX").is_none() {
        skip("no NIXSMITH_TEST_NIX to evaluate with");
        return None;
    }
    let world = World::new();
    seed(&world);
    let clone = forked(&world);
    world.git(&clone, &["switch", "-q", "-c", "change", "upstream/master"]);
    Some((world, clone))
}

fn edit(world: &World, clone: &Path, package: &str, from: &str, to: &str) {
    let file = clone.join(format!("pkgs/by-name/{package}/package.nix"));
    let old = fs::read_to_string(&file).unwrap();
    assert!(old.contains(from), "{old}");
    fs::write(&file, old.replacen(from, to, 1)).unwrap();
    let name = package.rsplit('/').next().unwrap();
    let subject = format!("{name}: build with another text");
    world.git(clone, &["commit", "-q", "-a", "-m", &subject]);
}

fn pr(world: &World, clone: &Path, more: &[&str]) -> Run {
    let arguments = [["nixpkgs", "pr", "--yes", "--json"].as_slice(), more].concat();
    world.run(clone, &arguments)
}

fn report(run: &Run) -> Value {
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn few_rebuilds_stay_at_master() {
    let Some((world, clone)) = start(|_| {}) else {
        return;
    };
    fs::write(clone.join("CONTRIBUTING.md"), "words\n").unwrap();
    world.git(&clone, &["add", "."]);
    world.git(&clone, &["commit", "-q", "-m", "CONTRIBUTING.md: init"]);
    let said = report(&pr(&world, &clone, &["--dry-run"]));
    assert_eq!(said["rebuilds"]["count"], 0, "{said}");
    assert_eq!(said["rebuilds"]["is_exact"], true, "{said}");
    edit(&world, &clone, "he/hello", "{", "# said in other words\n{");
    let said = report(&pr(&world, &clone, &["--dry-run"]));
    assert_eq!(said["rebuilds"]["count"], 0, "{said}");
    edit(
        &world,
        &clone,
        "li/libgreet",
        "buildPhase = ''",
        "buildPhase = ''\n    : other",
    );
    let said = report(&pr(&world, &clone, &["--dry-run"]));
    assert_eq!(said["rebuilds"]["count"], 3, "{said}");
    // The author's own choice is not counted for.
    let named = report(&pr(&world, &clone, &["--dry-run", "--base", "staging"]));
    assert!(named["rebuilds"].is_null(), "{named}");
    let said = report(&pr(&world, &clone, &[]));
    assert_eq!(said["base"], "master");
    assert_eq!(said["rebuilds"]["count"], 3, "{said}");
    // It is kept for this commit: without Nix, the next run knows it.
    let mut again = world.nixsmith(&clone);
    again
        .args(["nixpkgs", "pr", "--yes", "--json"])
        .env("GITHUB_TOKEN", "secret-of-ada")
        .env("NIXSMITH_NIX", "/nonexistent/nix");
    let again = report(&crate::world::ended(&again.output().unwrap()));
    assert_eq!(again["rebuilds"], said["rebuilds"]);
    assert_eq!(again["outcome"], "unchanged");
}

#[test]
fn a_review_of_a_selection_is_no_count() {
    let Some((world, clone)) = start(|_| {}) else {
        return;
    };
    edit(
        &world,
        &clone,
        "li/libgreet",
        "buildPhase = ''",
        "buildPhase = ''\n    : other",
    );
    let mut selection = review(1, 0);
    selection["is_complete"] = false.into();
    record(&world, &clone, "review.json", selection);
    let said = report(&pr(&world, &clone, &["--dry-run"]));
    assert_eq!(said["rebuilds"]["count"], 3, "{said}");
}

#[test]
fn what_does_not_evaluate_is_not_sent() {
    let Some((world, clone)) = start(|_| {}) else {
        return;
    };
    edit(
        &world,
        &clone,
        "li/libgreet",
        "pname = ",
        "pname = throw \"not so\" + ",
    );
    let run = pr(&world, &clone, &[]);
    assert_eq!(run.status, Some(1), "{}", run.stdout);
    assert!(
        run.stderr.contains(
            "Nix does not evaluate `greeter`, `greeter-config`, `libgreet` with this change"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(world.forge.pull_request_count(), 0);
    let sent = report(&pr(&world, &clone, &["--despite-lint"]));
    assert_eq!(sent["outcome"], "created");
    assert!(sent["notes"].to_string().contains("`libgreet`"), "{sent}");
}

#[test]
fn a_thousand_rebuilds_go_to_staging() {
    const USERS: usize = 1005;
    let Some((world, clone)) = start(|world| {
        let seed = world.path("seed");
        for number in 0..USERS {
            let folder = seed.join(format!("pkgs/by-name/us/user-{number}"));
            fs::create_dir_all(&folder).unwrap();
            let text = format!(
                "{{\n  stdenv,\n  libgreet,\n}}:\n\nstdenv.mkDerivation {{\n  name = \"user-{number}\";\n  buildCommand = \"cat ${{libgreet}}/lib/*; touch $out\";\n}}\n"
            );
            fs::write(folder.join("package.nix"), text).unwrap();
        }
        world.git(&seed, &["add", "."]);
        world.git(&seed, &["commit", "-q", "-m", "many users"]);
        let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
        let upstream = upstream.display().to_string();
        world.git(
            &seed,
            &["push", "-q", &upstream, "master", "master:staging"],
        );
    }) else {
        return;
    };
    edit(
        &world,
        &clone,
        "li/libgreet",
        "buildPhase = ''",
        "buildPhase = ''\n    : other",
    );
    let sent = report(&pr(&world, &clone, &[]));
    assert_eq!(sent["base"], "staging");
    assert!(sent["rebuilds"]["count"].as_u64() > Some(1000), "{sent}");
    let note = sent["notes"].to_string();
    assert!(
        note.contains("are too many for `master`") && note.contains("it goes to `staging`"),
        "{note}"
    );
    assert_eq!(world.forge.pull_requests()[0]["base"]["ref"], "staging");
}
