//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::derivation::{Derivation, Kind};
use crate::lint::document::Checker;

rule! {
    /// A call of `wrapProgram` or `makeWrapper` where nothing brings it.
    ///
    /// Both are shell functions that come with `makeWrapper` (or `makeBinaryWrapper`) in `nativeBuildInputs`. Without
    /// it the build ends with `command not found`.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   postInstall = "wrapProgram $out/bin/tool --prefix PATH : ${git}/bin";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ makeWrapper ];
    ///   postInstall = "wrapProgram $out/bin/tool --prefix PATH : ${git}/bin";
    /// }
    /// ```
    ///
    /// Only where all inputs are written there.
    "wrap-program-without-hook": Package, Warning, default;
    on [NODE_ROOT] => check
}

const FUNCTIONS: [&str; 3] = ["makeWrapper ", "wrapProgram ", "wrapProgramShell "];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let plain = matches!(derivation.kind, Kind::Stdenv | Kind::Go | Kind::Rust);
        if !plain || !derivation.attributes.complete {
            continue;
        }
        let call = derivation.attributes.all.iter().find_map(|attribute| {
            let [name] = attribute.path[..] else { return None };
            let is_script = ["pre", "post"].iter().any(|word| name.starts_with(word)) || name.ends_with("Phase");
            let Some(Expr::Str(script)) = attribute.value.as_ref().filter(|_| is_script) else {
                return None;
            };
            let text = document.text_of(script.syntax());
            let function = FUNCTIONS.iter().find(|function| calls(text, function))?;
            Some((function.trim_end(), attribute.key.clone()))
        });
        if let Some((function, key)) = call
            && !may_bring(derivation, document.text)
        {
            checker.report_at(key, format!("nothing in the inputs brings `{function}`"));
        }
    }
}

/// Whether a line of the script begins with the function.
fn calls(script: &str, function: &str) -> bool {
    script.trim_start_matches('\'').trim_start_matches('"').lines().any(|line| {
        let line = line.trim_start();
        line.starts_with(function)
    })
}

/// Whether some input may bring the functions: a hook, or a list that is not known whole.
fn may_bring(derivation: &Derivation<'_>, text: &str) -> bool {
    let lists = derivation.attributes.all.iter().filter(|attribute| {
        let [name] = attribute.path[..] else { return false };
        name.ends_with("nputs") || name.starts_with("deps") || matches!(name, "build-system" | "dependencies")
    });
    for list in lists {
        let Some(value) = &list.value else { return true };
        let inputs = crate::lint::derivation::Elements::of(value, text);
        let brings = inputs.all.iter().any(|input| match input.last() {
            Some(name) => {
                let name = name.to_lowercase();
                name.contains("wrap") || name.ends_with("hook")
            }
            None => true,
        });
        if brings || !inputs.complete {
            return true;
        }
    }
    false
}
