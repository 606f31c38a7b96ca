//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// `abort` where `throw` does.
    ///
    /// Both stop evaluation with a message, but `builtins.tryEval` catches only what is thrown: a single `abort` ends the
    /// evaluation of everything that was asked for, and tools that look at many packages stop at it. The fix is not safe, since
    /// some other code may rely on that. Messages about impossible states are a use for `abort`, so the rule runs only when
    /// it is asked for.
    ///
    /// ```nix
    /// if enable then hello else abort "hello is off"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// if enable then hello else throw "hello is off"
    /// ```
    "abort-call": Correctness, Help, optional, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(call) = Call::of_builtin(checker.document, node, &["abort"]) else {
        return;
    };
    let range = range_of(call.function.syntax());
    let written = checker.document.text_of(call.function.syntax());
    let reported = checker.report(node, "nothing can catch `abort`");
    if written.ends_with("abort") {
        let name = TextEdit::replace(range.end - "abort".len()..range.end, "throw");
        reported.fix(FixClass::Unsafe, "use `throw`", node, vec![name]);
    }
}
