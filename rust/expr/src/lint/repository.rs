//! What is wrong with a file because of the repository around it.
//!
//! A flake in a Git repository sees what Git knows, and nothing else. Which files that are, only Git can tell: whoever calls
//! these functions asks it. They stand in no table, as [`Engine`](super::Engine) cannot run them.

use rnix::SyntaxNode;
use rnix::ast::{self, InterpolPart};
use rowan::ast::AstNode as _;

use super::document::Document;
use super::flake::Flake;
use super::tree::range_of;
use super::{Family, Finding, Level, Rule};
use crate::parse;

/// A path literal that leads to a file which Git does not know.
pub static UNTRACKED_PATH: Rule = Rule {
    name: "untracked-path",
    level: Level::Error,
    family: Family::Flake,
    fix: None,
    default: true,
    documentation: " A path to a file that Git does not know.\n\n A flake in a Git repository is copied to the Nix store without \
                    files that were never added, so evaluating\n it fails, on this machine as on any other: it says that the file \
                    does not exist, while it is there to be seen.\n `git add --intent-to-add` is enough.\n\n ```nix\n imports = [ \
                    ./new-module.nix ];\n ```\n",
    on: &[],
    check: |_, _| {},
};

/// A flake whose lock file Git ignores.
pub static LOCK_IGNORED: Rule = Rule {
    name: "flake-lock-ignored",
    level: Level::Warning,
    family: Family::Flake,
    fix: None,
    default: true,
    documentation: " A flake whose `flake.lock` Git ignores.\n\n Everybody who evaluates the flake then gets other inputs, those of \
                    the day, and what was built once cannot be\n built again. Take the line out of `.gitignore` and commit the \
                    file. A flake without inputs needs no lock.\n\n ```nix\n {\n   inputs.nixpkgs.url = \
                    \"github:NixOS/nixpkgs/nixos-unstable\";\n   outputs = { nixpkgs, ... }: { };\n }\n ```\n",
    on: &[],
    check: |_, _| {},
};

/// The relative paths that a text names as path literals, with their bytes, in the order of the text; those with interpolations
/// are left out. Empty for a text that is no Nix.
#[must_use]
pub fn relative_paths(text: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let Ok(root) = parse::parse(text) else {
        return Vec::new();
    };
    root.syntax()
        .descendants()
        .filter_map(|node| relative_path(&node, text))
        .collect()
}

fn relative_path<'t>(
    node: &SyntaxNode,
    text: &'t str,
) -> Option<(std::ops::Range<usize>, &'t str)> {
    let path = ast::PathRel::cast(node.clone())?;
    let plain = path
        .parts()
        .iter()
        .all(|part| matches!(part, InterpolPart::Literal(_)));
    let range = range_of(node);
    Some((range.clone(), text.get(range)?)).filter(|_| plain)
}

/// What is wrong with the relative paths of a text: `is_untracked` says of each, as it is written, whether it leads to
/// something that exists and that Git does not know.
#[must_use]
pub fn untracked_paths(text: &str, mut is_untracked: impl FnMut(&str) -> bool) -> Vec<Finding> {
    relative_paths(text)
        .into_iter()
        .filter(|(_, path)| is_untracked(path))
        .map(|(range, path)| Finding {
            rule: &UNTRACKED_PATH,
            level: UNTRACKED_PATH.level,
            range,
            message: format!("Git does not know `{path}`, so a flake does not see it").into(),
            fix: None,
            secret: Vec::new(),
        })
        .collect()
}

/// What is wrong with a `flake.nix` whose lock file Git ignores: nothing, where it has no inputs.
#[must_use]
pub fn lock_ignored(text: &str) -> Option<Finding> {
    let root = parse::parse(text).ok()?;
    let document = Document::new(text, "flake.nix", root.syntax().clone());
    let flake = Flake::of(&document)?;
    let first = flake.declarations.first()?;
    let named = !flake.inputs.is_empty() || !flake.closed;
    named.then(|| Finding {
        rule: &LOCK_IGNORED,
        level: LOCK_IGNORED.level,
        range: range_of(first),
        message: "Git ignores the `flake.lock` of these inputs".into(),
        fix: None,
        secret: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_git_does_not_know() {
        let text =
            "{ a = ./a.nix; b = import ../b { }; c = /c; d = ./${x}/d; e = <e>; f = \"./f\"; }";
        let paths: Vec<&str> = relative_paths(text)
            .into_iter()
            .map(|(_, path)| path)
            .collect();
        assert_eq!(paths, ["./a.nix", "../b"]);
        let found = untracked_paths(text, |path| path == "../b");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].range, 26..30);
        assert_eq!(
            found[0].message,
            "Git does not know `../b`, so a flake does not see it"
        );
        assert_eq!(untracked_paths("{ a = ", |_| true), []);
    }

    #[test]
    fn locks_that_git_ignores() {
        let text = "{ inputs.a.url = \"github:a/a\"; outputs = _: { }; }";
        assert_eq!(lock_ignored(text).unwrap().range, 2..30);
        assert_eq!(lock_ignored("{ outputs = { self }: { }; }"), None);
        assert_eq!(
            lock_ignored("{ inputs = { }; outputs = { self }: { }; }"),
            None
        );
        assert_eq!(lock_ignored("["), None);
    }

    #[test]
    fn explanations_have_a_summary_and_an_example() {
        for rule in [&UNTRACKED_PATH, &LOCK_IGNORED] {
            let explanation = rule.explanation();
            assert!(
                explanation.lines().next().unwrap().ends_with('.'),
                "{explanation}"
            );
            assert!(explanation.contains("\n```nix\n"), "{explanation}");
        }
    }
}
