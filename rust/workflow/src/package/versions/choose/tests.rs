use proptest::prelude::*;

use super::super::Source;
use super::*;

fn offers(are_tags: bool, names: &[&str]) -> Offers {
    Offers {
        source: Source {
            kind: "test".to_owned(),
            url: "https://example.org/o/r".to_owned(),
        },
        are_tags,
        list: names.iter().map(|name| Offer::named(*name)).collect(),
    }
}

fn query(current: &str) -> Query {
    Query {
        pname: "foo".to_owned(),
        current: current.to_owned(),
        ..Query::default()
    }
}

fn chosen(query: &Query, tag: Option<&str>, names: &[&str]) -> Option<(String, String)> {
    let choice = choose(query, tag, &offers(true, names)).unwrap();
    choice
        .chosen
        .map(|chosen| (chosen.version, chosen.offer.name))
}

fn version(current: &str, tag: &str, names: &[&str]) -> Option<String> {
    chosen(&query(current), Some(tag), names).map(|(version, _)| version)
}

#[test]
fn the_greatest_version_wins_whatever_the_order() {
    for (current, names, expected) in [
        (
            "0.41.0",
            vec!["v0.39.5", "v0.37.6", "v0.41.1", "v0.39.4", "v0.41.0"],
            Some("0.41.1"),
        ),
        (
            "1.2.9",
            vec!["v1.2.10", "v2.0.0", "v1.3.0", "v1.2.9"],
            Some("2.0.0"),
        ),
        (
            "3.5.4",
            vec!["v3.5.4", "v3.6.0", "v3.5.3", "v3.4.5"],
            Some("3.6.0"),
        ),
        ("3.6.0", vec!["v3.5.4", "v3.6.0", "v3.5.3"], None),
        ("9.0", vec!["v1.0", "v9.0"], None),
        ("1.9", vec!["v1.10", "v1.9"], Some("1.10")),
    ] {
        let tag = format!("v{current}");
        assert_eq!(
            version(current, &tag, &names).as_deref(),
            expected,
            "{current}"
        );
    }
}

#[test]
fn tags_of_other_packages_are_never_taken() {
    for (current, tag, names, expected) in [
        (
            "1.2.3",
            "foo-v1.2.3",
            vec![
                "bar-v9.0.0",
                "v9.0.0",
                "9.0.0",
                "foo-bar-v9.0.0",
                "foo-v1.3.0",
            ],
            Some("foo-v1.3.0"),
        ),
        (
            "1.2.3",
            "foo/v1.2.3",
            vec!["bar/v9.0.0", "foo/v1.2.4", "foo/bar/v9.0.0", "v8.0.0"],
            Some("foo/v1.2.4"),
        ),
        (
            "1.2.3",
            "release_1_2_3",
            vec!["release_1_3_0", "release_1_10_0", "2.0.0", "v3_0_0"],
            Some("release_1_10_0"),
        ),
        (
            "1.2.3",
            "v1.2.3",
            vec!["foo-v9.0.0", "9.0.0", "v1.2.4"],
            Some("v1.2.4"),
        ),
        ("1.2.3", "1.2.3", vec!["v9.0.0", "1.2.4"], Some("1.2.4")),
        (
            "0.9.0",
            "cargo-nextest-0.9.0",
            vec![
                "nextest-runner-0.99.0",
                "cargo-nextest-0.9.1",
                "cargo-nextest-0.9.0",
            ],
            Some("cargo-nextest-0.9.1"),
        ),
        (
            "1.2.3",
            "v1.2.3-stable",
            vec!["v1.2.4", "v1.2.4-beta", "v1.2.5-stable"],
            Some("v1.2.5-stable"),
        ),
        ("1.2.3", "foo-v1.2.3", vec!["bar-v9.0.0"], None),
    ] {
        let names: Vec<&str> = names.into_iter().chain([tag]).collect();
        let found = chosen(&query(current), Some(tag), &names).map(|(_, name)| name);
        assert_eq!(found.as_deref(), expected, "{tag}");
    }
}

#[test]
fn without_a_tag_the_spelling_of_the_current_version_counts() {
    let commit = None;
    for (current, names, expected) in [
        (
            "1.2",
            vec!["bar-1.9", "foo-1.2", "foo-1.3", "v9"],
            Some("foo-1.3"),
        ),
        ("1.2", vec!["V-1.2", "V-1.3", "1.9"], Some("V-1.3")),
        (
            "0-unstable-2024-01-31",
            vec!["v0.1.0", "bar-v9.0"],
            Some("v0.1.0"),
        ),
        (
            "1.2-unstable-2024-01-31",
            vec!["v1.2", "v1.3", "x1.9"],
            Some("v1.3"),
        ),
        ("1.2-unstable-2024-01-31", vec!["v1.2"], None),
    ] {
        let found = chosen(&query(current), commit, &names).map(|(_, name)| name);
        assert_eq!(found.as_deref(), expected, "{current}");
    }
    assert_eq!(
        version("1.2.0", "v1.2", &["v1.2", "v1.3", "x-9.0"]).as_deref(),
        Some("1.3")
    );
}

