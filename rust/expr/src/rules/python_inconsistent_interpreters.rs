//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// A Python package whose dependencies come from another package set than itself.
    ///
    /// A package of one interpreter cannot import those of another, and `python3Packages` is only one of the sets that
    /// a file under `python-modules` is built in: for another version of Python its dependencies would still be those
    /// of the default one. Such a file takes each dependency as an argument.
    ///
    /// ```nix
    /// { buildPythonPackage, python3Packages }:
    /// buildPythonPackage {
    ///   dependencies = [ python3Packages.requests ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { buildPythonPackage, requests }:
    /// buildPythonPackage {
    ///   dependencies = [ requests ];
    /// }
    /// ```
    "python-inconsistent-interpreters": Package, Warning, default;
    on [NODE_ROOT] => check
}

/// The lists whose packages are imported.
const LISTS: [&str; 6] = [
    "build-system",
    "checkInputs",
    "dependencies",
    "nativeCheckInputs",
    "propagatedBuildInputs",
    "nativeBuildInputs",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        if derivation.kind != Kind::Python {
            continue;
        }
        let Some(mut own) = own_set(document.text, derivation) else {
            continue;
        };
        for list in LISTS {
            let Some(inputs) = derivation.elements(list, document.text) else {
                continue;
            };
            for input in &inputs.all {
                let Some(set) = input.name.and_then(python_set) else {
                    continue;
                };
                if own.is_empty() && !document.path.contains("python-modules/") {
                    // the builder may come from this set: then all else has to come from it, too
                    set.clone_into(&mut own);
                } else if interpreter(&own) != interpreter(set) {
                    let of = match own.as_str() {
                        "" => "the set that calls this file".to_owned(),
                        own => format!("`{own}`"),
                    };
                    checker.report(
                        input.expr.syntax(),
                        format!("taken from `{set}`, while the package itself comes from {of}"),
                    );
                }
            }
        }
    }
}

/// `python3` of both `python3Packages` and `python3.pkgs`, which are the same.
fn interpreter(set: &str) -> &str {
    let set = ["pkgs.", "buildPackages.", "pkgs.buildPackages."]
        .iter()
        .find_map(|prefix| set.strip_prefix(prefix))
        .unwrap_or(set);
    set.strip_suffix("Packages")
        .or_else(|| set.strip_suffix(".pkgs"))
        .unwrap_or(set)
}

/// The set that the builder is taken from; empty for a builder that is an argument.
fn own_set(text: &str, derivation: &crate::lint::derivation::Derivation<'_>) -> Option<String> {
    let function = rnix::ast::Apply::cast(derivation.call.clone())?.lambda()?;
    let written = text.get(crate::lint::tree::range_of(function.syntax()))?;
    if written == derivation.builder {
        return Some(String::new());
    }
    python_set(written).map(str::to_owned)
}

/// `python3Packages` of `python3Packages.requests`, `python3.pkgs` of `python3.pkgs.requests`.
fn python_set(name: &str) -> Option<&str> {
    let (set, package) = name.rsplit_once('.')?;
    let last = set.rsplit('.').next()?;
    let is_set = (last.starts_with("python") && last.ends_with("Packages"))
        || (last == "pkgs" && set.starts_with("python"));
    (is_set && !package.is_empty()).then_some(set)
}
