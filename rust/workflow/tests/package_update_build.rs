//! `package update` where it builds: with `--test`, and for hashes that only a build tells; on the small nixpkgs that really builds.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;
#[path = "support/update.rs"]
mod update;

use std::fs;

use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{Contents, Node, Tree};
use nixsmith_workflow::error::kind_of;
use nixsmith_workflow::nix;
use nixsmith_workflow::nixpkgs::test::Verdict;
use nixsmith_workflow::package::update::{How, Report, Request, run};
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
fn tests_of_a_package_of_a_flake() {
    for (tests, is_good) in [
        (READS.to_owned(), true),
        (format!("{READS} bad = test \"bad\" \"exit 1\";"), false),
    ] {
        let Some(ground) = fixture_ground(&package(INSTALLS, &tests)) else {
            return;
        };
        let request = Request {
            flake: true,
            ..tested(true)
        };
        let head = ground.git(&["rev-parse", "HEAD"]);
        match run(&request, &ground.context) {
            Ok(report) if is_good => {
                let tests = &report.tested.as_ref().unwrap().tests;
                assert!(matches!(tests[0].verdict, Verdict::Passed), "{tests:#?}");
                assert_eq!(report.files, [FIXTURE_PACKAGE]);
                assert!(report.commit.is_some());
            }
            Err(error) if !is_good => {
                let message = "`a` does not pass its tests `bad`; nothing was changed";
                assert_eq!(error.to_string(), message);
                assert_eq!(ground.git(&["rev-parse", "HEAD"]), head);
                assert_eq!(ground.git(&["status", "--porcelain"]), "");
            }
            other => panic!("{other:#?}"),
        }
    }
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

/// A package of the small nixpkgs with dependencies that are built, as nixpkgs' builders have them; `LAST` is what the last one does.
const BUILT: &str = r#"{ stdenv, fetchurl }:
let
  fetch = { name, hash, text, ... }: stdenv.mkDerivation {
    inherit name;
    buildCommand = ": SALT; ${text}";
    outputHash = hash;
    outputHashAlgo = null;
    outputHashMode = "recursive";
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = "a";
  version = "1.0";
  src = fetchurl {
    url = "@SERVER@/a-${finalAttrs.version}.tgz";
    hash = "@a-1.0.tgz@";
  };
  vendorHash = "HASH";
  mvnHash = "HASH";
  passthru = {
    goModules = fetch {
      name = "go-modules";
      hash = finalAttrs.vendorHash;
      text = "mkdir $out; echo go ${finalAttrs.version} > $out/text";
    };
    pnpmDeps = fetch {
      name = "pnpm-deps";
      hash = "HASH";
      # needs the one before, so that one's hash has to be right by then
      text = "cat ${finalAttrs.passthru.goModules}/text > $out";
    };
    yarnOfflineCache = fetch {
      name = "yarn";
      hash = "sha512-SHA512";
      text = "echo yarn ${finalAttrs.version} > $out";
    };
    fetchedMavenDeps = fetch {
      name = "maven-deps";
      hash = finalAttrs.mvnHash;
      text = "LAST";
    };
  };
  buildCommand = "cat ${finalAttrs.passthru.pnpmDeps} ${finalAttrs.passthru.yarnOfflineCache} ${finalAttrs.passthru.fetchedMavenDeps} > $out";
})
"#;

fn built(hash: &str, sha512: &str, last: &str) -> String {
    BUILT
        .replace("\"HASH\"", &format!("\"{hash}\""))
        .replace("SHA512", sha512)
        .replace("LAST", last)
}

fn file_hash(algorithm: Algorithm, text: &str) -> String {
    let mut tree = Tree::new();
    tree.root = Node::file(Contents::from_bytes(text.as_bytes().to_vec()));
    tree.nar_hash(algorithm).unwrap().hash.to_string()
}

fn folder_hash(text: &str) -> String {
    let mut tree = Tree::new();
    let file = Node::file(Contents::from_bytes(text.as_bytes().to_vec()));
    tree.insert(b"text", file).unwrap();
    tree.nar_hash(Algorithm::Sha256).unwrap().hash.to_string()
}

