//! The one writer: all files or none, nothing of others overwritten, a crash finished.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test lays out and reads its own folder"
)]

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_workflow::files::{Before, Change, diff, recover, write};

fn new_file(path: PathBuf, text: &str) -> Change {
    Change {
        path,
        before: Before::Absent,
        contents: text.as_bytes().to_vec(),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn writes_new_files_and_their_folders() {
    let root = tempfile::tempdir().unwrap();
    let changes = [
        new_file(root.path().join("a/b/one"), "1\n"),
        new_file(root.path().join("two"), "2\n"),
    ];
    write(&changes, &root.path().join("state"), &Interrupt::default()).unwrap();
    assert_eq!(
        fs::read_to_string(root.path().join("a/b/one")).unwrap(),
        "1\n"
    );
    assert_eq!(names(root.path()), ["a", "state", "two"]);
    assert_eq!(names(&root.path().join("a/b")), ["one"]);
    assert!(names(&root.path().join("state/journal")).is_empty());
}

#[test]
fn one_bad_place_means_nothing_is_written() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("file"), "").unwrap();
    let changes = [
        new_file(root.path().join("new/one"), "1"),
        new_file(root.path().join("file/two"), "2"),
    ];
    let error = write(&changes, &root.path().join("state"), &Interrupt::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "could not write `{}`",
            root.path().join("file/two").display()
        )
    );
    assert_eq!(names(root.path()), ["file"]);
}

#[test]
fn a_file_that_appeared_or_changed_is_not_overwritten() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("file");
    fs::write(&path, "theirs").unwrap();
    let appeared = write(
        &[new_file(path.clone(), "ours")],
        root.path(),
        &Interrupt::default(),
    )
    .unwrap_err();
    assert_eq!(
        appeared.to_string(),
        format!("`{}` already exists", path.display())
    );
    let change = Change {
        path: path.clone(),
        before: Before::Contents(b"older".to_vec()),
        contents: b"ours".to_vec(),
    };
    let changed = write(&[change], root.path(), &Interrupt::default()).unwrap_err();
    assert_eq!(
        changed.to_string(),
        format!("`{}` was changed by someone else meanwhile", path.display())
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    assert_eq!(names(root.path()), ["file"]);
}

#[test]
fn an_interruption_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::default();
    interrupt.raise();
    write(
        &[new_file(root.path().join("a/file"), "x")],
        root.path(),
        &interrupt,
    )
    .unwrap_err();
    assert!(names(root.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn mode_and_link_of_an_existing_file_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let (file, link) = (root.path().join("file"), root.path().join("link"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    std::os::unix::fs::symlink("file", &link).unwrap();
    let change = Change {
        path: link.clone(),
        before: Before::Contents(b"old".to_vec()),
        contents: b"new".to_vec(),
    };
    write(&[change], root.path(), &Interrupt::default()).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o750
    );
}

#[test]
fn recover_finishes_a_complete_journal_and_spares_what_changed() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::write(at(".nixsmith-1"), "one").unwrap();
    fs::write(at(".nixsmith-2"), "two").unwrap();
    fs::write(at("second"), "changed meanwhile").unwrap();
    fs::create_dir_all(at("state/journal")).unwrap();
    let entry = |temporary: &str, destination: &str| serde_json::json!({ "temporary": at(temporary), "destination": at(destination), "before": null });
    let journal = serde_json::json!([
        entry(".nixsmith-1", "first"),
        entry(".nixsmith-2", "second"),
        entry(".nixsmith-3", "third")
    ]);
    fs::write(at("state/journal/staged-x.json"), journal.to_string()).unwrap();
    assert_eq!(recover(&at("state")).unwrap(), [at("first")]);
    assert_eq!(fs::read_to_string(at("first")).unwrap(), "one");
    assert_eq!(
        fs::read_to_string(at("second")).unwrap(),
        "changed meanwhile"
    );
    assert_eq!(names(root.path()), ["first", "second", "state"]);
    assert!(recover(&at("state")).unwrap().is_empty());
}

#[test]
fn recover_touches_only_what_was_staged() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::create_dir_all(at("state/journal")).unwrap();
    fs::create_dir_all(at("folder")).unwrap();
    for name in ["notes", ".nixsmith-1"] {
        fs::write(at(name), "mine").unwrap();
    }
    let journal = at("state/journal/staged-x.json");
    for (temporary, destination) in [
        (at("notes"), at("first")),
        (at(".nixsmith-1"), at("folder/first")),
        (".nixsmith-1".into(), "first".into()),
    ] {
        let entry = serde_json::json!({ "temporary": temporary, "destination": destination, "before": null });
        fs::write(&journal, serde_json::json!([entry]).to_string()).unwrap();
        assert_eq!(
            recover(&at("state")).unwrap_err().to_string(),
            format!("the journal `{}` is damaged", journal.display())
        );
    }
    assert_eq!(
        names(root.path()),
        [".nixsmith-1", "folder", "notes", "state"]
    );
}

#[cfg(unix)]
#[test]
#[expect(
    clippy::disallowed_macros,
    reason = "the harness counts what was skipped"
)]
fn recover_leaves_the_journal_of_another_user() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::create_dir_all(at("state/journal")).unwrap();
    fs::write(at(".nixsmith-1"), "theirs").unwrap();
    let entry = serde_json::json!({ "temporary": at(".nixsmith-1"), "destination": at("first"), "before": null });
    let journal = at("state/journal/staged-x.json");
    fs::write(&journal, serde_json::json!([entry]).to_string()).unwrap();
    // Only root may give a file away.
    if std::os::unix::fs::chown(&journal, Some(65_534), None).is_err() {
        println!("skipped: giving a file to another user needs root");
        return;
    }
    assert!(recover(&at("state")).unwrap().is_empty());
    assert!(journal.exists() && at(".nixsmith-1").exists());
}

#[test]
fn diff_names_new_and_changed_files() {
    let changes = [
        new_file("/base/new.nix".into(), "{ }\n"),
        Change {
            path: "/base/old.nix".into(),
            before: Before::Contents(b"a\nb\n".to_vec()),
            contents: b"a\nc\n".to_vec(),
        },
    ];
    let expected = "--- /dev/null\n+++ b/new.nix\n@@ -0,0 +1 @@\n+{ }\n--- a/old.nix\n+++ b/old.nix\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
    assert_eq!(diff(&changes, Path::new("/base")), expected);
    assert_eq!(
        diff(&changes[..1], Path::new("/elsewhere")),
        "--- /dev/null\n+++ b/base/new.nix\n@@ -0,0 +1 @@\n+{ }\n"
    );
}
