//! `flake add-input` and `flake update` with real Nix, on flakes in git repositories of their own.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_workflow::Context;
use nixsmith_workflow::flake::{add_input, update};

/// Three flakes: `dep`; `util`, which has it as an input; and `app`, which has it too.
struct Flakes {
    folder: tempfile::TempDir,
    context: Context,
}

impl Flakes {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app");
        fs::create_dir(&app).unwrap();
        let mut context = support::building_context(folder.path())?;
        context.directory = app;
        let flakes = Self { folder, context };
        flakes.write("dep", "{ outputs = _: { value = 1; }; }\n");
        let dep = flakes.url("dep");
        flakes.write(
            "util",
            &format!("{{ inputs.dep.url = \"{dep}\"; outputs = {{ self, dep }}: {{ inherit (dep) value; }}; }}\n"),
        );
        let locked = update::run(&update::Request::default(), &flakes.in_folder("util"));
        assert_eq!(locked.unwrap().updated.len(), 1);
        flakes.commit("util");
        flakes.write(
            "app",
            &format!("{{\n  inputs.dep.url = \"{dep}\"; # ours\n\n  outputs = {{ self, dep }}: {{ inherit (dep) value; }};\n}}\n"),
        );
        Some(flakes)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, name: &str) -> String {
        format!("git+file://{}", self.path(name).display())
    }

    fn in_folder(&self, name: &str) -> Context {
        let mut context = support::building_context(self.folder.path()).unwrap();
        context.directory = self.path(name);
        context
    }

    /// A flake of this text, committed.
    fn write(&self, name: &str, text: &str) {
        let folder = self.path(name);
        support::write(&folder.join("flake.nix"), text);
        support::run(&folder, "git", &["init", "-q", "-b", "main"]);
        for (key, value) in [("user.name", "Test"), ("user.email", "test@example.org")] {
            support::run(&folder, "git", &["config", key, value]);
        }
        self.commit(name);
    }

    fn commit(&self, name: &str) {
        let folder = self.path(name);
        support::run(&folder, "git", &["add", "-A"]);
        support::run(&folder, "git", &["commit", "-q", "-m", "next"]);
    }

    fn status(&self) -> String {
        support::run(&self.path("app"), "git", &["status", "--porcelain"])
    }

    fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path("app").join(file)).ok()
    }

    fn add(&self, name: &str, url: &str, follows: &[&str]) -> anyhow::Result<add_input::Report> {
        let request = add_input::Request {
            name: name.to_owned(),
            url: url.to_owned(),
            follows: follows.iter().map(|it| (*it).to_owned()).collect(),
            is_flake: true,
            locks: true,
        };
        add_input::run(&request, &self.context)
    }
}

/// What Nix says of an attribute of the app.
fn value(flakes: &Flakes) -> u32 {
    let app = flakes.path("app");
    let expression = format!("(builtins.getFlake \"git+file://{}\").value", app.display());
    nixsmith_workflow::nix::evaluate(&expression, &[], Path::new("/"), &flakes.context).unwrap()
}

#[test]
fn an_input_is_added_and_locked() {
    let Some(flakes) = Flakes::new() else { return };
    let report = flakes.add("util", &flakes.url("util"), &[]).unwrap();
    assert!(report.locked.unwrap().rev.is_some());
    // It has what we have: that is said.
    let proposed: Vec<&str> = report
        .proposals
        .iter()
        .map(|it| it.input.as_str())
        .collect();
    assert_eq!(proposed, ["dep"]);
    // git knows the new lock, so that Nix sees it.
    assert_eq!(flakes.status(), "A flake.lock\n M flake.nix");
    assert_eq!(value(&flakes), 1);
    let report = flakes.add("again", &flakes.url("util"), &["dep"]).unwrap();
    assert_eq!(report.proposals, []);
    let lock: serde_json::Value =
        serde_json::from_str(&flakes.read("flake.lock").unwrap()).unwrap();
    let again = lock["nodes"]["root"]["inputs"]["again"].as_str().unwrap();
    assert_eq!(
        lock["nodes"][again]["inputs"]["dep"],
        serde_json::json!(["dep"])
    );
    assert!(flakes.read("flake.nix").unwrap().contains("# ours"));
}

#[test]
fn what_cannot_be_locked_leaves_both_files() {
    let Some(flakes) = Flakes::new() else { return };
    let before = flakes.read("flake.nix");
    for (url, follows) in [
        (flakes.url("nowhere"), ""),
        (format!("{}?ref=nowhere", flakes.url("util")), ""),
        (flakes.url("util"), "other=dep"),
        // read at once, but not to be locked
        ("./nowhere".to_owned(), ""),
    ] {
        let follows: Vec<&str> = Some(follows)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect();
        assert!(flakes.add("util", &url, &follows).is_err(), "{url}");
        assert_eq!(flakes.read("flake.nix"), before, "{url}");
        assert_eq!(flakes.read("flake.lock"), None, "{url}");
        assert_eq!(flakes.status(), "", "{url}");
    }
}

#[test]
fn what_is_new_is_said_and_committed() {
    let Some(flakes) = Flakes::new() else { return };
    let request = |commit| update::Request {
        inputs: vec!["dep".to_owned()],
        commit,
    };
    let first = update::run(&request(true), &flakes.context).unwrap();
    assert_eq!(first.updated[0].what, update::What::Added);
    assert_eq!(flakes.status(), "");
    // Nothing is newer: nothing is committed.
    let same = update::run(&request(true), &flakes.context).unwrap();
    assert_eq!((same.updated.len(), same.commit), (0, None));
    flakes.write("dep", "{ outputs = _: { value = 2; }; }\n");
    let mut dry = flakes.in_folder("app");
    dry.dry_run = true;
    let planned = update::run(&request(true), &dry).unwrap();
    assert!(planned.diff.is_some() && planned.commit.is_none());
    assert_eq!((value(&flakes), flakes.status()), (1, String::new()));
    let done = update::run(&request(true), &flakes.context).unwrap();
    let [one] = done.updated.as_slice() else {
        unreachable!("{done:?}")
    };
    assert_eq!(
        (one.input.as_str(), one.what),
        ("dep", update::What::Updated)
    );
    assert_eq!(value(&flakes), 2);
    let app = flakes.path("app");
    let message = support::run(&app, "git", &["log", "-1", "--format=%B"]);
    assert!(
        message.starts_with("flake.lock: update dep\n\n- dep: "),
        "{message}"
    );
    assert_eq!(
        support::run(&app, "git", &["rev-parse", "HEAD"]),
        done.commit.unwrap()
    );
    // A lock with changes of its own is not committed along.
    support::write(&app.join("flake.lock"), "{}\n");
    assert!(update::run(&request(true), &flakes.context).is_err());
    assert_eq!(flakes.read("flake.lock").as_deref(), Some("{}\n"));
}
