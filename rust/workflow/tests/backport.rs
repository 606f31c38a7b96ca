//! Merged changes on a release branch: the forge's documented answers, real git with a remote.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::PathBuf;

use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_workflow::Context;
use nixsmith_workflow::nixpkgs::backport::{Checkout, Report, Request, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A bare upstream with `master` and `release-25.05`, and a clone of it.
struct Setup {
    folder: TempDir,
    server: TestServer,
    context: Context,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start();
        let upstream = folder
            .path()
            .join("NixOS/nixpkgs.git")
            .display()
            .to_string();
        let work = folder.path().join("work");
        support::repository(
            &work,
            &[("a.nix", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ("b.nix", "b\n")],
        );
        let mut options = server.options(&folder.path().join("cache"));
        options.environment = support::environment(folder.path());
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.org"),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
        ] {
            options.environment.set(name, value);
        }
        let mut context = support::context(&work, options);
        context.state = folder.path().join("state");
        let setup = Self {
            folder,
            server,
            context,
        };
        setup.git(&["branch", "-m", "master"]);
        setup.git(&["init", "-q", "--bare", &upstream]);
        setup.git(&["remote", "add", "upstream", &upstream]);
        setup.git(&["push", "-q", "upstream", "master", "master:release-25.05"]);
        setup
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.work(), "git", arguments)
    }

    fn commit(&self, file: &str, text: &str, message: &str) -> String {
        support::write(&self.work().join(file), text);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn serve(&self, number: u64, merge: Option<&str>, commits: &[&str]) {
        let pull = json!({
            "number": number, "html_url": format!("https://example.org/pull/{number}"), "state": "closed",
            "merged": merge.is_some(), "merge_commit_sha": merge, "title": "t",
            "base": {"ref": "master", "sha": self.git(&["rev-parse", "v1.0"])},
            "head": {"ref": "topic", "sha": commits.last().unwrap(), "repo": null}
        });
        let place = format!("/repos/NixOS/nixpkgs/pulls/{number}");
        self.server.on(&place, Reply::ok(pull.to_string()));
        let commits: Vec<Value> = commits.iter().map(|id| json!({"sha": id})).collect();
        let place = format!("{place}/commits?per_page=100");
        self.server
            .on(&place, Reply::ok(Value::from(commits).to_string()));
    }

    /// A pull request of two commits, `b: 2` and `c: init`.
    fn topic(&self) -> [String; 2] {
        self.git(&["switch", "-q", "-c", "topic", "v1.0"]);
        let first = self.commit("b.nix", "b2\n", "b: 1 -> 2\n\nWhy.");
        let second = self.commit("c.nix", "c\n", "c: init at 1");
        self.git(&["switch", "-q", "master"]);
        self.commit("a.nix", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", "a: zero");
        [first, second]
    }

    fn publish(&self) -> String {
        self.git(&["push", "-q", "upstream", "master"]);
        self.git(&["rev-parse", "master"])
    }

    fn run(&self, subjects: &[&str]) -> anyhow::Result<Report> {
        self.run_with(subjects, |_| {})
    }

    fn run_with(&self, subjects: &[&str], change: impl Fn(&mut Request)) -> anyhow::Result<Report> {
        let mut request = Request {
            subjects: subjects
                .iter()
                .map(|subject| (*subject).to_owned())
                .collect(),
            to: "release-25.05".to_owned(),
            upstream: "NixOS/nixpkgs".parse().unwrap(),
            branch: None,
            checkout: Checkout::No,
        };
        change(&mut request);
        run(&request, &self.context)
    }

    fn subjects(&self, branch: &str) -> String {
        self.git(&[
            "log",
            "--format=%s",
            &format!("upstream/release-25.05..{branch}"),
        ])
    }
}

fn said<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    result.unwrap_err().to_string()
}

const BRANCH: &str = "backport-7-to-release-25.05";

