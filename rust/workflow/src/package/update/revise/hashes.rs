//! The hashes of a change: of the source on every system, and of what locks pin.

use std::collections::BTreeSet;
use std::path::Path;

use nixsmith_expr::edit::LiteralKind;
use nixsmith_store::hash::{Algorithm, Hash, Notation};

use super::super::facts::{self, DependencyFacts, SourceFacts};
use super::super::sites::{self, Edits, Site, SourceFile};
use super::super::{HashChange, How, built, fetched, locked};
use super::Revision;
use crate::error::{Kind, Problem, kind_of};
use crate::source::Resolved;

/// The systems whose sources an expression may name one by one.
const SYSTEMS: [&str; 4] = [
    "x86_64-linux",
    "aarch64-linux",
    "x86_64-darwin",
    "aarch64-darwin",
];

/// The attributes of nixpkgs' builders that hold the hash of what a lock pins, and of nothing else.
const DEPENDENCY_HASHES: &[&str] = &[
    "cargoHash",
    "cargoSha256",
    "vendorHash",
    "vendorSha256",
    "npmDepsHash",
    "mvnHash",
    "yarnHash",
    "pnpmDepsHash",
];

impl Revision<'_> {
    /// Writes a hash wherever the old one stands.
    pub(super) fn set_hash(&mut self, wanted: Wanted<'_>) -> anyhow::Result<()> {
        let Wanted {
            what,
            old,
            new,
            how,
            within,
            prefer,
        } = wanted;
        let old_text = old.as_ref().map(ToString::to_string);
        let missing = || {
            Problem::user(format!(
                "the hash of `{what}` is written in no file of the package: `{}`",
                old_text.as_deref().unwrap_or("none")
            ))
        };
        let Some(old) = &old else {
            return Err(missing().into());
        };
        if *old == new {
            return Ok(());
        }
        let all = sites::sites(&self.files);
        let rank = |site: &Site| {
            let has = |fits: &dyn Fn(&str) -> bool| site.literal.names.iter().any(|it| fits(it));
            let is_preferred = has(&|name| prefer.contains(&name));
            let is_within = has(&|name| within == Some(name));
            let is_both = is_preferred && is_within;
            (is_both, is_preferred, is_within, site.is_named)
        };
        let saying = || all.iter().filter(|site| sites::says(site, old));
        let best = saying().map(rank).max();
        let chosen: Vec<&Site> = saying().filter(|site| Some(rank(site)) == best).collect();
        if chosen.is_empty() {
            return Err(missing().into());
        }
        let edits: Edits = chosen
            .iter()
            .map(|&site| (site.clone(), sites::written(site, &new)))
            .collect();
        let attribute = match chosen.first().map(|site| site.literal.names.join(".")) {
            Some(names) if !names.is_empty() => names,
            _ => what.to_owned(),
        };
        sites::apply(&mut self.files, &edits)?;
        self.hashes.push(HashChange {
            attribute,
            old: old.to_text(Notation::Sri),
            new: new.to_text(Notation::Sri),
            how,
        });
        Ok(())
    }

    /// The sources on the known systems, where the expression may name one by one; those without one are left out.
    pub(super) fn sources_of_systems(
        &self,
        root: &Path,
    ) -> anyhow::Result<Vec<(&'static str, SourceFacts)>> {
        let names_systems = |file: &SourceFile| {
            file.is_named
                && ["system", "hostPlatform"]
                    .iter()
                    .any(|word| file.text.contains(word))
        };
        let mut found = Vec::new();
        if !self.files.iter().any(names_systems) {
            return Ok(found);
        }
        for system in SYSTEMS {
            match facts::read(self.target, root, Some(system), self.context) {
                Ok(facts) => found.extend(facts.source.map(|source| (system, source))),
                Err(error) if kind_of(&error) == Kind::Interrupted => return Err(error),
                Err(_) => {}
            }
        }
        Ok(found)
    }

    /// Whether a hash stands in the files that is none of this system's.
    fn has_other_hashes(&self) -> bool {
        let before = &self.before;
        let of_dependencies = before.dependencies.iter().filter_map(DependencyFacts::hash);
        let source = before.source.iter().filter_map(SourceFacts::hash);
        let mut own: Vec<Hash> = source.chain(of_dependencies).collect();
        let new = self.hashes.iter();
        own.extend(new.filter_map(|change| Hash::parse(&change.new, None).ok()));
        sites::sites(&self.files).iter().any(|site| {
            let may_be = sites::is_hash(site) || site.literal.kind == LiteralKind::Hole;
            may_be && !own.iter().any(|hash| sites::says(site, hash))
        })
    }

    /// Gives the sources of other systems their hashes, where the expression names one by one.
    pub(super) fn set_other_systems(&mut self, before: &SourceFacts) -> anyhow::Result<()> {
        let mut done: Vec<Hash> = before.hash().into_iter().collect();
        if !self.has_other_hashes() {
            return Ok(());
        }
        for (system, source) in self.sources_of_systems(&self.evaluated)? {
            let sites = sites::sites(&self.files);
            let Some(old) = source.hash().filter(|old| !done.contains(old)) else {
                continue;
            };
            if !sites.iter().any(|site| sites::says(site, &old)) {
                continue;
            }
            done.push(old.clone());
            let root = self.shadow()?.root();
            let now = facts::read(self.target, &root, Some(system), self.context)?;
            let Some(source) = now.source else {
                continue;
            };
            let fetched = match fetched::fetch(&source, self.context)? {
                Ok(fetched) => fetched,
                Err(why) => {
                    return Err(Problem::user(format!(
                        "the source for `{system}` cannot be hashed here: {why}"
                    ))
                    .into());
                }
            };
            self.set_hash(Wanted {
                what: &format!("src for {system}"),
                old: Some(old),
                new: fetched.hash,
                how: How::Computed,
                within: None,
                prefer: &[],
            })?;
        }
        Ok(())
    }

    /// Writes every change so far into the second tree.
    fn lay_down(&self) -> anyhow::Result<()> {
        let shadow = self.shadow()?;
        let mut files = self.files.iter();
        files.try_for_each(|file| shadow.write(&file.path, file.text.as_bytes()))
    }

    /// Builds what stands at these attributes for its hash, of the kind that the old one has, with every change so far.
    pub(super) fn built_hash(&self, names: &[String], old: Option<&Hash>) -> anyhow::Result<Hash> {
        self.lay_down()?;
        let shadow = self.shadow()?;
        let algorithm = old.map_or(Algorithm::Sha256, Hash::algorithm);
        built::hash(names, algorithm, self.target, shadow, self.context)
    }

    /// Gives what locks pin its new hashes.
    ///
    /// # Errors
    /// When a hash can neither be computed nor built, or is written nowhere.
    pub(in crate::package::update) fn set_dependencies(
        &mut self,
        source: Option<&Resolved>,
    ) -> anyhow::Result<()> {
        if self.before.dependencies.is_empty() {
            return Ok(());
        }
        let files = self.files.clone();
        self.now = self.evaluate(&files)?;
        for dependency in self.now.dependencies.clone() {
            let old = self
                .before
                .dependencies
                .iter()
                .find(|old| old.path == dependency.path)
                .and_then(DependencyFacts::hash);
            self.set_dependency(&dependency, old, source)?;
        }
        Ok(())
    }

    fn set_dependency(
        &mut self,
        dependency: &DependencyFacts,
        old: Option<Hash>,
        source: Option<&Resolved>,
    ) -> anyhow::Result<()> {
        let computed = match &dependency.fetches {
            Some(fetches) => fetched::fetch(fetches, self.context)?.map(|it| it.hash),
            None => locked::compute(dependency, source, &self.own_locks(), self.context)?,
        };
        let (hash, how) = match computed {
            Ok(hash) => (hash, How::Computed),
            Err(why) => {
                let name = dependency.name();
                self.notes
                    .push(format!("built for its hash: `{name}`, because {why}"));
                (self.built_hash(&dependency.path, old.as_ref())?, How::Built)
            }
        };
        self.found.push((dependency.clone(), hash.clone()));
        if dependency.hash().as_ref() == Some(&hash) {
            return Ok(());
        }
        let (inner, own) = dependency.split();
        self.set_hash(Wanted {
            what: &dependency.name(),
            old,
            new: hash,
            how,
            within: inner,
            prefer: attributes_of(own),
        })
    }

    /// Gives the derivations that the package hands out or is given by name, and what their locks pin, their new hashes, where they
    /// follow the version.
    ///
    /// # Errors
    /// As [`Self::set_dependencies`].
    pub(in crate::package::update) fn set_inner_dependencies(
        &mut self,
        source: Option<&Resolved>,
    ) -> anyhow::Result<()> {
        if !self.has_other_hashes() {
            return Ok(());
        }
        self.lay_down()?;
        let read = |root: &Path| facts::read_inner(self.target, root, self.context);
        let (before, now) = match (read(&self.evaluated), read(&self.shadow()?.root())) {
            (Ok(before), Ok(now)) => (before, now),
            (Err(error), _) | (_, Err(error)) if kind_of(&error) == Kind::Interrupted => {
                return Err(error);
            }
            // The package itself evaluates; what it hands out need not.
            _ => return Ok(()),
        };
        self.known
            .extend(now.iter().filter_map(DependencyFacts::hash));
        for dependency in now {
            let old = before.iter().find(|old| old.path == dependency.path);
            let Some(old) = old.filter(|old| old.drv_path != dependency.drv_path) else {
                continue;
            };
            let Some(hash) = old.hash() else { continue };
            let sites = sites::sites(&self.files);
            if !sites.iter().any(|site| sites::says(site, &hash)) {
                continue;
            }
            let mut main = self.before.dependencies.iter();
            if main.any(|main| main.drv_path == old.drv_path) {
                continue;
            }
            let new = self.source_hash.as_ref();
            let is_same = new.is_some_and(|it| dependency.is_from(it));
            self.set_dependency(&dependency, Some(hash), source.filter(|_| is_same))?;
        }
        Ok(())
    }
}

