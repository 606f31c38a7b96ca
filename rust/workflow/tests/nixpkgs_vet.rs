//! nixpkgs-vet's own cases: the same codes and the same verdict on each, with a real Nix.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::ClientOptions;
use nixsmith_workflow::context::{Context, Settings};
use nixsmith_workflow::nixpkgs::lint::{self, Report, Request};
use nixsmith_workflow::nixpkgs::vet::{Outcome, Verdict, judge};

/// How nixpkgs-vet's output ends for each verdict.
const ENDINGS: [(Verdict, &str); 5] = [
    (Verdict::Sound, "Validated successfully"),
    (
        Verdict::Healed,
        "The base branch is broken, but this PR fixes it. Nice job!",
    ),
    (
        Verdict::StillBroken,
        "The base branch is broken and still has above problems",
    ),
    (Verdict::Broken, "This PR introduces the problems listed"),
    (
        Verdict::Loosened,
        "This PR introduces additional instances of discouraged patterns",
    ),
];

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nixpkgs-vet")
}

/// A context whose NIX_PATH has the stand-in for nixpkgs; `None` without Nix or the real `lib`.
fn context(folder: &Path) -> Option<Context> {
    let (Some(nix), Some(nixpkgs)) = (
        support::nix_program(),
        support::variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        support::skip("no Nix, or no nixpkgs for its lib");
        return None;
    };
    let mut environment = support::environment(folder);
    let mock = data().join("mock-nixpkgs.nix");
    environment.set(
        "NIX_PATH",
        format!(
            "test-nixpkgs={}:test-nixpkgs/lib={nixpkgs}/lib",
            mock.display()
        ),
    );
    if let Some(conf) = support::variable("NIX_CONF_DIR") {
        environment.set("NIX_CONF_DIR", conf);
    }
    Some(Context::new(Settings {
        directory: folder.to_owned(),
        dry_run: false,
        yes: false,
        threads: 2,
        nix_program: nix.into(),
        state: folder.join("state"),
        person: None,
        client_options: ClientOptions {
            environment,
            ..ClientOptions::new(&folder.join("cache"))
        },
    }))
}

fn codes(outcome: &Outcome) -> Vec<String> {
    let codes = outcome.problems.iter();
    let mut codes: Vec<String> = codes.map(|(problem, _)| problem.code.to_owned()).collect();
    codes.sort();
    codes
}

fn expected(text: &str) -> (Verdict, Vec<String>) {
    let (verdict, _) = ENDINGS
        .iter()
        .find(|(_, ending)| text.lines().any(|line| line.starts_with(ending)))
        .unwrap_or_else(|| panic!("no verdict in {text}"));
    let mut codes: Vec<String> = text
        .split("/wiki/")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap().to_owned())
        .collect();
    codes.sort();
    (*verdict, codes)
}

fn base_of(case: &Path) -> PathBuf {
    let own = case.join("base");
    if own.exists() {
        own
    } else {
        data().join("top-level/empty-base")
    }
}

