//! `nixpkgs review` with a real Nix on a small nixpkgs, and with a forge on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::{Path, PathBuf};

use nixsmith_fetch::client::{Token, Tokens};
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::{GitHub, NewPullRequest};
use nixsmith_fetch::testing::{Fault, Reply, TestForge};
use nixsmith_workflow::error::{Kind, kind_of};
use nixsmith_workflow::nixpkgs::evidence;
use nixsmith_workflow::nixpkgs::review::{Report, Request, Row, Target, Verdict, run};
use nixsmith_workflow::{Context, Report as _};

/// A package that no other run has: the folder's name is in its build.
fn package(name: &str, build: &str, salt: &Path) -> String {
    format!(
        "{{ lib, stdenv, hello, libgreet }}:\nstdenv.mkDerivation {{\n  name = \"{name}\";\n  buildCommand = ''\n    : {}\n    {build}\n  '';\n}}\n",
        salt.display()
    )
}

struct Bench {
    folder: tempfile::TempDir,
    root: PathBuf,
    context: Context,
}

impl Bench {
    /// A clone whose `master` has the fixture and packages that build and fail, on a branch `work`.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("nixpkgs");
        std::fs::create_dir(&root).unwrap();
        let mut context = support::building_context(&root)?;
        context.state = folder.path().join("state");
        // Nobody but the machine and the servers of the test is asked.
        context.client_options.offline = true;
        let bench = Self {
            folder,
            root,
            context,
        };
        let from = format!("{}/.", support::fixture().display());
        support::run(&bench.root, "cp", &["-r", &from, "."]);
        bench.package("steady", "touch $out");
        bench.package("breaks", "touch $out");
        bench.package("bad", "exit 1");
        bench.package("mends", "exit 1");
        bench.package("goes", "touch $out");
        bench.package("needs-breaks", "touch $out");
        let needs = bench.place("needs-breaks");
        let text = std::fs::read_to_string(&needs).unwrap();
        let text = text
            .replace("libgreet }", "libgreet, breaks }")
            .replace("touch", "cat ${breaks}; touch");
        support::write(&needs, &text);
        bench.git(&["init", "-q", "-b", "master"]);
        bench.commit("all");
        bench.git(&["checkout", "-q", "-b", "work"]);
        Some(bench)
    }

    fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.root, "git", arguments)
    }

    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn place(&self, name: &str) -> PathBuf {
        let shard = name.get(..2).unwrap();
        self.root
            .join(format!("pkgs/by-name/{shard}/{name}/package.nix"))
    }

    fn package(&self, name: &str, build: &str) {
        support::write(&self.place(name), &package(name, build, self.folder.path()));
    }

    /// The change that most tests review.
    fn change(&self) -> String {
        self.package("breaks", "echo it broke; exit 2");
        self.package("bad", "echo still; exit 1");
        self.package("mends", "touch $out");
        self.package("arrives", "touch $out");
        std::fs::remove_file(self.place("goes")).unwrap();
        self.commit("breaks: break")
    }

    fn run(&self, change: impl FnOnce(&mut Request)) -> Report {
        let mut request = Request::default();
        change(&mut request);
        run(&request, &self.context).unwrap()
    }

    fn error(&self, change: impl FnOnce(&mut Request)) -> anyhow::Error {
        let mut request = Request::default();
        change(&mut request);
        run(&request, &self.context).unwrap_err()
    }
}

fn row<'a>(report: &'a Report, name: &str) -> &'a Row {
    let rows = report.systems.iter().flat_map(|system| &system.rows);
    let mut found = rows.filter(|row| row.attribute == name);
    found
        .next()
        .unwrap_or_else(|| panic!("{name}: {report:#?}"))
}

fn verdicts(report: &Report) -> Vec<(&str, Verdict)> {
    let rows = report.systems.iter().flat_map(|system| &system.rows);
    rows.map(|row| (row.attribute.as_str(), row.verdict))
        .collect()
}

