//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Param};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::pattern::{asks_for_arguments, is_flake_outputs, is_module_argument, report, unused};

rule! {
    /// A module's `config`, `lib`, `pkgs` or other argument of modules that it does not use.
    ///
    /// Many people begin every module with the same `{ config, lib, pkgs, ... }:`, so that this is asked for explicitly. Among
    /// the names are also `options`, `modulesPath`, `name`, `nodes`, `self`, `inputs` and `system`. The module system passes what
    /// is named, and `...` lets the rest pass; the fix changes nothing, but is not safe in a file that asks for `functionArgs`.
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
    if pattern.ellipsis_token().is_none() || is_flake_outputs(checker.document, node) {
        return;
    }
    let mut found = unused(checker.document, node);
    found.retain(|binding| is_module_argument(binding.name));
    let class = match asks_for_arguments(checker.document.text) {
        true => FixClass::Unsafe,
        false => FixClass::Safe,
    };
    report(checker, &pattern, &found, "module argument", class);
}
