//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::FixClass;
use crate::lint::call::{Call, constant};
use crate::lint::tree::operand_text;
use crate::lint::document::Checker;

rule! {
    /// `optional`, `optionals`, `optionalString` or `optionalAttrs` with a constant condition.
    ///
    /// With `true` the call is its value, with `false` it is nothing: the condition was left over, or it should have been
    /// another one. For `false` there is no fix, since somebody may have kept the value on purpose.
    ///
    /// ```nix
    /// buildInputs = [ zlib ] ++ lib.optionals true [ openssl ] ++ lib.optional false curl;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildInputs = [ zlib ] ++ [ openssl ];
    /// ```
    "constant-optional": Style, Warning, default, fix Safe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let names = ["optional", "optionals", "optionalString", "optionalAttrs"];
    let Some(call) = Call::of_library(document, node, &names) else {
        return;
    };
    let [condition, value] = call.arguments.as_slice() else {
        return;
    };
    let Some(condition) = constant(document, condition) else {
        return;
    };
    let message = format!(
        "the condition of this `{}` is always `{condition}`",
        call.name
    );
    let reported = checker.report(node, message);
    if condition {
        let value = operand_text(value, document.text);
        let value = match call.name {
            "optional" => format!("[ {value} ]"),
            _ => value,
        };
        reported.replace(FixClass::Safe, "write what it always is", node, value);
    }
}
