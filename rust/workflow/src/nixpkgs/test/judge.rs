//! Looking at what was built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use nixsmith_expr::lint::Level;

use super::facts::{Derivation, Meta, Package as Facts};
use super::gather::Subject;
use super::programs::{self, ProgramRun};
use super::references::{self, Reference};
use super::{Machines, Package, PackageTest, Request, Verdict, meta};
use crate::context::Context;
use crate::finding::Finding;
use crate::lint;
use crate::nix::build::{self, Builds, Built, Outcome, Rebuilt};
use crate::nixpkgs::package_set::PackageSet;

/// What the judgement of every package needs.
pub(super) struct Judge<'a> {
    pub(super) request: &'a Request,
    pub(super) set: &'a PackageSet,
    pub(super) builds: &'a Builds,
    pub(super) machines: &'a Machines,
    pub(super) context: &'a Context,
}

impl Judge<'_> {
    pub(super) fn package(&self, subject: &Subject) -> anyhow::Result<Package> {
        let mut package = Package {
            attribute: subject.attribute.clone(),
            system: subject.system.clone(),
            build: None,
            meta: subject.meta.as_ref().map(meta::summary).unwrap_or_default(),
            tests: Vec::new(),
            programs: Vec::new(),
            references: Vec::new(),
            check: None,
            update_script: None,
            findings: Vec::new(),
            notes: Vec::new(),
        };
        let facts = match &subject.package {
            Ok(facts) => facts,
            Err(reason) => {
                let message = format!("`{}` does not evaluate: {reason}", subject.attribute);
                package.findings.push(error("test-evaluation", message));
                return Ok(package);
            }
        };
        match &subject.meta {
            Ok(meta) => package
                .findings
                .extend(meta::findings(meta, &subject.system)),
            Err(reason) => {
                let message = format!("`meta` does not evaluate: {reason}");
                package.findings.push(error("test-evaluation", message));
            }
        }
        self.build(facts, &mut package);
        self.tests(subject, &mut package);
        self.update_script(subject, &mut package);
        self.outputs(subject, facts, &mut package)?;
        self.check(facts, &mut package)?;
        self.lint(subject, &mut package)?;
        Ok(package)
    }

    fn build(&self, facts: &Facts, package: &mut Package) {
        let built = self.builds.results.get(&facts.of.derivation).cloned();
        if let Some(built) = &built
            && !built.outcome.is_there()
        {
            let message = format!("`{}`: {}", facts.name, built.outcome.phrase());
            package.findings.push(match built.outcome {
                Outcome::NotTried { .. } => error("test-not-built", message),
                _ => error("test-build", message),
            });
        }
        package.build = built.map(|built| with_dependency_log(built, self.builds));
    }

    fn tests(&self, subject: &Subject, package: &mut Package) {
        if let Some(reason) = &subject.tests_problem {
            let message = format!("`passthru.tests` does not evaluate: {reason}");
            package.findings.push(error("test-tests", message));
        } else if subject.tests.is_empty() {
            package.notes.push("it has no `passthru.tests`".to_owned());
        }
        for (name, test) in &subject.tests {
            let test = package_test(name, test, self.builds, self.machines);
            if let Verdict::Failed { reason } = &test.verdict {
                let message = format!("the test `{name}` failed: {reason}");
                package.findings.push(error("test-tests", message));
            }
            if let Verdict::Skipped { reason } = &test.verdict {
                package
                    .notes
                    .push(format!("the test `{name}` was skipped: {reason}"));
            }
            package.tests.push(test);
        }
    }

    fn update_script(&self, subject: &Subject, package: &mut Package) {
        match &subject.update_script {
            Ok(script) => package.update_script.clone_from(script),
            Err(reason) => {
                let message = format!("`passthru.updateScript` does not evaluate: {reason}");
                package.findings.push(error("test-update-script", message));
            }
        }
    }

    /// The outputs that are looked at: those that are installed, or all.
    fn looked_at(&self, subject: &Subject, built: &Built) -> BTreeMap<String, String> {
        let installed = subject.meta.as_ref().ok();
        let installed = installed.and_then(|meta| meta.outputs_to_install.clone());
        let installed = installed.unwrap_or_else(|| vec!["out".to_owned()]);
        let is_wanted = |name: &String| self.request.all_outputs || installed.contains(name);
        let outputs = built.outputs.iter().filter(|(name, _)| is_wanted(name));
        outputs
            .map(|(name, path)| (name.clone(), path.clone()))
            .collect()
    }

    /// Programs and references.
    fn outputs(
        &self,
        subject: &Subject,
        facts: &Facts,
        package: &mut Package,
    ) -> anyhow::Result<()> {
        let Some(built) = package
            .build
            .clone()
            .filter(|built| built.outcome.is_there())
        else {
            return Ok(());
        };
        let outputs = self.looked_at(subject, &built);
        let folders: Vec<PathBuf> = outputs.values().map(PathBuf::from).collect();
        if !folders
            .iter()
            .all(|folder| folder.symlink_metadata().is_ok())
        {
            let sentence =
                "programs and references were not looked at: the outputs are in another store";
            package.notes.push(sentence.to_owned());
            return Ok(());
        }
        let (found, more) = programs::find(&folders);
        let meta = subject.meta.as_ref().ok();
        package
            .findings
            .extend(meta.and_then(|meta: &Meta| meta::main_program(meta, &found)));
        if more > 0 {
            package
                .notes
                .push(format!("{more} more programs were not started"));
        }
        let is_foreign = facts.of.system != facts.current_system;
        if self.request.skip_programs && !found.is_empty() {
            package.notes.push("no program was started".to_owned());
        } else if is_foreign && !found.is_empty() {
            let sentence = format!("no program was started: they are for {}", facts.of.system);
            package.notes.push(sentence);
        } else {
            package.programs = self.start(&found)?;
        }
        for run in package.programs.iter().filter(|run| !run.start.is_sound()) {
            let message = format!("`{}` {}", run.path, run.start.phrase());
            package.findings.push(error("test-program", message));
        }
        package.references = self.references(&outputs)?;
        for reference in &package.references {
            package.findings.push(reference_finding(reference));
        }
        Ok(())
    }

    /// Starts all programs, several at once.
    fn start(&self, found: &[PathBuf]) -> anyhow::Result<Vec<ProgramRun>> {
        let folder = tempfile::tempdir()?;
        let task = self
            .context
            .progress()
            .start("starting programs", u64::try_from(found.len()).ok());
        let (next, runs) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        let work = || -> anyhow::Result<()> {
            while let Some(path) = found.get(next.fetch_add(1, Ordering::Relaxed)) {
                let run = programs::start(path, folder.path(), self.context)?;
                task.advance(1);
                if let Ok(mut runs) = runs.lock() {
                    runs.insert(path, run);
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.context.threads)
                .map(|_| scope.spawn(work))
                .collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")))
            })
        })?;
        let runs = runs
            .into_inner()
            .map_err(|_| anyhow::anyhow!("a thread panicked"))?;
        Ok(runs.into_values().collect())
    }

    fn references(&self, outputs: &BTreeMap<String, String>) -> anyhow::Result<Vec<Reference>> {
        let _task = self
            .context
            .progress()
            .start("looking for references", None);
        let home = self.context.client_options.environment.text("HOME");
        let mut found = Vec::new();
        for path in outputs.values() {
            let references = build::references(path, &self.request.settings, self.context)?;
            let wanted = references::Wanted::new(path, &references, home);
            let output = Path::new(path);
            found.extend(references::scan(output, &wanted, self.context.interrupt())?);
        }
        found.sort();
        Ok(found)
    }

    fn check(&self, facts: &Facts, package: &mut Package) -> anyhow::Result<()> {
        let is_there = package
            .build
            .as_ref()
            .is_some_and(|built| built.outcome.is_there());
        if !self.request.check || !is_there {
            return Ok(());
        }
        let wanted = facts.of.wanted(&facts.store_dir);
        let check = build::rebuild(&wanted, &self.request.settings, self.context)?;
        match &check {
            Rebuilt::Same => {}
            Rebuilt::Different { reason } | Rebuilt::Failed { reason } => {
                let message = format!("a second build did not make the same: {reason}");
                package.findings.push(error("test-check", message));
            }
        }
        package.check = Some(check);
        Ok(())
    }

    /// What `lint` says of the file that the package is written in.
    fn lint(&self, subject: &Subject, package: &mut Package) -> anyhow::Result<()> {
        let position = subject.position.as_deref();
        let file = position
            .and_then(|it| it.rsplit_once(':'))
            .map(|(file, _)| PathBuf::from(file));
        let own = self.set.folder();
        let Some(file) = file.filter(|file| own.is_some_and(|own| file.starts_with(own))) else {
            package
                .notes
                .push("its file was not judged: it lies in no folder of yours".to_owned());
            return Ok(());
        };
        let report = lint::run(
            &lint::Request {
                paths: vec![file],
                ..lint::Request::default()
            },
            self.context,
        )?;
        package.findings.extend(report.findings);
        Ok(())
    }
}

