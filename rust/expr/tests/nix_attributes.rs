//! Which sets Nix refuses for attributes that are defined twice or have a dynamic name, asked of Nix itself, given
//! `NIXSMITH_TEST_NIX`, for sets that a fixed sequence of numbers puts together.
#![cfg(test)]

use std::fmt::Write as _;
use std::process::Command;

use nixsmith_expr::lint::{Engine, Level, Subject};
use nixsmith_expr::rules;

/// How many sets are asked about.
const COUNT: usize = 150;

/// A fixed sequence: the same sets on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn name(&mut self) -> &'static str {
        ["a", "b", "c"][usize::try_from(self.below(3)).unwrap()]
    }

    fn attribute(&mut self) -> String {
        let name = self.name();
        match self.below(12) {
            0 => format!("\"{name}\""),
            1 => format!("${{\"{name}\"}}"),
            2 => "${x}".to_owned(),
            _ => name.to_owned(),
        }
    }

    fn entries(&mut self, depth: usize) -> String {
        let mut out = String::new();
        for _ in 0..self.below(4) {
            match self.below(10) {
                0 => write!(out, "inherit {} {}; ", self.name(), self.name()).unwrap(),
                1 => write!(out, "inherit (x) {}; ", self.name()).unwrap(),
                _ => {
                    let mut path = self.attribute();
                    for _ in 0..self.below(3) {
                        write!(path, ".{}", self.attribute()).unwrap();
                    }
                    let value = match self.below(4) {
                        0 | 1 if depth < 3 => format!("{{ {}}}", self.entries(depth + 1)),
                        2 if depth < 3 => format!("(rec {{ {}}})", self.entries(depth + 1)),
                        _ => "1".to_owned(),
                    };
                    write!(out, "{path} = {value}; ").unwrap();
                }
            }
        }
        out
    }

    fn expression(&mut self) -> String {
        let entries = self.entries(0);
        let body = match self.below(5) {
            0 => format!("let {entries}in 1"),
            1 => format!("let {{ {entries}body = 1; }}"),
            2 => format!("rec {{ {entries}}}"),
            _ => format!("{{ {entries}}}"),
        };
        format!("x: a: b: c: {body}")
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the test runs Nix itself, and says when it does not"
)]
fn nix_refuses_what_is_found() {
    let nix = std::env::var_os("NIXSMITH_TEST_NIX").filter(|value| !value.is_empty());
    let Some(nix) = nix else {
        println!("skipped: NIXSMITH_TEST_NIX is not set");
        return;
    };
    let chosen = ["duplicate-attribute", "dynamic-binding"];
    let chosen = chosen.map(|name| (rules::find(name).unwrap(), None));
    let engine = Engine::new(chosen.to_vec());
    let mut numbers = Numbers(7);
    let mut refused = 0;
    for _ in 0..COUNT {
        let text = numbers.expression();
        let path = "default.nix";
        let found = engine
            .check(Subject::new(&text, path))
            .iter()
            .any(|finding| finding.level == Level::Error);
        let output = Command::new(&nix)
            .args(["eval", "--read-only", "--extra-experimental-features"])
            .args(["nix-command", "--expr", &text])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(found, !output.status.success(), "{text}\n{errors}");
        refused += usize::from(found);
    }
    assert!(refused > 0 && refused < COUNT, "{refused} of {COUNT}");
}
