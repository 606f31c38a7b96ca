//! That a package of `pkgs/by-name` reaches nothing outside of its folder: neither by links nor by path expressions.

use nixsmith_expr::nixpkgs::paths::{PathExpression, PathForm, path_expressions};
use nixsmith_expr::parse::parse;
use nixsmith_expr::position::Lines;

use super::problem::Problem;
use super::tree::{Node, Resolved, Tree, is_nix, join};

/// Looks at everything in the package's `folder`.
pub(super) fn check(tree: &Tree, folder: &str, problems: &mut Vec<Problem>) {
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        match at(tree, &path) {
            Some(Node::Link(_)) => problems.extend(check_link(tree, folder, &path)),
            Some(Node::Folder(inner)) => {
                // The stack gives them back in order.
                open.extend(inner.entries.keys().rev().map(|name| join(&path, name)));
            }
            Some(Node::File { .. }) if is_nix(&path) => check_file(tree, folder, &path, problems),
            _ => {}
        }
    }
}

/// What lies at the path itself; a link on the way to it is followed.
fn at<'a>(tree: &'a Tree, path: &str) -> Option<&'a Node> {
    let (folder, name) = path.rsplit_once('/')?;
    tree.folder(folder)?.entries.get(name)
}

fn check_link(tree: &Tree, folder: &str, path: &str) -> Option<Problem> {
    let inner = path.strip_prefix(folder).unwrap_or(path);
    let inner = inner.trim_start_matches('/');
    match tree.resolve("", path) {
        Resolved::Inside(real) if is_within(&real, folder) => None,
        Resolved::Nowhere => {
            let message = format!("the link `{inner}` leads nowhere");
            Some(Problem::new("NPV-126", path, message))
        }
        _ => {
            let message = format!("the link `{inner}` leads out of the package's folder");
            Some(Problem::new("NPV-125", path, message))
        }
    }
}

fn check_file(tree: &Tree, folder: &str, path: &str, problems: &mut Vec<Problem>) {
    let text = match tree.read_text(path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            problems.push(Problem::new("syntax", path, message));
            return;
        }
    };
    let root = match parse(&text) {
        Ok(root) => root,
        Err(error) => {
            problems.push(Problem::syntax(path, &error));
            return;
        }
    };
    let lines = Lines::of(&text);
    for expression in path_expressions(&root) {
        if let Some(problem) = check_expression(tree, folder, path, &expression) {
            problems.push(
                problem
                    .at(lines.position(expression.offset))
                    .about(expression.text),
            );
        }
    }
}

fn check_expression(
    tree: &Tree,
    folder: &str,
    path: &str,
    expression: &PathExpression,
) -> Option<Problem> {
    let text = &expression.text;
    let (code, what) = match expression.form {
        PathForm::Interpolated => (
            "NPV-121",
            "has a part that only evaluation knows, and may lead out of the package's folder",
        ),
        PathForm::Search => (
            "NPV-122",
            "is looked up in NIX_PATH, which leads out of the package's folder",
        ),
        PathForm::Absolute => ("NPV-127", "is absolute"),
        PathForm::Home => ("NPV-128", "begins at somebody's home"),
        PathForm::Relative => {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            match tree.resolve(parent, text) {
                Resolved::Inside(real) if is_within(&real, folder) => return None,
                Resolved::Nowhere => ("NPV-124", "leads nowhere"),
                _ => (
                    "NPV-123",
                    "leads out of the package's folder; take what is there as an argument, or copy it",
                ),
            }
        }
    };
    Some(Problem::new(
        code,
        path,
        format!("the path `{text}` {what}"),
    ))
}

fn is_within(real: &[String], folder: &str) -> bool {
    let mut folder = folder.split('/');
    let mut real = real.iter();
    folder.all(|part| real.next().is_some_and(|found| found == part))
}
