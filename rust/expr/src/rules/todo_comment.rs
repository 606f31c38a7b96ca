//! See [`RULE`].

use rnix::NodeOrToken;
use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::SyntaxNode;

use crate::lint::document::Checker;
use crate::lint::tree::bytes;

rule! {
    /// A comment that says that something is left to do.
    ///
    /// Found are the words TODO, FIXME, XXX and HACK in capitals. The rule runs only when it is asked for, by who wants a list
    /// of them, or wants none.
    ///
    /// ```nix
    /// # TODO: drop the patch with version 3
    /// patches = [ ./fix.patch ];
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// # fixed in version 3
    /// patches = [ ./fix.patch ];
    /// ```
    "todo-comment": Style, Help, optional;
    on [NODE_ROOT] => check
}

const WORDS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let text = checker.document.text;
    if !WORDS.iter().any(|word| text.contains(word)) {
        return;
    }
    let tokens = node.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    for token in tokens.filter(|token| token.kind() == TOKEN_COMMENT) {
        let start = bytes(token.text_range()).start;
        let mut at = 0;
        for word in token.text().split_inclusive(|character: char| !character.is_ascii_alphanumeric() && character != '_') {
            let name = word.trim_end_matches(|character: char| !character.is_ascii_alphanumeric() && character != '_');
            if WORDS.contains(&name) {
                let from = start + at;
                checker.report_at(from..from + name.len(), format!("a comment says {name}"));
            }
            at += word.len();
        }
    }
}
