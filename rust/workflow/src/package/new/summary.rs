//! A line that describes a package whose manifest has none: from its manual page, its `.pc` or `.spec` file, its README.

use nixsmith_store::tree::{Node, Tree};

use super::manual;

/// No file that is longer is read.
const FILE_BYTES_MAX: u64 = 2 << 20;
/// A first sentence of a README that is longer explains rather than describes.
const SENTENCE_CHARACTERS_MAX: usize = 120;
/// Words that no description begins with.
const OPENINGS: [&str; 24] = [
    "build",
    "copyright",
    "download",
    "for",
    "how",
    "if",
    "in",
    "it",
    "its",
    "install",
    "installation",
    "note",
    "please",
    "read",
    "readme",
    "see",
    "this",
    "to",
    "usage",
    "version",
    "we",
    "welcome",
    "what",
    "you",
];

/// The line and the file it stands in.
pub(super) fn find(tree: &Tree, pname: &str, program: Option<&str>) -> Option<(String, String)> {
    from_manual(tree, program.unwrap_or(pname))
        .or_else(|| from_fields(tree, pname))
        .or_else(|| from_readme(tree, pname))
}

fn from_manual(tree: &Tree, program: &str) -> Option<(String, String)> {
    let page = manual::page(tree, program)?;
    Some((page.summary?, page.path))
}

/// `Description:` of `NAME.pc.in`, `Summary:` of `NAME.spec`, not deeper than one folder.
fn from_fields(tree: &Tree, pname: &str) -> Option<(String, String)> {
    let own = pname.trim_start_matches("lib").to_ascii_lowercase();
    let paths = tree
        .walk()
        .filter(|(_, node)| matches!(node, Node::File { .. }))
        .filter_map(|(path, _)| String::from_utf8(path).ok())
        .filter(|path| path.matches('/').count() < 2);
    let mut found: Vec<(usize, String, &str)> = paths
        .filter_map(|path| {
            let name = path
                .rsplit('/')
                .next()
                .unwrap_or(&path)
                .to_ascii_lowercase();
            let name = name.strip_suffix(".in").unwrap_or(&name);
            let (stem, field) = if let Some(stem) = name.strip_suffix(".pc") {
                (stem, "Description:")
            } else {
                (name.strip_suffix(".spec")?, "Summary:")
            };
            let is_own = stem
                .trim_start_matches("lib")
                .trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.' || sign == '-')
                == own.trim_end_matches(|sign: char| sign.is_ascii_digit());
            is_own.then_some((path.len(), path, field))
        })
        .collect();
    found.sort();
    found.into_iter().find_map(|(_, path, field)| {
        let bytes = tree.read(&path, FILE_BYTES_MAX).ok()??;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(field))?
            .trim();
        let is_complete = !line.is_empty() && !line.contains(['@', '%', '$']);
        is_complete.then(|| (line.to_owned(), path))
    })
}

/// The first sentence of a README, where it says what the project is.
fn from_readme(tree: &Tree, pname: &str) -> Option<(String, String)> {
    [
        "README.md",
        "README",
        "README.rst",
        "README.txt",
        "Readme.md",
        "readme.md",
    ]
    .iter()
    .find_map(|name| {
        let bytes = tree.read(name, FILE_BYTES_MAX).ok()??;
        let line = sentence(&String::from_utf8_lossy(&bytes), pname)?;
        Some((line, (*name).to_owned()))
    })
}

/// The first sentence of the first paragraph, if it begins with `NAME is a`, with an article, or is the whole paragraph.
fn sentence(text: &str, pname: &str) -> Option<String> {
    let paragraph = first_paragraph(text)?;
    let paragraph = without_markup(&paragraph);
    let (sentence, is_whole) = match paragraph.split_once(". ") {
        Some((sentence, _)) => (sentence, false),
        None => (paragraph.trim_end_matches('.'), true),
    };
    let first = sentence.split([' ', ',', ':']).next()?.to_ascii_lowercase();
    let names_itself = first == pname.to_ascii_lowercase();
    let predicate = names_itself.then(|| {
        let rest = sentence.get(first.len()..).unwrap_or_default();
        [" is ", ": ", " - ", " \u{2013} ", " \u{2014} ", ", "]
            .iter()
            .find_map(|joint| rest.strip_prefix(joint))
    });
    let line = match predicate {
        Some(predicate) => predicate?,
        None if matches!(first.as_str(), "a" | "an" | "the") || is_whole => sentence,
        None => return None,
    };
    let fits = line.split_whitespace().count() > 2
        && line.chars().count() <= SENTENCE_CHARACTERS_MAX
        && !OPENINGS.contains(&first.as_str())
        && !line.contains("://")
        && !line.contains(['<', '|', '=', '\\'])
        && !line.ends_with(':');
    fits.then(|| line.to_owned())
}

