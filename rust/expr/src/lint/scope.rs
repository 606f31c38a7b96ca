//! Which name means what: every binding of a file with its uses, every name with what it stands for.
//!
//! Nix' own order of meaning: what `let`, `rec` and functions bind, innermost first; then the global names; only then what a
//! `with` brings, of which nothing is known here but that it may bring any name.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use rnix::SyntaxKind::{
    NODE_ATTR_SET, NODE_ATTRPATH, NODE_IDENT, NODE_IDENT_PARAM, NODE_INHERIT, NODE_LAMBDA,
    NODE_LEGACY_LET, NODE_LET_IN, NODE_PAT_BIND, NODE_PAT_ENTRY, NODE_STRING, NODE_WITH,
};
use rnix::SyntaxNode;
use rnix::ast::{self, Entry, HasEntry as _};
use rowan::WalkEvent;
use rowan::ast::AstNode as _;

use super::global;
use super::tree::{is_recursive_set, range_of, static_name};

/// The place of a binding in [`Scopes::bindings`].
pub(crate) type BindingId = usize;
/// The place of a scope in [`Scopes::scopes`].
pub(crate) type ScopeId = usize;

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// `let … in`.
    Let,
    /// `rec { … }`.
    Recursive,
    /// `let { …; body = …; }`.
    LegacyLet,
    /// A function.
    Lambda,
    /// `with …;`.
    With,
}

/// Where names are bound together.
#[derive(Debug)]
pub(crate) struct Scope {
    /// What opens it.
    pub(crate) kind: ScopeKind,
    /// The node that opens it.
    pub(crate) node: SyntaxNode,
    /// What it binds, in the order of the text.
    pub(crate) bindings: Vec<BindingId>,
    /// For `with`: whether some name inside may come from it.
    pub(crate) may_be_used: bool,
}

/// How a name is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindingKind {
    /// `name = value;`, also the first part of `name.rest = value;`.
    Value,
    /// `inherit name;`.
    Inherited,
    /// `inherit (set) name;`.
    InheritedFrom,
    /// A name in a function's `{ … }` pattern.
    Formal,
    /// The name before or behind `@`.
    WholeArgument,
    /// `name: …`.
    Argument,
}

/// One bound name.
#[derive(Debug)]
pub(crate) struct Binding<'t> {
    /// The name, without quotes.
    pub(crate) name: &'t str,
    /// How it is bound.
    pub(crate) kind: BindingKind,
    /// Where it is bound.
    pub(crate) scope: ScopeId,
    /// The bytes of the name.
    pub(crate) range: Range<usize>,
    /// The node that binds: an attribute with its value, a name of an `inherit`, an entry of a pattern, a parameter.
    pub(crate) node: SyntaxNode,
    /// Further `name.rest = value;` of the same name.
    pub(crate) more: Vec<SyntaxNode>,
    /// Its uses, as places in [`Scopes::references`].
    pub(crate) uses: Vec<usize>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A binding of this file.
    Binding(BindingId),
    /// A name that Nix itself brings.
    Global,
    /// Whatever an enclosing `with` brings; the innermost is named.
    With(ScopeId),
    /// Nothing.
    Missing,
}

/// One name that is looked up.
#[derive(Debug)]
pub(crate) struct Reference<'t> {
    /// The name.
    pub(crate) name: &'t str,
    /// Its bytes.
    pub(crate) range: Range<usize>,
    /// Its node; for `inherit name;` the name's.
    pub(crate) node: SyntaxNode,
    /// What it stands for.
    pub(crate) target: Target,
}

/// Every scope, binding and name of one file.
#[derive(Debug, Default)]
pub(crate) struct Scopes<'t> {
    /// In the order of their beginnings.
    pub(crate) scopes: Vec<Scope>,
    /// In the order of their scopes.
    pub(crate) bindings: Vec<Binding<'t>>,
    /// In the order of the text.
    pub(crate) references: Vec<Reference<'t>>,
    /// The bindings of each name; made when first asked for.
    by_name: OnceCell<HashMap<&'t str, Vec<BindingId>>>,
}

impl<'t> Scopes<'t> {
    /// Resolves every name below `root`; `text` is the text that `root` was parsed from.
    pub(crate) fn of(root: &SyntaxNode, text: &'t str) -> Self {
        let mut resolver = Resolver {
            text,
            found: Self::default(),
            visible: HashMap::new(),
            withs: Vec::new(),
            open: Vec::new(),
        };
        for event in root.preorder() {
            match event {
                WalkEvent::Enter(node) => resolver.enter(&node),
                WalkEvent::Leave(node) => resolver.leave(&node),
            }
        }
        resolver.found
    }

