//! What a URL, a reference, a repository or a configuration tries, and must not get.

use super::*;
use crate::process::Environment;

fn refusal(setup: &Setup, request: &GitRequest) -> String {
    setup
        .client
        .git(request)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_else(|| "it was checked out".to_owned())
}

#[test]
fn hostile_references_are_refused_before_git_runs() {
    let setup = Setup::new();
    setup.repository("a", &[("file", "one")]);
    for name in ["--upload-pack=touch x", "-x", "a b", "a\nb", "a..b", ""] {
        for revision in [
            Revision::Tag(name.to_owned()),
            Revision::Branch(name.to_owned()),
            Revision::Reference(name.to_owned()),
            Revision::Reference(format!("refs/{name}/")),
        ] {
            let error = refusal(&setup, &setup.request("a", revision));
            assert!(
                error.ends_with("cannot be the name of a git reference"),
                "{name}: {error}"
            );
        }
    }
    let error = refusal(
        &setup,
        &setup.request("a", Revision::Commit("abc".to_owned())),
    );
    assert_eq!(error, "`abc` is not the full id of a commit");
    assert!(setup.server.received().is_empty());
}

#[test]
fn a_lock_files_path_is_not_read() {
    let setup = Setup::new();
    setup.repository("a", &[("file", "one")]);
    let request = GitRequest {
        local: false,
        ..setup.local("a", Revision::Head)
    };
    assert!(refusal(&setup, &request).ends_with("is refused: it is a local path"));
    let request = GitRequest {
        url: format!("file://{}", request.url),
        ..request
    };
    assert!(refusal(&setup, &request).ends_with("is refused: it is a local path"));
}

#[test]
fn a_remote_repository_cannot_reach_the_disk_through_its_submodules() {
    let setup = Setup::new();
    setup.repository("secret", &[("file", "s")]);
    for (index, url) in [
        "/etc",
        "file:///etc",
        "ext::sh -c true",
        "-oProxyCommand=x",
        "https://127.0.0.1:1/x",
        "git@localhost:x",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("outer-{index}");
        setup.repository(&name, &[("outer-file", "o")]);
        let from = setup.path("secret");
        run(
            &setup.path(&name),
            &[
                "submodule",
                "--quiet",
                "add",
                "--",
                from.to_str().unwrap(),
                "sub",
            ],
        );
        let modules = format!("[submodule \"sub\"]\n\tpath = sub\n\turl = {url}\n");
        setup.commit(&name, &[(".gitmodules", &modules)]);
        let request = GitRequest {
            submodules: true,
            ..setup.request(&name, Revision::Head)
        };
        let error = refusal(&setup, &request);
        assert!(
            error.starts_with(&format!("`{url}` is refused: ")),
            "{error}"
        );
    }
}

