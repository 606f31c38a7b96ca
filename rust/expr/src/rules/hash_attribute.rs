//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::is_defined_here;
use crate::lint::document::Checker;
use crate::lint::hash;
use crate::lint::tree::{literal_text, range_of};

rule! {
    /// A hash given as `sha256` where the fetcher reads `hash`.
    ///
    /// nixpkgs writes hashes in the form that Nix itself prints, `sha256-…`, in the attribute `hash`; the algorithm is
    /// part of the value and need not be part of the name.
    ///
    /// ```nix
    /// fetchurl {
    ///   url = "https://example.org/tool.tar.gz";
    ///   sha256 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// fetchurl {
    ///   url = "https://example.org/tool.tar.gz";
    ///   hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    /// }
    /// ```
    ///
    /// The fix is not safe, although the same is fetched: the algorithm and the hash are part of the derivation's text,
    /// also where only the name changes, as the fetcher that bootstraps stdenv treats the two names differently. Many
    /// older files have thousands of these; that is why the rule has to be asked for.
    "hash-attribute": Package, Help, optional, fix Unsafe;
    on [NODE_ROOT] => check
}

/// The fetchers of nixpkgs that take `hash` in place of `sha256`.
const FETCHERS: [&str; 20] = [
    "fetchCrate",
    "fetchDebianPatch",
    "fetchFromBitbucket",
    "fetchFromCodeberg",
    "fetchFromForgejo",
    "fetchFromGitHub",
    "fetchFromGitLab",
    "fetchFromGitea",
    "fetchFromGitiles",
    "fetchFromRepoOrCz",
    "fetchFromSavannah",
    "fetchFromSourcehut",
    "fetchPypi",
    "fetchgit",
    "fetchhg",
    "fetchpatch",
    "fetchpatch2",
    "fetchsvn",
    "fetchurl",
    "fetchzip",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for fetch in &document.packaging().fetches {
        if !FETCHERS.contains(&fetch.fetcher) || fetch.attributes.has("hash") {
            continue;
        }
        if document.text_of(fetch.function.syntax()).contains("builtins") {
            continue;
        }
        let Some(sha256) = fetch.attributes.find("sha256").filter(|found| !found.conditional) else {
            continue;
        };
        let Some(Expr::Str(value)) = &sha256.value else {
            continue;
        };
        let Some(text) = literal_text(value) else {
            continue;
        };
        let reported = checker.report(&sha256.node, "`hash` is given as `sha256`");
        let name = TextEdit::replace(sha256.key.clone(), "hash");
        if !document.text_of(&sha256.node).starts_with("sha256") {
            continue;
        }
        if fetch.set.rec_token().is_some() || is_defined_here(&fetch.function, document) {
            continue;
        }
        if text.starts_with("sha256-") {
            reported.fix(FixClass::Unsafe, "call it `hash`", &sha256.node, vec![name]);
        } else if let Some(sri) = hash::sha256_to_sri(&text) {
            let value = TextEdit::replace(range_of(value.syntax()), format!("\"{sri}\""));
            reported.fix(FixClass::Unsafe, "write it as `hash`", &sha256.node, vec![name, value]);
        }
    }
}