#[test]
fn a_verdict_for_each_attribute() {
    let Some(bench) = Bench::new() else { return };
    let commit = bench.change();
    let report = bench.run(|_| {});
    assert_eq!(
        verdicts(&report),
        [
            ("arrives", Verdict::Built),
            ("bad", Verdict::StillFailing),
            ("breaks", Verdict::NewFailure),
            ("goes", Verdict::Removed),
            ("mends", Verdict::Built),
            ("needs-breaks", Verdict::NewFailure),
        ]
    );
    // `needs-breaks` was found by the name that it uses.
    assert!(report.has_findings() && !report.is_complete && !report.set.is_exact);
    let breaks = row(&report, "breaks");
    assert_eq!(breaks.log, ["it broke"]);
    assert_eq!(breaks.base.as_ref().unwrap().builds, Some(true));
    assert!(
        row(&report, "needs-breaks")
            .reason
            .contains("a dependency failed: breaks")
    );
    let [md, json, html] = ["md", "json", "html"].map(|name| {
        let place = bench
            .context
            .state
            .join(format!("reviews/{commit}/report.{name}"));
        std::fs::read_to_string(place).unwrap()
    });
    assert!(md.contains("❌ 2 packages newly fail") && html.contains("❌ 2 packages newly fail"));
    assert!(
        json.starts_with("{\n  \"schema\": \"nixsmith/nixpkgs.review/1\""),
        "{json}"
    );
    let kept = evidence::of_commit(&commit, &bench.context)
        .unwrap()
        .review
        .unwrap();
    assert!(!kept.is_clean() && !kept.is_complete);
    assert_eq!(
        (kept.systems[0].new_failures, kept.systems[0].other_failures),
        (2, 1)
    );
    let fixed = bench.run(|request| request.fixed = true);
    assert_eq!(row(&fixed, "mends").verdict, Verdict::Fixed);
}

#[test]
fn a_selection_and_nothing_built() {
    let Some(bench) = Bench::new() else { return };
    let commit = bench.change();
    let report = bench.run(|request| {
        request.attributes = vec!["arrives".to_owned(), "steady".to_owned()];
        request.output = Some("../out".into());
    });
    assert_eq!(verdicts(&report), [("arrives", Verdict::Built)]);
    assert!(!report.is_complete && !report.has_findings());
    assert!(bench.folder.path().join("out/report.html").exists());
    let kept = evidence::of_commit(&commit, &bench.context)
        .unwrap()
        .review
        .unwrap();
    assert!(!kept.is_clean());
    let report = bench.run(|request| request.skip_build = true);
    let skipped = verdicts(&report)
        .into_iter()
        .filter(|(_, verdict)| *verdict == Verdict::Skipped);
    assert_eq!(skipped.count(), 5);
}

/// A change that evaluates nowhere is an error; one attribute that does not is a finding.
#[test]
fn what_does_not_evaluate() {
    let Some(bench) = Bench::new() else { return };
    support::write(&bench.place("breaks"), "{ stdenv }: throw \"it throws\"\n");
    support::write(
        &bench.place("steady"),
        "{ noSuchArgument, stdenv }: stdenv\n",
    );
    bench.commit("breaks: throw");
    let report = bench.run(|_| {});
    for name in ["breaks", "needs-breaks", "steady"] {
        let row = row(&report, name);
        assert_eq!(row.verdict, Verdict::NewFailure);
        assert!(
            row.reason.starts_with("it does not evaluate"),
            "{}",
            row.reason
        );
    }
    support::write(
        &bench.root.join("default.nix"),
        "{ system ? null, ... }: throw \"nothing\"\n",
    );
    bench.commit("default: break");
    let error = bench.error(|_| {});
    assert_eq!(kind_of(&error), Kind::User, "{error:#}");
    support::write(&bench.root.join("default.nix"), "{ system ? null\n");
    bench.commit("default: break the syntax");
    bench.error(|_| {});
}

/// The user's work tree, index and branches are what they were.
#[test]
fn the_work_tree_as_it_lies() {
    let Some(bench) = Bench::new() else { return };
    bench.package("arrives", "touch $out");
    bench.package("breaks", "exit 7");
    bench.git(&["add", "pkgs/by-name/br"]);
    std::fs::remove_file(bench.place("goes")).unwrap();
    let state = || {
        let commands: [&[&str]; 3] = [
            &["status", "--porcelain"],
            &["for-each-ref"],
            &["ls-files", "--stage"],
        ];
        commands.map(|command| bench.git(command))
    };
    let before = state();
    let report = bench.run(|request| request.target = Target::WorkTree);
    assert_eq!(state(), before);
    assert_eq!(
        verdicts(&report),
        [
            ("arrives", Verdict::Built),
            ("breaks", Verdict::NewFailure),
            ("goes", Verdict::Removed),
            ("needs-breaks", Verdict::NewFailure),
        ]
    );
    assert_eq!(report.evidence, None);
    assert!(!bench.context.state.join("evidence").exists());
    assert!(
        bench
            .context
            .state
            .join("reviews/work-tree/report.md")
            .exists()
    );
}