    /// The name that is looked up at this byte, if one is.
    pub(crate) fn reference_at(&self, start: usize) -> Option<&Reference<'t>> {
        let at = self
            .references
            .binary_search_by_key(&start, |reference| reference.range.start)
            .ok()?;
        self.references.get(at)
    }

    /// What the name at this byte stands for.
    pub(crate) fn target_at(&self, start: usize) -> Option<Target> {
        Some(self.reference_at(start)?.target)
    }

    /// The names looked up within these bytes.
    pub(crate) fn references_in(&self, range: &Range<usize>) -> &[Reference<'t>] {
        let from = self
            .references
            .partition_point(|reference| reference.range.start < range.start);
        let to = self
            .references
            .partition_point(|reference| reference.range.start < range.end);
        self.references.get(from..to).unwrap_or_default()
    }

    /// The binding that `name` would mean at this byte, if one is in sight.
    pub(crate) fn visible(&self, name: &str, at: usize) -> Option<&Binding<'t>> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<&'t str, Vec<BindingId>> = HashMap::new();
            for (id, binding) in self.bindings.iter().enumerate() {
                by_name.entry(binding.name).or_default().push(id);
            }
            by_name
        });
        let bindings = by_name.get(name)?.iter().rev();
        bindings
            .filter_map(|id| self.bindings.get(*id))
            .find(|binding| {
                self.scopes
                    .get(binding.scope)
                    .is_some_and(|scope| range_of(&scope.node).contains(&at))
            })
    }

    /// The scope that this node opens.
    pub(crate) fn scope_of(&self, node: &SyntaxNode) -> Option<&Scope> {
        let start = node.text_range().start();
        let from = self
            .scopes
            .partition_point(|scope| scope.node.text_range().start() < start);
        self.scopes
            .get(from..)?
            .iter()
            .take_while(|scope| scope.node.text_range().start() == start)
            .find(|scope| scope.node == *node)
    }

    /// The bindings of a scope.
    pub(crate) fn bindings_of<'s>(
        &'s self,
        scope: &'s Scope,
    ) -> impl Iterator<Item = &'s Binding<'t>> {
        scope
            .bindings
            .iter()
            .filter_map(|binding| self.bindings.get(*binding))
    }
}

struct Resolver<'t> {
    text: &'t str,
    found: Scopes<'t>,
    /// The bindings that are visible now, innermost last.
    visible: HashMap<&'t str, Vec<BindingId>>,
    /// The `with`s around, innermost last.
    withs: Vec<ScopeId>,
    /// The scopes around with the node at whose end each closes.
    open: Vec<(ScopeId, SyntaxNode)>,
}

impl<'t> Resolver<'t> {
    fn enter(&mut self, node: &SyntaxNode) {
        // first, as the body may be a name or open a scope itself
        if let Some(with) = node.parent().filter(|parent| parent.kind() == NODE_WITH)
            && ast::With::cast(with.clone())
                .and_then(|with| with.body())
                .is_some_and(|body| body.syntax() == node)
        {
            let scope = self.open_scope(ScopeKind::With, &with, node);
            self.withs.push(scope);
        }
        match node.kind() {
            NODE_LET_IN => {
                if let Some(entries) = ast::LetIn::cast(node.clone()) {
                    self.open_entries(ScopeKind::Let, node, entries.entries());
                }
            }
            NODE_LEGACY_LET => {
                if let Some(entries) = ast::LegacyLet::cast(node.clone()) {
                    self.open_entries(ScopeKind::LegacyLet, node, entries.entries());
                }
            }
            NODE_ATTR_SET if is_recursive_set(node) => {
                if let Some(entries) = ast::AttrSet::cast(node.clone()) {
                    self.open_entries(ScopeKind::Recursive, node, entries.entries());
                }
            }
            NODE_LAMBDA => self.open_lambda(node),
            NODE_IDENT => self.name(node),
            NODE_STRING => self.inherited(node),
            _ => {}
        }
    }

    fn leave(&mut self, node: &SyntaxNode) {
        while self.open.last().is_some_and(|(_, end)| end == node) {
            let Some((scope, _)) = self.open.pop() else {
                return;
            };
            let Some(scope) = self.found.scopes.get(scope) else {
                return;
            };
            if scope.kind == ScopeKind::With {
                self.withs.pop();
            }
            for binding in &scope.bindings {
                if let Some(binding) = self.found.bindings.get(*binding)
                    && let Some(visible) = self.visible.get_mut(binding.name)
                {
                    visible.pop();
                }
            }
        }
    }

    fn open_scope(&mut self, kind: ScopeKind, node: &SyntaxNode, until: &SyntaxNode) -> ScopeId {
        let scope = self.found.scopes.len();
        self.found.scopes.push(Scope {
            kind,
            node: node.clone(),
            bindings: Vec::new(),
            may_be_used: false,
        });
        self.open.push((scope, until.clone()));
        scope
    }

