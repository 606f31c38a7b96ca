//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::option::Declaration;

rule! {
    /// An option without a type.
    ///
    /// Without `type` any value is taken, wrong ones are noticed where they do harm instead of where they are set, two
    /// definitions merge by guessing, and the manual says that the type is unspecified.
    ///
    /// ```nix
    /// options.services.it.port = lib.mkOption { default = 80; description = "The port to listen on."; };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// options.services.it.port = lib.mkOption {
    ///   type = lib.types.port;
    ///   default = 80;
    ///   description = "The port to listen on.";
    /// };
    /// ```
    "option-type": Module, Warning, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if let Some(option) = Declaration::of(document, node)
        && !option.members.has("type")
        && !option.is_hidden(document)
        && !option.is_addition(document, node)
    {
        checker.report(node, "this option has no `type`");
    }
}
