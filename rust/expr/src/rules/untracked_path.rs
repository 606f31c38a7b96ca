//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{self, InterpolPart};
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;

rule! {
    /// A path to a file that git does not know.
    ///
    /// A flake in a git repository is copied to the Nix store without files that were never added, so evaluating it
    /// fails, on this machine as on any other: it says that the file does not exist, while it is there to be seen.
    /// `git add --intent-to-add` is enough. Paths with interpolations are left alone.
    ///
    /// ```nix
    /// imports = [ ./new-module.nix ];
    /// ```
    "untracked-path": Flake, Error, default;
    on [NODE_PATH_REL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let Some(surroundings) = document.surroundings else {
        return;
    };
    let Some(path) = ast::PathRel::cast(node.clone()) else {
        return;
    };
    let is_plain = |part: &InterpolPart<_>| matches!(part, InterpolPart::Literal(_));
    let text = document.text_of(node);
    if path.parts().iter().all(is_plain) && surroundings.is_untracked(text) {
        checker.report(
            node,
            format!("git does not know `{text}`, so a flake does not see it"),
        );
    }
}
