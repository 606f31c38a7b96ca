use super::*;

#[test]
fn prereleases_are_known_by_their_words() {
    for version in [
        "1.0-rc1",
        "1.0rc.2",
        "1.0RC1",
        "2.0.0-beta",
        "2.0a1",
        "2.0b12",
        "1.0-M3",
        "1.0-alpha.1+build",
        "5.0-dev",
        "1.0~pre2",
        "3.0-SNAPSHOT",
        "1.0-canary.5",
        "2.4.99-preview",
        "nightly-1.0",
    ] {
        assert!(is_prerelease(version), "{version}");
    }
    for version in [
        "1.0",
        "3.3a",
        "1.1.1w",
        "9.8p1",
        "1.0.post1",
        "0.11.1+wasi-snapshot-preview1",
        "2024-01-31",
        "1.0.Final",
        "5.0-LTS",
        "33.0-jre",
        "1.0.r5.gabcdef",
    ] {
        assert!(!is_prerelease(version), "{version}");
    }
}

#[test]
fn unknown_marks_are_told() {
    for (version, current, expected) in [
        ("1.1-gpu", "1.0", Some("gpu")),
        ("1.1-gpu", "1.0-gpu", None),
        ("33.1-android", "33.0-jre", Some("android")),
        ("3.4a", "3.3", None),
        ("9.9p1", "9.8", None),
        ("1.1+zstd.1.5", "1.0", None),
        ("1.1-rc1", "1.0", None),
    ] {
        assert_eq!(unknown_word(version, current), expected, "{version}");
    }
}

#[test]
fn a_prerelease_comes_before_its_release() {
    let ordered = [
        "1.0-alpha",
        "1.0-alpha.2",
        "1.0-beta1",
        "1.0-rc1",
        "1.0-rc2",
        "1.0-rc10",
        "1.0",
        "1.0-unstable-2024-01-31",
        "1.0.1-rc1",
        "1.0.1",
        "1.9.9",
        "1.10.0",
        "2.0a1",
        "2.0",
        "2.0a",
    ];
    for (at, left) in ordered.iter().enumerate() {
        for right in ordered.iter().skip(at + 1) {
            assert_eq!(later(left, right), Ordering::Less, "{left} {right}");
            assert_eq!(later(right, left), Ordering::Greater, "{right} {left}");
        }
        assert_eq!(later(left, left), Ordering::Equal);
    }
}

/// nix-update's cases of its own order, which is that of pacman, where ours says the same.
const AS_NIX_UPDATE: &[(&str, &str, Ordering)] = &[
    ("1.5.0", "1.5.0", Ordering::Equal),
    ("1.5.1", "1.5.0", Ordering::Greater),
    ("1.5.1", "1.5", Ordering::Greater),
    ("1.5.0-1", "1.5.0-1", Ordering::Equal),
    ("1.5.0-1", "1.5.0-2", Ordering::Less),
    ("1.5.0-1", "1.5.1-1", Ordering::Less),
    ("1.5.0-2", "1.5.1-1", Ordering::Less),
    ("1.5-1", "1.5.1-1", Ordering::Less),
    ("1.5", "1.5-1", Ordering::Less),
    ("1.1-1", "1.1", Ordering::Greater),
    ("1.0-1", "1.1", Ordering::Less),
    ("1.1-1", "1.0", Ordering::Greater),
    ("1.5b-1", "1.5-1", Ordering::Less),
    ("1.5b", "1.5.1", Ordering::Less),
    ("1.0alpha", "1.0b", Ordering::Less),
    ("1.0beta", "1.0rc", Ordering::Less),
    ("1.0rc", "1.0", Ordering::Less),
    ("1.5.a", "1.5", Ordering::Greater),
    ("1.5.b", "1.5.a", Ordering::Greater),
    ("1.5.1", "1.5.b", Ordering::Greater),
    ("1.5.b-1", "1.5.b", Ordering::Greater),
    ("0:1.0", "0:1.0", Ordering::Equal),
    ("0:1.0", "0:1.1", Ordering::Less),
    ("1:1.0", "0:1.0", Ordering::Greater),
    ("1:1.0", "0:1.1", Ordering::Greater),
    ("1:1.0", "2:1.1", Ordering::Less),
    ("1:1.0", "0:1.0-1", Ordering::Greater),
    ("1:1.0-1", "0:1.1-1", Ordering::Greater),
    ("0:1.0", "1.1", Ordering::Less),
    ("a1.0.0", "b1.0.0", Ordering::Less),
    ("v1.0.0", "v1.0.0", Ordering::Equal),
    ("a", "b", Ordering::Less),
    ("a", "a", Ordering::Equal),
    ("3.9.0", "3.10.0", Ordering::Less),
    ("3.10.0", "3.9.0", Ordering::Greater),
    ("3.9.17", "3.9.18", Ordering::Less),
    ("1.2.3", "1.2.4", Ordering::Less),
    ("1.3.0", "1.2.9", Ordering::Greater),
    ("2.0.0", "1.99.99", Ordering::Greater),
    ("1.0.0rc1", "1.0.0rc2", Ordering::Less),
    ("1.0.0rc2", "1.0.0", Ordering::Less),
    ("1.0.0beta", "1.0.0rc", Ordering::Less),
    ("1.0.0alpha", "1.0.0beta", Ordering::Less),
    ("5.15.0", "5.16.0", Ordering::Less),
    ("5.15.10", "5.15.9", Ordering::Greater),
    ("6.0.0", "5.19.0", Ordering::Greater),
    ("1.0.0.r5.gabcdef", "1.0.0.r6.gabcdef", Ordering::Less),
    ("1.0.0.r10.gabcdef", "1.0.0.r9.gabcdef", Ordering::Greater),
];

