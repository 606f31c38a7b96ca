//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::lint::build::built_part;
use crate::lint::call::Call;
use crate::lint::document::Checker;

rule! {
    /// `builtins.toFile` with a text that names what is to be built.
    ///
    /// The file is written while Nix evaluates, so it may name files of the store that are there, but not the output of a
    /// derivation: Nix refuses. `pkgs.writeText` makes the file a derivation of its own. Tests, in which packages may be stand-ins,
    /// are left alone.
    ///
    /// ```nix
    /// builtins.toFile "greet.sh" "${pkgs.hello}/bin/hello"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// pkgs.writeText "greet.sh" "${pkgs.hello}/bin/hello"
    /// ```
    "to-file-context": Correctness, Error, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_builtin(document, node, &["toFile"]).filter(|_| !document.is_test())
    else {
        return;
    };
    let Some(Expr::Str(text)) = call.argument(1) else {
        return;
    };
    if let Some(part) = built_part(document, &text) {
        checker.report(&part, "`toFile` cannot name what is to be built");
    }
}
