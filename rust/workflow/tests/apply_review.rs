//! Suggestions of reviewers on real branches: the forge's documented answers, real git.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::{Path, PathBuf};

use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_workflow::Context;
use nixsmith_workflow::nixpkgs::apply_review::{Reason, Report, Request, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A fork and a clone of it with a pull request of two commits: `a.nix` in the first, `b.nix` and one more line of `a.nix` in the second.
struct Setup {
    folder: TempDir,
    server: TestServer,
    context: Context,
    head: String,
}

impl Setup {
    fn new() -> Self {
        Self::with("one\ntwo\nthree\nfour\nfive\nsix\nseven\n")
    }

    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start();
        let fork = folder.path().join("ada/nixpkgs.git");
        let work = folder.path().join("work");
        support::repository(&work, &[("old.nix", "old\n"), ("link-target", "x\n")]);
        let git = |arguments: &[&str]| support::run(&work, "git", arguments);
        git(&["init", "-q", "--bare", &fork.display().to_string()]);
        git(&["remote", "add", "origin", &fork.display().to_string()]);
        git(&["switch", "-q", "-c", "topic"]);
        std::os::unix::fs::symlink("old.nix", work.join("link.nix")).unwrap();
        support::write(&work.join("a.nix"), text);
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "a: init at 1\n\nWhy."]);
        let end = if text.contains('\r') { "\r\n" } else { "\n" };
        support::write(&work.join("a.nix"), &format!("{text}eight{end}"));
        support::write(&work.join("b.nix"), "b1\nb2\n");
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "b: init at 1"]);
        git(&["push", "-q", "origin", "topic"]);
        let head = git(&["rev-parse", "HEAD"]);
        let mut options = server.options(&folder.path().join("cache"));
        options.environment = support::environment(folder.path());
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.org"),
        ] {
            options.environment.set(name, value);
        }
        let mut context = support::context(&work, options);
        context.state = folder.path().join("state");
        let setup = Self {
            folder,
            server,
            context,
            head,
        };
        setup.serve_pull_request(&setup.head);
        setup
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.work(), "git", arguments)
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.work().join(path)).unwrap()
    }

    fn serve_pull_request(&self, head: &str) {
        let pull = json!({
            "number": 7, "html_url": "https://example.org/pull/7", "state": "open", "merged": false, "title": "t",
            "base": {"ref": "master", "sha": self.git(&["rev-parse", "main"])},
            "head": {"ref": "topic", "sha": head, "repo": {"full_name": "ada/nixpkgs"}}
        });
        self.server
            .on("/repos/NixOS/nixpkgs/pulls/7", Reply::ok(pull.to_string()));
        let commits = self.git(&["rev-list", "--reverse", &format!("main..{head}")]);
        let commits: Vec<Value> = commits.lines().map(|id| json!({"sha": id})).collect();
        let place = "/repos/NixOS/nixpkgs/pulls/7/commits?per_page=100";
        self.server
            .on(place, Reply::ok(Value::from(commits).to_string()));
    }

    /// Serves comments over two pages.
    fn comments(&self, comments: &[Value]) {
        let place = "/repos/NixOS/nixpkgs/pulls/7/comments?per_page=100";
        let (first, second) = comments.split_at(comments.len() / 2);
        let next = format!("<{}&page=2>; rel=\"next\"", self.server.url(place));
        let page = |comments: &[Value]| Reply::ok(Value::from(comments.to_vec()).to_string());
        self.server.on(place, page(first).header("link", &next));
        self.server.on(&format!("{place}&page=2"), page(second));
    }

    fn comment(&self, id: u64, path: &str, lines: (Option<u64>, Option<u64>), body: &str) -> Value {
        json!({
            "id": id, "html_url": format!("https://example.org/r{id}"), "path": path, "start_line": lines.0, "line": lines.1,
            "original_line": 1, "side": "RIGHT", "commit_id": self.head, "body": body,
            "user": {"login": if id.is_multiple_of(2) { "grace" } else { "ada" }, "id": 12}
        })
    }

    fn suggest(&self, id: u64, path: &str, line: u64, text: &str) -> Value {
        self.comment(id, path, (None, Some(line)), &suggestion(text))
    }

    fn run(&self) -> anyhow::Result<Report> {
        self.run_with(|_| {})
    }

    fn run_with(&self, change: impl Fn(&mut Request)) -> anyhow::Result<Report> {
        let mut request = Request {
            pull_request: "7".to_owned(),
            upstream: "NixOS/nixpkgs".parse().unwrap(),
            comments: Vec::new(),
            autosquash: false,
            push: false,
        };
        change(&mut request);
        run(&request, &self.context)
    }

    fn subjects(&self) -> String {
        self.git(&["log", "--format=%s", "main..HEAD"])
    }
}

