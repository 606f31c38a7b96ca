//! `package update` on every form in which expressions write versions, revisions and the hashes of several systems.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;
#[path = "support/update.rs"]
mod update;

use nixsmith_fetch::testing::Reply;
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{Contents, Node, Tree};
use nixsmith_workflow::package::update::{How, Request, Wanted, run};
use update::{Ground, filled, ground, ground_of, hash, one};

const ZEROS: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A repository `tool` with a commit for each tag, whose file says it, on the server below `/git`.
fn serve(ground: &Ground, tags: &[&str]) {
    let repositories = ground.folder.path().join("repositories");
    let folder = repositories.join("tool");
    std::fs::create_dir_all(&folder).unwrap();
    support::run(&folder, "git", &["init", "-q", "-b", "main"]);
    let mut listed = Vec::new();
    for tag in tags {
        support::write(&folder.join("tag"), tag);
        support::run(&folder, "git", &["add", "-A"]);
        support::run(&folder, "git", &["commit", "-q", "-m", tag]);
        support::run(&folder, "git", &["tag", tag]);
        let id = support::run(&folder, "git", &["rev-parse", "HEAD"]);
        listed.push(serde_json::json!({ "name": tag, "commit": { "sha": id } }));
    }
    // The forge of this server tells the tags by its interface too.
    let api = "/repos/git/tool";
    let (tags, releases) = (serde_json::json!(listed), serde_json::json!([]));
    ground
        .server
        .on(&format!("{api}/tags?per_page=100"), Reply::json(&tags));
    ground.server.on(
        &format!("{api}/releases?per_page=100"),
        Reply::json(&releases),
    );
    ground.server.serve_git("/git", &repositories);
}

/// The hash of the checkout of a tag.
fn checkout(tag: &str) -> String {
    let mut tree = Tree::new();
    let file = Node::file(Contents::from_bytes(tag.as_bytes().to_vec()));
    tree.insert(b"tag", file).unwrap();
    tree.nar_hash(Algorithm::Sha256).unwrap().hash.to_string()
}

fn from_git(head: &str, revision: &str, foot: &str) -> String {
    format!(
        "{{ mkDerivation, fetchgit, ... }}:\n{head}  src = fetchgit {{\n    url = \"@SERVER@/git/tool\";\n    {revision};\n    hash = \"{ZEROS}\";\n  }};\n{foot}"
    )
}

const FINAL: &str = "mkDerivation (finalAttrs: {\n  pname = \"tool\";\n  version = \"1.0\";\n";
const REC: &str = "mkDerivation rec {\n  pname = \"tool\";\n  version = \"1.0\";\n";

/// How the tag is written, the tags there are, and the one to go to with its version.
#[test]
fn tags_and_revisions_of_every_form() {
    let plain = ["v1.0", "v2.0-rc1", "v1.10", "v1.9"];
    let several = ["cli/v1.0", "web/v9.0", "v8.0", "cli/v1.1", "cli-v7.0"];
    let named = ["tool-1.0", "toolbox-9.0", "tool-1.0.1"];
    let under = ["release_1_0", "release_1_2", "release_2_0_rc1"];
    let cases: [(&str, &str, &[&str], &str, &str); 9] = [
        (REC, "rev = \"v${version}\"", &plain, "v1.10", "1.10"),
        (
            FINAL,
            "tag = \"v${finalAttrs.version}\"",
            &plain,
            "v1.10",
            "1.10",
        ),
        (
            REC,
            "rev = \"refs/tags/v${version}\"",
            &plain,
            "v1.10",
            "1.10",
        ),
        (REC, "rev = \"v1.0\"", &plain, "v1.10", "1.10"),
        (REC, "rev = \"refs/tags/v1.0\"", &plain, "v1.10", "1.10"),
        (
            FINAL,
            "tag = \"cli/v${finalAttrs.version}\"",
            &several,
            "cli/v1.1",
            "1.1",
        ),
        (
            REC,
            "tag = \"${pname}-${version}\"",
            &named,
            "tool-1.0.1",
            "1.0.1",
        ),
        (REC, "tag = \"release_1_0\"", &under, "release_1_2", "1.2"),
        (
            REC,
            "rev = \"release_${builtins.replaceStrings [ \".\" ] [ \"_\" ] version}\"",
            &under,
            "release_1_2",
            "1.2",
        ),
    ];
    for (head, revision, tags, tag, version) in cases {
        let foot = if head == FINAL { "})\n" } else { "}\n" };
        let Some(ground) = ground_of(&from_git(head, revision, foot)) else {
            return;
        };
        serve(&ground, tags);
        let request = Request {
            wanted: Wanted::Stable,
            ..Ground::request()
        };
        let report = run(&request, &ground.context).unwrap();
        assert_eq!(report.new, version, "{revision}");
        assert_eq!(report.hashes.len(), 1);
        assert_eq!(report.hashes[0].new, checkout(tag), "{revision}");
        assert_eq!(report.hashes[0].how, How::Computed);
        let is_literal = revision.contains("1.0") || revision.contains("1_0");
        let expected = if is_literal { 6 } else { 4 };
        assert_eq!(ground.changed_lines().len(), expected, "{revision}");
        let text = ground.read("a/package.nix");
        let kept = revision.contains("${");
        assert_eq!(text.contains(revision), kept, "{text}");
    }
}

