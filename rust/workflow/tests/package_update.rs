//! `package update` with a real Nix on a small tree whose sources lie on a loopback server.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;
#[path = "support/update.rs"]
mod update;

use std::fs;
use std::path::Path;

use nixsmith_fetch::testing::Reply;
use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};
use nixsmith_workflow::package::update::{How, Request, Wanted, run};
use update::{Ground, filled, ground, ground_of, hash, one};

#[test]
fn every_way_to_write_a_version() {
    let ways = [
        // finalAttrs, and a comment that says the old version
        "{ mkDerivation, fetchurl, ... }:\nmkDerivation (finalAttrs: {\n  pname = \"a\";\n  version = \"1.0\"; # since 1.0\n  other = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/a-${finalAttrs.version}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n})\n",
        // rec, sha256 in Nix32
        "{ mkDerivation, fetchurl, ... }:\nmkDerivation rec {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/${pname}-${version}.tgz\";\n    sha256 = \"@32 a-1.0.tgz@\";\n  };\n}\n",
        // let and inherit, the other literal of the same name first
        "{ mkDerivation, fetchurl, ... }:\nlet\n  tools = {\n    version = \"1.0\";\n  };\n  version = \"1.0\";\nin\nmkDerivation {\n  pname = \"a\";\n  inherit version tools;\n  src = fetchurl {\n    url = \"@SERVER@/a-${version}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n",
        // the version once more in the address, a hash that is still to be filled in
        "{ mkDerivation, fetchurl, ... }:\nmkDerivation {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/a-1.0.tgz\";\n    hash = \"\";\n  };\n}\n",
        // no version at all
        "{ mkDerivation, fetchurl, ... }:\nmkDerivation rec {\n  name = \"a-1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/${name}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n",
    ];
    for way in ways {
        let Some(ground) = ground_of(way) else { return };
        let report = ground.update().unwrap();
        assert_eq!(
            (report.old.as_str(), report.new.as_str()),
            ("1.0", "2.0"),
            "{way}"
        );
        assert_eq!(report.files, ["a/package.nix"]);
        assert_eq!(report.hashes.len(), 1);
        assert_eq!(report.hashes[0].new, hash("a-2.0.tgz").to_string());
        assert_eq!(report.hashes[0].how, How::Computed);
        let lines = ground.changed_lines();
        let expected = if way.contains("/a-1.0.tgz\"") { 6 } else { 4 };
        assert_eq!(lines.len(), expected, "{lines:?}");
        let text = ground.read("a/package.nix");
        let nix32 = hash("a-2.0.tgz").to_text(Notation::Nix32);
        assert_eq!(text.contains(&nix32), way.contains("@32 "), "{text}");
        assert_eq!(text.contains("since 1.0"), way.contains("since 1.0"));
        // A second run finds nothing to do.
        let again = ground.update().unwrap();
        assert!(again.files.is_empty() && again.hashes.is_empty());
    }
}

#[test]
fn the_one_that_counts_of_two_equal_literals() {
    let way = "{ mkDerivation, fetchurl, ... }:\nlet\n  tools = {\n    version = \"1.0\";\n  };\n  number = \"1.0\";\nin\nmkDerivation {\n  pname = \"a\";\n  version = number;\n  inherit tools;\n  src = fetchurl {\n    url = \"@SERVER@/a-${number}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n";
    let Some(ground) = ground_of(way) else { return };
    ground.update().unwrap();
    let text = ground.read("a/package.nix");
    assert!(
        text.contains("number = \"2.0\"") && text.contains("version = \"1.0\""),
        "{text}"
    );
}

