//! The change itself: literals of the tree are given new values, and every step is evaluated in a second tree before it counts.

mod hashes;
mod locks;

use std::path::PathBuf;

use nixsmith_expr::edit::LiteralKind;
use nixsmith_store::hash::Hash;

use super::facts::{self, DependencyFacts, Facts, SourceFacts};
use super::fetched::{self, Fetched, OtherSpelling};
use super::shadow::Shadow;
use super::sites::{self, Edits, Site, SourceFile};
use super::target::{Entrance, Target};
use super::{HashChange, How};
use crate::context::Context;
use crate::error::{Kind, Problem, kind_of};
use crate::source::Resolved;
use hashes::Wanted;

/// How git calls its tags in full.
const TAGS: &str = "refs/tags/";

/// How many places are tried for the one that makes the version.
const TRIES: usize = 12;

/// What the package is to become.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub version: String,
    pub tag: Option<String>,
    pub commit: Option<String>,
}

/// A change in the making.
pub(super) struct Revision<'run> {
    pub target: &'run Target,
    pub context: &'run Context,
    pub files: Vec<SourceFile>,
    shadow: Option<Shadow>,
    /// The package before the change.
    pub before: Facts,
    /// The package as it is in the second tree.
    pub now: Facts,
    pub hashes: Vec<HashChange>,
    pub notes: Vec<String>,
    /// The hash of the new source.
    source_hash: Option<Hash>,
    /// What locks pin, and the hash that it is to have.
    found: Vec<(DependencyFacts, Hash)>,
    /// The hashes of what packages inside of this one pin, those that stay included.
    known: Vec<Hash>,
    /// Where the positions of `before` lie.
    evaluated: PathBuf,
    /// Why the last edit that was tried did not evaluate.
    failure: Option<anyhow::Error>,
}

impl<'run> Revision<'run> {
    /// Evaluates the package.
    ///
    /// # Errors
    /// As [`facts::read`], and for a flake as [`Shadow::new`].
    pub(super) fn begin(target: &'run Target, context: &'run Context) -> anyhow::Result<Self> {
        let (before, early) = if target.entrance == Entrance::Flake {
            // A flake in a clone would be evaluated from what git has staged.
            let shadow = Shadow::new(target, &[], context)?;
            (
                facts::read(target, &shadow.root(), None, context)?,
                Some(shadow),
            )
        } else {
            (facts::read(target, &target.root, None, context)?, None)
        };
        let evaluated = match &early {
            Some(shadow) => shadow.root(),
            None => target.root.clone(),
        };
        Ok(Self {
            target,
            context,
            files: Vec::new(),
            shadow: early,
            now: before.clone(),
            before,
            hashes: Vec::new(),
            notes: Vec::new(),
            source_hash: None,
            found: Vec::new(),
            known: Vec::new(),
            evaluated,
            failure: None,
        })
    }

    /// Reads the files and lays out the second tree.
    ///
    /// # Errors
    /// As [`Shadow::new`].
    pub(super) fn lay_out(&mut self) -> anyhow::Result<()> {
        self.files = sites::files(&self.before, &self.evaluated, &self.target.root);
        if self.shadow.is_none() {
            let paths = self.files.iter().map(|file| file.path.clone());
            let paths: Vec<PathBuf> = paths.collect();
            self.shadow = Some(Shadow::new(self.target, &paths, self.context)?);
        }
        Ok(())
    }

    /// The files that are not as they were, relative to the root.
    pub(super) fn changed_paths(&self) -> Vec<PathBuf> {
        let changed = self.files.iter().filter(|file| file.is_changed());
        changed.map(|file| file.path.clone()).collect()
    }

    /// The second tree.
    pub(super) fn shadow(&self) -> anyhow::Result<&Shadow> {
        let missing = || Problem::bug("a change is tried before there is a tree for it");
        Ok(self.shadow.as_ref().ok_or_else(missing)?)
    }

