//! Whether an attribute is defined as `callPackage FILE ARGUMENTS`, by syntax alone.

use rnix::SyntaxKind::{NODE_ATTRPATH, NODE_ATTRPATH_VALUE};
use rnix::TextSize;
use rnix::ast::{self, Attr, AttrpathValue, Expr};
use rowan::ast::AstNode as _;

use crate::position::Lines;

/// A definition of the form `name = callPackage FILE ARGUMENTS;`, or `name = scope.callPackage …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPackage {
    /// The text of FILE where it is a relative path without interpolation.
    pub path: Option<String>,
}

/// The `callPackage` of the attribute that `builtins.unsafeGetAttrPos` places at `line` and `column` (from 1, in bytes).
///
/// `None` where anything else stands there: an `inherit`, a path of several names, another expression.
#[must_use]
pub fn call_package_at(
    root: &rnix::Root,
    lines: &Lines<'_>,
    line: usize,
    column: usize,
) -> Option<CallPackage> {
    call_package(&definition_at(root, lines.byte_offset(line, column)?)?)
}

/// The definition whose first name begins at the byte `offset`.
fn definition_at(root: &rnix::Root, offset: usize) -> Option<AttrpathValue> {
    let offset = TextSize::new(u32::try_from(offset).ok()?);
    if !root.syntax().text_range().contains_inclusive(offset) {
        return None;
    }
    let token = root.syntax().token_at_offset(offset).right_biased()?;
    let name = token.parent()?;
    if token.text_range().start() != offset || !Attr::can_cast(name.kind()) {
        return None;
    }
    let path = name.parent().filter(|node| node.kind() == NODE_ATTRPATH)?;
    let definition = path.parent()?;
    if definition.kind() != NODE_ATTRPATH_VALUE {
        return None;
    }
    AttrpathValue::cast(definition)
}

/// The `callPackage` that the definition is; `None` where it is none, or where its attribute path has several names.
#[must_use]
pub fn call_package(definition: &AttrpathValue) -> Option<CallPackage> {
    if definition.attrpath()?.attrs().count() != 1 {
        return None;
    }
    let Expr::Apply(outer) = definition.value()? else {
        return None;
    };
    let Expr::Apply(inner) = outer.lambda()? else {
        return None;
    };
    if callee(&inner.lambda()?)?.ident_token()?.text() != "callPackage" {
        return None;
    }
    let path = match inner.argument()? {
        Expr::PathRel(path) if path.syntax().children_with_tokens().count() == 1 => {
            Some(path.syntax().text().to_string())
        }
        _ => None,
    };
    Some(CallPackage { path })
}

/// `f` of `f`, and of `scope.f` without a default.
fn callee(function: &Expr) -> Option<ast::Ident> {
    match function {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if select.default_expr().is_none() => {
            match select.attrpath()?.attrs().last()? {
                Attr::Ident(name) => Some(name),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn at(text: &str, line: usize, column: usize) -> Option<Option<String>> {
        let root = parse(text).unwrap();
        call_package_at(&root, &Lines::of(text), line, column).map(|call| call.path)
    }

    fn of(value: &str) -> Option<Option<String>> {
        at(&format!("self: {{\n  foo = {value};\n}}"), 2, 3)
    }

    #[test]
    fn definitions_that_are_calls() {
        let here = Some(Some("./file.nix".to_owned()));
        assert_eq!(of("callPackage ./file.nix { }"), here);
        assert_eq!(of("self.callPackage ./file.nix { }"), here);
        assert_eq!(of("a.b.callPackage ./file.nix { }"), here);
        assert_eq!(of("callPackage ./file.nix { x = 1; }"), here);
        assert_eq!(of("callPackage ({ x }: x) { }"), Some(None));
        assert_eq!(of("callPackage /file.nix { }"), Some(None));
        assert_eq!(of("callPackage <file> { }"), Some(None));
        assert_eq!(of("callPackage ./${x} { }"), Some(None));
    }

    #[test]
    fn definitions_that_are_none() {
        for value in [
            "null",
            "import ./file.nix",
            "callPackage ./file.nix",
            "(callPackage ./file.nix { })",
            "callPackage ./file.nix { } // { }",
            "f ./file.nix { }",
            "self.\"callPackage\" ./file.nix { }",
            "self.callPackage or f ./file.nix { }",
            "callPackages ./file.nix { }",
            "callPackage ./file.nix { } x",
        ] {
            assert_eq!(of(value), None, "{value}");
        }
    }

    #[test]
    fn names_of_every_form() {
        let text = "{ \"foo\" = callPackage ./a { };\n  ${\"bar\"} = callPackage ./b { };\n  a.b = callPackage ./c { };\n  inherit (x) c; }";
        assert_eq!(at(text, 1, 3), Some(Some("./a".to_owned())));
        assert_eq!(at(text, 2, 3), Some(Some("./b".to_owned())));
        assert_eq!(at(text, 3, 3), None);
        assert_eq!(at(text, 4, 15), None);
        assert_eq!(at(text, 4, 2), None);
        assert_eq!(at(text, 1, 1), None);
        assert_eq!(at(text, 9, 9), None);
        assert_eq!(at(text, 4, 900), None);
    }
}
