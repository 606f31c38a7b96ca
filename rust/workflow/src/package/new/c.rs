//! `stdenv.mkDerivation`: a C or C++ project as a draft.

use nixsmith_ecosystem::manifest::c::{self, Project, System};
use nixsmith_ecosystem::native;

use super::draft::{Builder, Draft, Subject, Value};
use super::meta;
use crate::error::Problem;

/// Describes the C or C++ project at hand, built by `builder`.
///
/// # Errors
/// When its build files cannot be read, or nothing tells name and version.
pub(super) fn describe(subject: &Subject<'_>, builder: Builder) -> anyhow::Result<Draft> {
    let (system, file) = match builder {
        Builder::Meson => (System::Meson, "meson.build"),
        Builder::Cmake => (System::Cmake, "CMakeLists.txt"),
        Builder::Make => (System::Make, "Makefile"),
        _ => (System::Autotools, "configure.ac"),
    };
    let project = c::read(subject.tree, subject.directory, system)?;
    let (name, name_evidence, version, version_evidence) = identity(subject, &project, file)?;
    let pname = name.to_ascii_lowercase().replace(' ', "-");
    let mut draft = Draft::new(builder, pname, version);
    draft.decide("pname", draft.pname.clone(), name_evidence);
    draft.decide("version", draft.version.clone(), version_evidence);
    draft.take(native::c::needs(&project));
    build(&mut draft, &project, file);
    main_program(&mut draft, &project, file);
    let homepages = [(project.homepage.clone(), file)];
    let facts = meta::Facts {
        description: project.description.as_deref().map(|text| (text, file)),
        homepages: &homepages,
        repository: subject.source.homepage.as_deref(),
        repository_folder: None,
    };
    meta::describe(&mut draft, subject, &facts);
    meta::licences(
        &mut draft,
        subject,
        project.license.as_deref().map(|text| (text, file)),
    )?;
    Ok(draft)
}

/// Name and version, each with its evidence: as given, as the address's tag, as the build file, as the file name has them.
fn identity(
    subject: &Subject<'_>,
    project: &Project,
    file: &'static str,
) -> anyhow::Result<(String, &'static str, String, &'static str)> {
    let (file_name, file_version) = subject.named_file().unzip();
    let choose =
        |stated: Option<(String, &'static str)>, read: &Option<String>, named: Option<String>| {
            stated
                .or_else(|| read.clone().map(|text| (text, file)))
                .or_else(|| named.map(|text| (text, "the name of the source's file")))
        };
    let nothing = |what: &str, option: &str| {
        Problem::user(format!(
            "nothing states the {what} of the project, neither its address nor `{file}`"
        ))
        .hint(format!("give it with `{option}`"))
    };
    let (name, name_evidence) = choose(subject.stated_name(), &project.name, file_name)
        .ok_or_else(|| nothing("name", "--pname"))?;
    let (version, version_evidence) =
        choose(subject.stated_version(), &project.version, file_version)
            .ok_or_else(|| nothing("version", "--version"))?;
    Ok((name, name_evidence, version, version_evidence))
}

/// Tests, and the prefix that a bare makefile must be told.
fn build(draft: &mut Draft, project: &Project, file: &str) {
    if project.has_tests {
        draft.decide("doCheck", "true", format!("{file} has tests"));
        draft
            .attributes
            .push(("doCheck".to_owned(), Value::Bool(true)));
    }
    if project.system == System::Make {
        draft.decide(
            "makeFlags",
            "PREFIX=$(out)",
            format!("{file} is not configured"),
        );
        draft.attributes.push((
            "makeFlags".to_owned(),
            Value::List(vec!["PREFIX=$(out)".to_owned()]),
        ));
        if !project.has_install {
            draft.note(format!(
                "`{file}` has no target `install`; an installPhase has to be written"
            ));
        }
    }
}

/// The program named as the package, or the only one.
fn main_program(draft: &mut Draft, project: &Project, file: &str) {
    let named = project
        .programs
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&draft.pname));
    let only = if let [only] = project.programs.as_slice() {
        Some(only)
    } else {
        None
    };
    match named.or(only) {
        Some(name) => {
            draft.decide("meta.mainProgram", name.clone(), file);
            draft.meta.main_program = Some(name.clone());
        }
        None if !project.programs.is_empty() => {
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                project.programs.join("`, `")
            ));
        }
        None => {}
    }
}
