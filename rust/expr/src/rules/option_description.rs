//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::option::Declaration;

rule! {
    /// An option without a description.
    ///
    /// NixOS' manual does not build when an option that it shows has none, and who reads the module has to guess. Options with
    /// `internal = true` or `visible = false` are in no manual.
    ///
    /// ```nix
    /// options.services.it.port = lib.mkOption { type = lib.types.port; default = 80; };
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
    "option-description": Module, Warning, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if let Some(option) = Declaration::of(document, node)
        && !option.members.has("description")
        && !option.is_hidden(document)
        && !option.is_addition(document, node)
    {
        checker.report(node, "this option has no `description`");
    }
}
