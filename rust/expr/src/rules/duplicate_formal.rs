//! See [`RULE`].

use std::collections::HashSet;

use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::static_name;

rule! {
    /// A name that stands twice in a function's pattern.
    ///
    /// Nix refuses the file, also where the other one is the name of the whole argument.
    ///
    /// ```nix
    /// { lib, stdenv, lib }: stdenv
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { lib, stdenv }: stdenv
    /// ```
    "duplicate-formal": Correctness, Error, default;
    on [NODE_PATTERN] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let Some(pattern) = ast::Pattern::cast(node.clone()) else {
        return;
    };
    let text = checker.document.text;
    let mut seen: HashSet<&str> = HashSet::new();
    let names = pattern.pat_entries().filter_map(|entry| entry.ident());
    let whole = pattern.pat_bind().and_then(|bind| bind.ident());
    for ident in names.chain(whole) {
        if let Some((name, range)) = static_name(ident.syntax(), text)
            && !seen.insert(name)
        {
            checker.report_at(range, format!("the argument `{name}` stands twice"));
        }
    }
}