#[test]
fn prereleases_and_junk_are_left_out_with_the_reason() {
    let names = [
        "v1.2.3",
        "v1.3.0",
        "v2.0.0-rc.1",
        "v2.0.0-beta",
        "v1.4.0-gpu",
        "v20240101",
        "v2024.01.01",
        "nightly",
        "latest",
        "foo-v7.0",
        "v3.0.0\u{1b}[2J",
        "v1.9b",
    ];
    let choice = choose(&query("1.2.3"), Some("v1.2.3"), &offers(true, &names)).unwrap();
    assert_eq!(choice.chosen.as_ref().unwrap().version, "1.3.0");
    assert_eq!(
        choice.chosen.unwrap().current_tag.as_deref(),
        Some("v1.2.3")
    );
    let told: Vec<(&str, &str)> = choice
        .skipped
        .iter()
        .map(|skipped| (skipped.name.as_str(), skipped.reason.as_str()))
        .collect();
    let date = "it begins like a date, and the current version does not";
    assert_eq!(
        told,
        [
            ("v20240101", date),
            ("v2024.01.01", date),
            ("v2.0.0-rc.1", "it is a prerelease"),
            ("v2.0.0-beta", "it is a prerelease"),
            ("v1.9b", "there is no `1.9` that it could follow"),
            ("v1.4.0-gpu", "nobody knows what `gpu` in it means"),
            ("foo-v7.0", "the tag of the current version begins with `v`"),
            ("v3.0.0\\u{1b}[2J", "its name could not be a version"),
        ]
    );
}

#[test]
fn a_prerelease_leads_to_prereleases_and_to_its_release() {
    let names = ["v2.0.0-rc.1", "v2.0.0-rc.2", "v1.9.0"];
    assert_eq!(
        version("2.0.0-rc.1", "v2.0.0-rc.1", &names).as_deref(),
        Some("2.0.0-rc.2")
    );
    let released = ["v2.0.0-rc.1", "v2.0.0-rc.2", "v2.0.0"];
    assert_eq!(
        version("2.0.0-rc.1", "v2.0.0-rc.1", &released).as_deref(),
        Some("2.0.0")
    );
    // Nix's own order would go from the release back to its candidates.
    let unstable = Query {
        wanted: Wanted::Unstable,
        ..query("2.0.0")
    };
    assert_eq!(chosen(&unstable, Some("v2.0.0"), &released), None);
    let unstable = Query {
        wanted: Wanted::Unstable,
        ..query("1.9.0")
    };
    assert_eq!(
        chosen(&unstable, Some("v1.9.0"), &names).unwrap().0,
        "2.0.0-rc.2"
    );
}

#[test]
fn a_tag_that_does_not_spell_the_version_is_told() {
    for (current, tag) in [
        ("0.287", "mame0287"),
        ("2.47", "v247"),
        ("6314", "stable-1.6314.0"),
        ("0.6.5", "nightly"),
        ("2.3.4", "r20260201"),
    ] {
        let error = choose(
            &query(current),
            Some(tag),
            &offers(true, &[tag, "v9.0", "mame0288"]),
        )
        .unwrap_err();
        assert!(error.to_string().contains("does not spell"), "{error}");
    }
    assert_eq!(
        version("4.3.0", "v4.3.0.0", &["v4.3.0.0", "v4.4.0.0"]).as_deref(),
        Some("4.4.0.0")
    );
}

#[test]
fn what_the_source_calls_a_prerelease_counts_for_the_current_version_too() {
    let mut offered = offers(true, &["v1.0", "v1.1", "v1.2"]);
    offered.list[1].prerelease = true;
    offered.list[2].prerelease = true;
    let chosen = |current: &str| {
        let tag = format!("v{current}");
        let choice = choose(&query(current), Some(&tag), &offered).unwrap();
        choice.chosen.map(|chosen| chosen.version)
    };
    assert_eq!(chosen("1.0"), None);
    assert_eq!(chosen("1.1").as_deref(), Some("1.2"));
    // A mark of a prerelease in the tag alone.
    let names = ["v1.0-alpha", "v1.1-alpha", "v1.2"];
    assert_eq!(version("1.0", "v1.0-alpha", &names).as_deref(), Some("1.2"));
}

