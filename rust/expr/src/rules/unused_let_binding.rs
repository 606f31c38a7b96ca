//! See [`RULE`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rnix::SyntaxKind::{NODE_INHERIT, TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::ast::{self, HasEntry as _};
use rnix::{NodeOrToken, SyntaxNode};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::builtin::builtin;
use crate::lint::document::{Checker, Document};
use crate::lint::remove::{has_own_comment, removals};
use crate::lint::scope::{Binding, BindingId, Scope};
use crate::lint::tree::{bytes, range_of};

rule! {
    /// A `let` binding that nothing uses.
    ///
    /// Bindings that only use each other count as unused too. Names that begin with an underscore are left alone, and
    /// so is `name = throw "…";`, which keeps a name from being used. Nix
    /// evaluates a binding only when it is used, so that the fix changes no value; it removes all unused bindings of the `let` at
    /// once, but not those with a comment of their own, which somebody should read first.
    ///
    /// ```nix
    /// let
    ///   version = "1.0";
    ///   unused = fetchurl { };
    /// in
    /// "hello-${version}"
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// let
    ///   version = "1.0";
    /// in
    /// "hello-${version}"
    /// ```
    "unused-let-binding": Unused, Warning, default, fix Safe;
    on [NODE_LET_IN] => check
}

/// Names that operators and `<…>` look up.
const SPECIAL: &[&str] = &[
    "__add", "__div", "__findFile", "__lessThan", "__mul", "__nixPath", "__sub",
];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(scope) = document.scopes().scope_of(node) else {
        return;
    };
    let dead = dead_bindings(document, scope);
    if dead.is_empty() {
        return;
    }
    let dead: Vec<&Binding<'_>> = document
        .scopes()
        .bindings_of(scope)
        .filter(|binding| dead.contains(&binding.range.start))
        .collect();
    let (count, edits) = removal(document, node, scope, &dead);
    for binding in dead {
        let reported = checker.report_at(
            binding.range.clone(),
            format!("`{}` is not used", binding.name),
        );
        if is_removable(binding) && !edits.is_empty() {
            let description = match count {
                1 => "remove it".to_owned(),
                _ => format!("remove the {count} unused bindings"),
            };
            reported.fix(FixClass::Safe, description, node, edits.clone());
        }
    }
}

/// The first bytes of the names that nothing alive uses.
fn dead_bindings(document: &Document<'_>, scope: &Scope) -> HashSet<usize> {
    let scopes = document.scopes();
    // what a binding's value uses is alive only if the binding is
    let owners = owners(document, scope);
    let mut alive: HashSet<BindingId> = HashSet::new();
    let mut pending: Vec<BindingId> = Vec::new();
    let mut uses_of: HashMap<BindingId, Vec<BindingId>> = HashMap::new();
    for id in &scope.bindings {
        let Some(binding) = scopes.bindings.get(*id) else {
            continue;
        };
        if !is_candidate(binding) {
            pending.push(*id);
        }
        for place in &binding.uses {
            let Some(reference) = scopes.references.get(*place) else {
                continue;
            };
            match owner_of(&owners, reference.range.start) {
                None => pending.push(*id),
                Some(users) => {
                    for user in users {
                        uses_of.entry(*user).or_default().push(*id);
                    }
                }
            }
        }
    }
    while let Some(id) = pending.pop() {
        if alive.insert(id) {
            pending.extend(uses_of.remove(&id).unwrap_or_default());
        }
    }
    scope
        .bindings
        .iter()
        .filter(|id| !alive.contains(id))
        .filter_map(|id| scopes.bindings.get(*id))
        .filter(|binding| !is_trap(document, binding))
        .map(|binding| binding.range.start)
        .collect()
}

/// Whether the binding is there to keep a name from being used: `stdenv = throw "use effectiveStdenv"`.
fn is_trap(document: &Document<'_>, binding: &Binding<'_>) -> bool {
    let value = ast::AttrpathValue::cast(binding.node.clone()).and_then(|entry| entry.value());
    let Some(ast::Expr::Apply(call)) = value else {
        return false;
    };
    let called = call.lambda().and_then(|called| builtin(document, &called));
    matches!(called, Some("throw" | "abort"))
}

fn is_candidate(binding: &Binding<'_>) -> bool {
    !binding.name.starts_with('_') && !SPECIAL.contains(&binding.name)
}

