//! The path expressions of a file, each with what its text alone says about where it leads.

use rnix::SyntaxKind::{NODE_PATH_ABS, NODE_PATH_HOME, NODE_PATH_REL, NODE_PATH_SEARCH};
use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

/// How a path expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathForm {
    /// `./a` or `a/b`, all of it literal.
    Relative,
    /// `./${a}`: a relative path with a part that only evaluation knows.
    Interpolated,
    /// `<nixpkgs>`.
    Search,
    /// `/a`.
    Absolute,
    /// `~/a`.
    Home,
}

/// One path expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathExpression {
    /// How it is written.
    pub form: PathForm,
    /// Its text.
    pub text: String,
    /// Where it begins, in bytes.
    pub offset: usize,
}

/// Every path expression of the tree, in the order of the text; those inside interpolations too.
#[must_use]
pub fn path_expressions(root: &rnix::Root) -> Vec<PathExpression> {
    let nodes = root.syntax().descendants();
    nodes
        .filter_map(|node| {
            Some(PathExpression {
                form: form(&node)?,
                text: node.text().to_string(),
                offset: node.text_range().start().into(),
            })
        })
        .collect()
}

fn form(node: &SyntaxNode) -> Option<PathForm> {
    match node.kind() {
        NODE_PATH_REL if node.children_with_tokens().count() == 1 => Some(PathForm::Relative),
        NODE_PATH_REL => Some(PathForm::Interpolated),
        NODE_PATH_SEARCH => Some(PathForm::Search),
        NODE_PATH_ABS => Some(PathForm::Absolute),
        NODE_PATH_HOME => Some(PathForm::Home),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn forms() {
        let root = parse("[ ./a a/b ./a/${./b} /c/${d} ~/e <f/g> ../. ]").unwrap();
        let found: Vec<(PathForm, String)> = path_expressions(&root)
            .into_iter()
            .map(|path| (path.form, path.text))
            .collect();
        let expected = [
            (PathForm::Relative, "./a"),
            (PathForm::Relative, "a/b"),
            (PathForm::Interpolated, "./a/${./b}"),
            (PathForm::Relative, "./b"),
            (PathForm::Absolute, "/c/${d}"),
            (PathForm::Home, "~/e"),
            (PathForm::Search, "<f/g>"),
            (PathForm::Relative, "../."),
        ];
        let expected: Vec<(PathForm, String)> = expected
            .into_iter()
            .map(|(form, text)| (form, text.to_owned()))
            .collect();
        assert_eq!(found, expected);
    }
}
