//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::lint::attribute::Members;
use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;

rule! {
    /// Something that Nix fetches without knowing what it will be.
    ///
    /// Without a hash or a revision the same file gives different results on different days, and flakes and other pure
    /// evaluations refuse it. A URL that contains the whole revision is taken as pinned.
    ///
    /// ```nix
    /// import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/master.tar.gz") { }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// import (fetchTarball {
    ///   url = "https://github.com/NixOS/nixpkgs/archive/4fe8d07066f6ea82cda2b0c9ae7aee59b2d241b3.tar.gz";
    ///   sha256 = "sha256:06jzngg5jm1f81sc4xfskvvgjy5bblz51xpl788mnps1wrkykfhp";
    /// }) { }
    /// ```
    "unpinned-fetch": Correctness, Warning, default;
    on [NODE_APPLY] => check
}

const FETCHERS: &[&str] = &["fetchGit", "fetchMercurial", "fetchTarball", "fetchTree", "fetchurl"];
const PINS: &[&str] = &["hash", "narHash", "rev", "sha256"];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_builtin(document, node, FETCHERS) else {
        return;
    };
    let unpinned = match call.argument(0) {
        Some(Expr::Str(url)) => literal_text(&url),
        Some(Expr::AttrSet(set)) => {
            let members = Members::of(&set, document.text);
            let pinned = !members.closed || PINS.iter().any(|pin| members.has(pin));
            if pinned {
                return;
            }
            // GitHub and its like are named by their parts
            let parts = members.has("owner") && members.has("repo");
            members.literal("url").or_else(|| parts.then(|| "://".to_owned()))
        }
        _ => None,
    };
    let Some(url) = unpinned.filter(|url| is_remote(url) && !has_revision(url)) else {
        return;
    };
    if document.is_test() {
        return;
    }
    let name = call.name;
    let moving = ["/master.", "/main.", "/heads/", "nixos-unstable", "nixpkgs-unstable"];
    let message = if moving.iter().any(|part| url.contains(part)) {
        format!("this `{name}` gets whatever the branch has at the moment")
    } else if matches!(name, "fetchGit" | "fetchMercurial" | "fetchTree") {
        format!("this `{name}` has no `rev`")
    } else {
        format!("this `{name}` has no `sha256`")
    };
    checker.report(node, message);
}

fn is_remote(url: &str) -> bool {
    (url.contains("://") && !url.starts_with("file:")) || url.starts_with("git@")
}

/// Whether a whole revision, 40 hexadecimal digits, stands in the URL.
fn has_revision(url: &str) -> bool {
    let mut run = 0;
    url.bytes().any(|byte| {
        run = if byte.is_ascii_hexdigit() { run + 1 } else { 0 };
        run >= 40
    })
}