fn suggestion(text: &str) -> String {
    format!("Why:\r\n```suggestion\r\n{text}\r\n```\r\n")
}

fn said<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    result.unwrap_err().to_string()
}

fn reasons(report: &Report) -> Vec<(u64, Reason)> {
    let skipped = report.skipped.iter();
    skipped.map(|it| (it.place.comment, it.reason)).collect()
}

#[test]
fn suggestions_become_fixups_of_the_commits_that_wrote_the_lines() {
    let setup = Setup::new();
    setup.comments(&[
        setup.suggest(2, "a.nix", 2, "TWO"),
        setup.comment(4, "a.nix", (Some(4), Some(5)), &suggestion("4\r\n4.5\r\n5")),
        setup.suggest(6, "a.nix", 8, "EIGHT"),
        setup.suggest(5, "b.nix", 1, "B1"),
        setup.comment(8, "a.nix", (None, Some(1)), "no suggestion"),
    ]);
    let report = setup.run().unwrap();
    assert_eq!(report.applied.len(), 4);
    assert!(report.skipped.is_empty());
    assert_eq!(
        setup.text("a.nix"),
        "one\nTWO\nthree\n4\n4.5\n5\nsix\nseven\nEIGHT\n"
    );
    assert_eq!(setup.text("b.nix"), "B1\nb2\n");
    assert_eq!(
        setup.subjects(),
        "fixup! b: init at 1\nfixup! a: init at 1\nb: init at 1\na: init at 1"
    );
    assert_eq!(
        setup.git(&["log", "-1", "--format=%B", "HEAD~1"]),
        "fixup! a: init at 1\n\nAs suggested:\nhttps://example.org/r2\nhttps://example.org/r4\n\n\
         Co-authored-by: grace <12+grace@users.noreply.github.com>"
    );
    // The author's own suggestions credit nobody else.
    let last = setup.git(&["log", "-1", "--format=%B", "HEAD"]);
    assert_eq!(last.matches("Co-authored-by").count(), 1);
    assert_eq!(setup.git(&["status", "--porcelain"]), "");

    let head = setup.git(&["rev-parse", "HEAD"]);
    let again = setup.run().unwrap();
    assert!(again.applied.is_empty() && again.commits.is_empty());
    assert!(
        again.skipped.iter().all(|it| it.reason == Reason::Done),
        "{:?}",
        again.skipped
    );
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn squashed_fixups_keep_their_credit_and_run_once() {
    let setup = Setup::new();
    setup.comments(&[
        setup.suggest(2, "a.nix", 2, "TWO"),
        setup.suggest(4, "b.nix", 2, "B2"),
    ]);
    let report = setup.run_with(|request| request.autosquash = true).unwrap();
    assert!(report.squashed);
    assert_eq!(setup.subjects(), "b: init at 1\na: init at 1");
    assert_eq!(
        setup.git(&["log", "-1", "--format=%B", "HEAD~1"]),
        "a: init at 1\n\nWhy.\n\nCo-authored-by: grace <12+grace@users.noreply.github.com>"
    );
    assert_eq!(
        setup.git(&["show", "HEAD~1:a.nix"]),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven"
    );
    assert_eq!(setup.text("b.nix"), "b1\nB2\n");
    let head = setup.git(&["rev-parse", "HEAD"]);
    let again = setup.run_with(|request| request.autosquash = true).unwrap();
    assert!(again.commits.is_empty() && !again.squashed);
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn fixups_of_an_earlier_run_are_squashed_with_their_credit() {
    let setup = Setup::new();
    setup.comments(&[setup.suggest(2, "a.nix", 2, "TWO")]);
    setup.run().unwrap();
    let report = setup.run_with(|request| request.autosquash = true).unwrap();
    assert!(report.squashed && report.commits.is_empty());
    assert!(
        setup
            .git(&["log", "--format=%B", "main..HEAD"])
            .contains("Co-authored-by: grace")
    );
    assert_eq!(setup.subjects(), "b: init at 1\na: init at 1");
}

#[test]
fn a_squash_that_conflicts_leaves_everything() {
    let setup = Setup::new();
    // The line before `eight` is of the first commit, so its fixup cannot go below the second, which wrote its neighbour.
    setup.comments(&[setup.suggest(2, "a.nix", 7, "SEVEN")]);
    let error = said(setup.run_with(|request| request.autosquash = true));
    assert!(
        error.contains("`a.nix` conflicts, and everything is as it was"),
        "{error}"
    );
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), setup.head);
    assert_eq!(setup.git(&["status", "--porcelain"]), "");
    assert_eq!(setup.git(&["symbolic-ref", "--short", "HEAD"]), "topic");
    assert_eq!(setup.run().unwrap().commits.len(), 1);
}

