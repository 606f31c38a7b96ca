//! What holds of every Nix file: executable if and only if it has a `#!` line, and no escapes that change nothing.

use nixsmith_expr::nixpkgs::escapes::useless_escapes;
use nixsmith_expr::parse::parse;
use nixsmith_expr::position::Lines;

use super::problem::Problem;
use super::tree::Tree;

/// Looks at the file at `path`.
pub fn check(tree: &Tree, path: &str, executable: bool, problems: &mut Vec<Problem>) {
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            problems.push(Problem::new("syntax", path, message));
            return;
        }
    };
    problems.extend(executable_problem(path, executable, &bytes));
    match std::str::from_utf8(&bytes) {
        Ok(text) => escape_problems(path, text, problems),
        Err(_) => problems.push(Problem::new("syntax", path, "the file is not UTF-8")),
    }
}

/// The part that takes no parsing.
#[must_use]
pub fn executable_problem(path: &str, executable: bool, bytes: &[u8]) -> Option<Problem> {
    match (executable, bytes.starts_with(b"#!")) {
        (true, false) => Some(Problem::new(
            "NPV-145",
            path,
            "the file is executable but has no `#!` line",
        )),
        (false, true) => Some(Problem::new(
            "NPV-146",
            path,
            "the file has a `#!` line but is not executable",
        )),
        _ => None,
    }
}

fn escape_problems(path: &str, text: &str, problems: &mut Vec<Problem>) {
    let root = match parse(text) {
        Ok(root) => root,
        Err(error) => {
            problems.push(Problem::syntax(path, &error));
            return;
        }
    };
    let lines = Lines::of(text);
    for escape in useless_escapes(&root) {
        let (written, meaning) = (escape.text(), escape.meaning());
        let mut message =
            format!("the escape `{written}` changes nothing; it is the same as `{meaning}`");
        if !escape.indented {
            message.push_str(&format!("; for a backslash write `\\\\{meaning}`"));
        }
        problems.push(
            Problem::new("NPV-170", path, message)
                .at(lines.position(escape.offset))
                .about(written),
        );
    }
}
