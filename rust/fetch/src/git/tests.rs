//! Against real repositories, on the disk and over HTTP from loopback.

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{Node, Tree};
use tempfile::TempDir;

use super::*;
use crate::client::ClientOptions;
use crate::endpoints::Endpoint;
use crate::process::Program;
use crate::request::{Fetch as _, Revision};
use crate::testing::{TestServer, environment};

mod guards;

/// A folder of repositories, served over HTTP below `/git`.
struct Setup {
    server: TestServer,
    folder: TempDir,
    client: Client,
}

impl Setup {
    fn new() -> Self {
        Self::with(|options| options)
    }

    fn with(change: impl FnOnce(ClientOptions) -> ClientOptions) -> Self {
        let (server, folder) = (TestServer::start(), TempDir::new().unwrap());
        fs::create_dir(folder.path().join("repositories")).unwrap();
        server.serve_git("/git", &folder.path().join("repositories"));
        let options = server.options(&folder.path().join("cache"));
        let client = Client::new(change(options)).unwrap();
        Self {
            server,
            folder,
            client,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("repositories").join(name)
    }

    fn url(&self, name: &str) -> String {
        self.server.url(&format!("/git/{name}")).into()
    }

    /// A new repository with one commit of these files; its commit.
    fn repository(&self, name: &str, files: &[(&str, &str)]) -> String {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        run(&path, &["init", "--quiet", "--initial-branch=main"]);
        run(&path, &["config", "uploadpack.allowFilter", "true"]);
        self.commit(name, files)
    }

    fn commit(&self, name: &str, files: &[(&str, &str)]) -> String {
        let path = self.path(name);
        for (file, text) in files {
            let file = path.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            put(&file, text);
        }
        run(&path, &["add", "--all"]);
        run(&path, &["commit", "--quiet", "--message=change"]);
        run(&path, &["rev-parse", "HEAD"])
    }

    fn request(&self, name: &str, revision: Revision) -> GitRequest {
        GitRequest::new(self.url(name), revision)
    }

    fn local(&self, name: &str, revision: Revision) -> GitRequest {
        GitRequest {
            local: true,
            ..GitRequest::new(self.path(name).to_str().unwrap(), revision)
        }
    }
}

fn put(file: &Path, text: &str) {
    use std::io::Write as _;
    let mut opened = fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(file)
        .unwrap();
    opened.write_all(text.as_bytes()).unwrap();
}

/// Runs git as the author of the repositories, at a fixed time.
fn run(path: &Path, arguments: &[&str]) -> String {
    let mut program = Program::new("git")
        .directory(path)
        .inherit(&environment())
        .args(arguments);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ("GIT_AUTHOR_DATE", "1700000000 +0000"),
        ("GIT_COMMITTER_DATE", "1700000000 +0000"),
        ("GIT_ALLOW_PROTOCOL", "file"),
    ] {
        program = program.env(name, value);
    }
    program.run().unwrap().text().trim().to_owned()
}

/// Every path of a tree; files with their contents, links with `->`.
fn listing(tree: &Tree) -> Vec<String> {
    let show = |(path, node): (Vec<u8>, &Node)| {
        let path = String::from_utf8(path).unwrap();
        match node {
            Node::Directory(_) => format!("{path}/"),
            Node::Symlink { target } => format!("{path} -> {}", String::from_utf8_lossy(target)),
            Node::File { executable, .. } => {
                let text = String::from_utf8(tree.read(&path, 1 << 20).unwrap().unwrap()).unwrap();
                format!(
                    "{path}{} {}",
                    if *executable { "*" } else { "" },
                    text.trim_end()
                )
            }
        }
    };
    tree.walk().map(show).filter(|line| line != "/").collect()
}

#[test]
fn a_commit_comes_alone_without_git_and_is_kept() {
    let setup = Setup::new();
    let first = setup.repository("a", &[("file", "one"), ("folder/inner", "deep")]);
    setup.commit("a", &[("file", "two")]);
    let request = setup.request("a", Revision::Commit(first.clone()));
    let tree = setup.client.git(&request).unwrap();
    assert_eq!(
        listing(&tree.tree),
        ["file one", "folder/", "folder/inner deep"]
    );
    assert_eq!(
        (
            tree.commit.as_str(),
            tree.commit_time_seconds,
            tree.requests
        ),
        (first.as_str(), 1_700_000_000, 1)
    );
    let again = setup.client.git(&request).unwrap();
    assert_eq!(
        (again.requests, again.commit_time_seconds),
        (0, 1_700_000_000)
    );
    let hash = |tree: &Tree| tree.nar_hash(Algorithm::Sha256).unwrap().hash;
    assert_eq!(hash(&again.tree), hash(&tree.tree));
    let path = tree.checkout.path().to_owned();
    assert!(path.join("file").exists());
    drop(tree);
    assert!(!path.exists());
}

