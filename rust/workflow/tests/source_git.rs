//! Sources in git repositories: on loopback through git's own server, and on disk; compared with real Nix where there is one.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::Path;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::Tree;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::source::{Fetcher, Newest, Options, Resolved, Source, resolve};
use support::{repository, run};

fn resolved(text: &str, options: &Options, context: &Context) -> anyhow::Result<Resolved> {
    resolve(&Source::parse(text, options, context)?, context)
}

fn nix_text(resolved: &Resolved) -> String {
    resolved
        .call
        .as_ref()
        .expect("it has a call")
        .render()
        .expect("it can be written")
}

/// The NAR hash of a folder, every `.git` taken out of it, by our own hasher and, where there is one, by Nix.
fn folder_hash(path: &Path) -> String {
    let found = run(path, "find", &[".", "-name", ".git", "-prune", "-print"]);
    for git in found.lines() {
        run(path, "rm", &["-rf", git]);
    }
    let tree = Tree::from_directory(path).expect("the folder can be read");
    let hash = tree
        .nar_hash(Algorithm::Sha256)
        .expect("the folder can be hashed")
        .hash
        .to_string();
    match support::nix_program() {
        Some(nix) => {
            let name = nix.display().to_string();
            assert_eq!(run(path, &name, &["hash", "path", "."]), hash);
        }
        None => support::skip("no NIXSMITH_TEST_NIX to hash a checkout with"),
    }
    hash
}

/// Two repositories below `git/o/`: `lib`, and `tool`, which has `lib` as a submodule.
fn with_submodule(root: &Path, lib_url: &str) {
    repository(&root.join("git/o/lib.git"), &[("lib.h", "#define ONE 1\n")]);
    let tool = root.join("git/o/tool.git");
    repository(&tool, &[("main.c", "int main(void) { return 0; }\n")]);
    let lib = root.join("git/o/lib.git").display().to_string();
    run(
        &tool,
        "git",
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            &lib,
            "deps/lib",
        ],
    );
    run(
        &tool,
        "git",
        &[
            "config",
            "-f",
            ".gitmodules",
            "submodule.deps/lib.url",
            lib_url,
        ],
    );
    run(&tool, "git", &["commit", "-q", "-a", "-m", "submodule"]);
    run(&tool, "git", &["tag", "v1.1"]);
}

#[test]
fn submodules_of_a_forge_come_through_git() {
    let root = tempfile::tempdir().expect("a temporary folder");
    with_submodule(root.path(), "../lib.git");
    let server = TestServer::start();
    server.serve_git("/o", &root.path().join("git/o"));
    let context = support::context(root.path(), server.options(&root.path().join("cache")));
    let options = Options {
        submodules: Some(true),
        revision: Some("v1.1".to_owned()),
        ..Options::default()
    };
    let found = resolved("github:o/tool", &options, &context).expect("the repository comes");

    let expected = root.path().join("expected");
    run(
        root.path(),
        "git",
        &["clone", "-q", "git/o/tool.git", "expected"],
    );
    run(root.path(), "git", &["clone", "-q", "git/o/lib.git", "lib"]);
    run(&expected, "cp", &["-r", "../lib/.", "deps/lib"]);
    let hash = folder_hash(&expected);
    assert_eq!(
        nix_text(&found),
        format!(
            "fetchFromGitHub {{\n  owner = \"o\";\n  repo = \"tool\";\n  tag = \"v1.1\";\n  fetchSubmodules = true;\n  hash = \"{hash}\";\n}}\n"
        )
    );
    assert_eq!(found.version.as_deref(), Some("1.1"));
    let tree = found.tree().expect("a tree");
    assert!(tree.get("deps/lib/lib.h").is_some());
    assert!(tree.get("deps/lib/.git").is_none());

    let without = Options {
        submodules: Some(false),
        ..options
    };
    let url = server.url("/o/tool.git");
    let found = resolved(
        url.as_str(),
        &Options {
            fetcher: Some(Fetcher::Fetchgit),
            ..without
        },
        &context,
    )
    .expect("it comes");
    assert!(
        found
            .tree()
            .expect("a tree")
            .get("deps/lib/lib.h")
            .is_none()
    );
    assert_eq!(
        found.notes,
        ["the repository has submodules, which are not fetched; `--submodules` fetches them"]
    );
}

