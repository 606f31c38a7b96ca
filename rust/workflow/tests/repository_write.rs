//! Writing to real git repositories: branches, commits, picks, rebases, pushes, and what is refused.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::{Path, PathBuf};

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::process::Environment;
use nixsmith_workflow::Context;
use nixsmith_workflow::repository::Repository;
use nixsmith_workflow::repository::pick::Picked;
use nixsmith_workflow::repository::write::{InProgress, Outcome, Push, Pushed};
use tempfile::TempDir;

/// A repository with one commit, and everything it needs.
struct Clone {
    folder: TempDir,
}

impl Clone {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        support::repository(
            &folder.path().join("work"),
            &[("a.nix", "1\n2\n3\n"), ("b.nix", "b\n")],
        );
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.path(), "git", arguments)
    }

    fn commit(&self, file: &str, text: &str, message: &str) -> String {
        support::write(&self.path().join(file), text);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn open(&self) -> Repository {
        self.open_as(Some("Test"))
    }

    fn open_as(&self, name: Option<&str>) -> Repository {
        Repository::open(&context(&self.path(), self.folder.path(), name)).unwrap()
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path().join(file)).unwrap()
    }
}

fn context(folder: &Path, home: &Path, name: Option<&str>) -> Context {
    let mut environment = support::environment(home);
    environment.set("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.set("GIT_CONFIG_NOSYSTEM", "1");
    if let Some(name) = name {
        for role in ["AUTHOR", "COMMITTER"] {
            environment.set(format!("GIT_{role}_NAME"), name);
            environment.set(format!("GIT_{role}_EMAIL"), "test@example.org");
            environment.set(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
    }
    with_environment(folder, home, environment)
}

fn with_environment(folder: &Path, home: &Path, environment: Environment) -> Context {
    let options = ClientOptions {
        environment,
        ..ClientOptions::new(&home.join("cache"))
    };
    support::context(folder, options)
}

fn said<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn names_of_branches_are_judged() {
    let clone = Clone::new();
    let repository = clone.open();
    for name in [
        "a",
        "release-25.05",
        "a/b",
        "ä",
        "backport-1-to-release-25.05",
    ] {
        repository.check_branch_name(name).unwrap();
    }
    for name in [
        "",
        "--upload-pack=x",
        "-x",
        "a b",
        "a..b",
        "a\u{1b}[31m",
        "a\nb",
        "@{-1}",
        "HEAD",
        "a.lock",
        "a/",
        "a^",
        "a:b",
    ] {
        let error = said(repository.check_branch_name(name));
        assert_eq!(
            error,
            format!("`{}` is no name of a branch", name.escape_debug())
        );
        assert!(repository.create_branch(name, "HEAD").is_err(), "{name}");
        assert!(repository.switch(name).is_err(), "{name}");
    }
}

#[test]
fn what_is_in_the_way_is_told() {
    let clone = Clone::new();
    let repository = clone.open();
    repository.require_clean().unwrap();
    assert_eq!(repository.attached_branch().unwrap(), "main");
    support::write(&clone.path().join("a.nix"), "dirty\n");
    assert!(said(repository.require_clean()).ends_with("has uncommitted changes"));
    clone.git(&["checkout", "-q", "a.nix"]);
    clone.git(&["switch", "-q", "--detach"]);
    assert_eq!(repository.current_branch().unwrap(), None);
    assert!(said(repository.attached_branch()).starts_with("HEAD is detached"));
    clone.git(&["bisect", "start"]);
    assert_eq!(repository.in_progress().unwrap(), Some(InProgress::Bisect));
    clone.git(&["bisect", "reset"]);
    clone.git(&["switch", "-q", "-c", "other"]);
    clone.commit("a.nix", "other\n", "other");
    clone.git(&["switch", "-q", "main"]);
    clone.commit("a.nix", "mine\n", "mine");
    for (command, state) in [
        ("merge", InProgress::Merge),
        ("cherry-pick", InProgress::CherryPick),
        ("rebase", InProgress::Rebase),
    ] {
        let conflict = format!("git {command} other || true");
        support::run(&clone.path(), "sh", &["-c", &conflict]);
        assert_eq!(repository.in_progress().unwrap(), Some(state), "{command}");
        let error = said(repository.require_clean());
        assert!(
            error.starts_with(&format!("a {command} is in progress")),
            "{error}"
        );
        clone.git(&[command, "--abort"]);
        assert_eq!(repository.in_progress().unwrap(), None);
    }
}

#[test]
fn nobody_commits_without_a_name() {
    let clone = Clone::new();
    let repository = clone.open_as(None);
    assert_eq!(
        said(repository.require_identity()),
        "git does not know who you are"
    );
    support::write(&clone.path().join("a.nix"), "new\n");
    let head = clone.git(&["rev-parse", "HEAD"]);
    assert!(
        repository
            .commit_paths(&["a.nix".into()], "a: b\n")
            .is_err()
    );
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), head);
    clone.git(&["config", "user.name", "Configured"]);
    clone.git(&["config", "user.email", "configured@example.org"]);
    repository.require_identity().unwrap();
}

#[test]
fn a_commit_takes_its_paths_alone() {
    let clone = Clone::new();
    let repository = clone.open();
    for (file, text) in [
        ("a.nix", "new\n"),
        ("b.nix", "staged\n"),
        ("c*.nix", "c\n"),
        ("cd.nix", "d\n"),
    ] {
        support::write(&clone.path().join(file), text);
    }
    clone.git(&["add", "b.nix"]);
    let paths = ["a.nix", "c*.nix"].map(PathBuf::from);
    let commit = repository
        .commit_paths(&paths, "a: new\n\n# no comment\n")
        .unwrap();
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(
        clone.git(&["show", "--name-only", "--format=%B", "HEAD"]),
        "a: new\n\n# no comment\n\n\na.nix\nc*.nix"
    );
    assert_eq!(clone.git(&["diff", "--cached", "--name-only"]), "b.nix");
    assert_eq!(clone.git(&["ls-files", "--others"]), "cd.nix");
    assert!(
        repository
            .commit_paths(&["a.nix".into()], "again\n")
            .is_err()
    );
}

#[test]
fn a_refusing_hook_keeps_the_commit_away() {
    let clone = Clone::new();
    let hook = clone.path().join(".git/hooks/pre-commit");
    support::write(&hook, "#!/bin/sh\necho no such luck >&2\nexit 1\n");
    support::run(&clone.path(), "chmod", &["+x", &hook.display().to_string()]);
    support::write(&clone.path().join("a.nix"), "new\n");
    let error = clone
        .open()
        .commit_paths(&["a.nix".into()], "a: b\n")
        .unwrap_err();
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    assert!(chain.concat().contains("no such luck"), "{chain:?}");
    assert_eq!(clone.git(&["rev-list", "--count", "HEAD"]), "1");
    clone.open().restore(&["a.nix".into()]).unwrap();
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
}

#[test]
fn picks_make_the_commit_that_git_makes() {
    let clone = Clone::new();
    let repository = clone.open();
    clone.git(&["branch", "release"]);
    let clean = clone.commit("b.nix", "b2\n", "b: 1 -> 2\n\nWhy.\n\nAssisted-by: nobody");
    let Picked::Commit(picked) = repository.pick(&clean, "release").unwrap() else {
        panic!("it applies")
    };
    clone.git(&["switch", "-q", "release"]);
    clone.git(&["cherry-pick", "-x", &clean]);
    // Same tree, parents, author, dates and message: the same id.
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), picked);
    assert_eq!(repository.pick(&clean, "release").unwrap(), Picked::Empty);
    assert_eq!(
        repository.missing_in("release", "v1.0", "main").unwrap(),
        Vec::<String>::new()
    );

    clone.commit("a.nix", "1\nrelease\n3\n", "a: release");
    clone.git(&["switch", "-q", "main"]);
    let conflicting = clone.commit("a.nix", "1\nmain\n3\n", "a: main");
    let before = clone.git(&["for-each-ref"]);
    let outcome = repository.pick(&conflicting, "release").unwrap();
    assert_eq!(outcome, Picked::Conflict(vec!["a.nix".to_owned()]));
    assert_eq!(clone.git(&["for-each-ref"]), before);
    assert_eq!(clone.git(&["status", "--porcelain"]), "");
    assert_eq!(
        repository.missing_in("release", "v1.0", "main").unwrap(),
        [conflicting]
    );
    assert!(said(repository.pick("v1.0", "release")).ends_with("has no parent here"));
    let shown = repository
        .range_diff(
            &format!("{clean}^..{clean}"),
            &format!("{picked}^..{picked}"),
        )
        .unwrap();
    assert!(shown.contains("(cherry picked from commit"), "{shown}");
}

