//! What was proven about a commit, kept so that a pull request can say it: test runs and reviews.
//!
//! A record is one JSON file in `<state>/evidence/<commit>`, written whole or not at all. It is made only for a work tree that is
//! exactly its commit, and names the derivations that it is about. Nothing here decides what counts as good: readers do.

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_store::hash::{Algorithm, hash_bytes};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Change};
use crate::repository::Repository;

/// The shape of the records; one of another number is not read.
const VERSION: u32 = 1;

/// The longest name of a record that is not shortened.
const NAME_BYTES: usize = 160;

/// Everything that is known of a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The last test run of each attribute, in the order of their names.
    pub tests: Vec<TestRun>,
    /// The last review.
    pub review: Option<Review>,
    /// How much it rebuilds, where that was counted without a review.
    pub count: Option<Count>,
}

/// What `nixpkgs test` found for one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRun {
    /// The attribute path, as Nix writes it.
    pub attribute: String,
    /// One row for each system that was asked for.
    pub systems: Vec<SystemRun>,
}

/// What was found on one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRun {
    /// The system.
    pub system: String,
    /// The derivation; absent when it does not evaluate.
    pub derivation: Option<String>,
    /// Whether every output is there, looked at and not inferred.
    pub is_built: bool,
    /// The package's tests (`passthru.tests`) that are ordinary derivations.
    pub package_tests: Tally,
    /// The linked tests of NixOS, which run virtual machines.
    pub nixos_tests: Tally,
    /// The programs in `bin` that were started.
    pub programs: Tally,
    /// Whether a second build made the same; absent when none was asked for.
    pub is_reproducible: Option<bool>,
    /// How many findings of the level error or warning there were.
    pub findings: usize,
}

/// How many of a kind passed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Tally {
    /// How many there are.
    pub total: usize,
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
}

impl Tally {
    /// Whether there is at least one and all of them passed.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        self.total > 0 && self.passed == self.total
    }

    /// How many were neither found good nor bad.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.total.saturating_sub(self.passed + self.failed)
    }
}

/// What `nixpkgs review` found for a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The full id of the commit that was compared with.
    pub base: String,
    /// Whether the rebuild set is exact; otherwise it is a bound.
    pub is_exact: bool,
    /// How it was found, a phrase.
    pub method: String,
    /// Whether everything that changed was tried, not a selection.
    pub is_complete: bool,
    /// One row for each system.
    pub systems: Vec<SystemReview>,
}

/// A review's numbers on one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemReview {
    /// The system.
    pub system: String,
    /// How many attributes are rebuilt.
    pub rebuilds: usize,
    /// How many of them are there now.
    pub built: usize,
    /// How many fail and did not in the base, or cannot be compared with it.
    pub new_failures: usize,
    /// How many fail as they do in the base.
    pub other_failures: usize,
    /// How many were not built.
    pub skipped: usize,
    /// The derivations that were tried, sorted.
    pub derivations: Vec<String>,
}

impl Review {
    /// Whether it says that nothing broke: everything was tried and nothing failed that does not fail in the base.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.is_complete && self.systems.iter().all(|system| system.new_failures == 0)
    }
}

/// How much a commit rebuilds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The full id of the commit that it was compared with.
    pub base: String,
    /// Whether the numbers are exact; otherwise they are lower bounds.
    pub is_exact: bool,
    /// How they were found, a phrase.
    pub method: String,
    /// The systems that were evaluated, sorted.
    pub systems: Vec<String>,
    /// The most rebuilds on systems of one kernel, as nixpkgs' CI counts them.
    pub rebuilds: u64,
    /// The attributes that do not evaluate any more, or are new and do not; those that their meta excludes are left out.
    pub failing: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Record<T> {
    version: u32,
    commit: String,
    record: T,
}

