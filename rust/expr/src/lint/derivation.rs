//! What a file packages: the calls of builders such as `stdenv.mkDerivation` and of fetchers such as `fetchFromGitHub`, with
//! the attributes that they are given, as far as the text alone tells.
//!
//! Worked out once for each file and only when a rule asks. Nothing is evaluated: where a set comes from elsewhere, what is
//! known of it is marked as not complete, and a rule about something that is missing stays silent.

mod attributes;
mod builders;
pub(crate) mod comments;
mod elements;
pub(crate) mod meta;
pub(crate) mod removal;

use rnix::SyntaxKind::{
    NODE_APPLY, NODE_ASSERT, NODE_LAMBDA, NODE_LET_IN, NODE_PAREN, NODE_ROOT, NODE_WITH, TOKEN_REC,
};
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

pub(crate) use self::attributes::Attributes;
pub(crate) use self::builders::Kind;
pub(crate) use self::elements::{Element, Elements};

use super::document::Document;
use super::scope::{BindingKind, Target};
use super::tree::{last_name, static_name};

/// What a text must contain to be worth a walk: a part of the name of every builder and fetcher.
const MARKS: [&str; 8] = [
    "erivation",
    "uild",
    "fetch",
    "mixRelease",
    "mkLibretroCore",
    "mkYarn",
    "requireFile",
    "wrapType",
];

/// How many calls around a set are asked whether it is theirs.
const DEPTH: usize = 8;

/// The builders and fetchers that a file calls, each in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Packaging<'t> {
    /// Calls of builders.
    pub(crate) derivations: Vec<Derivation<'t>>,
    /// Calls of fetchers.
    pub(crate) fetches: Vec<Fetch<'t>>,
}

/// One call of a builder.
#[derive(Debug)]
pub(crate) struct Derivation<'t> {
    /// The builder's name without the sets that it comes from: `mkDerivation`.
    pub(crate) builder: &'t str,
    /// What sort of builder that is.
    pub(crate) kind: Kind,
    /// The call.
    pub(crate) call: SyntaxNode,
    /// Whether the call is what the whole file gives, functions and `let` around it aside: then the file is a package.
    pub(crate) is_package: bool,
    /// The set that is written there; of several that are merged, the first.
    pub(crate) set: ast::AttrSet,
    /// The name by which the final attributes are known, usually `finalAttrs`.
    pub(crate) final_name: Option<&'t str>,
    /// What it is given.
    pub(crate) attributes: Attributes<'t>,
}

/// One call of a fetcher.
#[derive(Debug)]
pub(crate) struct Fetch<'t> {
    /// The fetcher's name without the sets that it comes from: `fetchurl`.
    pub(crate) fetcher: &'t str,
    /// What is called.
    pub(crate) function: Expr,
    /// The call.
    pub(crate) call: SyntaxNode,
    /// The set that is written there.
    pub(crate) set: ast::AttrSet,
    /// What it is given.
    pub(crate) attributes: Attributes<'t>,
}

impl<'t> Packaging<'t> {
    /// Everything that the tree below `root` packages; `text` is the text that it was parsed from.
    pub(crate) fn of(root: &SyntaxNode, text: &'t str) -> Self {
        let mut found = Self::default();
        if !MARKS.iter().any(|mark| text.contains(mark)) {
            return found;
        }
        for node in root.descendants() {
            if node.kind() == NODE_APPLY {
                found.call(node, text);
            }
        }
        found
    }

    /// The call of a fetcher that this node is.
    pub(crate) fn fetch_at(&self, call: &SyntaxNode) -> Option<&Fetch<'t>> {
        let start = call.text_range().start();
        let at = |fetch: &Fetch<'_>| fetch.call.text_range().start();
        let from = self.fetches.partition_point(|fetch| at(fetch) < start);
        let mut here = self.fetches.get(from..)?.iter();
        here.find(|fetch| fetch.call == *call || at(fetch) > start)
            .filter(|fetch| fetch.call == *call)
    }

    /// Whether one of the calls is given this set, or it is merged into what it is given.
    pub(crate) fn is_given(&self, set: &SyntaxNode) -> bool {
        let calls = set.ancestors().filter(|node| node.kind() == NODE_APPLY);
        for call in calls.take(DEPTH) {
            let has = |attributes: &Attributes<'_>| {
                let mut sets = attributes.sets.iter();
                sets.any(|given| given.syntax() == set)
            };
            if let Some(fetch) = self.fetch_at(&call) {
                return has(&fetch.attributes);
            }
            let start = call.text_range().start();
            let at = |built: &Derivation<'_>| built.call.text_range().start();
            let from = self.derivations.partition_point(|built| at(built) < start);
            let here = self.derivations.get(from..).unwrap_or_default().iter();
            if let Some(built) = here
                .take_while(|built| at(built) == start)
                .find(|built| built.call == call)
            {
                return has(&built.attributes);
            }
        }
        false
    }

    fn call(&mut self, node: SyntaxNode, text: &'t str) {
        let Some(apply) = ast::Apply::cast(node.clone()) else {
            return;
        };
        let Some(function) = apply.lambda() else {
            return;
        };
        let Some(name) = called_name(&function, text) else {
            return;
        };
        let kind = builders::kind_of(name);
        if kind.is_none() && !builders::is_fetcher(name) {
            return;
        }
        let Some(argument) = apply.argument() else {
            return;
        };
        let attributes = Attributes::of_argument(&argument, text);
        let Some(set) = attributes.sets.first().cloned() else {
            return;
        };
        let Some(kind) = kind else {
            self.fetches.push(Fetch {
                fetcher: name,
                function,
                call: node,
                set,
                attributes,
            });
            return;
        };
        let kind = match kind {
            Kind::Stdenv if !is_of_stdenv(&function, text) => Kind::Other,
            kind => kind,
        };
        if kind == Kind::Other && attributes.are_haskell() {
            return;
        }
        self.derivations.push(Derivation {
            builder: name,
            kind,
            is_package: is_whole_file(&node),
            final_name: final_name(&argument, text),
            call: node,
            set,
            attributes,
        });
    }
}

