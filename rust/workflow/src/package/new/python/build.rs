//! What a Python project needs to build: its backend, its compiled parts, its crates.

use nixsmith_ecosystem::manifest::cargo::closure::Selection;
use nixsmith_ecosystem::manifest::cargo::{self, vendored};
use nixsmith_ecosystem::manifest::python::PythonProject;
use nixsmith_ecosystem::manifest::python::marker::Environment;
use nixsmith_ecosystem::native::python as native;
use nixsmith_ecosystem::{Ecosystem, VendorRequest, vendor_hash};

use super::super::draft::{Draft, Subject, Value, Vendor};
use super::super::{rust, vendor};
use super::evidence;
use crate::error::Problem;

/// Adds `build-system`, inputs, environment, `postPatch` and the crates' hash.
pub(super) fn describe(
    project: &PythonProject,
    subject: &Subject<'_>,
    environment: &Environment,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let build = native::build_system(project, environment);
    draft.decide(
        "build-system",
        build.build_system.join(" "),
        evidence(project, "build"),
    );
    draft.build_system = build.build_system;
    for missing in &build.missing {
        draft.note(format!(
            "the build needs `{missing}`, which is not in nixpkgs {}",
            native::revision()
        ));
    }
    draft.notes.extend(build.notes);
    draft.native_build_inputs = build.native_build_inputs;
    let mut needs = native::needs(project, subject.tree)?;
    // The build system has cmake, meson and ninja already, or hands them on; Python itself is the builder's.
    let is_meson = draft.build_system.iter().any(|name| name == "meson-python");
    let in_build_system = draft.build_system.clone();
    let is_own = |name: &str| {
        is_python(name)
            || in_build_system.iter().any(|own| own == name)
            || (is_meson && matches!(name, "meson" | "ninja"))
    };
    needs
        .native_build_inputs
        .retain(|need| !is_own(&need.attribute));
    needs
        .build_inputs
        .retain(|need| !is_python(&need.attribute));
    draft.take(needs);
    if build.leave_cmake || draft.native_build_inputs.iter().any(|name| name == "cmake") {
        draft
            .attributes
            .push(("dontUseCmakeConfigure".to_owned(), Value::Bool(true)));
    }
    version_of_pbr(subject, draft);
    patches(&build.replacements, subject, draft)?;
    crates(project, subject, draft)?;
    for list in [&mut draft.native_build_inputs, &mut draft.build_inputs] {
        list.retain(|name| !is_python(name));
        list.sort();
        list.dedup();
    }
    Ok(())
}

/// Tells pbr the version, which it reads from git where no metadata lies in the source. setuptools-scm, pdm-backend and the
/// like have hooks for that in nixpkgs.
fn version_of_pbr(subject: &Subject<'_>, draft: &mut Draft) {
    let uses_pbr = draft.build_system.iter().any(|name| name == "pbr");
    if uses_pbr && subject.tree.get(&subject.path("PKG-INFO")).is_none() {
        let version = draft.version.clone();
        draft.decide(
            "env",
            format!("PBR_VERSION={version}"),
            "the source has no PKG-INFO",
        );
        draft
            .environment
            .push(("PBR_VERSION".to_owned(), Value::Text(version)));
    }
}

/// Whether an input is the Python that the builder brings, or of its set.
fn is_python(attribute: &str) -> bool {
    attribute == "python3" || attribute.starts_with("python3Packages.")
}

/// Writes the replacements in `pyproject.toml` as a `postPatch`; each replaces the quoted text, so nothing longer.
fn patches(
    replacements: &[(String, String)],
    subject: &Subject<'_>,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let file = subject.path("pyproject.toml");
    let text = subject.tree.read(&file, 4 << 20)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut lines = Vec::new();
    for (written, instead) in replacements {
        let quote = ['"', '\'']
            .into_iter()
            .find(|quote| text.contains(&format!("{quote}{written}{quote}")));
        match quote {
            Some(quote) => {
                let quoted = |text: &str| format!("{quote}{text}{quote}");
                let with_comma = format!("{},", quoted(written));
                let (old, new) = match instead.as_str() {
                    "" if text.contains(&with_comma) => (with_comma, String::new()),
                    "" => (quoted(written), String::new()),
                    instead => (quoted(written), quoted(instead)),
                };
                lines.push(format!("  --replace-fail {} {}", shell(&old), shell(&new)));
            }
            None => draft.note(format!("`{written}` in the build system should become `{instead}`, but is not written that way in `{file}`")),
        }
    }
    if !lines.is_empty() {
        draft.decide("postPatch", "substituteInPlace", file);
        let text = format!(
            "substituteInPlace pyproject.toml \\\n{}\n",
            lines.join(" \\\n")
        );
        draft
            .attributes
            .push(("postPatch".to_owned(), Value::Lines(text)));
    }
    Ok(())
}

/// A word of a shell command, quoted.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Computes the hash of the crates that the build compiles, and takes the libraries that they need.
fn crates(project: &PythonProject, subject: &Subject<'_>, draft: &mut Draft) -> anyhow::Result<()> {
    let native = &project.native;
    let Some(manifest) = &native.cargo_directory else {
        return Ok(());
    };
    let Some(directory) = &native.cargo_lock_directory else {
        let file = if manifest.is_empty() {
            "Cargo.lock".to_owned()
        } else {
            format!("{manifest}/Cargo.lock")
        };
        return Err(
            Problem::user(format!("the source compiles a crate but has no `{file}`"))
                .hint("package the project's repository, which may have one")
                .into(),
        );
    };
    let request = VendorRequest::new(subject.tree, directory, Ecosystem::Cargo);
    let fetch = subject.context.fetch()?;
    let hash = vendor_hash(&request, fetch).map_err(vendor::problem)?;
    draft.decide("cargoDeps", hash.hash.to_string(), hash.lock_file.clone());
    draft.requests += hash.requests;
    draft.vendor = Some(Vendor {
        attribute: "cargoHash",
        hash: Some(hash.hash),
    });
    if !directory.is_empty() {
        draft
            .attributes
            .push(("cargoRoot".to_owned(), Value::Text(directory.clone())));
    }
    if let Some(manifest) =
        cargo::read(subject.tree, manifest)?.filter(|manifest| manifest.is_package)
    {
        let vendored = vendored::read(&request, fetch).map_err(vendor::problem)?;
        rust::native_libraries(draft, &manifest, &Selection::default(), &vendored);
    }
    Ok(())
}