/// The log of the dependency that failed, where it has none of its own.
pub(super) fn with_dependency_log(mut built: Built, builds: &Builds) -> Built {
    if let Outcome::DependencyFailed { dependencies } = &built.outcome
        && let Some(failed) = dependencies
            .first()
            .and_then(|path| builds.dependencies.get(path))
    {
        built.log.clone_from(&failed.log);
    }
    built
}

/// What became of a test.
pub(super) fn package_test(
    name: &str,
    test: &Result<Derivation, String>,
    builds: &Builds,
    machines: &Machines,
) -> PackageTest {
    let mut found = PackageTest {
        name: name.to_owned(),
        needs_kvm: false,
        derivation: None,
        verdict: Verdict::Passed,
        log: Vec::new(),
    };
    let test = match test {
        Ok(test) => test,
        Err(reason) => {
            let reason = format!("it does not evaluate: {reason}");
            found.verdict = Verdict::Failed { reason };
            return found;
        }
    };
    found.needs_kvm = test.needs_machine();
    found.derivation = Some(test.derivation.clone());
    found.verdict = match (builds.results.get(&test.derivation), &machines.missing) {
        (Some(built), _) => {
            let built = with_dependency_log(built.clone(), builds);
            found.log = built.log;
            match &built.outcome {
                outcome if outcome.is_there() => Verdict::Passed,
                Outcome::NotTried { reason } => Verdict::Skipped {
                    reason: reason.clone(),
                },
                outcome => Verdict::Failed {
                    reason: outcome.phrase(),
                },
            }
        }
        (None, missing) => Verdict::Skipped {
            reason: missing
                .clone()
                .unwrap_or_else(|| "it was not built".to_owned()),
        },
    };
    found
}

fn error(code: &'static str, message: String) -> Finding {
    Finding::new(code, Level::Error, message)
}

fn reference_finding(reference: &Reference) -> Finding {
    let place = match &reference.file {
        Some(file) if reference.files > 1 => {
            format!("`{file}` and {} more files", reference.files - 1)
        }
        Some(file) => format!("`{file}`"),
        None => format!("`{}`", reference.output),
    };
    let message = format!("{place} refers to {}, `{}`", reference.what, reference.to);
    Finding::new("test-reference", Level::Warning, message)
}
