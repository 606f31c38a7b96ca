//! `package update` where it builds: with `--test`, and for hashes that only a build tells; on the small nixpkgs that really builds.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;
#[path = "support/update.rs"]
mod update;

use nixsmith_workflow::error::kind_of;
use nixsmith_workflow::package::update::{Request, run};
use update::{FIXTURE_PACKAGE, Ground, fixture_ground};

/// A package whose tests look at what it installs.
fn package(build: &str, tests: &str) -> String {
    format!(
        r#"{{ stdenv, fetchurl }}:
let
  test = name: text: stdenv.mkDerivation {{ inherit name; buildCommand = ": SALT; ${{text}}; touch $out"; }};
in
stdenv.mkDerivation (finalAttrs: {{
  pname = "a";
  version = "1.0";
  src = fetchurl {{
    url = "@SERVER@/a-${{finalAttrs.version}}.tgz";
    hash = "@a-1.0.tgz@";
  }};
  buildCommand = ": SALT; {build}";
  passthru.tests = {{
    {tests}
  }};
}})
"#
    )
}

const INSTALLS: &str = "mkdir $out; cp $src $out/text";

const READS: &str = "version = test \"reads\" \"grep -q a-${finalAttrs.version}.tgz ${finalAttrs.finalPackage}/text\";";

fn tested(is_committed: bool) -> Request {
    Request {
        test: true,
        commit: is_committed,
        ..Ground::request()
    }
}

#[test]
fn tests_that_pass_are_told_and_committed_after() {
    let tests = format!(
        "{READS} inner.deep = test \"deep\" \"true\"; machine = stdenv.mkDerivation {{ name = \"machine\"; requiredSystemFeatures = [ \"kvm\" \"no-such-feature\" ]; buildCommand = \"touch $out\"; }};"
    );
    let Some(ground) = fixture_ground(&package(INSTALLS, &tests)) else {
        return;
    };
    let report = run(&tested(true), &ground.context).unwrap();
    let answer = serde_json::to_value(&report).unwrap();
    assert_eq!(answer["tested"]["build"]["state"], "built");
    let verdicts: Vec<(&str, &str)> = answer["tested"]["tests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|test| {
            (
                test["name"].as_str().unwrap(),
                test["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("inner.deep", "passed"),
            ("machine", "skipped"),
            ("version", "passed"),
        ]
    );
    assert_eq!(report.commit, Some(ground.git(&["rev-parse", "HEAD"])));
    assert_eq!(ground.git(&["log", "-1", "--format=%s"]), "a: 1.0 -> 2.0");
    assert_eq!(
        ground.git(&["show", "--format=", "--name-only", "HEAD"]),
        FIXTURE_PACKAGE
    );
    assert_eq!(ground.git(&["status", "--porcelain"]), "");
    // Nothing newer: nothing is built and nothing is claimed.
    let again = run(&tested(true), &ground.context).unwrap();
    assert!(again.tested.is_none() && again.commit.is_none());
}

#[test]
fn a_package_without_tests_claims_none() {
    let Some(ground) = fixture_ground(&package(INSTALLS, "")) else {
        return;
    };
    let report = run(&tested(false), &ground.context).unwrap();
    assert!(report.tested.unwrap().tests.is_empty());
    assert_eq!(
        report.notes.last().unwrap(),
        "it was built, and has no `passthru.tests`"
    );
    assert_eq!(ground.changed_lines().len(), 4);
    let without = ground_without_test();
    assert!(without.is_none_or(|answer| answer.get("tested").is_none()));
}

/// What is told without `--test`.
fn ground_without_test() -> Option<serde_json::Value> {
    let ground = fixture_ground(&package(INSTALLS, READS))?;
    Some(serde_json::to_value(ground.update().unwrap()).unwrap())
}

#[test]
fn what_fails_leaves_the_tree_and_the_commits_alone() {
    let cases = [
        // the package itself
        (
            package("echo it breaks; exit 3", READS),
            "`a` does not build; nothing was changed",
            "it breaks",
        ),
        // some of its tests
        (
            package(
                INSTALLS,
                &format!(
                    "{READS} bad = test \"bad\" \"echo it is bad; exit 1\"; inner.worse = test \"worse\" \"exit 1\";"
                ),
            ),
            "`a` does not pass its tests `bad`, `inner.worse`; nothing was changed",
            "it is bad",
        ),
        // what a test needs
        (
            package(
                INSTALLS,
                "needs = test \"needs\" \"cat ${test \"needed\" \"echo no luck; exit 1\"}\";",
            ),
            "`a` does not pass its tests `needs`; nothing was changed",
            "no luck",
        ),
        // a test that is none
        (
            package(
                INSTALLS,
                &format!("{READS} unsound = throw \"no such test\";"),
            ),
            "`a` does not pass its tests `unsound`; nothing was changed",
            "it does not evaluate: no such test",
        ),
    ];
    for (text, message, said) in cases {
        let Some(ground) = fixture_ground(&text) else {
            return;
        };
        let head = ground.git(&["rev-parse", "HEAD"]);
        let error = run(&tested(true), &ground.context).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(kind_of(&error).exit_status(), 1);
        let cause = error.root_cause().to_string();
        assert!(cause.contains(said), "{cause}");
        assert_eq!(ground.git(&["status", "--porcelain"]), "", "{message}");
        assert_eq!(ground.git(&["rev-parse", "HEAD"]), head, "{message}");
    }
}