#[test]
fn a_revision_that_is_a_commit_becomes_that_of_the_new_tag() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let Some(ground) = ground_of(&from_git(REC, &format!("rev = \"{commit}\""), "}\n")) else {
        return;
    };
    serve(&ground, &["v1.0", "v1.1"]);
    let request = Request {
        wanted: Wanted::Stable,
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.new, "1.1");
    let repository = ground.folder.path().join("repositories/tool");
    let id = support::run(&repository, "git", &["rev-parse", "v1.1"]);
    let text = ground.read("a/package.nix");
    assert!(text.contains(&format!("rev = \"{id}\";")), "{text}");
    assert!(text.contains(&checkout("v1.1")), "{text}");
}

/// Files of a release for several systems, of which the server has all.
fn serve_systems(ground: &Ground, systems: &[&str]) {
    for system in systems {
        for version in ["1.0", "2.0"] {
            let name = format!("b-{version}-{system}");
            ground
                .server
                .on(&format!("/{name}"), Reply::ok(name.clone()));
        }
    }
}

/// The text with `@b-…@` filled in for all systems.
fn of_systems(text: &str, systems: &[&str]) -> String {
    let mut text = text.to_owned();
    for system in systems {
        for version in ["1.0", "2.0"] {
            let name = format!("b-{version}-{system}");
            text = text.replace(&format!("@{name}@"), &hash(&name).to_string());
        }
    }
    text
}

const SYSTEMS: [&str; 4] = [
    "x86_64-linux",
    "aarch64-linux",
    "x86_64-darwin",
    "aarch64-darwin",
];

#[test]
fn hashes_of_several_systems() {
    let ways = [
        // a fetch for each, the version in the address
        "{ mkDerivation, fetchurl, system, ... }:\nlet\n  version = \"1.0\";\n  sources = {\n    x86_64-linux = fetchurl {\n      url = \"@SERVER@/b-${version}-x86_64-linux\";\n      hash = \"@b-1.0-x86_64-linux@\";\n    };\n    aarch64-darwin = fetchurl {\n      url = \"@SERVER@/b-${version}-aarch64-darwin\";\n      hash = \"@b-1.0-aarch64-darwin@\";\n    };\n  };\nin\nmkDerivation {\n  pname = \"a\";\n  inherit version;\n  src = sources.${system} or (throw \"unsupported: ${system}\");\n}\n",
        // the version written out in each address
        "{ mkDerivation, fetchurl, system, ... }:\nmkDerivation (finalAttrs: {\n  pname = \"a\";\n  version = \"1.0\";\n  src = finalAttrs.passthru.sources.${system};\n  passthru.sources = {\n    x86_64-linux = fetchurl {\n      url = \"@SERVER@/b-1.0-x86_64-linux\";\n      hash = \"@b-1.0-x86_64-linux@\";\n    };\n    aarch64-linux = fetchurl {\n      url = \"@SERVER@/b-1.0-aarch64-linux\";\n      hash = \"@b-1.0-aarch64-linux@\";\n    };\n    x86_64-darwin = fetchurl {\n      url = \"@SERVER@/b-1.0-x86_64-darwin\";\n      hash = \"@b-1.0-x86_64-darwin@\";\n    };\n    aarch64-darwin = fetchurl {\n      url = \"@SERVER@/b-1.0-aarch64-darwin\";\n      hash = \"@b-1.0-aarch64-darwin@\";\n    };\n  };\n})\n",
        // one fetch, a table of hashes
        "{ mkDerivation, fetchurl, system, ... }:\nmkDerivation rec {\n  pname = \"a\";\n  version = \"1.0\";\n  src = fetchurl {\n    url = \"@SERVER@/b-${version}-${system}\";\n    hash =\n      {\n        x86_64-linux = \"@b-1.0-x86_64-linux@\";\n        aarch64-linux = \"@b-1.0-aarch64-linux@\";\n        aarch64-darwin = \"@b-1.0-aarch64-darwin@\";\n      }\n      .${system};\n  };\n}\n",
    ];
    for way in ways {
        let Some(ground) = ground_of(&of_systems(way, &SYSTEMS)) else {
            return;
        };
        serve_systems(&ground, &SYSTEMS);
        let request = Request {
            system: Some("x86_64-linux".to_owned()),
            ..Ground::request()
        };
        let report = run(&request, &ground.context).unwrap();
        assert_eq!(report.files, ["a/package.nix"]);
        assert_eq!(report.hashes.len(), way.matches("@b-1.0-").count());
        let expected = of_systems(&way.replace("1.0", "2.0"), &SYSTEMS);
        assert_eq!(
            ground.read("a/package.nix"),
            filled(&expected, &ground.server)
        );
    }
}