#[test]
fn a_link_to_an_unknown_repository_is_left_out() {
    let root = tempfile::tempdir().expect("a temporary folder");
    with_submodule(root.path(), "../lib.git");
    let tool = root.path().join("git/o/tool.git");
    run(&tool, "git", &["rm", "-q", ".gitmodules"]);
    run(&tool, "git", &["commit", "-q", "-m", "orphan"]);
    run(&tool, "git", &["tag", "orphan"]);
    let context = support::public_context(root.path());
    let url = format!("file://{}", tool.display());
    let options = Options {
        revision: Some("orphan".to_owned()),
        ..Options::default()
    };
    let found = resolved(&url, &options, &context).expect("it comes");
    let expected = root.path().join("expected");
    run(
        root.path(),
        "git",
        &["clone", "-q", "git/o/tool.git", "expected"],
    );
    assert_eq!(
        nix_text(&found),
        format!(
            "fetchgit {{\n  url = \"{url}\";\n  tag = \"orphan\";\n  fetchSubmodules = false;\n  hash = \"{}\";\n}}\n",
            folder_hash(&expected)
        )
    );
    assert_eq!(
        found.notes,
        [format!(
            "`{}` has a submodule at `deps/lib` of which its `.gitmodules` knows nothing; so none is fetched",
            tool.display()
        )]
    );
    let asked = Options {
        submodules: Some(true),
        ..options
    };
    assert!(resolved(&url, &asked, &context).is_err());
}

#[test]
fn the_newest_release_is_found_by_its_tag() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let path = root.path().join("git/o/tool.git");
    repository(&path, &[("a", "a\n")]);
    for tag in ["v1.9.0", "v1.10.0", "v2.0.0-rc1", "nightly"] {
        run(&path, "git", &["tag", tag]);
    }
    let options = Options {
        newest: Newest::Release,
        ..Options::default()
    };
    let context = support::public_context(root.path());
    let url = format!("git+file://{}", path.display());
    let found = resolved(&url, &options, &context).expect("it comes");
    assert_eq!(
        (found.tag.as_deref(), found.version.as_deref()),
        (Some("v1.10.0"), Some("1.10.0"))
    );
    assert_eq!(found.requests, 0);
}

#[test]
fn builtins_fetch_git_takes_files_as_git_keeps_them() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let path = root.path().join("repository");
    repository(
        &path,
        &[
            (
                ".gitattributes",
                "*.crlf eol=crlf\n*.id ident\nout.txt export-ignore\ndocs/ export-ignore\nsub/**/x export-ignore\n*.bin filter=lfs\n",
            ),
            ("t.crlf", "a\nb\n"),
            ("a.id", "$Id$\n"),
            ("out.txt", "out\n"),
            ("docs/page", "page\n"),
            ("sub/deep/x", "x\n"),
            ("sub/deep/y", "y\n"),
            (
                "f.bin",
                "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 3\n",
            ),
        ],
    );
    let commit = run(&path, "git", &["rev-parse", "HEAD"]);
    let context = support::public_context(root.path());
    let options = Options {
        fetcher: Some(Fetcher::BuiltinsFetchGit),
        ..Options::default()
    };
    let found = resolved(&path.display().to_string(), &options, &context).expect("it comes");

    let expected = root.path().join("expected");
    run(
        root.path(),
        "git",
        &[
            "-c",
            "core.attributesFile=/dev/null",
            "clone",
            "-q",
            "--no-checkout",
            "repository",
            "expected",
        ],
    );
    for name in [".gitattributes", "t.crlf", "a.id", "sub/deep/y", "f.bin"] {
        let blob = run(
            &expected,
            "git",
            &["cat-file", "blob", &format!("HEAD:{name}")],
        );
        support::write(&expected.join(name), &format!("{blob}\n"));
    }
    let hash = folder_hash(&expected);
    let call = nix_text(&found);
    assert_eq!(
        call,
        format!(
            "builtins.fetchGit {{\n  url = \"file://{}\";\n  rev = \"{commit}\";\n  narHash = \"{hash}\";\n}}\n",
            path.display()
        )
    );
    match support::nix_program() {
        Some(nix) => {
            let nix = nix.display().to_string();
            assert_eq!(
                run(
                    root.path(),
                    &nix,
                    &["eval", "--raw", "--expr", &format!("({call}).narHash")]
                ),
                hash
            );
        }
        None => support::skip("no NIXSMITH_TEST_NIX to evaluate builtins.fetchGit with"),
    }
}

