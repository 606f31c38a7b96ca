//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;
use crate::quote;

rule! {
    /// Flags that are one string instead of a list.
    ///
    /// A list can be added to, by `overrideAttrs` and in the file itself, and its elements stay apart with
    /// `__structuredAttrs`, where a string becomes a single flag.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   makeFlags = "CC=cc V=1";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   makeFlags = [ "CC=cc" "V=1" ];
    /// }
    /// ```
    ///
    /// The builder gets the same text in both forms; the fix is not safe because what overrides the attribute may
    /// expect a string.
    "flags-string": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

const FLAGS: [&str; 11] = [
    "buildFlags",
    "checkFlags",
    "cmakeFlags",
    "configureFlags",
    "distFlags",
    "installCheckFlags",
    "installFlags",
    "makeFlags",
    "mesonFlags",
    "ninjaFlags",
    "qmakeFlags",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for name in FLAGS {
            let value = derivation.attributes.find(name).and_then(|found| found.value.as_ref());
            let Some(Expr::Str(flags)) = value else {
                continue;
            };
            let message = format!("`{name}` is a string instead of a list");
            let reported = checker.report(flags.syntax(), message);
            let Some(text) = literal_text(flags) else { continue };
            let words: Result<Vec<String>, _> = text.split_whitespace().map(quote::string).collect();
            let Ok(words) = words else { continue };
            let list = match words.as_slice() {
                [] => "[ ]".to_owned(),
                words => format!("[ {} ]", words.join(" ")),
            };
            reported.replace(FixClass::Unsafe, "make it a list", flags.syntax(), list);
        }
    }
}