#[test]
fn names_lead_to_their_commits() {
    let setup = Setup::new();
    let first = setup.repository("a", &[("file", "one")]);
    run(&setup.path("a"), &["tag", "light"]);
    run(
        &setup.path("a"),
        &["tag", "--annotate", "--message=x", "heavy"],
    );
    let second = setup.commit("a", &[("file", "two")]);
    run(&setup.path("a"), &["branch", "side/way", "HEAD~1"]);
    run(
        &setup.path("a"),
        &["update-ref", "refs/pull/1/head", "HEAD"],
    );
    for (revision, commit) in [
        (Revision::Tag("light".into()), &first),
        (Revision::Tag("heavy".into()), &first),
        (Revision::Branch("main".into()), &second),
        (Revision::Branch("side/way".into()), &first),
        (Revision::Head, &second),
        (Revision::Reference("refs/pull/1/head".into()), &second),
        (Revision::Reference("heavy".into()), &first),
        (Revision::Reference("main".into()), &second),
    ] {
        let remote = setup
            .client
            .git(&setup.request("a", revision.clone()))
            .unwrap();
        let local = setup.client.git(&setup.local("a", revision)).unwrap();
        assert_eq!((&remote.commit, &local.commit), (commit, commit));
        assert_eq!(listing(&remote.tree), listing(&local.tree));
        assert_eq!(local.requests, 0);
    }
}

#[test]
fn references_are_listed_with_their_commits() {
    let setup = Setup::new();
    let commit = setup.repository("a", &[("file", "one")]);
    run(
        &setup.path("a"),
        &["tag", "--annotate", "--message=x", "v1"],
    );
    let names = ["HEAD", "refs/heads/main", "refs/tags/v1"];
    let expected = names.map(|name| GitReference {
        name: name.to_owned(),
        commit: commit.clone(),
    });
    assert_eq!(
        setup.client.git_references(&setup.url("a"), false).unwrap(),
        expected
    );
    assert_eq!(
        setup
            .client
            .git_references(setup.path("a").to_str().unwrap(), true)
            .unwrap(),
        expected
    );
}

#[test]
fn a_commit_that_the_server_does_not_give_alone_is_found_in_its_branch() {
    let setup = Setup::new();
    let first = setup.repository("a", &[("file", "one")]);
    setup.commit("a", &[("file", "two")]);
    // Protocol version 0 with its defaults gives only what a reference names.
    run(&setup.path("a"), &["config", "protocol.version", "0"]);
    run(
        &setup.path("a"),
        &["config", "uploadpack.allowAnySHA1InWant", "false"],
    );
    let request = GitRequest {
        url: setup.url("a"),
        ..setup.request("a", Revision::Commit(first))
    };
    assert_eq!(
        listing(&setup.client.git(&request).unwrap().tree),
        ["file one"]
    );
}

#[test]
fn what_is_not_there_is_told_by_name() {
    let setup = Setup::new();
    setup.repository("a", &[("file", "one")]);
    let url = setup.url("a");
    let nowhere = "0123456789".repeat(4);
    for (revision, what) in [
        (Revision::Tag("v9".into()), "tag `v9`".to_owned()),
        (Revision::Branch("v9".into()), "branch `v9`".to_owned()),
        (
            Revision::Reference("refs/x".into()),
            "reference `refs/x`".to_owned(),
        ),
        (
            Revision::Commit(nowhere.clone()),
            format!("commit `{nowhere}`"),
        ),
    ] {
        let error = setup
            .client
            .git(&setup.request("a", revision))
            .err()
            .unwrap();
        assert_eq!(error.to_string(), format!("`{url}` has no {what}"));
    }
    let error = setup
        .client
        .git(&setup.request("missing", Revision::Head))
        .err()
        .unwrap()
        .to_string();
    assert_eq!(
        error,
        format!(
            "could not list the references of `{}`",
            setup.url("missing")
        )
    );
}

