use std::path::Path;

use super::*;

fn text(text: &str) -> String {
    text.to_owned()
}

fn row(attribute: &str, verdict: Verdict, reason: &str) -> Row {
    Row {
        attribute: text(attribute),
        aliases: Vec::new(),
        change: Some(text("changed")),
        verdict,
        reason: text(reason),
        derivation: Some(text(
            "/nix/store/0c4h1q4vd0vzm1iw0nmjlvpmc3ix4xg3-pkg-1.0.drv",
        )),
        outputs: BTreeMap::new(),
        log: Vec::new(),
        base: None,
    }
}

/// Rows of which each has another verdict, and in which everything that comes from outside is hostile.
fn rows() -> Vec<Row> {
    vec![
        Row {
            log: vec![
                text("````"),
                text("</pre></details><script>alert(1)</script>"),
                text("@NixOS/all \u{1b}[31mred\u{1b}[0m\u{202e}"),
            ],
            base: Some(Base {
                derivation: None,
                builds: Some(true),
                how: text("file:///cache has its outputs"),
                cache: Some(text("file:///cache")),
                hydra: None,
            }),
            ..row(
                "\"a`b\"",
                Verdict::NewFailure,
                "failed: <img src=x onerror=alert(1)>",
            )
        },
        Row {
            aliases: vec![text("other.\"x | y\"")],
            change: Some(text("added")),
            ..row("new", Verdict::Built, "")
        },
        Row {
            derivation: None,
            ..row("unfree-one", Verdict::Skipped, "unfree")
        },
        row("mended", Verdict::Fixed, ""),
        row("old", Verdict::StillFailing, "timed out after 1 seconds"),
        row("unknown", Verdict::Fails, "a dependency failed: zlib-1.3"),
        row("gone", Verdict::Removed, ""),
    ]
}

/// A report in which everything that comes from outside is hostile.
fn hostile() -> Report {
    Report {
        subject: Subject {
            pull_request: Some(7),
            title: Some(subject::one_line(
                "hello: 1 -> 2 `@team` </title><script>\u{1b}[2J\n# \u{202e}x",
            )),
            url: None,
            commit: Some("1".repeat(40)),
            base_name: text("staging`"),
            base: text("2222222222222222222222222222222222222222"),
            is_merged: true,
        },
        set: Set {
            how: text("static"),
            is_exact: false,
            why: text("enough rebuilds are proven; there are more"),
            evaluated: 14,
            candidates: 7,
            peak_heap_bytes: 1 << 28,
            seconds: 1.5,
        },
        systems: vec![
            System {
                system: text("x86_64-linux"),
                rows: rows(),
            },
            System {
                system: text("aarch64-linux"),
                rows: Vec::new(),
            },
        ],
        is_complete: false,
        files: Vec::new(),
        evidence: None,
        posted: None,
        notes: vec![text("the cache `https://x` could not be asked")],
    }
}

fn expected(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nixpkgs-review");
    std::fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[test]
fn the_reports_of_hostile_text() {
    let report = hostile();
    assert_eq!(
        markdown::whole(&report),
        expected("hostile.md"),
        "{}",
        markdown::whole(&report)
    );
    assert_eq!(
        html::page(&report),
        expected("hostile.html"),
        "{}",
        html::page(&report)
    );
}

#[test]
fn nothing_of_it_is_an_element_or_a_control_character() {
    let page = html::page(&hostile());
    assert!(!page.contains("<script") && !page.contains("<img"));
    for text in [page, markdown::whole(&hostile())] {
        let bad = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!text.contains(bad));
    }
    for word in ["http://", "https://", "src=", "<link"] {
        let page = html::page(&Report {
            notes: Vec::new(),
            ..hostile()
        });
        assert!(!page.replace("&lt;img src=x", "").contains(word), "{word}");
    }
}

/// The forge refuses what is longer.
#[test]
fn a_comment_is_never_too_long() {
    let mut report = hostile();
    let rows = &mut report.systems[0].rows;
    let failing = rows[0].clone();
    for number in 0..4000 {
        rows.push(Row {
            attribute: format!("python313Packages.package-{number}"),
            ..failing.clone()
        });
    }
    assert!(markdown::whole(&report).len() > 1_000_000);
    let comment = markdown::comment(&report);
    assert!(comment.len() < 65_536, "{}", comment.len());
    assert!(comment.contains("… and 3601 more"), "{comment}");
    assert!(comment.contains("4001 packages newly fail"));
}

#[test]
fn evidence_counts_what_the_rows_say() {
    let review = hostile().evidence();
    assert!(!review.is_clean() && !review.is_exact);
    let system = &review.systems[0];
    assert_eq!(
        (system.rebuilds, system.built, system.new_failures),
        (6, 2, 2)
    );
    assert_eq!((system.other_failures, system.skipped), (1, 1));
    assert_eq!(system.derivations.len(), 6);
}