#[test]
fn a_rebase_leaves_its_result_or_what_was() {
    let clone = Clone::new();
    let repository = clone.open();
    clone.git(&["switch", "-q", "-c", "feature"]);
    clone.commit("b.nix", "feature\n", "b: feature");
    clone.git(&["switch", "-q", "main"]);
    clone.commit("a.nix", "1\n2\n3\n4\n", "a: more");
    clone.git(&["switch", "-q", "feature"]);
    assert_eq!(
        repository.rebase_onto("main", "v1.0").unwrap(),
        Outcome::Done
    );
    assert_eq!(
        clone.git(&["log", "--format=%s"]),
        "b: feature\na: more\nall"
    );
    clone.git(&["switch", "-q", "main"]);
    clone.commit("b.nix", "main\n", "b: main");
    clone.git(&["switch", "-q", "feature"]);
    let head = clone.git(&["rev-parse", "HEAD"]);
    let outcome = repository.rebase_onto("main", "main~1").unwrap();
    assert_eq!(outcome, Outcome::Conflict(vec!["b.nix".to_owned()]));
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(clone.git(&["symbolic-ref", "--short", "HEAD"]), "feature");
    assert_eq!(clone.text("b.nix"), "feature\n");
    assert_eq!(repository.in_progress().unwrap(), None);
}

