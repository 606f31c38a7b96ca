//! The calls that are written, evaluated by real Nix with a real nixpkgs: every argument exists, and the fetcher would get the very
//! address that was hashed, in the same mode.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use nixsmith_fetch::endpoints::{Endpoint, resolve_mirror};
use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};
use nixsmith_workflow::source::{Fetcher, HashMode, Options, Resolved, Source, resolve};
use serde_json::Value;
use url::Url;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A source: the endpoint and path of its address, the fetcher asked for, and where the server has the artifact.
type Row = (Endpoint, &'static str, Option<Fetcher>, &'static str);

const ADDRESSES: &[Row] = &[
    (
        Endpoint::Github,
        "o/r/releases/tag/v1+2",
        None,
        "/o/r/archive/refs/tags/v1+2.tar.gz",
    ),
    (
        Endpoint::Github,
        "o/r/commit/COMMIT",
        None,
        "/o/r/archive/COMMIT.tar.gz",
    ),
    (
        Endpoint::Github,
        "o/r/tree/COMMIT",
        Some(Fetcher::FetchFromGitHub),
        "/o/r/archive/COMMIT.tar.gz",
    ),
    (
        Endpoint::Gitlab,
        "g/s/o/r.x/-/tags/v1+2%25",
        None,
        "/api/v4/projects/g%2Fs%2Fo%2Fr%2Ex/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1%2B2%25",
    ),
    (
        Endpoint::Codeberg,
        "o/r/releases/tag/1.0",
        None,
        "/o/r/archive/refs/tags/1.0.tar.gz",
    ),
    (
        Endpoint::Codeberg,
        "o/r/releases/tag/1.0",
        Some(Fetcher::FetchFromGitea),
        "/o/r/archive/refs/tags/1.0.tar.gz",
    ),
    (
        Endpoint::Codeberg,
        "o/r/releases/tag/1.0",
        Some(Fetcher::FetchFromForgejo),
        "/o/r/archive/refs/tags/1.0.tar.gz",
    ),
    (
        Endpoint::Sourcehut,
        "~o/r/refs/1.0",
        None,
        "/~o/r/archive/1.0.tar.gz",
    ),
    (
        Endpoint::Bitbucket,
        "o/r/src/COMMIT",
        None,
        "/o/r/get/COMMIT.tar.gz",
    ),
    (
        Endpoint::Bitbucket,
        "o/r/commits/tag/v1+2",
        None,
        "/o/r/get/refs/tags/v1%2B2.tar.gz",
    ),
    (Endpoint::Maven, "x/r-1.0.tar.gz", None, "/x/r-1.0.tar.gz"),
    (
        Endpoint::Maven,
        "x/r-1.0.tar.gz",
        Some(Fetcher::Fetchzip),
        "/x/r-1.0.tar.gz",
    ),
    (
        Endpoint::Maven,
        "x/get?r=1&s=2",
        Some(Fetcher::Fetchzip),
        "/x/get?r=1&s=2",
    ),
    (Endpoint::Maven, "x/get?r=1&s=2", None, "/x/get?r=1&s=2"),
];

/// Packages, and where the server has them.
const PACKAGES: &[(&str, &str)] = &[
    ("crates:r@1.0.0", "/crates/r/1.0.0/download"),
    ("go:example.org/R@v1.0.0", "/example.org/!r/@v/v1.0.0.zip"),
    ("maven:org.example:r:1.0", "/org/example/r/1.0/r-1.0.jar"),
    ("gem:r@1.0", "/gems/r-1.0.gem"),
    ("hex:r@1.0.0", "/tarballs/r-1.0.0.tar"),
];

/// Sources, and the path at which the server has the artifact.
fn sources() -> Vec<(String, Options, String)> {
    let with_commit = |text: &str| text.replace("COMMIT", COMMIT);
    let addresses = ADDRESSES.iter().map(|(endpoint, path, fetcher, served)| {
        let options = Options {
            fetcher: *fetcher,
            ..Options::default()
        };
        (
            format!("{}/{}", endpoint.public_url(), with_commit(path)),
            options,
            with_commit(served),
        )
    });
    let packages = PACKAGES
        .iter()
        .map(|(text, served)| ((*text).to_owned(), Options::default(), (*served).to_owned()));
    let mercurial = Options {
        revision: Some("v1.0".to_owned()),
        ..Options::default()
    };
    let host = Endpoint::Sourcehut.public_url().replacen("git.", "hg.", 1);
    let mercurial = (
        format!("{host}/~o/r"),
        mercurial,
        "/~o/r/archive/v1.0.tar.gz".to_owned(),
    );
    addresses.chain(packages).chain([mercurial]).collect()
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
        "(let made = {call}; fetched = made.src or made; said = \"${{fetched.outputHash}} ${{fetched.outputHashMode}} ${{fetched.url or (builtins.head fetched.urls)}}\"; \
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
    let checksum = hash_bytes(Algorithm::Sha256, &archive).to_text(Notation::Base16);
    let entry = format!("{{\"name\":\"r\",\"vers\":\"1.0.0\",\"cksum\":\"{checksum}\"}}\n");
    server.on("/1/r", Reply::ok(entry));
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
    let comparisons: Vec<&str> = comparisons.iter().map(String::as_str).collect();
    let said = evaluated(root.path(), &nix, &nixpkgs, &comparisons);
    for ((text, _, _), said) in sources.iter().zip(said) {
        assert_eq!(said, Value::Bool(true), "{text}");
    }
}

