//! The text of a pull request: the template of the user's own tree with the boxes ticked that evidence proves, and no other.
//!
//! A box that speaks of another tool, of judgement or of rules is never ticked here: that is for the author. What was done is said in
//! words instead.

use std::fmt::Write as _;

use super::super::evidence::{Evidence, Review, SystemRun, TestRun};

/// Where the forge looks for a template, in its order.
pub(super) const TEMPLATES: [&str; 6] = [
    ".github/PULL_REQUEST_TEMPLATE.md",
    ".github/pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "docs/PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
];

/// What goes into the text.
pub(super) struct Parts<'a> {
    /// The template; empty where the tree has none.
    pub(super) template: &'a str,
    /// What the author says of the change.
    pub(super) summary: &'a str,
    /// The models that helped, as the author names them.
    pub(super) assisted_by: &'a [String],
    /// What was proven about the newest commit.
    pub(super) evidence: &'a Evidence,
    /// That commit.
    pub(super) commit: &'a str,
}

/// A text, and what in it is proven.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// The text.
    pub(super) text: String,
    /// The labels of the boxes that were ticked, as the template has them.
    pub(super) ticked: Vec<String>,
}

/// Puts the text together.
pub(super) fn write(parts: &Parts<'_>) -> Body {
    let (ticked_template, ticked) = tick(parts.template, parts.evidence);
    let mut said = parts.summary.trim().to_owned();
    let evidence = evidence_text(parts.evidence, parts.commit);
    for paragraph in [evidence.as_str(), disclosure(parts.assisted_by).as_str()] {
        if !paragraph.is_empty() {
            if !said.is_empty() {
                said.push_str("\n\n");
            }
            said.push_str(paragraph);
        }
    }
    Body {
        text: joined(&ticked_template, &said),
        ticked,
    }
}

/// The template with what is said before its first heading, or at its end where it has none.
fn joined(template: &str, said: &str) -> String {
    if said.is_empty() {
        return template.to_owned();
    }
    let mut offset = 0;
    let mut is_comment = false;
    for line in template.split_inclusive('\n') {
        if !is_comment && line.starts_with('#') {
            let (before, after) = template.split_at_checked(offset).unwrap_or((template, ""));
            let before = before.trim();
            let gap = if before.is_empty() { "" } else { "\n\n" };
            return format!("{before}{gap}{said}\n\n{after}");
        }
        is_comment = ends_in_comment(line, is_comment);
        offset += line.len();
    }
    let template = template.trim_end();
    let gap = if template.is_empty() { "" } else { "\n\n" };
    format!("{template}{gap}{said}\n")
}

fn ends_in_comment(line: &str, before: bool) -> bool {
    match (line.rfind("<!--"), line.rfind("-->")) {
        (Some(open), Some(close)) => open > close,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => before,
    }
}

/// Ticks in `text` the boxes that evidence proves; the text and their labels. A box that is ticked already stays so.
pub(super) fn tick(text: &str, evidence: &Evidence) -> (String, Vec<String>) {
    let (mut result, mut ticked) = (String::with_capacity(text.len()), Vec::new());
    let mut is_comment = false;
    for line in text.split_inclusive('\n') {
        let label = unticked(line).filter(|_| !is_comment);
        match label {
            Some((indentation, bullet, label)) if is_proven(label, evidence) => {
                let rest = line
                    .get(indentation.len() + bullet.len() + 4..)
                    .unwrap_or("");
                // Writing to a String does not fail.
                let _ = write!(result, "{indentation}{bullet} [x]{rest}");
                ticked.push(label.to_owned());
            }
            _ => result.push_str(line),
        }
        is_comment = ends_in_comment(line, is_comment);
    }
    (result, ticked)
}

/// The parts of a line like `  - [ ] label`.
fn unticked(line: &str) -> Option<(&str, &str, &str)> {
    let trimmed = line.trim_start_matches([' ', '\t']);
    let indentation = line.strip_suffix(trimmed)?;
    let bullet = trimmed
        .get(..1)
        .filter(|it| matches!(*it, "-" | "*" | "+"))?;
    let label = trimmed.get(1..)?.strip_prefix(" [ ]")?;
    Some((indentation, bullet, label.trim()))
}

