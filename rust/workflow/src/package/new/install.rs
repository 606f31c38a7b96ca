//! Manual pages and shell completions that lie ready in a source.

use nixsmith_store::tree::{Node, Tree};

use super::draft::{Draft, Value};

/// Folders that hold ready-made files for users.
const FOLDERS: [&str; 16] = [
    "",
    "man",
    "doc",
    "docs",
    "docs/man",
    "doc/man",
    "contrib",
    "contrib/completion",
    "contrib/completions",
    "completion",
    "completions",
    "complete",
    "shell-completions",
    "etc",
    "assets/completions",
    "extra",
];

/// What `installShellFiles` is told to install.
#[derive(Debug, Default, PartialEq, Eq)]
struct Files {
    pages: Vec<String>,
    /// Bash and fish by their ending, zsh by the underscore in front or its ending.
    completions: Vec<(&'static str, String)>,
}

/// Adds `installShellFiles` and `postInstall` for the pages and completions of `program`.
///
/// Only files named after the program count: others belong to something else.
pub(super) fn describe(draft: &mut Draft, tree: &Tree, program: &str) {
    let files = find(tree, program);
    let mut lines = String::new();
    if !files.pages.is_empty() {
        lines.push_str(&format!("installManPage {}\n", files.pages.join(" ")));
    }
    if !files.completions.is_empty() {
        lines.push_str(&format!("installShellCompletion --cmd {program}"));
        for (shell, path) in &files.completions {
            lines.push_str(&format!(" \\\n  --{shell} {path}"));
        }
        lines.push('\n');
    }
    if lines.is_empty() {
        return;
    }
    let found: Vec<&str> = files
        .pages
        .iter()
        .chain(files.completions.iter().map(|(_, path)| path))
        .map(String::as_str)
        .collect();
    draft.decide(
        "nativeBuildInputs",
        "installShellFiles",
        format!("ready in the source: {}", found.join(", ")),
    );
    draft
        .native_build_inputs
        .push("installShellFiles".to_owned());
    draft.native_build_inputs.sort();
    draft
        .attributes
        .push(("postInstall".to_owned(), Value::Lines(lines)));
}

/// Whether a name or path can stand in a script as it is.
pub(super) fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte))
}

fn find(tree: &Tree, program: &str) -> Files {
    let mut files = Files::default();
    if !is_plain(program) {
        return files;
    }
    for folder in FOLDERS {
        let Some(Node::Directory(entries)) = tree.get(folder) else {
            continue;
        };
        for (name, node) in entries {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            if !matches!(node, Node::File { .. }) || !is_plain(name) {
                continue;
            }
            let path = if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            };
            if is_page_of(name, program) && is_troff(tree, &path) {
                files.pages.push(path);
            } else if let Some(shell) = shell_of(name, program)
                && !files.completions.iter().any(|(known, _)| *known == shell)
            {
                files.completions.push((shell, path));
            }
        }
    }
    files.pages.sort();
    files.completions.sort();
    files
}

/// `PROGRAM.1`, `PROGRAM-SUBCOMMAND.1`, sections 1 to 8.
fn is_page_of(name: &str, program: &str) -> bool {
    let Some((stem, section)) = name.rsplit_once('.') else {
        return false;
    };
    let is_section = matches!(section.as_bytes(), [b'1'..=b'8']);
    is_section
        && stem
            .strip_prefix(program)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A page in the languages of man: a request or a comment of roff in front.
fn is_troff(tree: &Tree, path: &str) -> bool {
    let Ok(Some(bytes)) = tree.read(path, 4 << 20) else {
        return false;
    };
    let text = String::from_utf8_lossy(&bytes);
    text.trim_start().starts_with(['.', '\''])
}

fn shell_of(name: &str, program: &str) -> Option<&'static str> {
    if name == format!("_{program}") {
        return Some("zsh");
    }
    match name.strip_prefix(program)? {
        ".bash" | ".bash-completion" => Some("bash"),
        ".fish" => Some("fish"),
        ".zsh" => Some("zsh"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use nixsmith_store::tree::Contents;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        for (path, text) in files {
            tree.insert(
                path.as_bytes(),
                Node::file(Contents::from_bytes(text.as_bytes().to_vec())),
            )
            .unwrap();
        }
        tree
    }

    #[test]
    fn files_of_the_program_alone() {
        let tree = tree(&[
            ("doc/rg.1", ".TH RG 1\n"),
            ("doc/rg-all.1", ".\\\" page\n"),
            ("doc/rg.2", "version 2 of the notes\n"),
            ("doc/rgb.1", ".TH RGB 1\n"),
            ("completions/rg.bash", ""),
            ("completions/_rg", ""),
            ("complete/rg.fish", ""),
            ("complete/_rg", ""),
            ("completions/other.fish", ""),
        ]);
        assert_eq!(
            find(&tree, "rg"),
            Files {
                pages: vec!["doc/rg-all.1".to_owned(), "doc/rg.1".to_owned()],
                completions: vec![
                    ("bash", "completions/rg.bash".to_owned()),
                    ("fish", "complete/rg.fish".to_owned()),
                    ("zsh", "completions/_rg".to_owned()),
                ],
            }
        );
        assert_eq!(find(&tree, "rg; rm"), Files::default());
    }
}