    fn open_entries(
        &mut self,
        kind: ScopeKind,
        node: &SyntaxNode,
        entries: impl Iterator<Item = Entry>,
    ) {
        let scope = self.open_scope(kind, node, node);
        for entry in entries {
            match entry {
                Entry::AttrpathValue(value) => {
                    let first = value.attrpath().and_then(|path| path.attrs().next());
                    if let Some(first) = first {
                        self.bind(scope, BindingKind::Value, first.syntax(), value.syntax());
                    }
                }
                Entry::Inherit(inherit) => {
                    let kind = if inherit.from().is_some() {
                        BindingKind::InheritedFrom
                    } else {
                        BindingKind::Inherited
                    };
                    for attr in inherit.attrs() {
                        self.bind(scope, kind, attr.syntax(), attr.syntax());
                    }
                }
            }
        }
    }

    fn open_lambda(&mut self, node: &SyntaxNode) {
        let scope = self.open_scope(ScopeKind::Lambda, node, node);
        let Some(lambda) = ast::Lambda::cast(node.clone()) else {
            return;
        };
        match lambda.param() {
            Some(ast::Param::IdentParam(param)) => {
                self.bind(scope, BindingKind::Argument, param.syntax(), param.syntax());
            }
            Some(ast::Param::Pattern(pattern)) => {
                for entry in pattern.pat_entries() {
                    if let Some(name) = entry.ident() {
                        self.bind(scope, BindingKind::Formal, name.syntax(), entry.syntax());
                    }
                }
                let whole = pattern.pat_bind();
                if let Some((name, bind)) = whole.and_then(|bind| Some((bind.ident()?, bind))) {
                    self.bind(
                        scope,
                        BindingKind::WholeArgument,
                        name.syntax(),
                        bind.syntax(),
                    );
                }
            }
            None => {}
        }
    }

    fn bind(&mut self, scope: ScopeId, kind: BindingKind, name: &SyntaxNode, node: &SyntaxNode) {
        let Some((text, range)) = static_name(name, self.text) else {
            return;
        };
        let earlier = self
            .visible
            .get(text)
            .and_then(|visible| self.found.bindings.get_mut(*visible.last()?))
            .filter(|binding| binding.scope == scope);
        if let Some(earlier) = earlier {
            earlier.more.push(node.clone());
            return;
        }
        let binding = self.found.bindings.len();
        self.found.bindings.push(Binding {
            name: text,
            kind,
            scope,
            range,
            node: node.clone(),
            more: Vec::new(),
            uses: Vec::new(),
        });
        if let Some(scope) = self.found.scopes.get_mut(scope) {
            scope.bindings.push(binding);
        }
        self.visible.entry(text).or_default().push(binding);
    }

    /// An identifier: looked up, unless it names something.
    fn name(&mut self, node: &SyntaxNode) {
        let Some(parent) = node.parent() else { return };
        match parent.kind() {
            NODE_ATTRPATH | NODE_PAT_BIND | NODE_IDENT_PARAM => return,
            NODE_PAT_ENTRY if node.prev_sibling().is_none() => return,
            NODE_INHERIT => return self.inherited(node),
            _ => {}
        }
        self.look_up(node, false);
    }

    /// A name of an `inherit`: looked up around the set when it does not come from a set.
    fn inherited(&mut self, node: &SyntaxNode) {
        let inherit = node.parent().and_then(ast::Inherit::cast);
        if inherit.is_some_and(|inherit| inherit.from().is_none()) {
            self.look_up(node, true);
        }
    }

    fn look_up(&mut self, node: &SyntaxNode, outside: bool) {
        let Some((name, range)) = static_name(node, self.text) else {
            return;
        };
        let skipped = outside.then(|| self.binding_set(node)).flatten();
        let binding = self.visible.get(name).and_then(|visible| {
            let scope_of = |id: &BindingId| self.found.bindings.get(*id).map(|found| found.scope);
            visible
                .iter()
                .rev()
                .find(|id| skipped.is_none() || scope_of(id) != skipped)
                .copied()
        });
        let target = match binding {
            Some(binding) => Target::Binding(binding),
            None if global::is_global(name) => Target::Global,
            None => match self.withs.last() {
                Some(with) => Target::With(*with),
                None => Target::Missing,
            },
        };
        let reference = self.found.references.len();
        if let Target::Binding(binding) = target
            && let Some(binding) = self.found.bindings.get_mut(binding)
        {
            binding.uses.push(reference);
        }
        if matches!(target, Target::With(_)) {
            for with in &self.withs {
                if let Some(scope) = self.found.scopes.get_mut(*with) {
                    scope.may_be_used = true;
                }
            }
        }
        self.found.references.push(Reference {
            name,
            range,
            node: node.clone(),
            target,
        });
    }

    /// The scope of the set that an `inherit` stands in, where that set has one.
    fn binding_set(&self, node: &SyntaxNode) -> Option<ScopeId> {
        let set = node.parent()?.parent()?;
        let (scope, _) = self.open.iter().rev().find(|(scope, _)| {
            self.found
                .scopes
                .get(*scope)
                .is_some_and(|scope| scope.node == set && scope.kind != ScopeKind::With)
        })?;
        Some(*scope)
    }
}
