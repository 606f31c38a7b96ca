//! From the files that a change touches to the attributes that can differ.
//!
//! Level by level: the units that a touched file belongs to define attributes; those are evaluated on both sides; the ones that differ, and
//! those that are no derivations, are looked up in the index, and what names them is the next level. A derivation that stayed the same
//! ends its branch, unless it hands something out beside itself.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::evaluate::Attribute;
use super::index::{ALL_PACKAGES, Index, Unit, UnitId};
use super::seeds::{is_everything, is_no_package, seeds};
use super::sides::{Meaning, Sides};

/// With more candidates than this, evaluating everything is no slower.
const MOST_CANDIDATES: usize = 20_000;

/// Package sets that are left out on purpose: they test nixpkgs itself.
pub(super) const LEFT_OUT: &[&str] = &["tests", "nixosTests"];

/// How the names of functions begin whose results keep their outputs whatever tools they use, for these have a hash.
const FETCHERS: &str = "fetch";

/// Names that packages and package sets all have, so that they name no package.
const OF_ALL: &[&str] = &[
    "callPackage",
    "extend",
    "lib",
    "meta",
    "name",
    "newScope",
    "override",
    "overrideAttrs",
    "overrideDerivation",
    "overrideScope",
    "packages",
    "passthru",
    "pkgs",
    "pname",
    "self",
    "src",
    "tests",
    "version",
];

/// What the search found out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// All that the touched files define was evaluated, and nothing names it.
    All,
    /// Others name what differs. They were followed by name and evaluated; a use whose name is computed is not seen, nor one
    /// that only a variant of a package set has which nixpkgs' CI does not look into (`ocaml-ng.ocamlPackages_4_14`).
    Followed,
    /// What reaches everything, so that only evaluating everything answers.
    Everything(String),
    /// A touched file of `pkgs` that nothing names; what it changes is unknown.
    Unknown(String),
    /// Enough rebuilds are proven.
    Stopped,
}

/// Evaluates, into `sides`, whatever the touched files reach.
///
/// # Errors
/// Those of reading the trees and of evaluating.
pub(super) fn run(
    roots: [&Path; 2],
    touched: &[String],
    sides: &mut Sides<'_>,
) -> anyhow::Result<Found> {
    if let Some(path) = touched.iter().find(|path| is_everything(path)) {
        return Ok(Found::Everything(path.clone()));
    }
    if touched.iter().all(|path| is_no_package(path)) {
        return Ok(Found::All);
    }
    let [base, head] = roots;
    let mut index = Index::read(base)?;
    index.add(head, touched)?;
    for set in LEFT_OUT {
        index.sets.remove(*set);
    }
    let (seeds, unknown) = seeds(&index, touched, roots);
    if seeds.is_empty() {
        return Ok(unknown.map_or(Found::All, Found::Unknown));
    }
    sides.check()?;
    let mut search = Search::new(&index, seeds);
    match search.levels(sides)? {
        found @ (Found::All | Found::Followed) => Ok(unknown.map_or(found, Found::Unknown)),
        other => Ok(other),
    }
}

struct Search<'a> {
    index: &'a Index,
    /// What the package sets that were looked into contain.
    members: HashMap<String, BTreeSet<String>>,
    seen: HashSet<UnitId>,
    /// The names that were followed, in any scope.
    named: HashSet<String>,
    /// The names that were followed, with the stem of the package set that they are of; none: of the top level.
    followed: HashSet<(String, Option<String>)>,
    /// By stem of a package set: the units that can mean its members.
    scopes: HashMap<String, HashSet<UnitId>>,
    pending: Vec<UnitId>,
    /// How many levels were looked at.
    levels: usize,
    /// For a unit that was reached through the files it uses: the names that folders and files on the way have.
    through: HashMap<UnitId, BTreeSet<String>>,
    /// A file that everything depends on and that names what differs.
    named_by_all: Option<String>,
    /// A name or a package set's member was passed over because of what it most likely means, so that the set is no longer exact.
    has_passed_over: bool,
}

impl<'a> Search<'a> {
    fn new(index: &'a Index, seeds: BTreeSet<UnitId>) -> Self {
        Self {
            index,
            members: HashMap::new(),
            seen: HashSet::new(),
            named: HashSet::new(),
            followed: HashSet::new(),
            scopes: HashMap::new(),
            pending: seeds.into_iter().collect(),
            levels: 0,
            through: HashMap::new(),
            named_by_all: None,
            has_passed_over: false,
        }
    }

