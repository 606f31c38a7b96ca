//! The comparison that nixpkgs' CI makes of two evaluations (`ci/eval/compare`): its file `changed-paths.json`, its counts and its labels.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{How, Kind, Rebuilds, Rebuilt};
use crate::finding::Finding;
use crate::nixpkgs::branches;

/// The kernels that CI counts by.
const KERNELS: [&str; 2] = ["linux", "darwin"];

/// The two NixOS tests that stand for all of them.
const NIXOS_TESTS: [&str; 2] = ["nixosTests.simple-container", "nixosTests.simple-vm"];

/// The rebuild labels' classes, from and to.
const CLASSES: [(&str, u64, u64); 10] = [
    ("0", 0, 0),
    ("1", 1, 1),
    ("1-10", 1, 10),
    ("11-100", 11, 100),
    ("101-500", 101, 500),
    ("501-1000", 501, 1000),
    ("501+", 501, u64::MAX),
    ("1001-2500", 1001, 2500),
    ("2501-5000", 2501, 5000),
    ("5001+", 5001, u64::MAX),
];

/// The file `changed-paths.json`. Evaluations lack parts, by their age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// What differs on any system.
    pub attrdiff: Option<Difference>,
    /// What differs by system.
    #[serde(default)]
    pub attrdiff_by_platform: BTreeMap<String, Difference>,
    /// What is rebuilt by system.
    #[serde(default)]
    pub rebuilds_by_platform: BTreeMap<String, Vec<String>>,
    /// What is rebuilt by kernel.
    #[serde(default)]
    pub rebuilds_by_kernel: BTreeMap<String, Vec<String>>,
    /// How many are rebuilt by kernel.
    #[serde(default)]
    pub rebuild_count_by_kernel: BTreeMap<String, u64>,
    /// The labels that the forge's change gets or loses.
    #[serde(default)]
    pub labels: BTreeMap<String, bool>,
}

/// Attribute paths by what happened to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Difference {
    /// The base does not have them.
    #[serde(default)]
    pub added: Vec<String>,
    /// Their outputs are others.
    #[serde(default)]
    pub changed: Vec<String>,
    /// The head does not have them.
    #[serde(default)]
    pub removed: Vec<String>,
}

impl Comparison {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not JSON of this shape, or says nothing of rebuilds and of differences.
    pub fn parse(json: &[u8]) -> serde_json::Result<Self> {
        let found: Self = serde_json::from_slice(json)?;
        if found.attrdiff.is_none() && found.rebuilds_by_platform.is_empty() {
            return Err(serde::de::Error::missing_field("attrdiff"));
        }
        Ok(found)
    }

    /// Whether it tells what is new from what is another.
    #[must_use]
    pub fn tells_kinds(&self) -> bool {
        self.attrdiff.is_some() || !self.attrdiff_by_platform.is_empty()
    }

    /// The set for these systems (empty: all that CI evaluated). What CI lists as changed without calling it a rebuild is left out, for
    /// its new outputs exist already.
    #[must_use]
    pub fn rebuilds(&self, systems: &[String]) -> Rebuilds {
        let missing: Vec<&str> = systems
            .iter()
            .filter(|system| !self.rebuilds_by_platform.contains_key(*system))
            .map(String::as_str)
            .collect();
        let per_system = self
            .rebuilds_by_platform
            .keys()
            .chain(self.attrdiff_by_platform.keys())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|system| systems.is_empty() || systems.contains(system))
            .map(|system| (system.clone(), self.of_system(system)))
            .collect();
        let why = if missing.is_empty() {
            "nixpkgs' CI evaluated both sides".to_owned()
        } else {
            format!(
                "nixpkgs' CI evaluated both sides, and lists nothing for {}",
                missing.join(", ")
            )
        };
        Rebuilds {
            per_system,
            skipped: BTreeMap::new(),
            how: How::Artifact,
            exact: true,
            why,
            evaluated: 0,
            candidates: 0,
            peak_heap_bytes: 0,
            seconds: 0.0,
        }
    }

    fn of_system(&self, system: &str) -> Vec<Rebuilt> {
        let empty = Difference::default();
        // without the difference by system, what is new anywhere is taken as new here
        let difference = match self.attrdiff_by_platform.get(system) {
            Some(difference) => difference,
            None if self.attrdiff_by_platform.is_empty() => {
                self.attrdiff.as_ref().unwrap_or(&empty)
            }
            None => &empty,
        };
        let added: BTreeSet<&str> = difference.added.iter().map(String::as_str).collect();
        let mut found: BTreeMap<&str, Kind> = BTreeMap::new();
        // the difference by system is what says that something went on this one
        if !self.attrdiff_by_platform.is_empty() {
            found.extend(
                difference
                    .removed
                    .iter()
                    .map(|name| (name.as_str(), Kind::Removed)),
            );
        }
        for name in self.rebuilds_by_platform.get(system).into_iter().flatten() {
            let kind = if added.contains(name.as_str()) {
                Kind::Added
            } else {
                Kind::Changed
            };
            found.insert(name, kind);
        }
        found
            .into_iter()
            .map(|(name, kind)| Rebuilt {
                attribute: name.to_owned(),
                kind,
                old_drv: None,
                new_drv: None,
                failing: None,
            })
            .collect()
    }
}