    /// Lays the files out in the second tree and evaluates there.
    fn evaluate(&self, files: &[SourceFile]) -> anyhow::Result<Facts> {
        let shadow = self.shadow()?;
        for file in files {
            shadow.write(&file.path, file.text.as_bytes())?;
        }
        facts::read(self.target, &shadow.root(), None, self.context)
    }

    /// Makes the edits if `holds` says so of what they make of the package. `false`: everything is as it was.
    fn attempt(
        &mut self,
        edits: &Edits,
        holds: impl FnOnce(&Facts) -> bool,
    ) -> anyhow::Result<bool> {
        let mut files = self.files.clone();
        sites::apply(&mut files, edits)?;
        match self.evaluate(&files) {
            Ok(facts) if holds(&facts) => {
                self.files = files;
                self.now = facts;
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(error) if kind_of(&error) == Kind::Interrupted => Err(error),
            Err(error) => {
                self.failure = Some(error);
                Ok(false)
            }
        }
    }

    /// Gives the package its new version, where that is written.
    ///
    /// # Errors
    /// When it is written in no place that alone decides it.
    pub(super) fn set_version(&mut self, old: &str, goal: &Goal) -> anyhow::Result<()> {
        let candidates = self.version_sites(old);
        let named = self.before.version.is_some();
        let new = goal.version.clone();
        for sites in candidates.iter().take(TRIES) {
            let edits: Edits = sites
                .iter()
                .map(|site| (site.clone(), site.literal.text.replace(old, &new)))
                .collect();
            let name = self.before.name.replace(old, &new);
            let holds = |facts: &Facts| match named {
                true => facts.version.as_deref() == Some(&new),
                false => facts.name == name,
            };
            if self.attempt(&edits, holds)? {
                return Ok(());
            }
        }
        let problem = match candidates.is_empty() {
            true => format!(
                "the version `{old}` of `{}` is written in no file of the package as it is",
                self.target.attribute
            ),
            false => format!(
                "writing `{new}` for `{old}` does not make it the version of `{}`",
                self.target.attribute
            ),
        };
        let places: Vec<String> = self.named_files();
        let problem = Problem::user(problem).hint(format!("looked in {}", places.join(", ")));
        Err(match self.failure.take() {
            Some(failure) => failure.context(problem),
            None => problem.into(),
        })
    }

    fn named_files(&self) -> Vec<String> {
        let named = self.files.iter().filter(|file| file.is_named);
        named
            .map(|file| format!("`{}`", file.path.display()))
            .collect()
    }

    /// Sets of places that may make the version, the likeliest first.
    fn version_sites(&self, old: &str) -> Vec<Vec<Site>> {
        let all = sites::sites(&self.files);
        let whole =
            |site: &&Site| site.literal.kind == LiteralKind::Whole && site.literal.text == old;
        let mut found: Vec<Vec<Site>> = Vec::new();
        if let Some(place) = self.before.positions.get("version") {
            let path = sites::relative(&place.file, &self.evaluated, &self.target.root);
            let here = sites::at(&all, &self.files, place, path.as_deref());
            found.extend(
                here.into_iter()
                    .filter(whole)
                    .map(|site| vec![site.clone()]),
            );
        }
        let mut others: Vec<&Site> = all.iter().filter(whole).collect();
        others.sort_by_key(|site| (!site.is_named, site.literal.name() != "version"));
        found.extend(others.iter().map(|site| vec![(*site).clone()]));
        let together: Vec<Site> = others
            .into_iter()
            .filter(|site| site.is_named)
            .cloned()
            .collect();
        let in_names = all.iter().filter(|site| {
            site.is_named && site.literal.name() == "name" && site.literal.text.contains(old)
        });
        found.extend(in_names.map(|site| vec![site.clone()]));
        if together.len() > 1 {
            found.push(together);
        }
        found
    }

    /// Gives the source its new revision and hash.
    ///
    /// # Errors
    /// When the source is the same for the new version, when it does not come, and when its hash is written nowhere.
    pub(super) fn set_source(
        &mut self,
        old: &str,
        goal: &Goal,
    ) -> anyhow::Result<Option<Resolved>> {
        let before = self.source_before()?;
        if self.source_now()?.is_same_place(&before) && !self.set_revision(old, goal, &before)? {
            return Err(Problem::user(format!(
                "the source of `{}` does not depend on its version",
                self.target.attribute
            ))
            .hint(match goal.tag.as_ref().or(goal.commit.as_ref()) {
                Some(revision) => format!("its revision would be `{}`", revision.escape_debug()),
                None => "name the version in its address, tag or revision".to_owned(),
            })
            .into());
        }
        let mut now = self.source_now()?;
        let mut answer = fetched::fetch(&now, self.context);
        if let Err(error) = &answer
            && let Some(spelling) = error.downcast_ref::<OtherSpelling>()
            && self.respell(&spelling.old, &spelling.new)?
        {
            now = self.source_now()?;
            answer = fetched::fetch(&now, self.context);
        }
        let answer = answer.map_err(|error| match error.downcast::<OtherSpelling>() {
            Ok(spelling) => Problem::user(spelling.to_string())
                .hint("change what the address is made of, such as `pname`, to the new spelling")
                .into(),
            Err(error) => error,
        });
        let (fetched, hash, how) = match answer? {
            Ok(Fetched { hash, resolved }) => (Some(resolved), hash, How::Computed),
            Err(why) => {
                self.notes
                    .push(format!("built for its hash: the source, because {why}"));
                let hash = self.built_hash(&["src".to_owned()], before.hash().as_ref())?;
                (None, hash, How::Built)
            }
        };
        self.source_hash = Some(hash.clone());
        self.set_hash(Wanted {
            what: "src",
            old: before.hash(),
            new: hash,
            how,
            within: None,
            prefer: &["src"],
        })?;
        self.set_other_systems(&before)?;
        Ok(fetched)
    }

    /// Follows a registry that spells a name otherwise since some release, where the source says the name on its own.
    fn respell(&mut self, old: &str, new: &str) -> anyhow::Result<bool> {
        let (old, new) = (old.rsplit_once('-'), new.rsplit_once('-'));
        let (Some((old, _)), Some((new, _))) = (old, new) else {
            return Ok(false);
        };
        let places = sites::sites(&self.files).into_iter().filter(|site| {
            let literal = &site.literal;
            let is_source = literal.names.iter().any(|name| name == "src");
            site.is_named && is_source && literal.kind == LiteralKind::Whole && literal.text == old
        });
        let edits: Edits = places.map(|site| (site, new.to_owned())).collect();
        if edits.is_empty() {
            return Ok(false);
        }
        let now = self.source_now()?;
        let version = self.now.version.clone();
        let is_respelt = self.attempt(&edits, |facts| {
            let is_other = facts
                .source
                .as_ref()
                .is_some_and(|it| !it.is_same_place(&now));
            is_other && facts.version == version
        })?;
        if is_respelt {
            let note = format!("the registry spells `{old}` as `{new}` now");
            self.notes.push(note);
        }
        Ok(is_respelt)
    }

    fn source_before(&self) -> anyhow::Result<SourceFacts> {
        self.before.source.clone().ok_or_else(|| {
            Problem::user(format!(
                "`{}` has no source that is fetched",
                self.target.attribute
            ))
            .hint("an update needs a `src` with a hash")
            .into()
        })
    }

    fn source_now(&self) -> anyhow::Result<SourceFacts> {
        self.now
            .source
            .clone()
            .ok_or_else(|| Problem::user("the new version has no source that is fetched").into())
    }

    /// Where the source comes from, on every system that the expression may name.
    fn addresses(&self, before: &SourceFacts) -> anyhow::Result<Vec<String>> {
        let of = |source: &SourceFacts| -> Vec<String> {
            source.urls.iter().chain(&source.url).cloned().collect()
        };
        let mut found = of(before);
        for (_, source) in self.sources_of_systems(&self.evaluated)? {
            found.extend(of(&source));
        }
        Ok(found)
    }

    /// Changes the literals that say which revision the source is; `false`: there are none.
    fn set_revision(
        &mut self,
        old: &str,
        goal: &Goal,
        before: &SourceFacts,
    ) -> anyhow::Result<bool> {
        let revisions: Vec<&String> = before.rev.iter().chain(&before.tag).collect();
        let is_commit =
            |text: &str| text.len() >= 40 && text.chars().all(|sign| sign.is_ascii_hexdigit());
        let addresses = self.addresses(before)?;
        let mut edits: Edits = Vec::new();
        for site in sites::sites(&self.files) {
            let literal = &site.literal;
            let is_place = literal
                .names
                .iter()
                .any(|name| ["src", "rev", "tag", "url", "urls", "ref"].contains(&name.as_str()));
            // Of a file beside the package only what is wholly one of its addresses.
            let is_own = site.is_named || addresses.contains(&literal.text);
            if !is_own || literal.kind == LiteralKind::Path || sites::is_hash(&site) {
                continue;
            }
            let is_revision = revisions.iter().any(|revision| **revision == literal.text);
            let replaced = if is_revision && is_commit(&literal.text) {
                goal.commit.clone()
            } else if is_revision && literal.kind == LiteralKind::Whole {
                Some(match (&goal.tag, literal.text.starts_with(TAGS)) {
                    (Some(tag), true) => format!("{TAGS}{tag}"),
                    (Some(tag), false) => tag.clone(),
                    (None, _) => literal.text.replace(old, &goal.version),
                })
            } else if (is_place || !site.is_named) && literal.text.contains(old) {
                Some(literal.text.replace(old, &goal.version))
            } else {
                None
            };
            if let Some(text) = replaced.filter(|text| *text != literal.text) {
                edits.push((site, text));
            }
        }
        let before = before.clone();
        let version = goal.version.clone();
        let named = self.before.version.is_some();
        if edits.is_empty() {
            return Ok(false);
        }
        self.attempt(&edits, |facts| {
            let is_other = facts
                .source
                .as_ref()
                .is_some_and(|now| !now.is_same_place(&before));
            is_other && (!named || facts.version.as_deref() == Some(&version))
        })
    }

    /// Evaluates the whole change once more: version and hashes have to be what was meant, the derivation another.
    ///
    /// # Errors
    /// When they are not.
    pub(super) fn verify(&mut self, goal: &Goal) -> anyhow::Result<()> {
        let files = self.files.clone();
        let facts = self.evaluate(&files)?;
        let refused = |what: String| {
            Problem::user(format!("the change would not hold: {what}")).hint("nothing was changed")
        };
        if facts
            .version
            .as_ref()
            .is_some_and(|version| *version != goal.version)
        {
            return Err(refused("the package has another version".to_owned()).into());
        }
        if facts.drv_path == self.before.drv_path {
            return Err(refused("the package is the same as before".to_owned()).into());
        }
        let source = facts.source.as_ref().and_then(SourceFacts::hash);
        if let Some(hash) = self
            .source_hash
            .as_ref()
            .filter(|hash| source.as_ref() != Some(*hash))
        {
            return Err(refused(format!("the source does not get the hash `{hash}`")).into());
        }
        let mut dependencies = facts.dependencies.clone();
        if self
            .found
            .iter()
            .any(|(dependency, _)| dependency.split().0.is_some())
        {
            let root = self.shadow()?.root();
            dependencies.extend(facts::read_inner(self.target, &root, self.context)?);
        }
        for (wanted, hash) in &self.found {
            let is_set =
                |it: &DependencyFacts| it.path == wanted.path && it.hash().as_ref() == Some(hash);
            if !dependencies.iter().any(is_set) {
                let name = wanted.name();
                return Err(refused(format!("`{name}` does not get the hash `{hash}`")).into());
            }
        }
        self.now = facts;
        Ok(())
    }
}
