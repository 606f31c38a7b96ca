//! What a change introduces: the files that differ from a base, each with the text that lay there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nixsmith_expr::lint::repository::Surroundings;
use nixsmith_expr::lint::{self, Engine, FixClass, Subject};

use super::baseline::KnownInFile;
use super::judge::found_in;
use super::selection::Selection;
use crate::context::Context;
use crate::finding::Finding;
use crate::nix_files::Target;
use crate::repository::{Repository, base};

/// The files of the work tree that differ from the base.
#[derive(Debug)]
pub(super) struct Change {
    /// The full id of the commit that is compared with.
    pub(super) base: String,
    /// By where each lies, links resolved: the text that lay there, if any did.
    before: HashMap<PathBuf, Option<String>>,
}

impl Change {
    /// Compares the work tree with the last commit that it has in common with `reference`.
    ///
    /// # Errors
    /// Outside of a git repository, and for a name that is no commit.
    pub(super) fn since(reference: &str, context: &Context) -> anyhow::Result<Self> {
        let repository = Repository::open(context)?;
        let base = base::find(&repository, Some(reference), "HEAD")?.commit;
        let changes = repository.work_tree_changes(&base)?;
        let nix = |path: &Path| path.extension().is_some_and(|extension| extension == "nix");
        let changes: Vec<_> = changes.into_iter().filter(|(path, _)| nix(path)).collect();
        let old = |change: &(PathBuf, Option<crate::repository::Blob>)| {
            let blob = change.1.as_ref().filter(|blob| blob.mode.is_file())?;
            Some(blob.id.clone())
        };
        let ids: Vec<_> = changes.iter().filter_map(old).collect();
        let ids: Vec<&str> = ids.iter().map(|id| &**id).collect();
        let mut contents = repository.contents(&ids)?.into_iter();
        let mut before = HashMap::new();
        for change in &changes {
            let text = old(change).and_then(|_| contents.next());
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            let place = change.0.canonicalize().unwrap_or_else(|_| change.0.clone());
            before.insert(place, text);
        }
        Ok(Self { base, before })
    }

    /// Whether the file differs.
    pub(super) fn concerns(&self, target: &Target) -> bool {
        self.before.contains_key(&place(target))
    }

    /// What the base's text of the file has already.
    pub(super) fn known_in(
        &self,
        target: &Target,
        selection: &Selection<'_>,
        surroundings: Option<&dyn Surroundings>,
    ) -> KnownInFile {
        match self.before.get(&place(target)) {
            Some(Some(text)) => {
                let engine = selection.engine(&target.path);
                let subject = Subject {
                    text,
                    path: &target.name,
                    surroundings,
                };
                KnownInFile::of(&found_in(subject, &engine))
            }
            _ => KnownInFile::default(),
        }
    }
}

fn place(target: &Target) -> PathBuf {
    let path = &target.path;
    path.canonicalize().unwrap_or_else(|_| path.clone())
}

/// What the rules say of `head` that they did not say of `base`, the text that lay at this path before.
pub(crate) fn introduced(
    path: &str,
    base: Option<&str>,
    head: &str,
    engine: &Engine,
) -> Vec<Finding> {
    let known = known_of(path, base, engine);
    let mut found = found_in(Subject::new(head, path), engine);
    let mut is_known = known.which(found.iter()).into_iter();
    found.retain(|_| !is_known.next().unwrap_or_default());
    found
}

/// The text with every safe fix for what it has and `base` has not; as it is, where rules undo each other.
pub(crate) fn mended(path: &str, base: Option<&str>, text: &str, engine: &Engine) -> String {
    let known = known_of(path, base, engine);
    let hold_back = |text: &str, found: &mut Vec<lint::Finding>| known.hold_back(path, text, found);
    match lint::fix_some(engine, Subject::new(text, path), FixClass::Safe, &hold_back) {
        Ok(fixed) => fixed.text,
        Err(_) => text.to_owned(),
    }
}

fn known_of(path: &str, base: Option<&str>, engine: &Engine) -> KnownInFile {
    let found = base.map(|base| found_in(Subject::new(base, path), engine));
    KnownInFile::of(&found.unwrap_or_default())
}
