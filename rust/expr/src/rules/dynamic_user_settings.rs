//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::Members;
use crate::lint::call::constant;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;

rule! {
    /// A setting of a systemd unit that `DynamicUser = true` brings already.
    ///
    /// systemd turns on PrivateTmp, NoNewPrivileges, RestrictSUIDSGID and RemoveIPC for such a unit, and makes ProtectSystem
    /// `strict` and ProtectHome `read-only`. Some write them out on purpose, so that the unit's protection can be seen at a
    /// glance, and therefore the rule runs only when it is asked for.
    ///
    /// ```nix
    /// serviceConfig = { DynamicUser = true; PrivateTmp = true; ProtectSystem = "strict"; };
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// serviceConfig.DynamicUser = true;
    /// ```
    "dynamic-user-settings": Module, Help, optional;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(user) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    if document.attribute_name(user.syntax()) != Some("DynamicUser") {
        return;
    }
    let Some(set) = node.parent().and_then(ast::AttrSet::cast) else {
        return;
    };
    let members = Members::of(&set, document.text);
    let dynamic = members.value("DynamicUser").and_then(|value| constant(document, &value));
    if dynamic != Some(true) {
        return;
    }
    for (name, attribute) in &members.all {
        let Some(value) = attribute.as_ref().and_then(|_| members.value(name)) else {
            continue;
        };
        let implied = match (*name, &value) {
            ("PrivateTmp" | "NoNewPrivileges" | "RestrictSUIDSGID" | "RemoveIPC", value) => {
                constant(document, value) == Some(true)
            }
            ("ProtectSystem", Expr::Str(text)) => literal_text(text).as_deref() == Some("strict"),
            ("ProtectHome", Expr::Str(text)) => literal_text(text).as_deref() == Some("read-only"),
            _ => false,
        };
        if implied && let Some(attribute) = attribute {
            let message = format!("`DynamicUser = true` brings `{name}` already");
            checker.report(attribute.syntax(), message);
        }
    }
}
