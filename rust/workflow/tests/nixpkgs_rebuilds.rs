//! What a change of the fixture rebuilds, by the static search and by evaluating everything.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails where it cannot go on"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_fetch::ClientOptions;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::rebuilds::{
    self, Config, How, Kind, Method, Rebuilds, Request, Side, comparison,
};

const SYSTEM: &str = "x86_64-linux";

/// Two copies of the fixture, `base` and `head`.
struct Trees {
    folder: tempfile::TempDir,
    context: Context,
}

impl Trees {
    /// `None` without Nix.
    fn new() -> Option<Self> {
        let Some(nix) = support::nix_program() else {
            support::skip("no Nix");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checks/fixture");
        for side in ["base", "head"] {
            copy(&fixture, &folder.path().join(side));
        }
        let mut environment = support::environment(folder.path());
        if let Some(configuration) = support::variable("NIX_CONF_DIR") {
            environment.set("NIX_CONF_DIR", configuration);
        }
        let options = ClientOptions {
            environment,
            ..ClientOptions::new(&folder.path().join("cache"))
        };
        let mut context = support::context(folder.path(), options);
        context.nix_program = nix.into();
        Some(Self { folder, context })
    }

    fn head(&self, path: &str) -> PathBuf {
        self.folder.path().join("head").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.head(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        write(&file, text);
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.head(path)).unwrap();
        assert!(text.contains(from), "{path}");
        self.write(path, &text.replace(from, to));
    }

    fn request(&self, method: Method) -> Request {
        let side = |name: &str| Side {
            root: self.folder.path().join(name),
            commit: None,
        };
        Request {
            base: side("base"),
            head: side("head"),
            systems: vec![SYSTEM.to_owned()],
            only: None,
            touched: None,
            memory_bytes: Some(2 << 30),
            method,
            stop_above: None,
            stop_after: None,
            config: Config::default(),
        }
    }

    fn find(&self, method: Method) -> Rebuilds {
        rebuilds::find(&self.request(method), &self.context).unwrap()
    }

    /// The static search, which must find what evaluating everything finds.
    fn found(&self) -> Vec<(String, Kind, bool)> {
        let found = self.find(Method::Auto);
        let full = self.find(Method::Full);
        assert_eq!(found.how, How::Static);
        assert_eq!(full.how, How::Full);
        // Exact where nothing names what differs: then nothing was followed.
        assert!(full.exact);
        assert_eq!(found.exact, !found.why.contains("by name"), "{found:?}");
        assert_eq!(found.per_system, full.per_system);
        assert!(found.evaluated < full.evaluated, "{found:?}");
        of(&found)
    }
}

fn of(rebuilds: &Rebuilds) -> Vec<(String, Kind, bool)> {
    rebuilds.per_system[SYSTEM]
        .iter()
        .map(|one| (one.attribute.clone(), one.kind, one.failing.is_some()))
        .collect()
}

fn changed(names: &[&str]) -> Vec<(String, Kind, bool)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), Kind::Changed, false))
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_library_and_what_needs_it() {
    let Some(trees) = Trees::new() else { return };
    trees.edit(
        "pkgs/by-name/li/libgreet/package.nix",
        "pname = \"libgreet\"",
        "pname = \"libgreet2\"",
    );
    assert_eq!(
        trees.found(),
        changed(&["greeter", "greeter-config", "libgreet"])
    );
    let found = trees.find(Method::Auto);
    assert_eq!(comparison::counts(&found)["linux"], 3);
    let rebuilt = &found.per_system[SYSTEM][0];
    assert!(rebuilt.old_drv.is_some() && rebuilt.old_drv != rebuilt.new_drv);
}

#[test]
fn a_source_file() {
    let Some(trees) = Trees::new() else { return };
    trees.write("pkgs/by-name/gr/greeter/src/main.c", "int main() {}\n");
    assert_eq!(trees.found(), changed(&["greeter", "greeter-config"]));
}

#[test]
fn one_comes_and_one_goes() {
    let Some(trees) = Trees::new() else { return };
    let text =
        fs::read_to_string(trees.head("pkgs/by-name/gr/greeter-config/package.nix")).unwrap();
    trees.write(
        "pkgs/by-name/ne/newcomer/package.nix",
        &text.replace("greeter-config", "newcomer"),
    );
    fs::remove_file(trees.head("pkgs/by-name/gr/greeter-config/package.nix")).unwrap();
    fs::remove_dir(trees.head("pkgs/by-name/gr/greeter-config")).unwrap();
    let expected = [
        ("greeter-config".to_owned(), Kind::Removed, false),
        ("newcomer".to_owned(), Kind::Added, false),
    ];
    assert_eq!(trees.found(), expected);
}

