//! What a package's file says of itself without being evaluated: which function makes it, and with which switches.

use rnix::ast::{Attr, AttrSet, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

/// What an expression says about a boolean attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It is the literal `true`.
    On,
    /// It is the literal `false`, or it is not there.
    Off,
    /// Only evaluation knows.
    Unknown,
}

/// A file whose body is a call of a builder with a set of attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The function, as written: `stdenv.mkDerivation`.
    pub builder: String,
    attributes: AttrSet,
}

impl Shape {
    /// Whether the builder is nixpkgs' plain one, which makes a derivation and sets none of the switches by itself.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let Some(scope) = self.builder.strip_suffix(".mkDerivation") else {
            return false;
        };
        scope == "stdenvNoCC" || scope == "stdenv" || scope.ends_with("Stdenv")
    }

    /// What the set says about the attribute `name`.
    #[must_use]
    pub fn switch(&self, name: &str) -> Switch {
        let mut found = Switch::Off;
        for entry in self.attributes.entries() {
            match entry_switch(&entry, name) {
                None => {}
                Some(Switch::Unknown) => return Switch::Unknown,
                Some(switch) => found = switch,
            }
        }
        found
    }
}

fn entry_switch(entry: &Entry, name: &str) -> Option<Switch> {
    match entry {
        Entry::Inherit(inherit) => {
            let named = |attr: Attr| attr_name(&attr).is_none_or(|found| found == name);
            inherit.attrs().any(named).then_some(Switch::Unknown)
        }
        Entry::AttrpathValue(definition) => {
            let first = definition.attrpath()?.attrs().next()?;
            match attr_name(&first) {
                Some(found) if found != name => None,
                Some(_) => Some(literal(definition.value().as_ref())),
                None => Some(Switch::Unknown),
            }
        }
    }
}

fn literal(value: Option<&Expr>) -> Switch {
    let text = value.map(|value| value.syntax().text().to_string());
    match text.as_deref() {
        Some("true") => Switch::On,
        Some("false") => Switch::Off,
        _ => Switch::Unknown,
    }
}

/// The name that an attribute is, unless it takes evaluation.
pub(super) fn attr_name(attr: &Attr) -> Option<String> {
    match attr {
        Attr::Ident(ident) => Some(ident.syntax().text().to_string()),
        Attr::Str(string) => {
            let text = string.syntax().text().to_string();
            let inner = text.strip_prefix('"')?.strip_suffix('"')?;
            (!inner.contains(['\\', '$'])).then(|| inner.to_owned())
        }
        Attr::Dynamic(_) => None,
    }
}

/// The shape of a package's file: behind its arguments, `let`s, `with`s and `assert`s stands `BUILDER { … }`, `BUILDER rec { … }` or
/// `BUILDER (finalAttrs: { … })`. `None` for everything else.
#[must_use]
pub fn shape(root: &rnix::Root) -> Option<Shape> {
    let Expr::Apply(call) = body(root.expr()?)? else {
        return None;
    };
    let builder = call.lambda()?;
    if !matches!(builder, Expr::Ident(_) | Expr::Select(_)) {
        return None;
    }
    let attributes = match unwrapped(call.argument()?)? {
        Expr::AttrSet(attributes) => attributes,
        Expr::Lambda(lambda) => match unwrapped(lambda.body()?)? {
            Expr::AttrSet(attributes) => attributes,
            _ => return None,
        },
        _ => return None,
    };
    Some(Shape {
        builder: builder.syntax().text().to_string(),
        attributes,
    })
}

/// The expression that a file comes to: behind lambdas, `let`, `with`, `assert` and parentheses.
pub(super) fn body(mut expression: Expr) -> Option<Expr> {
    loop {
        expression = match expression {
            Expr::Lambda(lambda) => lambda.body()?,
            Expr::LetIn(binding) => binding.body()?,
            Expr::With(with) => with.body()?,
            Expr::Assert(assert) => assert.body()?,
            Expr::Paren(paren) => paren.expr()?,
            other => return Some(other),
        };
    }
}

fn unwrapped(mut expression: Expr) -> Option<Expr> {
    while let Expr::Paren(paren) = expression {
        expression = paren.expr()?;
    }
    Some(expression)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn seen(text: &str) -> Option<(String, bool, Switch)> {
        let shape = shape(&parse(text).unwrap())?;
        Some((
            shape.builder.clone(),
            shape.is_plain(),
            shape.switch("strictDeps"),
        ))
    }

    #[test]
    fn shapes() {
        let plain = |switch| Some(("stdenv.mkDerivation".to_owned(), true, switch));
        let cases = [
            (
                "{ stdenv }: stdenv.mkDerivation { strictDeps = true; }",
                plain(Switch::On),
            ),
            (
                "{ stdenv }: stdenv.mkDerivation rec { a = 1; }",
                plain(Switch::Off),
            ),
            (
                "{ stdenv }: let x = 1; in stdenv.mkDerivation (finalAttrs: { strictDeps = false; })",
                plain(Switch::Off),
            ),
            (
                "x: with x; stdenv.mkDerivation { strictDeps = x; }",
                plain(Switch::Unknown),
            ),
            (
                "x: stdenv.mkDerivation { inherit (x) strictDeps; }",
                plain(Switch::Unknown),
            ),
            (
                "x: stdenv.mkDerivation { inherit (x) version; passthru.strictDeps = true; }",
                plain(Switch::Off),
            ),
            (
                "x: stdenv.mkDerivation { ${x} = true; }",
                plain(Switch::Unknown),
            ),
            (
                "x: rustPlatform.buildRustPackage { }",
                Some((
                    "rustPlatform.buildRustPackage".to_owned(),
                    false,
                    Switch::Off,
                )),
            ),
            ("x: stdenv.mkDerivation ({ } // x)", None),
            (
                "x: (stdenv.mkDerivation { }).overrideAttrs { }",
                Some((
                    "(stdenv.mkDerivation { }).overrideAttrs".to_owned(),
                    false,
                    Switch::Off,
                )),
            ),
            ("x: stdenv.mkDerivation { } // { }", None),
            ("{ }", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seen(text), expected, "{text}");
        }
    }
}