/// Whether evidence proves what stands behind a box.
fn is_proven(label: &str, evidence: &Evidence) -> bool {
    let all = |proof: fn(&SystemRun) -> Option<bool>| {
        let mut rows = evidence.tests.iter().flat_map(|test| &test.systems);
        let proofs: Vec<bool> = rows.by_ref().filter_map(proof).collect();
        !proofs.is_empty() && proofs.into_iter().all(|it| it)
    };
    if is_system(label) {
        return is_built_on(label, evidence);
    }
    if label.starts_with("[NixOS tests]") {
        return all(|row| (row.nixos_tests.total > 0).then(|| row.nixos_tests.is_proof()));
    }
    if label.starts_with("[Package tests]") {
        return all(|row| (row.package_tests.total > 0).then(|| row.package_tests.is_proof()));
    }
    false
}

fn is_system(label: &str) -> bool {
    let is_word = |word: &str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        !word.is_empty() && word.chars().all(is_letter)
    };
    label
        .split_once('-')
        .is_some_and(|(processor, kernel)| is_word(processor) && is_word(kernel))
}

/// Whether everything that was tried on the system is built, and something was.
fn is_built_on(system: &str, evidence: &Evidence) -> bool {
    let rows = |test: &TestRun| {
        let rows = test.systems.iter().filter(|row| row.system == system);
        rows.map(|row| row.is_built).collect::<Vec<_>>()
    };
    let mut built: Vec<bool> = evidence.tests.iter().flat_map(rows).collect();
    let reviewed = evidence.review.iter().flat_map(|review| &review.systems);
    for row in reviewed.filter(|row| row.system == system && row.rebuilds > 0) {
        built.push(row.built > 0 && row.new_failures == 0 && row.other_failures == 0);
    }
    !built.is_empty() && built.into_iter().all(|it| it)
}

/// What was done, in words: only what the records say, of the commit that they are about.
fn evidence_text(evidence: &Evidence, commit: &str) -> String {
    let mut lines = Vec::new();
    for test in &evidence.tests {
        lines.extend(test.systems.iter().map(|row| test_line(test, row)));
    }
    if let Some(review) = &evidence.review {
        lines.extend(review.systems.iter().map(|row| {
            let bound = if review.is_exact { "" } else { "at least " };
            format!(
                "- `{}`: {bound}{} rebuilt: {} built, {} newly failing, {} failing as before or not comparable, {} not built",
                row.system, row.rebuilds, row.built, row.new_failures, row.other_failures, row.skipped
            )
        }));
        lines.extend(method_line(review));
    }
    if lines.is_empty() {
        return String::new();
    }
    let short: String = commit.chars().take(12).collect();
    format!("Tried with `nixsmith` at {short}:\n\n{}", lines.join("\n"))
}

fn method_line(review: &Review) -> Option<String> {
    let method = review.method.trim();
    (!method.is_empty()).then(|| format!("- what is rebuilt was found by: {}", plain(method)))
}

fn test_line(test: &TestRun, row: &SystemRun) -> String {
    let mut line = format!(
        "- `{}` on `{}`: ",
        plain(&test.attribute),
        plain(&row.system)
    );
    line.push_str(if row.is_built { "built" } else { "not built" });
    let tallies = [
        ("of its tests", row.package_tests),
        ("of its NixOS tests", row.nixos_tests),
        ("of its programs started", row.programs),
    ];
    for (what, tally) in tallies.iter().filter(|(_, tally)| tally.total > 0) {
        let verb = if what.ends_with("started") {
            ""
        } else {
            " passed"
        };
        // Writing to a String does not fail.
        let _ = write!(line, "; {} of {} {what}{verb}", tally.passed, tally.total);
    }
    if row.is_reproducible == Some(true) {
        line.push_str("; a second build made the same");
    }
    line
}

/// Text of ours that goes between backticks or into a line.
fn plain(text: &str) -> String {
    let is_fine = |letter: &char| !letter.is_control() && *letter != '`';
    text.chars().filter(is_fine).collect()
}