/// A repository of a forge and how its fetcher is told to use git: submodules, Git LFS, folders.
type Clone = (Endpoint, &'static str, bool, bool, &'static [&'static str]);

const CLONES: &[Clone] = &[
    (Endpoint::Github, "o/r", true, false, &[]),
    (Endpoint::Github, "o/r", false, true, &[]),
    (Endpoint::Github, "o/r", false, false, &["a"]),
    (Endpoint::Gitlab, "g/s/o/r", true, false, &[]),
    (Endpoint::Gitlab, "g/s/o/r", false, true, &[]),
    (Endpoint::Gitlab, "g/s/o/r", true, true, &[]),
    (Endpoint::Gitlab, "g/s/o/r", false, true, &["a"]),
    (Endpoint::Codeberg, "o/r", true, true, &["a"]),
    (Endpoint::Sourcehut, "~o/r", true, false, &[]),
    (Endpoint::Sourcehut, "~o/r", true, true, &["a"]),
    (Endpoint::Bitbucket, "o/r", true, false, &[]),
    (Endpoint::Bitbucket, "o/r", false, true, &["a"]),
];

#[test]
fn nixpkgs_would_clone_what_was_cloned() {
    let (Some(nix), Some(nixpkgs)) = (
        support::nix_program(),
        support::variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        support::skip("no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to evaluate fetchers with");
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    let has_lfs = support::has_program(root.path(), "git-lfs");
    if !has_lfs {
        support::skip("no git-lfs on PATH, for the fetchers with `fetchLFS`");
    }
    let files = [("a/f", "f\n"), ("b/g", "g\n")];
    support::repository(&root.path().join("git/r.git"), &files);
    support::run(root.path(), "ln", &["-s", "r.git", "git/r"]);
    let server = TestServer::start();
    for owner in ["/o", "/g/s/o", "/~o"] {
        server.serve_git(owner, &root.path().join("git"));
    }
    let context = support::context(root.path(), server.options(&root.path().join("cache")));
    let mut expressions = Vec::new();
    for (endpoint, path, submodules, lfs, sparse) in CLONES.iter().filter(|row| has_lfs || !row.3) {
        let text = format!("{}/{path}", endpoint.public_url());
        let options = Options {
            revision: Some("v1.0".to_owned()),
            submodules: Some(*submodules),
            lfs: *lfs,
            sparse: sparse.iter().map(|folder| (*folder).to_owned()).collect(),
            ..Options::default()
        };
        let found =
            Source::parse(&text, &options, &context).and_then(|source| resolve(&source, &context));
        let found = found.unwrap_or_else(|error| panic!("{text}: {error:#}"));
        let call = found.call.as_ref().expect("it has a call");
        // SourceHut's fetcher hands a tag on as it is; nix-prefetch-git looks for a tag of that name.
        let reference = if *endpoint == Endpoint::Sourcehut {
            "v1.0"
        } else {
            "refs/tags/v1.0"
        };
        let expected = serde_json::json!([
            found.url,
            reference,
            found.hash.to_string(),
            submodules,
            lfs,
            sparse
        ]);
        expressions.push((
            format!(
                "(with {}; [ url rev outputHash fetchSubmodules fetchLFS sparseCheckout ])",
                call.to_nix()
                    .map(|call| format!("({call})"))
                    .expect("it can be written")
            ),
            expected,
        ));
    }
    let calls: Vec<&str> = expressions.iter().map(|(call, _)| call.as_str()).collect();
    let said = evaluated(root.path(), &nix, &nixpkgs, &calls);
    for ((call, expected), said) in expressions.iter().zip(&said) {
        assert_eq!(said, expected, "{call}");
    }
}

/// What real Nix says of expressions in the scope of nixpkgs.
fn evaluated(root: &Path, nix: &Path, nixpkgs: &str, expressions: &[&str]) -> Vec<Value> {
    let mut file = tempfile::NamedTempFile::new_in(root).expect("a temporary file");
    write!(
        file,
        "with import {nixpkgs} {{ config = {{ }}; overlays = [ ]; }}; [ {} ]",
        expressions.join("\n")
    )
    .expect("it can be written");
    let path = file.path().display().to_string();
    let said = support::run(
        root,
        &nix.display().to_string(),
        &["eval", "--impure", "--json", "--file", &path],
    );
    let said: Vec<Value> = serde_json::from_str(&said).expect("nix prints JSON");
    assert_eq!(said.len(), expressions.len());
    said
}

#[test]
fn mirrors_are_those_of_nixpkgs() {
    let (Some(nix), Some(nixpkgs)) = (
        support::nix_program(),
        support::variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        support::skip("no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to read the mirrors with");
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    let lists = format!("(import {nixpkgs}/pkgs/build-support/fetchurl/mirrors.nix)");
    let first =
        format!("(lib.mapAttrs (_: builtins.head) (removeAttrs {lists} [ \"hashedMirrors\" ]))");
    let said = evaluated(root.path(), &nix, &nixpkgs, &[&first]);
    let sites = said[0].as_object().expect("a set");
    assert!(sites.len() > 30, "{sites:?}");
    for (site, base) in sites {
        let mirror = Url::parse(&format!("mirror://{site}/a/b?c")).expect("an address");
        let found = resolve_mirror(&mirror).map(String::from);
        let base = base.as_str().expect("a text");
        assert_eq!(found, Some(format!("{base}a/b?c")), "{site}");
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
    // `git lfs install` writes to it.
    let configuration = tempfile::NamedTempFile::new_in(root).expect("a temporary file");
    let configuration = configuration.path().display().to_string();
    // The submodules of a repository on disk lie on disk as well.
    let variables = [
        ("GIT_CONFIG_GLOBAL", configuration.as_str()),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
        ("GIT_CONFIG_VALUE_0", "always"),
    ];
    let said = support::run_with(root, "bash", &arguments, &variables);
    let said: Value = serde_json::from_str(&said).expect("it prints JSON");
    said["hash"].as_str().expect("a hash").to_owned()
}

/// A repository with attributes, a link, an annotated tag `v2.0`, and a submodule.
fn tool_with_submodule(root: &Path) -> PathBuf {
    let (lib, tool) = (root.join("lib"), root.join("tool"));
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
    tool
}

/// The same with a file in Git LFS, here and in the submodule, at `v3.0`.
fn add_large_files(root: &Path, tool: &Path) {
    let lib = root.join("lib");
    for (folder, text) in [(lib.as_path(), "large here\n"), (tool, "large there\n")] {
        support::run(folder, "git", &["lfs", "install", "--local"]);
        support::run(folder, "git", &["lfs", "track", "*.bin"]);
        support::write(&folder.join("x.bin"), text);
        support::run(folder, "git", &["add", "-A"]);
        support::run(folder, "git", &["commit", "-q", "-m", "large"]);
    }
    support::run(&tool.join("deps/lib"), "git", &["pull", "-q"]);
    support::run(tool, "git", &["commit", "-q", "-a", "-m", "larger"]);
    support::run(tool, "git", &["tag", "v3.0"]);
}

/// Arguments of `nix-prefetch-git`, and what says the same here: revision, submodules, folders.
type Checkout = (
    &'static [&'static str],
    Option<&'static str>,
    bool,
    &'static [&'static str],
);

#[test]
fn large_files_equal_nix_prefetch_git() {
    let Some(nixpkgs) = support::variable("NIXSMITH_TEST_NIXPKGS") else {
        support::skip("no NIXSMITH_TEST_NIXPKGS to run nix-prefetch-git of");
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    for program in ["nix-hash", "git-lfs"] {
        if !support::has_program(root.path(), program) {
            support::skip(&format!(
                "no {program} on PATH, which nix-prefetch-git runs"
            ));
            return;
        }
    }
    let tool = tool_with_submodule(root.path());
    add_large_files(root.path(), &tool);
    let url = format!("file://{}", tool.display());
    let context = support::public_context(root.path());
    let tag = ["--rev", "refs/tags/v3.0"];
    let cases: [(&[&str], bool, bool); 3] = [
        (&[], false, false),
        (&["--fetch-lfs"], true, false),
        (&["--fetch-lfs", "--fetch-submodules"], true, true),
    ];
    for (arguments, lfs, submodules) in cases {
        let options = Options {
            revision: Some("v3.0".to_owned()),
            submodules: Some(submodules),
            lfs,
            ..Options::default()
        };
        let found =
            Source::parse(&url, &options, &context).and_then(|source| resolve(&source, &context));
        let found = found.unwrap_or_else(|error| panic!("{arguments:?}: {error:#}"));
        let arguments = [&tag[..], arguments].concat();
        assert_eq!(
            found.hash.to_string(),
            nix_prefetch_git(root.path(), &nixpkgs, &url, &arguments),
            "{arguments:?}"
        );
    }
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
    let tool = tool_with_submodule(root.path());
    let url = format!("file://{}", tool.display());
    let context = support::public_context(root.path());
    let cases: [Checkout; 5] = [
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
