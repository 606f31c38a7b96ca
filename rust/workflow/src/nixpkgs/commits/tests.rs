use super::*;

fn commit(subject: &str, paths: &[&str]) -> Commit {
    let person = Person {
        name: "A".to_owned(),
        email: "a@b".to_owned(),
    };
    Commit {
        id: "1".repeat(40),
        subject: subject.to_owned(),
        author: person.clone(),
        committer: person,
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn codes(commit: &Commit) -> Vec<String> {
    judge(commit)
        .into_iter()
        .map(|finding| finding.code.into_owned())
        .collect()
}

#[test]
fn subjects() {
    let cases: &[(&str, &[&str])] = &[
        ("hello: 1.0 -> 1.1", &[]),
        ("hello 1.0 -> 1.1", &["commit-subject-colon"]),
        ("hello:1.1", &["commit-subject-colon"]),
        ("hello: new.", &["commit-subject-period"]),
        ("fixup! hello: new", &["commit-fixup"]),
        (
            "amend! hello.",
            &[
                "commit-subject-colon",
                "commit-subject-period",
                "commit-fixup",
            ],
        ),
        ("feat: new", &["commit-conventional"]),
        ("feat!: new", &["commit-conventional"]),
        ("feat(x): new", &["commit-conventional"]),
        ("feat!(x)!: new", &["commit-conventional"]),
        ("feat!!: new", &["commit-conventional"]),
        ("feat(x)y): new", &["commit-conventional"]),
        ("feat(x) : new", &[]),
        ("feat!!!: new", &[]),
        ("feats: new", &[]),
        ("docs: new", &["commit-conventional"]),
        ("Feat: new", &[]),
        ("", &["commit-subject-colon"]),
        ("feat(\u{2028}): new", &[]),
        ("feat(a)(\u{2028}): new", &[]),
    ];
    for (subject, expected) in cases {
        assert_eq!(codes(&commit(subject, &[])), *expected, "{subject}");
    }
}

#[test]
fn a_type_that_is_part_of_a_path_is_none() {
    let docs = commit("docs: new", &["pkgs/docs/x"]);
    assert!(codes(&docs).is_empty());
    // The segments of a quoted path keep the quotes at both ends.
    let quoted = commit("docs: new", &["\"docs/\\303\\266/docs\""]);
    assert_eq!(codes(&quoted), ["commit-conventional"]);
    let doc = commit("doc: new", &["docs/x"]);
    assert_eq!(codes(&doc), ["commit-conventional"]);
    let all = CONVENTIONAL_TYPES.join("/");
    assert_eq!(codes(&commit(": new", &[&all])), ["commit-conventional"]);
    assert_eq!(
        codes(&commit("(x)!: new", &[&all])),
        ["commit-conventional"]
    );
    assert!(codes(&commit("x: new", &[&all])).is_empty());
}

#[test]
fn people() {
    let mut nobody = commit("a: b", &[]);
    nobody.author = Person::default();
    nobody.committer.email = "@b".to_owned();
    assert_eq!(
        codes(&nobody),
        [
            "commit-author-name",
            "commit-author-email",
            "commit-committer-email"
        ]
    );
    for (address, expected) in [
        ("a@", true),
        ("@@", true),
        ("a", false),
        ("", false),
        ("ä@b", true),
        ("a\u{2028}@b", false),
        ("a@b\r", false),
    ] {
        assert_eq!(is_email(address), expected, "{address:?}");
    }
}

#[test]
fn a_file_of_a_program() {
    let findings = judge(&commit("teams: new", &[GENERATED]));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "commit-manual-edit");
    assert_eq!(findings[0].level, Level::Warning);
}

#[test]
fn logs_are_split_as_ci_splits_them() {
    let log = b"\x01aa\x02x: y\tN\tn@e\tC\tc@e\n\npkgs/a\n\"b\\303\\266\"\n\x01bb\x02s\tt: u\tN\tn@e\tC\tc@e\n\x01cc\x02\xff\t\t\t\t\n";
    let commits = parse(log);
    assert_eq!(commits.len(), 3);
    assert_eq!(commits[0].paths, ["pkgs/a", "\"b\\303\\266\""]);
    assert_eq!(commits[0].committer.email, "c@e");
    assert_eq!(commits[1].subject, "s");
    assert_eq!(commits[1].author.name, "t: u");
    assert_eq!(commits[1].committer.name, "n@e");
    assert!(commits[1].paths.is_empty());
    assert_eq!(commits[2].subject, "\u{fffd}");
}
