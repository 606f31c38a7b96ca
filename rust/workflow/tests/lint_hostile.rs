//! `lint` and `fmt` on files that are hostile or that change under their hands: a finding each, and the others are still done.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests lay out the files that they judge"
)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nixsmith_workflow::lint::{self, FixClass};
use nixsmith_workflow::{Context, fmt};

const GOOD: &str = "{ x }:\n{\n  a = (x);\n}\n";
const MENDED: &str = "{ x }:\n{\n  a = x;\n}\n";

fn context(folder: &Path) -> Context {
    support::public_context(folder)
}

fn request(fix: bool) -> lint::Request {
    lint::Request {
        rules: vec!["useless-parens".to_owned()],
        fix: fix.then_some(FixClass::Safe),
        ..lint::Request::default()
    }
}

fn codes(report: &lint::Report) -> Vec<(String, String)> {
    let findings = report.findings.iter();
    findings
        .map(|it| (it.path.clone().unwrap_or_default(), it.code.to_string()))
        .collect()
}

fn pair(path: &str, code: &str) -> (String, String) {
    (path.to_owned(), code.to_owned())
}

#[test]
fn hostile_files_are_findings_and_their_neighbours_are_mended() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("a.nix", GOOD.as_bytes());
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    write("deep-parens.nix", deep("(", ")").as_bytes());
    write("deep-lists.nix", deep("[", "]").as_bytes());
    write("deep-sets.nix", deep("{a=", ";}").as_bytes());
    write("deep-lambdas.nix", deep("a: ", "").as_bytes());
    write("deep-strings.nix", deep("\"${", "}\"").as_bytes());
    write("deep-unary.nix", deep("!", "").as_bytes());
    write("latin1.nix", b"\"\xff\"");
    write("nul.nix", b"{ a = 1;\0 }");
    write("open.nix", b"{ a = ''b; }");
    write("z.nix", GOOD.as_bytes());
    let large = fs::File::create(folder.path().join("large.nix")).unwrap();
    large.set_len(100 << 20).unwrap();

    let report = lint::run(&request(true), &context(folder.path())).unwrap();

    assert_eq!(
        codes(&report),
        [
            pair("deep-lambdas.nix", "syntax"),
            pair("deep-lists.nix", "syntax"),
            pair("deep-parens.nix", "syntax"),
            pair("deep-sets.nix", "syntax"),
            pair("deep-strings.nix", "syntax"),
            pair("deep-unary.nix", "syntax"),
            pair("large.nix", "unreadable"),
            pair("latin1.nix", "encoding"),
            pair("nul.nix", "syntax"),
            pair("open.nix", "syntax"),
        ]
    );
    for name in ["a.nix", "z.nix"] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(text, MENDED, "{name}");
    }
    let formatted = fmt::run(&fmt::Request::default(), &context(folder.path())).unwrap();
    assert_eq!(formatted.findings.len(), 10);
    assert_eq!(formatted.changed, Vec::<String>::new());
}

#[test]
fn a_read_only_file_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.nix");
    fs::write(&file, GOOD).unwrap();
    fs::write(folder.path().join("b.nix"), GOOD).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();

    let report = lint::run(&request(true), &context(folder.path())).unwrap();

    let expected = [
        pair("a.nix", "not-written"),
        pair("a.nix", "useless-parens"),
    ];
    assert_eq!(codes(&report), expected);
    assert_eq!(fs::read_to_string(&file).unwrap(), GOOD);
    let other = fs::read_to_string(folder.path().join("b.nix")).unwrap();
    assert_eq!(other, MENDED);
}

#[test]
fn a_mended_file_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.nix");
    let script = format!("#!/usr/bin/env nix-shell\n{GOOD}");
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();

    lint::run(&request(true), &context(folder.path())).unwrap();

    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o750);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("#!/usr/bin/env nix-shell\n{MENDED}"));
}