    fn levels(&mut self, sides: &mut Sides<'_>) -> anyhow::Result<Found> {
        loop {
            let units = match self.defining_units() {
                Ok(units) => units,
                Err(path) => return Ok(Found::Everything(path)),
            };
            if let Some(path) = self.named_by_all.take() {
                let stdenv = vec!["stdenv".to_owned()];
                sides.evaluate(&BTreeSet::from([stdenv.clone()]))?;
                if differs(&stdenv, sides) {
                    return Ok(Found::Everything(path));
                }
                self.has_passed_over = true;
            }
            if units.is_empty() {
                return Ok(if self.levels > 1 || self.has_passed_over {
                    Found::Followed
                } else {
                    Found::All
                });
            }
            self.levels += 1;
            self.look_into_sets(&units, sides)?;
            let wanted: BTreeMap<UnitId, Vec<Attribute>> = units
                .iter()
                .map(|unit| (*unit, self.attributes(*unit)))
                .collect();
            let mut attributes: BTreeSet<Attribute> = wanted.values().flatten().cloned().collect();
            while !attributes.is_empty() {
                if sides.looked_at() + attributes.len() > MOST_CANDIDATES {
                    return Ok(Found::Everything(format!(
                        "more than {MOST_CANDIDATES} attributes"
                    )));
                }
                sides.evaluate(&attributes)?;
                if sides.stopped().is_some() {
                    return Ok(Found::Stopped);
                }
                attributes = self.members_reached(&wanted, &attributes, sides);
            }
            for (unit, attributes) in wanted {
                self.follow(unit, &attributes, sides);
            }
        }
    }

