//! Branches, judged beside nixpkgs' own scripts under Node: `supportedBranches.js`, `check-target-branch.js`, `prepare.js`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::path::Path;

use nixsmith_fetch::process::Program;
use nixsmith_workflow::nixpkgs::branches::{self, Change, MOST_COMMITS, classify, split};
use serde_json::{Value, json};

/// Names and parts of names that the scripts know, and others.
const PREFIXES: [&str; 16] = [
    "master",
    "release",
    "staging",
    "staging-next",
    "staging-nixos",
    "haskell-updates",
    "nixos",
    "nixpkgs",
    "wip-home-assistant",
    "backport-1-to-release",
    "Master",
    "",
    "-",
    "ä",
    "a/b",
    "x\u{2028}staging",
];
const VERSIONS: [&str; 15] = [
    "",
    "-24.11",
    "-25.05",
    "-unstable",
    "-25.5",
    "-025.05",
    "-25.055",
    "-25.05-",
    "-25.05-darwin",
    "-unstable-small",
    "-24.11-25.05",
    "-25.05\u{2029}",
    "-٢٥.٠٥",
    "--25.05",
    "-aarch64",
];
const REAL: [&str; 10] = [
    "master",
    "staging",
    "staging-next",
    "staging-nixos",
    "haskell-updates",
    "release-24.11",
    "staging-24.11",
    "staging-next-24.11",
    "release-25.05",
    "staging-25.05",
];
const EXEMPT: &str = "pkgs/os-specific/linux/kernel/xanmod-kernels.nix";

/// A generator of numbers: the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())]
    }
}

fn names() -> Vec<String> {
    let mut names = Vec::new();
    for prefix in PREFIXES {
        for version in VERSIONS {
            names.push(format!("{prefix}{version}"));
            for second in VERSIONS {
                names.push(format!("{prefix}{version}{second}"));
            }
        }
    }
    names
}

fn targets(numbers: &mut Numbers) -> Vec<Value> {
    let bases = ["master", "release-25.05", "staging", "release", "x"];
    let heads = ["x", "wip-home-assistant", "staging-next", "master"];
    let rebuilds = [0, 1, 499, 500, 999, 1000, 1500, 1501, 9000];
    let files: [&[&str]; 4] = [&[], &[EXEMPT], &["a"], &[EXEMPT, "a"]];
    let one = |_| {
        json!({
            "base": numbers.pick(&bases),
            "head": numbers.pick(&heads),
            "rebuilds": numbers.pick(&rebuilds),
            "tests": numbers.below(2) == 0,
            "files": numbers.pick(&files),
        })
    };
    (0..1500).map(one).collect()
}

fn origins(numbers: &mut Numbers) -> Vec<Value> {
    let bases = [
        "master",
        "staging",
        "staging-next",
        "release-25.05",
        "staging-25.05",
        "wip",
        "nixos-unstable",
    ];
    let distances = [0, 1, 1, 2, 3, 500, 9999, 10_000, 10_000];
    let one = |_| {
        let mut branches: Vec<(&str, u64)> = Vec::new();
        for name in REAL {
            if numbers.below(4) > 0 {
                branches.push((name, numbers.pick(&distances)));
            }
        }
        json!({ "base": numbers.pick(&bases), "branches": branches })
    };
    (0..1500).map(one).collect()
}

fn theirs(nixpkgs: &str, folder: &Path, cases: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nixpkgs-branches.js");
    let output = Program::new("node")
        .arg(script)
        .arg(format!("{nixpkgs}/ci"))
        .inherit(&support::environment(folder))
        .input(cases.to_string())
        .run()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_same_as_nixpkgs_own_scripts() {
    let home = tempfile::tempdir().unwrap();
    let nixpkgs = support::variable("NIXSMITH_TEST_NIXPKGS")
        .filter(|folder| Path::new(folder).join("ci/supportedBranches.js").is_file());
    let (Some(nixpkgs), true) = (nixpkgs, support::has_program(home.path(), "node")) else {
        support::skip("no node, or no nixpkgs with its ci");
        return;
    };
    let mut numbers = Numbers(7);
    let cases = json!({
        "names": names(),
        "targets": targets(&mut numbers),
        "origins": origins(&mut numbers),
    });
    let answers = theirs(&nixpkgs, home.path(), &cases);
    let pairs = |kind: &str| {
        let cases = cases[kind].as_array().unwrap();
        let answers = answers[kind].as_array().unwrap();
        assert_eq!(cases.len(), answers.len());
        cases.iter().zip(answers)
    };
    for (name, answer) in pairs("names") {
        assert_eq!(ours_of_name(name.as_str().unwrap()), *answer, "{name}");
    }
    let mut said = 0;
    for (case, answer) in pairs("targets") {
        compare_target(case, answer.as_str());
        said += usize::from(answer.is_string());
    }
    assert!(said > 200, "{said}");
    for (case, answer) in pairs("origins") {
        compare_origin(case, answer.as_str().unwrap());
    }
}

fn ours_of_name(name: &str) -> Value {
    let Some(parts) = split(name) else {
        return Value::Null;
    };
    let branch = classify(name);
    let mut split = json!({ "prefix": parts.prefix });
    for (key, value) in [("version", parts.version), ("suffix", parts.suffix)] {
        if let Some(value) = value {
            split[key] = value.into();
        }
    }
    let order = (branch.order != u32::MAX).then_some(branch.order);
    json!({
        "split": split,
        "classify": {
            "branch": branch.name,
            "order": order,
            "stable": branch.stable,
            "type": branch.kind.words(),
            "version": branch.version,
        },
    })
}

fn compare_target(case: &Value, theirs: Option<&str>) {
    let files: Vec<&str> = case["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file.as_str().unwrap())
        .collect();
    let finding = branches::judge(&Change {
        base: case["base"].as_str().unwrap(),
        head: case["head"].as_str().unwrap(),
        files: &files,
        rebuilds: case["rebuilds"].as_u64(),
        rebuilds_all_tests: case["tests"].as_bool(),
    });
    let expected = theirs.map(|text| {
        if text.contains("It is therefore considered a mass rebuild") {
            "branch-mass-rebuild"
        } else if text.contains("rebuilds all NixOS tests") {
            "branch-all-tests"
        } else {
            "branch-large-rebuild"
        }
    });
    let code = finding.as_ref().map(|finding| finding.code.as_ref());
    assert_eq!(code, expected, "{case} {theirs:?}");
    let probable = theirs.and_then(|text| text.split("(probably ").nth(1));
    if let (Some(probable), Some(finding)) = (probable, finding) {
        let probable = probable.split(')').next().unwrap();
        for branch in probable.split('`').skip(1).step_by(2) {
            let named = format!("`{branch}`");
            assert!(finding.message.contains(&named), "{case} {finding:?}");
        }
    }
}

fn compare_origin(case: &Value, theirs: &str) {
    let base = case["base"].as_str().unwrap();
    let branches: Vec<(String, u64)> = serde_json::from_value(case["branches"].clone()).unwrap();
    let names: Vec<String> = branches.iter().map(|(name, _)| name.clone()).collect();
    let ahead = |name: &str| {
        let found = branches.iter().find(|(branch, _)| branch == name);
        Ok(found.map_or(MOST_COMMITS, |(_, commits)| *commits))
    };
    let is_channel = branches::judge(&Change {
        base,
        ..Change::default()
    })
    .is_some();
    let ours = if is_channel {
        "channel".to_owned()
    } else {
        branches::origin(base, &names, ahead).unwrap().branch
    };
    assert_eq!(ours, theirs, "{case}");
}