#[test]
fn a_merged_pull_request_becomes_a_branch_and_touches_nothing_else() {
    let setup = Setup::new();
    let [first, second] = setup.topic();
    setup.git(&["merge", "-q", "--no-ff", "-m", "Merge #7", "topic"]);
    let merge = setup.publish();
    setup.serve(7, Some(&merge), &[&first, &second]);
    support::write(&setup.work().join("a.nix"), "dirty\n");
    let status = setup.git(&["status", "--porcelain", "--branch"]);
    let report = setup.run(&["7"]).unwrap();
    assert!(report.created);
    assert_eq!(report.branch.as_deref(), Some(BRANCH));
    assert_eq!(setup.subjects(BRANCH), "c: init at 1\nb: 1 -> 2");
    assert_eq!(
        setup.git(&["log", "-1", "--format=%an %ae%n%B", &format!("{BRANCH}~1")]),
        format!("Test test@example.org\nb: 1 -> 2\n\nWhy.\n\n(cherry picked from commit {first})")
    );
    assert!(
        report
            .range_diff
            .contains(&format!("+    (cherry picked from commit {second})"))
    );
    assert_eq!(setup.git(&["status", "--porcelain", "--branch"]), status);
    let before = setup.git(&["for-each-ref"]);
    let again = setup.run(&["#7"]).unwrap();
    assert!(!again.created);
    assert_eq!(again.picked.len(), 2);
    assert_eq!(setup.git(&["for-each-ref"]), before);
}

#[test]
fn squashed_and_rebased_pull_requests_are_told_apart() {
    let setup = Setup::new();
    let [first, second] = setup.topic();
    let topic = setup.git(&["rev-parse", "topic"]);
    setup.git(&["push", "-q", "upstream", "topic:refs/pull/8/head"]);
    setup.git(&["cherry-pick", &first, &second]);
    let rebased = setup.publish();
    setup.serve(8, Some(&rebased), &[&first, &topic]);
    let report = setup.run(&["8"]).unwrap();
    let originals: Vec<&str> = report
        .picked
        .iter()
        .map(|pick| pick.original.as_str())
        .collect();
    assert_eq!(
        originals,
        setup
            .git(&["rev-list", "--reverse", "master~2..master"])
            .lines()
            .collect::<Vec<_>>()
    );

    let setup = Setup::new();
    let [first, second] = setup.topic();
    setup.git(&["merge", "-q", "--squash", "topic"]);
    setup.git(&["commit", "-q", "-m", "b, c: both (#9)"]);
    let squashed = setup.publish();
    setup.serve(9, Some(&squashed), &[&first, &second]);
    setup.run(&["9"]).unwrap();
    assert_eq!(
        setup.subjects("backport-9-to-release-25.05"),
        "b, c: both (#9)"
    );
}

#[test]
fn what_is_there_already_is_left_out() {
    let setup = Setup::new();
    let [first, second] = setup.topic();
    setup.git(&["switch", "-q", "-c", "release", "upstream/release-25.05"]);
    // Once with the line that says so, once with the same patch under another name.
    setup.git(&["cherry-pick", "-x", &first]);
    setup.commit("c.nix", "c\n", "c: init, by hand");
    setup.git(&["push", "-q", "upstream", "release:release-25.05"]);
    setup.git(&["switch", "-q", "topic"]);
    let third = setup.commit("d.nix", "d\n", "d: init at 1");
    let report = setup.run(&[&first, &second, &third]).unwrap();
    let skipped: Vec<&str> = report
        .skipped
        .iter()
        .map(|skip| skip.original.as_str())
        .collect();
    assert_eq!(skipped, [&first, &second]);
    assert!(report.skipped.iter().all(|skip| skip.present_as.is_some()));
    assert_eq!(report.picked.len(), 1);
    assert_eq!(setup.subjects(&report.branch.unwrap()), "d: init at 1");
    let nothing = setup.run(&[&first]).unwrap();
    assert!(nothing.branch.is_none() && !nothing.created && nothing.picked.is_empty());
}