/// A cache that has the base's outputs is evidence enough: the base is not built.
#[test]
fn a_cache_tells_of_the_base() {
    let Some(mut bench) = Bench::new() else {
        return;
    };
    let cache = format!(
        "file://{}",
        bench.folder.path().join("binary-cache").display()
    );
    let nix = support::nix_program().unwrap().display().to_string();
    let conf = support::variable("NIX_CONF_DIR").unwrap_or_default();
    let features = "extra-experimental-features = nix-command flakes";
    let variables = [("NIX_CONF_DIR", conf.as_str()), ("NIX_CONFIG", features)];
    let build = [
        "build",
        "--no-link",
        "--print-out-paths",
        "--impure",
        "--file",
        ".",
        "breaks",
    ];
    let output = support::run_with(&bench.root, &nix, &build, &variables);
    support::run_with(
        &bench.root,
        &nix,
        &["copy", "--to", &cache, &output],
        &variables,
    );
    support::run_with(&bench.root, &nix, &["store", "delete", &output], &variables);
    bench.change();
    let environment = &mut bench.context.client_options.environment;
    environment.set(
        "NIX_CONFIG",
        format!("substituters = {cache}\nrequire-sigs = false"),
    );
    let report = bench.run(|request| request.attributes = vec!["breaks".to_owned()]);
    let base = row(&report, "breaks").base.clone().unwrap();
    assert_eq!((base.builds, base.cache), (Some(true), Some(cache)));
    assert_eq!(row(&report, "breaks").verdict, Verdict::NewFailure);
    assert!(!Path::new(&output).exists());
}

#[test]
fn what_cannot_be_meant() {
    let Some(bench) = Bench::new() else { return };
    for name in ["no-such-branch", "--upload-pack=x", ""] {
        let error = bench.error(|request| request.target = Target::Revision(name.to_owned()));
        assert_eq!(kind_of(&error), Kind::User, "{error:#}");
    }
    let error = bench.error(|request| request.post = true);
    assert_eq!(kind_of(&error), Kind::Usage);
    let error = bench.error(|request| {
        request.target = Target::WorkTree;
        request.base = Some("master".to_owned());
    });
    assert_eq!(kind_of(&error), Kind::Usage);
}

/// A clone whose pull request 1 changes what [`Bench::change`] does, on a forge.
fn on_forge() -> Option<(Bench, TestForge, String)> {
    let mut bench = Bench::new()?;
    let forge = TestForge::start(&bench.folder.path().join("forge"));
    forge.account("ada", "secret");
    let upstream = forge.repository("NixOS/nixpkgs");
    let fork = forge.repository("ada/nixpkgs");
    let commit = bench.change();
    bench.git(&[
        "push",
        "-q",
        &upstream.display().to_string(),
        "master",
        "work:refs/pull/1/head",
    ]);
    bench.git(&["push", "-q", &fork.display().to_string(), "work"]);
    bench.git(&["checkout", "-q", "master"]);
    bench.git(&["branch", "-q", "-D", "work"]);
    let url = format!("{}/NixOS/nixpkgs.git", Endpoint::Github.public_url());
    bench.git(&["remote", "add", "upstream", &url]);
    let mut options = forge.server.options(&bench.folder.path().join("cache"));
    options.environment = bench.context.client_options.environment.clone();
    options.tokens = Tokens::default().with(Endpoint::GithubApi, Token::new("secret").unwrap());
    let mut context = support::context(&bench.root, options);
    context.nix_program = bench.context.nix_program.clone();
    context.state = bench.context.state.clone();
    bench.context = context;
    let title = "breaks: `1` -> @ada/team </details>\u{1b}[31m";
    GitHub::new(bench.context.client().unwrap())
        .create_pull_request(
            &"NixOS/nixpkgs".parse().unwrap(),
            &NewPullRequest {
                title,
                body: "",
                owner: "ada",
                branch: "work",
                base: "master",
                draft: false,
            },
        )
        .unwrap();
    Some((bench, forge, commit))
}

fn of_pull_request(request: &mut Request) {
    request.target = Target::PullRequest(1);
    request.attributes = vec!["breaks".to_owned()];
}

