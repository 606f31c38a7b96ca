//! nixpkgs-vet's checks, with its verdicts: the layout of `pkgs/by-name`, what its packages reach for, every Nix file's mode and escapes,
//! and what a package may not lose against the base.
//!
//! [`judge`] compares two whole trees as nixpkgs-vet does, evaluation included. The parts are for those who know more: that only some
//! packages changed, that nothing can be evaluated.

pub mod evaluate;
pub mod files;
pub mod problem;
pub mod ratchet;
mod references;
pub mod statics;
pub mod structure;
pub mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::evaluate::{Attribute, Evaluation};
use self::problem::Problem;
use self::ratchet::{Definitions, Package};
use self::structure::{BY_NAME, Scope};
use self::tree::Tree;
use crate::context::Context;

/// What the comparison of two trees comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong.
    Sound,
    /// The base has problems, the branch has none.
    Healed,
    /// The base has problems, and the branch has some.
    StillBroken,
    /// The branch brings problems.
    Broken,
    /// The branch makes something worse that the base may keep.
    Loosened,
}

/// The verdict and its reasons.
#[derive(Debug)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The branch's problems, each with whether the base has it as well.
    pub problems: Vec<(Problem, bool)>,
    /// Whether attributes were evaluated; `false` where there is no `nix`.
    pub evaluated: bool,
}

/// A whole tree, judged by itself.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What a comparison needs.
    pub packages: BTreeMap<String, Package>,
    /// Whether attributes were evaluated.
    pub evaluated: bool,
}

/// Judges all of the tree, which lies at `root`, with all of its attributes.
///
/// # Errors
/// When evaluation is interrupted or answers with something else.
pub fn check(tree: &Tree, root: &Path, context: &Context) -> anyhow::Result<Judged> {
    let mut judged = if tree.folder(BY_NAME).is_some() {
        let structure = structure::check(tree, Scope::All);
        if structure.problems.is_empty() {
            attributes(tree, root, &Wanted::all(&structure.names), context)?
        } else {
            Judged {
                problems: structure.problems,
                ..Judged::default()
            }
        }
    } else {
        Judged::default()
    };
    for (path, executable) in tree.nix_files() {
        files::check(tree, &path, executable, &mut judged.problems);
    }
    Ok(judged)
}

/// Which attributes are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Those of `pkgs/by-name`.
    pub by_name: &'a [String],
    /// Those to look at; `None`: all there are.
    pub names: Option<&'a [String]>,
}

impl<'a> Wanted<'a> {
    fn all(by_name: &'a [String]) -> Self {
        Self {
            by_name,
            names: None,
        }
    }
}

/// Evaluates attributes and judges what they are.
///
/// # Errors
/// When evaluation is interrupted or answers with something else.
pub fn attributes(
    tree: &Tree,
    root: &Path,
    wanted: &Wanted<'_>,
    context: &Context,
) -> anyhow::Result<Judged> {
    let mut judged = Judged {
        evaluated: true,
        ..Judged::default()
    };
    let found = match evaluate::evaluate(root, wanted.by_name, wanted.names, context)? {
        Evaluation::Attributes(found) => found,
        Evaluation::NoNix => return Ok(Judged::default()),
        Evaluation::Failed(stderr) => {
            judged.problems.push(failed(&stderr));
            return Ok(judged);
        }
    };
    let own: BTreeSet<&str> = wanted.by_name.iter().map(String::as_str).collect();
    let mut others: Vec<(&str, &Attribute)> = Vec::new();
    for (name, attribute) in &found {
        if !own.contains(name.as_str()) {
            if !matches!(attribute, Attribute::Missing) {
                others.push((name, attribute));
            }
            continue;
        }
        match ratchet::by_name(name, attribute) {
            Ok(package) => {
                judged.packages.insert(name.clone(), package);
            }
            Err(problem) => judged.problems.push(problem),
        }
    }
    let states = Definitions::new(tree, root).states(&others);
    judged.packages.extend(states);
    Ok(judged)
}

fn failed(stderr: &str) -> Problem {
    let reason = stderr
        .lines()
        .rev()
        .map(str::trim)
        .find_map(|line| line.strip_prefix("error: "))
        .unwrap_or("see `nix eval`");
    let message = format!("the packages of `{BY_NAME}` do not evaluate: {reason}");
    Problem::new("NPV-120", "", message)
}

/// Compares the trees at two folders, whole.
///
/// # Errors
/// When a folder cannot be read, or evaluation is interrupted or answers with something else.
pub fn judge(head: &Path, base: &Path, context: &Context) -> anyhow::Result<Outcome> {
    // A link would be refused by restricted evaluation.
    let (head, base) = (head.canonicalize()?, base.canonicalize()?);
    let one = |folder: &Path| {
        let tree = Tree::of_folder(folder.to_owned())?;
        check(&tree, folder, context)
    };
    let (base, head) = std::thread::scope(|scope| {
        let base = scope.spawn(|| one(&base));
        let head = one(&head);
        (base.join(), head)
    });
    let base = base.map_err(|_| anyhow::anyhow!("a thread panicked"))??;
    Ok(combine(&base, head?))
}

/// The verdict on two judged trees.
#[must_use]
pub fn combine(base: &Judged, head: Judged) -> Outcome {
    let evaluated = head.evaluated;
    let (verdict, problems) = match (base.problems.is_empty(), head.problems.is_empty()) {
        (false, false) => (Verdict::StillBroken, head.problems),
        (true, false) => (Verdict::Broken, head.problems),
        (false, true) => (Verdict::Healed, Vec::new()),
        (true, true) => {
            let problems = ratchet::compare(&base.packages, &head.packages);
            if problems.is_empty() {
                (Verdict::Sound, problems)
            } else {
                (Verdict::Loosened, problems)
            }
        }
    };
    let known = |problem: &Problem| base.problems.iter().any(|other| other.is_same(problem));
    let problems = problems
        .into_iter()
        .map(|problem| {
            let in_base = known(&problem);
            (problem, in_base)
        })
        .collect();
    Outcome {
        verdict,
        problems,
        evaluated,
    }
}
