//! What is asked when a person is there; every question has the answer that would be taken without one.

use super::Request;
use super::detect::Candidate;
use super::draft::Draft;
use crate::ask::Ask;
use crate::context::Context;

/// The person to ask; `None` when nobody shall be asked.
fn person<'a>(request: &Request, context: &'a Context) -> Option<&'a dyn Ask> {
    if request.headless || context.yes {
        None
    } else {
        context.person.as_deref()
    }
}

/// Lets the person choose among several builders; `None` where there is nobody or nothing to choose.
///
/// # Errors
/// When the terminal goes away or the person interrupts.
pub(super) fn choose_builder<'a>(
    candidates: &'a [Candidate],
    request: &Request,
    context: &Context,
) -> anyhow::Result<Option<&'a Candidate>> {
    let Some(person) = person(request, context).filter(|_| candidates.len() > 1) else {
        return Ok(None);
    };
    let choices: Vec<String> = candidates
        .iter()
        .map(|candidate| format!("{} ({})", candidate.builder, candidate.evidence))
        .collect();
    let index = person.choose("How is it built?", &choices, 0)?;
    Ok(candidates.get(index))
}

/// Lets the person correct the texts that a machine reads badly.
///
/// # Errors
/// When the terminal goes away or the person interrupts.
pub(super) fn ask(draft: &mut Draft, request: &Request, context: &Context) -> anyhow::Result<()> {
    let Some(person) = person(request, context) else {
        return Ok(());
    };
    if request.pname.is_none() {
        let answer = person.text("Name", &draft.pname)?;
        change(draft, "pname", answer, |draft| &mut draft.pname);
    }
    if request.version.is_none() {
        let answer = person.text("Version", &draft.version)?;
        change(draft, "version", answer, |draft| &mut draft.version);
    }
    let description = draft.meta.description.clone().unwrap_or_default();
    let answer = person.text("Description", &description)?;
    if answer != description {
        draft
            .decisions
            .retain(|decision| decision.field != "meta.description");
        draft.decide("meta.description", answer.clone(), "answered");
        draft.meta.description = Some(answer).filter(|answer| !answer.is_empty());
    }
    Ok(())
}

fn change(draft: &mut Draft, field: &str, answer: String, place: fn(&mut Draft) -> &mut String) {
    let value = place(draft);
    if *value != answer {
        value.clone_from(&answer);
        draft.decisions.retain(|decision| decision.field != field);
        draft.decide(field, answer, "answered");
    }
}
