//! The build engine with a real Nix: what is said of each derivation is what became of it.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use nixsmith_workflow::Context;
use nixsmith_workflow::nix;
use nixsmith_workflow::nix::build::{Builds, Outcome, Rebuilt, Settings, Wanted, build, rebuild};

/// Derivations that no other run has: the folder's name is in each.
const DERIVATIONS: &str = r#"
let
  pkgs = import FIXTURE { };
  make = name: text: pkgs.stdenv.mkDerivation {
    inherit name;
    buildCommand = "echo to ${name}; : SALT; ${text}";
  };
  foreign = pkgs.stdenv.mkDerivation {
    name = "foreign";
    system = "quantum-plan9";
    buildCommand = ": SALT; touch $out";
  };
  all = rec {
    good = make "good" "touch $out";
    bad = make "bad" "echo it breaks; exit 3";
    needs-bad = make "needs-bad" "cat ${bad}";
    needs-needs-bad = make "needs-needs-bad" "cat ${needs-bad} ${good}";
    needs-hidden = make "needs-hidden" "cat ${make "hidden" "echo hidden; exit 4"}";
    inherit foreign;
    needs-foreign = make "needs-foreign" "cat ${foreign}";
    killed = make "killed" "kill -9 $$";
    slow = make "slow" "sleep 60; touch $out";
    needs-slow = make "needs-slow" "cat ${slow}";
    moving = make "moving" "date +%s%N > $out";
    partial = pkgs.stdenv.mkDerivation {
      name = "partial";
      outputs = [ "out" "dev" ];
      buildCommand = ": SALT; touch $out";
    };
  };
in
builtins.mapAttrs (_: one: {
  derivation = one.drvPath;
  outputs = builtins.listToAttrs (map (name: { inherit name; value = one.${name}.outPath; }) one.outputs);
}) all
"#;

#[derive(serde::Deserialize)]
struct Row {
    derivation: String,
    outputs: BTreeMap<String, Option<String>>,
}

fn derivations(folder: &Path, context: &Context) -> BTreeMap<String, Wanted> {
    let salt = folder.display().to_string();
    let expression = DERIVATIONS
        .replace("FIXTURE", &support::fixture().display().to_string())
        .replace("SALT", &salt);
    let rows: BTreeMap<String, Row> = nix::evaluate(&expression, &[], folder, context).unwrap();
    let wanted = rows.into_iter().map(|(name, row)| {
        let Row {
            derivation,
            outputs,
        } = row;
        let wanted = Wanted {
            derivation,
            outputs,
        };
        (name, wanted)
    });
    wanted.collect()
}

fn built(names: &[&str], all: &BTreeMap<String, Wanted>, context: &Context) -> Builds {
    let wanted: Vec<Wanted> = names.iter().map(|name| all[*name].clone()).collect();
    let settings = Settings {
        timeout_seconds: Some(2),
        max_jobs: Some("4".to_owned()),
        ..Settings::default()
    };
    build(&wanted, &settings, context).unwrap()
}

fn failed_through(all: &BTreeMap<String, Wanted>, name: &str) -> Outcome {
    Outcome::DependencyFailed {
        dependencies: vec![all[name].derivation.clone()],
    }
}

#[test]
fn what_became_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = support::building_context(folder.path()) else {
        return;
    };
    let all = derivations(folder.path(), &context);
    let names = [
        "good",
        "bad",
        "needs-bad",
        "needs-needs-bad",
        "foreign",
        "needs-foreign",
        "killed",
        "partial",
    ];
    let builds = built(&names, &all, &context);
    let result = |name: &str| &builds.results[&all[name].derivation];
    let outcome = |name: &str| result(name).outcome.clone();
    assert_eq!(outcome("good"), Outcome::Built);
    assert!(Path::new(&result("good").outputs["out"]).exists());
    let Outcome::Failed { reason } = outcome("bad") else {
        panic!("{:?}", outcome("bad"));
    };
    assert!(reason.contains("exit code 3"), "{reason}");
    assert_eq!(result("bad").log, ["to bad", "it breaks"]);
    assert_eq!(outcome("needs-bad"), failed_through(&all, "bad"));
    assert_eq!(outcome("needs-needs-bad"), failed_through(&all, "bad"));
    for name in ["foreign", "needs-foreign"] {
        assert!(
            matches!(outcome(name), Outcome::NotTried { reason } if reason.contains("quantum-plan9")),
            "{name}"
        );
    }
    assert!(matches!(outcome("killed"), Outcome::Failed { reason } if reason.contains("signal 9")));
    assert!(matches!(outcome("partial"), Outcome::Failed { .. }));
    assert!(result("partial").outputs.is_empty());
    let again = built(&["good"], &all, &context);
    assert_eq!(
        again.results[&all["good"].derivation].outcome,
        Outcome::Present
    );
}

#[test]
fn a_dependency_that_nobody_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = support::building_context(folder.path()) else {
        return;
    };
    let all = derivations(folder.path(), &context);
    let builds = built(&["needs-hidden"], &all, &context);
    let Outcome::DependencyFailed { dependencies } =
        &builds.results[&all["needs-hidden"].derivation].outcome
    else {
        panic!("{builds:?}");
    };
    assert_eq!(dependencies.len(), 1);
    let failed = &builds.dependencies[&dependencies[0]];
    assert!(failed.derivation.ends_with("-hidden.drv"));
    assert_eq!(failed.log, ["to hidden", "hidden"]);
}

#[test]
fn what_takes_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = support::building_context(folder.path()) else {
        return;
    };
    let all = derivations(folder.path(), &context);
    let builds = built(&["needs-slow", "slow", "good"], &all, &context);
    let outcome = |name: &str| builds.results[&all[name].derivation].outcome.clone();
    assert_eq!(outcome("good"), Outcome::Built);
    assert!(
        matches!(outcome("slow"), Outcome::TimedOut { .. }),
        "{builds:?}"
    );
    assert_eq!(outcome("needs-slow"), failed_through(&all, "slow"));
}

#[test]
fn a_second_build_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = support::building_context(folder.path()) else {
        return;
    };
    let all = derivations(folder.path(), &context);
    built(&["good", "moving"], &all, &context);
    let again = |name: &str| rebuild(&all[name], &Settings::default(), &context).unwrap();
    assert_eq!(again("good"), Rebuilt::Same);
    assert!(
        matches!(again("moving"), Rebuilt::Different { .. }),
        "{:?}",
        again("moving")
    );
    assert!(matches!(again("bad"), Rebuilt::Failed { .. }));
}

#[test]
fn a_run_that_fails_as_a_whole_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = support::building_context(folder.path()) else {
        return;
    };
    let none = Wanted {
        derivation: format!("/nix/store/{}-none.drv", "0".repeat(32)),
        outputs: BTreeMap::from([(
            "out".to_owned(),
            Some(format!("/nix/store/{}-none", "0".repeat(32))),
        )]),
    };
    let builds = build(std::slice::from_ref(&none), &Settings::default(), &context).unwrap();
    let outcome = &builds.results[&none.derivation].outcome;
    assert!(matches!(outcome, Outcome::NotTried { .. }), "{outcome:?}");
    let nowhere = Settings {
        store: Some("nonsense://nowhere".to_owned()),
        ..Settings::default()
    };
    assert!(build(&[none], &nowhere, &context).is_err());
    let all = derivations(folder.path(), &context);
    context.interrupt().raise();
    let error = build(&[all["good"].clone()], &Settings::default(), &context).unwrap_err();
    assert_eq!(
        nixsmith_workflow::error::kind_of(&error),
        nixsmith_workflow::error::Kind::Interrupted
    );
}