#[test]
fn a_conflict_is_named_and_leaves_nothing() {
    let setup = Setup::new();
    setup.git(&["switch", "-q", "-c", "release", "upstream/release-25.05"]);
    setup.commit("b.nix", "release\n", "b: release");
    setup.git(&["push", "-q", "upstream", "release:release-25.05"]);
    let [first, second] = setup.topic();
    setup.git(&["fetch", "-q", "upstream"]);
    let before = setup.git(&["for-each-ref"]);
    let error = said(setup.run(&[&second, &first]));
    assert!(error.ends_with("(`b: 1 -> 2`) does not apply to `release-25.05`: conflicts in `b.nix`; nothing was changed"), "{error}");
    assert_eq!(setup.git(&["for-each-ref"]), before);
    assert_eq!(setup.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_branch_is_checked_out_where_that_is_wanted() {
    let setup = Setup::new();
    let [first, _] = setup.topic();
    let folder = setup.folder.path().join("release tree");
    let report = setup
        .run_with(&[&first], |request| {
            request.checkout = Checkout::WorkTree(Some(folder.clone()))
        })
        .unwrap();
    assert_eq!(report.work_tree, Some(folder.display().to_string()));
    assert_eq!(
        std::fs::read_to_string(folder.join("b.nix")).unwrap(),
        "b2\n"
    );
    let switch = |request: &mut Request| {
        request.branch = Some("mine".to_owned());
        request.checkout = Checkout::Switch;
    };
    support::write(&setup.work().join("a.nix"), "dirty\n");
    assert!(said(setup.run_with(&[&first], switch)).ends_with("has uncommitted changes"));
    setup.git(&["checkout", "-q", "a.nix"]);
    setup.run_with(&[&first], switch).unwrap();
    assert_eq!(setup.git(&["symbolic-ref", "--short", "HEAD"]), "mine");
}

#[test]
fn names_and_subjects_are_judged() {
    let setup = Setup::new();
    let [first, second] = setup.topic();
    for name in [
        "--upload-pack=touch x",
        "-x",
        "a\u{1b}[31m",
        "a b",
        "a..b",
        "@{-1}",
        "",
    ] {
        let expected = format!("`{}` is no name of a branch", name.escape_debug());
        assert_eq!(
            said(setup.run_with(&[&first], |request| request.to = name.to_owned())),
            expected
        );
        assert_eq!(
            said(setup.run_with(&[&first], |request| request.branch = Some(name.to_owned()))),
            expected
        );
    }
    assert_eq!(
        said(setup.run_with(&[&first], |request| request.to = "release-1".to_owned())),
        "`upstream` has no branch `release-1`"
    );
    assert_eq!(
        said(setup.run(&["--all"])),
        "`--all` is no commit of this repository"
    );
    assert!(said(setup.run(&["v1.0"])).ends_with("has no parent"));
    setup.git(&["merge", "-q", "--no-ff", "-m", "m", "topic"]);
    assert!(said(setup.run(&["master"])).ends_with("is a merge"));
    setup.serve(7, None, &[&first, &second]);
    assert_eq!(said(setup.run(&["7"])), "the pull request 7 is not merged");
    assert_eq!(said(setup.run(&["12"])), "there is no pull request 12");
    let branch = format!(
        "backport-{}-to-release-25.05",
        first.chars().take(10).collect::<String>()
    );
    setup.git(&["branch", &branch, "master"]);
    assert_eq!(
        said(setup.run(&[&first])),
        format!("there is a branch `{branch}` with other commits")
    );
}

#[test]
fn a_dry_run_makes_no_branch() {
    let mut setup = Setup::new();
    let [first, _] = setup.topic();
    setup.git(&["fetch", "-q", "upstream"]);
    let before = setup.git(&["for-each-ref"]);
    setup.context.dry_run = true;
    let report = setup.run(&[&first]).unwrap();
    assert!(!report.created && report.range_diff.contains("cherry picked"));
    assert_eq!(setup.git(&["for-each-ref"]), before);
}