/// What `-` parts is a release of the package to pacman; to Nix it is one more number.
const RELEASE: &str = "a number behind `-` is one more number";
/// Pacman takes any letter for a prerelease; projects use `3.3a` for what follows 3.3, and `rc` and its like for prereleases.
const LETTER: &str = "a letter alone follows its release, a word as `alpha` comes before it";
const UNDERSCORE: &str =
    "only `.` and `-` part components, so `_` is one of the signs of a component";
const BOUNDARY: &str = "a digit before a letter parts components as `.` does";
const EPOCH: &str = "Nix knows no epochs, and what has `:` is never taken as a version";
const PREFIX: &str = "letters come before numbers wherever they stand";

/// nix-update's other cases: what it says, what Nix' order with prereleases before their release says, and why.
const OTHERWISE: &[(&str, &str, Ordering, Ordering, &str)] = &[
    (
        "1.5-2",
        "1.5.1-1",
        Ordering::Less,
        Ordering::Greater,
        RELEASE,
    ),
    (
        "1.5-2",
        "1.5.1-2",
        Ordering::Less,
        Ordering::Greater,
        RELEASE,
    ),
    ("1.5b", "1.5", Ordering::Less, Ordering::Greater, LETTER),
    ("1.5b-1", "1.5", Ordering::Less, Ordering::Greater, LETTER),
    (
        "1.0a",
        "1.0alpha",
        Ordering::Less,
        Ordering::Greater,
        LETTER,
    ),
    ("1.0b", "1.0beta", Ordering::Less, Ordering::Greater, LETTER),
    ("1.5-1", "1.5.b", Ordering::Less, Ordering::Greater, RELEASE),
    ("2.0", "2_0", Ordering::Equal, Ordering::Greater, UNDERSCORE),
    (
        "2.0_a",
        "2_0.a",
        Ordering::Equal,
        Ordering::Greater,
        UNDERSCORE,
    ),
    ("2.0a", "2.0.a", Ordering::Less, Ordering::Equal, BOUNDARY),
    (
        "2___a",
        "2_a",
        Ordering::Greater,
        Ordering::Less,
        UNDERSCORE,
    ),
    ("0:1.0", "1.0", Ordering::Equal, Ordering::Less, EPOCH),
    ("0:1.1", "1.0", Ordering::Greater, Ordering::Less, EPOCH),
    ("1:1.0", "1.0", Ordering::Greater, Ordering::Less, EPOCH),
    ("1:1.0", "1.1", Ordering::Greater, Ordering::Less, EPOCH),
    ("1:1.1", "1.1", Ordering::Greater, Ordering::Less, EPOCH),
    ("a1.0.0", "1.0.0", Ordering::Greater, Ordering::Less, PREFIX),
    (
        "a2.0.0",
        "b1.0.0",
        Ordering::Greater,
        Ordering::Less,
        PREFIX,
    ),
];

#[test]
fn the_order_has_the_pairs_that_other_updaters_test() {
    for (left, right, expected) in AS_NIX_UPDATE {
        assert_eq!(later(left, right), *expected, "{left} {right}");
        assert_eq!(later(right, left), expected.reverse(), "{right} {left}");
    }
    for (left, right, theirs, ours, why) in OTHERWISE {
        assert_ne!(theirs, ours);
        assert_eq!(later(left, right), *ours, "{left} {right}: {why}");
        assert_eq!(later(right, left), ours.reverse(), "{right} {left}: {why}");
        if *why == EPOCH {
            assert!(!super::super::offer::is_version(left));
        }
    }
}

#[test]
fn snapshots_and_dates_are_told_apart() {
    assert_eq!(base_of_snapshot("1.2-unstable-2024-01-31"), Some("1.2"));
    assert_eq!(base_of_snapshot("unstable-2024-01-31"), Some("0"));
    assert_eq!(base_of_snapshot("1.2-unstable-x"), None);
    for (version, expected) in [
        ("20240101", true),
        ("2024.01.01", true),
        ("2024-01", true),
        ("202401", true),
        ("1.2", false),
        ("5000", false),
        ("12345", false),
    ] {
        assert_eq!(begins_like_a_date(version), expected, "{version}");
    }
    for (version, expected) in [
        ("1.2.3-20240131", true),
        ("0.0.0-20240131120000-abc", true),
        ("1.2.3-12345678", false),
        ("2024.1", false),
        ("1.2.202401", false),
    ] {
        assert_eq!(holds_a_day(version), expected, "{version}");
    }
    assert_eq!(before_letter("3.3a"), Some("3.3"));
    assert_eq!(before_letter("3.3"), None);
}
