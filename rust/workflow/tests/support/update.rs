//! A tree of packages, a server with their sources, and a real Nix.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses a part"
)]

use std::fs;
use std::path::PathBuf;

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_store::hash::{Algorithm, Hash, Notation, hash_bytes};
use nixsmith_workflow::context::{Context, Settings};
use nixsmith_workflow::package::update::{Report, Request, Wanted, run};

use crate::support;

/// The least that a tree of packages needs: a fetcher and a builder, as nixpkgs' own look from outside.
const LIBRARY: &str = r#"{ system }:
rec {
  fetchurl =
    {
      url,
      name ? baseNameOf url,
      hash ? "",
      sha256 ? "",
    }:
    derivation {
      inherit name system url;
      builder = "builtin:fetchurl";
      urls = [ url ];
      outputHash =
        if hash != "" then
          hash
        else if sha256 != "" then
          sha256
        else
          "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
      outputHashAlgo = if sha256 != "" then "sha256" else null;
      outputHashMode = "flat";
    };
  # What nixpkgs' `fetchgit` shows; nothing here builds it.
  fetchgit =
    {
      url,
      rev ? null,
      tag ? null,
      hash,
    }:
    derivation {
      name = "source";
      inherit system url;
      ${if tag == null then null else "tag"} = tag;
      rev = if tag == null then rev else "refs/tags/${tag}";
      builder = "/bin/sh";
      fetchSubmodules = false;
      leaveDotGit = false;
      outputHash = hash;
      outputHashAlgo = null;
      outputHashMode = "recursive";
    };
  # A fixed output that a shell writes: what `vendorHash` and its like are for.
  vendored =
    arguments:
    let
      it = derivation (
        {
          name = "modules";
          inherit system;
          builder = "/bin/sh";
          args = [
            "-c"
            "echo \"$modules\" > $out"
          ];
          outputHashMode = "recursive";
          outputHashAlgo = null;
        }
        // arguments
      );
    in
    it // { overrideAttrs = change: vendored (arguments // change arguments); };
  mkDerivation =
    attributes:
    let
      final = if builtins.isFunction attributes then attributes final else attributes;
    in
    derivation {
      name = final.name or "${final.pname}-${final.version}";
      inherit system;
      builder = "/bin/sh";
      src = final.src or null;
      modules = final.goModules or null;
    }
    // final;
}
"#;

/// A clone, a server, and the context of a run.
pub(crate) struct Ground {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: TestServer,
    pub(crate) context: Context,
}

/// What lies around the packages.
enum Base {
    /// The library above and what the test says.
    Small,
    /// The small nixpkgs that builds.
    Fixture,
}

/// A small tree with these files; `None` without Nix.
pub(crate) fn ground(files: &[(&str, &str)]) -> Option<Ground> {
    ground_on(&Base::Small, files)
}

/// The small nixpkgs that builds, with one package `a` more; `SALT` becomes what no other run has.
pub(crate) fn fixture_ground(package: &str) -> Option<Ground> {
    let salt = tempfile::tempdir().unwrap();
    let package = package.replace("SALT", &salt.path().display().to_string());
    ground_on(&Base::Fixture, &[(FIXTURE_PACKAGE, &package)])
}

/// Where [`fixture_ground`] has its package.
pub(crate) const FIXTURE_PACKAGE: &str = "pkgs/by-name/a/a/package.nix";

fn ground_on(base: &Base, files: &[(&str, &str)]) -> Option<Ground> {
    let Some(nix) = support::nix_program() else {
        support::skip("no Nix");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start();
    for name in [
        "a-1.0.tgz",
        "a-2.0.tgz",
        "b-1.0-x86_64-linux",
        "b-2.0-x86_64-linux",
    ] {
        server.on(&format!("/{name}"), Reply::ok(name));
    }
    for name in ["b-1.0-aarch64-linux", "b-2.0-aarch64-linux"] {
        server.on(&format!("/{name}"), Reply::ok(name));
    }
    let tree = folder.path().join("tree");
    match base {
        Base::Small => support::write(&tree.join("lib.nix"), LIBRARY),
        Base::Fixture => {
            fs::create_dir(&tree).unwrap();
            let from = format!("{}/.", support::fixture().display());
            support::run(&tree, "cp", &["-r", &from, "."]);
        }
    }
    for (name, text) in files {
        support::write(&tree.join(name), &filled(text, &server));
    }
    support::run(&tree, "git", &["init", "-q", "-b", "main"]);
    support::run(&tree, "git", &["add", "-A"]);
    support::run(&tree, "git", &["commit", "-q", "-m", "base"]);
    let mut environment = support::environment(folder.path());
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Test"),
        ("GIT_AUTHOR_EMAIL", "test@example.org"),
        ("GIT_COMMITTER_NAME", "Test"),
        ("GIT_COMMITTER_EMAIL", "test@example.org"),
    ] {
        environment.set(name, value);
    }
    if let Some(conf) = support::variable("NIX_CONF_DIR") {
        environment.set("NIX_CONF_DIR", conf);
    }
    let context = Context::new(Settings {
        directory: tree,
        dry_run: false,
        yes: false,
        threads: 2,
        nix_program: nix.into(),
        state: folder.path().join("state"),
        person: None,
        client_options: ClientOptions {
            environment,
            ..server.options(&folder.path().join("cache"))
        },
    });
    Some(Ground {
        folder,
        server,
        context,
    })
}

/// The hash of what the server has under a name.
pub(crate) fn hash(name: &str) -> Hash {
    hash_bytes(Algorithm::Sha256, name.as_bytes())
}

/// `@SERVER@` and `@NAME@` become the address and the hash of the file of that name.
pub(crate) fn filled(text: &str, server: &TestServer) -> String {
    let mut text = text.replace("@SERVER@", server.url("").as_str().trim_end_matches('/'));
    for name in [
        "a-1.0.tgz",
        "a-2.0.tgz",
        "b-1.0-x86_64-linux",
        "b-2.0-x86_64-linux",
        "b-1.0-aarch64-linux",
        "b-2.0-aarch64-linux",
    ] {
        text = text.replace(&format!("@{name}@"), &hash(name).to_string());
        text = text.replace(
            &format!("@32 {name}@"),
            &hash(name).to_text(Notation::Nix32),
        );
    }
    text
}

impl Ground {
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub(crate) fn request() -> Request {
        Request {
            attribute: "a".to_owned(),
            wanted: Wanted::Exact("2.0".to_owned()),
            ..Request::default()
        }
    }

    pub(crate) fn update(&self) -> anyhow::Result<Report> {
        run(&Self::request(), &self.context)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.tree().join(name)).unwrap()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        support::run(&self.tree(), "git", arguments)
    }

    /// Only these lines changed: `-` and `+` of the whole diff.
    pub(crate) fn changed_lines(&self) -> Vec<String> {
        let diff = self.git(&["diff", "-U0"]);
        let lines = diff.lines().filter(|line| {
            line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
        });
        lines.map(str::to_owned).collect()
    }
}

/// One package of a tree, in a file of its own.
pub(crate) fn one(package: &str) -> Vec<(&'static str, String)> {
    let default = "{ system ? builtins.currentSystem, ... }:\nlet\n  library = import ./lib.nix { inherit system; };\nin\n{\n  a = import ./a/package.nix (library // { inherit system; });\n}\n";
    vec![
        ("default.nix", default.to_owned()),
        ("a/package.nix", package.to_owned()),
    ]
}

pub(crate) fn ground_of(package: &str) -> Option<Ground> {
    let files = one(package);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    ground(&files)
}