#[test]
fn modes_links_and_attributes_are_those_of_a_plain_checkout() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let setup = Setup::new();
    let attributes = "*.crlf text eol=crlf\n*.id ident\n*.sub export-subst\nhidden export-ignore\n";
    setup.repository(
        "a",
        &[
            (".gitattributes", attributes),
            ("a.crlf", "x\ny\n"),
            ("a.id", "$Id$"),
            ("a.sub", "$Format:%H$"),
            ("hidden", "h"),
        ],
    );
    let path = setup.path("a");
    put(&path.join("run"), "#!");
    fs::set_permissions(path.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("nowhere/../x", path.join("link")).unwrap();
    let commit = setup.commit("a", &[]);
    let made = setup
        .client
        .git(&setup.request("a", Revision::Commit(commit)))
        .unwrap();
    let lines = listing(&made.tree);
    assert!(
        lines.contains(&"a.crlf x\r\ny".to_owned()),
        "{}",
        lines.join("\n")
    );
    assert!(lines.iter().any(|line| line.starts_with("a.id $Id: ")));
    assert!(lines.contains(&"a.sub $Format:%H$".to_owned()));
    assert!(lines.contains(&"hidden h".to_owned()));
    assert!(lines.contains(&"run* #!".to_owned()));
    assert!(lines.contains(&"link -> nowhere/../x".to_owned()));
}

#[test]
fn submodules_come_with_theirs_when_asked_for() {
    let setup = Setup::new();
    setup.repository("inner", &[("inner-file", "i")]);
    setup.repository("middle", &[("middle-file", "m")]);
    add_submodule(&setup, "middle", "../inner", "inner");
    setup.repository("outer", &[("outer-file", "o")]);
    add_submodule(&setup, "outer", "../middle", "deps/middle");
    let commit = run(&setup.path("outer"), &["rev-parse", "HEAD"]);
    let modules = "[submodule \"deps/middle\"]\n\tpath = deps/middle\n\turl = ../middle";
    let plain = [
        format!(".gitmodules {modules}"),
        "deps/".into(),
        "deps/middle/".into(),
        "outer-file o".into(),
    ];
    for local in [true, false] {
        let revision = Revision::Commit(commit.clone());
        let request = if local {
            setup.local("outer", revision)
        } else {
            setup.request("outer", revision)
        };
        assert_eq!(listing(&setup.client.git(&request).unwrap().tree), plain);
        let request = GitRequest {
            submodules: true,
            ..request
        };
        let made = setup.client.git(&request).unwrap();
        let lines = listing(&made.tree);
        assert!(
            lines.contains(&"deps/middle/middle-file m".to_owned()),
            "{}",
            lines.join("\n")
        );
        assert!(
            lines.contains(&"deps/middle/inner/inner-file i".to_owned()),
            "{}",
            lines.join("\n")
        );
        assert!(!lines.iter().any(|line| {
            line.split(' ')
                .next()
                .unwrap()
                .split('/')
                .any(|part| part == ".git")
        }));
        assert_eq!(made.requests, if local { 0 } else { 3 });
        assert_eq!(setup.client.git(&request).unwrap().requests, 0);
    }
}

fn add_submodule(setup: &Setup, outer: &str, url: &str, at: &str) {
    let name = url.trim_start_matches("../");
    let from = setup.path(name);
    run(
        &setup.path(outer),
        &[
            "submodule",
            "--quiet",
            "add",
            "--name",
            at,
            "--",
            from.to_str().unwrap(),
            at,
        ],
    );
    run(
        &setup.path(outer),
        &[
            "config",
            "--file",
            ".gitmodules",
            &format!("submodule.{at}.url"),
            url,
        ],
    );
    setup.commit(outer, &[]);
}

#[test]
fn a_sparse_checkout_has_the_folders_and_the_files_at_the_top() {
    let setup = Setup::new();
    let commit = setup.repository("a", &[("top", "t"), ("in/file", "i"), ("out/file", "o")]);
    for request in [
        setup.request("a", Revision::Commit(commit.clone())),
        setup.local("a", Revision::Commit(commit)),
    ] {
        let request = GitRequest {
            sparse: vec!["in".to_owned()],
            ..request
        };
        assert_eq!(
            listing(&setup.client.git(&request).unwrap().tree),
            ["in/", "in/file i", "top t"]
        );
    }
}

#[test]
fn pointers_of_lfs_are_counted() {
    let setup = Setup::new();
    let pointer = format!(
        "version https://git-lfs.example.org/spec/v1\noid sha256:{}\nsize 12345\n",
        "0".repeat(64)
    );
    let commit = setup.repository(
        "a",
        &[("large.bin", &pointer), ("text", "version https://git-lfs")],
    );
    let made = setup
        .client
        .git(&setup.request("a", Revision::Commit(commit)))
        .unwrap();
    assert_eq!(made.lfs_pointers, 1);
}

