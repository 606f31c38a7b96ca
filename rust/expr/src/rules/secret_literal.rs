//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::secret::known_secrets;

rule! {
    /// A key or token that is written into the file.
    ///
    /// Whoever can read the repository can use it, now and from its history later; and what a configuration says ends up in the
    /// Nix store, which everybody on the machine can read. Change it where it was issued, then let the machine read the new one
    /// from a file at run time. The value is never printed.
    ///
    /// ```nix
    /// services.it.token = "ghp_…";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// services.it.tokenFile = "/run/secrets/it-token";
    /// ```
    "secret-literal": Security, Error, default;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    // keys of tests are made for them and open nothing
    if checker.document.is_test() {
        return;
    }
    for secret in known_secrets(checker.document.text) {
        let message = format!("this looks like {}", secret.what);
        checker
            .report_at(secret.range.clone(), message)
            .secret(secret.range);
    }
}
