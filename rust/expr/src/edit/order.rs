//! Where among its siblings something new goes.

use rnix::ast::Entry;
use rnix::{SyntaxNode, SyntaxToken};
use rowan::ast::AstNode as _;

use super::layout::{Layout, Owned};
use super::text::TextEdit;
use super::tree::{self, Container};

/// A place for something new.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    at: At,
    /// Whether a blank line separates it from its neighbour.
    paragraph: bool,
}

#[derive(Debug, Clone)]
enum At {
    After(Owned),
    Before(Owned),
    Inside(SyntaxToken, SyntaxToken),
}

impl Slot {
    pub(super) fn after(node: &SyntaxNode) -> Option<Self> {
        Some(Self {
            at: At::After(Owned::of(node)?),
            paragraph: false,
        })
    }

    pub(super) fn before(node: &SyntaxNode) -> Option<Self> {
        Some(Self {
            at: At::Before(Owned::of(node)?),
            paragraph: false,
        })
    }

    /// Returns the place behind `node`, a blank line away where one follows it.
    pub(super) fn paragraph_after(layout: &Layout<'_>, node: &SyntaxNode) -> Option<Self> {
        let owned = Owned::of(node)?;
        Some(Self {
            paragraph: layout.blank_below(owned.end),
            at: At::After(owned),
        })
    }

    pub(super) fn inside(open: SyntaxToken, close: SyntaxToken) -> Self {
        Self {
            at: At::Inside(open, close),
            paragraph: false,
        }
    }

    /// Returns the indentation that the lines of what goes here have.
    pub(super) fn indentation(&self, layout: &Layout<'_>) -> String {
        match &self.at {
            At::After(neighbour) | At::Before(neighbour) => {
                layout.indentation(neighbour.core.start).to_owned()
            }
            At::Inside(open, _) => {
                let outer = layout.indentation(tree::token_start(open));
                format!("{outer}{}", layout.step())
            }
        }
    }

    /// Writes `pieces` here; between brackets, `spread` gives each a line of its own.
    pub(super) fn write(&self, layout: &Layout<'_>, pieces: &[String], spread: bool) -> TextEdit {
        match &self.at {
            At::After(neighbour) => layout.after(neighbour, pieces, self.paragraph),
            At::Before(neighbour) => layout.before(neighbour, pieces, self.paragraph),
            At::Inside(open, close) => layout.inside(open, close, pieces, spread),
        }
    }
}

/// Returns where `key` belongs among `keys`, as the number of those that stay in front of it; `None` where there are
/// fewer than two or they are in no order.
pub(super) fn sorted_place<Key: Ord + Fold>(keys: &[Key], key: &Key) -> Option<usize> {
    if keys.len() < 2 {
        return None;
    }
    if keys.is_sorted() {
        return Some(keys.partition_point(|other| other <= key));
    }
    let folded: Vec<Key> = keys.iter().map(Fold::fold).collect();
    let key = key.fold();
    folded
        .is_sorted()
        .then(|| folded.partition_point(|other| *other <= key))
}

/// Names that can be compared without regard to capitals.
pub(super) trait Fold {
    fn fold(&self) -> Self;
}

impl Fold for String {
    fn fold(&self) -> Self {
        self.to_lowercase()
    }
}

impl Fold for Vec<String> {
    fn fold(&self) -> Self {
        self.iter().map(Fold::fold).collect()
    }
}

