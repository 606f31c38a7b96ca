//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{has_comment, range_of};

rule! {
    /// A `with` that brings no name: every name below it is bound elsewhere.
    ///
    /// What `let`, functions and Nix itself bind goes before a `with`, and the set of an unused `with` is not even
    /// evaluated.
    ///
    /// ```nix
    /// { lib }: with lib; { license = lib.licenses.mit; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib }: { license = lib.licenses.mit; }
    /// ```
    "useless-with": Unused, Warning, default, fix Safe;
    on [NODE_WITH] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(with) = ast::With::cast(node.clone()) else {
        return;
    };
    let (Some(namespace), Some(body), Some(end)) =
        (with.namespace(), with.body(), with.semicolon_token())
    else {
        return;
    };
    let document = checker.document;
    let is_used = document
        .scopes()
        .scope_of(node)
        .is_none_or(|scope| scope.may_be_used);
    if is_used {
        return;
    }
    let start = range_of(node).start;
    let head = start..usize::from(end.text_range().end());
    let comment = has_comment(namespace.syntax())
        || node
            .children_with_tokens()
            .any(|child| child.kind() == TOKEN_COMMENT);
    let reported = checker.report_at(head.clone(), "no name comes from this `with`");
    if !comment {
        let edits = vec![TextEdit::remove(start..range_of(body.syntax()).start)];
        reported.fix(FixClass::Safe, "remove it", node, edits);
    }
}
