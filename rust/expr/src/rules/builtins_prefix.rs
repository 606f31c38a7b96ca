//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::builtin::{builtins_attribute, means_global};
use crate::lint::document::Checker;
use crate::lint::global;
use crate::lint::tree::{has_comment, range_of};

rule! {
    /// A `builtins.` in front of a name that needs none.
    ///
    /// `builtins.map` and `map` are the same function. Whether to write the prefix everywhere or only where it is
    /// needed is a matter of taste, so that this is asked for explicitly.
    ///
    /// ```nix
    /// builtins.map builtins.toString [ 1 2 ]
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// map toString [ 1 2 ]
    /// ```
    "builtins-prefix": Style, Help, optional, fix Safe;
    on [NODE_SELECT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(select) = ast::Select::cast(node.clone()) else {
        return;
    };
    let document = checker.document;
    let Some(name) = builtins_attribute(document, &select) else {
        return;
    };
    if !global::is_prelude(name) || !means_global(document, name, range_of(node).start) {
        return;
    }
    let reported = checker.report(node, format!("`{name}` needs no `builtins.`"));
    if !has_comment(node) {
        reported.replace(FixClass::Safe, format!("write `{name}`"), node, name);
    }
}
