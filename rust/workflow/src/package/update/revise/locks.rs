//! Lock files that lie beside the expression: copies of what the source has, or made for a source that has none.
//!
//! A copy becomes what the new source has. Where that has none, the copy stays if everything that the new manifest asks for is in it,
//! and the run says so; else there is no lock for the new version, and the run ends.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use nixsmith_ecosystem::cargo::{CargoLock, CargoSource};
use nixsmith_ecosystem::manifest::cargo;
use nixsmith_ecosystem::npm;
use nixsmith_ecosystem::{Ecosystem, VendorRequest, vendor_hash};
use nixsmith_expr::edit::{Anchor, AttributePath, Document, LiteralKind};
use nixsmith_expr::quote;
use nixsmith_store::tree::Tree;

use super::super::locked::{self, OwnLock};
use super::super::sites::{self, Site, SourceFile};
use super::Revision;
use crate::error::Problem;
use crate::source::Resolved;

/// The largest lock file that is copied.
const LOCK_LIMIT_BYTES: u64 = 64 << 20;

/// Lock files that say everything by themselves. Others come with a second file made of them (`Gemfile.lock` with `gemset.nix`).
const LOCKS: &[&str] = &[
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "composer.lock",
    "deno.lock",
    "bun.lock",
];

/// What a script does with a copy: `cp ${./Cargo.lock} sub/Cargo.lock` puts it at `sub/Cargo.lock`.
#[derive(Debug, PartialEq, Eq)]
struct Copy {
    /// Relative to the root of the tree.
    path: PathBuf,
    /// What the source calls it: one of [`LOCKS`].
    name: &'static str,
    /// Where the script puts it, relative to where the build works.
    target: Option<String>,
    /// The file whose expression names it.
    file: usize,
    /// The attributes that it is named in.
    names: Vec<String>,
}

/// What is known of a copy that is to be renewed.
struct Renewal<'a> {
    copy: &'a Copy,
    old: Vec<u8>,
    tree: &'a Tree,
}

