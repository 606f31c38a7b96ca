//! `flake init`: a template laid out in a folder, without touching what lies there.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::shown;
use super::templates::{Template, names};
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Before, Change};
use crate::repository::Repository;

/// The file of a project, and the template for it; the first that is there counts.
const PROJECTS: &[(&str, &str)] = &[
    ("Cargo.toml", "shell-rust"),
    ("go.mod", "shell-go"),
    ("mix.exs", "shell-elixir"),
    ("composer.json", "shell-php"),
    ("Gemfile", "shell-ruby"),
    ("pom.xml", "shell-java"),
    ("build.gradle", "shell-java"),
    ("build.gradle.kts", "shell-java"),
    ("tsconfig.json", "shell-typescript"),
    ("package.json", "shell-node"),
    ("pyproject.toml", "shell-python"),
    ("setup.py", "shell-python"),
    ("requirements.txt", "shell-python"),
    ("CMakeLists.txt", "shell-c"),
    ("meson.build", "shell-c"),
    ("configure.ac", "shell-c"),
];

/// Words that a language keeps for itself, so that they name no module of it.
const KEPT_WORDS: &str = "\
    and as assert async await begin break case catch class const continue crate def default defer defmodule del \
    delete do elif else elsif end ensure enum except export extends extern false final finally fn for from func \
    function global go goto if impl import in inherit instanceof int interface is lambda let loop main match mod \
    module move mut namespace new nil nonlocal not null or package pass private protected pub public raise range \
    rec redo ref require rescue retry return select self static std struct super switch test then this throw trait \
    true try type typeof undef unless unsafe until use var void when where while with yield";

/// The longest name.
const NAME_LETTERS: usize = 40;

/// What to lay out, and where.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The template; found by the files of the project, if absent.
    pub template: Option<String>,
    /// What the program in it is called.
    pub name: Option<String>,
    /// Whether files that are there already stay, and the others are written.
    pub merge: bool,
}

/// What was laid out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The template.
    pub template: String,
    /// The file of the project that it was chosen by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<String>,
    /// The files that were written, sorted; in a dry run, those that would be.
    pub written: Vec<String>,
    /// Files that were there with other contents and stay; only with `--merge`.
    pub kept: Vec<String>,
    /// Files that were there as they are in the template.
    pub same: Vec<String>,
    /// Files that Nix does not see, for git ignores them.
    pub ignored: Vec<String>,
    /// Whether git was told of the files (`git add --intent-to-add`).
    pub in_git: bool,
    /// The changes as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.init";
}

/// Lays it out.
///
/// # Errors
/// For a template that does not exist, a name that cannot be one, a folder in which nothing says which template, files that are in the
/// way (all are named, and nothing is written), and what keeps files from being written.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let folder = &context.directory;
    let (name, detected) = choose(request, folder, context)?;
    let mut template = Template::find(&name)?;
    if let Some(wanted) = &request.name {
        check_name(wanted)?;
        if !template.takes_name() {
            return Err(Problem::usage(format!(
                "nothing in the template `{name}` has a name to choose"
            ))
            .hint("leave `--name` out")
            .into());
        }
        template = template.with_name(wanted);
    }
    let plan = Plan::of(template, folder, context)?;
    if !plan.kept.is_empty() && !request.merge {
        let lines: Vec<String> = plan.kept.iter().map(|path| format!("  {path}")).collect();
        return Err(Problem::user(format!(
            "the template `{name}` has files that lie here with other contents:\n{}",
            lines.join("\n")
        ))
        .hint("`--merge` keeps them as they are and writes the others; nothing was written")
        .into());
    }
    let mut report = Report {
        template: name,
        detected,
        written: plan.written(context),
        kept: plan.kept,
        same: plan.same,
        ignored: Vec::new(),
        in_git: false,
        diff: None,
    };
    if context.dry_run {
        report.diff = Some(files::diff(&plan.changes, folder)).filter(|diff| !diff.is_empty());
        return Ok(report);
    }
    context.write(&plan.changes)?;
    let paths: Vec<PathBuf> = plan.changes.into_iter().map(|change| change.path).collect();
    tell_git(&paths, &mut report, context)?;
    Ok(report)
}

