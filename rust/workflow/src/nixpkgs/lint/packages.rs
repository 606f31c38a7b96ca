//! nixpkgs-vet's checks on a branch: the layout whole, contents where the branch touches them, attributes as far as is wanted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nixsmith_expr::position::{Lines, Position};
use tempfile::TempDir;

use super::super::vet::evaluate::is_available;
use super::super::vet::problem::Problem;
use super::super::vet::statics::{self, ALIASES, ALL_PACKAGES, Side};
use super::super::vet::structure::{self, Scope, Structure, package_folder};
use super::super::vet::tree::{Tree, is_nix};
use super::super::vet::{self, Judged, Outcome, Wanted, files};
use super::Branch;
use crate::context::Context;
use crate::error;
use crate::finding::Finding;
use crate::lint::excerpt_of;
use crate::repository::Mode;

/// A tree of at most this many files is judged whole: laying it out and evaluating it takes no time to speak of.
const SMALL_TREE: usize = 4000;

/// How many attributes a note names.
const NAMED: usize = 10;

/// What the checks say.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// The findings.
    pub(super) findings: Vec<Finding>,
    /// Whether attributes were evaluated.
    pub(super) evaluated: bool,
    /// What was left out.
    pub(super) notes: Vec<String>,
}

/// Judges the packages of the branch.
pub(super) fn judge(
    branch: &Branch,
    evaluate: bool,
    context: &Context,
) -> anyhow::Result<Packages> {
    let mut notes = Vec::new();
    let is_small = branch.rows.len().max(branch.changes.len()) <= SMALL_TREE;
    let outcome = if is_small && is_available(context) {
        whole(branch, context)?
    } else {
        Sides::read(branch)?.judge(evaluate, context, &mut notes)?
    };
    let findings = outcome
        .problems
        .iter()
        .map(|(problem, in_base)| shown(branch, problem, *in_base));
    Ok(Packages {
        findings: findings.collect(),
        evaluated: outcome.evaluated,
        notes,
    })
}

/// The finding with the line that it is about.
fn shown(branch: &Branch, problem: &Problem, in_base: bool) -> Finding {
    let mut finding = problem.finding(in_base);
    let text = problem.position.and_then(|_| branch.text(&problem.path));
    if let (Some(start), Some(text)) = (problem.position, text) {
        let end = Position {
            column: start.column + problem.subject.chars().count().max(1),
            ..start
        };
        finding.excerpt = excerpt_of(&Lines::of(&text), start, end);
    }
    finding
}

/// Both trees laid out and judged as nixpkgs-vet does it.
fn whole(branch: &Branch, context: &Context) -> anyhow::Result<Outcome> {
    let (base, head) = (
        laid_out(branch, &branch.base.commit)?,
        laid_out(branch, &branch.head)?,
    );
    vet::judge(&head.path, &base.path, context)
}

/// A commit's files in a folder that goes with the value.
struct LaidOut {
    path: PathBuf,
    _folder: Option<TempDir>,
}

fn laid_out(branch: &Branch, commit: &str) -> anyhow::Result<LaidOut> {
    let folder = tempfile::tempdir()
        .map_err(|error| error::Problem::user("could not make a temporary folder").source(error))?;
    let path = folder.path().canonicalize()?;
    branch.repository.export(commit, &path)?;
    Ok(LaidOut {
        path,
        _folder: Some(folder),
    })
}

/// Both trees as git knows them.
struct Sides<'a> {
    branch: &'a Branch,
    head: Tree,
    base: Tree,
    /// The folders of the packages that differ.
    folders: BTreeSet<String>,
}

impl<'a> Sides<'a> {
    fn read(branch: &'a Branch) -> anyhow::Result<Self> {
        let changes = &branch.changes;
        let head = branch.rows.iter().map(|(path, blob)| (path.as_str(), blob));
        let head = Tree::of_rows(head, &branch.objects)?;
        let sides = Self {
            branch,
            base: head.before(changes)?,
            head,
            folders: changes
                .iter()
                .filter_map(|change| package_folder(&change.path))
                .collect(),
        };
        sides.head.load_nix(sides.folders.iter())?;
        sides.base.load_nix(sides.folders.iter())?;
        let scripts = branch
            .rows
            .iter()
            .filter(|(path, blob)| blob.mode == Mode::Executable && is_nix(path));
        let touched = changes
            .iter()
            .filter(|change| is_nix(&change.path))
            .flat_map(|change| [&change.old, &change.new])
            .flatten();
        let tables = branch
            .rows
            .iter()
            .filter(|(path, _)| path == ALL_PACKAGES || path == ALIASES);
        let ids = scripts
            .chain(tables)
            .map(|(_, blob)| blob)
            .chain(touched)
            .filter(|blob| blob.mode.is_file());
        branch.objects.load(ids.map(|blob| &*blob.id))?;
        Ok(sides)
    }

