//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// A Python package that nothing tests.
    ///
    /// Python code that cannot even be imported builds without a complaint. The package's own tests find that out, with
    /// `pytestCheckHook` in `nativeCheckInputs`; where there are none, `pythonImportsCheck` does.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pname = "tool";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pname = "tool";
    ///   nativeCheckInputs = [ pytestCheckHook ];
    ///   pythonImportsCheck = [ "tool" ];
    /// }
    /// ```
    ///
    /// Only files that are one package are looked at, and only where all attributes are written there.
    "python-include-tests": Package, Note, optional;
    on [NODE_ROOT] => check
}

/// Any of these tests something.
const TESTS: [&str; 9] = [
    "checkPhase",
    "installCheckPhase",
    "checkInputs",
    "nativeCheckInputs",
    "nativeInstallCheckInputs",
    "pythonImportsCheck",
    "doInstallCheck",
    "preCheck",
    "postInstallCheck",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        let attributes = &derivation.attributes;
        let is_python = derivation.builder.starts_with("buildPython");
        if derivation.kind != Kind::Python || !is_python || !derivation.is_package {
            continue;
        }
        if attributes.complete
            && !TESTS.iter().any(|name| attributes.has(name))
            && let Some(pname) = attributes.find("pname").or_else(|| attributes.find("name"))
        {
            checker.report_at(pname.key.clone(), "nothing tests that the package can be imported");
        }
    }
}
