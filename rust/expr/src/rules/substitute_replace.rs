//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::SyntaxKind::TOKEN_STRING_CONTENT;
use rnix::ast::Expr;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{bytes, range_of};

rule! {
    /// A call of `substituteInPlace` or `substitute` with `--replace`.
    ///
    /// The option is deprecated, and the build says so. `--replace-fail` fails when there is nothing to replace, which
    /// is how a package that upstream changed is noticed; `--replace-quiet` does not mind, and `--replace-warn` says so
    /// in the log.
    ///
    /// ```nix
    /// postPatch = "substituteInPlace Makefile --replace /usr $out";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// postPatch = "substituteInPlace Makefile --replace-fail /usr $out";
    /// ```
    ///
    /// The fix is not safe: the derivation is another one, and the build may fail where nothing was replaced.
    "substitute-replace": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

const OPTION: &str = "--replace";

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        for attribute in &derivation.attributes.all {
            let Some(value) = &attribute.value else { continue };
            let text = document.text_of(value.syntax());
            if !text.contains(OPTION) || !text.contains("substitute") {
                continue;
            }
            if matches!(value, Expr::AttrSet(_) | Expr::Apply(_)) {
                continue;
            }
            let edits = options(value.syntax());
            if let Some(first) = edits.first() {
                let from = first.range.start - OPTION.len();
                checker
                    .report_at(from..first.range.start, "`--replace` is deprecated")
                    .fix(FixClass::Unsafe, "use `--replace-fail`", value.syntax(), edits);
            }
        }
    }
}

/// Inserts `-fail` behind each `--replace` that is a word and belongs to a call of substitute.
fn options(value: &SyntaxNode) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let mut in_call = false;
    for token in value.descendants_with_tokens().filter_map(rnix::NodeOrToken::into_token) {
        if token.kind() != TOKEN_STRING_CONTENT {
            continue;
        }
        let start = bytes(token.text_range()).start;
        let mut offset = 0;
        for line in token.text().split_inclusive('\n') {
            let trimmed = line.trim_start();
            if trimmed.starts_with("substitute") || line.contains(" substitute") {
                in_call = true;
            }
            if in_call {
                let words = line.match_indices(OPTION).map(|(at, _)| at + OPTION.len());
                for end in words {
                    if line.get(end..).is_some_and(is_end_of_word) {
                        edits.push(TextEdit::insert(start + offset + end, "-fail"));
                    }
                }
            }
            if line.ends_with('\n') && !line.trim_end().ends_with('\\') {
                in_call = false;
            }
            offset += line.len();
        }
    }
    debug_assert!(edits.iter().all(|edit| range_of(value).contains(&edit.range.start)));
    edits
}

fn is_end_of_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(|next| next.is_whitespace())
}
