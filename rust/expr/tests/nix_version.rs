//! The order of versions against `builtins.compareVersions`, asked of Nix itself, given `NIXSMITH_TEST_NIX`, for pairs that a fixed
//! sequence of numbers puts together.
#![cfg(test)]

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::process::Command;

use nixsmith_expr::version;

/// How many pairs are asked about.
const COUNT: usize = 8_000;

/// A fixed sequence: the same pairs on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }

    /// A version: pieces that are likely to be near each other in the order.
    fn version(&mut self) -> String {
        let mut version = String::new();
        for _ in 0..self.below(6) {
            let piece = self.one_of(&[
                "0",
                "1",
                "2",
                "9",
                "10",
                "00",
                "01",
                "007",
                "2147483647",
                "2147483648",
                "4294967296",
                "99999999999",
                "a",
                "b",
                "pre",
                "pre1",
                "rc",
                "rc1",
                "alpha",
                "P",
                "z",
                "_",
                "+",
                "~",
                "é",
                "prex",
                "xpre",
                ":",
                " ",
            ]);
            version.push_str(piece);
            version.push_str(self.one_of(&[".", ".", "-", "", "", "..", "_", "--"]));
        }
        version
    }

    /// A version that differs little from another one.
    fn near(&mut self, version: &str) -> String {
        let mut letters: Vec<char> = version.chars().collect();
        let at = usize::try_from(self.below(letters.len() as u64 + 1)).unwrap();
        match self.below(4) {
            0 if at < letters.len() => {
                letters.remove(at);
            }
            1 => letters.insert(
                at,
                self.one_of(&["0", "1", ".", "-", "a", "p"])
                    .chars()
                    .next()
                    .unwrap(),
            ),
            2 => letters.truncate(at),
            _ => letters.extend(
                self.one_of(&[".0", ".1", "pre", "-1", "a", ".pre", "."])
                    .chars(),
            ),
        }
        letters.into_iter().collect()
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the test runs Nix itself, and says when it does not"
)]
fn versions_are_ordered_as_nix_orders_them() {
    let nix = std::env::var_os("NIXSMITH_TEST_NIX").filter(|value| !value.is_empty());
    let Some(nix) = nix else {
        println!("skipped: NIXSMITH_TEST_NIX is not set");
        return;
    };
    let mut numbers = Numbers(11);
    let mut pairs = Vec::with_capacity(COUNT);
    let mut text = String::from(
        "map (p: [ (builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) (builtins.splitVersion (builtins.head p)) ]) [",
    );
    for _ in 0..COUNT {
        let left = numbers.version();
        let right = if numbers.below(2) == 0 {
            numbers.near(&left)
        } else {
            numbers.version()
        };
        write!(text, "[\"{left}\" \"{right}\"]").unwrap();
        pairs.push((left, right));
    }
    text.push(']');
    let folder = std::env::temp_dir().join(format!("nixsmith-versions-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("pairs.nix");
    std::fs::write(&file, text).unwrap();
    let output = Command::new(nix)
        .args([
            "--extra-experimental-features",
            "nix-command",
            "eval",
            "--json",
            "--file",
        ])
        .arg(&file)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers: Vec<(i8, Vec<String>)> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), COUNT);
    let mut seen = std::collections::BTreeSet::new();
    for ((left, right), (order, parts)) in pairs.iter().zip(answers) {
        let expected = order.cmp(&0);
        seen.insert(expected);
        assert_eq!(
            version::compare(left, right),
            expected,
            "`{left}` and `{right}`"
        );
        let components: Vec<&str> = version::components(left).collect();
        assert_eq!(components, parts, "`{left}`");
    }
    assert_eq!(seen.len(), 3, "pairs of every order: {seen:?}");
    assert!(seen.contains(&Ordering::Equal));
}