#[test]
fn only_entries_that_the_commit_uses_are_judged() {
    let setup = Setup::new();
    setup.repository("inner", &[("inner-file", "i")]);
    setup.repository("outer", &[("outer-file", "o")]);
    add_submodule(&setup, "outer", "../inner", "inner");
    let stale = "[submodule \"inner\"]\n\tpath = inner\n\turl = ../inner\n[submodule \"old\"]\n\tpath = gone\n\turl = /etc\n";
    setup.commit("outer", &[(".gitmodules", stale)]);
    let request = GitRequest {
        submodules: true,
        ..setup.request("outer", Revision::Head)
    };
    let lines = listing(&setup.client.git(&request).unwrap().tree);
    assert!(
        lines.contains(&"inner/inner-file i".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn a_link_that_no_entry_declares_is_told() {
    let setup = Setup::new();
    setup.repository("inner", &[("inner-file", "i")]);
    setup.repository("outer", &[("outer-file", "o")]);
    add_submodule(&setup, "outer", "../inner", "inner");
    run(&setup.path("outer"), &["rm", "--quiet", ".gitmodules"]);
    setup.commit("outer", &[]);
    let request = GitRequest {
        submodules: true,
        ..setup.request("outer", Revision::Head)
    };
    let expected = format!(
        "`{}` has a submodule at `inner` of which its `.gitmodules` knows nothing",
        setup.url("outer")
    );
    assert_eq!(refusal(&setup, &request), expected);
}

#[test]
fn neither_the_users_configuration_nor_the_repositorys_runs_anything() {
    let setup = Setup::new();
    let home = setup.folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let mark = setup.folder.path().join("ran");
    let run_mark = format!("touch {}", mark.display());
    put(
        &home.join(".gitconfig"),
        &format!(
            "[core]\n\thooksPath = {0}\n\tfsmonitor = {run_mark}\n\tautocrlf = true\n\tattributesFile = {0}/attributes\n\
             [filter \"mark\"]\n\tsmudge = {run_mark}\n\tclean = cat\n\
             [alias]\n\tfetch = !{run_mark}\n[init]\n\ttemplateDir = {0}\n[url \"ext::{run_mark} \"]\n\tinsteadOf = http\n",
            home.display()
        ),
    );
    put(&home.join("attributes"), "* filter=mark\n");
    fs::create_dir(home.join("hooks")).unwrap();
    for hook in ["post-checkout", "hooks/post-checkout"] {
        use std::os::unix::fs::PermissionsExt as _;
        put(&home.join(hook), &format!("#!/bin/sh\n{run_mark}\n"));
        fs::set_permissions(home.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut with_home = environment();
    with_home.set("HOME", home.as_os_str());
    let options = ClientOptions {
        environment: with_home,
        ..setup.client.options.clone()
    };
    let client = Client::new(options).unwrap();
    setup.repository("a", &[("file", "one\ntwo\n")]);
    let made = client.git(&setup.request("a", Revision::Head)).unwrap();
    assert_eq!(listing(&made.tree), ["file one\ntwo"]);
    assert!(!mark.exists());
}

#[test]
fn the_users_credential_helper_is_asked() {
    let setup = Setup::new();
    let home = setup.folder.path().join("home");
    fs::create_dir(&home).unwrap();
    put(
        &home.join(".gitconfig"),
        "[credential]\n\thelper = \"!f() { echo username=u; echo password=secret; }; f\"\n",
    );
    let mut with_home = environment();
    with_home.set("HOME", home.as_os_str());
    let options = ClientOptions {
        environment: with_home,
        ..setup.client.options.clone()
    };
    let client = Client::new(options).unwrap();
    let commit = setup.repository("a", &[("file", "one")]);
    let denied = crate::testing::Reply::status(401).header("WWW-Authenticate", "Basic realm=\"x\"");
    let target = "/git/a/info/refs?service=git-upload-pack";
    setup.server.sequence_then_pass(target, [denied.clone()]);
    let made = client
        .git(&setup.request("a", Revision::Commit(commit.clone())))
        .unwrap();
    assert_eq!(listing(&made.tree), ["file one"]);
    let sent: Vec<Option<String>> = setup
        .server
        .received()
        .iter()
        .take(2)
        .map(|request| request.headers.get("authorization").cloned())
        .collect();
    assert_eq!(sent, [None, Some("Basic dTpzZWNyZXQ=".to_owned())]);
    // Without a helper nobody is asked, and it ends.
    setup.server.on(target, denied);
    let error = refusal(
        &setup,
        &setup.request("a", Revision::Branch("main".to_owned())),
    );
    assert_eq!(
        error,
        format!("could not list the references of `{}`", setup.url("a"))
    );
}

#[test]
fn leave_dot_git_is_refused_with_the_reason() {
    let setup = Setup::new();
    let request = GitRequest {
        leave_dot_git: true,
        ..setup.request("a", Revision::Head)
    };
    assert!(refusal(&setup, &request).starts_with("`leaveDotGit` cannot be hashed ahead: "));
}

#[test]
fn lfs_without_its_program_is_refused() {
    let setup = Setup::new();
    setup.repository("a", &[("file", "one")]);
    let folder = TempDir::new().unwrap();
    let git = environment().find_program("git").unwrap();
    std::os::unix::fs::symlink(git, folder.path().join("git")).unwrap();
    let only_git = Environment::from_pairs([("PATH", folder.path())]);
    let options = ClientOptions {
        environment: only_git,
        ..setup.client.options.clone()
    };
    let client = Client::new(options).unwrap();
    let request = GitRequest {
        lfs: true,
        ..setup.local("a", Revision::Head)
    };
    let error = client.git(&request).err().unwrap().to_string();
    assert_eq!(
        error,
        "the program `git-lfs`, which fetches the files asked for, is not on PATH"
    );
}

#[test]
fn a_missing_git_is_told() {
    let setup = Setup::new();
    let options = ClientOptions {
        environment: Environment::from_pairs([("PATH", "/nonexistent")]),
        ..setup.client.options.clone()
    };
    let error = Client::new(options)
        .unwrap()
        .git(&setup.request("a", Revision::Head))
        .err()
        .unwrap();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "program `git` is not installed or not on PATH");
}

#[test]
fn hostile_sparse_paths_are_refused() {
    let setup = Setup::new();
    for path in ["", "-x", "a\nb"] {
        let request = GitRequest {
            sparse: vec![path.to_owned()],
            ..setup.request("a", Revision::Head)
        };
        assert!(
            refusal(&setup, &request).ends_with("cannot be checked out sparsely"),
            "{path}"
        );
    }
}
