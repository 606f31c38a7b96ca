//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, InterpolPart};

use crate::lint::call::{Call, builtin_name, library_name};
use crate::lint::document::Checker;

rule! {
    /// A trace that was left from debugging.
    ///
    /// It prints a value whenever the expression is evaluated, to everybody. `trace` with a sentence of its own is taken for a
    /// message to the user, though `lib.warn` is the better way to say something. Libraries trace on purpose, so the rule runs
    /// only when it is asked for.
    ///
    /// ```nix
    /// map (x: lib.traceVal (f x)) list
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// map f list
    /// ```
    "left-trace": Correctness, Note, optional;
    on [NODE_APPLY] => check
}

const NAMES: &[&str] = &[
    "trace",
    "traceFnSeqN",
    "traceSeq",
    "traceSeqN",
    "traceVal",
    "traceValFn",
    "traceValSeq",
    "traceValSeqFn",
    "traceValSeqN",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of(document, node, NAMES) else {
        return;
    };
    if document.is_test() {
        return;
    }
    if library_name(document, &call.function).is_none() && builtin_name(document, &call.function).is_none() {
        return;
    }
    if call.name == "trace" && (call.arguments.len() != 2 || is_sentence(&call)) {
        return;
    }
    checker.report(node, format!("`{}` prints a value to everybody", call.name));
}

/// Whether what is printed is words: a string of more than three words, or one that warns.
fn is_sentence(call: &Call<'_>) -> bool {
    let Some(Expr::Str(string)) = call.argument(0) else {
        return false;
    };
    let words = string.normalized_parts().into_iter().map(|part| match part {
        InterpolPart::Literal(text) => {
            let warns = text.to_ascii_lowercase().contains("warning");
            text.split_whitespace().count() + if warns { 4 } else { 0 }
        }
        InterpolPart::Interpolation(_) => 0,
    });
    words.sum::<usize>() > 3
}
