//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_INTEGER;
use rnix::SyntaxNode;

use crate::lint::document::Checker;

rule! {
    /// A whole number that does not fit into 64 bits.
    ///
    /// Nix refuses the file: its largest whole number is 9223372036854775807.
    ///
    /// ```nix
    /// 9223372036854775808
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// 9223372036854775808.0
    /// ```
    "integer-too-large": Correctness, Error, default;
    on [NODE_LITERAL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(token) = node.first_token() else {
        return;
    };
    if token.kind() == TOKEN_INTEGER && token.text().parse::<i64>().is_err() {
        checker.report(node, "the number does not fit into 64 bits");
    }
}
