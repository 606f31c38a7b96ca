//! See [`RULE`].

use rnix::SyntaxKind::{
    NODE_ASSERT, NODE_LAMBDA, NODE_LET_IN, NODE_PAREN, NODE_ROOT, NODE_WITH,
};
use rnix::SyntaxNode;
use rnix::ast::{self, Param};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::pattern::{
    asks_for_arguments, is_flake_outputs, is_module_argument, report, unused,
};

rule! {
    /// A name in a function's pattern that nothing uses.
    ///
    /// Where the pattern ends in `...`, callers may pass the argument all the same, and the fix is safe (not so in a
    /// file that asks for `functionArgs`). Without `...` a caller
    /// that passes it by name fails once it is gone: `callPackage ./file.nix { name = …; }`, `.override { name = …; }`. That fix is
    /// not safe. Inner functions without `...` are left alone, because their callers pass all that is named.
    ///
    /// Left alone are also names that begin with an underscore, patterns with a name for the whole argument (`@args`) that is
    /// used, the `outputs` function of a flake, and what a module is given, of which another rule speaks.
    ///
    /// ```nix
    /// { stdenv, fetchurl, zlib }: stdenv.mkDerivation { src = fetchurl { }; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { stdenv, fetchurl }: stdenv.mkDerivation { src = fetchurl { }; }
    /// ```
    "unused-formal": Unused, Warning, default, fix Unsafe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(lambda) = ast::Lambda::cast(node.clone()) else {
        return;
    };
    let Some(Param::Pattern(pattern)) = lambda.param() else {
        return;
    };
    let document = checker.document;
    let is_open = pattern.ellipsis_token().is_some();
    let mut found = unused(document, node);
    found.retain(|binding| !(is_open && is_module_argument(binding.name)));
    if found.is_empty() || is_flake_outputs(document, node) {
        return;
    }
    let class = match is_open {
        true if asks_for_arguments(document.text) => FixClass::Unsafe,
        true => FixClass::Safe,
        false if is_whole_file(node) => FixClass::Unsafe,
        // what calls it passes all that is named
        false => return,
    };
    report(checker, &pattern, &found, "argument", class);
}

/// Whether the function is what the file evaluates to, perhaps below a `let` or once it has been given other arguments.
fn is_whole_file(lambda: &SyntaxNode) -> bool {
    let mut node = lambda.clone();
    while let Some(parent) = node.parent() {
        match parent.kind() {
            NODE_ROOT => return true,
            NODE_PAREN => {}
            NODE_LAMBDA | NODE_LET_IN | NODE_WITH | NODE_ASSERT
                if parent.last_child().as_ref() == Some(&node) => {}
            _ => return false,
        }
        node = parent;
    }
    false
}