impl Revision<'_> {
    /// Tells of hashes of dependencies that no evaluation led to: packages that a `let` binds and that nothing hands out.
    pub(in crate::package::update) fn note_unknown_hashes(&mut self) {
        let now = self.now.dependencies.iter();
        let mut known: Vec<Hash> = now.filter_map(DependencyFacts::hash).collect();
        known.extend(self.found.iter().map(|(_, hash)| hash.clone()));
        known.extend(self.known.iter().cloned());
        let mut unknown = BTreeSet::new();
        for site in sites::sites(&self.files) {
            let Some(file) = self.files.get(site.file) else {
                continue;
            };
            let name = site.literal.name();
            let is_own = site.is_named || file.path.starts_with("pkgs/by-name");
            let is_known = known.iter().any(|hash| sites::says(&site, hash));
            if is_own && DEPENDENCY_HASHES.contains(&name) && sites::is_hash(&site) && !is_known {
                unknown.insert(format!("`{name}` in `{}`", file.path.display()));
            }
        }
        self.notes.extend(unknown.into_iter().map(|it| {
            format!("{it} belongs to nothing that was looked at: see whether it is still right")
        }));
    }
}

/// A hash to be written.
pub(super) struct Wanted<'a> {
    pub(super) what: &'a str,
    pub(super) old: Option<Hash>,
    pub(super) new: Hash,
    pub(super) how: How,
    /// The attribute around those, if the same hash stands in others too.
    pub(super) within: Option<&'a str>,
    /// The attributes that it is written in, if the same hash stands in others too.
    pub(super) prefer: &'a [&'a str],
}

/// The attributes of nixpkgs' builders that take the hash of a dependency derivation.
fn attributes_of(path: &[String]) -> &'static [&'static str] {
    match path.first().map(String::as_str) {
        Some("cargoDeps") => &["cargoHash", "cargoSha256", "cargoDeps"],
        Some("goModules") => &["vendorHash", "vendorSha256"],
        Some("npmDeps") => &["npmDepsHash", "npmDeps"],
        Some("pnpmDeps") => &["pnpmDeps"],
        Some("yarnOfflineCache") => &["yarnOfflineCache"],
        Some("offlineCache") => &["offlineCache"],
        Some("fetchedMavenDeps") => &["mvnHash"],
        Some("mixFodDeps") => &["mixFodDeps"],
        Some("composerVendor" | "composerRepository") => &["vendorHash"],
        Some("denoDeps") => &["denoDeps"],
        _ => &["zigDeps"],
    }
}
