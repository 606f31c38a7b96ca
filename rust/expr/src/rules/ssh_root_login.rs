//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::call::constant;
use crate::lint::document::Checker;
use crate::lint::tree::{literal_text, unwrap_parens};

rule! {
    /// An SSH server that lets root in with a password, or anybody with an empty one.
    ///
    /// The name `root` is known to everybody, so only the password stands between the network and the machine.
    /// `"prohibit-password"` lets root in with a key; `"no"` keeps root out.
    ///
    /// ```nix
    /// services.openssh.settings.PermitRootLogin = "yes";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// services.openssh.settings.PermitRootLogin = "prohibit-password";
    /// ```
    "ssh-root-login": Security, Warning, default;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let name = document.attribute_name(attribute.syntax());
    let Some(name @ ("PermitRootLogin" | "permitRootLogin" | "PermitEmptyPasswords")) = name else {
        return;
    };
    let value = attribute.value().and_then(unwrap_parens);
    let open = match &value {
        Some(Expr::Str(string)) => literal_text(string).is_some_and(|text| text == "yes"),
        Some(value) => constant(document, value) == Some(true),
        None => false,
    };
    if !open || document.is_test() {
        return;
    }
    let path = full_path(node, document.text);
    if path.iter().any(|part| matches!(*part, "openssh" | "sshd")) {
        let message = match name {
            "PermitEmptyPasswords" => "this SSH server takes empty passwords",
            _ => "this SSH server lets root in with a password",
        };
        checker.report(node, message);
    }
}