#[test]
fn links_out_of_the_tree_are_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("theirs.nix");
    fs::write(&target, GOOD).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.nix"), GOOD).unwrap();
    symlink(&target, folder.path().join("away.nix")).unwrap();
    symlink("nowhere.nix", folder.path().join("lost.nix")).unwrap();
    symlink("own.nix", folder.path().join("inside.nix")).unwrap();
    symlink(outside.path(), folder.path().join("folder")).unwrap();
    symlink(".", folder.path().join("loop")).unwrap();

    let report = lint::run(&request(true), &context(folder.path())).unwrap();

    let expected = [
        pair("away.nix", "link-outside"),
        pair("lost.nix", "link-outside"),
    ];
    assert_eq!(codes(&report), expected);
    assert_eq!(report.files, 3);
    assert_eq!(fs::read_to_string(&target).unwrap(), GOOD);
    let inside = folder.path().join("inside.nix");
    assert!(fs::symlink_metadata(inside).unwrap().is_symlink());
}

#[test]
fn a_named_link_is_judged_and_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.nix"), GOOD).unwrap();
    let link = folder.path().join("link.nix");
    symlink("own.nix", &link).unwrap();
    let wanted = lint::Request {
        paths: vec!["link.nix".into()],
        ..request(true)
    };

    let report = lint::run(&wanted, &context(folder.path())).unwrap();

    assert_eq!(codes(&report), []);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let own = fs::read_to_string(folder.path().join("own.nix")).unwrap();
    assert_eq!(own, MENDED);
}

/// A shell that expands `*.nix` names every link.
#[test]
fn nothing_is_written_through_a_named_link_that_leads_away() {
    let outside = tempfile::tempdir().unwrap();
    let theirs = outside.path().join("theirs.nix");
    fs::write(&theirs, GOOD).unwrap();
    let folder = tempfile::tempdir().unwrap();
    symlink(&theirs, folder.path().join("link.nix")).unwrap();
    symlink(outside.path(), folder.path().join("folder")).unwrap();
    for path in ["link.nix", "folder", "folder/theirs.nix"] {
        let wanted = lint::Request {
            paths: vec![path.into()],
            ..request(true)
        };
        let report = lint::run(&wanted, &context(folder.path())).unwrap();
        let codes: Vec<String> = codes(&report).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["not-written", "useless-parens"], "{path}");
        let formatted = fmt::run(
            &fmt::Request {
                paths: vec![path.into()],
                ..fmt::Request::default()
            },
            &context(folder.path()),
        );
        assert_eq!(formatted.unwrap().changed, Vec::<String>::new(), "{path}");
        assert_eq!(fs::read_to_string(&theirs).unwrap(), GOOD, "{path}");
    }
    // named as what it is, it is mended
    let wanted = lint::Request {
        paths: vec![theirs.clone()],
        ..request(true)
    };
    lint::run(&wanted, &context(folder.path())).unwrap();
    assert_eq!(fs::read_to_string(&theirs).unwrap(), MENDED);
}

/// Someone else writes the same files all the time: whatever is there in the end is theirs or ours, whole.
#[test]
fn a_file_that_changes_meanwhile_is_never_half_and_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = format!("{GOOD}# theirs\n");
    let names: Vec<_> = (0..40)
        .map(|at| folder.path().join(format!("{at:02}.nix")))
        .collect();
    for name in &names {
        fs::write(name, GOOD).unwrap();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (stop, names, theirs) = (Arc::clone(&stop), names.clone(), theirs.clone());
        std::thread::spawn(move || {
            for name in names.iter().rev() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let beside = name.with_extension("new");
                fs::write(&beside, &theirs).unwrap();
                fs::rename(&beside, name).unwrap();
            }
        })
    };

    let report = lint::run(&request(true), &context(folder.path())).unwrap();

    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    for name in &names {
        let text = fs::read_to_string(name).unwrap();
        let ours = [GOOD, MENDED, &theirs, &theirs.replace(GOOD, MENDED)].contains(&text.as_str());
        assert!(ours, "{}: {text:?}", name.display());
    }
    for (_, code) in codes(&report) {
        assert!(
            ["not-written", "useless-parens"].contains(&code.as_str()),
            "{code}"
        );
    }
}
