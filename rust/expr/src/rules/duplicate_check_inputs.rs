//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::derivation::removal;
use crate::lint::document::Checker;

rule! {
    /// A dependency of the tests that the package depends on anyway.
    ///
    /// What stands in `propagatedBuildInputs` or in a Python package's `dependencies` is there during the tests as
    /// well, and so is, for `nativeCheckInputs`, what stands in `nativeBuildInputs`. Named twice it has to be changed
    /// twice.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   dependencies = [ requests ];
    ///   nativeCheckInputs = [ pytestCheckHook requests ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   dependencies = [ requests ];
    ///   nativeCheckInputs = [ pytestCheckHook ];
    /// }
    /// ```
    ///
    /// The fix is not safe: the list is part of the derivation, and with other hosts the two lists mean other packages.
    "duplicate-check-inputs": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// Lists for tests, with the lists that are there during tests anyway.
const LISTS: [(&str, &[&str]); 2] = [
    ("checkInputs", &["propagatedBuildInputs", "dependencies", "buildInputs"]),
    ("nativeCheckInputs", &["propagatedBuildInputs", "dependencies", "nativeBuildInputs"]),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for (list, others) in LISTS {
            let Some(inputs) = derivation.elements(list, document.text) else {
                continue;
            };
            for other in others {
                let Some(known) = derivation.elements(other, document.text) else {
                    continue;
                };
                for input in &inputs.all {
                    let Some(name) = input.name else { continue };
                    let twice = known
                        .all
                        .iter()
                        .any(|other| other.name == Some(name) && !other.conditional);
                    if !twice {
                        continue;
                    }
                    let message = format!("`{name}` of `{list}` stands in `{other}` already");
                    let reported = checker.report(input.expr.syntax(), message);
                    if input.in_list
                        && let Some(edit) = removal::remove(input.expr.syntax(), document.text)
                    {
                        let set = derivation.set.syntax();
                        reported.fix(FixClass::Unsafe, "remove it", set, vec![edit]);
                    }
                }
            }
        }
    }
}
