//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::Kind;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;

rule! {
    /// A Python package that is built in the old way.
    ///
    /// `format = "setuptools"` calls `setup.py`, which setuptools itself gives up. `pyproject = true` with a
    /// `build-system` builds every package in the same way, also those that have only a `setup.py`. `format =
    /// "pyproject"` is the older spelling of it.
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   format = "setuptools";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// buildPythonPackage {
    ///   pyproject = true;
    ///   build-system = [ setuptools ];
    /// }
    /// ```
    ///
    /// There is a fix for `format = "pyproject"` alone. It is not safe: the attribute's name is part of the derivation.
    "python-format": Package, Note, optional, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        if derivation.kind != Kind::Python || !derivation.builder.starts_with("buildPython") {
            continue;
        }
        let Some(format) = derivation.attributes.find("format") else {
            continue;
        };
        let Some(Expr::Str(value)) = &format.value else {
            continue;
        };
        match literal_text(value).as_deref() {
            Some("setuptools") => {
                checker.report(&format.node, "`pyproject = true` and `build-system` replace this format");
            }
            Some("pyproject") => {
                let reported = checker.report(&format.node, "`pyproject = true` says the same today");
                let range = crate::lint::tree::range_of(&format.node);
                let edit = TextEdit::replace(range, "pyproject = true;");
                reported.fix(FixClass::Unsafe, "write `pyproject = true`", &format.node, vec![edit]);
            }
            _ => {}
        }
    }
}