#[test]
fn a_pull_request_merged_into_its_base() {
    let Some((bench, forge, commit)) = on_forge() else {
        return;
    };
    // The base went on meanwhile.
    bench.package("steady", "echo other; touch $out");
    bench.commit("steady: other");
    let upstream = forge.repositories.join("NixOS/nixpkgs.git");
    bench.git(&["push", "-q", &upstream.display().to_string(), "master"]);
    let report = bench.run(|request| request.target = Target::PullRequest(1));
    assert_eq!(report.subject.commit.as_ref(), Some(&commit));
    assert!(report.subject.is_merged);
    let title = report.subject.title.as_deref();
    assert_eq!(title, Some("breaks: `1` -> @ada/team </details>"));
    assert_eq!(row(&report, "breaks").verdict, Verdict::NewFailure);
    assert!(verdicts(&report).iter().all(|(name, _)| *name != "steady"));
    // One that conflicts says where.
    bench.package("breaks", "echo third; touch $out");
    bench.commit("breaks: third");
    bench.git(&["push", "-q", &upstream.display().to_string(), "master"]);
    let error = bench.error(|request| request.target = Target::PullRequest(1));
    assert!(
        error
            .to_string()
            .contains("pkgs/by-name/br/breaks/package.nix"),
        "{error:#}"
    );
    let error = bench.error(|request| request.target = Target::PullRequest(2));
    assert_eq!(kind_of(&error), Kind::User);
}

#[test]
fn one_comment_for_a_commit() {
    let Some((mut bench, forge, commit)) = on_forge() else {
        return;
    };
    let post = |request: &mut Request| {
        of_pull_request(request);
        request.post = true;
    };
    let error = bench.error(post);
    assert_eq!(kind_of(&error), Kind::Usage, "{error:#}");
    bench.context.dry_run = true;
    bench.run(post);
    assert!(forge.comments().is_empty());
    bench.context.dry_run = false;
    bench.context.yes = true;
    // The first answer is lost after the comment was written.
    forge.fault("POST", "/comments", Fault::Loses(Reply::status(502)));
    let report = bench.run(post);
    assert!(report.posted.is_some());
    let first = forge.comments();
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].1.contains(&commit) && first[0].1.contains("1 package newly fails"));
    assert!(
        first[0]
            .1
            .contains("``breaks: `1` -> @ada/team </details>``"),
        "{}",
        first[0].1
    );
    // Somebody else's comment and the same review again.
    bench.run(|request| {
        post(request);
        request.skip_build = true;
    });
    let second = forge.comments();
    assert_eq!(second.len(), 1);
    assert_ne!(second, first);
}

/// What Nix calls this machine.
fn system(bench: &Bench) -> String {
    let expression = "builtins.currentSystem";
    nixsmith_workflow::nix::evaluate(expression, &[], &bench.root, &bench.context).unwrap()
}