/// The usual order of a derivation's attributes in nixpkgs. What is not named stands in front of `passthru`.
const DERIVATION: [&str; 67] = [
    "pname",
    "name",
    "version",
    "format",
    "pyproject",
    "outputs",
    "__structuredAttrs",
    "strictDeps",
    "disabled",
    "src",
    "srcs",
    "sourceRoot",
    "patches",
    "prePatch",
    "postPatch",
    "cargoRoot",
    "cargoLock",
    "cargoHash",
    "cargoDeps",
    "npmDepsHash",
    "npmDeps",
    "modRoot",
    "vendorHash",
    "proxyVendor",
    "subPackages",
    "build-system",
    "depsBuildBuild",
    "nativeBuildInputs",
    "buildInputs",
    "propagatedNativeBuildInputs",
    "propagatedBuildInputs",
    "dependencies",
    "optional-dependencies",
    "env",
    "configureFlags",
    "cmakeFlags",
    "mesonFlags",
    "preConfigure",
    "configurePhase",
    "postConfigure",
    "makeFlags",
    "buildFlags",
    "cargoBuildFlags",
    "ldflags",
    "tags",
    "preBuild",
    "buildPhase",
    "postBuild",
    "doCheck",
    "nativeCheckInputs",
    "checkInputs",
    "checkFlags",
    "disabledTests",
    "pythonImportsCheck",
    "preCheck",
    "checkPhase",
    "postCheck",
    "preInstall",
    "installPhase",
    "postInstall",
    "doInstallCheck",
    "nativeInstallCheckInputs",
    "preFixup",
    "postFixup",
    "installCheckPhase",
    "passthru",
    "meta",
];

/// What the head of a derivation consists of.
const HEAD: [&str; 3] = ["pname", "name", "version"];

fn rank(name: &str) -> Option<usize> {
    DERIVATION.iter().position(|known| *known == name)
}

/// The first name of each attribute an entry defines.
fn first_names(entry: &Entry) -> Vec<String> {
    match entry {
        Entry::Inherit(inherit) => inherit
            .attrs()
            .filter_map(|it| tree::name_of(&it))
            .collect(),
        Entry::AttrpathValue(binding) => tree::names_of(binding)
            .into_iter()
            .take(1)
            .flatten()
            .collect(),
    }
}

/// Returns where an attribute goes in `container`: with those that share the front of its path; in a derivation where
/// nixpkgs has it; in alphabetical order where the siblings are in one; else at the end.
pub(super) fn slot(
    layout: &Layout<'_>,
    container: &Container,
    names: &[String],
    whole: bool,
) -> Option<Slot> {
    let entries = container.entries();
    let Some(last) = entries.last() else {
        let (open, close) = container.delimiters()?;
        return Some(Slot::inside(open, close));
    };
    if let Some(slot) = among_relatives(layout, &entries, names) {
        return Some(slot);
    }
    let first_name = names.first()?;
    let index = if is_derivation(&entries) {
        Some(derivation_place(&entries, first_name))
    } else if whole && first_name == "imports" && names.len() == 1 {
        Some(0)
    } else {
        sorted_entries(&entries, names)
    };
    let neighbour = match index {
        None => last,
        Some(0) => {
            let first = entries.first()?;
            let mut slot = Slot::before(first.syntax())?;
            slot.paragraph = has_paragraphs(layout, &entries);
            return Some(slot);
        }
        Some(index) => entries.get(index - 1)?,
    };
    let mut slot = Slot::after(neighbour.syntax())?;
    slot.paragraph = stands_apart(layout, &entries, neighbour, first_name);
    Some(slot)
}

/// Returns the place beside the bindings that begin with most of the same names, where any does.
fn among_relatives(layout: &Layout<'_>, entries: &[Entry], names: &[String]) -> Option<Slot> {
    let shared = |entry: &Entry| match entry {
        Entry::AttrpathValue(binding) => tree::common(&tree::names_of(binding), names),
        Entry::Inherit(_) => 0,
    };
    let most = entries.iter().map(shared).max().filter(|most| *most > 0)?;
    let relatives: Vec<Entry> = entries
        .iter()
        .filter(|entry| shared(entry) == most)
        .cloned()
        .collect();
    let neighbour = match sorted_entries(&relatives, names) {
        Some(0) => return Slot::before(relatives.first()?.syntax()),
        Some(index) => relatives.get(index - 1)?,
        None => relatives.last()?,
    };
    let mut slot = Slot::after(neighbour.syntax())?;
    slot.paragraph = relatives.len() > 1 && is_apart(layout, &relatives, neighbour, most + 1);
    Some(slot)
}

