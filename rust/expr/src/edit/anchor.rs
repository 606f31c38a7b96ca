//! Which attribute set an edit is about.

use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::tree::{self, Container, Site};
use super::{Document, EditError, Place};

/// Which attribute set a path begins in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The set the whole expression is about: through functions, `let`, `with`, `assert`, parentheses and calls to the
    /// set at their end, `{ lib, stdenv }: stdenv.mkDerivation (finalAttrs: { … })`. Of the two sides of `//` both are
    /// looked at, the right one first, and what is new goes to the first one.
    Main,
    /// The names of the outermost `let` of the expression, inside of functions.
    Let,
    /// The argument of a call.
    Call {
        /// What is called, without what it is selected from: `mkDerivation`. `None` is every function whose name begins
        /// with `mk` or `build`, called with a set that has a `name` or `pname`.
        function: Option<String>,
        /// Which of them, from 1, in the order of the text; calls in the argument of another do not count. `None` is the
        /// only one.
        number: Option<usize>,
    },
    /// The set, or head of a `let`, in which the attribute at this place is written.
    Around(Place),
}

impl Document {
    /// Returns the sets an anchor means, the one that wins first.
    pub(super) fn sets(&self, anchor: &Anchor) -> Result<Vec<Container>, EditError> {
        let sets = match anchor {
            Anchor::Main => self.root.expr().map(|it| tree::sets_of(&it)),
            Anchor::Let => self.root.expr().and_then(outermost_let).map(|it| vec![it]),
            Anchor::Call { function, number } => {
                let call = self.call(function.as_deref(), *number)?;
                call.argument().map(|it| tree::sets_of(&it))
            }
            Anchor::Around(place) => {
                let site = self.site_at(*place, None)?;
                let container = site.node().ancestors().find_map(|it| Container::cast(&it));
                container.map(|it| vec![it])
            }
        };
        match sets {
            Some(sets) if !sets.is_empty() => Ok(sets),
            _ => Err(EditError::Anchor {
                what: match anchor {
                    Anchor::Let => "`let`".to_owned(),
                    _ => "attribute set".to_owned(),
                },
            }),
        }
    }

    fn call(&self, function: Option<&str>, number: Option<usize>) -> Result<ast::Apply, EditError> {
        let what = match function {
            Some(name) => format!("call of `{name}`"),
            None => "call that makes a derivation".to_owned(),
        };
        let mut found: Vec<ast::Apply> = Vec::new();
        for node in self.root().descendants() {
            let Some(call) = ast::Apply::cast(node) else {
                continue;
            };
            let start = call.syntax().text_range();
            let is_inside = found
                .last()
                .is_some_and(|outer| outer.syntax().text_range().contains_range(start));
            if !is_inside && is_meant(&call, function) {
                found.push(call);
            }
        }
        let count = found.len();
        let index = match number {
            Some(number) => number.checked_sub(1),
            None if count > 1 => return Err(EditError::Ambiguous { what, count }),
            None => Some(0),
        };
        let call = index.and_then(|index| found.into_iter().nth(index));
        call.ok_or(EditError::Anchor { what })
    }

    /// Returns the attribute whose name, or the beginning of whose path, is written at `place`. With a `name` it is the
    /// last of its path.
    pub(super) fn site_at(&self, place: Place, name: Option<&str>) -> Result<Site, EditError> {
        let missing = || EditError::Place {
            name: name.map(str::to_owned),
        };
        let offset = place.offset(&self.text).ok_or_else(missing)?;
        let offset = rowan::TextSize::try_from(offset).map_err(|_| missing())?;
        let token = match offset < self.root().text_range().end() {
            true => self.root().token_at_offset(offset).right_biased(),
            false => None,
        };
        let token = token.ok_or_else(missing)?;
        let site = token.parent_ancestors().find_map(|node| {
            let attribute = ast::Attr::cast(node)?;
            let parent = attribute.syntax().parent()?;
            if let Some(inherit) = ast::Inherit::cast(parent.clone()) {
                return Some(Site::Inherited(inherit, attribute));
            }
            let path = ast::Attrpath::cast(parent)?;
            ast::AttrpathValue::cast(path.syntax().parent()?).map(Site::Binding)
        });
        let site = site.ok_or_else(missing)?;
        let last = match &site {
            Site::Binding(binding) => tree::names_of(binding).pop().flatten(),
            Site::Inherited(_, attribute) => tree::name_of(attribute),
        };
        match name {
            Some(name) if last.as_deref() != Some(name) => Err(missing()),
            _ => Ok(site),
        }
    }
}

/// Says whether this is a call of `function`, or, without one, of something that makes a derivation.
fn is_meant(call: &ast::Apply, function: Option<&str>) -> bool {
    let sets = |call: &ast::Apply| {
        let argument = call.argument();
        argument.map(|it| tree::sets_of(&it)).unwrap_or_default()
    };
    let Some(name) = tree::callee(call) else {
        return false;
    };
    match function {
        Some(function) => name == function && !sets(call).is_empty(),
        None => {
            (name.starts_with("mk") || name.starts_with("build"))
                && sets(call).iter().any(|set| {
                    ["pname", "name"]
                        .iter()
                        .any(|name| !tree::find(set, &[(*name).to_owned()]).is_empty())
                })
        }
    }
}

fn outermost_let(expression: Expr) -> Option<Container> {
    let mut expression = expression;
    loop {
        expression = match expression {
            Expr::LetIn(scope) => return Some(Container::Let(scope)),
            Expr::Lambda(lambda) => lambda.body()?,
            Expr::Paren(paren) => paren.expr()?,
            Expr::With(with) => with.body()?,
            Expr::Assert(assert) => assert.body()?,
            _ => return None,
        };
    }
}

/// Returns the expression that `expression` ends in, through what only surrounds it.
pub(super) fn inner(expression: Expr) -> Expr {
    let mut expression = expression;
    loop {
        let next = match &expression {
            Expr::Paren(paren) => paren.expr(),
            Expr::LetIn(scope) => scope.body(),
            Expr::With(with) => with.body(),
            Expr::Assert(assert) => assert.body(),
            _ => None,
        };
        match next {
            Some(next) => expression = next,
            None => return expression,
        }
    }
}