#[test]
fn offline_answers_from_the_cache_and_the_disk_alone() {
    let setup = Setup::new();
    let commit = setup.repository("a", &[("file", "one")]);
    let request = setup.request("a", Revision::Commit(commit.clone()));
    setup.client.git(&request).unwrap();
    let options = ClientOptions {
        offline: true,
        ..setup.client.options.clone()
    };
    let offline = Client::new(options).unwrap();
    assert_eq!(offline.git(&request).unwrap().requests, 0);
    assert!(offline.git(&setup.local("a", Revision::Head)).is_ok());
    let error = offline
        .git(&setup.request("a", Revision::Head))
        .err()
        .unwrap()
        .to_string();
    assert_eq!(
        error,
        format!(
            "`{}` is not in the cache and the network is off (`--offline`)",
            setup.url("a")
        )
    );
    assert!(matches!(
        offline.git_references(&setup.url("a"), false),
        Err(FetchError::Offline { .. })
    ));
}

#[test]
fn a_replaced_endpoint_serves_public_addresses_and_their_submodules() {
    let setup = Setup::with(|options| options);
    let base = setup.server.url("/git");
    let endpoints = crate::endpoints::Endpoints::new([(Endpoint::Github, base)].into()).unwrap();
    let client = Client::new(ClientOptions {
        endpoints,
        ..setup.client.options.clone()
    })
    .unwrap();
    let public = Endpoint::Github.public_url();
    setup.repository("owner/inner", &[("inner-file", "i")]);
    setup.repository("owner/outer", &[("outer-file", "o")]);
    let from = setup.path("owner/inner");
    run(
        &setup.path("owner/outer"),
        &[
            "submodule",
            "--quiet",
            "add",
            "--",
            from.to_str().unwrap(),
            "inner",
        ],
    );
    let url = format!("{public}/owner/inner");
    run(
        &setup.path("owner/outer"),
        &[
            "config",
            "--file",
            ".gitmodules",
            "submodule.inner.url",
            &url,
        ],
    );
    setup.commit("owner/outer", &[]);
    let request = GitRequest {
        submodules: true,
        ..GitRequest::new(format!("{public}/owner/outer"), Revision::Head)
    };
    let lines = listing(&client.git(&request).unwrap().tree);
    assert!(
        lines.contains(&"inner/inner-file i".to_owned()),
        "{}",
        lines.join("\n")
    );
}

#[test]
fn a_repository_with_sha256_works_too() {
    let setup = Setup::new();
    let path = setup.path("long");
    fs::create_dir_all(&path).unwrap();
    run(
        &path,
        &[
            "init",
            "--quiet",
            "--initial-branch=main",
            "--object-format=sha256",
        ],
    );
    let commit = setup.commit("long", &[("file", "one")]);
    assert_eq!(commit.len(), 64);
    let made = setup
        .client
        .git(&setup.request("long", Revision::Head))
        .unwrap();
    assert_eq!(
        (made.commit, listing(&made.tree)),
        (commit, vec!["file one".to_owned()])
    );
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let setup = Setup::new();
    let commit = setup.repository("a", &[("file", "one")]);
    let target = "/git/a/info/refs?service=git-upload-pack";
    setup
        .server
        .sequence_then_pass(target, [crate::testing::Reply::status(503)]);
    let made = setup
        .client
        .git(&setup.request("a", Revision::Commit(commit)))
        .unwrap();
    assert_eq!(
        (listing(&made.tree), made.requests),
        (vec!["file one".to_owned()], 2)
    );
}

#[test]
fn a_server_of_plain_files_is_asked_for_everything() {
    let setup = Setup::new();
    let first = setup.repository("a", &[("file", "one")]);
    setup.commit("a", &[("file", "two")]);
    run(&setup.path("a"), &["tag", "v2"]);
    run(&setup.path("a"), &["update-server-info"]);
    let folder = setup.path("a").join(".git");
    let mut left = vec![folder.clone()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        let query = if name == "info/refs" {
            "?service=git-upload-pack"
        } else {
            ""
        };
        let reply = crate::testing::Reply::ok(fs::read(&path).unwrap());
        setup.server.on(&format!("/plain/{name}{query}"), reply);
    }
    let url = setup.server.url("/plain").to_string();
    for (revision, text) in [
        (Revision::Commit(first), "file one"),
        (Revision::Tag("v2".into()), "file two"),
    ] {
        let made = setup
            .client
            .git(&GitRequest::new(url.clone(), revision))
            .unwrap();
        assert_eq!(listing(&made.tree), [text]);
    }
}
