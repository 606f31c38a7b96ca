//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::Kind;
use crate::lint::derivation::meta;
use crate::lint::document::Checker;

rule! {
    /// An application that does not say what its program is called.
    ///
    /// `nix run` and `lib.getExe` start `meta.mainProgram`; without it they guess from the package's name, and
    /// `lib.getExe` warns.
    ///
    /// ```nix
    /// buildGoModule {
    ///   pname = "go-tool";
    ///   meta.description = "Tool that does one thing";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildGoModule {
    ///   pname = "go-tool";
    ///   meta = {
    ///     description = "Tool that does one thing";
    ///     mainProgram = "tool";
    ///   };
    /// }
    /// ```
    ///
    /// Whether there is a program cannot be seen without building, so only the builders of applications are looked at,
    /// and the rule has to be asked for.
    "main-program-missing": Package, Help, optional;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let builds_programs = matches!(derivation.kind, Kind::Go | Kind::Rust | Kind::Npm)
            || derivation.builder == "buildPythonApplication";
        if !builds_programs || !derivation.is_package {
            continue;
        }
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        if meta.complete
            && !meta.has("mainProgram")
            && let Some(place) = meta::place(derivation)
        {
            checker.report_at(place, "`meta.mainProgram` does not say what the program is called");
        }
    }
}
