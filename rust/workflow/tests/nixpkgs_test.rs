//! `nixpkgs test` with a real Nix, on packages of which each has one thing wrong.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::{Path, PathBuf};

use nixsmith_workflow::Context;
use nixsmith_workflow::Report as _;
use nixsmith_workflow::nixpkgs::evidence;
use nixsmith_workflow::nixpkgs::test::{Package, Report, Request, Start, Verdict, run};

/// Packages by name; `META` stands for a `meta` in which nothing is wrong.
const PACKAGES: &[(&str, &str)] = &[
    (
        "programs",
        r#"{ lib, stdenv }:
stdenv.mkDerivation {
  name = "programs-1";
  buildCommand = ''
    mkdir -p $out/bin
    cd $out/bin
    printf '#!/bin/sh\necho "home $HOME, path $PATH"' > good
    printf '#!/bin/sh\ncase $1 in --help) exit 0;; *) exit 2;; esac' > helps
    printf '#!/bin/sh\nexit 3' > refuses
    printf '#!/bin/sh\nkill -SEGV $$' > crashes
    printf '#!/nix/no/such/interpreter\n' > orphan
    chmod +x *
    ln -s /nix/no/such/target dangling
    echo data > data
  '';
  META
}
"#,
    ),
    (
        "refers",
        r#"{ lib, stdenv, libgreet }:
let tool = stdenv.mkDerivation { name = "gcc-13.2.0"; buildCommand = "echo tool > $out"; }; in
stdenv.mkDerivation {
  name = "refers-1";
  outputs = [ "out" "doc" ];
  buildCommand = ''
    mkdir -p $out/lib $doc
    echo ${tool} ${libgreet.dev} > $out/lib/flags
    ln -s ${tool} $out/lib/link
    echo "at /build/source/main.c" > $out/lib/panic
    echo "at /homeless-shelter" > $doc/home
  '';
  META
}
"#,
    ),
    (
        "tested",
        r#"{ lib, stdenv }:
let make = name: text: stdenv.mkDerivation { inherit name; buildCommand = text; }; in
stdenv.mkDerivation {
  name = "tested-1";
  buildCommand = "touch $out";
  passthru.tests = {
    good = make "good" "touch $out";
    bad = make "bad" "echo it is bad; exit 1";
    inner.deep = make "deep" "touch $out";
    unsound = throw "no such test";
    machine = stdenv.mkDerivation {
      name = "machine";
      requiredSystemFeatures = [ "nixos-test" "kvm" ];
      buildCommand = "touch $out";
    };
  };
  passthru.updateScript = throw "no such script";
  META
}
"#,
    ),
    (
        "scripted",
        r#"{ lib, stdenv, writeShellScript }:
stdenv.mkDerivation {
  name = "scripted-1";
  buildCommand = "mkdir -p $out/bin; printf '#!/bin/sh\\n' > $out/bin/other; chmod +x $out/bin/other; date +%s%N > $out/now";
  passthru.updateScript = [ (writeShellScript "update" "touch /tmp/never-run") "--all" ];
  meta.mainProgram = "scripted";
}
"#,
    ),
];

const META: &str = r#"meta = {
    description = "Package of a test";
    homepage = "https://example.org";
    license = lib.licenses.mit;
    maintainers = [ lib.maintainers.fixture ];
    platforms = lib.platforms.unix;
  };"#;

/// A git repository of the fixture and the packages.
fn repository(folder: &Path) -> PathBuf {
    let root = folder.join("nixpkgs");
    std::fs::create_dir(&root).unwrap();
    let from = format!("{}/.", support::fixture().display());
    support::run(&root, "cp", &["-r", &from, "."]);
    for (name, text) in PACKAGES {
        let shard = name.get(..2).unwrap();
        let place = root.join(format!("pkgs/by-name/{shard}/{name}/package.nix"));
        support::write(&place, &text.replace("META", META));
    }
    support::run(&root, "git", &["init", "-q", "-b", "master"]);
    support::run(&root, "git", &["add", "-A"]);
    support::run(&root, "git", &["commit", "-q", "-m", "all"]);
    root
}

struct Bench {
    _folder: tempfile::TempDir,
    context: Context,
}

impl Bench {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        support::building_context(folder.path())?;
        let root = repository(folder.path());
        let mut context = support::building_context(&root)?;
        context.state = folder.path().join("state");
        Some(Self {
            _folder: folder,
            context,
        })
    }

    fn run(&self, attribute: &str, change: impl FnOnce(&mut Request)) -> Report {
        let mut request = Request {
            attributes: vec![attribute.to_owned()],
            ..Request::default()
        };
        change(&mut request);
        run(&request, &self.context).unwrap()
    }
}

fn codes(package: &Package) -> Vec<&str> {
    let codes = package.findings.iter().map(|finding| &*finding.code);
    let mut codes: Vec<&str> = codes.filter(|code| code.starts_with("test-")).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn programs_are_started() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("programs", |_| {});
    let package = &report.packages[0];
    let start = |name: &str| {
        let run = package
            .programs
            .iter()
            .find(|run| run.path.ends_with(&format!("/bin/{name}")));
        run.unwrap_or_else(|| panic!("{name}: {:#?}", package.programs))
    };
    assert_eq!(package.programs.len(), 6);
    assert_eq!(start("good").start, Start::Starts);
    let said = start("good").said.clone().unwrap();
    assert!(
        !said.contains(&support::variable("PATH").unwrap()),
        "{said}"
    );
    assert_eq!(start("helps").start, Start::Starts);
    assert_eq!(start("helps").arguments, ["--help"]);
    assert_eq!(start("refuses").start, Start::Exits { status: 3 });
    assert_eq!(start("crashes").start, Start::Crashes { signal: 11 });
    let interpreter = "/nix/no/such/interpreter".to_owned();
    assert_eq!(
        start("orphan").start,
        Start::MissingInterpreter { interpreter }
    );
    assert!(matches!(start("dangling").start, Start::CannotRun { .. }));
    assert_eq!(codes(package), ["test-program"; 3]);
    let kept = evidence::of_commit(report.commit.as_ref().unwrap(), &bench.context).unwrap();
    let row = &kept.tests[0].systems[0];
    assert!(row.is_built && !row.programs.is_proof());
    assert_eq!(
        (row.programs.total, row.programs.passed, row.programs.failed),
        (6, 2, 3)
    );
    let quiet = bench.run("programs", |request| request.skip_programs = true);
    assert!(quiet.packages[0].programs.is_empty() && !quiet.has_findings());
}

