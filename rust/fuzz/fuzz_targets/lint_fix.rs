//! The linter with every rule: no text makes it fall, safe fixes lose no comment, leave Nix, and come to rest.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nixsmith_expr::lint::{self, Engine, FixClass, Subject};
use nixsmith_expr::parse;
use rnix::{NodeOrToken, SyntaxKind};
use rowan::ast::AstNode as _;

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::with_all);

/// Where a text lies decides which rules look at it.
const PATHS: [&str; 4] = [
    "flake.nix",
    "pkgs/by-name/he/hello/package.nix",
    "nixos/modules/services/x.nix",
    "default.nix",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let findings = ENGINE.check_proven(Subject::new(text, path));
    for finding in &findings {
        assert!(text.get(finding.range.clone()).is_some(), "{finding:?}");
    }
    for class in [FixClass::Safe, FixClass::Unsafe] {
        let fixed = lint::fix(&ENGINE, Subject::new(text, path), class).expect("the rules come to rest");
        if fixed.text == text {
            continue;
        }
        assert_eq!(comments(text), comments(&fixed.text));
        let subject = Subject::new(&fixed.text, path);
        let again = lint::fix(&ENGINE, subject, class).expect("the rules come to rest");
        assert_eq!(again.text, fixed.text);
    }
});

fn comments(text: &str) -> Vec<String> {
    let root = parse::parse(text).expect("a fixed text is Nix");
    let mut found: Vec<String> = root
        .syntax()
        .descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT)
        .map(|token| token.text().split_whitespace().collect())
        .collect();
    found.sort();
    found
}