/// How many notes say this.
fn told(report: &Report, words: &str) -> usize {
    let notes = report.notes.iter();
    notes.filter(|note| note.contains(words)).count()
}

const ZEROS: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

#[test]
fn several_hashes_that_only_builds_tell() {
    let zeros = file_hash(Algorithm::Sha512, "other");
    let sha512 = zeros.trim_start_matches("sha512-");
    let last = "echo maven ${finalAttrs.version} > $out";
    let Some(ground) = fixture_ground(&built(ZEROS, sha512, last)) else {
        return;
    };
    let request = Request {
        test: true,
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    let found: Vec<(&str, &str, How)> = report
        .hashes
        .iter()
        .map(|change| (change.attribute.as_str(), change.new.as_str(), change.how))
        .collect();
    let (go, pnpm) = (
        folder_hash("go 2.0\n"),
        file_hash(Algorithm::Sha256, "go 2.0\n"),
    );
    let yarn = file_hash(Algorithm::Sha512, "yarn 2.0\n");
    let maven = file_hash(Algorithm::Sha256, "maven 2.0\n");
    assert_eq!(
        found.get(1..).unwrap(),
        [
            ("vendorHash", go.as_str(), How::Built),
            ("passthru.pnpmDeps.hash", pnpm.as_str(), How::Built),
            ("passthru.yarnOfflineCache.hash", yarn.as_str(), How::Built),
            ("mvnHash", maven.as_str(), How::Built),
        ]
    );
    // The package was built with them.
    assert!(report.tested.as_ref().unwrap().build.outcome.is_there());
    let text = ground.read(FIXTURE_PACKAGE);
    assert!(!text.contains(ZEROS), "{text}");
    assert_eq!(told(&report, "built for its hash"), 4);
    assert_eq!(told(&report, "belongs to nothing"), 0);
}

#[test]
fn a_hash_is_built_anew_though_the_old_output_is_there() {
    let hashes = [
        folder_hash("go 1.0\n"),
        file_hash(Algorithm::Sha256, "go 1.0\n"),
        file_hash(Algorithm::Sha256, "maven 1.0\n"),
    ];
    let sha512 = file_hash(Algorithm::Sha512, "yarn 1.0\n");
    let mut text = built(
        "HASH",
        sha512.trim_start_matches("sha512-"),
        "echo maven ${finalAttrs.version} > $out",
    );
    // In the order of the file: vendorHash, mvnHash, pnpmDeps.
    for index in [0, 2, 1] {
        text = text.replacen("\"HASH\"", &format!("\"{}\"", hashes[index]), 1);
    }
    let Some(ground) = fixture_ground(&text) else {
        return;
    };
    let builds = |ground: &Ground| {
        let built = nix::program(&ground.context)
            .args([
                "build",
                "--impure",
                "--no-link",
                "--print-out-paths",
                "--file",
                "default.nix",
                "a",
            ])
            .run()
            .unwrap();
        fs::read_to_string(built.text().trim()).unwrap()
    };
    assert_eq!(builds(&ground), "go 1.0\nyarn 1.0\nmaven 1.0\n");
    let old = ground.read(FIXTURE_PACKAGE);
    ground.update().unwrap();
    assert_eq!(builds(&ground), "go 2.0\nyarn 2.0\nmaven 2.0\n");
    // Once more, with the new outputs there as well.
    let new = ground.read(FIXTURE_PACKAGE);
    support::write(&ground.tree().join(FIXTURE_PACKAGE), &old);
    ground.update().unwrap();
    assert_eq!(ground.read(FIXTURE_PACKAGE), new);
}

#[test]
fn a_build_that_tells_no_hash_is_shown_and_changes_nothing() {
    let sha512 = file_hash(Algorithm::Sha512, "other");
    let sha512 = sha512.trim_start_matches("sha512-");
    for (last, cause) in [
        (
            "echo the registry is on fire; exit 7",
            "the registry is on fire",
        ),
        // The mismatch of another derivation is no answer.
        (
            "cat ${fetch { name = \"inner\"; hash = \"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"; text = \"echo inner > $out\"; }}",
            "hash mismatch in fixed-output derivation",
        ),
        ("true", "failed to produce output path"),
    ] {
        let Some(ground) = fixture_ground(&built(ZEROS, sha512, last)) else {
            return;
        };
        let error = ground.update().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the hash of `fetchedMavenDeps` is not computed here, and building it told none"
        );
        let said = error.root_cause().to_string();
        assert!(said.contains(cause), "{said}");
        assert_eq!(kind_of(&error).exit_status(), 1);
        assert_eq!(ground.git(&["status", "--porcelain"]), "");
    }
}

