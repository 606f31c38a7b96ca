//! Whatever is typed as a source: a place or a sentence, never a panic, and never something a program could take for a flag.

mod support;

use nixsmith_workflow::source::{Location, Options, Source};
use proptest::prelude::*;

/// Texts near the ones that mean something.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("git+".to_owned()),
        Just("https://".to_owned()),
        Just("ssh://".to_owned()),
        Just("svn+".to_owned()),
        Just("hg+".to_owned()),
        Just("file://".to_owned()),
        Just("mirror://".to_owned()),
        Just("crates:".to_owned()),
        Just("maven:".to_owned()),
        Just("github:".to_owned()),
        Just("git@example.org:".to_owned()),
        Just("example.org/".to_owned()),
        Just("o/r".to_owned()),
        Just("::".to_owned()),
        Just("--upload-pack=x".to_owned()),
        Just("-oProxyCommand=x".to_owned()),
        Just("/tree/main/x".to_owned()),
        Just("@1.0".to_owned()),
        Just("${x}".to_owned()),
        Just(".git".to_owned()),
        Just(".patch".to_owned()),
        Just("?a=b#c".to_owned()),
        "\\PC{0,6}",
        "[ -~]{0,6}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn begins_like_a_flag(text: &str) -> bool {
    text.starts_with('-')
        || text
            .split("://")
            .nth(1)
            .is_some_and(|rest| rest.starts_with('-'))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_a_place_or_an_error(text in texts(), revision in proptest::option::of("[ -~]{0,8}")) {
        let folder = std::env::temp_dir().join("nixsmith-no-such-folder");
        let context = support::public_context(&folder);
        let options = Options { revision: revision.clone(), ..Options::default() };
        if let Ok(source) = Source::parse(&text, &options, &context) {
            prop_assert!(!text.chars().any(char::is_whitespace), "{text:?}");
            match source.location() {
                Location::Git(url) => prop_assert!(!begins_like_a_flag(url), "{text:?}"),
                Location::File(url) | Location::Subversion(url) | Location::Mercurial(url) => {
                    prop_assert!(!begins_like_a_flag(url.as_str()), "{text:?}");
                    prop_assert!(url.password().is_none(), "{text:?}");
                }
                _ => {}
            }
            if let Some(revision) = source.options().revision.as_deref() {
                prop_assert!(!revision.starts_with('-') && !revision.contains(char::is_whitespace), "{revision:?}");
            }
        }
    }
}

#[test]
fn a_pasted_address_is_what_it_looks_like() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let context = support::public_context(folder.path());
    let kind = |text: &str| {
        let source = Source::parse(text, &Options::default(), &context).expect("it is a source");
        match source.location() {
            Location::Package(_) => "package",
            Location::Forge(_) => "forge",
            Location::Git(_) => "git",
            Location::File(_) => "file",
            Location::Subversion(_) => "subversion",
            Location::Mercurial(_) => "mercurial",
            Location::Directory(_) => "folder",
        }
    };
    for (text, expected) in [
        ("crates:just@1.42.4", "package"),
        ("github:o/r", "forge"),
        ("https://github.com/o/r", "forge"),
        (
            "https://github.com/o/r/archive/refs/tags/v1.tar.gz",
            "forge",
        ),
        ("git@github.com:o/r.git", "forge"),
        (
            "https://github.com/o/r/releases/download/v1/r.tar.gz",
            "file",
        ),
        (
            "https://github.com/o/r/commit/0123456789abcdef0123456789abcdef01234567.patch",
            "file",
        ),
        ("git+https://github.com/o/r", "git"),
        ("https://git.example.org/r.git", "git"),
        ("git@git.example.org:r.git", "git"),
        ("git://git.example.org/r", "git"),
        ("ssh://git@git.example.org/r", "git"),
        ("https://example.org/r-1.0.tar.gz", "file"),
        ("mirror://gnu/r/r-1.0.tar.gz", "file"),
        ("svn://svn.example.org/r/trunk", "subversion"),
        ("svn+https://svn.example.org/r/trunk", "subversion"),
        ("hg+https://hg.example.org/r", "mercurial"),
        (".", "folder"),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn what_flakes_write_behind_an_address_is_understood() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let context = support::public_context(folder.path());
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let read = |text: &str| {
        let source = Source::parse(text, &Options::default(), &context).expect("it is a source");
        let Location::Git(url) = source.location() else {
            panic!("{text} is no repository")
        };
        let options = source.options();
        (url.clone(), options.revision.clone(), options.submodules)
    };
    let base = "https://git.example.org/r";
    for (query, left, revision, submodules) in [
        ("?ref=v1", "", Some("v1"), None),
        (
            "?ref=refs%2Fheads%2Fmain",
            "",
            Some("refs/heads/main"),
            None,
        ),
        (
            "?ref=main&rev=0123456789ABCDEF0123456789abcdef01234567",
            "",
            Some(commit),
            None,
        ),
        ("?submodules=1&shallow=1", "", None, Some(true)),
        ("?submodules=0", "", None, Some(false)),
        ("?p=r&ref=v1", "?p=r", Some("v1"), None),
    ] {
        assert_eq!(
            read(&format!("git+{base}{query}")),
            (
                format!("{base}{left}"),
                revision.map(ToOwned::to_owned),
                submodules
            ),
            "{query}"
        );
    }
    for text in [
        "git+https://git.example.org/r?ref=--upload-pack=x",
        "git+https://git.example.org/r?ref=a%20b",
        "file:///?ref=v1",
    ] {
        let found = Source::parse(text, &Options::default(), &context);
        assert!(found.is_err(), "{text}");
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test's own file in the test's own folder"
)]
fn local_places_may_hold_spaces_and_addresses_may_not() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("my project");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a file"), "").unwrap();
    let context = support::public_context(root.path());
    let parse = |text: &str| Source::parse(text, &Options::default(), &context);
    for text in ["my project", "./my project", folder.to_str().unwrap()] {
        let source = parse(text).unwrap();
        let Location::Directory(found) = source.location() else {
            panic!("{text} is no folder: {:?}", source.location());
        };
        assert_eq!(*found, folder.canonicalize().unwrap(), "{text}");
    }
    let file = parse("my project/a file").unwrap();
    let Location::File(url) = file.location() else {
        panic!("not a file: {:?}", file.location());
    };
    assert!(url.path().ends_with("/my%20project/a%20file"));
    for text in [
        "your project",
        "https://example.org/my project",
        "./my\u{7}project",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}
