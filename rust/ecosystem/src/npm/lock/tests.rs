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

/// Keys and addresses of the packages below `dependencies` of a followed lock.
fn old(dependencies: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let text = format!("{{\"lockfileVersion\": 1, \"dependencies\": {{{dependencies}}}}}");
    let lock = NpmLock::parse_followed("package-lock.json", text.as_bytes());
    let lock = lock.map_err(|error| error.to_string())?;
    assert!(lock.packages.iter().all(|it| it.version.is_none()));
    let packages = lock.packages.into_iter().map(|package| {
        let address = match package.resolved {
            Some(Resolved::Url(url)) => Some(url.to_string()),
            _ => None,
        };
        (package.key, address)
    });
    Ok(packages.collect())
}

#[test]
fn old_locks_of_git_dependencies_are_read() {
    let host = |forge: Endpoint| forge.public_url().strip_prefix("https://").unwrap();
    let (github, gitlab) = (host(Endpoint::Github), host(Endpoint::Gitlab));
    let archive = "https://example.org/a.tgz";
    for (version, resolved, address) in [
        ("1.0.0", archive, archive.to_owned()),
        ("npm:real@1.0.0", archive, archive.to_owned()),
        (archive, "", archive.to_owned()),
        (
            "github:o/p#abc",
            "",
            format!("git+ssh://git@{github}/o/p.git#abc"),
        ),
        (
            "gitlab:o/p.git",
            archive,
            format!("git+ssh://git@{gitlab}/o/p.git"),
        ),
        (
            "git+https://example.org/p.git#abc",
            "",
            "git+https://example.org/p.git#abc".to_owned(),
        ),
    ] {
        let resolved = match resolved {
            "" => String::new(),
            text => format!(", \"resolved\": \"{text}\""),
        };
        let found = old(&format!(
            "\"@s/a\": {{\"version\": \"{version}\"{resolved}}}"
        ));
        let expected = ("node_modules/@s/a".to_owned(), Some(address));
        assert_eq!(found, Ok(vec![expected]), "{version}");
    }
    let inner = r#""a": {"version": "1", "dependencies": {"b": {"version": "2"}}}"#;
    let keys = ["node_modules/a", "node_modules/a/node_modules/b"];
    assert_eq!(
        old(inner),
        Ok(keys.map(|key| (key.to_owned(), None)).to_vec())
    );
}

#[test]
fn old_locks_are_no_way_to_exhaust_the_stack() {
    let begin = r#""a": {"version": "1", "dependencies": {"#;
    let deep = [begin.repeat(20_000), "}}".repeat(20_000)].concat();
    let error = old(&deep).unwrap_err();
    assert!(error.contains("recursion limit exceeded"), "{error}");
}

#[test]
fn names_of_old_locks_do_not_multiply() {
    let inner = "\"b\": {\"version\": \"1.0.0\"}";
    let outer = |length: usize| {
        let name = "a".repeat(length);
        format!("\"{name}\": {{\"version\": \"1.0.0\", \"dependencies\": {{{inner}}}}}")
    };
    assert_eq!(old(&outer(1024)).unwrap().len(), 2);
    assert_eq!(
        old(&outer(1025)).unwrap_err(),
        "`package-lock.json`: the name of a package has more than 1024 characters"
    );
}
