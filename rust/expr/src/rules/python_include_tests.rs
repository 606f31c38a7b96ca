//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::derivation::Kind;
use crate::lint::document::Checker;
use crate::lint::tree::last_name;

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

/// Any of these tests something, unless `doCheck` is off.
const TESTS: [&str; 6] = [
    "checkPhase",
    "installCheckPhase",
    "checkInputs",
    "nativeCheckInputs",
    "preCheck",
    "postInstallCheck",
];

/// Any of these tests something in any case.
const IMPORTS: [&str; 3] = ["pythonImportsCheck", "nativeInstallCheckInputs", "doInstallCheck"];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let attributes = &derivation.attributes;
        let is_python = derivation.builder.starts_with("buildPython");
        if derivation.kind != Kind::Python || !is_python || !derivation.is_package {
            continue;
        }
        let off = attributes.find("doCheck").and_then(|off| off.value.as_ref());
        let off = off.is_some_and(|off| last_name(off, document.text) == Some("false"));
        let tests = TESTS.iter().any(|name| attributes.has(name));
        let imports = IMPORTS.iter().any(|name| attributes.has(name));
        if attributes.complete
            && !imports
            && (off || !tests)
            && let Some(pname) = attributes.find("pname").or_else(|| attributes.find("name"))
        {
            checker.report_at(pname.key.clone(), "nothing tests that the package can be imported");
        }
    }
}