#[test]
fn references_that_should_not_be_there() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("refers", |_| {});
    let found: Vec<(&str, Option<&str>, usize)> = report.packages[0]
        .references
        .iter()
        .map(|it| {
            let to = it.to.split_once("-").map_or(&*it.to, |(_, name)| name);
            (to, it.file.as_deref(), it.files)
        })
        .collect();
    assert!(
        found.contains(&("gcc-13.2.0", Some("lib/flags"), 2)),
        "{found:?}"
    );
    assert!(
        found.contains(&("libgreet-1.4.0-dev", Some("lib/flags"), 1)),
        "{found:?}"
    );
    assert!(
        found.contains(&("/build/", Some("lib/panic"), 1)),
        "{found:?}"
    );
    assert_eq!(found.len(), 3);
    assert!(report.has_findings());
    let all = bench.run("refers", |request| request.all_outputs = true);
    assert_eq!(all.packages[0].references.len(), 4);
}

#[test]
fn tests_of_the_package() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("tested", |_| {});
    let package = &report.packages[0];
    let verdict = |name: &str| {
        let test = package.tests.iter().find(|test| test.name == name);
        &test
            .unwrap_or_else(|| panic!("{name}: {:#?}", package.tests))
            .verdict
    };
    assert_eq!(package.tests.len(), 5);
    assert_eq!(*verdict("good"), Verdict::Passed);
    assert_eq!(*verdict("inner.deep"), Verdict::Passed);
    assert!(matches!(verdict("bad"), Verdict::Failed { .. }));
    assert!(
        matches!(verdict("unsound"), Verdict::Failed { reason } if reason.contains("no such test"))
    );
    let usable = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm")
        .is_ok();
    if !usable {
        let reason = "no KVM".to_owned();
        assert_eq!(*verdict("machine"), Verdict::Skipped { reason });
    }
    let bad = package
        .tests
        .iter()
        .find(|test| test.name == "bad")
        .unwrap();
    assert_eq!(bad.log, ["it is bad"]);
    assert_eq!(
        codes(package),
        ["test-tests", "test-tests", "test-update-script"]
    );
}

#[test]
fn meta_reproducibility_and_the_update_script() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("scripted", |request| request.check = true);
    let package = &report.packages[0];
    assert_eq!(
        codes(package),
        [
            "test-check",
            "test-description",
            "test-homepage",
            "test-license",
            "test-main-program",
            "test-maintainers",
        ]
    );
    let command = package.update_script.as_ref().unwrap();
    assert!(
        command[0].ends_with("-update") && command[1] == "--all",
        "{command:?}"
    );
    assert!(!Path::new("/tmp/never-run").exists());
}

#[test]
fn a_sound_package_and_one_that_is_none() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("hello", |request| {
        request.check = true;
        request.attributes.push("no.such.\"thing\"".to_owned());
    });
    let (sound, none) = (&report.packages[0], &report.packages[1]);
    assert!(sound.findings.is_empty(), "{:#?}", sound.findings);
    assert_eq!(sound.meta.main_program.as_deref(), Some("hello"));
    assert_eq!(codes(none), ["test-evaluation"]);
    let kept = evidence::of_commit(report.commit.as_ref().unwrap(), &bench.context).unwrap();
    let row = &kept.tests[0].systems[0];
    assert_eq!(row.is_reproducible, Some(true));
    assert!(row.package_tests.is_proof() && row.programs.is_proof() && row.findings == 0);
}

/// What was found is about no commit as soon as one file is another.
#[test]
fn nothing_is_kept_of_a_dirty_tree() {
    let Some(bench) = Bench::new() else { return };
    let new = bench
        .context
        .directory
        .join("pkgs/by-name/ne/new/package.nix");
    support::write(
        &new,
        "{ stdenv }: stdenv.mkDerivation { name = \"new\"; buildCommand = \"touch $out\"; }",
    );
    let report = bench.run("new", |_| {});
    assert_eq!(report.commit, None);
    assert!(
        report.notes[0].starts_with("nothing is kept"),
        "{:?}",
        report.notes
    );
    assert!(!bench.context.state.join("evidence").exists());
}

#[test]
fn other_systems_and_flakes() {
    let Some(bench) = Bench::new() else { return };
    let report = bench.run("programs", |request| {
        request.systems = vec!["quantum-plan9".to_owned()];
    });
    assert_eq!(
        codes(&report.packages[0]),
        ["test-not-built", "test-platforms"]
    );
    let report = bench.run("hello", |request| request.flake = Some(".".to_owned()));
    assert!(
        report.packages[0]
            .build
            .as_ref()
            .unwrap()
            .outcome
            .is_there(),
        "{report:#?}"
    );
    let bad = Request {
        attributes: vec!["hello".to_owned()],
        systems: vec!["x86_64-linux\"; x".to_owned()],
        ..Request::default()
    };
    assert!(run(&bad, &bench.context).is_err());
}
