//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::document::Checker;
use crate::lint::tree::{literal_text, unwrap_parens};

rule! {
    /// A flake's input that comes over an unprotected connection.
    ///
    /// The lock file keeps what was once fetched, but whoever sits between here and there decides what is fetched when the
    /// input is updated.
    ///
    /// ```nix
    /// inputs.tool.url = "http://example.org/tool.tar.gz";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// inputs.tool.url = "https://example.org/tool.tar.gz";
    /// ```
    "flake-insecure-url": Flake, Warning, default;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    if document.file_name() != "flake.nix" {
        return;
    }
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    if document.attribute_name(attribute.syntax()) != Some("url") {
        return;
    }
    let Some(Expr::Str(string)) = attribute.value().and_then(unwrap_parens) else {
        return;
    };
    let Some(url) = literal_text(&string) else {
        return;
    };
    let open = ["http://", "tarball+http://", "file+http://", "git+http://", "git://", "hg+http://"];
    let local = ["://localhost", "://127.", "://[::1]"].iter().any(|host| url.contains(host));
    if open.iter().any(|scheme| url.starts_with(scheme)) && !local {
        let path = full_path(node, document.text);
        if path.first() == Some(&"inputs") {
            checker.report(string.syntax(), "this input comes over an unprotected connection");
        }
    }
}
