//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::attribute::{ends_with, full_path};
use crate::lint::call::constant;
use crate::lint::document::Checker;

rule! {
    /// A machine without NixOS' firewall.
    ///
    /// Without it every port that any service opens is open to the network. Opening the wanted ports
    /// (`networking.firewall.allowedTCPPorts`, a service's `openFirewall`) keeps the others closed. A machine behind another
    /// firewall may do without, so the rule runs only when it is asked for.
    ///
    /// ```nix
    /// networking.firewall.enable = false;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// networking.firewall.allowedTCPPorts = [ 443 ];
    /// ```
    "firewall-off": Security, Help, optional;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    if document.attribute_name(attribute.syntax()) != Some("enable") {
        return;
    }
    let off = attribute.value().and_then(|value| constant(document, &value)) == Some(false);
    let ours = || ends_with(&full_path(node, document.text), &["networking", "firewall", "enable"]);
    if off && !document.is_test() && ours() {
        checker.report(node, "every port that a service opens is open to the network");
    }
}