impl Revision<'_> {
    /// Lock files beside the expression become those of the new source.
    ///
    /// # Errors
    /// When the new source has none and the copy does not fit it.
    pub(in crate::package::update) fn set_lock_copies(
        &mut self,
        source: Option<&Resolved>,
    ) -> anyhow::Result<()> {
        let copies = copies(&self.files);
        if copies.is_empty() {
            return Ok(());
        }
        let Some(source) = source else {
            let why = "the source had to be built";
            let problem = copies.first().map(|copy| refused(copy, why));
            return Err(problem.unwrap_or_else(|| Problem::bug(why)).into());
        };
        let tree = source.tree()?;
        for copy in &copies {
            let old = std::fs::read(self.target.root.join(&copy.path))
                .map_err(|error| refused(copy, "it cannot be read").source(error))?;
            let renewal = Renewal {
                copy,
                old,
                tree: &tree,
            };
            self.renew(renewal)?;
        }
        Ok(())
    }

    /// The locks beside the expression as they are to be; those that cannot be read are left out.
    pub(super) fn own_locks(&self) -> Vec<OwnLock> {
        let copies = copies(&self.files).into_iter();
        let locks = copies.filter_map(|copy| {
            let name = copy.path.file_name()?.to_str()?.to_owned();
            let text = match self.files.iter().find(|file| file.path == copy.path) {
                Some(file) => file.text.clone(),
                None => std::fs::read_to_string(self.target.root.join(&copy.path)).ok()?,
            };
            Some(OwnLock { name, text })
        });
        locks.collect()
    }

    fn renew(&mut self, renewal: Renewal<'_>) -> anyhow::Result<()> {
        let Renewal { copy, old, tree } = renewal;
        let places = self.places(copy);
        for place in &places {
            let Some(bytes) = tree.read(place, LOCK_LIMIT_BYTES)? else {
                continue;
            };
            let text = String::from_utf8(bytes)
                .map_err(|_| refused(copy, "that of the new source is no UTF-8"))?;
            if copy.name == "Cargo.lock" && copy.names.last().is_some_and(|it| it == "lockFile") {
                let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.set_output_hashes(copy, (&old, text.as_bytes()), (tree, folder))?;
            }
            match self.files.iter_mut().find(|file| file.path == copy.path) {
                Some(file) => file.text = text,
                None => self.files.push(SourceFile {
                    path: copy.path.clone(),
                    before: old,
                    text,
                    is_named: false,
                }),
            }
            return Ok(());
        }
        let folder = places
            .first()
            .and_then(|place| place.rsplit_once('/'))
            .map_or("", |(folder, _)| folder);
        let missing = missing_in(copy, &old, tree, folder).map_err(|error| {
            let why = "the new source has none, and whether the copy fits it cannot be said";
            error.context(refused(copy, why))
        })?;
        if !missing.is_empty() {
            let how = match copy.name {
                "Cargo.lock" => "cargo generate-lockfile",
                _ => "npm install --package-lock-only",
            };
            let why = format!(
                "the new source has none, and the copy lacks {}",
                missing.join(", ")
            );
            return Err(refused(copy, &why)
                .hint(format!("make one with `{how}` in the new source"))
                .into());
        }
        self.notes.push(format!(
            "`{}` stays as it is: the new source has no `{}`",
            copy.path.display(),
            copy.name
        ));
        Ok(())
    }

    /// Where the source may have the lock, the likeliest first.
    fn places(&self, copy: &Copy) -> Vec<String> {
        let root = self.now.source_root.as_deref();
        let inner = match copy.name {
            "Cargo.lock" => self.now.cargo_root.as_deref(),
            "package-lock.json" | "npm-shrinkwrap.json" => self.now.npm_root.as_deref(),
            _ => None,
        };
        let mut places = Vec::new();
        if let Some(target) = &copy.target {
            places.push(join(&locked::directory(root, None), target));
        }
        places.push(join(&locked::directory(root, inner), copy.name));
        places.push(copy.name.to_owned());
        places.dedup();
        places
    }

    /// Gives the git sources of a `Cargo.lock` that Nix reads itself their hashes.
    fn set_output_hashes(
        &mut self,
        copy: &Copy,
        (old, new): (&[u8], &[u8]),
        (tree, folder): (&Tree, &str),
    ) -> anyhow::Result<()> {
        let old = CargoLock::parse(copy.name, old).ok();
        let new = CargoLock::parse(copy.name, new)?;
        let sources = git_sources(&new);
        if old.as_ref().and_then(git_sources) == sources {
            return Ok(());
        }
        let Some(file) = self.files.get_mut(copy.file) else {
            return Ok(());
        };
        if file.text.contains("allowBuiltinFetchGit") {
            return Ok(());
        }
        let mut names = copy.names.clone();
        names.pop();
        names.push("outputHashes".to_owned());
        let path = AttributePath::new(names)?;
        let document = Document::parse(&file.text)?;
        let failed = |error| {
            refused(
                copy,
                "its git sources are others, and `outputHashes` cannot be written",
            )
            .source(error)
        };
        let outcome = if sources.is_none() {
            document.remove(&Anchor::Main, &path).map_err(failed)?
        } else {
            let request = VendorRequest::new(tree, folder, Ecosystem::Cargo);
            let vendor = vendor_hash(&request, self.context.fetch()?)
                .map_err(|error| refused(copy, "its git sources do not come").source(error))?;
            let mut value = String::from("{\n");
            for tree in &vendor.git_trees {
                let name = quote::string(&tree.package)?;
                let hash = quote::string(&tree.hash.to_string())?;
                value.push_str(&format!("  {name} = {hash};\n"));
            }
            value.push('}');
            document.set(&Anchor::Main, &path, &value).map_err(failed)?
        };
        file.text = outcome.text;
        self.notes.push(format!(
            "`{path}` has the git sources of the new `{}`",
            copy.path.display()
        ));
        Ok(())
    }
}

fn refused(copy: &Copy, why: &str) -> Problem {
    Problem::user(format!(
        "could not renew the copy of `{}`, `{}`: {why}",
        copy.name,
        copy.path.display()
    ))
}

