//! See [`RULE`].

use rnix::SyntaxNode;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::{Checker, Document};
use crate::lint::global;
use crate::lint::scope::Target;
use crate::lint::tree::range_of;

rule! {
    /// A name that stands for nothing.
    ///
    /// No `let`, `rec` or function around it binds the name, Nix does not bring it, and no `with` could: evaluation fails.
    /// A file that is read with `scopedImport` gets names from there and needs a comment that allows them.
    ///
    /// ```nix
    /// { lib }: attrNames (lib.filterAttrs (name: vlaue: value) { })
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib }: builtins.attrNames (lib.filterAttrs (name: value: value) { })
    /// ```
    ///
    /// Where the name is a builtin without its prefix, the fix writes `builtins.` in front of it; it is not safe because something
    /// else may have been meant.
    "undefined-name": Correctness, Error, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// For how many names of a file a similar one is looked for.
const SUGGESTION_LIMIT: usize = 32;

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let missing = document
        .scopes()
        .references
        .iter()
        // `or` as a name has a rule of its own
        .filter(|reference| reference.target == Target::Missing && reference.name != "or");
    for (count, reference) in missing.enumerate() {
        let name = reference.name;
        let start = reference.range.start;
        let is_expression = reference
            .node
            .parent()
            .is_none_or(|parent| parent.kind() != rnix::SyntaxKind::NODE_INHERIT);
        if global::is_builtin(name) && is_expression && document.scopes().visible("builtins", start).is_none() {
            let message = format!("`{name}` is not defined; the builtin is `builtins.{name}`");
            checker.report_at(reference.range.clone(), message).fix(
                FixClass::Unsafe,
                "write `builtins.`",
                &reference.node,
                vec![TextEdit::replace(range_of(&reference.node), format!("builtins.{name}"))],
            );
            continue;
        }
        let hint = (count < SUGGESTION_LIMIT)
            .then(|| hint(document, name, start))
            .flatten();
        let message = match hint {
            Some(hint) => format!("`{name}` is not defined; {hint}"),
            None => format!("`{name}` is not defined"),
        };
        checker.report_at(reference.range.clone(), message);
    }
}

/// What may have been meant.
fn hint(document: &Document<'_>, name: &str, at: usize) -> Option<String> {
    let scopes = document.scopes();
    if let Some((left, right)) = name.split_once('-')
        && scopes.visible(left, at).is_some()
        && !right.is_empty()
    {
        return Some(format!(
            "a name can contain `-`, a difference is `{left} - {right}`"
        ));
    }
    let in_sight = scopes.scopes.iter().filter(|scope| {
        let range = range_of(&scope.node);
        range.start <= at && at < range.end
    });
    let mut best: Option<(usize, &str)> = None;
    let bound = in_sight.flat_map(|scope| scopes.bindings_of(scope));
    let prelude = global::builtins()
        .iter()
        .copied()
        .filter(|name| global::is_prelude(name));
    for known in bound.map(|binding| binding.name).chain(prelude) {
        let limit = best.map_or_else(|| name.len() / 4 + 1, |(distance, _)| distance - 1);
        if let Some(distance) = distance(name, known, limit) {
            best = Some((distance, known));
            if distance <= 1 {
                break;
            }
        }
    }
    best.map(|(_, near)| format!("`{near}` is"))
}

/// The number of letters to change, leave out or add (a swap of neighbours counts once), if it is not above `limit`.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    if limit == 0 || left.len().abs_diff(right.len()) > limit || left.len() < 2 {
        return None;
    }
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.iter().enumerate() {
        let mut next = vec![line + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = at(&row, column) + usize::from(letter != other);
            let mut least = changed.min(at(&row, column + 1) + 1).min(at(&next, column) + 1);
            let swapped = line > 0
                && column > 0
                && left.get(line - 1) == Some(other)
                && right.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_small_numbers() {
        assert_eq!(distance("vlaue", "value", 2), Some(1));
        assert_eq!(distance("value", "value", 2), Some(0));
        assert_eq!(distance("valu", "value", 1), Some(1));
        assert_eq!(distance("abc", "xyz", 2), None);
    }
}
