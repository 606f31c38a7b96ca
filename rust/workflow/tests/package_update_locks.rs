//! `package update` where a lock file lies beside the expression, with a real Nix and sources on a loopback server.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;
#[path = "support/update.rs"]
mod update;

use std::fs;

use nixsmith_fetch::testing::Reply;
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{Contents, Node, Tree};
use nixsmith_workflow::error::hints_of;
use nixsmith_workflow::package::update::{How, Report};
use nixsmith_workflow::vendor_hash;
use update::{Ground, ground};

const ZEROS: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A package with these attributes more.
fn package(attributes: &str) -> String {
    format!(
        "{{ mkDerivation, fetchurl, vendored, ... }}:\nmkDerivation (finalAttrs: {{\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {{\n    url = \"@SERVER@/real-${{finalAttrs.version}}.tar.gz\";\n    hash = \"{ZEROS}\";\n  }};\n{attributes}}})\n"
    )
}

/// A tree with the package and these files beside it, and the server with the files of version 2.0.
fn released(attributes: &str, beside: &[(&str, &str)], source: &[(&str, &str)]) -> Option<Ground> {
    let text = package(attributes);
    let beside = beside
        .iter()
        .map(|(name, text)| (format!("a/{name}"), *text));
    let beside: Vec<(String, &str)> = beside.collect();
    let mut files = update::one(&text);
    files.extend(
        beside
            .iter()
            .map(|(name, text)| (name.as_str(), (*text).to_owned())),
    );
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let ground = ground(&files)?;
    release(&ground, source);
    Some(ground)
}

/// Puts an archive of these files on the server.
fn release(ground: &Ground, source: &[(&str, &str)]) {
    let folder = ground.folder.path().join("a-2.0");
    support::write(&folder.join("README"), "new");
    for (name, text) in source {
        support::write(&folder.join(name), text);
    }
    support::run(ground.folder.path(), "tar", &["-czf", "archive", "a-2.0"]);
    let bytes = fs::read(ground.folder.path().join("archive")).unwrap();
    ground.server.on("/real-2.0.tar.gz", Reply::ok(bytes));
}

fn cargo_lock(version: &str, dependency: &str) -> String {
    format!(
        "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"{version}\"\ndependencies = [\n \"dep\",\n]\n\n[[package]]\nname = \"dep\"\nversion = \"{dependency}\"\n"
    )
}

const MANIFEST: &str =
    "[package]\nname = \"a\"\nversion = \"2.0.0\"\n\n[dependencies]\ndep = \"1.2\"\n";