    /// The pending units that define attributes, files replaced by those that use them; `Err`: one that everything uses.
    fn defining_units(&mut self) -> Result<BTreeSet<UnitId>, String> {
        let mut found = BTreeSet::new();
        while let Some(id) = self.pending.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let Some(unit) = self.index.units.get(id) else {
                continue;
            };
            if is_everything(&unit.path) {
                // what is only named there matters by way of `stdenv`
                if self.through.contains_key(&id) {
                    return Err(unit.path.clone());
                }
                self.named_by_all = Some(unit.path.clone());
                continue;
            }
            if !unit.names.is_empty() {
                found.insert(id);
            } else if unit.is_binding {
                // the head of a file that defines a package set
                self.pending.extend(self.index.of_file(&unit.path));
            } else {
                let users = self.index.using(&unit.path);
                self.note_way(id, &users);
                self.pending.extend(users);
            }
        }
        Ok(found)
    }

    /// Remembers that the file of a unit is what `users` were reached through.
    fn note_way(&mut self, id: UnitId, users: &BTreeSet<UnitId>) {
        let Some(unit) = self.index.units.get(id) else {
            return;
        };
        let mut way = self.through.get(&id).cloned().unwrap_or_default();
        let stem = unit.path.strip_suffix(".nix").unwrap_or(&unit.path);
        way.extend(stem.split('/').skip(1).map(str::to_owned));
        for user in users {
            // one that was looked at before, by another way, stays as it is but for the names
            self.through
                .entry(*user)
                .or_default()
                .extend(way.iter().cloned());
        }
    }

    /// What the package sets among `attributes` contain that may differ with the units they come from: the members that have the name
    /// of a file on the way to the unit, and all where none has.
    fn members_reached(
        &mut self,
        wanted: &BTreeMap<UnitId, Vec<Attribute>>,
        attributes: &BTreeSet<Attribute>,
        sides: &Sides<'_>,
    ) -> BTreeSet<Attribute> {
        let mut found = BTreeSet::new();
        for attribute in attributes {
            let members = inside(attribute, sides);
            let mut units = wanted
                .iter()
                .filter(|(_, own)| own.iter().any(|own| attribute.starts_with(own)))
                .map(|(unit, _)| unit);
            let is_on_way = |member: &&Attribute| {
                let name = member.last();
                units
                    .clone()
                    .filter_map(|unit| self.through.get(unit))
                    .any(|way| name.is_some_and(|name| way.contains(name)))
            };
            let reached: BTreeSet<Attribute> = members.iter().filter(is_on_way).cloned().collect();
            // a unit that no file led to is the set's own
            let is_own = units.any(|unit| !self.through.contains_key(unit));
            if reached.is_empty() || is_own {
                found.extend(members);
            } else {
                self.has_passed_over |= reached.len() < members.len();
                found.extend(reached);
            }
        }
        found
    }

    /// The package sets that a unit's names may lie in; none: the top level.
    fn sets_of(&self, unit: &Unit) -> Vec<&'a String> {
        if !unit.is_binding || unit.path == ALL_PACKAGES {
            return Vec::new();
        }
        let fitting = self.sets_by_scope(unit);
        if fitting.is_empty() {
            self.index.sets.iter().collect()
        } else {
            fitting
        }
    }

    /// The package sets that a unit's file is known to define.
    fn sets_by_scope(&self, unit: &Unit) -> Vec<&'a String> {
        let Some(scope) = scope(&unit.path) else {
            return Vec::new();
        };
        let all = self.index.sets.iter();
        all.filter(|set| set.to_lowercase().starts_with(scope))
            .collect()
    }

    /// Asks what the package sets of these units contain.
    fn look_into_sets(
        &mut self,
        units: &BTreeSet<UnitId>,
        sides: &Sides<'_>,
    ) -> anyhow::Result<()> {
        let units = units.iter().filter_map(|unit| self.index.units.get(*unit));
        let sets: BTreeSet<&String> = units.flat_map(|unit| self.sets_of(unit)).collect();
        let new: BTreeSet<String> = sets
            .into_iter()
            .filter(|set| !self.members.contains_key(*set))
            .cloned()
            .collect();
        if !new.is_empty() {
            let found = sides.universe(&new)?;
            self.members
                .extend(new.into_iter().map(|set| (set, BTreeSet::new())));
            self.members.extend(found);
        }
        Ok(())
    }

    /// Where the names of a unit lie, in either side.
    fn attributes(&self, id: UnitId) -> Vec<Attribute> {
        let Some(unit) = self.index.units.get(id) else {
            return Vec::new();
        };
        let sets = self.sets_of(unit);
        let is_top = sets.is_empty() || scope(&unit.path).is_none();
        let mut found = Vec::new();
        let names = unit.names.iter();
        for name in names.filter(|name| !is_top || !LEFT_OUT.contains(&name.as_str())) {
            if is_top {
                found.push(vec![name.clone()]);
            }
            let has = |set: &&&String| {
                self.members
                    .get(**set)
                    .is_some_and(|members| members.contains(name))
            };
            found.extend(
                sets.iter()
                    .filter(has)
                    .map(|set| vec![(*set).clone(), name.clone()]),
            );
        }
        found
    }

    /// Puts what depends on a unit's attributes onto the next level.
    fn follow(&mut self, id: UnitId, attributes: &[Attribute], sides: &Sides<'_>) {
        let index = self.index;
        let Some(unit) = index.units.get(id) else {
            return;
        };
        for name in &unit.names {
            let own = attributes
                .iter()
                .filter(|attribute| attribute.last() == Some(name));
            let meanings: Vec<Meaning> = own
                .flat_map(|attribute| sides.pairs_of(attribute))
                .map(super::sides::Pair::meaning)
                .collect();
            let is_missing = meanings.iter().all(|meaning| *meaning == Meaning::Missing);
            if is_missing {
                self.follow_within(id, unit, name);
                continue;
            }
            // that sets have something of this name which is no derivation says nothing when the file may define another set
            let is_guess =
                unit.is_binding && unit.path != ALL_PACKAGES && self.sets_by_scope(unit).is_empty();
            let hands_on = meanings.iter().any(|meaning| match meaning {
                Meaning::Differs(_) => true,
                Meaning::Opaque => !is_guess,
                Meaning::Same | Meaning::Failing => index.hands_out(unit, &self.named),
                // who uses a package set's member names the member
                Meaning::Set | Meaning::Missing => false,
            });
            if hands_on {
                for stem in stems(name, attributes, sides) {
                    self.name(name, stem);
                }
            }
        }
        for attribute in attributes {
            for member in inside(attribute, sides) {
                let differs = differs(&member, sides);
                if let Some(name) = member.last().filter(|_| differs) {
                    self.name(name, attribute.first().map(|set| stem(set)));
                }
            }
        }
    }

    /// Follows a name that is no attribute: one of a `let`, or of a set that is not looked into.
    fn follow_within(&mut self, id: UnitId, unit: &Unit, name: &str) {
        let index = self.index;
        let is_local = |other: &UnitId| {
            *other != id
                && index
                    .units
                    .get(*other)
                    .is_some_and(|other| other.path == unit.path)
        };
        let named = index.naming(name).iter().copied();
        let local: Vec<UnitId> = named.filter(is_local).collect();
        // of a set that can be looked into, nothing else hands it on
        let is_known =
            unit.path == ALL_PACKAGES || !local.is_empty() || !self.sets_by_scope(unit).is_empty();
        if !is_known && unit.is_binding {
            self.pending.extend(index.using(&unit.path));
        }
        self.pending.extend(local);
    }

    /// Puts what names this onto the next level, for a member of a package set only what can mean that set; what was looked at already
    /// and hands it out is followed at once.
    fn name(&mut self, name: &str, stem: Option<String>) {
        let index = self.index;
        let mut names = vec![name.to_owned()];
        let is_first = self.levels < 2;
        while let Some(name) = names.pop() {
            let key = (name.clone(), stem.clone());
            if OF_ALL.contains(&name.as_str()) || !is_first && name.starts_with(FETCHERS) {
                self.has_passed_over = true;
                continue;
            }
            if !self.followed.insert(key) {
                continue;
            }
            let scope = stem.as_ref().map(|stem| {
                let scope = self.scopes.entry(stem.clone());
                &*scope.or_insert_with(|| index.in_scope(stem))
            });
            for id in index.naming(&name) {
                if scope.is_some_and(|scope| !scope.contains(id)) {
                    self.has_passed_over = true;
                    continue;
                }
                self.pending.push(*id);
                let unit = index.units.get(*id).filter(|_| self.seen.contains(id));
                if let Some(unit) = unit.filter(|unit| unit.passthru.contains(&name)) {
                    names.extend(unit.names.iter().cloned());
                }
            }
            self.named.insert(name);
        }
    }
}

