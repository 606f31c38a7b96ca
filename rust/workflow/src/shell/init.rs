//! `shell init`: a development shell for what a project is written in.

use std::path::PathBuf;

use nixsmith_expr::lint::words;
use nixsmith_expr::shell::ShellExpression;
use schemars::JsonSchema;
use serde::Serialize;

use super::detect::{self, LANGUAGES, Language};
use crate::context::Context;
use crate::error::Problem;
use crate::flake::lay_out::{LaidOut, LayOut};

/// Which languages, and in which form.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Their names; those of the project's files, if empty.
    pub languages: Vec<String>,
    /// Whether the shell is written in devenv's modules.
    pub devenv: bool,
    /// Whether files that are there already stay, and the others are written.
    pub merge: bool,
}

/// A language, and why it is in the shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Because {
    /// Its name.
    pub language: String,
    /// The file of the project that says so; absent where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The languages.
    pub languages: Vec<Because>,
    /// The packages of the shell, attribute paths; with devenv those beside its languages.
    pub packages: Vec<String>,
    /// Files that ask for versions, which the shell does not follow: it has those of the package set.
    pub version_files: Vec<String>,
    /// What became of the files.
    #[serde(flatten)]
    pub files: LaidOut,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "shell.init";
}

/// Writes `flake.nix` with `shell.nix`, or with `devenv.nix`.
///
/// # Errors
/// For a language that is not known, a project whose files say none, and as `flake init` for files that are in the way.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let folder = &context.directory;
    let languages = languages(request, context)?;
    let known: Vec<&Language> = languages.iter().map(|(language, _)| *language).collect();
    let mut packages = detect::packages(&known, folder);
    if request.devenv {
        // devenv's languages bring their own.
        let own = detect::packages(&known, &PathBuf::from("/dev/null"));
        packages.retain(|package| !own.contains(package));
    }
    let titles: Vec<&str> = known.iter().map(|language| language.title).collect();
    let shell = ShellExpression {
        description: format!("Development shell for {}", titles.join(", ")),
        packages: packages.iter().map(|it| (*it).to_owned()).collect(),
        languages: known.iter().map(|it| it.devenv.to_owned()).collect(),
    };
    let files = match request.devenv {
        true => vec![
            ("flake.nix".to_owned(), shell.devenv_flake()?.into_bytes()),
            ("devenv.nix".to_owned(), shell.devenv()?.into_bytes()),
            (
                "pure.nix".to_owned(),
                crate::flake::templates::devenv_pure()?,
            ),
        ],
        false => vec![
            ("flake.nix".to_owned(), shell.flake()?.into_bytes()),
            ("shell.nix".to_owned(), shell.shell()?.into_bytes()),
        ],
    };
    let files = LayOut {
        what: "the shell",
        files: files.into_iter().collect(),
        merge: request.merge,
    }
    .run(context)?;
    Ok(Report {
        languages: languages
            .iter()
            .map(|(language, file)| Because {
                language: language.name.to_owned(),
                file: file.map(str::to_owned),
            })
            .collect(),
        packages: shell.packages,
        version_files: detect::versions(folder)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        files,
    })
}

type Found = (&'static Language, Option<&'static str>);

fn languages(request: &Request, context: &Context) -> anyhow::Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for name in &request.languages {
        let language = detect::language(name).ok_or_else(|| unknown(name))?;
        if found.iter().all(|(known, _)| known.name != language.name) {
            found.push((language, None));
        }
    }
    if request.languages.is_empty() {
        let detected = detect::languages(&context.directory);
        found.extend(
            detected
                .into_iter()
                .map(|(language, file)| (language, Some(file))),
        );
    }
    if found.is_empty() {
        let names: Vec<&str> = LANGUAGES.iter().map(|it| it.name).collect();
        return Err(Problem::usage("no file here says which language is meant")
            .hint(format!("`--lang NAME`: {}", names.join(", ")))
            .into());
    }
    Ok(found)
}

fn unknown(name: &str) -> Problem {
    let names = || LANGUAGES.iter().map(|language| language.name);
    let problem = Problem::usage(format!("no shell is known for `{}`", name.escape_debug()));
    match words::closest(name, names()) {
        Some(near) => problem.hint(format!("similar: `{near}`")),
        None => problem.hint(format!(
            "there are: {}",
            names().collect::<Vec<_>>().join(", ")
        )),
    }
}