/// The values of the bindings with the bindings that they belong to, in the order of the text.
fn owners(document: &Document<'_>, scope: &Scope) -> Vec<(Range<usize>, Vec<BindingId>)> {
    let mut owners: Vec<(Range<usize>, Vec<BindingId>)> = Vec::new();
    for id in &scope.bindings {
        let Some(binding) = document.scopes().bindings.get(*id) else {
            continue;
        };
        for node in std::iter::once(&binding.node).chain(&binding.more) {
            // a name of an `inherit` shares the set that it comes from
            let inherit = node
                .parent()
                .filter(|parent| parent.kind() == NODE_INHERIT);
            let range = range_of(inherit.as_ref().unwrap_or(node));
            match owners.iter_mut().next_back() {
                Some((last, ids)) if *last == range => ids.push(*id),
                _ => owners.push((range, vec![*id])),
            }
        }
    }
    owners.sort_by_key(|(range, _)| range.start);
    owners
}

fn owner_of(owners: &[(Range<usize>, Vec<BindingId>)], at: usize) -> Option<&[BindingId]> {
    let place = owners.partition_point(|(range, _)| range.start <= at);
    let (range, ids) = owners.get(place.checked_sub(1)?)?;
    range.contains(&at).then_some(ids)
}

fn is_removable(binding: &Binding<'_>) -> bool {
    std::iter::once(&binding.node)
        .chain(&binding.more)
        .all(|node| {
            let inherit = node
                .parent()
                .filter(|parent| parent.kind() == NODE_INHERIT);
            // a comment above an `inherit` may speak of all its names
            !has_own_comment(node) && inherit.is_none_or(|inherit| !has_own_comment(&inherit))
        })
}

/// How many bindings can go, and the edits for them.
fn removal(
    document: &Document<'_>,
    node: &SyntaxNode,
    scope: &Scope,
    dead: &[&Binding<'_>],
) -> (usize, Vec<TextEdit>) {
    let removable: Vec<&&Binding<'_>> = dead
        .iter()
        .filter(|binding| is_removable(binding))
        .collect();
    let nodes: HashSet<SyntaxNode> = removable
        .iter()
        .flat_map(|binding| std::iter::once(&binding.node).chain(&binding.more))
        .cloned()
        .collect();
    if let Some(head) = whole_head(node, scope, removable.len()) {
        return (removable.len(), vec![TextEdit::remove(head)]);
    }
    let mut ranges = Vec::new();
    let mut edits = Vec::new();
    let Some(let_in) = ast::LetIn::cast(node.clone()) else {
        return (0, Vec::new());
    };
    for entry in let_in.entries() {
        match entry {
            ast::Entry::AttrpathValue(value) if nodes.contains(value.syntax()) => {
                ranges.push(range_of(value.syntax()));
            }
            ast::Entry::AttrpathValue(_) => {}
            ast::Entry::Inherit(inherit) => {
                let (gone, kept): (Vec<_>, Vec<_>) = inherit
                    .attrs()
                    .map(|attr| attr.syntax().clone())
                    .partition(|attr| nodes.contains(attr));
                if kept.is_empty() && !gone.is_empty() {
                    ranges.push(range_of(inherit.syntax()));
                } else {
                    edits.extend(gone.iter().map(with_blank_before));
                }
            }
        }
    }
    edits.extend(removals(document.text, ranges));
    (removable.len(), edits)
}

/// From `let` to the body, where all bindings go and no comment stands there.
fn whole_head(node: &SyntaxNode, scope: &Scope, removed: usize) -> Option<Range<usize>> {
    if removed != scope.bindings.len() {
        return None;
    }
    let let_in = ast::LetIn::cast(node.clone())?;
    // `inherit (set);` binds nothing but stands there as well
    let entries_bind = let_in
        .inherits()
        .all(|inherit| inherit.attrs().next().is_some());
    let body = let_in.body()?;
    let body_start = range_of(body.syntax()).start;
    let comment = node
        .children_with_tokens()
        .any(|child| child.kind() == TOKEN_COMMENT);
    (entries_bind && !comment).then(|| range_of(node).start..body_start)
}

fn with_blank_before(attr: &SyntaxNode) -> TextEdit {
    let start = match attr.prev_sibling_or_token() {
        Some(NodeOrToken::Token(blank))
            if blank.kind() == TOKEN_WHITESPACE
                // a comment to the end of its line needs that end
                && blank.prev_token().is_none_or(|before| before.kind() != TOKEN_COMMENT) =>
        {
            bytes(blank.text_range()).start
        }
        _ => range_of(attr).start,
    };
    TextEdit::remove(start..range_of(attr).end)
}
