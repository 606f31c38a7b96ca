//! `nixpkgs test`: whether packages are what they should be, by building them and looking.
//!
//! Builds every output and the package's tests, starts its programs, looks for references that should not be there, reads `meta`, and
//! judges the package's file. What needs something that this machine has not got is named as skipped, never as passed. What was
//! found is kept for the commit, where the work tree is exactly one.

mod builds;
mod facts;
mod gather;
mod judge;
mod meta;
mod programs;
mod references;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use nixsmith_expr::edit::AttributePath;
use nixsmith_expr::lint::Level;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::builds::Tested;
pub(crate) use self::builds::build_with_tests;
use self::facts::Asking;
pub(crate) use self::facts::said;
use self::gather::{Subject, gather};
use self::judge::Judge;
pub use self::meta::MetaSummary;
pub use self::programs::{ProgramRun, Start};
pub use self::references::Reference;
use super::evidence::{self, SystemRun, Tally, TestRun};
use super::package_set::PackageSet;
use crate::context::Context;
use crate::error::Problem;
use crate::finding::Finding;
use crate::nix;
use crate::nix::build::{self, Built, Rebuilt, Settings, Wanted};
use crate::repository::Repository;

/// What is to be tested, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The attribute paths.
    pub attributes: Vec<String>,
    /// The systems; that of the machine, if empty.
    pub systems: Vec<String>,
    /// The file of the package set.
    pub file: Option<PathBuf>,
    /// The flake, instead of a file.
    pub flake: Option<String>,
    /// Whether programs and references of every output are looked at, not only of those that are installed.
    pub all_outputs: bool,
    /// Whether each package is built twice and compared.
    pub check: bool,
    /// Whether programs are left alone.
    pub skip_programs: bool,
    /// Where and how is built.
    pub settings: Settings,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One entry for each attribute and system.
    pub packages: Vec<Package>,
    /// The commit that the findings are kept for; absent where the work tree is not exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The files that they are kept in.
    pub evidence: Vec<String>,
    /// What is not so, or not known, and why: a sentence each.
    pub notes: Vec<String>,
}

/// One attribute on one system.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Package {
    /// The attribute path.
    pub attribute: String,
    /// The system.
    pub system: String,
    /// What became of its build; absent when it does not evaluate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<Built>,
    /// What `meta` says.
    pub meta: MetaSummary,
    /// The package's tests.
    pub tests: Vec<PackageTest>,
    /// The programs that were started.
    pub programs: Vec<ProgramRun>,
    /// References that should not be there.
    pub references: Vec<Reference>,
    /// Whether a second build made the same; absent when none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Rebuilt>,
    /// The command line of the update script, which was not run; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_script: Option<Vec<String>>,
    /// What is to be mended.
    pub findings: Vec<Finding>,
    /// What was not looked at, and why: a sentence each.
    pub notes: Vec<String>,
}

/// One of `passthru.tests`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackageTest {
    /// Its name below `tests`.
    pub name: String,
    /// Whether it runs virtual machines, as the tests of NixOS do.
    pub needs_kvm: bool,
    /// The derivation; absent when it does not evaluate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The end of its log, if it failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It built.
    Passed,
    /// It did not evaluate or build.
    Failed {
        /// Why.
        reason: String,
    },
    /// It was not tried.
    Skipped {
        /// Why.
        reason: String,
    },
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.test";

    fn has_findings(&self) -> bool {
        let weighs = |finding: &Finding| finding.level >= Level::Warning;
        let mut packages = self.packages.iter();
        packages.any(|package| package.findings.iter().any(weighs))
    }
}

/// Tests the packages.
///
/// # Errors
/// For a text that is no attribute path, without nix, when Nix fails as a whole, and when the findings cannot be kept.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let paths = attribute_paths(&request.attributes)?;
    let set = PackageSet::find(request.file.as_deref(), request.flake.as_deref(), context)?;
    let mut notes = Vec::new();
    let keeping = Keeping::start(&set, context, &mut notes)?;
    let systems = systems(&request.systems, context)?;
    let settings: Vec<String> = request
        .settings
        .store_arguments()
        .into_iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let expression = set.expression()?;
    let mut subjects = Vec::new();
    for path in &paths {
        for system in &systems {
            let _task = context
                .progress()
                .start(&format!("evaluating `{path}` for {system}"), None);
            subjects.push(gather(&Asking {
                set: &expression,
                path,
                system,
                settings: &settings,
                context,
            })?);
        }
    }
    let machines = Machines::of(request);
    let builds = build::build(&wanted(&subjects, &machines), &request.settings, context)?;
    let judge = Judge {
        request,
        set: &set,
        builds: &builds,
        machines: &machines,
        context,
    };
    let packages = subjects
        .iter()
        .map(|subject| judge.package(subject))
        .collect::<anyhow::Result<Vec<Package>>>()?;
    let mut report = Report {
        packages,
        commit: None,
        evidence: Vec::new(),
        notes,
    };
    keeping.finish(&mut report, context)?;
    Ok(report)
}

/// The paths, each once, in their order.
fn attribute_paths(texts: &[String]) -> anyhow::Result<Vec<AttributePath>> {
    let mut paths: Vec<AttributePath> = Vec::new();
    for text in texts {
        let path: AttributePath = text.parse().map_err(|error| {
            Problem::usage(format!("`{text}` is no attribute path")).source(error)
        })?;
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Problem::usage("no attribute is named").into());
    }
    Ok(paths)
}

