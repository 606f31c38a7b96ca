//! The patterns of functions: which of their names are used, and how names are taken out.

use std::ops::Range;

use rnix::SyntaxKind::{NODE_ATTRPATH_VALUE, TOKEN_COMMA, TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use super::FixClass;
use super::document::{Checker, Document};
use super::remove::has_own_comment;
use super::scope::{Binding, BindingKind};
use super::tree::{bytes, parent_without_parens, range_of};
use crate::edit::text::TextEdit;

/// Whether modules are given an argument of this name: by the module system itself, in submodules and tests of NixOS, in
/// home-manager, or by what flakes commonly pass and flake-parts adds.
pub(crate) fn is_module_argument(name: &str) -> bool {
    matches!(
        name,
        "config"
            | "inputs"
            | "inputs'"
            | "lib"
            | "moduleWithSystem"
            | "modulesPath"
            | "name"
            | "nixosConfig"
            | "nodes"
            | "options"
            | "osConfig"
            | "pkgs"
            | "self"
            | "self'"
            | "specialArgs"
            | "system"
            | "utils"
            | "withSystem"
    )
}

/// Whether a file may look at its functions' arguments by name.
pub(crate) fn asks_for_arguments(text: &str) -> bool {
    text.contains("unctionArgs") || text.contains("extendDrvArgs")
}

/// Whether the function is a flake's `outputs`: flakes are called with all their inputs, named or not.
pub(crate) fn is_flake_outputs(document: &Document<'_>, lambda: &SyntaxNode) -> bool {
    document.file_name() == "flake.nix"
        && parent_without_parens(lambda)
            .filter(|parent| parent.kind() == NODE_ATTRPATH_VALUE)
            .and_then(ast::AttrpathValue::cast)
            .and_then(|value| value.attrpath())
            .is_some_and(|path| document.text_of(path.syntax()) == "outputs")
}

/// The names of a function's pattern that nothing uses, less those with an underscore in front. None where the whole argument
/// has a name that is used: the rest may be used through that.
pub(crate) fn unused<'d, 't>(
    document: &'d Document<'t>,
    lambda: &SyntaxNode,
) -> Vec<&'d Binding<'t>> {
    let scopes = document.scopes();
    let Some(scope) = scopes.scope_of(lambda) else {
        return Vec::new();
    };
    let whole_is_used = scopes
        .bindings_of(scope)
        .any(|binding| binding.kind == BindingKind::WholeArgument && !binding.uses.is_empty());
    if whole_is_used {
        return Vec::new();
    }
    scopes
        .bindings_of(scope)
        .filter(|binding| {
            binding.kind == BindingKind::Formal
                && binding.uses.is_empty()
                && !binding.name.starts_with('_')
        })
        .collect()
}

/// The names that can be taken out: those without a comment of their own.
fn removable<'d, 't>(found: &[&'d Binding<'t>]) -> Vec<&'d Binding<'t>> {
    let found = found.iter().copied();
    found
        .filter(|binding| !has_own_comment(&binding.node))
        .collect()
}

/// Up to how many edits are written down, over all findings of one pattern.
const EDIT_LIMIT: usize = 10_000;

/// Reports names of a pattern that nothing uses, with the fix that takes all of them out at once. Where that would be very many
/// edits, only the first carries it.
pub(crate) fn report(
    checker: &mut Checker<'_, '_>,
    pattern: &ast::Pattern,
    found: &[&Binding<'_>],
    what: &str,
    class: FixClass,
) {
    let gone = removable(found);
    let edits = removal(pattern, &gone).unwrap_or_default();
    let mut written = 0;
    for binding in found {
        let message = format!("the {what} `{}` is not used", binding.name);
        let reported = checker.report_at(binding.range.clone(), message);
        let goes = gone
            .binary_search_by_key(&binding.range.start, |other| other.range.start)
            .is_ok();
        if !goes || edits.is_empty() || (written > 0 && written + edits.len() > EDIT_LIMIT) {
            continue;
        }
        written += edits.len();
        let description = match gone.len() {
            1 => "remove it".to_owned(),
            count => format!("remove the {count} unused arguments"),
        };
        reported.fix(class, description, pattern.syntax(), edits.clone());
    }
}

/// The edits that take names out of a pattern.
fn removal(pattern: &ast::Pattern, gone: &[&Binding<'_>]) -> Option<Vec<TextEdit>> {
    let entries: Vec<SyntaxNode> = pattern
        .pat_entries()
        .map(|entry| entry.syntax().clone())
        .collect();
    let is_gone = |entry: &SyntaxNode| {
        gone.binary_search_by_key(&range_of(entry).start, |binding| {
            range_of(&binding.node).start
        })
        .is_ok()
    };
    let mut edits = Vec::new();
    let mut kept: Option<&SyntaxNode> = None;
    let mut run: Option<(&SyntaxNode, &SyntaxNode)> = None;
    for entry in &entries {
        if is_gone(entry) {
            run = Some((run.map_or(entry, |(first, _)| first), entry));
            continue;
        }
        if let Some((first, last)) = run.take() {
            edits.push(TextEdit::remove(up_to_next(first, last)?));
        }
        kept = Some(entry);
    }
    if let Some((first, last)) = run {
        let range = match (pattern.ellipsis_token(), kept) {
            (Some(_), _) => up_to_next(first, last)?,
            (None, Some(kept)) => range_of(kept).end..range_of(last).end,
            (None, None) => range_of(first).start..end_of_all(last),
        };
        edits.push(TextEdit::remove(range));
    }
    Some(edits)
}

/// From the first entry to what stands behind the comma of the last one.
fn up_to_next(first: &SyntaxNode, last: &SyntaxNode) -> Option<Range<usize>> {
    let comma_end = comma_behind(last)?;
    let mut next = last.last_token()?.next_token();
    while let Some(token) = next {
        let range = bytes(token.text_range());
        match token.kind() {
            TOKEN_COMMENT => {
                // the comment keeps its line: the blanks before the first entry go in place of those behind the last
                let blank = first
                    .prev_sibling_or_token()
                    .filter(|blank| blank.kind() == TOKEN_WHITESPACE);
                let start = blank.map_or(range_of(first).start, |blank| {
                    bytes(blank.text_range()).start
                });
                return Some(start..comma_end);
            }
            TOKEN_WHITESPACE | TOKEN_COMMA => next = token.next_token(),
            _ => return Some(range_of(first).start..range.start),
        }
    }
    None
}

/// The end of the last entry with its comma and the blanks behind it.
fn end_of_all(last: &SyntaxNode) -> usize {
    let mut end = range_of(last).end;
    let mut next = last.last_token().and_then(|token| token.next_token());
    while let Some(token) = next
        && matches!(token.kind(), TOKEN_WHITESPACE | TOKEN_COMMA)
    {
        end = bytes(token.text_range()).end;
        next = token.next_token();
    }
    end
}

fn comma_behind(entry: &SyntaxNode) -> Option<usize> {
    let mut next = entry.last_token()?.next_token();
    while let Some(token) = next {
        match token.kind() {
            TOKEN_COMMA => return Some(bytes(token.text_range()).end),
            TOKEN_WHITESPACE | TOKEN_COMMENT => next = token.next_token(),
            _ => return None,
        }
    }
    None
}