#[test]
fn unpacked_archives_equal_nix() {
    let Some(nix) = support::nix_program() else {
        support::skip("no NIXSMITH_TEST_NIX to unpack archives with");
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    let source = root.path().join("tool-1.0");
    repository(
        &source,
        &[("a", "a\n"), ("b/c", "c\n"), ("run", "#!/bin/sh\n")],
    );
    run(&source, "chmod", &["0754", "run"]);
    run(&source, "ln", &["-s", "b/c", "link"]);
    run(&source, "rm", &["-rf", ".git"]);
    let context = support::public_context(root.path());
    let options = Options {
        fetcher: Some(Fetcher::Fetchzip),
        ..Options::default()
    };
    for (name, flag) in [
        ("t.tar", "-cf"),
        ("t.tar.gz", "-czf"),
        ("t.tar.bz2", "-cjf"),
        ("t.tar.xz", "-cJf"),
    ] {
        run(root.path(), "tar", &[flag, name, "tool-1.0"]);
        let path = root.path().join(name);
        let url = format!("file://{}", path.display());
        let expression = format!("(builtins.fetchTarball \"{url}\")");
        let store_path = run(
            root.path(),
            &nix.display().to_string(),
            &["eval", "--raw", "--impure", "--expr", &expression],
        );
        let expected = run(
            root.path(),
            &nix.display().to_string(),
            &["hash", "path", &store_path],
        );
        let found = resolved(&url, &options, &context).expect("it comes");
        assert_eq!(found.hash.to_string(), expected, "{name}");
    }
}

#[test]
fn what_a_server_cannot_give_is_named() {
    let root = tempfile::tempdir().expect("a temporary folder");
    repository(&root.path().join("git/o/tool.git"), &[("a", "a\n")]);
    let server = TestServer::start();
    server.serve_git("/o", &root.path().join("git/o"));
    server.on("/o/tool/archive/refs/tags/v1.0.tar.gz", Reply::status(404));
    let context = support::context(root.path(), server.options(&root.path().join("cache")));
    let with = |revision: &str| Options {
        revision: Some(revision.to_owned()),
        ..Options::default()
    };
    let failure = |text: &str, options: &Options| match resolved(text, options, &context) {
        Ok(found) => panic!("{text} came as {}", nix_text(&found)),
        Err(error) => format!("{error:#}"),
    };
    let page = format!("{}/o/tool", Endpoint::Github.public_url());
    assert_eq!(
        failure("github:o/tool", &with("v9")),
        format!("`{page}.git` has no tag or branch `v9`")
    );
    let missing = failure("github:o/tool", &with("v1.0"));
    assert!(
        missing.contains("/o/tool/archive/refs/tags/v1.0.tar.gz"),
        "{missing}"
    );
    let gone = failure("github:o/absent", &Options::default());
    assert!(gone.contains("/o/absent.git"), "{gone}");
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let options = Options {
        fetcher: Some(Fetcher::Fetchgit),
        ..with(commit)
    };
    let absent = failure(&format!("{page}.git"), &options);
    assert!(absent.contains(commit), "{absent}");
}
