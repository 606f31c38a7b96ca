//! Hydra's verdicts: what it says of a package or a test, its logs, and what a review takes from it as evidence.

pub mod evidence;
pub mod log;
pub mod status;
mod tail;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::anyhow;
use nixsmith_fetch::FetchError;
use nixsmith_fetch::hydra::{Build, Hydra, Jobset, Status, Step};

use crate::error::Problem;

/// What nixpkgs' jobset builds for.
pub const PACKAGE_SYSTEMS: [&str; 4] = [
    "x86_64-linux",
    "aarch64-linux",
    "x86_64-darwin",
    "aarch64-darwin",
];

/// What NixOS' jobset builds for.
pub const TEST_SYSTEMS: [&str; 2] = ["x86_64-linux", "aarch64-linux"];

/// How many threads ask; the client lets two requests run at once.
const THREADS: usize = 2;

/// An attribute path in a jobset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// As it was given, without a system.
    pub attribute: String,
    /// Where it is built.
    pub jobset: Jobset,
    /// The system that ended the attribute path, if one did.
    pub system: Option<String>,
    /// The job's name without the system.
    stem: String,
}

impl Subject {
    /// The subject that `attribute` names: a package (`hello`), a NixOS test (`nixosTests.login`), or the name of a job.
    ///
    /// # Errors
    /// For what is no attribute path.
    pub fn new(attribute: &str, jobset: Option<&Jobset>) -> anyhow::Result<Self> {
        let is_part = |part: &str| {
            let mut letters = part.chars();
            letters
                .next()
                .is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
                && letters.all(|letter| letter.is_ascii_alphanumeric() || "_-+'".contains(letter))
        };
        if attribute.len() > 256 || !attribute.split('.').all(is_part) {
            let shown: String = attribute.chars().take(80).collect();
            let sentence = format!("`{}` is no attribute path", shown.escape_debug());
            return Err(Problem::usage(sentence)
                .hint("for example `hello`, `python3Packages.requests` or `nixosTests.login`")
                .into());
        }
        let (path, system) = match attribute.rsplit_once('.') {
            Some((path, system)) if is_system(system) => (path, Some(system.to_owned())),
            _ => (attribute, None),
        };
        let test = path.strip_prefix("nixosTests.");
        let usual = if test.is_some() || path.starts_with("nixos.") {
            ("nixos", "trunk-combined")
        } else {
            ("nixpkgs", "trunk")
        };
        let jobset = jobset.cloned().unwrap_or_else(|| Jobset {
            project: usual.0.to_owned(),
            name: usual.1.to_owned(),
        });
        let is_named = path.starts_with("nixos.") || path.starts_with("nixpkgs.");
        let stem = match test {
            Some(test) => format!("nixos.tests.{test}"),
            None if jobset.project == "nixos" && !is_named => format!("nixpkgs.{path}"),
            None => path.to_owned(),
        };
        Ok(Self {
            attribute: path.to_owned(),
            jobset,
            system,
            stem,
        })
    }

    /// The job's name.
    #[must_use]
    pub fn job(&self, system: &str) -> String {
        format!("{}.{system}", self.stem)
    }

    /// The systems to ask about: those that were wanted, else the one of the attribute path, else those that the jobset builds for.
    #[must_use]
    pub fn systems(&self, wanted: &[String]) -> Vec<String> {
        if !wanted.is_empty() {
            return wanted.to_vec();
        }
        if let Some(system) = &self.system {
            return vec![system.clone()];
        }
        let usual: &[&str] = if self.jobset.project == "nixos" {
            &TEST_SYSTEMS
        } else {
            &PACKAGE_SYSTEMS
        };
        usual.iter().map(|system| (*system).to_owned()).collect()
    }
}

/// Whether it reads as a system: `x86_64-linux`.
fn is_system(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.split_once('-').is_some_and(|(processor, kernel)| {
        is_word(processor) && ["linux", "darwin", "freebsd", "openbsd", "netbsd"].contains(&kernel)
    })
}

/// Refuses what is no system.
///
/// # Errors
/// With an example of one.
pub fn check_system(text: &str) -> anyhow::Result<()> {
    if is_system(text) {
        return Ok(());
    }
    let sentence = format!("`{}` is no system", text.escape_debug());
    Err(Problem::usage(sentence)
        .hint("for example `x86_64-linux` or `aarch64-darwin`")
        .into())
}

/// A derivation that failed, and so kept others from being built.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Culprit {
    /// The step of the build that names it.
    step: u64,
    /// The derivation's name, without digits and `.drv`.
    name: String,
    /// The derivation's path.
    derivation: String,
}

