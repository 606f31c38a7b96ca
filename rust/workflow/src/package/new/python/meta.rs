//! `meta` of a Python project.

use nixsmith_ecosystem::licence::{Licences, detect_texts};
use nixsmith_ecosystem::manifest::python::{PythonProject, licence};

use super::super::draft::{Draft, Subject};
use super::super::meta;
use super::evidence;

/// Labels of addresses, most telling first, without spaces and punctuation.
const HOMEPAGE: [&str; 4] = ["homepage", "home", "website", "url"];
const REPOSITORY: [&str; 9] = [
    "repository",
    "source",
    "sourcecode",
    "sources",
    "github",
    "gitlab",
    "code",
    "sourcerepository",
    "repo",
];
const CHANGELOG: [&str; 10] = [
    "changelog",
    "changes",
    "changelogs",
    "releasenotes",
    "releases",
    "history",
    "whatsnew",
    "news",
    "releasehistory",
    "release",
];

/// Adds description, homepage, changelog, licence and the main program. The licence files lie in `directory`.
pub(super) fn describe(
    project: &PythonProject,
    subject: &Subject<'_>,
    directory: &str,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let of = |labels: &[&str]| address(project, labels).map(str::to_owned);
    let repository = of(&REPOSITORY);
    let homepages = [
        (of(&HOMEPAGE), "the homepage in the project's metadata"),
        (
            repository.clone(),
            "the repository in the project's metadata",
        ),
        (
            of(&["documentation", "docs"]),
            "the documentation in the project's metadata",
        ),
    ];
    let facts = meta::Facts {
        description: project
            .description
            .as_deref()
            .map(|text| (text, "the summary in the project's metadata")),
        homepages: &homepages,
        repository: repository
            .as_deref()
            .or(homepages.first().and_then(|(url, _)| url.as_deref())),
        repository_folder: None,
    };
    meta::describe(draft, subject, &facts);
    if let Some(changelog) = address(project, &CHANGELOG).and_then(meta::web_address) {
        draft
            .decisions
            .retain(|decision| decision.field != "meta.changelog");
        draft.decide(
            "meta.changelog",
            changelog.clone(),
            evidence(project, "urls"),
        );
        draft.meta.changelog = Some(changelog);
    }
    let (licences, why) = licence::choose(project, subject.tree, directory)?;
    if licences.is_empty() {
        draft.note("nothing in the source states its licence clearly; meta.license is left out");
    } else {
        draft.decide("meta.license", licences.attributes.join(" "), why);
    }
    for unknown in &licences.unknown {
        draft.note(format!(
            "nixpkgs has no licence `{unknown}`; it is left out of meta.license"
        ));
    }
    if !licences.is_empty() {
        note_other_text(&licences, subject, directory, draft)?;
    }
    draft.meta.licences = licences;
    main_program(project, draft);
    Ok(())
}

/// Says so when the licence files hold other licences than the metadata states, "only" and "or later" apart.
fn note_other_text(
    licences: &Licences,
    subject: &Subject<'_>,
    directory: &str,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let (by_text, found) = detect_texts(subject.tree, directory)?;
    let kind = |name: &String| {
        name.trim_end_matches("Only")
            .trim_end_matches("Plus")
            .to_owned()
    };
    let stated: Vec<String> = licences.attributes.iter().map(kind).collect();
    let agree = by_text
        .attributes
        .iter()
        .any(|name| stated.contains(&kind(name)));
    if let Some(first) = found.first().filter(|_| !agree) {
        draft.note(format!(
            "the metadata states the licence `{}`, but `{}` says `{}`",
            licences.attributes.join(" "),
            first.file,
            first.identifier
        ));
    }
    Ok(())
}

/// The address under the first of `labels` that the project gives.
fn address<'a>(project: &'a PythonProject, labels: &[&str]) -> Option<&'a str> {
    let plain = |label: &str| {
        label
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
    };
    let is_web = |url: &&str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(char::is_whitespace)
    };
    labels.iter().find_map(|wanted| {
        project
            .urls
            .iter()
            .find(|(label, _)| plain(label) == *wanted)
            .map(|(_, url)| url.as_str())
            .filter(is_web)
    })
}

/// The program named as the project, or the only one.
fn main_program(project: &PythonProject, draft: &mut Draft) {
    let named = project
        .scripts
        .iter()
        .find(|script| script.replace('_', "-") == draft.pname);
    let only = if let [only] = project.scripts.as_slice() {
        Some(only)
    } else {
        None
    };
    match named.or(only) {
        Some(program) => {
            draft.decide(
                "meta.mainProgram",
                program.clone(),
                evidence(project, "scripts"),
            );
            draft.meta.main_program = Some(program.clone());
        }
        None if !project.scripts.is_empty() => {
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                project.scripts.join("`, `")
            ));
        }
        None => {}
    }
}