#[test]
fn what_does_not_fit_is_named_and_left() {
    let setup = Setup::new();
    let mut left = setup.suggest(2, "a.nix", 1, "x");
    left["side"] = json!("LEFT");
    let mut unknown = setup.suggest(4, "a.nix", 1, "x");
    unknown["commit_id"] = json!("0".repeat(40));
    setup.comments(&[
        left,
        unknown,
        setup.comment(6, "a.nix", (None, None), &suggestion("x")),
        setup.suggest(8, "../outside.nix", 1, "x"),
        setup.suggest(10, "/etc/passwd", 1, "x"),
        setup.suggest(12, ".git/config", 1, "x"),
        setup.suggest(14, "absent.nix", 1, "x"),
        setup.suggest(16, "link.nix", 1, "x"),
        setup.comment(
            18,
            "a.nix",
            (None, Some(1)),
            &(suggestion("x") + &suggestion("y")),
        ),
        setup.comment(20, "a.nix", (None, Some(1)), "```suggestion\nx"),
        setup.suggest(22, "a.nix", 99, "x"),
        setup.comment(24, "a.nix", (Some(5), Some(3)), &suggestion("x")),
        setup.suggest(26, "a.nix", 3, "three"),
        setup.comment(28, "a.nix", (Some(4), Some(5)), &suggestion("4")),
        setup.suggest(30, "a.nix", 5, "5"),
        setup.comment(32, "a.nix", (Some(4), Some(5)), &suggestion("4")),
    ]);
    let report = setup.run().unwrap();
    assert_eq!(
        reasons(&report),
        [
            (2, Reason::OldSide),
            (4, Reason::NoCommit),
            (6, Reason::Outdated),
            (8, Reason::NoFile),
            (10, Reason::NoFile),
            (12, Reason::NoFile),
            (14, Reason::NoFile),
            (16, Reason::NoFile),
            (18, Reason::Several),
            (20, Reason::Unclosed),
            (22, Reason::Changed),
            (24, Reason::Changed),
            (26, Reason::Done),
            (30, Reason::Overlaps),
            (32, Reason::Done),
        ]
    );
    assert_eq!(
        setup.text("a.nix"),
        "one\ntwo\nthree\n4\nsix\nseven\neight\n"
    );
    assert_eq!(setup.text("old.nix"), "old\n");
    assert!(!setup.folder.path().join("outside.nix").exists());
}

#[test]
fn later_commits_move_the_lines() {
    let setup = Setup::new();
    let text = setup.text("a.nix");
    support::write(
        &setup.work().join("a.nix"),
        &format!("zero\n{}", text.replace("six", "6")),
    );
    setup.git(&["commit", "-q", "-a", "-m", "a: more"]);
    setup.comments(&[
        setup.suggest(2, "a.nix", 2, "TWO"),
        setup.suggest(4, "a.nix", 6, "SIX"),
    ]);
    let report = setup.run().unwrap();
    assert_eq!(reasons(&report), [(4, Reason::Changed)]);
    assert_eq!(
        setup.text("a.nix"),
        "zero\none\nTWO\nthree\nfour\nfive\n6\nseven\neight\n"
    );
}

#[test]
fn line_ends_stay_as_they_are() {
    let setup = Setup::with("one\r\ntwo\r\n");
    setup.comments(&[setup.comment(2, "a.nix", (None, Some(2)), &suggestion("2\r\n2.5"))]);
    setup.run().unwrap();
    assert_eq!(setup.text("a.nix"), "one\r\n2\r\n2.5\r\neight\r\n");

    let setup = Setup::with("one\ntwo\nthree\n");
    support::write(&setup.work().join("b.nix"), "b1\nb2");
    setup.git(&["commit", "-q", "-a", "-m", "b: no end"]);
    setup.comments(&[setup.suggest(2, "b.nix", 1, "B1"), {
        let mut last = setup.suggest(4, "b.nix", 2, "B2");
        last["commit_id"] = json!(setup.git(&["rev-parse", "HEAD"]));
        last
    }]);
    setup.run().unwrap();
    assert_eq!(setup.text("b.nix"), "B1\nB2");
}

