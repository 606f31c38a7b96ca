//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, InterpolPart, Str};
use rowan::ast::AstNode as _;

use crate::lint::Level;
use crate::lint::document::Checker;

rule! {
    /// A flag with a space in it, which the builder cuts in two.
    ///
    /// The lists `makeFlags`, `configureFlags` and their like arrive in the builder as one string, which the shell
    /// splits at spaces; quotes inside do not help. Where several flags are meant they are several elements. Where one
    /// flag has a space, it is added to the array in a hook, `makeFlagsArray+=("A=b c")`, or the derivation sets
    /// `__structuredAttrs = true`. An option with its argument in one element, `"-C src"`, works by accident; such a
    /// finding is a note.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   configureFlags = [ "--with-zlib yes" ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   configureFlags = [ "--with-zlib=yes" ];
    /// }
    /// ```
    "no-flags-spaces": Package, Warning, default;
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
        if derivation.may_be_structured() {
            continue;
        }
        for name in FLAGS {
            let Some(flags) = derivation.elements(name, document.text) else {
                continue;
            };
            for flag in &flags.all {
                if let Expr::Str(string) = &flag.expr
                    && has_space(string)
                {
                    let message =
                        format!("the builder splits this element of `{name}` at its spaces");
                    let option = document.text_of(string.syntax()).starts_with("\"-");
                    let level = if option { Level::Note } else { Level::Warning };
                    checker.report(string.syntax(), message).level(level);
                }
            }
        }
    }
}

fn has_space(string: &Str) -> bool {
    string.normalized_parts().iter().any(|part| match part {
        InterpolPart::Literal(text) => text.trim_end().contains(char::is_whitespace),
        InterpolPart::Interpolation(_) => false,
    })
}
