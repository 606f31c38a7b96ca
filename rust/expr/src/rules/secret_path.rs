//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::secret::is_secret_name;
use crate::lint::tree::unwrap_parens;

rule! {
    /// A path literal where a file with a secret is wanted.
    ///
    /// Nix copies what a path literal names into its store when the path becomes a string, and everybody on the machine can
    /// read the store. A string is taken as it stands: the file is read where it lies, when the service starts. There is no
    /// fix, since the file has to be somewhere else on the machine.
    ///
    /// ```nix
    /// services.it.passwordFile = ./secrets/password;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// services.it.passwordFile = "/run/secrets/it-password";
    /// ```
    "secret-path": Security, Warning, default;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let Some(name) = document.attribute_name(attribute.syntax()) else {
        return;
    };
    let base = ["File", "Path", "_FILE", "_file", "-file", "_PATH"]
        .into_iter()
        .find_map(|end| name.strip_suffix(end));
    if base.is_none_or(|base| !is_secret_name(base)) {
        return;
    }
    let Some(value) = attribute.value().and_then(unwrap_parens) else {
        return;
    };
    if matches!(value, Expr::PathRel(_) | Expr::PathAbs(_) | Expr::PathHome(_)) && !document.is_test() {
        checker.report(value.syntax(), format!("`{name}` copies the secret to the Nix store"));
    }
}
