//! `flake init`: a template laid out in a folder, without touching what lies there.

use schemars::JsonSchema;
use serde::Serialize;

use super::lay_out::{LaidOut, LayOut};
use super::templates::{Template, names};
use crate::context::Context;
use crate::error::Problem;
use crate::shell::{self, detect};

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
    /// The template; `shell` for the shell of a project that is here.
    pub template: String,
    /// The file of the project that says what it is written in, where no template was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<String>,
    /// What became of the files.
    #[serde(flatten)]
    pub files: LaidOut,
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
    let Some(name) = choose(request, context)? else {
        return shell(request, context);
    };
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
    let files = LayOut {
        what: &format!("the template `{name}`"),
        files: template.files,
        merge: request.merge,
    }
    .run(context)?;
    Ok(Report {
        template: name,
        detected: None,
        files,
    })
}

/// The template that was named, or that a person chooses; `None` where a project is here, which gets a shell.
fn choose(request: &Request, context: &Context) -> anyhow::Result<Option<String>> {
    if request.template.is_some() {
        return Ok(request.template.clone());
    }
    if request.name.is_none() && !detect::languages(&context.directory).is_empty() {
        return Ok(None);
    }
    if let Some(person) = context.person.as_ref().filter(|_| !context.yes) {
        let choices: Vec<String> = names().map(str::to_owned).collect();
        let chosen = person.choose("Template", &choices, 0)?;
        if let Some(name) = choices.into_iter().nth(chosen) {
            return Ok(Some(name));
        }
    }
    Err(Problem::usage("nothing here says which template is meant")
        .hint("name one; `nixsmith flake template` lists them")
        .into())
}

/// The shell of the project that is here: a template's own program has no place beside it.
fn shell(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let shell = shell::init::Request {
        merge: request.merge,
        ..shell::init::Request::default()
    };
    let report = shell::init::run(&shell, context)?;
    let detected = report.languages.into_iter().find_map(|one| one.file);
    Ok(Report {
        template: "shell".to_owned(),
        detected,
        files: report.files,
    })
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
}
