//! See [`RULE`].

use rnix::SyntaxNode;

use crate::lint::FixClass;
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A division that Nix reads as a path: `6/2`, `width/2`.
    ///
    /// Without spaces around it, the slash makes a path of what stands on both sides. It is found where both sides are numbers,
    /// or the left one is a name that is bound and the right one a name that is bound or a number.
    ///
    /// ```nix
    /// { width }: width/2
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// { width }: width / 2
    /// ```
    "division-as-path": Correctness, Warning, default, fix Unsafe;
    on [NODE_PATH_REL] => check
}

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let text = document.text_of(node);
    let Some((left, right)) = text.split_once('/') else {
        return;
    };
    let at = range_of(node).start;
    let is_bound = |name: &str| document.scopes().visible(name, at).is_some();
    let is_division = match (is_number(left), is_number(right)) {
        (true, true) => true,
        (false, true) => is_bound(left),
        (true, false) => is_bound(right),
        (false, false) => !left.contains('.') && is_bound(left) && is_bound(right),
    };
    if is_division {
        checker
            .report(node, format!("`{text}` is a path; a division is `{left} / {right}`"))
            .replace(
                FixClass::Unsafe,
                "put spaces around the slash",
                node,
                format!("({left} / {right})"),
            );
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
