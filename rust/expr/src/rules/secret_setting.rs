//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::lint::attribute::full_path;
use crate::lint::document::Checker;
use crate::lint::secret::is_secret_name;
use crate::lint::tree::{literal_text, range_of, unwrap_parens};

rule! {
    /// A password, secret or token as a plain string in a service's settings or a process' environment.
    ///
    /// Settings and environments of NixOS' units are files of the Nix store, which everybody on the machine can read. Most
    /// services can read the value from a file (`passwordFile`, `EnvironmentFile`, `LoadCredential`). Names with `file`, `path`
    /// or `command` in the end, and strings that name a file, are what one wants. The value is never printed.
    ///
    /// ```nix
    /// systemd.services.it.environment.API_TOKEN = "0a1b2c3d";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// systemd.services.it.serviceConfig.EnvironmentFile = "/run/secrets/it.env";
    /// ```
    "secret-setting": Security, Warning, default;
    on [NODE_ATTRPATH_VALUE] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(attribute) = ast::AttrpathValue::cast(node.clone()) else {
        return;
    };
    let Some(name) = document.attribute_name(attribute.syntax()).filter(|name| is_secret_name(name)) else {
        return;
    };
    let Some(Expr::Str(string)) = attribute.value().and_then(unwrap_parens) else {
        return;
    };
    if literal_text(&string).is_none_or(|value| is_harmless(&value) || value == name) || document.is_test() {
        return;
    }
    let path = full_path(node, document.text);
    if is_configured(&path) {
        checker
            .report(node, format!("`{name}` is readable by everybody on the machine"))
            .secret(range_of(string.syntax()));
    }
}

/// Whether an attribute of this path ends up in the store: a setting of a service, or an environment.
fn is_configured(path: &[&str]) -> bool {
    let shown = |name: &&str| {
        matches!(*name, "example" | "options" | "meta" | "passthru" | "description")
    };
    if path.iter().any(shown) {
        return false;
    }
    let first = path.iter().find(|name| **name != "config").copied();
    match first {
        Some("services" | "networking" | "programs" | "security" | "virtualisation") => {
            path.len() > 2
        }
        Some("systemd" | "environment" | "home") => path
            .iter()
            .any(|name| matches!(*name, "environment" | "variables" | "sessionVariables")),
        _ => false,
    }
}

/// What is no secret: nothing, a path, a reference that is filled in later, or several words.
fn is_harmless(value: &str) -> bool {
    value.is_empty()
        || value.starts_with(['/', '$', '%', '@', '!', '*', '<', '#'])
        || value.contains("://")
        || value.contains(' ')
        || matches!(value, "true" | "false" | "none" | "null" | "default" | "unused" | "dummy" | "0" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_settings_lie() {
        assert!(is_configured(&["services", "it", "settings", "password"]));
        assert!(is_configured(&["config", "systemd", "services", "it", "environment", "TOKEN"]));
        assert!(!is_configured(&["systemd", "services", "it", "password"]));
        assert!(!is_configured(&["options", "services", "it", "password"]));
        assert!(!is_configured(&["password"]));
    }
}
