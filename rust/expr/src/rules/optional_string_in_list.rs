//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::last_name;

rule! {
    /// `lib.optionalString` as an element of a list of flags.
    ///
    /// When its condition does not hold the list has an empty string in it, and a program that is called with these
    /// arguments gets an empty one. `lib.optional` gives no element at all.
    ///
    /// ```nix
    /// configureFlags = [ "--enable-x" (lib.optionalString withY "--enable-y") ];
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// configureFlags = [ "--enable-x" ] ++ lib.optional withY "--enable-y";
    /// ```
    "optional-string-in-list": Package, Note, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for attribute in &derivation.attributes.all {
            let [name] = attribute.path[..] else { continue };
            if !(name.ends_with("Flags") || name.ends_with("Args")) {
                continue;
            }
            let Some(flags) = derivation.elements(name, document.text) else {
                continue;
            };
            for flag in &flags.all {
                let Some(Expr::Apply(outer)) = crate::lint::tree::unwrap_parens(flag.expr.clone()) else {
                    continue;
                };
                let Some(Expr::Apply(inner)) = outer.lambda() else {
                    continue;
                };
                let function = inner.lambda();
                if function.is_some_and(|it| last_name(&it, document.text) == Some("optionalString")) {
                    let message = format!("leaves an empty element in `{name}` when its condition does not hold");
                    checker.report(flag.expr.syntax(), message);
                }
            }
        }
    }
}