/// The template that was named, or the one for the project here; a person is asked where nothing says which.
fn choose(
    request: &Request,
    folder: &Path,
    context: &Context,
) -> anyhow::Result<(String, Option<String>)> {
    if let Some(name) = &request.template {
        return Ok((name.clone(), None));
    }
    let found = PROJECTS
        .iter()
        .find(|(file, _)| folder.join(file).is_file());
    if let Some((file, template)) = found {
        return Ok(((*template).to_owned(), Some((*file).to_owned())));
    }
    if let Some(person) = context.person.as_ref().filter(|_| !context.yes) {
        let choices: Vec<String> = names().map(str::to_owned).collect();
        let chosen = person.choose("Template", &choices, 0)?;
        if let Some(name) = choices.into_iter().nth(chosen) {
            return Ok((name, None));
        }
    }
    Err(Problem::usage("nothing here says which template is meant")
        .hint("name one; `nixsmith flake template` lists them")
        .into())
}

/// A name that is one in Nix, and in every language of the templates.
fn check_name(name: &str) -> Result<(), Problem> {
    let why = if name.is_empty() || name.chars().count() > NAME_LETTERS {
        format!("it has no letters, or more than {NAME_LETTERS}")
    } else if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        "it does not begin with a small letter".to_owned()
    } else if let Some(letter) = name
        .chars()
        .find(|letter| !letter.is_ascii_lowercase() && !letter.is_ascii_digit())
    {
        format!("`{}` is in it", letter.escape_debug())
    } else if KEPT_WORDS.split_whitespace().any(|word| word == name) {
        "a language keeps this word for itself".to_owned()
    } else {
        return Ok(());
    };
    Err(Problem::usage(format!(
        "`{}` cannot be the name: {why}",
        name.escape_debug()
    ))
    .hint("small letters and digits, so that it is a name in Nix and in every language: `mytool`"))
}

/// What becomes of each file.
struct Plan {
    changes: Vec<Change>,
    kept: Vec<String>,
    same: Vec<String>,
}

impl Plan {
    fn of(template: Template, folder: &Path, context: &Context) -> anyhow::Result<Self> {
        let mut plan = Self {
            changes: Vec::new(),
            kept: Vec::new(),
            same: Vec::new(),
        };
        for (path, contents) in template.files {
            refuse_links(folder, Path::new(&path))?;
            let target = folder.join(&path);
            let before = files::read_before(&target)
                .map_err(|error| Problem::user(format!("`{path}` is in the way")).source(error))?;
            match before {
                Before::Absent => plan.changes.push(Change {
                    path: target,
                    before,
                    contents,
                }),
                Before::Contents(old) if old == contents => plan.same.push(shown(&target, context)),
                Before::Contents(_) => plan.kept.push(shown(&target, context)),
            }
        }
        Ok(plan)
    }

    fn written(&self, context: &Context) -> Vec<String> {
        let paths = self.changes.iter().map(|change| &change.path);
        paths.map(|path| shown(path, context)).collect()
    }
}

/// Refuses a path that a link leads out of the folder.
fn refuse_links(folder: &Path, path: &Path) -> Result<(), Problem> {
    let mut place = folder.to_owned();
    for part in path {
        place.push(part);
        if place.is_symlink() {
            return Err(Problem::user(format!(
                "`{}` is a link: nothing is written through it",
                place.display()
            ))
            .hint("remove it, or begin in another folder"));
        }
    }
    Ok(())
}

/// Lets git know of new files, so that Nix sees them at once.
fn tell_git(paths: &[PathBuf], report: &mut Report, context: &Context) -> anyhow::Result<()> {
    let Some(repository) = Repository::around(&context.directory, context)? else {
        return Ok(());
    };
    report.in_git = true;
    let root = repository.root.canonicalize()?;
    let mut below = Vec::new();
    for path in paths {
        let path = path.canonicalize()?;
        below.push(path.strip_prefix(&root)?.to_owned());
    }
    let (mut ignored, mut seen) = (Vec::new(), Vec::new());
    for path in below {
        match path.to_str() {
            Some(text) if repository.ignores(text)? => ignored.push(path),
            _ => seen.push(path),
        }
    }
    report.ignored = ignored
        .iter()
        .map(|path| shown(&root.join(path), context))
        .collect();
    if seen.is_empty() {
        return Ok(());
    }
    repository.intend_to_add(&seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_every_language_takes() {
        for name in ["tool", "a1", "greet"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "my tool",
            "my-tool",
            "my_tool",
            "9lives",
            "${x}",
            "\"a\"",
            "class",
            "import",
            "Tool",
            "ä",
            "a\u{1b}[31m",
            "../a",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert!(check_name(&"a".repeat(NAME_LETTERS + 1)).is_err());
    }

    #[test]
    fn every_project_has_its_template() {
        for (_, template) in PROJECTS {
            assert!(names().any(|name| name == *template), "{template}");
        }
    }
}
