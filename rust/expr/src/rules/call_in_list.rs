//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::builtin::builtin;
use crate::lint::document::{Checker, Document};
use crate::lint::scope::Target;
use crate::lint::tree::{last_name, range_of};

rule! {
    /// A call in a list without parentheses: the function and its arguments are elements of their own.
    ///
    /// Found are `import`, `callPackage` and other well-known functions as an element in front of what looks like their argument.
    /// The fix is not safe, because it cannot know how many arguments were meant.
    ///
    /// ```nix
    /// { imports = [ import ./hardware.nix ]; }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { imports = [ (import ./hardware.nix) ]; }
    /// ```
    "call-in-list": Correctness, Warning, default, fix Unsafe;
    on [NODE_LIST] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(list) = ast::List::cast(node.clone()) else {
        return;
    };
    let document = checker.document;
    let mut items = list.items().peekable();
    while let Some(item) = items.next() {
        let Some(next) = items.peek() else { return };
        let Some((name, count)) = function(document, &item, next) else {
            continue;
        };
        let mut arguments = Vec::new();
        while arguments.len() < count
            && let Some(argument) = items.next()
        {
            arguments.push(range_of(argument.syntax()));
        }
        let range = range_of(item.syntax());
        let end = arguments.last().map_or(range.end, |argument| argument.end);
        let message = format!("`{name}` and its argument are elements of their own here");
        let reported = checker.report_at(range.start..end, message);
        if arguments.len() == count {
            reported.fix(
                FixClass::Unsafe,
                "put parentheses around the call",
                node,
                vec![
                    TextEdit::insert(range.start, "("),
                    TextEdit::insert(end, ")"),
                ],
            );
        }
    }
}

/// Whether the name is bound in this file: what a `with` brings may be a package of that name.
fn is_known(document: &Document<'_>, ident: &ast::Ident) -> bool {
    let target = document
        .scopes()
        .target_at(range_of(ident.syntax()).start);
    matches!(target, Some(Target::Binding(_) | Target::Global))
}

/// The name of a function that wants what follows it, with the number of its arguments.
fn function<'t>(document: &Document<'t>, item: &Expr, next: &Expr) -> Option<(&'t str, usize)> {
    let name = match item {
        Expr::Ident(ident) if is_known(document, ident) => last_name(item, document.text)?,
        Expr::Select(_) => last_name(item, document.text)?,
        _ => return None,
    };
    let is_path = matches!(
        next,
        Expr::PathRel(_) | Expr::PathAbs(_) | Expr::PathSearch(_) | Expr::Paren(_)
    );
    let is_set = matches!(next, Expr::AttrSet(_));
    let count = match name {
        "import" if builtin(document, item) == Some("import") && is_path => 1,
        "callPackage" | "callPackages" if is_path => 2,
        "fetchurl" | "fetchpatch" | "fetchpatch2" | "fetchFromGitHub" if is_set => 1,
        "optional" | "optionals" | "optionalString" | "optionalAttrs" | "mkIf"
            if !matches!(next, Expr::Str(_)) =>
        {
            2
        }
        "mkForce" | "mkDefault" | "mkMerge" | "mkBefore" | "mkAfter" | "getExe" => 1,
        _ => return None,
    };
    Some((name, count))
}