/// Which dependency kept a build from being tried, as its steps tell it; `None`: they do not.
fn culprit(hydra: &Hydra<'_>, build: &Build) -> Result<Option<Culprit>, FetchError> {
    if build.status() != Some(Status::DependencyFailed) {
        return Ok(None);
    }
    let Some(steps) = hydra.steps(build.id)? else {
        return Ok(None);
    };
    let others: Vec<&Step> = steps
        .iter()
        .filter(|step| step.resolveddrvpath.is_none())
        .filter(|step| {
            step.drvpath
                .as_ref()
                .is_some_and(|path| *path != build.drvpath)
        })
        .collect();
    // A failure that another build met first has a step without a machine; one of this build's own is its last step.
    let elsewhere = others
        .iter()
        .find(|step| step.machine.as_deref() == Some(""));
    let found = elsewhere.or(others.last());
    Ok(found.and_then(|step| {
        let derivation = step.drvpath.clone()?;
        Some(Culprit {
            step: step.number,
            name: derivation_name(&derivation).to_owned(),
            derivation,
        })
    }))
}

/// `hello-2.12` of `/nix/store/DIGITS-hello-2.12.drv`.
fn derivation_name(path: &str) -> &str {
    let base = path.rsplit('/').next().unwrap_or(path);
    let name = base.split_once('-').map_or(base, |(_, name)| name);
    name.strip_suffix(".drv").unwrap_or(name)
}

/// The results of `ask` for each item, in their order, two at a time. The first failure ends it.
fn two_at_once<T: Sync, R: Send>(
    items: &[T],
    ask: impl Fn(&T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            let result = ask(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((index, result));
        }
    };
    let threads = THREADS.min(items.len()).max(1);
    let mut done = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut done = Vec::new();
        for handle in handles {
            done.extend(handle.join().map_err(|_| anyhow!("a thread panicked"))?);
        }
        anyhow::Ok(done)
    })?;
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_find_their_jobs() {
        let jobset = |text: &str| text.parse::<Jobset>().ok();
        for (attribute, wanted, jobset_found, job) in [
            ("hello", None, "nixpkgs/trunk", "hello.x86_64-linux"),
            (
                "python3Packages.requests",
                None,
                "nixpkgs/trunk",
                "python3Packages.requests.x86_64-linux",
            ),
            (
                "nixosTests.login",
                None,
                "nixos/trunk-combined",
                "nixos.tests.login.x86_64-linux",
            ),
            (
                "nixos.tests.login",
                None,
                "nixos/trunk-combined",
                "nixos.tests.login.x86_64-linux",
            ),
            (
                "hello",
                jobset("nixos/release-25.05"),
                "nixos/release-25.05",
                "nixpkgs.hello.x86_64-linux",
            ),
            (
                "hello",
                jobset("nixpkgs/staging-next"),
                "nixpkgs/staging-next",
                "hello.x86_64-linux",
            ),
        ] {
            let subject = Subject::new(attribute, wanted.as_ref()).unwrap();
            assert_eq!(subject.jobset.to_string(), jobset_found);
            assert_eq!(subject.job("x86_64-linux"), job);
        }
        let subject = Subject::new("hello.aarch64-darwin", None).unwrap();
        assert_eq!(subject.attribute, "hello");
        assert_eq!(subject.systems(&[]), ["aarch64-darwin"]);
        assert_eq!(
            subject.systems(&["x86_64-linux".to_owned()]),
            ["x86_64-linux"]
        );
        for text in ["", ".", "a..b", "a b", "a/b", "../x", "-x", "a\u{1b}", "ä"] {
            assert!(Subject::new(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn results_keep_their_order_and_the_first_failure_wins() {
        let items: Vec<usize> = (0..20).collect();
        let doubled = two_at_once(&items, |item| Ok(item * 2)).unwrap();
        assert_eq!(
            doubled,
            items.iter().map(|item| item * 2).collect::<Vec<_>>()
        );
        let error = two_at_once(&items, |item| {
            if *item == 3 {
                Err(anyhow!("three"))
            } else {
                Ok(())
            }
        });
        assert_eq!(error.unwrap_err().to_string(), "three");
        assert!(two_at_once(&[] as &[u8], |_| Ok(())).unwrap().is_empty());
    }

    #[test]
    fn derivations_have_names() {
        let path = "/nix/store/ab9zv2y5gm8hr6g318p0s6kaclwj4slr-hello-2.10.drv";
        assert_eq!(derivation_name(path), "hello-2.10");
        assert_eq!(derivation_name("x"), "x");
    }
}