/// An archive as the forge gives it.
fn zip(name: &str, contents: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer
        .start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    std::io::Write::write_all(&mut writer, contents.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// What the forge has evaluated is not evaluated again; what of it is of no use is said.
#[test]
fn the_evaluation_of_the_forge() {
    let Some((bench, forge, commit)) = on_forge() else {
        return;
    };
    let system = system(&bench);
    let actions = "/repos/NixOS/nixpkgs/actions";
    let listed = serde_json::json!({ "workflow_runs": [{ "id": 1, "head_sha": commit }] });
    let runs = format!("{actions}/runs?head_sha={commit}&per_page=20");
    forge.server.on(&runs, Reply::json(&listed));
    let kept = serde_json::json!({ "artifacts": [{ "id": 2, "name": "comparison" }] });
    let artifacts = format!("{actions}/runs/1/artifacts?name=comparison&per_page=100");
    forge.server.on(&artifacts, Reply::json(&kept));
    let archive = |text: &str| {
        let target = format!("{actions}/artifacts/2/zip");
        let bytes = zip("changed-paths.json", text);
        forge.server.on(&target, Reply::ok(bytes));
    };
    let review = || {
        bench.run(|request| {
            request.target = Target::PullRequest(1);
            request.systems = vec![system.clone()];
        })
    };
    let difference = serde_json::json!({
        "added": ["arrives"], "changed": ["bad", "breaks"], "removed": ["goes"],
    });
    archive(
        &serde_json::json!({
            "attrdiff": difference,
            "attrdiffByPlatform": { system.as_str(): difference },
            "rebuildsByPlatform": { system.as_str(): ["arrives", "bad", "breaks"] },
            "rebuildsByKernel": { "linux": ["arrives", "bad", "breaks"] },
            "rebuildCountByKernel": { "linux": 3 },
            "labels": {},
        })
        .to_string(),
    );
    let report = review();
    assert_eq!(report.set.how, "artifact");
    assert!(report.set.is_exact && report.set.evaluated == 0);
    assert_eq!(row(&report, "breaks").verdict, Verdict::NewFailure);
    assert_eq!(row(&report, "bad").verdict, Verdict::StillFailing);
    assert_eq!(row(&report, "arrives").change.as_deref(), Some("added"));
    assert_eq!(row(&report, "goes").verdict, Verdict::Removed);
    for junk in ["<html>", "{}"] {
        archive(junk);
        let report = review();
        assert_eq!(report.set.how, "static");
        let said = |note: &String| note.contains("is not what nixpkgs' CI writes");
        assert!(report.notes.iter().any(said), "{:?}", report.notes);
        assert_eq!(row(&report, "mends").verdict, Verdict::Built);
    }
}

/// What the forge really answered about a pull request: see `SOURCES.md` beside the files. Ids of commits are of this clone.
#[test]
fn a_real_pull_request_is_replayed() {
    const NUMBER: u64 = 363_128;
    let Some((bench, forge, _)) = on_forge() else {
        return;
    };
    let upstream = forge.repositories.join("NixOS/nixpkgs.git");
    bench.git(&["checkout", "-q", "-b", "equinox"]);
    bench.package("pkg1", "touch $out");
    let commit = bench.commit("pkg1: init at 1");
    let place = format!("HEAD:refs/pull/{NUMBER}/head");
    bench.git(&["push", "-q", &upstream.display().to_string(), &place]);
    bench.git(&["checkout", "-q", "master"]);
    let recorded = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/review-363128");
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        text.replace("8409ac0f68974193d3705e3283e73d85c3688e60", &commit)
    };
    let json = |name: &str| Reply::ok(recorded(name)).header("Content-Type", "application/json");
    let repository = "/repos/NixOS/nixpkgs";
    let actions = format!("{repository}/actions");
    let pull = format!("{repository}/pulls/{NUMBER}");
    forge.server.on(&pull, json("pull.json"));
    let runs = format!("{actions}/runs?head_sha={commit}&per_page=20");
    forge.server.on(&runs, json("runs.json"));
    let artifacts = format!("{actions}/runs/12330828258/artifacts?name=comparison&per_page=100");
    forge.server.on(&artifacts, json("artifacts.json"));
    let archive = zip("changed-paths.json", &recorded("changed-paths.json"));
    let target = format!("{actions}/artifacts/2321227177/zip");
    forge.server.on(&target, Reply::ok(archive));
    let report = bench.run(|request| {
        request.target = Target::PullRequest(NUMBER);
        request.systems = vec![system(&bench)];
    });
    let subject = &report.subject;
    let title = "python312Packages.equinox: 0.11.9 -> 0.11.10";
    assert_eq!(subject.title.as_deref(), Some(title));
    assert_eq!(subject.commit.as_ref(), Some(&commit));
    assert_eq!(subject.base_name, "master");
    assert_eq!(report.set.how, "artifact");
    assert_eq!(report.set.evaluated, 0);
    assert_eq!(verdicts(&report), [("pkg1", Verdict::Built)]);
    assert_eq!(row(&report, "pkg1").change.as_deref(), Some("added"));
    let url = subject.url.as_deref().unwrap();
    assert!(url.ends_with("/NixOS/nixpkgs/pull/363128"), "{url}");
}

/// What Hydra says of the very output of the base stands for a build.
#[test]
fn hydra_tells_of_the_base() {
    let Some((bench, forge, _)) = on_forge() else {
        return;
    };
    let system = system(&bench);
    let expression = format!(
        "(import {} {{ system = \"{system}\"; }}).breaks.outPath",
        bench.root.display()
    );
    let output: String =
        nixsmith_workflow::nix::evaluate(&expression, &[], &bench.root, &bench.context).unwrap();
    let row = serde_json::json!({
        "id": 1, "project": "nixpkgs", "jobset": "trunk", "job": format!("breaks.{system}"), "system": system,
        "nixname": "breaks", "finished": 1, "buildstatus": 1, "timestamp": 1, "starttime": 1, "stoptime": 2,
        "drvpath": "/nix/store/x.drv", "buildoutputs": { "out": { "path": output } },
    });
    let list = format!("/api/latestbuilds?nr=5&project=nixpkgs&jobset=trunk&job=breaks.{system}");
    forge
        .server
        .on(&list, Reply::json(&serde_json::json!([row])));
    forge.server.on("/build/1", Reply::json(&row));
    let report = bench.run(|request| {
        of_pull_request(request);
        request.systems = vec![system.clone()];
    });
    let breaks = self::row(&report, "breaks");
    let base = breaks.base.as_ref().unwrap();
    assert_eq!(base.builds, Some(false), "{report:#?}");
    assert!(
        base.hydra
            .as_ref()
            .is_some_and(|url| url.ends_with("/build/1")),
        "{base:?}"
    );
    assert_eq!(breaks.verdict, Verdict::StillFailing);
    assert!(!Path::new(&output).exists());
}