#[test]
fn versions_and_hashes_in_a_json_file() {
    let way = "{ mkDerivation, fetchurl, system, ... }:\nlet\n  pins = builtins.fromJSON (builtins.readFile ./sources.json);\nin\nmkDerivation {\n  pname = \"a\";\n  inherit (pins) version;\n  src = fetchurl {\n    url = \"@SERVER@/b-${pins.version}-${system}\";\n    hash = pins.${system};\n  };\n}\n";
    let pins = "{\n  \"version\": \"1.0\",\n  \"x86_64-linux\": \"@b-1.0-x86_64-linux@\",\n  \"aarch64-linux\": \"@b-1.0-aarch64-linux@\"\n}\n";
    let mut files = one(way);
    files.push(("a/sources.json", pins.to_owned()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let Some(ground) = ground(&files) else { return };
    let mut request = Ground::request();
    request.system = Some("x86_64-linux".to_owned());
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.files, ["a/sources.json"]);
    assert_eq!(report.hashes.len(), 2);
    let expected = pins.replace("1.0", "2.0");
    assert_eq!(
        ground.read("a/sources.json"),
        filled(&expected, &ground.server)
    );
}

#[test]
fn a_hash_that_only_a_build_tells() {
    let way = "{ mkDerivation, fetchurl, vendored, ... }:\nmkDerivation (finalAttrs: {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/a-${finalAttrs.version}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n  vendorHash = \"sha256-AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\";\n  goModules = vendored {\n    modules = finalAttrs.version;\n    outputHash = finalAttrs.vendorHash;\n  };\n})\n";
    let Some(ground) = ground_of(way) else { return };
    let report = match ground.update() {
        Ok(report) => report,
        Err(error) if format!("{error:#}").contains("/nix") => {
            support::skip("this Nix cannot build");
            return;
        }
        Err(error) => std::panic::resume_unwind(Box::new(format!("{error:#}"))),
    };
    assert_eq!(report.hashes.len(), 2);
    assert_eq!(report.hashes[1].attribute, "vendorHash");
    assert_eq!(report.hashes[1].how, How::Built);
    let mut contents = nixsmith_store::tree::Tree::new();
    contents.root = nixsmith_store::tree::Node::File {
        executable: false,
        contents: nixsmith_store::tree::Contents::from_bytes(b"2.0\n".to_vec()),
    };
    let expected = contents.nar_hash(Algorithm::Sha256).unwrap().hash;
    assert_eq!(report.hashes[1].new, expected.to_string());
}

#[test]
fn what_cannot_be_updated_stays_as_it_is() {
    let source = "src = fetchurl {\n    url = \"@SERVER@/a-${version}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };";
    let cases = [
        (
            format!(
                "{{ mkDerivation, fetchurl, ... }}:\nlet\n  version = \"1.0\";\nin\nmkDerivation {{\n  pname = \"a\";\n  version = \"1.0\";\n  {}\n}}\n",
                source.replace("${version}", "fix")
            ),
            "does not depend on its version",
        ),
        (
            format!(
                "{{ mkDerivation, fetchurl, ... }}:\nmkDerivation rec {{\n  pname = \"a\";\n  version = \"${{toString 1}}.0\";\n  {source}\n}}\n"
            ),
            "is written in no file",
        ),
        (
            "{ mkDerivation, ... }:\nmkDerivation {\n  pname = \"a\";\n  version = \"1.0\";\n}\n"
                .to_owned(),
            "has no source that is fetched",
        ),
        ("{ ... }: { }\n".to_owned(), "is no package"),
        ("{ ... }: throw \"no\"\n".to_owned(), "could not evaluate"),
        (
            format!(
                "{{ mkDerivation, fetchurl, ... }}:\nmkDerivation rec {{\n  pname = \"a\";\n  version = \"1.0\";\n  {}\n}}\n",
                source.replace(".tgz\"", ".zip\"")
            ),
            "does not exist (status 404)",
        ),
        (
            format!(
                "{{ mkDerivation, fetchurl, ... }}:\nmkDerivation rec {{\n  pname = \"a\";\n  version = \"1.0\";\n  {}\n}}\n",
                source.replace("\"@a-1.0.tgz@\"", "builtins.readFile ./hash")
            ),
            "is written in no file",
        ),
    ];
    for (way, expected) in cases {
        let mut files = one(&way);
        files.push(("a/hash", "@a-1.0.tgz@".to_owned()));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let Some(ground) = ground(&files) else { return };
        let error = ground.update().expect_err(expected);
        assert!(
            format!("{error:#}").contains(expected),
            "{expected}: {error:#}"
        );
        assert_eq!(ground.git(&["status", "--porcelain"]), "", "{expected}");
    }
}

const PLAIN: &str = "{ mkDerivation, fetchurl, ... }:\nmkDerivation rec {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/a-${version}.tgz\";\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n";

#[test]
fn names_that_are_no_attributes_and_names_that_are_near() {
    let Some(ground) = ground_of(PLAIN) else {
        return;
    };
    for (attribute, expected) in [
        ("a${b}", "is no attribute path"),
        ("-x", "is no attribute path"),
        ("", "is no attribute path"),
        ("b", "there is no attribute `b`"),
        ("a.b.\"c d\"", "there is no attribute `a.b.\"c d\"`"),
        ("\"a b\"", "there is no attribute `\"a b\"`"),
    ] {
        let request = Request {
            attribute: attribute.to_owned(),
            ..Ground::request()
        };
        let error = run(&request, &ground.context).expect_err(attribute);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_commit_holds_the_touched_files_alone() {
    let Some(ground) = ground_of(PLAIN) else {
        return;
    };
    support::write(&ground.tree().join("other"), "unknown to git");
    support::write(&ground.tree().join("staged"), "staged");
    ground.git(&["add", "staged"]);
    let request = Request {
        commit: true,
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.commit, Some(ground.git(&["rev-parse", "HEAD"])));
    assert_eq!(ground.git(&["log", "-1", "--format=%s"]), "a: 1.0 -> 2.0");
    let files = ground.git(&["show", "--format=", "--name-only", "HEAD"]);
    assert_eq!(files, "a/package.nix");
    assert_eq!(
        ground.git(&["status", "--porcelain"]),
        "A  staged\n?? other"
    );
}

#[test]
fn no_commit_is_made_in_the_middle_of_something() {
    let Some(ground) = ground_of(PLAIN) else {
        return;
    };
    let request = Request {
        commit: true,
        ..Ground::request()
    };
    let package = ground.read("a/package.nix");
    support::write(
        &ground.tree().join("a/package.nix"),
        &format!("{package}# mine\n"),
    );
    let error = run(&request, &ground.context).expect_err("the file is dirty");
    assert!(
        error.to_string().contains("is not as in the last commit"),
        "{error}"
    );
    assert_eq!(ground.read("a/package.nix"), format!("{package}# mine\n"));
    support::write(&ground.tree().join("a/package.nix"), &package);
    fs::create_dir_all(ground.tree().join(".git/rebase-merge")).unwrap();
    let error = run(&request, &ground.context).expect_err("a rebase is in progress");
    assert!(
        error.to_string().contains("a rebase is in progress"),
        "{error}"
    );
    assert_eq!(ground.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_refused_commit_leaves_the_old_file() {
    let Some(ground) = ground_of(PLAIN) else {
        return;
    };
    let hook = ground.tree().join(".git/hooks/pre-commit");
    support::write(&hook, "#!/bin/sh\nexit 1\n");
    support::run(
        &ground.tree(),
        "chmod",
        &["+x", &hook.display().to_string()],
    );
    let request = Request {
        commit: true,
        ..Ground::request()
    };
    let before = ground.read("a/package.nix");
    let error = run(&request, &ground.context).expect_err("the hook refuses");
    assert_eq!(error.to_string(), "could not commit");
    assert_eq!(ground.read("a/package.nix"), before);
    assert_eq!(ground.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_dry_run_shows_the_change() {
    let Some(mut ground) = ground_of(PLAIN) else {
        return;
    };
    ground.context.dry_run = true;
    let report = ground.update().unwrap();
    let diff = report.diff.unwrap();
    assert!(
        diff.contains("-  version = \"1.0\";\n+  version = \"2.0\";\n"),
        "{diff}"
    );
    assert_eq!(ground.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_package_of_a_flake() {
    let flake = "{\n  outputs =\n    { ... }:\n    {\n      packages.x86_64-linux = import ./default.nix { system = \"x86_64-linux\"; };\n    };\n}\n";
    let mut files = one(PLAIN);
    files.push(("flake.nix", flake.to_owned()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let Some(ground) = ground(&files) else { return };
    let request = Request {
        flake: true,
        system: Some("x86_64-linux".to_owned()),
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.files, ["a/package.nix"]);
    assert_eq!(ground.changed_lines().len(), 4);
}

#[test]
fn a_file_by_its_path() {
    let Some(ground) = ground_of(PLAIN) else {
        return;
    };
    let mut request = Ground::request();
    request.file = Some(Path::new("default.nix").to_owned());
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.files, ["a/package.nix"]);
}

/// A source with a lock of its own, as the server would have it.
fn archive(ground: &Ground, version: &str) -> Vec<u8> {
    let folder = ground.folder.path().join(format!("a-{version}"));
    let lock = format!("version = 4\n\n[[package]]\nname = \"a\"\nversion = \"{version}\"\n");
    support::write(&folder.join("Cargo.lock"), &lock);
    let name = format!("a-{version}");
    support::run(ground.folder.path(), "tar", &["-czf", "archive", &name]);
    fs::read(ground.folder.path().join("archive")).unwrap()
}

#[test]
fn the_hash_and_the_copy_of_a_lock() {
    let way = "{ mkDerivation, fetchurl, vendored, ... }:\nmkDerivation (finalAttrs: {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/real-${finalAttrs.version}.tar.gz\";\n    hash = \"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\";\n  };\n  cargoLock.lockFile = ./Cargo.lock;\n  cargoHash = \"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\";\n  cargoDeps.vendorStaging = vendored { outputHash = finalAttrs.cargoHash; };\n})\n";
    let mut files = one(way);
    files.push(("a/Cargo.lock", "version = 4\n".to_owned()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let Some(ground) = ground(&files) else { return };
    let bytes = archive(&ground, "2.0");
    ground
        .server
        .on("/real-2.0.tar.gz", Reply::ok(bytes.clone()));
    let report = ground.update().unwrap();
    assert_eq!(report.files, ["a/package.nix", "a/Cargo.lock"]);
    let names: Vec<&str> = report
        .hashes
        .iter()
        .map(|it| it.attribute.as_str())
        .collect();
    assert_eq!(names, ["src.hash", "cargoHash"]);
    assert!(report.hashes.iter().all(|it| it.how == How::Computed));
    assert_eq!(
        report.hashes[0].new,
        hash_bytes(Algorithm::Sha256, &bytes).to_string()
    );
    let vendor = nixsmith_workflow::vendor_hash::run(
        &nixsmith_workflow::vendor_hash::Request {
            project: ground.folder.path().join("a-2.0").display().to_string(),
            root: String::new(),
            attribute: None,
            npm: nixsmith_workflow::vendor_hash::NpmOptions::default(),
        },
        &ground.context,
    )
    .unwrap();
    assert_eq!(report.hashes[1].new, vendor.hash);
    let lock = fs::read_to_string(ground.folder.path().join("a-2.0/Cargo.lock")).unwrap();
    assert_eq!(ground.read("a/Cargo.lock"), lock);
}

#[test]
fn the_newest_release_under_a_name_that_is_spelt_anew() {
    let way = "{ mkDerivation, fetchurl, ... }:\nlet\n  fetchPypi =\n    {\n      pname,\n      version,\n      hash,\n    }:\n    fetchurl {\n      url = \"mirror://pypi/S/${pname}/${pname}-${version}.tar.gz\";\n      inherit hash;\n    };\nin\nmkDerivation rec {\n  pname = \"sunny-day\";\n  version = \"1.0\";\n  src = fetchPypi {\n    pname = \"Sunny-Day\";\n    inherit version;\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n";
    let Some(ground) = ground_of(way) else { return };
    let files: Vec<serde_json::Value> = ["1.0", "1.10", "1.9", "2.0rc1"]
        .map(|version| {
            let name = format!("sunny_day-{version}.tar.gz");
            let file = format!("/packages/{name}");
            ground.server.on(&file, Reply::ok(name.clone()));
            serde_json::json!({
                "filename": name,
                "url": ground.server.url(&file).as_str(),
                "hashes": { "sha256": hash(&name).to_text(Notation::Base16) },
                "yanked": false,
            })
        })
        .to_vec();
    let project = serde_json::json!({
        "meta": { "api-version": "1.1" },
        "name": "sunny-day",
        "files": files,
        "versions": ["1.0", "1.10", "1.9", "2.0rc1"],
    });
    ground
        .server
        .on("/simple/sunny-day/", Reply::json(&project));
    let request = Request {
        wanted: Wanted::Stable,
        commit: true,
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.new, "1.10");
    assert_eq!(
        report.hashes[0].new,
        hash("sunny_day-1.10.tar.gz").to_string()
    );
    assert_eq!(
        report.notes,
        ["the registry spells `Sunny-Day` as `sunny_day` now"]
    );
    assert_eq!(ground.git(&["log", "-1", "--format=%s"]), "a: 1.0 -> 1.10");
    let again = run(&request, &ground.context).unwrap();
    assert!(again.files.is_empty() && again.commit.is_none());
}
