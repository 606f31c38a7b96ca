//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Param};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::pattern::{is_module_argument, report, unused};

rule! {
    /// A module's `config`, `lib`, `pkgs`, `options` or `modulesPath` that it does not use.
    ///
    /// Many people begin every module with the same `{ config, lib, pkgs, ... }:`, so that this is asked for explicitly. The
    /// module system passes what is named, and `...` lets the rest pass; the fix changes nothing.
    ///
    /// ```nix
    /// { config, lib, pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; }
    /// ```
    "unused-module-argument": Unused, Note, optional, fix Safe;
    on [NODE_LAMBDA] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(lambda) = ast::Lambda::cast(node.clone()) else {
        return;
    };
    let Some(Param::Pattern(pattern)) = lambda.param() else {
        return;
    };
    if pattern.ellipsis_token().is_none() {
        return;
    }
    let mut found = unused(checker.document, node);
    found.retain(|binding| is_module_argument(binding.name));
    report(checker, &pattern, &found, "module argument", FixClass::Safe);
}
