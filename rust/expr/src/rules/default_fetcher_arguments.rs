//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::derivation::{is_defined_here, removal};
use crate::lint::document::Checker;
use crate::lint::scope::Target;
use crate::lint::tree::{last_name, range_of};

rule! {
    /// An argument that a fetcher takes to be so anyway.
    ///
    /// `fetchFromGitHub` and its like fetch no submodules, make no deep clone and leave no `.git` unless they are told
    /// to.
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   owner = "example";
    ///   repo = "tool";
    ///   fetchSubmodules = false;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   owner = "example";
    ///   repo = "tool";
    /// }
    /// ```
    ///
    /// `fetchgit` is another case: it does fetch submodules by default. There is no fix in a `rec` set, where other
    /// arguments may speak of this one.
    "default-fetcher-arguments": Package, Note, default, fix Safe;
    on [NODE_ROOT] => check
}

/// What is off by default: arguments, and the fetchers that have them.
const OFF: [(&str, &[&str]); 3] = [
    ("fetchSubmodules", &["fetchFromGitHub", "fetchFromGitLab", "fetchFromGitea", "fetchFromForgejo", "fetchFromCodeberg"]),
    ("deepClone", &["fetchFromGitHub", "fetchFromGitLab", "fetchgit"]),
    ("fetchLFS", &["fetchFromGitHub", "fetchgit"]),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for fetch in &document.packaging().fetches {
        for (name, fetchers) in OFF {
            if !fetchers.contains(&fetch.fetcher) {
                continue;
            }
            let Some(argument) = fetch.attributes.find(name) else {
                continue;
            };
            let Some(value) = &argument.value else { continue };
            let is_false = last_name(value, document.text) == Some("false")
                && document.scopes().target_at(range_of(value.syntax()).start) == Some(Target::Global);
            if !is_false || argument.conditional {
                continue;
            }
            let reported =
                checker.report(&argument.node, format!("`{name}` is off anyway"));
            if fetch.set.rec_token().is_none()
                && !is_defined_here(&fetch.function, document)
                && let Some(edit) = removal::remove(&argument.node, document.text)
            {
                let fix = format!("remove `{name}`");
                reported.fix(FixClass::Safe, fix, fetch.set.syntax(), vec![edit]);
            }
        }
    }
}
