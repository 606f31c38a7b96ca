use nixsmith_fetch::endpoints::CRATES_LOCK_SOURCES;
use nixsmith_store::hash::Notation;

use super::*;

const SUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const COMMIT: &str = "89abcdef0123456789abcdef0123456789abcdef";

fn parse(text: &str) -> Result<CargoLock, String> {
    CargoLock::parse("Cargo.lock", text.as_bytes()).map_err(|error| error.to_string())
}

/// One package, with these lines after its name and version.
fn with(name: &str, version: &str, lines: &str) -> String {
    format!("version = 4\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{lines}\n")
}

fn registry(lines: &str) -> String {
    format!("source = \"{}\"\n{lines}", CRATES_LOCK_SOURCES[0])
}

fn git(lock_version: u8, source: &str) -> Result<CargoGit, String> {
    let text = with("x", "1.0.0", &format!("source = \"{source}\""));
    let lock = parse(&text.replacen('4', &lock_version.to_string(), 1))?;
    match lock.packages[0].source.clone() {
        CargoSource::Git(git) => Ok(git),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_registry_package() {
    let lock = parse(&with(
        "serde_json",
        "1.0.0+build.5",
        &registry(&format!("checksum = \"{SUM}\"")),
    ))
    .unwrap();
    assert_eq!(lock.version, 4);
    let package = &lock.packages[0];
    assert_eq!(
        (package.name.as_str(), package.version.as_str()),
        ("serde_json", "1.0.0+build.5")
    );
    assert_eq!(package.source, CargoSource::DefaultRegistry);
    assert_eq!(
        package
            .checksum
            .as_ref()
            .map(|it| it.to_text(Notation::Base16))
            .as_deref(),
        Some(SUM)
    );
}

#[test]
fn the_version_is_told_without_a_number() {
    let text = with("x", "1.0.0", &registry(&format!("checksum = \"{SUM}\"")))
        .replace("version = 4\n", "");
    assert_eq!(parse(&text).unwrap().version, 2);
    let source = CRATES_LOCK_SOURCES[0];
    let first = format!(
        "[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n\
         [[package]]\nname = \"y\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/y#{COMMIT}\"\n\
         [metadata]\n\"checksum x 1.0.0 ({source})\" = \"{SUM}\"\n\
         \"checksum y 1.0.0 (git+https://example.org/y#{COMMIT})\" = \"<none>\"\n"
    );
    let lock = parse(&first).unwrap();
    assert_eq!(lock.version, 1);
    assert_eq!(
        lock.packages[0]
            .checksum
            .as_ref()
            .map(|it| it.to_text(Notation::Base16))
            .as_deref(),
        Some(SUM)
    );
    assert_eq!(lock.packages[1].checksum, None);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    let text = with("x", "1.0.0", &registry(&format!("checksum = \"{SUM}\"")));
    let plain = parse(&text).unwrap();
    assert_eq!(parse(&text.replace('\n', "\r\n")).unwrap(), plain);
    let marked = parse(&format!("\u{feff}{text}")).unwrap();
    assert!(marked.has_byte_order_mark && !plain.has_byte_order_mark);
    assert_eq!(marked.packages, plain.packages);
}

#[test]
fn git_sources() {
    let bare = git(4, &format!("git+https://example.org/a#{COMMIT}")).unwrap();
    assert_eq!(
        bare,
        CargoGit {
            url: "https://example.org/a".into(),
            reference: None,
            commit: COMMIT.into()
        }
    );
    let tag = git(4, &format!("git+https://example.org/a?tag=v%2B1#{COMMIT}")).unwrap();
    assert_eq!(tag.reference, Some(CargoReference::Tag("v+1".into())));
    let old = git(
        3,
        &format!("git+https://example.org/a?branch=v%2B1#{COMMIT}"),
    )
    .unwrap();
    assert_eq!(old.reference, Some(CargoReference::Branch("v%2B1".into())));
    let rev = git(4, &format!("git+ssh://git@example.org/a?rev=a#b#{COMMIT}")).unwrap();
    assert_eq!(rev.reference, Some(CargoReference::Revision("a#b".into())));
    assert_eq!(rev.url, "ssh://git@example.org/a");
}

#[test]
fn other_sources_are_kept_for_whoever_can_use_them() {
    for source in [
        CRATES_LOCK_SOURCES[1],
        "registry+https://example.org/index",
        "path+file:///x",
    ] {
        let lock = parse(&with("x", "1.0.0", &format!("source = \"{source}\""))).unwrap();
        assert_eq!(
            lock.packages[0].source,
            CargoSource::Other(source.to_owned())
        );
    }
}

#[test]
fn malformed_entries_are_named() {
    let cases = [
        (
            with("x", "1.0.0", &registry("checksum = \"0123\"")),
            "package `x 1.0.0`: its checksum has 4 characters, expected 64 hexadecimal digits",
        ),
        (
            with(
                "x",
                "1.0.0",
                &registry(&format!("checksum = \"{}\"", SUM.to_uppercase())),
            ),
            "package `x 1.0.0`: its checksum is not lower-case hexadecimal: `0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF`",
        ),
        (
            with(
                "x",
                "1.0.0",
                &registry(&format!("checksum = \"{}\"", "g".repeat(64))),
            ),
            "package `x 1.0.0`: its checksum is not lower-case hexadecimal: `gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg`",
        ),
        (
            with("../../x", "1.0.0", &registry("")),
            "package `../../x 1.0.0`: its name is not letters, digits, `-` and `_`",
        ),
        (
            with("", "1.0.0", &registry("")),
            "package ` 1.0.0`: its name is not letters, digits, `-` and `_`",
        ),
        (
            with("x", "../1", &registry("")),
            "package `x ../1`: its version is not a semantic version",
        ),
        (
            with("x", "1.0.0/../..", &registry("")),
            "package `x 1.0.0/../..`: its version is not a semantic version",
        ),
        (
            with(
                "x",
                "1.0.0",
                "source = \"git+https://example.org/a#../../x\"",
            ),
            "package `x 1.0.0`: its git source does not end in a full commit: `git+https://example.org/a#../../x`",
        ),
        (
            with("x", "1.0.0", "source = \"git+https://example.org/a\""),
            "package `x 1.0.0`: its git source is malformed: `git+https://example.org/a`",
        ),
        (
            with(
                "x",
                "1.0.0",
                &format!("source = \"git+https://example.org/a?depth=1#{COMMIT}\""),
            ),
            "package `x 1.0.0`: its git source is malformed: `git+https://example.org/a?depth=1#89abcdef0123456789abcdef0123456789abcdef`",
        ),
        (
            with("x", "1.0.0", &format!("source = \"git+#{COMMIT}\"")),
            "package `x 1.0.0`: its git source is malformed: `git+#89abcdef0123456789abcdef0123456789abcdef`",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(
            parse(&text).unwrap_err(),
            format!("`Cargo.lock`: {message}")
        );
    }
}

#[test]
fn a_text_that_is_no_lock_is_refused() {
    let deep = "[".repeat(200_000);
    let cases = [
        (String::new(), "it locks no package".to_owned()),
        (
            "version = 5\n".to_owned(),
            "lock version 5 is not known, expected 1 to 4".to_owned(),
        ),
        (
            "version = -1\n".to_owned(),
            "lock version -1 is not known, expected 1 to 4".to_owned(),
        ),
        (
            "version = 3\nversion = 3\n".to_owned(),
            "line 2: duplicate key".to_owned(),
        ),
        (
            format!("x = {deep}"),
            "line 1: cannot recurse further; max recursion depth met".to_owned(),
        ),
        (
            format!("[a{}]\n", ".a".repeat(100_000)),
            "line 1: recursion limit".to_owned(),
        ),
        (
            "\n\npackage = 1\n".to_owned(),
            "line 3: invalid type: integer `1`, expected a sequence".to_owned(),
        ),
    ];
    for (text, message) in cases {
        let got = parse(&text).unwrap_err();
        assert_eq!(got, format!("`Cargo.lock`: {message}"));
    }
    let latin = CargoLock::parse("a/Cargo.lock", b"version = 3 # \xe9")
        .unwrap_err()
        .to_string();
    assert_eq!(latin, "`a/Cargo.lock`: not UTF-8 text after byte 14");
}

#[test]
fn unused_patches_and_the_project_itself_are_left_alone() {
    let text = format!(
        "{}\n[[patch.unused]]\nname = \"../y\"\nversion = \"no\"\nsource = \"registry+z\"\n",
        with("my project", "no version", "")
    );
    let lock = parse(&text).unwrap();
    assert_eq!(lock.packages.len(), 1);
    assert_eq!(lock.packages[0].source, CargoSource::Local);
}

#[test]
fn dependencies_are_found_by_all_three_forms_and_cycles_end() {
    let mut text = String::from("version = 4\n");
    let mut add = |name: &str, version: &str, source: Option<&str>, dependencies: &str| {
        let source = source
            .map(|it| format!("source = \"{it}\"\n"))
            .unwrap_or_default();
        text += &format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}dependencies = [{dependencies}]\n"
        );
    };
    let registry = CRATES_LOCK_SOURCES[0];
    let from_git = format!("git+https://example.org/b?branch=x#{COMMIT}");
    let vague = format!(
        "\"a\", \"b 2.0.0 (git+https://example.org/b?branch=x)\", \"b 1.0.0 ({registry})\", \"c 1.0.0\""
    );
    add("root", "0.1.0", None, &vague);
    add("a", "1.0.0", Some(registry), "\"root\"");
    add("b", "1.0.0", Some(registry), "\"nowhere\"");
    add("b", "2.0.0", Some(registry), "");
    add("b", "2.0.0", Some(&from_git), "");
    add("c", "1.0.0", Some(registry), "\"a\"");
    let lock = parse(&text).unwrap();
    assert_eq!(lock.packages[0].dependencies, [1, 2, 4, 5]);
    assert_eq!(lock.packages[2].dependencies, [0_usize; 0]);
    assert_eq!(
        lock.closure(&[5]).into_iter().collect::<Vec<_>>(),
        [0, 1, 2, 4, 5]
    );
}

#[test]
fn names_that_many_packages_share_do_not_multiply() {
    let package = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"a\"]\n";
    let error = parse(&format!("version = 4\n{}", package.repeat(3_000))).unwrap_err();
    assert_eq!(
        error,
        "`Cargo.lock`: its dependencies stand for more than the 4000000 packages that are followed"
    );
    let text = format!("version = 4\n{}", package.repeat(1_000));
    assert_eq!(
        parse(&text).unwrap().packages[999].dependencies.len(),
        1_000
    );
}