/// Where a name that is followed has to be looked for: the stems of the package sets in which it differs, `None` for everywhere.
fn stems(name: &str, attributes: &[Attribute], sides: &Sides<'_>) -> BTreeSet<Option<String>> {
    let own = attributes
        .iter()
        .filter(|attribute| attribute.last().is_some_and(|last| last == name));
    let (differing, same): (Vec<_>, Vec<_>) = own.partition(|attribute| differs(attribute, sides));
    let decisive = if differing.is_empty() {
        same
    } else {
        differing
    };
    let stems = decisive.iter().map(|attribute| match attribute.as_slice() {
        [set, _, ..] => Some(stem(set)),
        _ => None,
    });
    let stems: BTreeSet<Option<String>> = stems.collect();
    if stems.contains(&None) {
        BTreeSet::from([None])
    } else {
        stems
    }
}

/// What the names of a package set's variants have in common: `python` for `python313Packages`.
fn stem(set: &str) -> String {
    let end = set
        .find(|letter: char| !letter.is_ascii_lowercase())
        .unwrap_or(set.len());
    let stem = set.get(..end).unwrap_or_default();
    let stem = if stem.is_empty() { set } else { stem };
    stem.to_ascii_lowercase()
}

/// Whether an attribute is rebuilt on any system.
fn differs(attribute: &[String], sides: &Sides<'_>) -> bool {
    sides
        .pairs_of(attribute)
        .any(|pair| matches!(pair.meaning(), Meaning::Differs(_)))
}

/// The attributes in a package set.
pub(super) fn inside(attribute: &Attribute, sides: &Sides<'_>) -> BTreeSet<Attribute> {
    let members = sides
        .pairs_of(attribute)
        .flat_map(super::sides::Pair::members);
    members
        .filter(|name| name.as_str() != "recurseForDerivations")
        .map(|name| attribute.iter().chain([name]).cloned().collect())
        .collect()
}

/// `python` for `pkgs/top-level/python-packages.nix`: how the sets that such a file defines begin.
fn scope(path: &str) -> Option<&str> {
    let name = path.strip_prefix("pkgs/top-level/")?;
    name.strip_suffix("-packages.nix")
        .filter(|name| *name != "all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_of_sets() {
        for (set, expected) in [
            ("python313Packages", "python"),
            ("ocamlPackages_latest", "ocaml"),
            ("gst_all_1", "gst"),
            ("kdePackages", "kde"),
            ("CuboCore", "cubocore"),
        ] {
            assert_eq!(stem(set), expected, "{set}");
        }
    }

    #[test]
    fn what_is_passed_over_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("pkgs/by-name/us/user", "{ x }: x"),
            (
                "pkgs/by-name/ap/app",
                "{ python3Packages }: python3Packages.y",
            ),
        ] {
            let file = folder.path().join(path).join("package.nix");
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
            std::fs::write(file, text).unwrap();
        }
        let index = Index::read(folder.path()).unwrap();
        let python = || Some("python".to_owned());
        for (name, stem, level, pending, is_passed_over) in [
            ("y", python(), 1, 1, false),
            ("x", None, 1, 1, false),
            ("x", python(), 1, 0, true),
            ("meta", None, 1, 0, true),
            ("fetchzip", None, 1, 0, false),
            ("fetchzip", None, 2, 0, true),
            ("unused", None, 1, 0, false),
        ] {
            let mut search = Search::new(&index, BTreeSet::new());
            search.levels = level;
            search.name(name, stem);
            assert_eq!(search.pending.len(), pending, "{name}");
            assert_eq!(search.has_passed_over, is_passed_over, "{name}");
        }
    }
}
