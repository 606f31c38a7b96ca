//! The calls that are written, evaluated by real Nix with a real nixpkgs: every argument exists, and the fetcher would get the very
//! address that was hashed, in the same mode.

mod support;

use std::io::Write as _;
use std::path::Path;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_workflow::source::{Fetcher, HashMode, Options, Resolved, Source, resolve};
use serde_json::Value;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// Sources, and the path at which the server has the artifact.
fn sources() -> Vec<(String, Options, &'static str)> {
    let page = |endpoint: Endpoint, path: &str| format!("{}/{path}", endpoint.public_url());
    let plain = Options::default;
    let by = |fetcher: Fetcher| Options {
        fetcher: Some(fetcher),
        ..Options::default()
    };
    let at_commit = |fetcher: Fetcher| Options {
        revision: Some(COMMIT.to_owned()),
        ..by(fetcher)
    };
    let commit = |path: &str| format!("{path}/{COMMIT}");
    vec![
        (
            page(Endpoint::Github, "o/r/releases/tag/v1+2"),
            plain(),
            "/o/r/archive/refs/tags/v1+2.tar.gz",
        ),
        (
            page(Endpoint::Github, &commit("o/r/commit")),
            plain(),
            "/o/r/archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
        ),
        (
            page(Endpoint::Gitlab, "g/s/o/r.x/-/tags/v1+2%25"),
            plain(),
            "/api/v4/projects/g%2Fs%2Fo%2Fr%2Ex/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1%2B2%25",
        ),
        (
            page(Endpoint::Codeberg, "o/r/releases/tag/1.0"),
            plain(),
            "/o/r/archive/refs/tags/1.0.tar.gz",
        ),
        (
            page(Endpoint::Codeberg, "o/r/releases/tag/1.0"),
            by(Fetcher::FetchFromGitea),
            "/o/r/archive/refs/tags/1.0.tar.gz",
        ),
        (
            page(Endpoint::Codeberg, "o/r/releases/tag/1.0"),
            by(Fetcher::FetchFromForgejo),
            "/o/r/archive/refs/tags/1.0.tar.gz",
        ),
        (
            page(Endpoint::Sourcehut, "~o/r/refs/1.0"),
            plain(),
            "/~o/r/archive/1.0.tar.gz",
        ),
        (
            page(Endpoint::Bitbucket, &commit("o/r/src")),
            plain(),
            "/o/r/get/0123456789abcdef0123456789abcdef01234567.tar.gz",
        ),
        (
            page(Endpoint::Maven, "x/r-1.0.tar.gz"),
            plain(),
            "/x/r-1.0.tar.gz",
        ),
        (
            page(Endpoint::Maven, "x/r-1.0.tar.gz"),
            by(Fetcher::Fetchzip),
            "/x/r-1.0.tar.gz",
        ),
        (
            page(Endpoint::Maven, "x/get?r=1&s=2"),
            by(Fetcher::Fetchzip),
            "/x/get?r=1&s=2",
        ),
        (
            page(Endpoint::Maven, "x/get?r=1&s=2"),
            plain(),
            "/x/get?r=1&s=2",
        ),
        (
            "crates:r@1.0.0".to_owned(),
            plain(),
            "/crates/r/1.0.0/download",
        ),
        (
            "go:example.org/R@v1.0.0".to_owned(),
            plain(),
            "/example.org/!r/@v/v1.0.0.zip",
        ),
        (
            "maven:org.example:r:1.0".to_owned(),
            plain(),
            "/org/example/r/1.0/r-1.0.jar",
        ),
        ("gem:r@1.0".to_owned(), plain(), "/gems/r-1.0.gem"),
        (
            page(Endpoint::Github, "o/r"),
            at_commit(Fetcher::FetchFromGitHub),
            "/o/r/archive/0123456789abcdef0123456789abcdef01234567.tar.gz",
        ),
    ]
}

fn archive(folder: &Path) -> Vec<u8> {
    support::write(&folder.join("r-1.0/file"), "text\n");
    support::run(folder, "tar", &["-czf", "r.tar.gz", "r-1.0"]);
    std::fs::read(folder.join("r.tar.gz")).expect("the archive was made")
}

/// An expression that is true, or tells what the fetcher would do otherwise.
fn comparison(found: &Resolved) -> String {
    let call = found
        .call
        .as_ref()
        .expect("it has a call")
        .to_nix()
        .expect("it can be written");
    let mode = match found.mode {
        HashMode::Flat => "flat",
        HashMode::Nar => "recursive",
    };
    let expected = nixsmith_expr::quote::string(&format!("{} {mode} {}", found.hash, found.url))
        .expect("it can be quoted");
    format!(
        "(let fetched = {call}; said = \"${{fetched.outputHash}} ${{fetched.outputHashMode}} ${{fetched.url or (builtins.head fetched.urls)}}\"; \
         in if said == {expected} && builtins.isString fetched.drvPath then true else said)"
    )
}

