//! See [`RULE`].

use rnix::SyntaxKind::NODE_ATTRPATH_VALUE;
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::document::Checker;
use crate::lint::secret::is_secret_name;
use crate::lint::tree::{literal_text, unwrap_parens};

rule! {
    /// A file or folder that everybody may write, or a secret that everybody may read.
    ///
    /// Whoever may write a folder without the sticky bit may replace what others keep in it: 0777 invites every program on the
    /// machine, a `UMask` of 0000 does so for all that a service makes. Folders for everybody are 1777; a secret is for its
    /// owner, 0400 or 0600.
    ///
    /// ```nix
    /// systemd.tmpfiles.rules = [ "d /var/lib/it 0777 it it -" ];
    /// environment.etc."it/password".mode = "0644";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// systemd.tmpfiles.rules = [ "d /var/lib/it 0750 it it -" ];
    /// environment.etc."it/password".mode = "0400";
    /// ```
    "open-mode": Security, Warning, default;
    on [NODE_ATTRPATH_VALUE, NODE_STRING] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    if node.kind() == NODE_ATTRPATH_VALUE {
        attribute(checker, node);
    } else {
        line(checker, node);
    }
}

/// `mode = "0777";` and its kin.
fn attribute(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let Some(name) = document.attribute_name(attribute.syntax()) else {
        return;
    };
    let mask = name == "UMask";
    if !mask && name != "mode" && !name.ends_with("Mode") {
        return;
    }
    let Some(Expr::Str(string)) = attribute.value().and_then(unwrap_parens) else {
        return;
    };
    let Some(value) = literal_text(&string) else {
        return;
    };
    let Some(mode) = octal(&value).filter(|_| !document.is_test()) else {
        return;
    };
    if mask {
        if mode & 0o002 == 0 {
            checker.report(node, format!("with `{value}`, what this service makes is for everybody to write"));
        }
        return;
    }
    // sockets are made to be connected to, and connecting is writing
    let path = full_path(node, document.text);
    if path.iter().any(|name| name.to_ascii_lowercase().contains("socket")) {
        return;
    }
    if mode & 0o1002 == 0o002 && mode & 0o001 != 0 {
        checker.report(node, format!("everybody may write what has the mode `{value}`"));
    } else if mode & 0o004 != 0 && name == "mode" && is_secret_file(&path) {
        checker.report(node, format!("everybody may read this secret: its mode is `{value}`"));
    }
}

/// Whether the mode is that of a file below `environment.etc` or of a secret whose name says that it is secret.
fn is_secret_file(path: &[&str]) -> bool {
    let etc = path.windows(2).any(|pair| matches!(pair, ["environment", "etc"]));
    let managed = path.windows(2).any(|pair| matches!(pair, ["sops" | "age", "secrets"]));
    let file = path.iter().rev().nth(1).copied().unwrap_or_default();
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    managed || (etc && (is_secret_name(stem) || name.ends_with(".key")))
}

/// `"d /x 0777 root root -"`, a line for systemd-tmpfiles.
fn line(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let source = document.text_of(node);
    // a line is no book, and books would be looked through again for every string within
    if source.len() > 400 || !source.contains("777") {
        return;
    }
    let mut words = source.trim_matches('"').split_ascii_whitespace();
    let (Some(kind), Some(path), Some(mode)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    let letters = kind.trim_end_matches(['!', '+', '-', '=', '~', '^', '$']);
    let makes = matches!(letters, "f" | "d" | "D" | "v" | "q" | "Q" | "p" | "C" | "z" | "Z" | "e" | "m");
    let absolute = path.starts_with(['/', '$', '\'', '%']);
    if makes && absolute && octal(mode) == Some(0o777) && !document.is_test() {
        checker.report(node, format!("everybody may write what has the mode `{mode}`"));
    }
}

/// The number that three to five octal digits stand for.
fn octal(text: &str) -> Option<u32> {
    let digits = (3..=5).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    u32::from_str_radix(text, 8).ok().filter(|_| digits)
}
