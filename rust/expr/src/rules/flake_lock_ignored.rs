//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::flake::Flake;

rule! {
    /// A flake whose `flake.lock` git ignores.
    ///
    /// Everybody who evaluates the flake then gets other inputs, those of the day, and what was built once cannot be
    /// built again. Take the line out of `.gitignore` and commit the file. A flake without inputs needs no lock.
    ///
    /// ```nix
    /// {
    ///   inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    ///   outputs = { nixpkgs, ... }: { };
    /// }
    /// ```
    "flake-lock-ignored": Flake, Warning, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let ignores = document.surroundings.is_some_and(|it| it.ignores_lock());
    let Some(flake) = ignores.then(|| Flake::of(document)).flatten() else {
        return;
    };
    let named = !flake.inputs.is_empty() || !flake.closed;
    if let Some(first) = flake.declarations.first().filter(|_| named) {
        checker.report(first, "git ignores the `flake.lock` of these inputs");
    }
}
