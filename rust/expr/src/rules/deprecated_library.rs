//! See [`RULE`].

use rnix::SyntaxKind::NODE_INHERIT;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::call::library_name;
use crate::lint::document::Checker;
use crate::lint::tree::{static_name};
use crate::lint::{FixClass, Level};

rule! {
    /// A function of nixpkgs' library that warns, or is gone.
    ///
    /// Some names of `lib` are kept for a release or two and warn whenever they are used; others have been removed, and using
    /// them fails. Where the new name stands for the very same function in nixpkgs' source, the fix is safe; where the old name
    /// is gone and can no longer be compared, it is not.
    ///
    /// ```nix
    /// lib.fold (a: b: a + b) 0 numbers
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// lib.foldr (a: b: a + b) 0 numbers
    /// ```
    "deprecated-library": Correctness, Warning, default, fix Safe;
    on [NODE_SELECT, NODE_INHERIT] => check
}

/// What became of a name.
enum Fate {
    /// It warns and is another name of this.
    Alias(&'static str),
    /// It warns; this says what to do.
    Warns(&'static str),
    /// It is gone; this took its place.
    Renamed(&'static str),
    /// It is gone; this says what to do.
    Removed(&'static str),
}

/// The names, in the order of bytes: from nixpkgs' `lib` as of 26.11.
const FATES: &[(&str, Fate)] = &[
    ("cartesianProductOfSets", Fate::Renamed("cartesianProduct")),
    ("fold", Fate::Alias("foldr")),
    ("isCoercibleToString", Fate::Removed("use `isStringLike` or `isConvertibleWithToString`")),
    ("isInOldestRelease", Fate::Alias("oldestSupportedReleaseIsAtLeast")),
    ("literalDocBook", Fate::Renamed("literalMD")),
    ("literalExample", Fate::Renamed("literalExpression")),
    ("mapAttrsFlatten", Fate::Renamed("mapAttrsToList")),
    ("mkAliasIfDef", Fate::Warns("use `mkIf option.isDefined`")),
    ("mkAliasOptionModuleMD", Fate::Alias("mkAliasOptionModule")),
    ("mkFixStrictness", Fate::Warns("it does nothing: remove the call")),
    ("mkPackageOptionMD", Fate::Renamed("mkPackageOption")),
    ("nixpkgsVersion", Fate::Alias("version")),
    ("readPathsFromFile", Fate::Removed("use a list of paths")),
    ("replaceChars", Fate::Renamed("replaceStrings")),
    ("toGNUCommandLine", Fate::Warns("use `lib.cli.toCommandLine` or `lib.cli.toCommandLineGNU`")),
    ("toGNUCommandLineShell", Fate::Warns("use `lib.cli.toCommandLineShell` or `lib.cli.toCommandLineShellGNU`")),
    ("zipWithNames", Fate::Renamed("zipAttrsWithNames")),
];

fn fate(name: &str) -> Option<&'static Fate> {
    let at = FATES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    FATES.get(at).map(|(_, fate)| fate)
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    if node.kind() == NODE_INHERIT {
        return inherited(checker, node);
    }
    let text = checker.document.text;
    let Some(select) = ast::Select::cast(node.clone()) else {
        return;
    };
    let Some(last) = select.attrpath().and_then(|path| path.attrs().last()) else {
        return;
    };
    let Some((name, range)) = static_name(last.syntax(), text) else {
        return;
    };
    let Some(fate) = fate(name) else {
        return;
    };
    if library_name(checker.document, &ast::Expr::Select(select)) != Some(name) {
        return;
    }
    let (level, message) = say(name, fate);
    let reported = checker.report(node, message).level(level);
    let (class, new) = match fate {
        Fate::Alias(new) => (FixClass::Safe, *new),
        Fate::Renamed(new) => (FixClass::Unsafe, *new),
        Fate::Warns(_) | Fate::Removed(_) => return,
    };
    let edit = TextEdit::replace(range, new);
    reported.fix(class, format!("use `{new}`"), node, vec![edit]);
}

/// `inherit (lib) fold;`: the name is used elsewhere too, so there is no fix.
fn inherited(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(inherit) = ast::Inherit::cast(node.clone()) else {
        return;
    };
    let Some(from) = inherit.from().and_then(|from| from.expr()) else {
        return;
    };
    let from = document.text_of(from.syntax());
    if from != "lib" && !from.starts_with("lib.") && !from.ends_with(".lib") {
        return;
    }
    for attr in inherit.attrs() {
        if let Some((name, range)) = static_name(attr.syntax(), document.text)
            && let Some(fate) = fate(name)
        {
            let (level, message) = say(name, fate);
            checker.report_at(range, message).level(level);
        }
    }
}

fn say(name: &str, fate: &Fate) -> (Level, String) {
    match fate {
        Fate::Alias(new) => (
            Level::Warning,
            format!("`lib.{name}` is deprecated: it is `lib.{new}`"),
        ),
        Fate::Warns(advice) => (Level::Warning, format!("`lib.{name}` is deprecated: {advice}")),
        Fate::Renamed(new) => (
            Level::Error,
            format!("`lib.{name}` is removed: use `lib.{new}`"),
        ),
        Fate::Removed(advice) => (Level::Error, format!("`lib.{name}` is removed: {advice}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(FATES.is_sorted_by_key(|(name, _)| name));
    }
}
