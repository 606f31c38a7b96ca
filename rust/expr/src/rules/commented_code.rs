//! See [`RULE`].

use std::ops::Range;

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::{NodeOrToken, SyntaxNode};

use crate::lint::document::Checker;
use crate::lint::tree::bytes;
use crate::parse;

rule! {
    /// Attributes that are commented out.
    ///
    /// Nobody evaluates them, so they stop working without anybody noticing; the history keeps what may be wanted again. Found
    /// are lines of comments that are whole attributes. The rule runs only when it is asked for: an example looks the same.
    ///
    /// ```nix
    /// {
    ///   enable = true;
    ///   # port = 8080;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// {
    ///   enable = true;
    /// }
    /// ```
    "commented-code": Style, Help, optional;
    on [NODE_ROOT] => check
}

/// Longer runs of comments are not looked at: they are licences and essays.
const LINE_LIMIT: usize = 200;

/// Lines of comments that follow each other.
#[derive(Default)]
struct Run {
    range: Range<usize>,
    code: String,
    lines: usize,
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let mut run = Run::default();
    for token in node.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        match token.kind() {
            TOKEN_COMMENT => {
                let range = bytes(token.text_range());
                match token.text().strip_prefix('#').filter(|_| run.lines < LINE_LIMIT) {
                    Some(line) => {
                        if run.lines == 0 {
                            run.range.start = range.start;
                        }
                        run.range.end = range.end;
                        run.code.push_str(line);
                        run.code.push('\n');
                        run.lines += 1;
                    }
                    None => end(checker, &mut run),
                }
            }
            TOKEN_WHITESPACE if token.text().matches('\n').count() <= 1 => {}
            _ => end(checker, &mut run),
        }
    }
    end(checker, &mut run);
}

fn end(checker: &mut Checker<'_, '_>, run: &mut Run) {
    let run = std::mem::take(run);
    let code = run.code.trim();
    let looks = code.ends_with(';') && code.contains(['=', ' ']) && run.lines < LINE_LIMIT;
    if looks && is_attributes(code) {
        checker.report_at(run.range, "these attributes are commented out");
    }
}

/// Whether the text is one or more attributes. `a b;` is none, and `inherit a;` is prose as often as not.
fn is_attributes(code: &str) -> bool {
    code.contains('=') && parse::parse(&format!("{{\n{code}\n}}")).is_ok()
}
