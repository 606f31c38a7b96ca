//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, InterpolPart, Str};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A tag that is given as a revision.
    ///
    /// `tag = …` says that it is one and asks the forge for exactly the tag, `refs/tags/…`, even where a branch has the
    /// same name. With `rev` whoever has the say over the repository can put a branch of that name in its place.
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   owner = "example";
    ///   repo = "tool";
    ///   rev = "v${version}";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   owner = "example";
    ///   repo = "tool";
    ///   tag = "v${version}";
    /// }
    /// ```
    ///
    /// The fix is not safe: the source stays the same, but it is fetched from another address, and `src.rev` becomes
    /// `refs/tags/…`.
    "fetcher-rev-tag": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// The fetchers that know `tag`.
const FETCHERS: [&str; 7] = [
    "fetchFromCodeberg",
    "fetchFromForgejo",
    "fetchFromGitHub",
    "fetchFromGitLab",
    "fetchFromGitea",
    "fetchFromGitiles",
    "fetchgit",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for fetch in &document.packaging().fetches {
        if !FETCHERS.contains(&fetch.fetcher) || fetch.attributes.has("tag") {
            continue;
        }
        let Some(rev) = fetch.attributes.find("rev").filter(|rev| !rev.conditional) else {
            continue;
        };
        let Some(Expr::Str(value)) = &rev.value else {
            continue;
        };
        let written = document.text_of(value.syntax());
        let prefix = written.starts_with("\"refs/tags/");
        if !prefix && !is_made_of_version(value) {
            continue;
        }
        let mut edits = vec![TextEdit::replace(rev.key.clone(), "tag")];
        if prefix {
            let start = range_of(value.syntax()).start + 1;
            edits.push(TextEdit::remove(start..start + "refs/tags/".len()));
        }
        let whole = fetch.attributes.complete && document.text_of(&rev.node).starts_with("rev");
        let reported = checker.report(&rev.node, "a tag that is given as `rev`");
        if whole {
            reported.fix(FixClass::Unsafe, "give it as `tag`", &rev.node, edits);
        }
    }
}

/// Whether the text is the version with something around it, and nothing that tells of a commit.
fn is_made_of_version(value: &Str) -> bool {
    let parts = value.normalized_parts();
    let mut versions = 0;
    for part in &parts {
        match part {
            InterpolPart::Literal(text) if text.contains('/') && text.starts_with("refs/heads") => {
                return false;
            }
            InterpolPart::Literal(_) => {}
            InterpolPart::Interpolation(inner) => {
                let name = inner.expr().map(|expr| expr.to_string()).unwrap_or_default();
                match name.rsplit('.').next() {
                    Some("version") => versions += 1,
                    _ => return false,
                }
            }
        }
    }
    versions > 0 && parts.len() > 1
}
