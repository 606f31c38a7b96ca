//! See [`RULE`].

use rnix::SyntaxKind::{
    NODE_ATTRPATH_VALUE, NODE_DYNAMIC, NODE_INHERIT_FROM, NODE_INTERPOL, NODE_LET_IN, NODE_PAREN,
    NODE_ROOT, NODE_UNARY_OP, TOKEN_COMMENT, TOKEN_WHITESPACE,
};
use rnix::{SyntaxNode, SyntaxToken};
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::{bytes, is_operand};

rule! {
    /// Parentheses that change nothing.
    ///
    /// Around a name, a list, a set, a string, a selection or other parentheses they have no effect, and around the whole
    /// value of an attribute, a whole interpolation, the whole body of a `let` or the whole file neither. They make the
    /// reader look for the reason.
    ///
    /// ```nix
    /// let
    ///   double = (x: 2 * x);
    /// in
    /// map (double) [ 1 2 ]
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let
    ///   double = x: 2 * x;
    /// in
    /// map double [ 1 2 ]
    /// ```
    "useless-parens": Style, Note, default, fix Safe;
    on [NODE_PAREN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(paren) = ast::Paren::cast(node.clone()) else {
        return;
    };
    let (Some(inner), Some(parent)) = (paren.expr(), node.parent()) else {
        return;
    };
    let message = match parent.kind() {
        NODE_ATTRPATH_VALUE => "parentheses around a whole value",
        NODE_LET_IN => "parentheses around the whole body of a `let`",
        NODE_ROOT => "parentheses around the whole file",
        NODE_INTERPOL | NODE_DYNAMIC => "parentheses around a whole interpolation",
        NODE_INHERIT_FROM => "parentheses within the parentheses of `inherit`",
        // `-(x)` is read more easily than `-x` beside a name with a hyphen
        NODE_UNARY_OP => return,
        _ if is_operand(&inner) && !is_literal(&inner) => match inner.syntax().kind() {
            NODE_PAREN => "parentheses within parentheses",
            _ => "parentheses around what is one thing already",
        },
        _ => return,
    };
    let Some(edits) = unwrapping(&paren, checker.document.text) else {
        return;
    };
    checker
        .report(node, message)
        .fix(FixClass::Safe, "remove the parentheses", node, edits);
}

/// The edits that take the parentheses away, and the blanks within them where no comment stands there.
fn unwrapping(paren: &ast::Paren, text: &str) -> Option<Vec<TextEdit>> {
    let (open, close) = (paren.l_paren_token()?, paren.r_paren_token()?);
    let open_start = bytes(open.text_range()).start;
    let close_end = bytes(close.text_range()).end;
    let open_end = match open.next_token().filter(|next| next.kind() == TOKEN_WHITESPACE) {
        Some(blank) => bytes(blank.text_range()).end,
        None => bytes(open.text_range()).end,
    };
    let blank = close
        .prev_token()
        .filter(|previous| previous.kind() == TOKEN_WHITESPACE);
    let close_start = match blank {
        // a comment to the end of its line needs that end
        Some(blank) if !follows_comment(&blank) => bytes(blank.text_range()).start,
        _ => bytes(close.text_range()).start,
    };
    let before = text.get(..open_start)?.chars().next_back();
    let first = text.get(open_end..)?.chars().next();
    let last = text.get(..close_start)?.chars().next_back();
    let after = text.get(close_end..)?.chars().next();
    let space = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) if is_word(left) && is_word(right) => " ",
        _ => "",
    };
    Some(vec![
        TextEdit::replace(open_start..open_end, space(before, first)),
        TextEdit::replace(close_start..close_end, space(last, after)),
    ])
}

fn follows_comment(blank: &SyntaxToken) -> bool {
    blank
        .prev_token()
        .is_some_and(|previous| previous.kind() == TOKEN_COMMENT)
}

/// A number or URI: `(1)` before a path or a dot would become something else, and nobody writes it by accident.
fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(_))
}

/// Whether the character may be part of a word that would grow.
fn is_word(character: char) -> bool {
    !character.is_whitespace() && !"()[]{};:=,".contains(character)
}
