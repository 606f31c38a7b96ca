//! `stdenv.mkDerivation`: a C or C++ project as a draft.

use nixsmith_ecosystem::manifest::c::{self, Project, System};
use nixsmith_ecosystem::native::{self, Need, Needs};

use super::draft::{Builder, Draft, Subject, Value};
use super::{install, manual, meta};
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
    if !c::systems(subject.tree, subject.directory).contains(&system) {
        return Err(Problem::user(format!("the source has no `{file}`")).into());
    }
    let project = c::read(subject.tree, subject.directory, system)?;
    let (name, name_evidence, version, version_evidence) = identity(subject, &project, file)?;
    let pname = name.to_ascii_lowercase().replace(' ', "-");
    let mut draft = Draft::new(builder, pname, version);
    draft.decide("pname", draft.pname.clone(), name_evidence);
    draft.decide("version", draft.version.clone(), version_evidence);
    draft.take(without_itself(native::c::needs(&project), &draft.pname));
    main_program(&mut draft, subject, &project, file);
    build(&mut draft, subject, &project, file);
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

/// Examples and tests find the installed project itself.
fn without_itself(mut needs: Needs, pname: &str) -> Needs {
    let name = pname.trim_start_matches("lib");
    let is_other = |need: &Need| need.attribute.trim_start_matches("lib") != name;
    needs.build_inputs.retain(is_other);
    needs.native_build_inputs.retain(is_other);
    needs
}

/// Tests, and what a bare makefile must be told.
fn build(draft: &mut Draft, subject: &Subject<'_>, project: &Project, file: &str) {
    if project.has_tests {
        draft.decide("doCheck", "true", format!("{file} has tests"));
        draft
            .attributes
            .push(("doCheck".to_owned(), Value::Bool(true)));
    }
    if project.system != System::Make {
        return;
    }
    let mut flags = Vec::new();
    if let Some(variable) = project.prefix_variable {
        flags.push((format!("{variable}=$(out)"), "is not configured"));
    }
    if project.fixes_compiler {
        flags.push(("CC:=$(CC)".to_owned(), "sets CC itself"));
    }
    for (flag, why) in &flags {
        draft.decide("makeFlags", flag.clone(), format!("{file} {why}"));
    }
    if !flags.is_empty() {
        let flags = flags.into_iter().map(|(flag, _)| flag).collect();
        draft
            .attributes
            .push(("makeFlags".to_owned(), Value::List(flags)));
    }
    if !project.has_install {
        install_phase(draft, subject, file);
    } else if project.prefix_variable.is_none() {
        draft.note(format!(
            "`{file}` has no variable `PREFIX`; where it installs to has to be told it"
        ));
    }
}

/// Installs the main program of a makefile without a target `install`, and its manual page.
fn install_phase(draft: &mut Draft, subject: &Subject<'_>, file: &str) {
    let program = draft
        .meta
        .main_program
        .clone()
        .filter(|name| install::is_plain(name));
    let Some(program) = program else {
        draft.note(format!(
            "`{file}` has no target `install`; an installPhase has to be written"
        ));
        return;
    };
    draft.decide(
        "installPhase",
        program.clone(),
        format!("{file} has no target install"),
    );
    let lines = format!(
        "runHook preInstall\n\ninstall -Dm755 {program} -t $out/bin\n\nrunHook postInstall\n"
    );
    draft
        .attributes
        .push(("installPhase".to_owned(), Value::Lines(lines)));
    install::describe(draft, subject.tree, &program);
}

/// The program named as the package, or the only one; else the one of the package's name that a makefile makes or that has a
/// manual page.
fn main_program(draft: &mut Draft, subject: &Subject<'_>, project: &Project, file: &str) {
    let named = project
        .programs
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&draft.pname));
    let only = if let [only] = project.programs.as_slice() {
        Some(only)
    } else {
        None
    };
    let pname = draft.pname.clone();
    let page = || manual::page(subject.tree, &pname);
    let (name, evidence) = if let Some(name) = named.or(only) {
        (name.clone(), file.to_owned())
    } else if project.targets.contains(&pname) {
        (pname, format!("{file}: target {}", draft.pname))
    } else if let Some(page) = page() {
        (pname, page.path)
    } else {
        if !project.programs.is_empty() {
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                project.programs.join("`, `")
            ));
        }
        return;
    };
    draft.decide("meta.mainProgram", name.clone(), evidence);
    draft.meta.main_program = Some(name);
}