/// Several products and systems in one file beside the expression: only the lines of this one change.
#[test]
fn addresses_and_hashes_in_a_json_file() {
    let way = "{ mkDerivation, fetchurl, system, ... }:\nlet\n  all = builtins.fromJSON (builtins.readFile ./sources.json);\n  sources = all.b;\nin\nmkDerivation {\n  pname = \"a\";\n  inherit (sources) version;\n  src = fetchurl {\n    inherit (sources.systems.${system}) url hash;\n  };\n}\n";
    let pins = "{\n  \"other\": {\n    \"version\": \"1.0\",\n    \"url\": \"@SERVER@/other-1.0\",\n    \"hash\": \"@a-1.0.tgz@\"\n  },\n  \"b\": {\n    \"version\": \"1.0\",\n    \"systems\": {\n      \"x86_64-linux\": { \"url\": \"@SERVER@/b-1.0-x86_64-linux\", \"hash\": \"@b-1.0-x86_64-linux@\" },\n      \"aarch64-darwin\": { \"url\": \"@SERVER@/b-1.0-aarch64-darwin\", \"hash\": \"@b-1.0-aarch64-darwin@\" }\n    }\n  }\n}\n";
    let mut files = one(way);
    files.push(("a/sources.json", of_systems(pins, &SYSTEMS)));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let Some(ground) = ground(&files) else { return };
    serve_systems(&ground, &SYSTEMS);
    let request = Request {
        system: Some("x86_64-linux".to_owned()),
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!(report.files, ["a/sources.json"]);
    let names: Vec<&str> = report
        .hashes
        .iter()
        .map(|it| it.attribute.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "b.systems.x86_64-linux.hash",
            "b.systems.aarch64-darwin.hash"
        ]
    );
    let (other, own) = pins.split_once("  \"b\"").unwrap();
    let expected = format!("{other}  \"b\"{}", own.replace("1.0", "2.0"));
    let expected = filled(&of_systems(&expected, &SYSTEMS), &ground.server);
    assert_eq!(ground.read("a/sources.json"), expected);
}

/// Two versions of a package in one file: only the one that is asked for changes.
#[test]
fn several_versions_in_one_file() {
    let package = "{ mkDerivation, fetchurl, ... }:\nlet\n  make =\n    { version, hash }:\n    mkDerivation {\n      pname = \"a\";\n      inherit version;\n      src = fetchurl {\n        url = \"@SERVER@/a-${version}.tgz\";\n        inherit hash;\n      };\n    };\nin\n{\n  old = make {\n    version = \"0.9\";\n    hash = \"sha256-AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\";\n  };\n  new = make {\n    version = \"1.0\";\n    hash = \"@a-1.0.tgz@\";\n  };\n}\n";
    let Some(ground) = ground_of(package) else {
        return;
    };
    let request = Request {
        attribute: "a.new".to_owned(),
        ..Ground::request()
    };
    let report = run(&request, &ground.context).unwrap();
    assert_eq!((report.old.as_str(), report.new.as_str()), ("1.0", "2.0"));
    let expected = package.replace("1.0", "2.0");
    assert_eq!(
        ground.read("a/package.nix"),
        filled(&expected, &ground.server)
    );
}
