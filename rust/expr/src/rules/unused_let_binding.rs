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

/// Up to how many edits are written down, over all findings of one `let`; above, only the first finding carries the fix.
const EDIT_LIMIT: usize = 10_000;

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(scope) = document.scopes().scope_of(node) else {
        return;
    };
    let owners = owners(document, scope);
    let alive = alive(document, scope, &owners, |binding| {
        is_meant_to_stay(document, binding)
    });
    let is_dead = |id: &&BindingId| !alive.contains(*id);
    if scope.bindings.iter().all(|id| alive.contains(id)) {
        return;
    }
    // what stays because of a comment keeps what it uses
    let commented = commented(document, scope, &alive);
    let kept = self::alive(document, scope, &owners, |binding| {
        is_meant_to_stay(document, binding) || commented.contains(&binding.range.start)
    });
    let gone: Vec<&Binding<'_>> = scope
        .bindings
        .iter()
        .filter(|id| !kept.contains(*id))
        .filter_map(|id| document.scopes().bindings.get(*id))
        .collect();
    let edits = removal(document, node, scope, &gone);
    let mut written = 0;
    for id in scope.bindings.iter().filter(is_dead) {
        let Some(binding) = document.scopes().bindings.get(*id) else {
            continue;
        };
        let message = format!("`{}` is not used", binding.name);
        let reported = checker.report_at(binding.range.clone(), message);
        if kept.contains(id) || (written > 0 && written + edits.len() > EDIT_LIMIT) {
            continue;
        }
        written += edits.len();
        let description = match gone.len() {
            1 => "remove it".to_owned(),
            count => format!("remove the {count} unused bindings"),
        };
        reported.fix(FixClass::Safe, description, node, edits.clone());
    }
}

/// The values of the bindings with the bindings that they belong to, in the order of the text.
type Owners = Vec<(Range<usize>, Vec<BindingId>)>;

/// The bindings that are used from outside of the bindings, or that `stays`, and what these use in turn.
fn alive(
    document: &Document<'_>,
    scope: &Scope,
    owners: &Owners,
    stays: impl Fn(&Binding<'_>) -> bool,
) -> HashSet<BindingId> {
    let scopes = document.scopes();
    let mut alive: HashSet<BindingId> = HashSet::new();
    let mut pending: Vec<BindingId> = Vec::new();
    let mut uses_of: HashMap<BindingId, Vec<BindingId>> = HashMap::new();
    for id in &scope.bindings {
        let Some(binding) = scopes.bindings.get(*id) else {
            continue;
        };
        if stays(binding) {
            pending.push(*id);
        }
        for place in &binding.uses {
            let Some(reference) = scopes.references.get(*place) else {
                continue;
            };
            match owner_of(owners, reference.range.start) {
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
    alive
}

/// Whether the binding is not used on purpose.
fn is_meant_to_stay(document: &Document<'_>, binding: &Binding<'_>) -> bool {
    binding.name.starts_with('_') || is_trap(document, binding)
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

fn owners(document: &Document<'_>, scope: &Scope) -> Owners {
    let mut owners = Owners::new();
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

fn owner_of(owners: &Owners, at: usize) -> Option<&[BindingId]> {
    let place = owners.partition_point(|(range, _)| range.start <= at);
    let (range, ids) = owners.get(place.checked_sub(1)?)?;
    range.contains(&at).then_some(ids)
}

/// The first bytes of the dead names that have a comment of their own, or stand in an `inherit` with comments, which may speak
/// of all its names.
fn commented(
    document: &Document<'_>,
    scope: &Scope,
    alive: &HashSet<BindingId>,
) -> HashSet<usize> {
    let mut inherits: HashMap<usize, bool> = HashMap::new();
    let mut found = HashSet::new();
    for id in scope.bindings.iter().filter(|id| !alive.contains(*id)) {
        let Some(binding) = document.scopes().bindings.get(*id) else {
            continue;
        };
        let has_comment = std::iter::once(&binding.node)
            .chain(&binding.more)
            .any(|node| {
                match node
                    .parent()
                    .filter(|parent| parent.kind() == NODE_INHERIT)
                {
                    Some(inherit) => *inherits
                        .entry(range_of(&inherit).start)
                        .or_insert_with(|| has_own_comment(&inherit)),
                    None => has_own_comment(node),
                }
            });
        if has_comment {
            found.insert(binding.range.start);
        }
    }
    found
}

/// The edits that take bindings away.
fn removal(
    document: &Document<'_>,
    node: &SyntaxNode,
    scope: &Scope,
    gone: &[&Binding<'_>],
) -> Vec<TextEdit> {
    let nodes: HashSet<SyntaxNode> = gone
        .iter()
        .flat_map(|binding| std::iter::once(&binding.node).chain(&binding.more))
        .cloned()
        .collect();
    if let Some(head) = whole_head(node, scope, gone.len()) {
        return vec![TextEdit::remove(head)];
    }
    let mut ranges = Vec::new();
    let mut edits = Vec::new();
    let Some(let_in) = ast::LetIn::cast(node.clone()) else {
        return Vec::new();
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
    edits
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