/// The first lines of running text: no heading, badge, picture, list, quote or HTML.
fn first_paragraph(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).take(200).collect();
    let underlines = |line: &str| {
        line.len() > 2
            && line
                .chars()
                .all(|sign| matches!(sign, '=' | '-' | '~' | '*' | '#' | '^' | '_'))
    };
    let mut paragraph = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_underlined = lines.get(index + 1).is_some_and(|next| underlines(next));
        let is_furniture = line.is_empty()
            || is_underlined
            || underlines(line)
            || line.starts_with(['#', '!', '<', '|', '*', '-', '+', '=', '>', '.', ':'])
            || line.starts_with("[!")
            || line.starts_with("```");
        match (is_furniture, paragraph.is_empty()) {
            (true, false) => break,
            (true, true) => {}
            // A title alone on its line.
            (false, true) if line.split_whitespace().count() < 3 => {}
            (false, _) => paragraph.push(*line),
        }
    }
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

/// `[text](address)` as `text`, without `*`, `_` around words and back quotes.
fn without_markup(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((front, behind)) = rest.split_once('[') {
        plain.push_str(front);
        match behind.split_once(']') {
            Some((label, after)) => {
                plain.push_str(label);
                rest = match after
                    .strip_prefix('(')
                    .and_then(|link| link.split_once(')'))
                {
                    Some((_, after)) => after,
                    None => after,
                };
            }
            None => rest = behind,
        }
    }
    plain.push_str(rest);
    let plain = plain.replace(['`', '*'], "");
    let words: Vec<&str> = plain
        .split_whitespace()
        .map(|word| word.trim_matches('_'))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use nixsmith_store::tree::Contents;

    use super::*;

    #[test]
    fn sentences_that_describe() {
        for (text, expected) in [
            (
                "# Tool\n\n[![CI](x)](y)\n\n`tool` is a [fast](z) **parser**\nof things. It runs.\n",
                Some("a fast parser of things"),
            ),
            (
                "Tool\n====\n\nVery fast, header-only C++ logging library.\n\nMore.\n",
                Some("Very fast, header-only C++ logging library"),
            ),
            ("Tool, a fast compressor.\n", Some("a fast compressor")),
            ("This is the README of tool.\n", None),
            ("tool runs on many systems. It is free.\n", None),
            ("To install, see INSTALL and run make.\n", None),
            ("See https://example.org/ for the docs\n", None),
            ("# Tool\n", None),
            ("[[[", None),
        ] {
            assert_eq!(sentence(text, "tool").as_deref(), expected, "{text}");
        }
        let long = format!("The {}.\n", "word ".repeat(100));
        assert_eq!(sentence(&long, "tool"), None);
    }

    #[test]
    fn the_best_file_wins() {
        let mut tree = Tree::new();
        let mut add = |path: &str, text: &str| {
            let contents = Contents::from_bytes(text.as_bytes().to_vec());
            tree.insert(path.as_bytes(), Node::file(contents)).unwrap();
            find(&tree, "libfoo", None)
        };
        let named = |line: &str, path: &str| Some((line.to_owned(), path.to_owned()));
        assert_eq!(add("src/other.pc.in", "Description: Other\n"), None);
        assert_eq!(
            add("README", "A library of foos.\n"),
            named("A library of foos", "README")
        );
        assert_eq!(
            add("foo.spec", "Name: foo\nSummary: %{x}\n"),
            named("A library of foos", "README")
        );
        assert_eq!(
            add(
                "src/foo-2.0.pc.in",
                "Name: foo\nDescription: Foos for all\n"
            ),
            named("Foos for all", "src/foo-2.0.pc.in")
        );
        assert_eq!(
            add("man/libfoo.1", ".SH NAME\nfoo \\- tools\n"),
            named("tools", "man/libfoo.1")
        );
    }
}
