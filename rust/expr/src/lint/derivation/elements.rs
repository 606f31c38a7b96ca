//! The elements of a list, through the forms in which lists are put together.

use rnix::ast::{self, BinOpKind, Expr};
use rowan::ast::AstNode as _;

use crate::lint::tree::{last_name, range_of};

/// How deep lists are followed.
const DEPTH: usize = 24;

/// The elements of a list that may be put together from several.
#[derive(Debug, Default)]
pub(crate) struct Elements<'t> {
    /// In the order of the text.
    pub(crate) all: Vec<Element<'t>>,
    /// Whether these are all the elements there can be.
    pub(crate) complete: bool,
}

/// One element.
#[derive(Debug)]
pub(crate) struct Element<'t> {
    /// The element.
    pub(crate) expr: Expr,
    /// `a.b.c` as it is written, where the element is such a name.
    pub(crate) name: Option<&'t str>,
    /// Whether it stands directly in a `[ … ]`; otherwise it is an argument of `lib.optional`.
    pub(crate) in_list: bool,
    /// Whether it is there only under a condition.
    pub(crate) conditional: bool,
}

impl<'t> Element<'t> {
    /// The last part of the name: `setuptools` of `python3.pkgs.setuptools`.
    pub(crate) fn last(&self) -> Option<&'t str> {
        self.name?.rsplit('.').next()
    }
}

impl<'t> Elements<'t> {
    /// The elements of a value.
    pub(crate) fn of(value: &Expr, text: &'t str) -> Self {
        let mut found = Self {
            all: Vec::new(),
            complete: true,
        };
        found.collect(value, text, false, DEPTH);
        found
    }

    /// The first element whose name is one of these.
    pub(crate) fn find(&self, names: &[&str]) -> Option<&Element<'t>> {
        self.all
            .iter()
            .find(|element| element.name.is_some_and(|name| names.contains(&name)))
    }

    fn collect(&mut self, expr: &Expr, text: &'t str, conditional: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            self.complete = false;
            return;
        };
        match expr {
            Expr::List(list) => {
                for item in list.items() {
                    self.element(item, text, true, conditional);
                }
            }
            Expr::Paren(paren) => self.inner(paren.expr(), text, conditional, depth),
            Expr::With(with) => self.inner(with.body(), text, conditional, depth),
            Expr::LetIn(binding) => self.inner(binding.body(), text, conditional, depth),
            Expr::IfElse(choice) => {
                self.inner(choice.body(), text, true, depth);
                self.inner(choice.else_body(), text, true, depth);
            }
            Expr::BinOp(operation) if operation.operator() == Some(BinOpKind::Concat) => {
                self.inner(operation.lhs(), text, conditional, depth);
                self.inner(operation.rhs(), text, conditional, depth);
            }
            Expr::Apply(apply) => match optional(apply, text) {
                Some(("optional", element)) => self.element(element, text, false, true),
                Some((_, list)) => self.collect(&list, text, true, depth),
                None => self.complete = false,
            },
            _ => self.complete = false,
        }
    }

    fn inner(&mut self, expr: Option<Expr>, text: &'t str, conditional: bool, depth: usize) {
        match expr {
            Some(expr) => self.collect(&expr, text, conditional, depth),
            None => self.complete = false,
        }
    }

    fn element(&mut self, expr: Expr, text: &'t str, in_list: bool, conditional: bool) {
        let name = text
            .get(range_of(expr.syntax()))
            .filter(|_| matches!(expr, Expr::Ident(_) | Expr::Select(_)))
            .filter(|name| name.chars().all(is_of_name));
        self.all.push(Element {
            expr,
            name,
            in_list,
            conditional,
        });
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-'".contains(character)
}

/// `lib.optional condition element` and `lib.optionals condition list`: which of the two, and its last argument.
fn optional<'t>(apply: &ast::Apply, text: &'t str) -> Option<(&'t str, Expr)> {
    let Expr::Apply(inner) = apply.lambda()? else {
        return None;
    };
    let name = last_name(&inner.lambda()?, text)?;
    let is_it = matches!(name, "optional" | "optionals");
    Some((name, apply.argument()?)).filter(|_| is_it)
}
