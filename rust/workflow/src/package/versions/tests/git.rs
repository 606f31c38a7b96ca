//! SourceHut and plain git repositories, by real git.

use std::path::Path;

use nixsmith_fetch::process::Program;
use nixsmith_fetch::testing::environment;

use super::*;

/// A repository with these tags, each on a commit of its own, the first of 2026-01-31.
fn repository(folder: &Path, tags: &[&str]) {
    std::fs::create_dir_all(folder).unwrap();
    let git = |arguments: &[&str]| {
        Program::new("git")
            .inherit(&environment())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-01-31T10:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-31T10:00:00Z")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments.iter().copied())
            .directory(folder.to_path_buf())
            .run()
            .unwrap()
    };
    git(&["init", "-q", "-b", "main"]);
    for tag in tags {
        git(&["commit", "-q", "--allow-empty", "-m", tag]);
        git(&["tag", "-a", "-m", tag, tag]);
    }
}

#[test]
fn sourcehut_and_other_hosts_are_asked_by_git() {
    let setup = Setup::new();
    let folder = tempfile::tempdir().unwrap();
    repository(
        &folder.path().join("~o/r"),
        &["v1.2", "v1.3", "v2.0-rc1", "x-9.0"],
    );
    repository(&folder.path().join("git/foo"), &["1.2", "1.3"]);
    setup.server.serve_git("/~o", &folder.path().join("~o"));
    setup.server.serve_git("/git", &folder.path().join("git"));
    let sourcehut = setup.newest(&query(
        "1.2",
        &at(Endpoint::Sourcehut, "~o/r/archive/v1.2.tar.gz"),
    ));
    assert_eq!(
        (sourcehut.version.as_str(), sourcehut.source.kind.as_str()),
        ("1.3", "SourceHut")
    );
    assert_eq!(
        sourcehut.changelog,
        Some(at(Endpoint::Sourcehut, "~o/r/refs/v1.3"))
    );
    assert_eq!(sourcehut.commit.map(|commit| commit.len()), Some(40));
    let plain = query("1.2", &format!("git+{}", setup.server.url("git/foo")));
    let candidate = newest(&plain, &setup.host_context()).unwrap().unwrap();
    assert_eq!(
        (candidate.version.as_str(), candidate.source.kind.as_str()),
        ("1.3", "git")
    );
    assert_eq!(candidate.tag.as_deref(), Some("1.3"));
    let branch = Query {
        wanted: Wanted::Branch(Some("main".to_owned())),
        ..query("1.2", &at(Endpoint::Sourcehut, "~o/r"))
    };
    assert_eq!(setup.newest(&branch).version, "1.3-unstable-2026-01-31");
}