    fn judge(
        &self,
        evaluate: bool,
        context: &Context,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Outcome> {
        let scope = Scope::Packages(&self.folders);
        let base_structure = structure::check(&self.base, scope);
        let head_structure = structure::check(&self.head, scope);
        let mut base = self.judged(&base_structure, &self.base)?;
        let mut head = self.judged(&head_structure, &self.head)?;
        let is_sound = base.problems.is_empty() && head.problems.is_empty();
        if evaluate && !is_available(context) {
            notes.push("there is no `nix` here: no attribute was evaluated".to_owned());
        } else if evaluate && !is_sound {
            let sentence =
                "no attribute was evaluated: what is found in the layout and the files comes first";
            notes.push(sentence.to_owned());
        } else if evaluate {
            self.evaluate(
                (&mut base, &base_structure),
                (&mut head, &head_structure),
                context,
            )?;
        }
        let mut outcome = vet::combine(&base, head);
        if is_sound && !outcome.evaluated {
            let (base, head) = (names(&base_structure), names(&head_structure));
            self.statics(&base, &head, &mut outcome, notes);
        }
        Ok(outcome)
    }

    /// The layout's problems and those of the files that the branch touches, on one side.
    fn judged(&self, structure: &Structure, tree: &Tree) -> anyhow::Result<Judged> {
        let mut problems: Vec<Problem> = structure.problems.clone();
        let touched: BTreeSet<&str> = self
            .branch
            .changes
            .iter()
            .map(|change| change.path.as_str())
            .collect();
        for (path, executable) in tree.nix_files() {
            if touched.contains(path.as_str()) {
                files::check(tree, &path, executable, &mut problems);
            } else if executable {
                let contents = tree.read(&path)?;
                problems.extend(files::executable_problem(&path, executable, &contents));
            }
        }
        Ok(Judged {
            problems,
            ..Judged::default()
        })
    }

    fn statics(
        &self,
        base: &BTreeSet<String>,
        head: &BTreeSet<String>,
        outcome: &mut Outcome,
        notes: &mut Vec<String>,
    ) {
        let moves_names = base != head || self.touches(ALL_PACKAGES);
        if !moves_names {
            return;
        }
        let (base, head) = (
            Side {
                tree: &self.base,
                names: base,
            },
            Side {
                tree: &self.head,
                names: head,
            },
        );
        let found = statics::check(base, head);
        let problems = found.problems.into_iter().map(|problem| (problem, false));
        outcome.problems.extend(problems);
        if !found.unsettled.is_empty() {
            notes.push(unsettled(&found.unsettled));
        }
    }

    fn touches(&self, path: &str) -> bool {
        self.branch.changes.iter().any(|change| change.path == path)
    }

    /// Evaluates the attributes that the branch touches, on both sides.
    fn evaluate(
        &self,
        base: (&mut Judged, &Structure),
        head: (&mut Judged, &Structure),
        context: &Context,
    ) -> anyhow::Result<()> {
        let mut wanted: BTreeSet<String> = self
            .folders
            .iter()
            .filter_map(|folder| folder.rsplit('/').next().map(str::to_owned))
            .collect();
        if self.touches(ALL_PACKAGES) {
            wanted.extend(statics::changed_definitions(&self.base, &self.head));
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        let head_root = if self.branch.is_dirty {
            laid_out(self.branch, &self.branch.head)?
        } else {
            LaidOut {
                path: self.branch.repository.root.canonicalize()?,
                _folder: None,
            }
        };
        let base_root = laid_out(self.branch, &self.branch.base.commit)?;
        let one = |tree: &Tree, root: &Path, structure: &Structure| {
            let own: BTreeSet<&String> = structure.names.iter().collect();
            let by_name: Vec<String> = wanted
                .iter()
                .filter(|name| own.contains(name))
                .cloned()
                .collect();
            let wanted = Wanted {
                by_name: &by_name,
                names: Some(&wanted),
            };
            vet::attributes(tree, root, &wanted, context)
        };
        let (of_base, of_head) = std::thread::scope(|scope| {
            let of_base = scope.spawn(|| one(&self.base, &base_root.path, base.1));
            let of_head = one(&self.head, &head_root.path, head.1);
            (super::joined(of_base), of_head)
        });
        (*base.0, *head.0) = (of_base?, of_head?);
        Ok(())
    }
}

fn names(structure: &Structure) -> BTreeSet<String> {
    structure.names.iter().cloned().collect()
}

/// The sentence about attributes that syntax does not settle.
fn unsettled(names: &BTreeSet<String>) -> String {
    let named: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let others = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    format!(
        "only evaluation can tell whether all is well with {}{others}: see `--evaluate`",
        named.join(", ")
    )
}
