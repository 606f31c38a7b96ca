//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_URI;
use rnix::SyntaxNode;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::quote;

rule! {
    /// A URL without quotes.
    ///
    /// Nix reads `https://example.org/` as a string even without quotes, but RFC 45 did away with that form: it allows no
    /// interpolation, `x:x` is a URL where a function was meant, and Nix refuses it when `no-url-literals` is set.
    ///
    /// ```nix
    /// { homepage = https://example.org/; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { homepage = "https://example.org/"; }
    /// ```
    "url-literal": Style, Warning, default, fix Safe;
    on [NODE_LITERAL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let is_url = node
        .first_token()
        .is_some_and(|token| token.kind() == TOKEN_URI);
    if !is_url {
        return;
    }
    let text = checker.document.text_of(node);
    let Ok(quoted) = quote::string(text) else {
        return;
    };
    let message = match is_function_like(text) {
        true => "without a space behind the colon this is a URL, not a function",
        false => "a URL without quotes",
    };
    checker
        .report(node, message)
        .replace(FixClass::Safe, "quote it", node, quoted);
}

/// Whether it looks like `x:x`: no URL has so little behind its colon.
fn is_function_like(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.len() <= 2 && !rest.contains(['/', ':', '.', '@', '?'])
    })
}
