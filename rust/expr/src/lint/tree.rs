//! Small questions about syntax trees that many rules ask.

use std::ops::Range;

use rnix::SyntaxKind::{
    NODE_APPLY, NODE_ATTR_SET, NODE_BIN_OP, NODE_DYNAMIC, NODE_HAS_ATTR, NODE_IDENT, NODE_LIST,
    NODE_PAREN, NODE_SELECT, NODE_STRING, NODE_UNARY_OP, TOKEN_COMMENT, TOKEN_REC,
    TOKEN_WHITESPACE,
};
use rnix::ast::{self, BinOpKind, Expr};
use rnix::{NodeOrToken, SyntaxNode, TextRange};
use rowan::ast::AstNode as _;

/// The bytes that a node covers.
pub(crate) fn range_of(node: &SyntaxNode) -> Range<usize> {
    bytes(node.text_range())
}

/// A range of the tree as bytes.
pub(crate) fn bytes(range: TextRange) -> Range<usize> {
    range.start().into()..range.end().into()
}

/// The name that an identifier, a string without escapes and interpolations, or `${"such a string"}` stands for, with its bytes; `node` may be the
/// parameter, entry or identifier itself. `text` is the whole text.
pub(crate) fn static_name<'t>(node: &SyntaxNode, text: &'t str) -> Option<(&'t str, Range<usize>)> {
    match node.kind() {
        NODE_IDENT => {
            let range = range_of(node);
            Some((text.get(range.clone())?, range))
        }
        NODE_STRING => {
            let range = range_of(node);
            let whole = text.get(range.clone())?;
            let inner = whole.strip_prefix('"')?.strip_suffix('"')?;
            let plain = !inner.contains(['\\', '$', '"', '\r']);
            plain.then_some((inner, range))
        }
        NODE_DYNAMIC => {
            let inner = node
                .first_child()
                .filter(|inner| inner.kind() == NODE_STRING)?;
            Some((static_name(&inner, text)?.0, range_of(node)))
        }
        _ => {
            let inner = node
                .first_child()
                .filter(|_| !ast::Attr::can_cast(node.kind()))?;
            (inner.kind() == NODE_IDENT).then(|| static_name(&inner, text))?
        }
    }
}

/// An expression without the parentheses around it.
pub(crate) fn unwrap_parens(expr: Expr) -> Option<Expr> {
    let mut expr = expr;
    while let Expr::Paren(paren) = expr {
        expr = paren.expr()?;
    }
    Some(expr)
}

/// The nearest node around `node` that is no pair of parentheses.
pub(crate) fn parent_without_parens(node: &SyntaxNode) -> Option<SyntaxNode> {
    node.ancestors()
        .skip(1)
        .find(|ancestor| ancestor.kind() != NODE_PAREN)
}

/// Whether a comment lies anywhere within `node`.
pub(crate) fn has_comment(node: &SyntaxNode) -> bool {
    node.descendants_with_tokens()
        .any(|element| element.kind() == TOKEN_COMMENT)
}

/// The text of a string without interpolations, escapes undone, indentation stripped.
pub(crate) fn literal_text(string: &ast::Str) -> Option<String> {
    let mut text = String::new();
    for part in string.normalized_parts() {
        match part {
            ast::InterpolPart::Literal(literal) => text.push_str(&literal),
            ast::InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(text)
}

/// The names of an attribute path, where all of them are static.
pub(crate) fn static_path<'t>(path: &ast::Attrpath, text: &'t str) -> Option<Vec<&'t str>> {
    path.attrs()
        .map(|attr| Some(static_name(attr.syntax(), text)?.0))
        .collect()
}

/// The last name of `a`, `a.b` or `a.b.c`, the way a called function is spoken of: `mkDerivation` of `stdenv.mkDerivation`.
pub(crate) fn last_name<'t>(expr: &Expr, text: &'t str) -> Option<&'t str> {
    match expr {
        Expr::Ident(ident) => Some(static_name(ident.syntax(), text)?.0),
        Expr::Select(select) if select.default_expr().is_none() => {
            let last = select.attrpath()?.attrs().last()?;
            Some(static_name(last.syntax(), text)?.0)
        }
        Expr::Paren(paren) => last_name(&paren.expr()?, text),
        _ => None,
    }
}

/// Whether the expression can stand where an operator, a call or a list wants an operand, without parentheses around it.
pub(crate) fn is_operand(expr: &Expr) -> bool {
    match expr {
        Expr::Select(select) => select.default_expr().is_none(),
        Expr::Ident(_)
        | Expr::Paren(_)
        | Expr::AttrSet(_)
        | Expr::LegacyLet(_)
        | Expr::List(_)
        | Expr::Str(_)
        | Expr::PathAbs(_)
        | Expr::PathRel(_)
        | Expr::PathHome(_)
        | Expr::PathSearch(_)
        | Expr::Literal(_)
        | Expr::CurPos(_) => true,
        _ => false,
    }
}

/// The text of an expression as an operand: with parentheses where it needs them. `text` is the whole text.
pub(crate) fn operand_text(expr: &Expr, text: &str) -> String {
    let own = text.get(range_of(expr.syntax())).unwrap_or_default();
    if is_operand(expr) {
        own.to_owned()
    } else {
        format!("({own})")
    }
}

/// Whether a comparison in the place of this node needs parentheses: as part of any operation but `&&`, `||` and `->`.
pub(crate) fn comparison_needs_parens(node: &SyntaxNode) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        NODE_APPLY | NODE_HAS_ATTR | NODE_LIST | NODE_SELECT | NODE_UNARY_OP => true,
        NODE_BIN_OP => !ast::BinOp::cast(parent)
            .and_then(|parent| parent.operator())
            .is_some_and(|kind| {
                matches!(
                    kind,
                    BinOpKind::And | BinOpKind::Or | BinOpKind::Implication
                )
            }),
        _ => false,
    }
}

/// Whether two nodes say the same, spaces and comments aside.
pub(crate) fn same_code(left: &SyntaxNode, right: &SyntaxNode) -> bool {
    code(left).eq(code(right))
}

fn code(node: &SyntaxNode) -> impl Iterator<Item = (rnix::SyntaxKind, String)> {
    node.descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| !matches!(token.kind(), TOKEN_COMMENT | TOKEN_WHITESPACE))
        .map(|token| (token.kind(), token.text().to_owned()))
}

/// Whether a set is written with `rec`. This looks at the first token alone: a set may have very many attributes.
pub(crate) fn is_recursive_set(node: &SyntaxNode) -> bool {
    node.kind() == NODE_ATTR_SET
        && node
            .first_token()
            .is_some_and(|token| token.kind() == TOKEN_REC)
}
