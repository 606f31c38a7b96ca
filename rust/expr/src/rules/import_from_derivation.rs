//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::build::is_built;
use crate::lint::call::Call;
use crate::lint::document::Checker;

rule! {
    /// Evaluation that waits for a build.
    ///
    /// To import or read what a derivation makes, Nix has to build it first, one such file after the other, while nothing else
    /// is evaluated. Evaluating for another system then needs a machine of that system, and nixpkgs does not allow it. Keep the
    /// generated file beside the Nix file, or fetch with `builtins.fetchTarball`, which the evaluator does by itself.
    ///
    /// ```nix
    /// import (pkgs.runCommand "generated.nix" { } "echo { } > $out")
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// import ./generated.nix
    /// ```
    "import-from-derivation": Correctness, Warning, default;
    on [NODE_APPLY] => check
}

const READERS: &[&str] = &[
    "fileContents",
    "import",
    "importJSON",
    "importTOML",
    "readDir",
    "readFile",
    "readLines",
    "scopedImport",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of(document, node, READERS) else {
        return;
    };
    let at = usize::from(call.name == "scopedImport");
    let Some(argument) = call.argument(at).filter(|_| !document.is_test()) else {
        return;
    };
    if is_built(document, &argument) {
        checker.report(node, format!("`{}` waits for a build while Nix evaluates", call.name));
    }
}