/// The commit that the work tree is exactly; `None` with uncommitted changes, or files that git neither knows nor ignores.
///
/// # Errors
/// When git fails.
pub fn clean_commit(repository: &Repository) -> anyhow::Result<Option<String>> {
    let Some(head) = repository.commit("HEAD")? else {
        return Ok(None);
    };
    let is_clean = !repository.is_dirty()? && repository.work_tree_changes(&head)?.is_empty();
    Ok(is_clean.then_some(head))
}

/// Keeps the test run of an attribute, in place of an earlier one. Returns the file; in a dry run it is not written.
///
/// # Errors
/// When `commit` is no full id, or the file cannot be written.
pub fn record_test(commit: &str, run: &TestRun, context: &Context) -> anyhow::Result<PathBuf> {
    let name = format!("test-{}.json", file_name(&run.attribute));
    record(commit, &name, run, context)
}

/// Keeps the review of a commit, in place of an earlier one. Returns the file; in a dry run it is not written.
///
/// # Errors
/// As [`record_test`].
pub fn record_review(commit: &str, review: &Review, context: &Context) -> anyhow::Result<PathBuf> {
    record(commit, "review.json", review, context)
}

/// Keeps how much a commit rebuilds, in place of an earlier count. Returns the file; in a dry run it is not written.
///
/// # Errors
/// As [`record_test`].
pub fn record_count(commit: &str, count: &Count, context: &Context) -> anyhow::Result<PathBuf> {
    record(commit, "count.json", count, context)
}

/// What is known of a commit; nothing where nothing was kept. A record that is damaged or of another shape counts as none.
///
/// # Errors
/// When `commit` is no full id, or the folder cannot be read.
pub fn of_commit(commit: &str, context: &Context) -> anyhow::Result<Evidence> {
    let folder = folder(commit, context)?;
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if files::says_absent(&error) => return Ok(Evidence::default()),
        Err(error) => return Err(could_not_read(&folder, error).into()),
    };
    let mut evidence = Evidence::default();
    for entry in entries {
        let entry = entry.map_err(|error| could_not_read(&folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == "review.json" {
            evidence.review = read(&entry.path(), commit);
        } else if name == "count.json" {
            evidence.count = read(&entry.path(), commit);
        } else if name.starts_with("test-") && name.ends_with(".json") {
            evidence
                .tests
                .extend(read::<TestRun>(&entry.path(), commit));
        }
    }
    evidence
        .tests
        .sort_by(|left, right| left.attribute.cmp(&right.attribute));
    Ok(evidence)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path, commit: &str) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let record: Record<T> = serde_json::from_slice(&bytes).ok()?;
    (record.version == VERSION && record.commit == commit).then_some(record.record)
}

fn record<T: Serialize>(
    commit: &str,
    name: &str,
    record: T,
    context: &Context,
) -> anyhow::Result<PathBuf> {
    let path = folder(commit, context)?.join(name);
    let mut contents = serde_json::to_vec_pretty(&Record {
        version: VERSION,
        commit: commit.to_owned(),
        record,
    })?;
    contents.push(b'\n');
    context.write(&[Change::replace(path.clone(), contents)?])?;
    Ok(path)
}

fn folder(commit: &str, context: &Context) -> anyhow::Result<PathBuf> {
    let is_id = matches!(commit.len(), 40 | 64)
        && commit
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_id {
        return Err(Problem::bug(format!("`{commit}` is no full id of a commit")).into());
    }
    Ok(context.state.join("evidence").join(commit))
}

/// An attribute path as a file name: other characters than letters, digits and `._+-` as `%XX`; a long one ends in its hash.
fn file_name(attribute: &str) -> String {
    let mut name = String::new();
    for byte in attribute.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'+' | b'-' => {
                name.push(char::from(byte));
            }
            other => name.push_str(&format!("%{other:02X}")),
        }
    }
    if name.len() > NAME_BYTES {
        let hash = hash_bytes(Algorithm::Sha256, attribute.as_bytes());
        name.truncate(NAME_BYTES - 65);
        name.push('-');
        for byte in hash.digest() {
            name.push_str(&format!("{byte:02x}"));
        }
    }
    name
}

