//! Every rule's cases: `rules/<rule>/<case>.nix` and what the rule says of it in `<case>.expected`, the text after its fixes
//! included. `UPDATE=1` rewrites the expectations.
//!
//! A case may begin with directives: `#@ path: flake.nix` says where the text lies; `#@ evaluate` says that it evaluates, and
//! then, given `NIXSMITH_TEST_NIX`, Nix must give the same value before and after the safe fixes; `#@ untracked: ./a.nix` and
//! `#@ lock-ignored` are what git says; `#@ with: RULE` chooses another rule as well.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nixsmith_expr::lint::repository::Surroundings;
use nixsmith_expr::lint::{self, Engine, Finding, FixClass, Subject};
use nixsmith_expr::position::Position;
use nixsmith_expr::rules;

struct Case {
    name: String,
    text: String,
    path: String,
    evaluate: bool,
    engine: Engine,
    git: Option<Git>,
    expected: PathBuf,
}

impl Case {
    fn subject<'t>(&'t self, text: &'t str) -> Subject<'t> {
        Subject {
            surroundings: self.git.as_ref().map(|git| git as &dyn Surroundings),
            ..Subject::new(text, &self.path)
        }
    }
}

/// What git would say: `#@ untracked: PATH` and `#@ lock-ignored`.
#[derive(Debug)]
struct Git {
    untracked: Vec<String>,
    lock_ignored: bool,
}

impl Surroundings for Git {
    fn is_untracked(&self, path: &str) -> bool {
        self.untracked.iter().any(|known| known == path)
    }

    fn ignores_lock(&self) -> bool {
        self.lock_ignored
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn cases() -> Vec<Case> {
    let mut found = Vec::new();
    for folder in entries(&folder()) {
        let rule = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let about = rules::find(&rule).unwrap_or_else(|| panic!("there is no rule `{rule}`"));
        for file in entries(&folder) {
            if file.extension().is_none_or(|extension| extension != "nix") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            let directives = || text.lines().map_while(|line| line.strip_prefix("#@ "));
            let path = directives().find_map(|line| line.strip_prefix("path: "));
            let mut chosen = vec![(about, None)];
            for name in directives().filter_map(|line| line.strip_prefix("with: ")) {
                chosen.push((rules::find(name).unwrap(), None));
            }
            let untracked = directives().filter_map(|line| line.strip_prefix("untracked: "));
            let untracked: Vec<String> = untracked.map(str::to_owned).collect();
            let lock_ignored = directives().any(|line| line == "lock-ignored");
            found.push(Case {
                git: (lock_ignored || !untracked.is_empty()).then_some(Git {
                    untracked,
                    lock_ignored,
                }),
                name: format!("{rule}/{}", file.file_stem().unwrap().to_str().unwrap()),
                path: path.unwrap_or("default.nix").to_owned(),
                evaluate: directives().any(|line| line == "evaluate"),
                engine: Engine::new(chosen),
                expected: file.with_extension("expected"),
                text,
            });
        }
    }
    found
}

fn fixed(case: &Case, class: FixClass) -> String {
    let subject = case.subject(&case.text);
    let fixed = lint::fix(&case.engine, subject, class).unwrap();
    let again = lint::fix(&case.engine, case.subject(&fixed.text), class).unwrap();
    assert_eq!(again.text, fixed.text, "{}: a second fix", case.name);
    assert_eq!(again.made, [], "{}", case.name);
    fixed.text
}

fn describe(case: &Case) -> String {
    let subject = case.subject(&case.text);
    let findings = case.engine.check_proven(subject);
    let mut out = String::new();
    for finding in &findings {
        line(&mut out, case, finding);
    }
    if findings.is_empty() {
        out.push_str("nothing\n");
    }
    let shown = lint::redacted(&case.text, &findings);
    if shown != case.text {
        write!(out, "--- as it may be shown\n{shown}").unwrap();
    }
    let safe = fixed(case, FixClass::Safe);
    if safe != case.text {
        write!(out, "--- after the safe fixes\n{safe}").unwrap();
    }
    let all = fixed(case, FixClass::Unsafe);
    if all != safe {
        write!(out, "--- after all fixes\n{all}").unwrap();
    }
    out
}

fn line(out: &mut String, case: &Case, finding: &Finding) {
    let start = Position::of(&case.text, finding.range.start);
    let end = Position::of(&case.text, finding.range.end);
    let rule = finding.rule.name;
    write!(
        out,
        "{start}-{end} {}[{rule}]: {}",
        finding.level, finding.message
    )
    .unwrap();
    if let Some(fix) = &finding.fix {
        write!(out, " [{}: {}]", fix.class, fix.description).unwrap();
    }
    out.push('\n');
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether to rewrite, and with which Nix, is the environment's to say"
)]
fn environment(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "expectations are the source tree's, not a user's"
)]
fn every_rule_says_what_its_cases_expect() {
    let update = environment("UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let found = describe(&case);
        if update {
            std::fs::write(&case.expected, &found).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&case.expected).unwrap_or_default();
        if found != expected {
            wrong.push(format!(
                "{}: expected\n{expected}\nfound\n{found}",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rule needs a case that it finds something in, and one that looks alike and is left alone.
#[test]
fn every_rule_has_both_kinds_of_cases() {
    let mut found = BTreeSet::new();
    let mut clean = BTreeSet::new();
    for case in cases() {
        let rule = case.name.split('/').next().unwrap().to_owned();
        if describe(&case).starts_with("nothing\n") {
            clean.insert(rule);
        } else {
            found.insert(rule);
        }
    }
    let missing: Vec<&str> = rules::all()
        .iter()
        .map(|rule| rule.name)
        .filter(|name| !found.contains(*name) || !clean.contains(*name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the test runs Nix itself, and says when it does not"
)]
fn safe_fixes_keep_the_value() {
    let Some(nix) = environment("NIXSMITH_TEST_NIX") else {
        println!("skipped: NIXSMITH_TEST_NIX is not set");
        return;
    };
    let mut judged = 0;
    for case in cases().iter().filter(|case| case.evaluate) {
        let after = fixed(case, FixClass::Safe);
        let value = |text: &str| {
            let output = Command::new(&nix)
                .args([
                    "eval",
                    "--json",
                    "--read-only",
                    "--extra-experimental-features",
                ])
                .args(["nix-command url-literals", "--expr", text])
                .output()
                .unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}: {errors}\n{text}", case.name);
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(value(&after), value(&case.text), "{}", case.name);
        judged += 1;
    }
    assert!(judged > 0, "no case says that it evaluates");
}
