//! See [`RULE`].

use rnix::SyntaxKind::NODE_INHERIT;
use rnix::SyntaxNode;
use rnix::ast::{self, Attr, Entry, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;

rule! {
    /// A name in `let` or `inherit` that is known only when it is evaluated.
    ///
    /// Nix refuses the file: which names are bound must be written down there. In a set it is allowed, in the old
    /// `let { … }` too.
    ///
    /// ```nix
    /// let ${name} = 1; in a
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let values = { ${name} = 1; }; in values.a
    /// ```
    "dynamic-binding": Correctness, Error, default;
    on [NODE_LET_IN, NODE_INHERIT] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let mut attrs: Vec<Attr> = Vec::new();
    let first = |entry: Entry| match entry {
        Entry::AttrpathValue(value) => value.attrpath()?.attrs().next(),
        Entry::Inherit(_) => None,
    };
    if node.kind() == NODE_INHERIT {
        attrs.extend(ast::Inherit::cast(node.clone()).into_iter().flat_map(|it| it.attrs()));
    } else if let Some(let_in) = ast::LetIn::cast(node.clone()) {
        attrs.extend(let_in.entries().filter_map(first));
    }
    for attr in attrs {
        if is_dynamic(&attr) {
            let place = match node.kind() {
                NODE_INHERIT => "inherit",
                _ => "let",
            };
            checker.report(attr.syntax(), format!("a dynamic name in `{place}`"));
        }
    }
}

/// Nix takes `"a"` and `${"a"}` for the name `a`.
fn is_dynamic(attr: &Attr) -> bool {
    match attr {
        Attr::Ident(_) => false,
        Attr::Str(string) => has_interpolation(string),
        Attr::Dynamic(dynamic) => match dynamic.expr() {
            Some(ast::Expr::Str(string)) => has_interpolation(&string),
            _ => true,
        },
    }
}

fn has_interpolation(string: &ast::Str) -> bool {
    string.syntax().children().next().is_some()
}