/// How many attributes are rebuilt by kernel: an attribute that is rebuilt on two systems of one kernel counts once, one that went or does
/// not evaluate does not count. Both kernels are always there.
#[must_use]
pub fn counts(rebuilds: &Rebuilds) -> BTreeMap<String, u64> {
    KERNELS
        .iter()
        .map(|kernel| ((*kernel).to_owned(), names(rebuilds, kernel).len() as u64))
        .collect()
}

/// The attributes that are rebuilt on systems of this kernel.
fn names<'a>(rebuilds: &'a Rebuilds, kernel: &str) -> BTreeSet<&'a str> {
    rebuilds
        .per_system
        .iter()
        .filter(|(system, _)| system.ends_with(kernel))
        .flat_map(|(_, rebuilt)| rebuilt)
        .filter(|rebuilt| rebuilt.kind != Kind::Removed && rebuilt.failing.is_none())
        .map(|rebuilt| rebuilt.attribute.as_str())
        .collect()
}

/// The labels as CI gives them, with whether each applies.
#[must_use]
pub fn labels(rebuilds: &Rebuilds) -> BTreeMap<String, bool> {
    let mut labels = BTreeMap::new();
    for kernel in KERNELS {
        let names = names(rebuilds, kernel);
        let count = names.len() as u64;
        for (class, from, to) in CLASSES {
            labels.insert(
                format!("10.rebuild-{kernel}: {class}"),
                (from..=to).contains(&count),
            );
        }
        labels.insert(
            format!("10.rebuild-{kernel}-stdenv"),
            names.contains("stdenv"),
        );
    }
    let all_tests = rebuilds_all_tests(rebuilds);
    labels.insert("10.rebuild-nixos-tests".to_owned(), all_tests);
    labels
}

fn rebuilds_all_tests(rebuilds: &Rebuilds) -> bool {
    KERNELS.iter().any(|kernel| {
        let names = names(rebuilds, kernel);
        NIXOS_TESTS.iter().any(|test| names.contains(test))
    })
}

/// What CI would say against the branch `base` for this set, when the change comes from `head` and touches `files`.
#[must_use]
pub fn branch_verdict(
    rebuilds: &Rebuilds,
    base: &str,
    head: &str,
    files: &[&str],
) -> Option<Finding> {
    let change = branches::Change {
        base,
        head,
        files,
        rebuilds: counts(rebuilds).into_values().max(),
        // only CI's own comparison looks at NixOS tests
        rebuilds_all_tests: (rebuilds.how == How::Artifact).then(|| rebuilds_all_tests(rebuilds)),
    };
    branches::judge(&change)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "attrdiff": { "added": ["new"], "changed": ["a", "b", "same"], "removed": ["old"] },
        "attrdiffByKernel": {},
        "attrdiffByPlatform": {
            "x86_64-linux": { "added": ["new"], "changed": ["a", "same"], "removed": ["old"] },
            "aarch64-darwin": { "added": [], "changed": ["b"], "removed": [] }
        },
        "labels": { "10.rebuild-darwin: 1": true, "10.rebuild-linux: 1-10": true },
        "rebuildsByKernel": { "darwin": ["b"], "linux": ["a", "new", "nixosTests.simple-vm"] },
        "rebuildCountByKernel": { "darwin": 1, "linux": 3 },
        "rebuildsByPlatform": {
            "x86_64-linux": ["a", "new"],
            "aarch64-linux": ["a", "nixosTests.simple-vm"],
            "aarch64-darwin": ["b"]
        }
    }"#;

    #[test]
    fn reads_the_comparison() {
        let comparison = Comparison::parse(FILE.as_bytes()).unwrap();
        let rebuilds = comparison.rebuilds(&[]);
        let of = |system: &str| -> Vec<(&str, Kind)> {
            rebuilds.per_system[system]
                .iter()
                .map(|rebuilt| (rebuilt.attribute.as_str(), rebuilt.kind))
                .collect()
        };
        assert_eq!(
            of("x86_64-linux"),
            [
                ("a", Kind::Changed),
                ("new", Kind::Added),
                ("old", Kind::Removed)
            ]
        );
        assert_eq!(of("aarch64-darwin"), [("b", Kind::Changed)]);
        assert_eq!(counts(&rebuilds), comparison.rebuild_count_by_kernel);
        let labels = labels(&rebuilds);
        assert!(labels["10.rebuild-darwin: 1"] && labels["10.rebuild-linux: 1-10"]);
        assert!(!labels["10.rebuild-linux: 1"] && !labels["10.rebuild-linux-stdenv"]);
        assert!(labels["10.rebuild-nixos-tests"]);
        let verdict = branch_verdict(&rebuilds, "master", "x", &[]).unwrap();
        assert_eq!(verdict.code, "branch-all-tests");
        let one = comparison.rebuilds(&["x86_64-linux".to_owned()]);
        assert_eq!(one.per_system.len(), 1);
        assert_eq!(branch_verdict(&one, "master", "x", &[]), None);
    }

    #[test]
    fn refuses_what_is_no_comparison() {
        for text in [
            "",
            "{}",
            "[]",
            "<html>",
            r#"{"attrdiff": 1}"#,
            r#"{"rebuildsByPlatform": {}}"#,
            r#"{"rebuildsByPlatform": []}"#,
        ] {
            assert!(Comparison::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
