//! The templates of `nix flake init`, as they lie in this program: no network and no Nix is needed for them.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use nixsmith_expr::edit::{Anchor, Document};
use nixsmith_expr::format;
use nixsmith_expr::lint::words;
use schemars::JsonSchema;
use serde::Serialize;

use super::FILE;
use crate::context::Context;
use crate::error::Problem;

static ALL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates/flake");

/// The name that templates give to what the user names.
const NAME: &str = "greet";

/// One template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it is, as in its flake.
    pub description: String,
    /// Its files, sorted, with `/`.
    pub files: Vec<String>,
    /// Whether `--name` names something in it.
    pub takes_name: bool,
}

/// All of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// By name.
    pub templates: Vec<Listed>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.template";
}

/// What is asked for: nothing can be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request;

/// Lists them.
///
/// # Errors
/// None but our own.
pub fn run(_request: &Request, _context: &Context) -> anyhow::Result<Report> {
    let templates = names().map(|name| {
        let template = Template::find(name)?;
        Ok(Listed {
            name: name.to_owned(),
            description: template.description()?,
            takes_name: template.takes_name(),
            files: template.files.keys().cloned().collect(),
        })
    });
    let templates = templates.collect::<anyhow::Result<_>>()?;
    Ok(Report { templates })
}

/// The names of all templates, sorted.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> = ALL
        .dirs()
        .filter_map(|folder| folder.path().file_name()?.to_str())
        .collect();
    names.sort_unstable();
    names.into_iter()
}

/// The module without which devenv does not evaluate purely, as the templates have it.
///
/// # Errors
/// None but our own.
pub(crate) fn devenv_pure() -> anyhow::Result<Vec<u8>> {
    let mut template = Template::find("devenv-python")?;
    let file = template.files.remove("pure.nix");
    Ok(file.ok_or_else(|| Problem::bug("a template of devenv without `pure.nix`"))?)
}

/// A template's files, by their path in it, with `/`.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Template {
    /// The template of this name.
    ///
    /// # Errors
    /// Where there is none; the hint names one that is similar.
    pub(super) fn find(name: &str) -> anyhow::Result<Self> {
        let folder = ALL
            .get_dir(name)
            .filter(|_| names().any(|known| known == name));
        let Some(folder) = folder else {
            let problem = Problem::usage(format!("there is no template `{}`", name.escape_debug()));
            return Err(match words::closest(name, names()) {
                Some(near) => problem.hint(format!("similar: `{near}`")),
                None => problem.hint("`nixsmith flake template` lists them"),
            }
            .into());
        };
        let mut files = BTreeMap::new();
        let mut open = vec![folder];
        while let Some(inner) = open.pop() {
            open.extend(inner.dirs());
            for file in inner.files() {
                let path = file.path().strip_prefix(folder.path())?;
                let path = path.to_str().unwrap_or_default();
                files.insert(path.to_owned(), file.contents().to_vec());
            }
        }
        Ok(Self { files })
    }

    /// The description in its flake.
    pub(super) fn description(&self) -> anyhow::Result<String> {
        let bytes = self.files.get(FILE);
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let text = text.ok_or_else(|| Problem::bug("a template without a flake"))?;
        let value = Document::parse(text)?.value(&Anchor::Main, &"description".parse()?)?;
        let value = value.unwrap_or_default();
        Ok(value.trim_matches('"').to_owned())
    }

    /// Whether something in it has the name that the user may choose.
    pub(super) fn takes_name(&self) -> bool {
        self.files.iter().any(|(path, contents)| {
            let text = String::from_utf8_lossy(contents);
            renamed(path, "x") != *path || renamed(&text, "x") != text
        })
    }

    /// The template with this name instead of its own, in texts and paths.
    pub(super) fn with_name(self, name: &str) -> Self {
        let files = self.files.into_iter().map(|(path, contents)| {
            let path = renamed(&path, name);
            let contents = match String::from_utf8(contents) {
                // Another length of the name may break lines elsewhere.
                Ok(text) if path.ends_with(".nix") => {
                    let text = renamed(&text, name);
                    format::format(&text).unwrap_or(text).into_bytes()
                }
                Ok(text) => renamed(&text, name).into_bytes(),
                Err(error) => error.into_bytes(),
            };
            (path, contents)
        });
        Self {
            files: files.collect(),
        }
    }
}

/// The text with [`NAME`] as a word replaced, with a capital letter as well (the module `Greet`), and in a by-name layout with its shard.
fn renamed(text: &str, name: &str) -> String {
    let in_shard = |name: &str| format!("{}/{name}", name.get(..2).unwrap_or(name));
    let text = replaced(text, &in_shard(NAME), &in_shard(name));
    let text = replaced(&text, NAME, name);
    replaced(&text, &capitalised(NAME), &capitalised(name))
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for (at, found) in text.match_indices(old) {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        if is_word(before) || is_word(after) {
            continue;
        }
        out.push_str(text.get(last..at).unwrap_or_default());
        out.push_str(new);
        last = at + found.len();
    }
    out.push_str(text.get(last..).unwrap_or_default());
    out
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for (text, expected) in [
            ("greet", "tool"),
            ("greets greeting regreet", "greets greeting regreet"),
            (
                "greet-all src/greet/main.rs Greet.hello(\"greet\")",
                "tool-all src/tool/main.rs Tool.hello(\"tool\")",
            ),
            ("test_greet.py", "test_tool.py"),
            (
                "packages/gr/greet-all/greet-all.sh",
                "packages/to/tool-all/tool-all.sh",
            ),
        ] {
            assert_eq!(renamed(text, "tool"), expected);
        }
    }

    #[test]
    fn every_template_has_what_it_needs() {
        assert!(names().count() >= 20);
        for name in names() {
            let template = Template::find(name).unwrap();
            let description = template.description().unwrap();
            assert!(
                !description.is_empty() && !description.contains(['"', '\n']),
                "{name}"
            );
            assert!(template.files.contains_key("README.md"), "{name}");
        }
    }
}