impl<'t> Derivation<'t> {
    /// Whether the set that is written there is recursive.
    pub(crate) fn is_recursive(&self) -> bool {
        self.set
            .syntax()
            .first_token()
            .is_some_and(|token| token.kind() == TOKEN_REC)
    }

    /// The elements of an attribute that is a list.
    pub(crate) fn elements(&self, name: &str, text: &'t str) -> Option<Elements<'t>> {
        let value = self.attributes.find(name)?.value.as_ref()?;
        Some(Elements::of(value, text))
    }

    /// What is known of `meta`, if there is any.
    pub(crate) fn meta(&self, text: &'t str) -> Option<Attributes<'t>> {
        self.attributes.nested("meta", text)
    }

    /// Whether the attribute is written there as `true`.
    pub(crate) fn is_true(&self, name: &str, text: &'t str) -> bool {
        let value = self
            .attributes
            .find(name)
            .and_then(|found| found.value.as_ref());
        value.is_some_and(|value| last_name(value, text) == Some("true"))
    }

    /// Whether `structuredAttrs` are on, or may be.
    pub(crate) fn may_be_structured(&self) -> bool {
        self.attributes.has("__structuredAttrs")
    }
}

/// Whether the file itself binds the name that the expression begins with to a value of its own: then it may be anything,
/// whatever it is called.
pub(crate) fn is_defined_here(expr: &Expr, document: &Document<'_>) -> bool {
    let Some(first) = expr.syntax().first_token() else {
        return true;
    };
    let scopes = document.scopes();
    match scopes.target_at(first.text_range().start().into()) {
        Some(Target::Binding(binding)) => {
            let binding = scopes.bindings.get(binding);
            binding.is_none_or(|binding| binding.kind == BindingKind::Value)
        }
        _ => false,
    }
}

/// The last name of what is called, through `.override { … }`.
fn called_name<'t>(function: &Expr, text: &'t str) -> Option<&'t str> {
    let mut function = function.clone();
    for _ in 0..4 {
        match &function {
            Expr::Paren(paren) => function = paren.expr()?,
            Expr::Apply(apply) => {
                let Expr::Select(select) = apply.lambda()? else {
                    return None;
                };
                let attrs: Vec<ast::Attr> = select.attrpath()?.attrs().collect();
                let (last, rest) = attrs.split_last()?;
                if static_name(last.syntax(), text)?.0 != "override" {
                    return None;
                }
                return match rest.last() {
                    Some(before) => Some(static_name(before.syntax(), text)?.0),
                    None => last_name(&select.expr()?, text),
                };
            }
            other => return last_name(other, text),
        }
    }
    None
}

/// Whether the function is taken from some stdenv: `stdenv`, `llvmPackages.stdenv`, `gcc12Stdenv`, `stdenvNoCC`.
fn is_of_stdenv(function: &Expr, text: &str) -> bool {
    let Expr::Select(select) = function else {
        return false;
    };
    let Some(path) = select.attrpath() else {
        return false;
    };
    let attrs: Vec<ast::Attr> = path.attrs().collect();
    let before = match attrs.iter().rev().nth(1) {
        Some(attr) => static_name(attr.syntax(), text).map(|(name, _)| name),
        None => select.expr().and_then(|set| last_name(&set, text)),
    };
    before.is_some_and(|name| name.starts_with("stdenv") || name.ends_with("tdenv"))
}

/// Whether nothing but functions, `let`, `with`, `assert` and parentheses lie between the node and the file.
fn is_whole_file(node: &SyntaxNode) -> bool {
    let mut node = node.clone();
    while let Some(parent) = node.parent() {
        let is_body = match parent.kind() {
            NODE_ROOT => return true,
            NODE_PAREN | NODE_LAMBDA => true,
            NODE_LET_IN | NODE_WITH | NODE_ASSERT => {
                parent.last_child().is_some_and(|last| last == node)
            }
            _ => false,
        };
        if !is_body {
            return false;
        }
        node = parent;
    }
    false
}

fn final_name<'t>(argument: &Expr, text: &'t str) -> Option<&'t str> {
    let mut argument = argument.clone();
    while let Expr::Paren(paren) = argument {
        argument = paren.expr()?;
    }
    let Expr::Lambda(lambda) = argument else {
        return None;
    };
    let ast::Param::IdentParam(param) = lambda.param()? else {
        return None;
    };
    Some(static_name(param.ident()?.syntax(), text)?.0)
}
