//! See [`RULE`].

use rnix::SyntaxNode;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::Kind;
use crate::lint::document::Checker;

rule! {
    /// A misspelt `pythonImportsCheck`.
    ///
    /// Under another name nothing is imported and nothing is checked, and nobody notices.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pythonImportCheck = [ "requests" ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pythonImportsCheck = [ "requests" ];
    /// }
    /// ```
    ///
    /// The fix is not safe: the check may fail once it runs.
    "python-imports-check-typo": Package, Error, default, fix Unsafe;
    on [NODE_ROOT] => check
}

const SLIPS: [&str; 8] = [
    "importsCheck",
    "pythonCheckImports",
    "pythonImportCheck",
    "pythonImportTest",
    "pythonImportTests",
    "pythonImportsChecks",
    "pythonImportsTest",
    "pythonImportsTests",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if derivation.kind != Kind::Python {
            continue;
        }
        for attribute in &derivation.attributes.all {
            let [name] = attribute.path[..] else { continue };
            if !SLIPS.contains(&name) {
                continue;
            }
            let message = format!("nothing reads `{name}`; `pythonImportsCheck` is meant");
            let reported = checker.report_at(attribute.key.clone(), message);
            if attribute.value.is_some() {
                let edit = TextEdit::replace(attribute.key.clone(), "pythonImportsCheck");
                reported.fix(FixClass::Unsafe, "write `pythonImportsCheck`", &attribute.node, vec![edit]);
            }
        }
    }
}
