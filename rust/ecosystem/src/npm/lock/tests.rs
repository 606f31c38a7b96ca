use super::*;

fn parse(text: &str) -> Result<NpmLock, String> {
    NpmLock::parse("package-lock.json", text.as_bytes()).map_err(|error| error.to_string())
}

fn entries(entries: &str) -> NpmLock {
    parse(&format!(
        "{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{\"name\": \"self\"}}, {entries}}}}}"
    ))
    .unwrap()
}

/// (name, version, source, integrity) of the only dependency, if there is one.
fn dependency(entry: &str) -> Option<(String, String, Source, Vec<String>)> {
    let found = entries(entry)
        .packages
        .first()
        .and_then(NpmPackage::dependency)?;
    let integrity = found.integrity.iter().map(ToString::to_string).collect();
    Some((found.name, found.version, found.source, integrity))
}

#[test]
fn names_are_those_of_the_real_packages() {
    let registry = Endpoint::Npm.public_url();
    for (key, stated, name) in [
        ("node_modules/a", "", "a"),
        ("node_modules/a/node_modules/@s/b", "", "@s/b"),
        ("packages/c/node_modules/d", "", "d"),
        ("node_modules/alias", "\"name\": \"real\",", "real"),
    ] {
        let entry = format!(
            "\"{key}\": {{{stated} \"version\": \"1.0.0\", \"resolved\": \"{registry}/x.tgz\"}}"
        );
        assert_eq!(
            dependency(&entry),
            Some((name.into(), "1.0.0".into(), Source::Registry, vec![]))
        );
    }
}

#[test]
fn what_belongs_to_the_project_or_to_another_archive_is_no_dependency() {
    for entry in [
        r#""packages/a": {"version": "1.0.0"}"#,
        r#""node_modules/a": {"resolved": "packages/a", "link": true}"#,
        r#""node_modules/a": {"version": "1.0.0", "resolved": "file:a.tgz", "integrity": "sha512-x"}"#,
        r#""node_modules/a": {"version": "1.0.0", "inBundle": true}"#,
    ] {
        assert_eq!(dependency(entry), None, "{entry}");
    }
}

#[test]
fn sources_and_integrity() {
    let sha1 = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
    let archive = "https://example.org/a-1.0.0.tgz";
    let entry = format!(
        r#""node_modules/a": {{"version": "1.0.0", "resolved": "{archive}", "integrity": "{sha1} sha384-x"}}"#
    );
    let source = Source::Archive(Url::parse(archive).unwrap());
    assert_eq!(
        dependency(&entry),
        Some((
            "a".into(),
            "1.0.0".into(),
            source,
            vec![sha1.into(), "sha384-x".into()]
        ))
    );

    let commit = "89abcdef0123456789abcdef0123456789abcdef";
    let source = Source::Git {
        url: "git+ssh://git@example.org/o/a.git".into(),
        commit: commit.into(),
    };
    let resolved = format!("\"resolved\": \"git+ssh://git@example.org/o/a.git#{commit}\"");
    let entry = format!(r#""node_modules/a": {{"version": "2.0.0", {resolved}}}"#);
    assert_eq!(
        dependency(&entry),
        Some(("a".into(), "2.0.0".into(), source.clone(), vec![]))
    );
    let entry = format!(r#""node_modules/a": {{{resolved}}}"#);
    assert_eq!(
        dependency(&entry),
        Some(("a".into(), commit.into(), source, vec![]))
    );
    let entry = r#""node_modules/a": {"version": "3.0.0"}"#;
    assert_eq!(
        dependency(entry),
        Some(("a".into(), "3.0.0".into(), Source::Unknown, vec![]))
    );
}

#[test]
fn a_byte_order_mark_is_noted() {
    let text = r#"{"lockfileVersion": 2, "packages": {}}"#;
    assert!(!parse(text).unwrap().has_byte_order_mark);
    let marked = parse(&format!("\u{feff}{}", text.replace(' ', "\r\n"))).unwrap();
    assert!(marked.has_byte_order_mark);
    assert_eq!(marked.version, 2);
}

#[test]
fn what_is_no_lock_of_version_2_or_3_is_refused() {
    let deep = format!(
        "{{\"lockfileVersion\": 3, \"packages\": {}",
        "{\"a\": ".repeat(200_000)
    );
    let deep_elsewhere = format!("{{\"x\": {}", "[".repeat(200_000));
    for (text, message) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        (
            "[]",
            "invalid length 0, expected a lock file at line 1 column 2",
        ),
        ("{}", "it has no `lockfileVersion`"),
        (
            r#"{"lockfileVersion": 1, "dependencies": {}}"#,
            "lock version 1 lacks what npm 7 and newer must know to install without a network",
        ),
        (
            r#"{"lockfileVersion": 4}"#,
            "lock version 4 is not known, expected 2 or 3",
        ),
        (
            r#"{"lockfileVersion": "3"}"#,
            "invalid type: string \"3\", expected i64 at line 1 column 23",
        ),
        (
            r#"{"lockfileVersion": 3, "packages": {"a": {"resolved": false}}}"#,
            "invalid type: boolean `false`, expected a string at line 1 column 59",
        ),
        (&deep, "EOF while parsing a value at line 1 column 1200035"),
        (
            &deep_elsewhere,
            "EOF while parsing a list at line 1 column 200006",
        ),
    ] {
        assert_eq!(
            parse(text).unwrap_err(),
            format!("`package-lock.json`: {message}")
        );
    }
}

#[test]
fn a_lock_of_endless_entries_or_hashes_is_refused_early() {
    let entries: Vec<String> = (0..100_002)
        .map(|index| format!("\"{index}\":{{}}"))
        .collect();
    let text = format!(
        "{{\"lockfileVersion\":3,\"packages\":{{{}}}}}",
        entries.join(",")
    );
    let error = parse(&text).unwrap_err();
    assert!(
        error.starts_with(
            "`package-lock.json`: more than the 100000 entries that are read at line 1"
        ),
        "{error}"
    );
    let text = format!(
        r#"{{"lockfileVersion":3,"packages":{{"a":{{"integrity":"{}"}}}}}}"#,
        "a ".repeat(3000)
    );
    let error = parse(&text).unwrap_err();
    assert_eq!(
        error,
        "`package-lock.json`: package `a`: its `integrity` has more than 4096 characters"
    );
}