#[test]
fn the_same_codes_in_every_case() {
    let home = tempfile::tempdir().unwrap();
    let Some(context) = context(home.path()) else {
        return;
    };
    let mut cases: Vec<PathBuf> = fs::read_dir(data().join("top-level"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert_eq!(cases.len(), 55);
    let mut different = Vec::new();
    let mut evaluated = 0;
    for case in &cases {
        let text = fs::read_to_string(case.join("expected")).unwrap();
        let outcome = judge(&case.join("main"), &base_of(case), &context).unwrap();
        evaluated += usize::from(outcome.evaluated);
        let found = (outcome.verdict, codes(&outcome));
        if found != expected(&text) {
            different.push(format!(
                "{}: {found:?}\n{:#?}",
                case.display(),
                outcome.problems
            ));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    // The others have no `pkgs/by-name`, or a broken one.
    assert_eq!(evaluated, 36);
}

#[test]
fn what_the_base_has_as_well_is_marked() {
    let home = tempfile::tempdir().unwrap();
    let Some(context) = context(home.path()) else {
        return;
    };
    let case = data().join("top-level/symlink-invalid/main");
    let outcome = judge(&case, &case, &context).unwrap();
    assert_eq!(outcome.verdict, Verdict::StillBroken);
    assert!(outcome.problems.iter().all(|(_, in_base)| *in_base));
    let other = data().join("top-level/base-still-broken");
    let outcome = judge(&other.join("main"), &other.join("base"), &context).unwrap();
    assert!(outcome.problems.iter().all(|(_, in_base)| !in_base));
}

/// Names that differ only in case cannot lie in every checkout, so they are made here.
#[test]
fn names_that_differ_only_in_case() {
    let home = tempfile::tempdir().unwrap();
    let Some(context) = context(home.path()) else {
        return;
    };
    let main = home.path().join("main");
    for name in ["foo", "foO"] {
        let folder = main.join("pkgs/by-name/fo").join(name);
        support::write(&folder.join("package.nix"), "{ someDrv }: someDrv");
    }
    if fs::read_dir(main.join("pkgs/by-name/fo")).unwrap().count() < 2 {
        support::skip("the file system does not tell case apart");
        return;
    }
    let outcome = judge(&main, &base_of(home.path()), &context).unwrap();
    assert_eq!(codes(&outcome), ["NPV-111"]);
    assert_eq!(outcome.verdict, Verdict::Broken);
}

#[test]
fn through_a_link() {
    let home = tempfile::tempdir().unwrap();
    let Some(context) = context(home.path()) else {
        return;
    };
    let link = home.path().join("link");
    std::os::unix::fs::symlink(data().join("top-level"), &link).unwrap();
    let outcome = judge(
        &link.join("success/main"),
        &link.join("empty-base/main"),
        &context,
    )
    .unwrap();
    assert_eq!(outcome.verdict, Verdict::Sound, "{:#?}", outcome.problems);
}

#[test]
fn without_nix_the_layout_is_still_judged() {
    let home = tempfile::tempdir().unwrap();
    let mut context = support::public_context(home.path());
    context.nix_program = "no-such-nix".into();
    let case = data().join("top-level/by-name-numprefix/main");
    let outcome = judge(&case, &base_of(home.path()), &context).unwrap();
    assert_eq!(codes(&outcome), ["NPV-110", "NPV-141"]);
    assert!(!outcome.evaluated);
}

/// A clone with so many files that it is not judged whole, tagged `filler`.
fn large_clone(folder: &Path) {
    support::run(folder, "git", &["init", "-q", "-b", "master"]);
    fs::create_dir(folder.join("filler")).unwrap();
    for number in 0..4100 {
        support::write(&folder.join(format!("filler/{number}")), "");
    }
    support::run(folder, "git", &["add", "filler"]);
    support::run(folder, "git", &["commit", "-q", "-m", "all: filler"]);
    support::run(folder, "git", &["tag", "filler"]);
}

/// The case's base as `master` and its main tree checked out.
fn lay_out(folder: &Path, case: &Path) {
    let git = |arguments: &[&str]| support::run(folder, "git", arguments);
    let lay = |tree: &Path, branch: &str, start: &str| {
        git(&["checkout", "-q", "-f", "-B", branch, start]);
        git(&["rm", "-q", "-r", "--ignore-unmatch", "pkgs", "default.nix"]);
        support::run(folder, "cp", &["-a", &format!("{}/.", tree.display()), "."]);
        git(&["add", "-A", "-f", "--", ".", ":!filler"]);
        git(&["commit", "-q", "--allow-empty", "-m", "all: new"]);
    };
    let own = case.join("base");
    let base = if own.exists() {
        own
    } else {
        data().join("top-level/empty-base/main")
    };
    lay(&base, "master", "filler");
    lay(&case.join("main"), "work", "master");
}

fn vet_codes(report: &Report) -> Vec<String> {
    let codes = report
        .findings
        .iter()
        .map(|finding| finding.code.to_string());
    let mut codes: Vec<String> = codes.filter(|code| code.starts_with("NPV")).collect();
    codes.sort();
    codes
}

/// Only what the branch touches is evaluated, and says the same; without evaluation what is said is right.
#[test]
fn in_a_large_tree_what_the_branch_touches() {
    let home = tempfile::tempdir().unwrap();
    if context(home.path()).is_none() {
        return;
    }
    let cases: [(&str, &[&str]); 8] = [
        ("strict-deps-regression", &[]),
        ("structured-attrs-new-unset", &[]),
        ("by-name-failure", &[]),
        ("non-derivation", &[]),
        ("broken-autocall", &[]),
        ("new-package-non-by-name", &[]),
        ("move-to-non-by-name", &[]),
        ("incorrect-shard", &["NPV-142"]),
    ];
    let folder = home.path().join("nixpkgs");
    fs::create_dir(&folder).unwrap();
    large_clone(&folder);
    let context = context(&folder).unwrap();
    for (case, statically) in cases {
        let case = data().join("top-level").join(case);
        lay_out(&folder, &case);
        let judged = |evaluate| {
            let base = Some("master".to_owned());
            let request = Request {
                base,
                evaluate,
                ..Request::default()
            };
            lint::run(&request, &context).unwrap()
        };
        let report = judged(true);
        let text = fs::read_to_string(case.join("expected")).unwrap();
        assert_eq!(vet_codes(&report), expected(&text).1, "{report:#?}");
        assert_eq!(report.summary.evaluated, statically.is_empty());
        let report = judged(false);
        assert_eq!(vet_codes(&report), statically, "{report:#?}");
        assert!(!report.summary.evaluated);
    }
}

/// Files that nothing can parse are findings, one each, and their neighbours are still judged.
#[test]
fn hostile_files() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("nixpkgs");
    let package = |name: &str| folder.join(format!("pkgs/by-name/aa/{name}/package.nix"));
    support::repository(&folder, &[("pkgs/by-name/README.md", "packages\n")]);
    let deep = "[".repeat(100_000);
    let files: [(&str, &[u8]); 5] = [
        ("aadeep", deep.as_bytes()),
        ("aanul", b"{ a = \"\0\"; }\n"),
        ("aabytes", b"{ a = \"\xff\"; }\n"),
        ("aaopen", b"{ a = ''"),
        ("aasound", b"\"\\.\"\n"),
    ];
    for (name, bytes) in files {
        fs::create_dir_all(package(name).parent().unwrap()).unwrap();
        support::write_bytes(&package(name), bytes);
    }
    support::run(&folder, "git", &["add", "-A"]);
    support::run(&folder, "git", &["commit", "-q", "-m", "all: new"]);
    let mut context = support::public_context(&folder);
    context.nix_program = "no-such-nix".into();
    let request = Request {
        base: Some("v1.0".to_owned()),
        fix: true,
        ..Request::default()
    };
    let report = lint::run(&request, &context).unwrap();
    let found = |name: &str| -> Vec<String> {
        let path = format!("pkgs/by-name/aa/{name}/package.nix");
        let own = report
            .findings
            .iter()
            .filter(|finding| finding.path.as_deref() == Some(&path));
        own.map(|finding| finding.code.to_string()).collect()
    };
    for name in ["aadeep", "aabytes", "aaopen"] {
        assert_eq!(found(name), ["syntax"], "{name}");
        let path = package(name);
        let expected = files.iter().find(|(file, _)| *file == name).unwrap().1;
        assert_eq!(fs::read(path).unwrap(), expected, "{name}");
    }
    assert!(found("aasound").contains(&"NPV-170".to_owned()));
}
