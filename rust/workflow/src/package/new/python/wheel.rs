//! A wheel as a draft: nothing is built, and it holds no tests.

use anyhow::Context as _;
use nixsmith_ecosystem::manifest::python::wheel::{self, Compiled, Wheel};

use super::super::draft::{Builder, Draft, Subject};
use crate::error::Problem;

/// Describes the wheel at hand; `builder` is what was asked for.
///
/// # Errors
/// When its metadata cannot be read, or when it is for one platform alone.
pub(super) fn describe(subject: &Subject<'_>, builder: Option<Builder>) -> anyhow::Result<Draft> {
    let wheel = wheel::read(subject.tree)
        .with_context(|| format!("could not read the wheel `{}`", subject.source.url))?;
    if !wheel.is_universal() {
        return Err(for_one_platform(&wheel).into());
    }
    let mut draft = super::start(&wheel.project, subject, builder)?;
    draft.is_wheel = true;
    draft.decide("format", "wheel", "the source is a wheel");
    super::finish(
        &wheel.project,
        subject,
        &wheel.licence_directory,
        &mut draft,
    )?;
    provenance(&wheel, &mut draft);
    Ok(draft)
}

/// Which file fits and what it must be linked with depends on the system and on Python's version; an expression for one of
/// them would be no package.
fn for_one_platform(wheel: &Wheel) -> Problem {
    Problem::user(format!(
        "the wheel holds code for `{}` alone",
        wheel.tags.join("`, `")
    ))
    .hint("package the source archive or the repository of the project, from which nixpkgs builds for every platform")
}

/// Says what was not built from source.
fn provenance(wheel: &Wheel, draft: &mut Draft) {
    let Some((_, first)) = wheel.compiled.first() else {
        return;
    };
    let first = first.clone();
    let mut types = vec!["fromSource".to_owned()];
    for (kind, file) in &wheel.compiled {
        types.push(
            match kind {
                Compiled::Native => "binaryNativeCode",
                Compiled::Bytecode => "binaryBytecode",
            }
            .to_owned(),
        );
        if *kind == Compiled::Native {
            draft.note(format!(
                "the wheel holds compiled code, such as `{file}`; if Linux runs or loads it, it needs `autoPatchelfHook`"
            ));
        }
    }
    draft.decide("meta.sourceProvenance", types.join(" "), first);
    draft.meta.source_provenance = types;
}