fn sorted_entries(entries: &[Entry], names: &[String]) -> Option<usize> {
    let inherits = entries
        .iter()
        .take_while(|entry| matches!(entry, Entry::Inherit(_)))
        .count();
    let keys: Option<Vec<Vec<String>>> = entries
        .iter()
        .skip(inherits)
        .map(|entry| match entry {
            Entry::AttrpathValue(binding) => tree::names_of(binding).into_iter().collect(),
            Entry::Inherit(_) => None,
        })
        .collect();
    // Behind the inherited ones in any case.
    sorted_place(&keys?, &names.to_vec()).map(|index| index + inherits)
}

pub(super) fn is_derivation(entries: &[Entry]) -> bool {
    let names: Vec<String> = entries.iter().flat_map(first_names).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    has(&["pname", "name"])
        && has(&[
            "src",
            "srcs",
            "version",
            "buildInputs",
            "nativeBuildInputs",
            "buildCommand",
        ])
}

fn derivation_place(entries: &[Entry], name: &str) -> usize {
    let unknown = rank("passthru").unwrap_or_default();
    let new = rank(name).map_or((unknown, 0), |rank| (rank, 1));
    let behind = |entry: &Entry| {
        let ranks = first_names(entry).into_iter();
        let ranks = ranks.filter_map(|name| rank(&name));
        ranks.min().is_some_and(|rank| (rank, 1) > new)
    };
    entries.iter().position(behind).unwrap_or(entries.len())
}

/// Says whether the neighbour is a paragraph of its own, or the head of a derivation that the new one is not part of.
fn stands_apart(
    layout: &Layout<'_>,
    entries: &[Entry],
    neighbour: &Entry,
    first_name: &str,
) -> bool {
    let is_head = |entry: &Entry| {
        first_names(entry)
            .iter()
            .any(|name| HEAD.contains(&name.as_str()))
    };
    let ends_head = is_derivation(entries) && is_head(neighbour) && !HEAD.contains(&first_name);
    is_apart(layout, entries, neighbour, 1)
        || (ends_head && Owned::of(neighbour.syntax()).is_some_and(|it| layout.blank_below(it.end)))
}

/// Says whether blank lines stand around the neighbour and those beside it that share the first `depth` names with it,
/// so that they are one of several paragraphs.
fn is_apart(layout: &Layout<'_>, entries: &[Entry], neighbour: &Entry, depth: usize) -> bool {
    let front = |entry: &Entry| match entry {
        Entry::AttrpathValue(binding) => {
            let names = tree::names_of(binding).into_iter().take(depth);
            names.collect::<Option<Vec<String>>>()
        }
        Entry::Inherit(_) => None,
    };
    let key = front(neighbour);
    let belongs = |entry: &&Entry| *entry == neighbour || (key.is_some() && front(entry) == key);
    let Some(index) = entries.iter().position(|entry| entry == neighbour) else {
        return false;
    };
    let before = entries.iter().take(index + 1).rev();
    let first = before.take_while(belongs).last();
    let after = entries.iter().skip(index);
    let last = after.take_while(belongs).last();
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    let owned = |entry: &Entry| Owned::of(entry.syntax());
    let opens = owned(first).is_some_and(|it| {
        layout.is_first(it.start)
            && (entries.first() == Some(first) || layout.blank_above(it.start))
    });
    let closes =
        owned(last).is_some_and(|it| entries.last() == Some(last) || layout.blank_below(it.end));
    let is_all = entries.first() == Some(first) && entries.last() == Some(last);
    opens && closes && !is_all
}

/// Says whether blank lines stand between all entries.
fn has_paragraphs(layout: &Layout<'_>, entries: &[Entry]) -> bool {
    entries.len() > 1
        && entries.iter().skip(1).all(|entry| {
            Owned::of(entry.syntax())
                .is_some_and(|it| layout.is_first(it.start) && layout.blank_above(it.start))
        })
}