#[test]
fn letters_follow_their_release() {
    assert_eq!(
        version("3.3", "3.3", &["3.3", "3.3a"]).as_deref(),
        Some("3.3a")
    );
    assert_eq!(
        version("3.3a", "3.3a", &["3.3a", "3.4"]).as_deref(),
        Some("3.4")
    );
    assert_eq!(
        version(
            "1.1.1v",
            "OpenSSL_1_1_1v",
            &["OpenSSL_1_1_1w", "OpenSSL_1_1_1v"]
        )
        .as_deref(),
        Some("1.1.1w")
    );
    assert_eq!(
        version("9.8p1", "V9.8p1", &["V9.9p1", "V9.9p2", "V9.8p1"]).as_deref(),
        Some("9.9p2")
    );
}

#[test]
fn dates_follow_dates() {
    assert_eq!(
        version("20240101", "20240101", &["20240101", "20250101"]).as_deref(),
        Some("20250101")
    );
    assert_eq!(
        version("2024.1", "v2024.1", &["v2024.1", "v2024.10"]).as_deref(),
        Some("2024.10")
    );
    assert_eq!(
        version("2024-01-31", "2024-01-31", &["2024-02-01"]).as_deref(),
        Some("2024-02-01")
    );
}

#[test]
fn builds_of_a_day_are_no_releases() {
    let names = ["v1.3.0", "v1.4.0-20240131", "v1.2.4.20240131120000"];
    assert_eq!(version("1.2.3", "v1.2.3", &names).as_deref(), Some("1.3.0"));
    let names = ["v1.3.0-20250131"];
    assert_eq!(
        version("1.2.3-20240131", "v1.2.3-20240131", &names).as_deref(),
        Some("1.3.0-20250131")
    );
}

#[test]
fn a_pattern_reads_names_and_joins_its_groups() {
    let with = |pattern: &str| Query {
        pattern: Some(pattern.to_owned()),
        ..query("1.2.3")
    };
    let names = ["v1.2.3", "jdk-1_4_0", "jdk-1_4_1-rc1", "x-9.9.9", "v1.3.0"];
    let picked = |pattern: &str| chosen(&with(pattern), Some("v1.2.3"), &names);
    assert_eq!(
        picked(r"jdk-(\d+)_(\d+)_(\d+)$"),
        Some(("1.4.0".to_owned(), "jdk-1_4_0".to_owned()))
    );
    assert_eq!(picked("v([0-9.]+)").unwrap().0, "1.3.0");
    // A pattern matches from the start.
    assert_eq!(picked(r"(9\.9\.9)x|(1\.2\.3)x|v(1\.2\.3)$"), None);
    // What was released last in time is an older line; the pattern changes nothing about that.
    let lines = ["v1.2.5", "v1.1.6", "v1.4.1", "v1.2.4", "v1.4.0"];
    let picked = |pattern: &str, names: &[&str]| {
        chosen(&with(pattern), Some("v1.2.3"), names).map(|(version, _)| version)
    };
    assert_eq!(picked("v([0-9.]+)", &lines).as_deref(), Some("1.4.1"));
    let plain = ["1.2.5", "1.10.0", "1.9.3", "0.4.5"];
    assert_eq!(picked("([0-9.]+)", &plain).as_deref(), Some("1.10.0"));
    // The whole tag as the version, which nix-update takes whatever the package has now: `v1.4.1` is older than `1.2.3` in Nix' order,
    // and newer than `v1.2.3`.
    assert_eq!(picked("(.*)", &lines), None);
    let tagged = Query {
        current: "v1.2.3".to_owned(),
        ..with("(.*)")
    };
    let newest = chosen(&tagged, Some("v1.2.3"), &lines).map(|(version, _)| version);
    assert_eq!(newest.as_deref(), Some("v1.4.1"));
    // One repository with releases for several systems, and a group that need not match.
    let systems = ["ios-9.0", "mac-1.3", "mac-1.2.3", "mac-1.10b2", "iOS-mac-8"];
    assert_eq!(picked("^mac-(.+)$", &systems).as_deref(), Some("1.3"));
    let numbers = [
        "REL_1_2_3",
        "REL_1_4",
        "REL_1_3_9",
        "REL_2_0_BETA1",
        "REL2_9_9",
    ];
    let numbered = picked(r"^REL_(\d+)_(\d+)(?:_(\d+))?$", &numbers);
    assert_eq!(numbered.as_deref(), Some("1.4"));
    for (pattern, sentence) in [
        ("v[0-9.]+", "has no group"),
        ("(", "is no regular expression that can be used"),
        ("(?=v)(.*)", "is no regular"),
    ] {
        let error = choose(&with(pattern), None, &offers(true, &names)).unwrap_err();
        assert!(error.to_string().contains(sentence), "{error}");
    }
    let none = choose(&with("z(.*)"), None, &offers(true, &names)).unwrap_err();
    assert_eq!(
        none.to_string(),
        "nothing at `https://example.org/o/r` names a version"
    );
}

