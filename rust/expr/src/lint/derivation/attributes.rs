//! The attributes that a call is given, through the forms in which sets are written and merged.

use std::ops::Range;

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use crate::lint::tree::{last_name, static_name};

/// How deep sets and merges are followed.
const DEPTH: usize = 24;

/// Attributes from one or several sets.
#[derive(Debug, Default)]
pub(crate) struct Attributes<'t> {
    /// Each in the order of the text.
    pub(crate) all: Vec<Attribute<'t>>,
    /// The sets that are written there.
    pub(crate) sets: Vec<ast::AttrSet>,
    /// Whether these are all the attributes there can be.
    pub(crate) complete: bool,
}

/// One attribute.
#[derive(Debug, Clone)]
pub(crate) struct Attribute<'t> {
    /// The names of its path: one for `meta`, two for `meta.license`.
    pub(crate) path: Vec<&'t str>,
    /// The bytes of its path.
    pub(crate) key: Range<usize>,
    /// `path = value;`, or the name in an `inherit`.
    pub(crate) node: SyntaxNode,
    /// Its value; none for what is inherited.
    pub(crate) value: Option<Expr>,
    /// Whether it is there only under a condition.
    pub(crate) conditional: bool,
}

impl<'t> Attributes<'t> {
    /// What a builder is given: a set, or a function that gives one.
    pub(super) fn of_argument(argument: &Expr, text: &'t str) -> Self {
        let mut found = Self {
            complete: true,
            ..Self::default()
        };
        let mut argument = argument.clone();
        for _ in 0..DEPTH {
            let inner = match &argument {
                Expr::Paren(paren) => paren.expr(),
                Expr::Lambda(lambda) => lambda.body(),
                _ => break,
            };
            let Some(inner) = inner else { break };
            argument = inner;
        }
        found.collect(&argument, text, false, DEPTH);
        found
    }

    /// The attribute of exactly this name; of several the last, which wins.
    pub(crate) fn find(&self, name: &str) -> Option<&Attribute<'t>> {
        let is_it = |attribute: &&Attribute<'t>| attribute.path == [name];
        self.all.iter().rev().find(is_it)
    }

    /// Whether the name is set, be it by `name.more = …`.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is_it = |attribute: &Attribute<'t>| attribute.path.first() == Some(&name);
        self.all.iter().any(is_it)
    }

    /// What is known of the set below `name`: `name = { … };` and `name.more = …;`.
    pub(crate) fn nested(&self, name: &str, text: &'t str) -> Option<Self> {
        let mut found = Self {
            complete: true,
            ..Self::default()
        };
        let mut any = false;
        for attribute in &self.all {
            let Some((first, rest)) = attribute.path.split_first() else {
                continue;
            };
            if *first != name {
                continue;
            }
            any = true;
            if rest.is_empty() {
                match &attribute.value {
                    Some(value) => found.collect(value, text, attribute.conditional, DEPTH),
                    None => found.complete = false,
                }
            } else {
                found.all.push(Attribute {
                    path: rest.to_vec(),
                    ..attribute.clone()
                });
            }
        }
        any.then_some(found)
    }

    /// Whether these are what `mkDerivation` of a Haskell package set is given.
    pub(super) fn are_haskell(&self) -> bool {
        [
            "license",
            "libraryHaskellDepends",
            "executableHaskellDepends",
            "isExecutable",
        ]
        .iter()
        .any(|name| self.has(name))
    }

    fn collect(&mut self, expr: &Expr, text: &'t str, conditional: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            self.complete = false;
            return;
        };
        let inner = match expr {
            Expr::AttrSet(set) => return self.set(set, text, conditional),
            Expr::Paren(paren) => paren.expr(),
            Expr::LetIn(binding) => binding.body(),
            Expr::With(with) => with.body(),
            Expr::Assert(assert) => assert.body(),
            Expr::BinOp(operation) if operation.operator() == Some(BinOpKind::Update) => {
                if let (Some(left), Some(right)) = (operation.lhs(), operation.rhs()) {
                    self.collect(&left, text, conditional, depth);
                    self.collect(&right, text, conditional, depth);
                }
                return;
            }
            Expr::Apply(apply) => {
                if let Some((_, set)) = optional_attributes(apply, text) {
                    return self.collect(&set, text, true, depth);
                }
                None
            }
            _ => None,
        };
        match inner {
            Some(inner) => self.collect(&inner, text, conditional, depth),
            None => self.complete = false,
        }
    }

    fn set(&mut self, set: &ast::AttrSet, text: &'t str, conditional: bool) {
        self.sets.push(set.clone());
        for entry in set.entries() {
            match entry {
                Entry::AttrpathValue(entry) => {
                    let Some(path) = entry.attrpath() else {
                        continue;
                    };
                    let names: Option<Vec<&'t str>> = path
                        .attrs()
                        .map(|attr| Some(static_name(attr.syntax(), text)?.0))
                        .collect();
                    match names {
                        Some(names) => self.all.push(Attribute {
                            path: names,
                            key: crate::lint::tree::range_of(path.syntax()),
                            node: entry.syntax().clone(),
                            value: entry.value(),
                            conditional,
                        }),
                        None => self.complete = false,
                    }
                }
                Entry::Inherit(inherit) => {
                    for attr in inherit.attrs() {
                        let Some((name, key)) = static_name(attr.syntax(), text) else {
                            self.complete = false;
                            continue;
                        };
                        self.all.push(Attribute {
                            path: vec![name],
                            key,
                            node: attr.syntax().clone(),
                            value: None,
                            conditional,
                        });
                    }
                }
            }
        }
    }
}

/// `lib.optionalAttrs condition { … }`: the condition and the set.
fn optional_attributes(apply: &ast::Apply, text: &str) -> Option<(Expr, Expr)> {
    let Expr::Apply(inner) = apply.lambda()? else {
        return None;
    };
    let is_it = last_name(&inner.lambda()?, text)? == "optionalAttrs";
    if !is_it {
        return None;
    }
    Some((inner.argument()?, apply.argument()?))
}
