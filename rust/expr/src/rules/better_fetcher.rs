//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;

rule! {
    /// An archive or repository of a forge or registry that is fetched by hand.
    ///
    /// For GitHub, GitLab, Codeberg, sourcehut and Python's package index nixpkgs has fetchers that know how their
    /// archives are named and packed, and that tools can update. The hash of those of forges is that of the unpacked
    /// source, which stays the same when the forge packs it anew. Files that upstream uploaded to a release are no such
    /// archive and stay with `fetchurl`.
    ///
    /// ```nix
    /// fetchurl {
    ///   url = "https://github.com/example/tool/archive/v1.0.tar.gz";
    ///   hash = "sha256-xbbYQc3zBGhsMBFDEjxCPd9d2zpJ9FIIXuGVG+KiT5o=";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   owner = "example";
    ///   repo = "tool";
    ///   tag = "v1.0";
    ///   hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    /// }
    /// ```
    "better-fetcher": Package, Note, default;
    on [NODE_ROOT] => check
}

/// The mirrors of Python's package index.
const PYTHON: &str = "mirror://pypi/";

/// How the addresses of a forge begin, and its fetcher.
const FORGES: [(&str, &str); 5] = [
    ("https://github.com/", "fetchFromGitHub"),
    ("https://gitlab.com/", "fetchFromGitLab"),
    ("https://codeberg.org/", "fetchFromCodeberg"),
    ("https://git.sr.ht/~", "fetchFromSourcehut"),
    (PYTHON, "fetchPypi"),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for fetch in &document.packaging().fetches {
        let is_git = fetch.fetcher == "fetchgit";
        if !is_git && !matches!(fetch.fetcher, "fetchurl" | "fetchzip") {
            continue;
        }
        if document.text_of(fetch.function.syntax()).contains("builtins") {
            continue;
        }
        let Some(Expr::Str(url)) = fetch.attributes.find("url").and_then(|url| url.value.as_ref())
        else {
            continue;
        };
        let written = document.text_of(url.syntax()).trim_matches('"');
        let written = written.replacen("http://", "https://", 1);
        let forge = FORGES.iter().find(|(address, _)| written.starts_with(address));
        if let Some((_, fetcher)) = forge
            && (is_git || is_archive(&written))
        {
            checker.report(url.syntax(), format!("`{fetcher}` fetches this by name"));
        }
    }
}

/// Whether the forge packs the file itself.
fn is_archive(url: &str) -> bool {
    let packed = [".tar.gz", ".tgz", ".zip", ".tar.bz2"].iter().any(|end| url.ends_with(end));
    if url.starts_with(PYTHON) {
        return url.ends_with(".tar.gz");
    }
    let patch = url.ends_with(".patch") || url.ends_with(".diff");
    packed && !patch && (url.contains("/archive/") || url.contains("/tarball/"))
}
