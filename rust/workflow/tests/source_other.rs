//! Subversion and Mercurial repositories on disk, where the programs are installed.

mod support;

use nixsmith_fetch::ClientOptions;
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::Tree;
use nixsmith_workflow::source::{Fetcher, Options, Source, resolve};
use support::{has_program, run, run_with, write};

#[test]
fn subversion_exports_a_revision() {
    let root = tempfile::tempdir().expect("a temporary folder");
    if !has_program(root.path(), "svnadmin") || !has_program(root.path(), "svn") {
        support::skip("no Subversion");
        return;
    }
    run(root.path(), "svnadmin", &["create", "repository"]);
    let base = format!("file://{}/repository", root.path().display());
    write(&root.path().join("import/trunk/a.txt"), "one $Rev$\n");
    run(
        root.path(),
        "svn",
        &["import", "-q", "-m", "first", "import", &base],
    );
    run(
        root.path(),
        "svn",
        &["checkout", "-q", &format!("{base}/trunk"), "work"],
    );
    run(
        root.path(),
        "svn",
        &["propset", "-q", "svn:keywords", "Rev", "work/a.txt"],
    );
    run(
        root.path(),
        "svn",
        &["commit", "-q", "-m", "second", "work"],
    );
    let context = support::public_context(root.path());
    let source = Source::parse(&format!("svn+{base}/trunk"), &Options::default(), &context)
        .expect("it is a source");
    let found = resolve(&source, &context).expect("it comes");
    let expected = root.path().join("expected");
    write(&expected.join("a.txt"), "one $Rev: 2 $\n");
    let hash = Tree::from_directory(&expected)
        .and_then(|tree| tree.nar_hash(Algorithm::Sha256))
        .expect("it can be hashed")
        .hash;
    let call = found
        .call
        .expect("it has a call")
        .render()
        .expect("it can be written");
    assert_eq!(
        call,
        format!(
            "fetchsvn {{\n  url = \"{base}/trunk\";\n  rev = \"2\";\n  hash = \"{hash}\";\n}}\n"
        )
    );
}

#[test]
fn subversion_tells_the_time_as_a_build_does() {
    let root = tempfile::tempdir().expect("a temporary folder");
    if !has_program(root.path(), "svnadmin") || !has_program(root.path(), "svn") {
        support::skip("no Subversion");
        return;
    }
    let svn = |arguments: &[&str]| run(root.path(), "svn", arguments);
    run(root.path(), "svnadmin", &["create", "repository"]);
    let base = format!("file://{}/repository", root.path().display());
    write(&root.path().join("import/a.txt"), "$Date$\n");
    svn(&["import", "-q", "-m", "first", "import", &base]);
    svn(&["checkout", "-q", &base, "work"]);
    svn(&["propset", "-q", "svn:keywords", "Date", "work/a.txt"]);
    svn(&["commit", "-q", "-m", "second", "work"]);
    let export = ["export", "-q", "-r", "2", &base, "expected"];
    run_with(root.path(), "svn", &export, &[("TZ", "UTC")]);
    let expected = Tree::from_directory(&root.path().join("expected"))
        .and_then(|tree| tree.nar_hash(Algorithm::Sha256))
        .expect("it can be hashed");
    let mut environment = support::environment(root.path());
    environment.set("TZ", "XYZ-9");
    let options = ClientOptions {
        environment,
        ..ClientOptions::new(&root.path().join("cache"))
    };
    let context = support::context(root.path(), options);
    let source = Source::parse(&format!("svn+{base}"), &Options::default(), &context)
        .expect("it is a source");
    let found = resolve(&source, &context).expect("it comes");
    assert_eq!(found.hash, expected.hash);
}

#[test]
fn mercurial_archives_a_revision() {
    let root = tempfile::tempdir().expect("a temporary folder");
    if !has_program(root.path(), "hg") {
        support::skip("no Mercurial");
        return;
    }
    let repository = root.path().join("repository");
    write(&repository.join("a.txt"), "one\n");
    run(&repository, "hg", &["init"]);
    run(
        &repository,
        "hg",
        &[
            "commit", "-q", "-A", "-m", "first", "-u", "test", "-d", "0 0",
        ],
    );
    run(
        &repository,
        "hg",
        &["tag", "-u", "test", "-d", "0 0", "1.0"],
    );
    let base = format!("file://{}", repository.display());
    let context = support::public_context(root.path());
    for (revision, expected_tag) in [(Some("1.0"), true), (None, false)] {
        let options = Options {
            revision: revision.map(ToOwned::to_owned),
            ..Options::default()
        };
        let source =
            Source::parse(&format!("hg+{base}"), &options, &context).expect("it is a source");
        let found = resolve(&source, &context).expect("it comes");
        let tree = found.tree().expect("a tree");
        assert!(tree.get(".hg_archival.txt").is_none());
        assert_eq!(
            tree.read("a.txt", 100).expect("it can be read"),
            Some(b"one\n".to_vec())
        );
        assert_eq!(tree.get(".hgtags").is_none(), expected_tag);
        let named = if expected_tag {
            "1.0".to_owned()
        } else {
            found.commit.clone().expect("a commit")
        };
        let call = found
            .call
            .expect("it has a call")
            .render()
            .expect("it can be written");
        assert_eq!(
            call,
            format!(
                "fetchhg {{\n  url = \"{base}\";\n  rev = \"{named}\";\n  hash = \"{}\";\n}}\n",
                found.hash
            )
        );
    }
}

#[test]
fn no_program_is_sent_into_the_local_network() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let context = support::public_context(root.path());
    let plain = Options {
        revision: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        fetcher: Some(Fetcher::BuiltinsFetchGit),
        ..Options::default()
    };
    for (text, options, url) in [
        (
            "svn://127.0.0.1:1/x",
            Options::default(),
            "svn://127.0.0.1:1/x",
        ),
        (
            "hg+http://localhost:1/x",
            Options::default(),
            "http://localhost:1/x",
        ),
        (
            "https://127.0.0.1:1/x.git",
            plain,
            "https://127.0.0.1:1/x.git",
        ),
    ] {
        let source = Source::parse(text, &options, &context).expect("it is a source");
        let error = match resolve(&source, &context) {
            Ok(found) => panic!("{text} came from {}", found.url),
            Err(error) => error.to_string(),
        };
        assert_eq!(
            error,
            format!(
                "`{url}` is refused: a loopback or private address is asked only if it is set as an endpoint \
                 (`NIXSMITH_ENDPOINT_<NAME>`)"
            )
        );
    }
}
