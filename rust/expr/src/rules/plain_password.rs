//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::{ends_with, full_path};
use crate::lint::document::Checker;
use crate::lint::tree::{literal_text, range_of, unwrap_parens};

rule! {
    /// A user's password in the configuration.
    ///
    /// Everybody on the machine can read the Nix store, and with it the password, or the hash to try guesses against; so can
    /// whoever reads the repository. `hashedPasswordFile` names a file that is read when the system starts. An empty password
    /// and one that matches nothing (`"!"`, `"*"`) are no secrets. The value is never printed.
    ///
    /// ```nix
    /// users.users.alice.initialPassword = "hunter2";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// users.users.alice.hashedPasswordFile = "/var/lib/secrets/alice.hash";
    /// ```
    "plain-password": Security, Warning, default;
    on [NODE_ATTRPATH_VALUE] => check
}

const NAMES: &[&str] = &["password", "initialPassword", "hashedPassword", "initialHashedPassword"];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let Some(name) = document.attribute_name(attribute.syntax()).filter(|name| NAMES.contains(name)) else {
        return;
    };
    let Some(Expr::Str(string)) = attribute.value().and_then(unwrap_parens) else {
        return;
    };
    let value = literal_text(&string);
    let harmless = value.is_some_and(|value| value.is_empty() || value.starts_with(['!', '*']));
    if harmless || document.is_test() {
        return;
    }
    let path = full_path(node, document.text);
    if ends_with(&path, &["users", "users", "*", name])
        || ends_with(&path, &["users", "extraUsers", "*", name])
    {
        let range = range_of(string.syntax());
        checker
            .report_at(range_of(node), format!("`{name}` is readable by everybody on the machine"))
            .secret(range);
    }
}
