//! `flake init`: every template into every kind of folder.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::ClientOptions;
use nixsmith_workflow::Context;
use nixsmith_workflow::error::{Kind, kind_of};
use nixsmith_workflow::flake::{init, templates};

struct Place {
    home: tempfile::TempDir,
    context: Context,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("project");
        fs::create_dir(&folder).unwrap();
        let mut options = ClientOptions::new(&home.path().join("cache"));
        options.environment = support::environment(home.path());
        let mut context = support::context(&folder, options);
        context.state = home.path().join("state");
        Self { home, context }
    }

    fn folder(&self) -> PathBuf {
        self.context.directory.clone()
    }

    fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.folder(), "git", arguments)
    }

    fn init(
        &self,
        template: &str,
        change: impl FnOnce(&mut init::Request),
    ) -> anyhow::Result<init::Report> {
        let mut request = init::Request {
            template: Some(template.to_owned()),
            ..init::Request::default()
        };
        change(&mut request);
        init::run(&request, &self.context)
    }

    /// Every file but git's.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.folder()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with(".git") {
                    open.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(self.folder()).unwrap();
                    found.insert(name.display().to_string(), fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}

fn names() -> Vec<templates::Listed> {
    let place = Place::new();
    templates::run(&templates::Request, &place.context)
        .unwrap()
        .templates
}

#[test]
fn into_an_empty_folder_and_again() {
    for template in names() {
        let name = &template.name;
        let place = Place::new();
        let first = place.init(name, |_| {}).unwrap();
        let files = place.files();
        assert_eq!(first.files.written, template.files, "{name}");
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            template.files.iter().collect::<Vec<_>>()
        );
        let lying = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../templates/flake")
            .join(name);
        for (path, contents) in &files {
            assert_eq!(
                &fs::read(lying.join(path)).unwrap(),
                contents,
                "{name}: {path}"
            );
        }
        let second = place.init(name, |_| {}).unwrap();
        assert!(
            second.files.written.is_empty() && second.files.same == template.files,
            "{name}"
        );
        assert_eq!(place.files(), files);
    }
}

#[test]
fn git_is_told_and_nothing_is_staged() {
    for template in names() {
        let place = Place::new();
        place.git(&["init", "-q"]);
        fs::create_dir(place.folder().join("sub")).unwrap();
        support::write(&place.folder().join("own"), "mine");
        place.git(&["add", "own"]);
        let report = place.init(&template.name, |_| {}).unwrap();
        assert!(report.files.in_git && report.files.ignored.is_empty());
        let known = place.git(&["ls-files", "--", ":!own"]);
        assert_eq!(
            known.lines().collect::<Vec<_>>(),
            template.files,
            "{}",
            template.name
        );
        // What was staged before is all that is staged now.
        assert_eq!(
            place.git(&["diff", "--cached", "--name-only", "--diff-filter=A"]),
            "own"
        );
    }
}

#[test]
fn nothing_is_written_that_git_could_not_be_told() {
    let place = Place::new();
    place.git(&["init", "-q"]);
    support::write(&place.folder().join(".git/index.lock"), "");
    let error = place.init("package", |_| {}).unwrap_err();
    assert!(error.to_string().contains("is locked"), "{error}");
    assert!(!place.folder().join("flake.nix").exists());
}

#[test]
fn what_is_there_stays() {
    for template in names() {
        let name = &template.name;
        let place = Place::new();
        let own = place.folder().join("README.md");
        support::write(&own, "mine");
        let before = place.files();
        let error = place.init(name, |_| {}).unwrap_err();
        assert_eq!(kind_of(&error), Kind::User);
        assert!(error.to_string().ends_with(":\n  README.md"), "{error}");
        assert_eq!(place.files(), before, "{name}");
        let merged = place.init(name, |request| request.merge = true).unwrap();
        assert_eq!(merged.files.kept, ["README.md"]);
        assert_eq!(merged.files.written.len() + 1, template.files.len());
        assert_eq!(fs::read_to_string(&own).unwrap(), "mine");
    }
}

#[test]
fn a_name_of_ones_own() {
    for template in names() {
        let name = &template.name;
        let place = Place::new();
        let with_name = |request: &mut init::Request| request.name = Some("fancy1".to_owned());
        if !template.takes_name {
            assert_eq!(
                kind_of(&place.init(name, with_name).unwrap_err()),
                Kind::Usage
            );
            continue;
        }
        place.init(name, with_name).unwrap();
        for (path, contents) in place.files() {
            let text = format!("{path}\n{}", String::from_utf8(contents).unwrap());
            let words = text.split(|letter: char| !letter.is_alphanumeric());
            let left: Vec<&str> = words
                .filter(|word| matches!(*word, "greet" | "Greet"))
                .collect();
            assert_eq!(left, Vec::<&str>::new(), "{name}: {path}");
        }
    }
    let place = Place::new();
    for bad in ["a b", "\"", "${x}", "9a", "class", "../up", ""] {
        let error = place.init("package", |request| request.name = Some(bad.to_owned()));
        assert_eq!(kind_of(&error.unwrap_err()), Kind::Usage, "{bad:?}");
    }
    assert!(place.files().is_empty());
}

#[test]
fn links_and_folders_in_the_way() {
    let place = Place::new();
    let outside = place.home.path().join("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, place.folder().join("src")).unwrap();
    let error = place
        .init("shell-python", |request| request.merge = true)
        .unwrap_err();
    assert!(error.to_string().contains("is a link"), "{error}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    let place = Place::new();
    fs::create_dir_all(place.folder().join("flake.nix")).unwrap();
    assert!(place.init("cross", |request| request.merge = true).is_err());
    assert!(place.files().is_empty());
}

#[test]
fn the_project_says_which() {
    let place = Place::new();
    let request = init::Request::default();
    assert_eq!(
        kind_of(&init::run(&request, &place.context).unwrap_err()),
        Kind::Usage
    );
    support::write(&place.folder().join("go.mod"), "module example.org/x\n");
    let report = init::run(&request, &place.context).unwrap();
    assert_eq!(report.template, "shell");
    assert_eq!(report.detected.as_deref(), Some("go.mod"));
    assert_eq!(report.files.written, ["flake.nix", "shell.nix"]);
}