#[test]
fn nixpkgs_would_fetch_what_was_hashed() {
    let (Some(nix), Some(nixpkgs)) = (
        support::nix_program(),
        support::variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        support::skip("no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to evaluate fetchers with");
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    let archive = archive(root.path());
    let server = TestServer::start();
    let context = support::context(root.path(), server.options(&root.path().join("cache")));
    let mut comparisons = Vec::new();
    let sources = sources();
    for (text, options, path) in &sources {
        server.on(path, Reply::ok(archive.clone()));
        let found =
            Source::parse(text, options, &context).and_then(|source| resolve(&source, &context));
        comparisons.push(comparison(
            &found.unwrap_or_else(|error| panic!("{text}: {error:#}")),
        ));
    }
    let mut file = tempfile::NamedTempFile::new_in(root.path()).expect("a temporary file");
    write!(
        file,
        "with import {nixpkgs} {{ config = {{ }}; overlays = [ ]; }}; [ {} ]",
        comparisons.join("\n")
    )
    .expect("it can be written");
    let path = file.path().display().to_string();
    let said = support::run(
        root.path(),
        &nix.display().to_string(),
        &["eval", "--impure", "--json", "--file", &path],
    );
    let said: Vec<Value> = serde_json::from_str(&said).expect("nix prints JSON");
    assert_eq!(said.len(), sources.len());
    for ((text, _, _), said) in sources.iter().zip(said) {
        assert_eq!(said, Value::Bool(true), "{text}");
    }
}

/// What nixpkgs' own `nix-prefetch-git` says of a repository on disk.
fn nix_prefetch_git(root: &Path, nixpkgs: &str, url: &str, arguments: &[&str]) -> String {
    let script = format!("{nixpkgs}/pkgs/build-support/fetchgit/nix-prefetch-git");
    let arguments = [
        &[script.as_str(), "--no-add-path", "--quiet", "--url", url][..],
        arguments,
    ]
    .concat();
    // The submodules of a repository on disk lie on disk as well.
    let variables = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
        ("GIT_CONFIG_VALUE_0", "always"),
    ];
    let said = support::run_with(root, "bash", &arguments, &variables);
    let said: Value = serde_json::from_str(&said).expect("it prints JSON");
    said["hash"].as_str().expect("a hash").to_owned()
}

#[test]
fn checkouts_equal_nix_prefetch_git() {
    let (Some(_), Some(nixpkgs)) = (
        support::nix_program(),
        support::variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        support::skip(
            "no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to run nix-prefetch-git with",
        );
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    if !support::has_program(root.path(), "nix-hash") {
        support::skip("no nix-hash on PATH, which nix-prefetch-git runs");
        return;
    }
    let (lib, tool) = (root.path().join("lib"), root.path().join("tool"));
    support::repository(
        &lib,
        &[
            ("inc/lib.h", "1\n"),
            ("x.crlf", "a\n"),
            (".gitattributes", "*.crlf eol=crlf\nx export-ignore\n"),
        ],
    );
    let files = [
        ("a/b/f", "f\n"),
        ("c/g", "g\n"),
        ("id.txt", "$Id$\n"),
        (".gitattributes", "id.txt ident\nc export-ignore\n"),
    ];
    support::repository(&tool, &files);
    support::run(&tool, "ln", &["-s", "a/b/f", "link"]);
    let lib_path = lib.display().to_string();
    support::run(
        &tool,
        "git",
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            &lib_path,
            "deps/lib",
        ],
    );
    support::run(&tool, "git", &["add", "-A"]);
    support::run(&tool, "git", &["commit", "-q", "-m", "more"]);
    support::run(&tool, "git", &["tag", "-a", "-m", "annotated", "v2.0"]);
    let url = format!("file://{}", tool.display());
    let context = support::public_context(root.path());
    let cases: [(&[&str], Option<&str>, bool, &[&str]); 5] = [
        (&[], None, false, &[]),
        (&["--rev", "refs/tags/v2.0"], Some("v2.0"), false, &[]),
        (
            &["--rev", "refs/tags/v2.0", "--fetch-submodules"],
            Some("v2.0"),
            true,
            &[],
        ),
        (&["--sparse-checkout", "a/b"], None, false, &["a/b"]),
        (
            &["--fetch-submodules", "--sparse-checkout", "c\ndeps"],
            None,
            true,
            &["c", "deps"],
        ),
    ];
    for (arguments, revision, submodules, sparse) in cases {
        let options = Options {
            revision: revision.map(ToOwned::to_owned),
            submodules: Some(submodules),
            sparse: sparse.iter().map(|folder| (*folder).to_owned()).collect(),
            ..Options::default()
        };
        let found =
            Source::parse(&url, &options, &context).and_then(|source| resolve(&source, &context));
        let found = found.unwrap_or_else(|error| panic!("{arguments:?}: {error:#}"));
        assert_eq!(
            found.hash.to_string(),
            nix_prefetch_git(root.path(), &nixpkgs, &url, arguments),
            "{arguments:?}"
        );
    }
}
