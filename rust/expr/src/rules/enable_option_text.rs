//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::tree::{literal_text, range_of};

rule! {
    /// The text of a `mkEnableOption` that repeats what the function adds.
    ///
    /// `mkEnableOption "x"` describes the option as "Whether to enable x.": a text that begins with the same words or ends with
    /// a period gives "Whether to enable Whether to enable x..". The fix changes the description, so it is not safe.
    ///
    /// ```nix
    /// enable = lib.mkEnableOption "Whether to enable the printer daemon.";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// enable = lib.mkEnableOption "the printer daemon";
    /// ```
    "enable-option-text": Module, Warning, default, fix Unsafe;
    on [NODE_APPLY] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(call) = Call::of_library(document, node, &["mkEnableOption"]) else {
        return;
    };
    let Some(Expr::Str(string)) = call.argument(0).filter(|_| call.arguments.len() == 1) else {
        return;
    };
    let Some(text) = literal_text(&string) else {
        return;
    };
    let whole = text.trim();
    let lower = whole.to_ascii_lowercase();
    let repeated = ["whether to enable ", "whether or not to enable ", "whether to ", "whether "]
        .into_iter()
        .find(|words| lower.starts_with(words));
    let ends = whole.ends_with('.') && !whole.ends_with("..") && !whole.ends_with("etc.");
    let message = match (repeated, ends) {
        (Some(_), _) => "`mkEnableOption` writes \"Whether to enable\" itself",
        (None, true) => "`mkEnableOption` writes the final period itself",
        (None, false) => return,
    };
    let reported = checker.report(string.syntax(), message);
    let range = range_of(string.syntax());
    let source = document.text.get(range.clone()).unwrap_or_default();
    let short = source.starts_with('"') && source.get(1..source.len().saturating_sub(1)) == Some(whole);
    if !short {
        return;
    }
    let mut edits = Vec::new();
    if let Some(words) = repeated.filter(|words| words.ends_with("enable ")) {
        edits.push(TextEdit::remove(range.start + 1..range.start + 1 + words.len()));
    }
    if ends {
        edits.push(TextEdit::remove(range.end - 2..range.end - 1));
    }
    if !edits.is_empty() {
        reported.fix(FixClass::Unsafe, "leave to the function what it adds", string.syntax(), edits);
    }
}
