//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::call::Call;
use crate::lint::document::Checker;

rule! {
    /// A string whose context is thrown away.
    ///
    /// The context says which store paths a string needs. Without it Nix neither builds nor keeps them, and what was built with
    /// the string may find its dependency gone. That is right for names and versions, and a bug otherwise; which of the two,
    /// only a reader can tell, so the rule runs only when it is asked for.
    ///
    /// ```nix
    /// script = builtins.unsafeDiscardStringContext "${pkgs.hello}/bin/hello";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// script = "${pkgs.hello}/bin/hello";
    /// ```
    "discarded-context": Correctness, Help, optional;
    on [NODE_APPLY] => check
}

const NAMES: &[&str] = &["unsafeDiscardOutputDependency", "unsafeDiscardStringContext"];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    if let Some(call) = Call::of(checker.document, node, NAMES) {
        let message = format!("`{}` makes Nix forget what the string needs", call.name);
        checker.report(node, message);
    }
}