/// `Assisted-by:` trailers, as nixpkgs' policy for commits wants them.
fn disclosure(models: &[String]) -> String {
    let lines = models.iter().map(|model| format!("Assisted-by: {model}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::super::evidence::{SystemReview, Tally};
    use super::*;

    const TEMPLATE: &str = "\n<!--\n# no heading\n- [ ] x86_64-linux\n-->\n\n## Things done\n\n- Built on platform:\n  - [ ] x86_64-linux\n  - [ ] aarch64-linux\n- Tested, as applicable:\n  - [ ] [NixOS tests] in [nixos/tests].\n  - [ ] [Package tests] at `passthru.tests`.\n- [ ] Ran `nixpkgs-review` on this PR.\n- [ ] Tested basic functionality of all binary files, usually in `./result/bin/`.\n- [ ] Fits [CONTRIBUTING.md].\n- [x] mine\n";

    fn tally(total: usize, passed: usize) -> Tally {
        Tally {
            total,
            passed,
            failed: total - passed,
        }
    }

    fn run(system: &str, is_built: bool) -> SystemRun {
        SystemRun {
            system: system.to_owned(),
            derivation: None,
            is_built,
            package_tests: tally(2, 2),
            nixos_tests: tally(0, 0),
            programs: tally(1, 1),
            is_reproducible: None,
            findings: 0,
        }
    }

    fn of(systems: Vec<SystemRun>) -> Evidence {
        let attribute = "hello".to_owned();
        Evidence {
            tests: vec![TestRun { attribute, systems }],
            ..Evidence::default()
        }
    }

    fn ticked(evidence: &Evidence) -> Vec<String> {
        tick(TEMPLATE, evidence).1
    }

    #[test]
    fn nothing_is_claimed_without_evidence() {
        let (text, labels) = tick(TEMPLATE, &Evidence::default());
        assert_eq!(text, TEMPLATE);
        assert_eq!(labels, Vec::<String>::new());
    }

    #[test]
    fn what_is_proven_is_ticked_and_nothing_else() {
        let evidence = of(vec![run("x86_64-linux", true)]);
        assert_eq!(
            ticked(&evidence),
            ["x86_64-linux", "[Package tests] at `passthru.tests`."]
        );
        let (text, _) = tick(TEMPLATE, &evidence);
        let expected = TEMPLATE
            .replace("  - [ ] x86_64-linux\n", "  - [x] x86_64-linux\n")
            .replace("- [ ] [Package tests]", "- [x] [Package tests]");
        assert_eq!(text, expected);
        let failing = of(vec![run("x86_64-linux", true), run("aarch64-linux", false)]);
        assert!(!ticked(&failing).contains(&"aarch64-linux".to_owned()));
        let mut tests = run("x86_64-linux", true);
        tests.package_tests = tally(2, 1);
        assert_eq!(ticked(&of(vec![tests])), ["x86_64-linux"]);
    }

    #[test]
    fn a_failure_in_the_review_unproves_the_platform() {
        let mut evidence = of(vec![run("x86_64-linux", true)]);
        evidence.review = Some(Review {
            base: "0".repeat(40),
            is_exact: true,
            method: "static".to_owned(),
            is_complete: true,
            systems: vec![SystemReview {
                system: "x86_64-linux".to_owned(),
                rebuilds: 2,
                built: 1,
                new_failures: 1,
                other_failures: 0,
                skipped: 0,
                derivations: Vec::new(),
            }],
        });
        assert_eq!(ticked(&evidence), ["[Package tests] at `passthru.tests`."]);
    }

    #[test]
    fn what_is_said_stands_before_the_first_heading() {
        let models = ["a model".to_owned()];
        let body = write(&Parts {
            template: TEMPLATE,
            summary: "why\n",
            assisted_by: &models,
            evidence: &of(vec![run("x86_64-linux", true)]),
            commit: "0123456789abcdef",
        });
        let (before, after) = body.text.split_once("## Things done").unwrap();
        assert_eq!(
            before,
            "<!--\n# no heading\n- [ ] x86_64-linux\n-->\n\nwhy\n\nTried with `nixsmith` at 0123456789ab:\n\n- `hello` on `x86_64-linux`: built; 2 of 2 of its tests passed; 1 of 1 of its programs started\n\nAssisted-by: a model\n\n"
        );
        assert!(after.contains("  - [x] x86_64-linux\n"));
        let boxes = |text: &str| text.matches("- [").count();
        assert_eq!(boxes(&body.text), boxes(TEMPLATE));
    }

    #[test]
    fn without_a_template_there_is_what_is_said() {
        let body = write(&Parts {
            template: "",
            summary: "why",
            assisted_by: &[],
            evidence: &Evidence::default(),
            commit: "",
        });
        assert_eq!(body.text, "why\n");
    }
}
