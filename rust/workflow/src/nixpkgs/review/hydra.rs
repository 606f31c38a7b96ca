//! What Hydra and the public cache know of the base's outputs.

use std::collections::BTreeMap;

use super::Base;
use crate::context::Context;
use crate::hydra::evidence::{Before, Evidence, Question, evidence_of};
use crate::nix::build::Wanted;

/// How many outputs Hydra is asked for; more are built.
const MOST: usize = 50;

/// What is known of these attributes of the base, by derivation. Only what was about the very output is an answer; another version of the
/// job is a hint and stays one.
pub(super) fn ask(
    wanted: &[(&str, &Wanted)],
    system: &str,
    notes: &mut Vec<String>,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, Base>> {
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    if context.offline() {
        notes.push("Hydra was not asked: this is offline".to_owned());
        return Ok(found);
    }
    let asked: Vec<(&Wanted, Question)> = wanted
        .iter()
        .take(MOST)
        .filter_map(|(attribute, wanted)| {
            let question = Question {
                attribute: (*attribute).to_owned(),
                system: system.to_owned(),
                store_path: wanted.outputs.values().flatten().next()?.clone(),
            };
            // Hydra knows nothing of stores elsewhere.
            let is_usual = question.store_path.starts_with("/nix/store/");
            is_usual.then_some((*wanted, question))
        })
        .collect();
    if let Some(more) = wanted.len().checked_sub(MOST).filter(|more| *more > 0) {
        notes.push(format!("Hydra was not asked about {more} more attributes"));
    }
    let _task = context
        .progress()
        .start("asking Hydra about the base", None);
    let questions: Vec<Question> = asked.iter().map(|(_, question)| question.clone()).collect();
    let answers = evidence_of(&questions, context)?;
    let mut unasked = answers.iter().flat_map(|answer| &answer.notes);
    // One tells enough: a service that is down is so for all of them.
    if let Some(first) = unasked.next() {
        notes.push(match unasked.count() {
            0 => first.clone(),
            more => format!("{first}, and {more} more questions"),
        });
    }
    for ((wanted, _), answer) in asked.into_iter().zip(answers) {
        found.insert(wanted.derivation.clone(), base(wanted, answer));
    }
    Ok(found)
}

fn base(wanted: &Wanted, answer: Evidence) -> Base {
    let (builds, how) = match (answer.before, &answer.build) {
        (Before::Built, Some(build)) => (Some(true), format!("Hydra built it: {}", build.url)),
        (Before::Built, None) => (Some(true), "the public cache has it".to_owned()),
        (Before::Failed, Some(build)) => (
            Some(false),
            format!(
                "Hydra's build of it failed: {}, {}",
                build.status, build.url
            ),
        ),
        (Before::ProbablyBuilt | Before::ProbablyFailed, Some(build)) => (
            None,
            format!(
                "Hydra's last build of the job: {}, {}",
                build.status, build.url
            ),
        ),
        _ => (None, "Hydra does not know it".to_owned()),
    };
    Base {
        derivation: Some(wanted.derivation.clone()),
        builds,
        how,
        cache: None,
        hydra: answer.build.map(|build| build.url),
    }
}
