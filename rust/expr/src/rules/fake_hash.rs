//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{AttrpathValue, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::{last_name, literal_text, range_of, static_path};
use crate::lint::scope::Target;

rule! {
    /// A hash that was written only to learn the right one.
    ///
    /// `lib.fakeHash`, an empty string and a hash of nothing but zeros make Nix fail and say which hash it found. Such
    /// a source can never be fetched.
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   hash = lib.fakeHash;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// fetchFromGitHub {
    ///   hash = "sha256-xbbYQc3zBGhsMBFDEjxCPd9d2zpJ9FIIXuGVG+KiT5o=";
    /// }
    /// ```
    "fake-hash": Package, Error, default;
    on [NODE_ATTRPATH_VALUE] => check
}

/// The attributes that hold hashes.
const HASHES: [&str; 13] = [
    "cargoHash",
    "hash",
    "mvnHash",
    "npmDepsHash",
    "outputHash",
    "pnpmDepsHash",
    "sha1",
    "sha256",
    "sha512",
    "vendorHash",
    "vendorSha256",
    "yarnHash",
    "cargoSha256",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(entry) = AttrpathValue::cast(node.clone()) else {
        return;
    };
    let Some(value) = entry.value() else { return };
    let fake = match &value {
        Expr::Ident(_) | Expr::Select(_) => is_fake_name(checker, &value),
        Expr::Str(string) => {
            let text = checker.document.text_of(string.syntax());
            text.contains("AAAAAAAAAAAAAAAA") || text.contains("0000000000000000") || text == "\"\""
        }
        _ => return,
    };
    if !fake {
        return;
    }
    let text = checker.document.text;
    let path = entry.attrpath().and_then(|path| static_path(&path, text));
    let Some([name]) = path.as_deref() else { return };
    if !HASHES.contains(name) || !is_given(checker, node) {
        return;
    }
    match &value {
        Expr::Str(string) => {
            let Some(hash) = literal_text(string) else {
                return;
            };
            if hash.is_empty() {
                checker.report(value.syntax(), "the hash is still empty");
            } else if is_nothing(&hash) {
                checker.report(value.syntax(), "the hash is still a fake");
            }
        }
        _ => {
            checker.report(value.syntax(), "the hash is still a fake");
        }
    }
}

fn is_fake_name(checker: &Checker<'_, '_>, value: &Expr) -> bool {
    let name = last_name(value, checker.document.text);
    let fake = name.is_some_and(|name| matches!(name, "fakeHash" | "fakeSha256" | "fakeSha512"));
    if !fake || matches!(value, Expr::Select(_)) {
        return fake;
    }
    let start = range_of(value.syntax()).start;
    matches!(checker.document.scopes().target_at(start), Some(Target::With(_)))
}

/// Whether the attribute is given to a fetcher or builder: elsewhere a fake may be meant.
fn is_given(checker: &Checker<'_, '_>, node: &SyntaxNode) -> bool {
    let packaging = checker.document.packaging();
    node.parent().is_some_and(|set| packaging.is_given(&set))
}

/// Whether the hash is one of zeros.
fn is_nothing(hash: &str) -> bool {
    let digits = match hash.split_once(['-', ':']) {
        Some((_, digits)) => digits.trim_end_matches('='),
        None => hash,
    };
    let sri = hash.contains('-');
    digits.len() >= 40 && digits.chars().all(|digit| digit == if sri { 'A' } else { '0' })
}