/// A web interface that the package is made of, one that has its own version, and the package once more in another dress.
const INNER: &str = r#"{ stdenv, fetchurl }:
let
  fetch = { name, hash, text }: stdenv.mkDerivation {
    inherit name;
    buildCommand = ": SALT; ${text}";
    outputHash = hash;
    outputHashAlgo = null;
    outputHashMode = "recursive";
  };
  web = { version, npmDepsHash }: stdenv.mkDerivation (web: {
    pname = "web";
    inherit version;
    buildCommand = "cat ${web.passthru.npmDeps} > $out";
    passthru.npmDeps = fetch {
      name = "npm-deps";
      hash = npmDepsHash;
      text = "echo npm ${version} > $out";
    };
  });
  hidden = web {
    version = "3";
    npmDepsHash = "sha256-AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = "a";
  version = "1.0";
  src = fetchurl {
    url = "@SERVER@/a-${finalAttrs.version}.tgz";
    hash = "@a-1.0.tgz@";
  };
  vendorHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  node_modules = fetch {
    name = "node_modules";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    text = "echo modules ${finalAttrs.version} > $out";
  };
  manual = fetchurl {
    url = "@SERVER@/b-${finalAttrs.version}-x86_64-linux";
    hash = "@b-1.0-x86_64-linux@";
  };
  data = fetchurl {
    url = "@SERVER@/a-1.0.tgz";
    hash = "@a-1.0.tgz@";
  };
  passthru = {
    goModules = fetch {
      name = "go-modules";
      hash = finalAttrs.vendorHash;
      text = "cat ${finalAttrs.passthru.ui} > $out; echo go ${finalAttrs.version} >> $out";
    };
    ui = web {
      inherit (finalAttrs) version;
      npmDepsHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    };
    other = web {
      version = "7";
      npmDepsHash = "sha256-AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    };
    again = finalAttrs.finalPackage;
    broken = throw "no such package";
    tests = throw "no such tests";
  };
  buildCommand = "cat ${finalAttrs.passthru.goModules} ${hidden} > $out";
})
"#;

#[test]
fn packages_inside_of_the_package_follow_it() {
    let Some(ground) = fixture_ground(INNER) else {
        return;
    };
    let report = ground.update().unwrap();
    let found: Vec<(&str, &str, How)> = report
        .hashes
        .iter()
        .map(|change| (change.attribute.as_str(), change.new.as_str(), change.how))
        .collect();
    let npm = file_hash(Algorithm::Sha256, "npm 2.0\n");
    let go = file_hash(Algorithm::Sha256, "npm 2.0\ngo 2.0\n");
    let modules = file_hash(Algorithm::Sha256, "modules 2.0\n");
    let manual = update::hash("b-2.0-x86_64-linux").to_string();
    assert_eq!(
        found.get(1..).unwrap(),
        [
            ("manual.hash", manual.as_str(), How::Computed),
            ("node_modules.hash", modules.as_str(), How::Built),
            ("passthru.ui.npmDepsHash", npm.as_str(), How::Built),
            ("vendorHash", go.as_str(), How::Built),
        ]
    );
    assert_eq!(ground.changed_lines().len(), 12);
    assert!(ground.read(FIXTURE_PACKAGE).contains("version = \"7\""));
    assert_eq!(
        report.notes.last().unwrap(),
        "`npmDepsHash` in `pkgs/by-name/a/a/package.nix` belongs to nothing that was looked at: see whether it is still right"
    );
    assert_eq!(told(&report, "belongs to nothing"), 1);
}