#[test]
fn fixups_are_folded_in() {
    let clone = Clone::new();
    let repository = clone.open();
    clone.commit("a.nix", "1\ntwo\n3\n", "a: two");
    clone.commit("b.nix", "b2\n", "b: two");
    clone.commit("a.nix", "1\n2.0\n3\n", "fixup! a: two");
    assert_eq!(repository.rebase_autosquash("v1.0").unwrap(), Outcome::Done);
    assert_eq!(clone.git(&["log", "--format=%s"]), "b: two\na: two\nall");
    assert_eq!(clone.text("a.nix"), "1\n2.0\n3\n");
    let head = clone.git(&["rev-parse", "HEAD"]);
    assert_eq!(repository.rebase_autosquash("v1.0").unwrap(), Outcome::Done);
    assert_eq!(clone.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn branches_and_work_trees_are_made() {
    let clone = Clone::new();
    let repository = clone.open();
    let head = clone.git(&["rev-parse", "HEAD"]);
    repository.create_branch("one", &head).unwrap();
    assert_eq!(repository.branch("one").unwrap(), Some(head.clone()));
    assert!(repository.create_branch("one", &head).is_err());
    let other = clone.folder.path().join("other");
    repository.add_work_tree(&other, "one").unwrap();
    assert!(other.join("a.nix").is_file());
    let next = clone.commit("a.nix", "x\n", "x");
    repository.create_branch("two", &head).unwrap();
    repository.move_branch("two", &head, &next).unwrap();
    assert!(repository.move_branch("two", &head, &next).is_err());
    repository.switch("two").unwrap();
    assert_eq!(repository.current_branch().unwrap().as_deref(), Some("two"));
    assert_eq!(repository.head().unwrap(), next);
    repository.go_back_to(&head).unwrap();
    assert_eq!(clone.text("a.nix"), "1\n2\n3\n");
}

#[test]
fn pushes_are_leased() {
    let clone = Clone::new();
    let context = context(&clone.path(), clone.folder.path(), Some("Ada"));
    let repository = clone.open();
    let bare = clone.folder.path().join("bare.git").display().to_string();
    clone.git(&["init", "-q", "--bare", &bare]);
    clone.git(&["remote", "add", "origin", &bare]);
    clone.git(&["remote", "set-url", "--push", "origin", &bare]);
    let remotes = repository.remotes().unwrap();
    assert_eq!(remotes.len(), 1);
    assert!(
        remotes
            .iter()
            .all(|remote| remote.name == "origin" && remote.url == bare)
    );
    let head = clone.git(&["rev-parse", "HEAD"]);
    let push = Push {
        remote: "origin",
        branch: "topic",
        commit: &head,
        expected: Some(""),
    };
    assert_eq!(repository.push(&push, &context).unwrap(), Pushed::Updated);
    let again = Push {
        expected: None,
        ..push
    };
    assert_eq!(repository.push(&again, &context).unwrap(), Pushed::UpToDate);
    let next = clone.commit("a.nix", "x\n", "x");
    let wrong = Push {
        commit: &next,
        ..push
    };
    assert!(repository.push(&wrong, &context).is_err());
    let right = Push {
        commit: &next,
        expected: Some(&head),
        ..push
    };
    assert_eq!(repository.push(&right, &context).unwrap(), Pushed::Updated);
    let option = Push {
        remote: "--receive-pack=x",
        ..push
    };
    assert_eq!(
        said(repository.push(&option, &context)),
        "`--receive-pack=x` is no remote"
    );
}

#[test]
fn two_commits_side_by_side() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let clone = Clone::new();
    symlink("a.nix", clone.path().join("link")).unwrap();
    symlink("b.nix", clone.path().join("other")).unwrap();
    let base = clone.commit("sub/tool", "#!/bin/sh\n", "base");
    let tool = clone.path().join("sub/tool");
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::remove_file(clone.path().join("other")).unwrap();
    clone.git(&["rm", "-q", "b.nix"]);
    let head = clone.commit("a.nix", "4\n", "head");
    let (old, new) = (
        clone.folder.path().join("old"),
        clone.folder.path().join("new"),
    );
    let repository = clone.open();
    repository
        .export_pair([&base, &head], [&old, &new])
        .unwrap();
    for (folder, commit) in [(&old, &base), (&new, &head)] {
        let alone = clone.folder.path().join(format!("{commit}-alone"));
        repository.export(commit, &alone).unwrap();
        assert_eq!(
            support::run(folder, "diff", &["-r", ".", alone.to_str().unwrap()]),
            ""
        );
    }
    let metadata =
        |folder: &Path, path: &str| std::fs::symlink_metadata(folder.join(path)).unwrap();
    assert!(metadata(&new, "link").is_symlink());
    assert_eq!(metadata(&old, "sub/tool").mode() & 0o111, 0);
    assert_eq!(metadata(&new, "sub/tool").mode() & 0o111, 0o111);
    assert!(!new.join("b.nix").exists() && !new.join("other").is_symlink());
    let same = clone.folder.path().join("same");
    repository
        .export_pair([&head, &head], [&clone.folder.path().join("again"), &same])
        .unwrap();
    assert_eq!(metadata(&same, "a.nix").nlink(), 2);
}

#[test]
fn a_tree_with_one_name_twice_changes_no_other_side() {
    let clone = Clone::new();
    let base = clone.git(&["rev-parse", "HEAD"]);
    let bytes = |object: &str| -> Vec<u8> {
        let hex = clone.git(&["rev-parse", object]);
        let pairs = hex.as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let mut tree = Vec::new();
    for object in ["HEAD:a.nix", "HEAD:b.nix"] {
        tree.extend_from_slice(b"100644 a.nix\0");
        tree.extend(bytes(object));
    }
    let file = clone.folder.path().join("tree");
    #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
    std::fs::write(&file, tree).unwrap();
    let arguments = ["hash-object", "-t", "tree", "--literally", "-w"];
    let head = clone.git(&[&arguments[..], &[file.to_str().unwrap()]].concat());
    let (old, new) = (
        clone.folder.path().join("old"),
        clone.folder.path().join("new"),
    );
    let error = clone.open().export_pair([&base, &head], [&old, &new]);
    assert!(error.unwrap_err().to_string().contains("a.nix"));
    assert_eq!(std::fs::read(old.join("a.nix")).unwrap(), b"1\n2\n3\n");
}
