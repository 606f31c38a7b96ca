//! Manual pages of a source: the one of a program, and the line that says what the program is.
//!
//! Follows man-pages(7) and mdoc(7) as far as the section NAME goes.

use nixsmith_store::tree::{Node, Tree};

/// No page that is longer is read.
const PAGE_BYTES_MAX: u64 = 2 << 20;
/// Folders this deep hold no pages of the program itself.
const DEPTH_MAX: usize = 3;

/// The page of a program.
pub(super) struct Page {
    /// Where it lies in the source.
    pub(super) path: String,
    /// What its section NAME says the program is.
    pub(super) summary: Option<String>,
}

/// The page of `program` for users (sections 1, 6 and 8), the one nearest to the root of the source.
pub(super) fn page(tree: &Tree, program: &str) -> Option<Page> {
    let is_page = |name: &str| {
        let rest = name.strip_prefix(program)?.strip_prefix('.')?;
        let section = rest.strip_suffix(".in").unwrap_or(rest);
        matches!(section, "1" | "6" | "8" | "man" | "mdoc").then_some(())
    };
    let mut paths: Vec<String> = tree
        .walk()
        .filter(|(_, node)| matches!(node, Node::File { .. }))
        .filter_map(|(path, _)| String::from_utf8(path).ok())
        .filter(|path| path.matches('/').count() < DEPTH_MAX)
        .filter(|path| is_page(path.rsplit('/').next().unwrap_or(path)).is_some())
        .collect();
    paths.sort_by_key(|path| path.matches('/').count());
    let path = paths.into_iter().next()?;
    let bytes = tree.read(&path, PAGE_BYTES_MAX).ok()??;
    let summary = summary(&String::from_utf8_lossy(&bytes));
    Some(Page { path, summary })
}

/// What stands behind the dash of the section NAME, or behind mdoc's `.Nd`.
fn summary(text: &str) -> Option<String> {
    let mut in_name = false;
    let mut name = String::new();
    for line in text.lines() {
        if let Some(what) = line.strip_prefix(".Nd ") {
            return meant(what);
        }
        let is_heading = [".SH", ".Sh"].iter().any(|macro_| line.starts_with(macro_));
        if is_heading {
            if in_name {
                break;
            }
            let heading = line.get(3..).unwrap_or_default();
            in_name = heading
                .trim_matches(['"', ' ', '\t'])
                .eq_ignore_ascii_case("name");
        } else if in_name && !line.starts_with(".\\\"") && !line.starts_with("'\\\"") {
            let line = ["B", "I", "BR", "RB", "R"]
                .iter()
                .find_map(|font| line.strip_prefix(&format!(".{font} ")))
                .unwrap_or(line);
            if !line.starts_with('.') {
                name.push_str(line);
                name.push(' ');
            }
        }
    }
    let name = plain(&name);
    [" - ", " -- ", " \u{2013} ", " \u{2014} "]
        .iter()
        .find_map(|dash| name.split_once(dash))
        .and_then(|(_, what)| meant(what))
}

fn meant(text: &str) -> Option<String> {
    let text = plain(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_complete = !text.is_empty() && !text.contains(['@', '\\']);
    is_complete.then_some(text)
}

/// Text without roff's escapes for fonts and dashes.
fn plain(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((front, behind)) = rest.split_once('\\') {
        plain.push_str(front);
        let mut signs = behind.chars();
        let skipped = match signs.next() {
            Some('f') => match signs.next() {
                Some('[') => behind.find(']').map_or(2, |end| end + 1),
                Some('(') => 4,
                Some(sign) => 1 + sign.len_utf8(),
                None => 1,
            },
            Some('-') => {
                plain.push('-');
                1
            }
            Some('&' | '/' | '^' | '|' | '%') => 1,
            Some('(') if behind.starts_with("(em") || behind.starts_with("(en") => {
                plain.push('-');
                3
            }
            _ => {
                plain.push('\\');
                0
            }
        };
        rest = behind.get(skipped..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use nixsmith_store::tree::Contents;

    use super::*;

    #[test]
    fn what_a_page_says_its_program_is() {
        for (text, expected) in [
            (
                ".TH TREE 1\n.SH NAME\ntree \\- list contents of directories\n.SH SYNOPSIS\na - b\n",
                Some("list contents of directories"),
            ),
            (
                ".SH \"Name\"\n.\\\" x - y\n\\fBx\\fR, \\fI\\%y\\fP \\(em shows\nthings\n.SH A\n",
                Some("shows things"),
            ),
            (
                ".Dd x\n.Sh NAME\n.Nm tmux\n.Nd terminal multiplexer\n",
                Some("terminal multiplexer"),
            ),
            (
                ".SH NAME\n.B sl\n\\- cure your bad habit\n.SH S\n",
                Some("cure your bad habit"),
            ),
            (".SH NAME\nx \\- uses @PREFIX@\n", None),
            (".SH NAME\nx\n.SH OTHER\na - b\n", None),
            (".SH NAME\nx \\- \\", None),
            ("\\f[", None),
        ] {
            assert_eq!(summary(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_page_nearest_to_the_root() {
        let mut tree = Tree::new();
        for path in ["a/b/x.1", "doc/x.1.in", "doc/xy.1", "x.3", "p/q/r/s/y.1"] {
            let contents = Contents::from_bytes(b".SH NAME\nx - y\n".to_vec());
            tree.insert(path.as_bytes(), Node::file(contents)).unwrap();
        }
        let found = page(&tree, "x").unwrap();
        assert_eq!(found.path, "doc/x.1.in");
        assert_eq!(found.summary.as_deref(), Some("y"));
        assert!(page(&tree, "y").is_none());
    }
}
