//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::FixClass;
use crate::lint::call::{Call};
use crate::lint::tree::operand_text;
use crate::lint::document::Checker;

rule! {
    /// `lib.mdDoc`, which nixpkgs has removed.
    ///
    /// Descriptions are Markdown since NixOS 24.05. The function did nothing from then on but warn, and is gone now.
    ///
    /// ```nix
    /// description = lib.mdDoc "The `port` to listen on.";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// description = "The `port` to listen on.";
    /// ```
    "md-doc": Module, Error, default, fix Safe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_library(document, node, &["mdDoc"]) else {
        return;
    };
    let reported = checker.report(node, "`lib.mdDoc` is removed: descriptions are Markdown already");
    if let [text] = call.arguments.as_slice() {
        let text = operand_text(text, document.text);
        reported.replace(FixClass::Safe, "write the text alone", node, text);
    }
}
