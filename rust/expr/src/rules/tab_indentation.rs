//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_STRING_CONTENT;
use rnix::{NodeOrToken, SyntaxNode};

use crate::lint::document::Checker;
use crate::lint::tree::bytes;

rule! {
    /// A tab that keeps Nix from stripping the indentation of a string.
    ///
    /// From the lines of an indented string Nix takes away the spaces that all of them begin with. A tab is no space: one line
    /// that begins with a tab has no indentation, so every other line keeps all of its spaces. Where the tab is wanted, write it
    /// behind the spaces, or as `''\t`.
    ///
    /// ```nix
    /// ''
    ///     all: hello
    /// 	cc -o hello hello.c
    /// ''
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// ''
    ///   all: hello
    ///   ''\tcc -o hello hello.c
    /// ''
    /// ```
    "tab-indentation": Correctness, Warning, default;
    on [NODE_STRING] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    if node.first_token().is_none_or(|token| token.text() != "''") {
        return;
    }
    let mut least_spaces = usize::MAX;
    let mut tab: Option<(usize, usize)> = None;
    let mut line_starts = false;
    for child in node.children_with_tokens() {
        let NodeOrToken::Token(token) = child else {
            line_starts = false;
            continue;
        };
        if token.kind() != TOKEN_STRING_CONTENT {
            line_starts = token.text() == "''";
            continue;
        }
        let mut at = bytes(token.text_range()).start;
        for line in token.text().split_inclusive('\n') {
            if line_starts {
                let spaces = line.len() - line.trim_start_matches(' ').len();
                let rest = line.get(spaces..).unwrap_or_default();
                // what is computed makes the line one with text
                let goes_on = !line.ends_with('\n')
                    && token.next_sibling_or_token().is_some_and(|next| next.as_node().is_some());
                let blank = rest.trim().is_empty() && !goes_on;
                if rest.starts_with('\t') && !blank {
                    if tab.is_none_or(|(least, _)| spaces < least) {
                        tab = Some((spaces, at + spaces));
                    }
                } else if !blank {
                    least_spaces = least_spaces.min(spaces);
                }
            }
            line_starts = line.ends_with('\n');
            at += line.len();
        }
    }
    if let Some((spaces, at)) = tab
        && least_spaces != usize::MAX
        && spaces < least_spaces
    {
        let message = format!("with this tab the other lines keep {} spaces more", least_spaces - spaces);
        checker.report_at(at..at + 1, message);
    }
}