/// The lock files that the expressions name, each once.
fn copies(files: &[SourceFile]) -> Vec<Copy> {
    let mut found: Vec<Copy> = Vec::new();
    for site in sites::sites(files) {
        let Some(copy) = files.get(site.file).and_then(|file| copy(&site, file)) else {
            continue;
        };
        match found.iter_mut().find(|other| other.path == copy.path) {
            Some(other) => {
                other.target = other.target.take().or(copy.target);
                if copy.names.last().is_some_and(|name| name == "lockFile") {
                    other.names = copy.names;
                }
            }
            None => found.push(copy),
        }
    }
    found
}

fn copy(site: &Site, file: &SourceFile) -> Option<Copy> {
    let literal = &site.literal;
    if !site.is_named || literal.kind != LiteralKind::Path || !literal.text.starts_with('.') {
        return None;
    }
    let target = file.text.get(literal.range.end..).and_then(target);
    let known = |path: &str| {
        let base = path.rsplit('/').next().unwrap_or(path);
        LOCKS.iter().find(|lock| **lock == base).copied()
    };
    let name = target.and_then(known).or_else(|| known(&literal.text))?;
    // In a folder that only the script knows it is where such a lock always is.
    let target = target
        .filter(|target| !target.contains('$'))
        .map(|target| match known(target) {
            Some(_) => target.to_owned(),
            None => join(target, name),
        });
    let folder = file.path.parent().unwrap_or(Path::new(""));
    Some(Copy {
        path: plain(&folder.join(&literal.text))?,
        name,
        target,
        file: site.file,
        names: literal.names.clone(),
    })
}

/// The word behind a path in a script: `sub/Cargo.lock` of `} sub/Cargo.lock\n`.
fn target(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix('}')?;
    let word = rest
        .strip_prefix([' ', '\t'])?
        .trim_start_matches([' ', '\t']);
    let end = word.find(|sign: char| sign.is_whitespace() || ";&|)".contains(sign));
    let word = word.get(..end.unwrap_or(word.len()))?;
    let word = word.trim_matches(['"', '\'']);
    let word = word.strip_prefix("./").unwrap_or(word);
    (!word.is_empty()).then_some(word)
}

/// A path without `.` and `..`; `None` for one that leads out of the tree.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => found.push(name),
            Component::ParentDir if found.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(found)
}

fn join(folder: &str, name: &str) -> String {
    let parts = [folder, name];
    let parts = parts.iter().flat_map(|part| part.split('/'));
    let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// The packages that come from git, each with its repository and commit; `None` without any.
fn git_sources(lock: &CargoLock) -> Option<BTreeSet<(&str, &str, &str, &str)>> {
    let packages = lock
        .packages
        .iter()
        .filter_map(|package| match &package.source {
            CargoSource::Git(git) => Some((
                package.name.as_str(),
                package.version.as_str(),
                git.url.as_str(),
                git.commit.as_str(),
            )),
            _ => None,
        });
    let found: BTreeSet<_> = packages.collect();
    (!found.is_empty()).then_some(found)
}

/// What the new manifest asks for and the copy does not have, in backticks.
fn missing_in(copy: &Copy, old: &[u8], tree: &Tree, folder: &str) -> anyhow::Result<Vec<String>> {
    let missing = match copy.name {
        "Cargo.lock" => {
            let lock = CargoLock::parse(copy.name, old)?;
            let mut missing = Vec::new();
            let Some(root) = cargo::read(tree, folder)? else {
                return Ok(Vec::new());
            };
            for member in &root.members {
                let manifest = cargo::read(tree, &join(folder, member))?;
                missing.extend(manifest.iter().flat_map(|it| lock.missing(it)));
            }
            missing.extend(lock.missing(&root));
            missing
        }
        "package-lock.json" | "npm-shrinkwrap.json" => npm::missing(tree, folder, old)?,
        _ => Vec::new(),
    };
    let missing: BTreeSet<String> = missing.into_iter().collect();
    Ok(missing.into_iter().map(|it| format!("`{it}`")).collect())
}