#[test]
fn a_push_is_confirmed_leased_and_done_once() {
    let mut setup = Setup::new();
    setup.comments(&[setup.suggest(2, "a.nix", 2, "TWO")]);
    let error = said(setup.run_with(|request| request.push = true));
    assert!(error.starts_with("nobody is there to confirm"), "{error}");
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), setup.head);
    setup.context.yes = true;
    let report = setup.run_with(|request| request.push = true).unwrap();
    assert!(report.pushed);
    let head = setup.git(&["rev-parse", "HEAD"]);
    assert_eq!(
        setup.git(&["ls-remote", "origin", "refs/heads/topic"]),
        format!("{head}\trefs/heads/topic")
    );
    setup.serve_pull_request(&head);
    let again = setup.run_with(|request| request.push = true).unwrap();
    assert!(!again.pushed && again.commits.is_empty());
    // Somebody else pushed since the forge was asked.
    setup.git(&["push", "-q", "-f", "origin", "main:topic"]);
    support::write(&setup.work().join("b.nix"), "more\n");
    setup.git(&["commit", "-q", "-a", "-m", "b: more"]);
    assert!(setup.run_with(|request| request.push = true).is_err());
}

#[test]
fn what_is_in_the_way_is_refused() {
    let setup = Setup::new();
    setup.comments(&[setup.suggest(2, "a.nix", 2, "TWO")]);
    for (text, message) in [
        ("0", "`0` is no pull request"),
        ("x", "`x` is no pull request"),
        ("--help", "`--help` is no pull request"),
        (
            "https://example.org/a/b/issues/1",
            "`https://example.org/a/b/issues/1` is no pull request",
        ),
    ] {
        assert_eq!(
            said(setup.run_with(|request| request.pull_request = text.to_owned())),
            message
        );
    }
    assert_eq!(
        said(setup.run_with(|request| request.pull_request = "8".to_owned())),
        "there is no pull request 8"
    );
    support::write(&setup.work().join("a.nix"), "dirty\n");
    assert!(said(setup.run()).ends_with("has uncommitted changes"));
    setup.git(&["checkout", "-q", "a.nix"]);
    setup.git(&["switch", "-q", "main"]);
    let error = said(setup.run());
    assert!(
        error.starts_with("the branch `main` is not that of the pull request 7"),
        "{error}"
    );
    setup.git(&["switch", "-q", "--detach", "topic"]);
    assert!(said(setup.run()).starts_with("HEAD is detached"));
    let shallow = setup.folder.path().join("shallow");
    let url = format!("file://{}", setup.work().display());
    setup.git(&[
        "clone",
        "-q",
        "--depth=1",
        &url,
        &shallow.display().to_string(),
    ]);
    let mut context = support::context(&shallow, setup.context.client_options.clone());
    context.state = setup.folder.path().join("state");
    let request = Request {
        pull_request: "https://example.org/NixOS/nixpkgs/pull/7/files".to_owned(),
        upstream: "a/b".parse().unwrap(),
        comments: Vec::new(),
        autosquash: false,
        push: false,
    };
    assert!(said(run(&request, &context)).starts_with("this clone is shallow"));
}

#[test]
fn a_refusing_hook_and_a_dry_run_leave_the_branch() {
    let mut setup = Setup::new();
    setup.comments(&[
        setup.suggest(2, "a.nix", 2, "TWO"),
        setup.suggest(4, "b.nix", 2, "B2"),
    ]);
    let hook = setup.work().join(".git/hooks/commit-msg");
    support::write(
        &hook,
        "#!/bin/sh\nif grep -q 'fixup! b' \"$1\"; then exit 1; fi\n",
    );
    setup.git(&["config", "core.fileMode", "true"]);
    support::run(
        Path::new("/"),
        "chmod",
        &["+x", &hook.display().to_string()],
    );
    assert!(setup.run().is_err());
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), setup.head);
    assert_eq!(setup.git(&["status", "--porcelain"]), "");
    setup.context.dry_run = true;
    let report = setup
        .run_with(|request| request.comments = vec![4])
        .unwrap();
    assert_eq!(report.applied.len(), 1);
    assert!(report.diff.unwrap().contains("+B2"));
    assert_eq!(setup.git(&["status", "--porcelain"]), "");
}