#[test]
fn an_exact_version_may_be_any_but_a_withdrawn_one() {
    let exactly = |version: &str| Query {
        wanted: Wanted::Exact(version.to_owned()),
        ..query("1.2.3")
    };
    let mut offered = offers(true, &["v1.2.3", "v1.0.0", "v2.0.0-rc1"]);
    offered.list.push(Offer {
        withdrawn: Some("it was yanked".to_owned()),
        ..Offer::named("v1.5.0")
    });
    let pick = |version: &str| choose(&exactly(version), Some("v1.2.3"), &offered);
    assert_eq!(pick("1.0.0").unwrap().chosen.unwrap().offer.name, "v1.0.0");
    assert_eq!(
        pick("2.0.0-rc1").unwrap().chosen.unwrap().version,
        "2.0.0-rc1"
    );
    assert_eq!(pick("1.2.3").unwrap().chosen, None);
    assert!(
        pick("7.0")
            .unwrap_err()
            .to_string()
            .ends_with("has no version `7.0`")
    );
    assert!(
        pick("1.5.0")
            .unwrap_err()
            .to_string()
            .ends_with("it was yanked")
    );
}

#[test]
fn what_is_told_is_bounded() {
    let names: Vec<String> = (0..50_000)
        .map(|number| format!("other{number}-v9.{number}"))
        .chain((0..500).map(|number| format!("v2.0.0-rc.{number}")))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let choice = choose(&query("1.0"), Some("v1.0"), &offers(true, &names)).unwrap();
    assert_eq!(choice.chosen, None);
    assert_eq!(choice.skipped.len(), 20);
    assert_eq!(choice.skipped[0].name, "v2.0.0-rc.499");
}

#[test]
fn names_of_nothing_are_an_error_that_shows_them() {
    let error = choose(
        &query("1.0"),
        Some("v1.0"),
        &offers(true, &["nightly", "v\u{1b}[31m"]),
    )
    .unwrap_err();
    assert!(!format!("{error:?}").contains('\u{1b}'));
    assert_eq!(
        error.to_string(),
        "nothing at `https://example.org/o/r` names a version"
    );
    assert!(choose(&query("1.0"), None, &offers(false, &[])).is_err());
}

/// Names as hostile and as near to versions as they come.
fn names() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "[0-9]{1,3}",
        "[0-9]{4,12}",
        Just(".".to_owned()),
        Just("-".to_owned()),
        Just("_".to_owned()),
        Just("v".to_owned()),
        Just("foo-".to_owned()),
        Just("/".to_owned()),
        "(rc|beta|alpha|pre|dev|M|a|b|p|final|gpu)",
        Just("+".to_owned()),
        any::<String>(),
    ];
    let name = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    prop::collection::vec(name, 0..20)
}

proptest! {
    #[test]
    fn what_is_taken_is_newer_released_and_of_this_package(names in names(), current in "[0-9]{1,2}\\.[0-9]{1,2}(\\.[0-9])?", prefix in "(|v|foo-|foo/v)") {
        let tag = format!("{prefix}{current}");
        // Half of the names begin as the tags of the package do.
        let spelled = |(at, name): (usize, &String)| if at % 2 == 0 { format!("{prefix}{name}") } else { name.clone() };
        let names: Vec<String> = names.iter().enumerate().map(spelled).collect();
        let mut listed = offers(true, &[&tag]);
        listed.list.extend(names.iter().map(Offer::named));
        let choice = choose(&query(&current), Some(&tag), &listed).unwrap();
        for skipped in &choice.skipped {
            prop_assert!(skipped.name.is_ascii() && !skipped.name.contains(char::is_control) || skipped.name.ends_with('…'));
        }
        if let Some(chosen) = choice.chosen {
            prop_assert!(is_tag(&chosen.offer.name) && is_version(&chosen.version));
            prop_assert_eq!(&chosen.offer.name, &format!("{prefix}{}", chosen.version));
            prop_assert!(words::later(&chosen.version, &current).is_gt());
            prop_assert!(!words::is_prerelease(&chosen.version));
            prop_assert!(names.contains(&chosen.offer.name));
        }
    }

    #[test]
    fn no_list_of_plain_versions_breaks_it(names in names(), current in any::<String>(), pattern in any::<Option<String>>()) {
        let wild = Query { pattern, ..query(&current) };
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        for are_tags in [true, false] {
            if let Ok(choice) = choose(&wild, None, &offers(are_tags, &listed)) {
                prop_assert!(choice.chosen.is_none_or(|chosen| is_version(&chosen.version)));
            }
        }
    }
}