fn npm_lock(range: &str) -> String {
    format!(
        "{{\n  \"name\": \"a\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{\n      \"name\": \"a\",\n      \"version\": \"1.0\",\n      \"dependencies\": {{\n        \"dep\": \"{range}\"\n      }}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn a_copy_becomes_the_lock_of_the_new_source() {
    let (old, new) = (cargo_lock("1.0.0", "1.2.0"), cargo_lock("2.0.0", "1.3.0"));
    let (old_npm, new_npm) = (npm_lock("^1.0.0"), npm_lock("^2.0.0"));
    // What the package says, where the copy lies, and where the source has it.
    let cases = [
        (
            "  cargoLock.lockFile = ./Cargo.lock;\n",
            "Cargo.lock",
            "Cargo.lock",
        ),
        (
            "  cargoLock = {\n    lockFile = ./Cargo.lock;\n  };\n  cargoRoot = \"cli\";\n",
            "Cargo.lock",
            "cli/Cargo.lock",
        ),
        (
            "  postPatch = ''\n    cp ${./Cargo.lock} Cargo.lock\n  '';\n",
            "Cargo.lock",
            "Cargo.lock",
        ),
        (
            "  postPatch = ''\n    rm -f x\n    ln -s ${./Cargo.lock} ./sub/Cargo.lock; true\n  '';\n",
            "Cargo.lock",
            "sub/Cargo.lock",
        ),
        (
            "  postPatch = \"cp ${./Cargo.lock} sub/\";\n",
            "Cargo.lock",
            "sub/Cargo.lock",
        ),
        (
            "  postUnpack = ''\n    cp ${./Cargo.lock} \"$sourceRoot/Cargo.lock\"\n  '';\n  sourceRoot = \"a-2.0/cli\";\n",
            "Cargo.lock",
            "cli/Cargo.lock",
        ),
        (
            "  prePatch = ''\n    cp ${./locks/own.lock} Cargo.lock\n  '';\n",
            "locks/own.lock",
            "Cargo.lock",
        ),
        // Named twice: once for Nix, once for the build.
        (
            "  cargoLock.lockFile = ./Cargo.lock;\n  postPatch = ''\n    ln -s ${./Cargo.lock} sub/Cargo.lock\n  '';\n",
            "Cargo.lock",
            "sub/Cargo.lock",
        ),
        (
            "  postPatch = ''\n    cp ${./package-lock.json} package-lock.json\n  '';\n",
            "package-lock.json",
            "package-lock.json",
        ),
        (
            "  postPatch = ''\n    cp ${./package-lock.json} ./package-lock.json\n  '';\n  npmRoot = \"web\";\n",
            "package-lock.json",
            "web/package-lock.json",
        ),
    ];
    for (attributes, copy, place) in cases {
        let is_npm = place.ends_with(".json");
        let (old, new) = if is_npm {
            (&old_npm, &new_npm)
        } else {
            (&old, &new)
        };
        let Some(ground) = released(attributes, &[(copy, old)], &[(place, new)]) else {
            return;
        };
        let report = ground.update().unwrap();
        let copy = format!("a/{copy}");
        assert_eq!(
            report.files,
            ["a/package.nix", copy.as_str()],
            "{attributes}"
        );
        assert_eq!(ground.read(&copy), *new, "{attributes}");
    }
}

#[test]
fn two_copies_for_two_folders() {
    let attributes = "  postPatch = ''\n    cp ${./Cargo.lock} Cargo.lock\n    cp ${./web.json} web/package-lock.json\n  '';\n";
    let source = [
        ("Cargo.lock", cargo_lock("2.0.0", "1.3.0")),
        ("web/package-lock.json", npm_lock("^2.0.0")),
    ];
    let source: Vec<(&str, &str)> = source
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let beside = [("Cargo.lock", "version = 4\n"), ("web.json", "{}\n")];
    let Some(ground) = released(attributes, &beside, &source) else {
        return;
    };
    let report = ground.update().unwrap();
    assert_eq!(report.files.len(), 3);
    assert_eq!(ground.read("a/Cargo.lock"), source[0].1);
    assert_eq!(ground.read("a/web.json"), source[1].1);
}

#[test]
fn a_hash_that_comes_from_the_copy_is_that_of_the_new_one() {
    let attributes = format!(
        "  postPatch = \"cp ${{./package-lock.json}} package-lock.json; rm -f x\";\n  npmDepsHash = \"{ZEROS}\";\n  npmDeps = vendored {{\n    inherit (finalAttrs) postPatch;\n    modules = builtins.readFile ./package-lock.json;\n    outputHash = finalAttrs.npmDepsHash;\n  }};\n"
    );
    let (old, new) = (npm_lock("^1.0.0"), npm_lock("^2.0.0"));
    let beside = [("package-lock.json", old.as_str())];
    let Some(ground) = released(&attributes, &beside, &[("package-lock.json", &new)]) else {
        return;
    };
    let report = ground.update().unwrap();
    assert_eq!(report.hashes.len(), 2);
    assert_eq!(report.hashes[1].attribute, "npmDepsHash");
    assert_eq!(report.hashes[1].how, How::Built);
    // `echo "$modules"`
    let expected = Node::file(Contents::from_bytes(format!("{new}\n").into_bytes()));
    let mut tree = Tree::new();
    tree.root = expected;
    let expected = tree.nar_hash(Algorithm::Sha256).unwrap().hash;
    assert_eq!(report.hashes[1].new, expected.to_string());
}

/// The copy and what is told of it, where the source has no lock.
fn without_lock(
    attributes: &str,
    copy: (&str, &str),
    manifest: (&str, &str),
) -> Option<(Ground, anyhow::Result<Report>)> {
    let ground = released(attributes, &[copy], &[manifest])?;
    let answer = ground.update();
    Some((ground, answer))
}

#[test]
fn a_copy_that_upstream_does_not_have_stays_where_it_fits() {
    let cargo = "  cargoLock.lockFile = ./Cargo.lock;\n  postPatch = ''\n    ln -s ${./Cargo.lock} Cargo.lock\n  '';\n";
    let npm = "  postPatch = ''\n    cp ${./package-lock.json} package-lock.json\n  '';\n";
    let (own, own_npm) = (cargo_lock("1.0.0", "1.2.5"), npm_lock("^1.0.0"));
    let package_json =
        "{ \"name\": \"a\", \"version\": \"2.0\", \"dependencies\": { \"dep\": \"^1.0.0\" } }";
    for (attributes, copy, manifest) in [
        (
            cargo,
            ("Cargo.lock", own.as_str()),
            ("Cargo.toml", MANIFEST),
        ),
        (
            npm,
            ("package-lock.json", own_npm.as_str()),
            ("package.json", package_json),
        ),
    ] {
        let Some((ground, answer)) = without_lock(attributes, copy, manifest) else {
            return;
        };
        let report = answer.unwrap();
        assert_eq!(report.files, ["a/package.nix"]);
        let (name, text) = copy;
        let told = format!("`a/{name}` stays as it is: the new source has no `{name}`");
        assert_eq!(report.notes.last(), Some(&told));
        assert_eq!(ground.read(&format!("a/{name}")), text);
    }
    let other = package_json.replace("^1.0.0", "^2.0.0");
    for (attributes, copy, manifest, message, hint) in [
        (
            cargo,
            ("Cargo.lock", own.as_str()),
            ("Cargo.toml", MANIFEST.replace("1.2", "1.3")),
            "could not renew the copy of `Cargo.lock`, `a/Cargo.lock`: the new source has none, and the copy lacks `dep 1.3`",
            "make one with `cargo generate-lockfile` in the new source",
        ),
        (
            cargo,
            ("Cargo.lock", "no lock"),
            ("Cargo.toml", MANIFEST.to_owned()),
            "could not renew the copy of `Cargo.lock`, `a/Cargo.lock`: the new source has none, and whether the copy fits it cannot be said",
            "",
        ),
        (
            npm,
            ("package-lock.json", own_npm.as_str()),
            ("package.json", other),
            "could not renew the copy of `package-lock.json`, `a/package-lock.json`: the new source has none, and the copy lacks `dep ^2.0.0`",
            "make one with `npm install --package-lock-only` in the new source",
        ),
    ] {
        let Some((ground, answer)) = without_lock(attributes, copy, (manifest.0, &manifest.1))
        else {
            return;
        };
        let error = answer.unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        assert_eq!(hints_of(&error).concat(), hint);
        assert_eq!(ground.git(&["status", "--porcelain"]), "");
    }
}

/// A change is tried in a tree of links; one of them leads to the folder of the copy.
#[test]
fn a_failure_leaves_the_copy_behind_a_link_alone() {
    let attributes = format!(
        "  cargoLock.lockFile = ./locks/Cargo.lock;\n  vendorHash = \"{ZEROS}\";\n  goModules = vendored {{\n    args = [ \"-c\" \"exit 1\" ];\n    outputHash = finalAttrs.vendorHash;\n  }};\n"
    );
    let text = package(&attributes);
    let old = cargo_lock("1.0.0", "1.2.0");
    let default = "{ system ? builtins.currentSystem, ... }:\nlet\n  library = import ./lib.nix { inherit system; };\nin\n{\n  a = import ./pkgs/by-name/a/a/package.nix library;\n}\n";
    let files = [
        ("default.nix", default),
        ("pkgs/top-level/default.nix", "{ }\n"),
        ("pkgs/by-name/a/a/package.nix", text.as_str()),
        ("pkgs/by-name/a/a/locks/Cargo.lock", old.as_str()),
    ];
    let Some(ground) = ground(&files) else { return };
    release(&ground, &[("Cargo.lock", &cargo_lock("2.0.0", "1.3.0"))]);
    let error = ground.update().unwrap_err();
    assert!(error.to_string().contains("`goModules`"), "{error:#}");
    assert_eq!(ground.git(&["status", "--porcelain"]), "");
}

/// Git sources of a `Cargo.lock` that Nix reads itself stand in the expression with their hashes.
#[test]
fn git_sources_of_a_copy_get_their_hashes() {
    let lock = |pinned: &[String]| {
        let mut text =
            String::from("version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n");
        for source in pinned {
            text.push_str(&format!(
                "\n[[package]]\nname = \"dep\"\nversion = \"0.3.0\"\nsource = \"git+{source}\"\n"
            ));
        }
        text
    };
    let other = "https://example.org/dep#0123456789abcdef0123456789abcdef01234567".to_owned();
    let hashes = "  cargoLock = {\n    lockFile = ./Cargo.lock;\n    outputHashes = {\n      \"old-0.1.0\" = \"sha256-AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\";\n    };\n  };\n";
    let plain = "  cargoLock.lockFile = ./Cargo.lock;\n";
    let builtin =
        "  cargoLock = {\n    lockFile = ./Cargo.lock;\n    allowBuiltinFetchGit = true;\n  };\n";
    for attributes in [hashes, plain, builtin] {
        let before = lock(std::slice::from_ref(&other));
        let Some(ground) = released(attributes, &[("Cargo.lock", &before)], &[]) else {
            return;
        };
        let repository = ground.folder.path().join("repositories/dep");
        let manifest = "[package]\nname = \"dep\"\nversion = \"0.3.0\"\n";
        support::repository(&repository, &[("Cargo.toml", manifest), ("src/lib.rs", "")]);
        let commit = support::run(&repository, "git", &["rev-parse", "HEAD"]);
        ground
            .server
            .serve_git("/git", &ground.folder.path().join("repositories"));
        let url = ground.server.url("/git/dep");
        let new = lock(&[format!("{url}?rev={commit}#{commit}")]);
        release(&ground, &[("Cargo.lock", &new)]);
        let report = ground.update().unwrap();
        assert_eq!(report.files, ["a/package.nix", "a/Cargo.lock"]);
        let text = ground.read("a/package.nix");
        if attributes == builtin {
            assert!(text.contains(builtin), "{text}");
            continue;
        }
        let expected = [
            ("Cargo.toml", manifest.as_bytes().to_vec()),
            ("src/lib.rs", Vec::new()),
        ];
        let mut tree = Tree::new();
        for (name, bytes) in expected {
            let file = Node::file(Contents::from_bytes(bytes));
            tree.insert(name.as_bytes(), file).unwrap();
        }
        let hash = tree.nar_hash(Algorithm::Sha256).unwrap().hash;
        let line = format!("\"dep-0.3.0\" = \"{hash}\";");
        assert!(
            text.contains(&line) && !text.contains("old-0.1.0"),
            "{text}"
        );
    }
    // The same ones: nothing is asked for. None any more: nothing is named.
    let kept = lock(std::slice::from_ref(&other));
    for (new, expected) in [(kept.clone(), true), (lock(&[]), false)] {
        let source = [("Cargo.lock", new.as_str())];
        let Some(ground) = released(hashes, &[("Cargo.lock", &kept)], &source) else {
            return;
        };
        ground.update().unwrap();
        let text = ground.read("a/package.nix");
        assert_eq!(text.contains("outputHashes"), expected, "{text}");
        assert_eq!(ground.read("a/Cargo.lock"), new);
    }
}

/// What is vendored is what the copy pins: computed, where the script does nothing else.
#[test]
fn a_hash_is_computed_from_the_copy() {
    let (old, new) = (own_lock("1.0.0"), own_lock("2.0.0"));
    for (script, place, folder) in [
        ("cp ${./Cargo.lock} Cargo.lock", "Cargo.lock", ""),
        (
            "ln -sf ${./Cargo.lock} cli/Cargo.lock",
            "cli/Cargo.lock",
            "cli",
        ),
    ] {
        for source in [vec![(place, new.as_str())], vec![]] {
            let attributes = format!(
                "  postPatch = \"{script}\";\n  cargoHash = \"{ZEROS}\";\n  cargoDeps.vendorStaging = vendored {{\n    inherit (finalAttrs) postPatch;\n    cargoRoot = \"{folder}\";\n    args = [ \"-c\" \"exit 1\" ];\n    outputHash = finalAttrs.cargoHash;\n  }};\n"
            );
            let Some(ground) = released(&attributes, &[("Cargo.lock", &old)], &source) else {
                return;
            };
            let report = ground.update().unwrap();
            let kept = if source.is_empty() { &old } else { &new };
            assert_eq!(ground.read("a/Cargo.lock"), *kept);
            assert_eq!(report.hashes[1].attribute, "cargoHash");
            assert_eq!(report.hashes[1].how, How::Computed);
            let project = ground.folder.path().join("project");
            support::write(&project.join("Cargo.lock"), kept);
            let expected = vendor_hash::run(
                &vendor_hash::Request {
                    project: project.display().to_string(),
                    root: String::new(),
                    attribute: None,
                    npm: vendor_hash::NpmOptions::default(),
                },
                &ground.context,
            );
            assert_eq!(report.hashes[1].new, expected.unwrap().hash, "{script}");
        }
    }
}

/// A lock of a project that depends on nothing.
fn own_lock(version: &str) -> String {
    format!("version = 4\n\n[[package]]\nname = \"a\"\nversion = \"{version}\"\n")
}
