//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::secret::is_secret_name;

rule! {
    /// A secret that is read while the configuration is evaluated.
    ///
    /// What `readFile` returns becomes part of whatever it is put into, and with it of the Nix store, which everybody on the
    /// machine can read; it also has to lie unencrypted wherever the configuration is evaluated. Give the path to the service,
    /// as a string.
    ///
    /// ```nix
    /// services.it.password = builtins.readFile ./secrets/password;
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// services.it.passwordFile = "/run/secrets/it-password";
    /// ```
    "secret-read": Security, Warning, default;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of(document, node, &["readFile", "fileContents", "importJSON"]) else {
        return;
    };
    let Some(argument) = call.argument(0) else {
        return;
    };
    let text = document.text_of(argument.syntax());
    let names = match &argument {
        Expr::Str(_) | Expr::PathRel(_) | Expr::PathAbs(_) | Expr::PathHome(_) => is_secret_file(text),
        Expr::Select(_) => text.starts_with("config.") && {
            let secrets = text.contains(".secrets.") || text.contains(".age.") || text.contains(".sops.");
            secrets && text.ends_with(".path")
        },
        _ => false,
    };
    if names && !document.is_test() {
        checker.report(node, "this secret ends up in the Nix store, which everybody can read");
    }
}

/// Whether the path is that of a secret: by a folder of secrets, or by its own name.
fn is_secret_file(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let parts = || path.split('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    // what is public or encrypted may be read
    if [".pub", ".crt", ".cert", ".nix", ".sh", ".py", ".age", ".gpg", ".md", ".lua"].iter().any(|end| name.ends_with(end)) {
        return false;
    }
    let stem = name.split('.').next().unwrap_or(name);
    parts().rev().skip(1).any(|part| matches!(part, "secrets" | "private" | "secret"))
        || is_secret_name(stem)
        || name.ends_with(".key")
        || matches!(name, "id_rsa" | "id_ed25519" | "id_ecdsa")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_secrets() {
        for path in ["./secrets/db", "/etc/ssl/host.key", "../admin-password.txt", "~/.ssh/id_ed25519"] {
            assert!(is_secret_file(path), "{path}");
        }
        for path in ["./secrets/host.pub", "./keys.nix", "./password.age", "./README", "./keyboard.key.md"] {
            assert!(!is_secret_file(path), "{path}");
        }
    }
}
