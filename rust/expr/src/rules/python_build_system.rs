//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// A Python build backend in a list of other things.
    ///
    /// With `pyproject = true` what `pyproject.toml` names under `build-system` belongs in the attribute of that name.
    /// In `propagatedBuildInputs` or `dependencies` every user of the package gets the backend as well.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pyproject = true;
    ///   nativeBuildInputs = [ hatchling ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pyproject = true;
    ///   build-system = [ hatchling ];
    /// }
    /// ```
    ///
    /// setuptools is not looked at in lists for run time: some packages import it. Many packages are still written in
    /// the old way; that is why the rule has to be asked for.
    "python-build-system": Package, Note, optional;
    on [NODE_ROOT] => check
}

const BACKENDS: [&str; 12] = [
    "flit-core",
    "hatch-vcs",
    "hatchling",
    "meson-python",
    "pdm-backend",
    "poetry-core",
    "scikit-build-core",
    "setuptools",
    "setuptools-git-versioning",
    "setuptools-rust",
    "setuptools-scm",
    "uv-build",
];

const LISTS: [&str; 4] = ["nativeBuildInputs", "buildInputs", "propagatedBuildInputs", "dependencies"];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        if derivation.kind != Kind::Python || !derivation.is_true("pyproject", document.text) {
            continue;
        }
        for list in LISTS {
            let Some(inputs) = derivation.elements(list, document.text) else {
                continue;
            };
            let at_run_time = !list.ends_with("uildInputs") || list.starts_with("propagated");
            for input in &inputs.all {
                let Some(name) = input.last().filter(|name| BACKENDS.contains(name)) else {
                    continue;
                };
                if at_run_time && name == "setuptools" {
                    continue;
                }
                checker.report(input.expr.syntax(), format!("`{name}` belongs in `build-system`"));
            }
        }
    }
}