#[test]
fn a_failure_is_kept_with_its_reason() {
    let Some(trees) = Trees::new() else { return };
    trees.edit(
        "pkgs/by-name/gr/greeter/package.nix",
        "src = ./src;",
        "src = ./src",
    );
    let expected = [
        ("greeter".to_owned(), Kind::Changed, true),
        ("greeter-config".to_owned(), Kind::Changed, true),
    ];
    assert_eq!(trees.found(), expected);
    let found = trees.find(Method::Static);
    let reason = found.per_system[SYSTEM][0].failing.as_deref().unwrap();
    assert!(reason.starts_with("error: syntax error"), "{reason}");
    assert_eq!(comparison::counts(&found)["linux"], 0);
}

#[test]
fn text_for_people_needs_no_evaluation() {
    let Some(mut trees) = Trees::new() else {
        return;
    };
    trees.write("README.md", "other\n");
    trees.context.nix_program = "no-such-nix".into();
    let found = trees.find(Method::Auto);
    assert_eq!((found.evaluated, found.exact), (0, true));
    assert_eq!(of(&found), []);
}

#[test]
fn everything_once_and_again_from_what_was_kept() {
    let Some(trees) = Trees::new() else { return };
    trees.edit("stdenv/setup.sh", "\n", "\n\n");
    let mut request = trees.request(Method::Auto);
    request.base.commit = Some("abc".to_owned());
    let first = rebuilds::find(&request, &trees.context).unwrap();
    assert_eq!((first.how, first.exact), (How::Full, true));
    assert!(of(&first).len() > 5, "{first:?}");
    let skipped = &first.skipped[SYSTEM];
    let broken = skipped.iter().find(|one| one.attribute == "broken");
    // the fixture throws in place of the whole package, so that its meta cannot be asked
    assert_eq!(broken.unwrap().reason, "throws an error");
    let second = rebuilds::find(&request, &trees.context).unwrap();
    assert_eq!(
        (second.how, &second.per_system),
        (How::Graph, &first.per_system)
    );
    assert!(second.evaluated < first.evaluated);
    request.stop_above = Some(0);
    let stopped = rebuilds::find(&request, &trees.context).unwrap();
    assert!(!stopped.exact);
    assert!(
        stopped.why.contains("enough rebuilds are proven"),
        "{}",
        stopped.why
    );
    request.stop_above = None;
    request.stop_after = Some(std::time::Duration::ZERO);
    let late = rebuilds::find(&request, &trees.context).unwrap();
    assert!(
        !late.exact && late.per_system[SYSTEM].is_empty(),
        "{late:?}"
    );
    assert!(
        late.why.contains("the time for it was over"),
        "{}",
        late.why
    );
}

#[test]
fn only_what_is_asked_for() {
    let Some(trees) = Trees::new() else { return };
    trees.write("pkgs/by-name/gr/greeter/src/main.c", "int main() {}\n");
    let mut request = trees.request(Method::Auto);
    request.only = Some(vec!["greeter".to_owned(), "hello".to_owned()]);
    let found = rebuilds::find(&request, &trees.context).unwrap();
    assert_eq!(of(&found), changed(&["greeter"]));
    assert_eq!(found.candidates, 2);
}

#[test]
fn a_tree_that_does_not_evaluate_is_an_error() {
    let Some(trees) = Trees::new() else { return };
    trees.write("pkgs/by-name/gr/greeter/src/main.c", "int main() {}\n");
    trees.write(
        "default.nix",
        "{ system, overlays, config }: { stdenv = 1 + \"\"; }",
    );
    for method in [Method::Static, Method::Full] {
        let mut request = trees.request(method);
        request.touched = Some(vec!["pkgs/by-name/gr/greeter/src/main.c".to_owned()]);
        let error = rebuilds::find(&request, &trees.context).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the head does not evaluate at all: error: "),
            "{error}"
        );
    }
}

#[test]
fn too_little_memory_is_an_error() {
    let Some(trees) = Trees::new() else { return };
    let mut request = trees.request(Method::Full);
    request.memory_bytes = Some(100 << 20);
    let error = rebuilds::find(&request, &trees.context).unwrap_err();
    assert_eq!(
        error.to_string(),
        "evaluating nixpkgs needs at least 278 MiB of memory, not 100"
    );
}