fn could_not_read(path: &Path, error: std::io::Error) -> Problem {
    Problem::user(format!("could not read `{}`", path.display())).source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Settings;
    use nixsmith_fetch::client::ClientOptions;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn context(folder: &Path) -> Context {
        Context::new(Settings {
            directory: folder.to_owned(),
            dry_run: false,
            yes: false,
            threads: 1,
            nix_program: "nix".into(),
            state: folder.join("state"),
            person: None,
            client_options: ClientOptions::new(&folder.join("cache")),
        })
    }

    fn run(attribute: &str) -> TestRun {
        TestRun {
            attribute: attribute.to_owned(),
            systems: vec![SystemRun {
                system: "x86_64-linux".to_owned(),
                derivation: Some("/nix/store/a.drv".to_owned()),
                is_built: true,
                package_tests: Tally {
                    total: 2,
                    passed: 2,
                    failed: 0,
                },
                nixos_tests: Tally::default(),
                programs: Tally::default(),
                is_reproducible: None,
                findings: 0,
            }],
        }
    }

    fn review(new_failures: usize) -> Review {
        Review {
            base: COMMIT.to_owned(),
            is_exact: true,
            method: "evaluation".to_owned(),
            is_complete: true,
            systems: vec![SystemReview {
                system: "x86_64-linux".to_owned(),
                rebuilds: 1,
                built: 1 - new_failures,
                new_failures,
                other_failures: 0,
                skipped: 0,
                derivations: vec!["/nix/store/a.drv".to_owned()],
            }],
        }
    }

    #[test]
    fn what_was_kept_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        assert_eq!(of_commit(COMMIT, &context).unwrap(), Evidence::default());
        record_test(COMMIT, &run("b"), &context).unwrap();
        record_test(COMMIT, &run("a.\"x/y\""), &context).unwrap();
        record_test(COMMIT, &run("b"), &context).unwrap();
        record_review(COMMIT, &review(1), &context).unwrap();
        record_review(COMMIT, &review(0), &context).unwrap();
        let evidence = of_commit(COMMIT, &context).unwrap();
        assert_eq!(evidence.tests, [run("a.\"x/y\""), run("b")]);
        assert!(evidence.review.unwrap().is_clean());
        let other = COMMIT.replace('0', "1");
        assert_eq!(of_commit(&other, &context).unwrap(), Evidence::default());
    }

    #[test]
    fn a_damaged_record_or_one_of_another_commit_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        let path = record_review(COMMIT, &review(0), &context).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for damaged in [
            text.replace("0123456789", "1123456789"),
            text.replace("\"version\": 1", "\"version\": 2"),
            "[".repeat(100_000),
            String::new(),
        ] {
            let change = Change::replace(path.clone(), damaged.into_bytes()).unwrap();
            context.write(&[change]).unwrap();
            assert_eq!(of_commit(COMMIT, &context).unwrap(), Evidence::default());
        }
    }

    #[test]
    fn only_full_ids_name_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path());
        for name in ["../../etc", "HEAD", "", "0123"] {
            assert!(of_commit(name, &context).is_err(), "{name}");
            assert!(record_test(name, &run("a"), &context).is_err(), "{name}");
        }
    }

    #[test]
    fn file_names_of_attributes() {
        assert_eq!(file_name("python3Packages.c++"), "python3Packages.c++");
        assert_eq!(file_name("a.\"../b\""), "a.%22..%2Fb%22");
        let long = "x".repeat(500);
        assert_eq!(file_name(&long).len(), NAME_BYTES);
        assert_ne!(file_name(&long), file_name(&format!("{long}y")));
    }

    #[test]
    fn proof_needs_something_that_passed() {
        assert!(!Tally::default().is_proof());
        let tally = Tally {
            total: 3,
            passed: 2,
            failed: 0,
        };
        assert!(!tally.is_proof());
        assert_eq!(tally.skipped(), 1);
        assert!(run("a").systems[0].package_tests.is_proof());
    }
}
