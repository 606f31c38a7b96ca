//! The attributes that a file of nixpkgs such as `all-packages.nix` defines at its top, as they are written.

use rnix::ast::{AttrSet, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use super::call_package::{CallPackage, call_package};
use super::shape::{attr_name, body};

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its first name: `a` of `a.b = 1`.
    pub name: String,
    /// The text of the whole definition; that of the `inherit` for an inherited name.
    pub text: String,
    /// Where the definition begins, in bytes.
    pub offset: usize,
    /// The `callPackage` that it is.
    pub call: Option<CallPackage>,
    /// The function is `callPackage` itself, not that of a scope.
    pub bare: bool,
}

/// Every attribute of the set that the file, whose tree is `root` of `text`, comes to, in the order of the text; nothing where it comes to something else.
#[must_use]
pub fn definitions(root: &rnix::Root, text: &str) -> Vec<Definition> {
    let Some(Expr::AttrSet(set)) = root.expr().and_then(body) else {
        return Vec::new();
    };
    in_set(&set, text)
}

fn in_set(set: &AttrSet, source: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    for entry in set.entries() {
        let range = entry.syntax().text_range();
        let (offset, end): (usize, usize) = (range.start().into(), range.end().into());
        let text = source.get(offset..end).unwrap_or_default().to_owned();
        match entry {
            Entry::Inherit(inherit) => {
                found.extend(
                    inherit
                        .attrs()
                        .filter_map(|attr| attr_name(&attr))
                        .map(|name| Definition {
                            name,
                            text: text.clone(),
                            offset,
                            call: None,
                            bare: false,
                        }),
                );
            }
            Entry::AttrpathValue(definition) => {
                let first = definition.attrpath().and_then(|path| path.attrs().next());
                let Some(name) = first.as_ref().and_then(attr_name) else {
                    continue;
                };
                let value = definition
                    .value()
                    .and_then(|value| source.get(value.syntax().text_range().start().into()..));
                found.push(Definition {
                    name,
                    text,
                    offset,
                    call: call_package(&definition),
                    bare: value.is_some_and(|value| value.starts_with("callPackage")),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn of_a_file_like_all_packages() {
        let text = "{ lib }: self: pkgs: with pkgs; {\n  a = callPackage ../a { };\n  inherit (b) c d;\n  e.f = 1;\n  g = h.callPackage ../g { };\n}";
        let found: Vec<(String, Option<Option<String>>, bool)> =
            definitions(&parse(text).unwrap(), text)
                .into_iter()
                .map(|definition| {
                    (
                        definition.name,
                        definition.call.map(|call| call.path),
                        definition.bare,
                    )
                })
                .collect();
        let expected = [
            ("a", Some(Some("../a")), true),
            ("c", None, false),
            ("d", None, false),
            ("e", None, false),
            ("g", Some(Some("../g")), false),
        ];
        let expected: Vec<(String, Option<Option<String>>, bool)> = expected
            .into_iter()
            .map(|(name, call, bare)| {
                (
                    name.to_owned(),
                    call.map(|path| path.map(str::to_owned)),
                    bare,
                )
            })
            .collect();
        assert_eq!(found, expected);
        assert_eq!(definitions(&parse("[ ]").unwrap(), "[ ]"), []);
    }
}