/// Runs the command once with a hook that copies the state folder away, so that what a killed run would leave is at hand.
fn notes_kept_by_a_hook(setup: &Setup, hook: &str, autosquash: bool) -> PathBuf {
    let copy = setup.folder.path().join("killed");
    let hook = setup.work().join(".git/hooks").join(hook);
    let state = setup.context.state.display().to_string();
    let script = format!(
        "#!/bin/sh\ntest -e '{0}' || cp -r '{state}' '{0}'\n",
        copy.display()
    );
    support::write(&hook, &script);
    support::run(
        Path::new("/"),
        "chmod",
        &["+x", &hook.display().to_string()],
    );
    setup
        .run_with(|request| request.autosquash = autosquash)
        .unwrap();
    std::fs::remove_file(&hook).unwrap();
    copy
}

fn put_back(setup: &Setup, copy: &Path) {
    support::run(
        Path::new("/"),
        "cp",
        &[
            "-r",
            &format!("{}/.", copy.display()),
            &setup.context.state.display().to_string(),
        ],
    );
}

#[test]
fn files_of_a_killed_run_are_taken_back_and_the_next_goes_on() {
    let setup = Setup::new();
    setup.comments(&[setup.suggest(2, "a.nix", 2, "TWO")]);
    let copy = notes_kept_by_a_hook(&setup, "pre-commit", false);
    let finished = setup.git(&["rev-parse", "HEAD^{tree}"]);
    // As it was when the hook ran: written, not committed.
    setup.git(&["reset", "-q", "--mixed", "HEAD~1"]);
    put_back(&setup, &copy);
    let report = setup.run().unwrap();
    assert!(
        report.notes[0].starts_with("what an interrupted run left"),
        "{:?}",
        report.notes
    );
    assert_eq!(report.commits.len(), 1);
    assert_eq!(setup.git(&["rev-parse", "HEAD^{tree}"]), finished);
    // A file with other contents is somebody's work.
    setup.git(&["reset", "-q", "--hard", "HEAD~1"]);
    put_back(&setup, &copy);
    support::write(&setup.work().join("a.nix"), "mine\n");
    assert!(said(setup.run()).ends_with("has uncommitted changes"));
    assert_eq!(setup.text("a.nix"), "mine\n");
}

#[test]
fn a_killed_squash_is_taken_back_and_the_next_goes_on() {
    let setup = Setup::new();
    setup.comments(&[setup.suggest(2, "a.nix", 2, "TWO")]);
    let copy = notes_kept_by_a_hook(&setup, "pre-rebase", true);
    let squashed = setup.git(&["rev-parse", "HEAD^{tree}"]);
    // A rebase that stopped in the middle: the fixup and its credit are there, nothing is folded in.
    setup.git(&["reset", "-q", "--hard", "ORIG_HEAD"]);
    let editor = [("GIT_SEQUENCE_EDITOR", "sed -i 1ibreak")];
    support::run_with(
        &setup.work(),
        "git",
        &["rebase", "-q", "-i", "main"],
        &editor,
    );
    put_back(&setup, &copy);
    let report = setup.run_with(|request| request.autosquash = true).unwrap();
    assert!(report.squashed && report.notes[0].starts_with("what an interrupted run left"));
    assert_eq!(setup.git(&["rev-parse", "HEAD^{tree}"]), squashed);
    assert_eq!(setup.subjects(), "b: init at 1\na: init at 1");
    assert_eq!(setup.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_somebody_writes_meanwhile_is_theirs() {
    let setup = Setup::new();
    setup.comments(&[
        setup.suggest(2, "a.nix", 2, "TWO"),
        setup.suggest(4, "b.nix", 1, "B1"),
    ]);
    // Between the first commit and the second.
    let hook = setup.work().join(".git/hooks/post-commit");
    support::write(&hook, "#!/bin/sh\necho mine >> b.nix\n");
    support::run(&setup.work(), "chmod", &["+x", ".git/hooks/post-commit"]);
    let error = setup.run().unwrap_err();
    assert!(format!("{error:#}").contains("b.nix"), "{error:#}");
    assert_eq!(setup.text("b.nix"), "b1\nb2\nmine\n");
    assert_eq!(setup.git(&["rev-parse", "HEAD"]), setup.head);
    assert_eq!(setup.git(&["status", "--porcelain"]), "M b.nix");
}
