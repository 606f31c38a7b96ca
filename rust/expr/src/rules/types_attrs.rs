//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::call::type_of;
use crate::lint::document::Checker;

rule! {
    /// The option type `types.attrs`.
    ///
    /// It takes any set, merges only the first level, lets later definitions overwrite earlier ones silently, and leaves
    /// `mkIf`, `mkDefault` and `mkForce` inside as they are. `attrsOf` with the type of the values does not, nor does a
    /// `submodule`. Old options cannot always be changed, so the rule runs only when it is asked for.
    ///
    /// ```nix
    /// type = lib.types.attrs;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// type = lib.types.attrsOf lib.types.anything;
    /// ```
    "types-attrs": Module, Help, optional;
    on [NODE_SELECT, NODE_IDENT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let text = document.text_of(node);
    if text.ends_with("attrs") && type_of(document, node) == Some("attrs") {
        checker.report(node, "`types.attrs` does not merge what is inside");
    }
}
