//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, Select};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::is_defined_here;
use crate::lint::document::Checker;
use crate::lint::tree::static_name;

rule! {
    /// A question about the platform that stdenv answers only for old expressions.
    ///
    /// `stdenv.isLinux`, `stdenv.system` and their like mean the host platform, which is easily mixed up with the
    /// machine that builds. `stdenv.hostPlatform` says it; the short names are kept for old expressions only.
    ///
    /// ```nix
    /// lib.optionals stdenv.isDarwin [ libiconv ]
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.optionals stdenv.hostPlatform.isDarwin [ libiconv ]
    /// ```
    ///
    /// Only the names that stdenv takes from its host platform are found. There is no fix where the file itself says
    /// what `stdenv` is.
    "stdenv-platform": Package, Note, default, fix Safe;
    on [NODE_SELECT] => check
}

/// What stdenv inherits from its host platform.
const NAMES: [&str; 17] = [
    "is32bit",
    "is64bit",
    "isAarch32",
    "isAarch64",
    "isBSD",
    "isBigEndian",
    "isCygwin",
    "isDarwin",
    "isFreeBSD",
    "isLinux",
    "isMips",
    "isOpenBSD",
    "isSunOS",
    "isi686",
    "isx86_32",
    "isx86_64",
    "system",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(select) = Select::cast(node.clone()) else {
        return;
    };
    let (Some(Expr::Ident(head)), Some(path)) = (select.expr(), select.attrpath()) else {
        return;
    };
    let text = checker.document.text;
    let Some((set, _)) = static_name(head.syntax(), text) else {
        return;
    };
    if !matches!(set, "stdenv" | "stdenvNoCC" | "pkgs") {
        return;
    }
    let names: Vec<_> = path.attrs().filter_map(|attr| static_name(attr.syntax(), text)).collect();
    let last = match (set, names.as_slice()) {
        ("stdenv" | "stdenvNoCC", [last]) => last,
        ("pkgs", [("stdenv" | "stdenvNoCC", _), last]) => last,
        _ => return,
    };
    if NAMES.contains(&last.0) {
        let edit = TextEdit::insert(last.1.start, "hostPlatform.");
        let message = format!("`{}` is the host platform's", last.0);
        let ours = is_defined_here(&Expr::Ident(head), checker.document);
        let reported = checker.report(node, message);
        if !ours {
            reported.fix(FixClass::Safe, "ask `hostPlatform`", node, vec![edit]);
        }
    }
}