/// The systems that are asked for, or the one that Nix takes this machine for.
///
/// # Errors
/// Without nix.
pub(crate) fn systems(wanted: &[String], context: &Context) -> anyhow::Result<Vec<String>> {
    if wanted.is_empty() {
        let own = nix::evaluate("builtins.currentSystem", &[], &context.directory, context)?;
        return Ok(vec![own]);
    }
    let mut systems: Vec<String> = Vec::new();
    for system in wanted {
        let is_plain =
            |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if !system.contains('-') || !system.chars().all(is_plain) {
            return Err(Problem::usage(format!("`{system}` is no system"))
                .hint("systems are named as `x86_64-linux`")
                .into());
        }
        if !systems.contains(system) {
            systems.push(system.clone());
        }
    }
    Ok(systems)
}

/// What builds virtual machines.
struct Machines {
    /// Why tests that need them are not tried.
    missing: Option<String>,
}

impl Machines {
    /// Other machines are taken at their word: they refuse what they cannot build.
    fn of(request: &Request) -> Self {
        let elsewhere = request.settings.builders.is_some() || request.settings.store.is_some();
        let usable = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/kvm");
        let missing = (!elsewhere && usable.is_err()).then(|| "no KVM".to_owned());
        Self { missing }
    }
}

/// Everything that is to be built, each derivation once.
fn wanted(subjects: &[Subject], machines: &Machines) -> Vec<Wanted> {
    let mut found = BTreeSet::new();
    for subject in subjects {
        let Ok(package) = &subject.package else {
            continue;
        };
        found.insert(package.of.wanted(&package.store_dir));
        for test in subject.tests.values().flatten() {
            if machines.missing.is_none() || !test.needs_machine() {
                found.insert(test.wanted(&package.store_dir));
            }
        }
    }
    // One derivation under two names, with the same outputs, is one.
    let by_derivation: BTreeMap<String, Wanted> = found
        .into_iter()
        .map(|wanted| (wanted.derivation.clone(), wanted))
        .collect();
    by_derivation.into_values().collect()
}

/// The commit that the findings are about.
struct Keeping {
    repository: Option<Repository>,
    commit: Option<String>,
}

impl Keeping {
    fn start(set: &PackageSet, context: &Context, notes: &mut Vec<String>) -> anyhow::Result<Self> {
        let mut keeping = Self {
            repository: None,
            commit: None,
        };
        let Some(folder) = set.folder() else {
            notes.push("nothing is kept: the packages lie in no work tree".to_owned());
            return Ok(keeping);
        };
        let repository = match Repository::open(context) {
            Ok(repository) => repository,
            Err(error) if crate::error::kind_of(&error) == crate::error::Kind::Interrupted => {
                return Err(error);
            }
            Err(_) => {
                notes.push("nothing is kept: the packages lie in no git repository".to_owned());
                return Ok(keeping);
            }
        };
        if !folder.starts_with(repository.root.canonicalize()?) {
            notes.push("nothing is kept: the packages lie in another repository".to_owned());
            return Ok(keeping);
        }
        keeping.commit = evidence::clean_commit(&repository)?;
        if keeping.commit.is_none() {
            notes.push(
                "nothing is kept: the work tree is not exactly its commit, so what was found is about no commit"
                    .to_owned(),
            );
        }
        keeping.repository = Some(repository);
        Ok(keeping)
    }

    /// Keeps the findings, if the work tree is still what it was.
    fn finish(self, report: &mut Report, context: &Context) -> anyhow::Result<()> {
        let (Some(repository), Some(commit)) = (self.repository, self.commit) else {
            return Ok(());
        };
        if evidence::clean_commit(&repository)?.as_ref() != Some(&commit) {
            let sentence = "nothing is kept: the work tree was changed while it was tested";
            report.notes.push(sentence.to_owned());
            return Ok(());
        }
        let mut runs: BTreeMap<&str, Vec<SystemRun>> = BTreeMap::new();
        for package in &report.packages {
            let rows = runs.entry(&package.attribute).or_default();
            rows.push(package.evidence());
        }
        let mut files = Vec::new();
        for (attribute, systems) in runs {
            let run = TestRun {
                attribute: attribute.to_owned(),
                systems,
            };
            let path = evidence::record_test(&commit, &run, context)?;
            files.push(path.display().to_string());
        }
        report.evidence = files;
        report.commit = Some(commit);
        Ok(())
    }
}

impl Package {
    fn evidence(&self) -> SystemRun {
        let tally = |needs_kvm: bool| {
            let tests = self.tests.iter().filter(|test| test.needs_kvm == needs_kvm);
            tests.fold(Tally::default(), |tally, test| Tally {
                total: tally.total + 1,
                passed: tally.passed + usize::from(test.verdict == Verdict::Passed),
                failed: tally.failed + usize::from(matches!(test.verdict, Verdict::Failed { .. })),
            })
        };
        let unsound = self.programs.iter().filter(|run| !run.start.is_sound());
        let starts = self
            .programs
            .iter()
            .filter(|run| run.start == Start::Starts);
        let weighs = self.findings.iter().filter(|it| it.level >= Level::Warning);
        SystemRun {
            system: self.system.clone(),
            derivation: self.build.as_ref().map(|built| built.derivation.clone()),
            is_built: self
                .build
                .as_ref()
                .is_some_and(|built| built.outcome.is_there()),
            package_tests: tally(false),
            nixos_tests: tally(true),
            programs: Tally {
                total: self.programs.len(),
                passed: starts.count(),
                failed: unsound.count(),
            },
            is_reproducible: self.check.as_ref().map(|check| *check == Rebuilt::Same),
            findings: weighs.count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_paths() {
        let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let paths = attribute_paths(&texts(&["a.b", "a.b", "x.\"y z\""])).unwrap();
        assert_eq!(paths.len(), 2);
        for bad in [&["a b"][..], &["--help"], &["a; b"], &["${x}"], &[]] {
            assert!(attribute_paths(&texts(bad)).is_err(), "{bad:?}");
        }
    }
}
