//! The rebuild set: what the forge's evaluation of the pull request says, where it is there and says enough, else ours.

use std::time::Duration;

use nixsmith_fetch::github::GitHub;

use super::super::rebuilds::comparison::Comparison;
use super::super::rebuilds::{self, Config, Kind, Method, Rebuilds, Side};
use super::super::test::systems;
use super::Request;
use super::instantiate::Instantiating;
use super::subject::{Sides, Target, lay_out};
use crate::context::Context;
use crate::error::{self, kind_of};

/// What nixpkgs' CI calls the archive and the file of its comparison.
const ARTIFACT: (&str, &str) = ("comparison", "changed-paths.json");

/// When counting ends for the verdict on a branch: at what nixpkgs' rules ask for, or when it takes too long.
const MOST_REBUILDS: usize = 1000;
const LONGEST: Duration = Duration::from_secs(120);

/// Finds the set. That the forge's evaluation is of no use is a note; that ours fails is an error.
pub(super) fn find(
    request: &Request,
    sides: &Sides,
    systems: &[String],
    notes: &mut Vec<String>,
    context: &Context,
) -> anyhow::Result<Rebuilds> {
    if let Some(found) = of_forge(request, sides, systems, notes, context)? {
        return Ok(found);
    }
    rebuilds::find(&own(request, sides, systems), context)
}

/// As much of the set of a commit as says which branch it belongs to, for the machine's own system.
///
/// # Errors
/// As [`super::run`].
pub(in crate::nixpkgs) fn count(
    base: &str,
    commit: &str,
    context: &Context,
) -> anyhow::Result<(String, Rebuilds)> {
    let request = Request {
        target: Target::Revision(commit.to_owned()),
        base: Some(base.to_owned()),
        ..Request::default()
    };
    let systems = systems(&[], context)?;
    let sides = lay_out(&request, context)?;
    let wanted = rebuilds::Request {
        stop_above: Some(MOST_REBUILDS),
        stop_after: Some(LONGEST),
        ..own(&request, &sides, &systems)
    };
    let found = rebuilds::find(&wanted, context)?;
    Ok((sides.subject.base.clone(), found))
}

fn own(request: &Request, sides: &Sides, systems: &[String]) -> rebuilds::Request {
    let subject = &sides.subject;
    let only = (!request.attributes.is_empty()).then(|| request.attributes.clone());
    rebuilds::Request {
        base: Side {
            root: sides.base.clone(),
            commit: Some(subject.base.clone()),
        },
        head: Side {
            root: sides.head.clone(),
            commit: subject.commit.clone().filter(|_| !subject.is_merged),
        },
        systems: systems.to_vec(),
        only,
        touched: Some(sides.touched.clone()),
        memory_bytes: None,
        method: Method::Auto,
        stop_above: None,
        stop_after: None,
        config: Config::default(),
    }
}

fn of_forge(
    request: &Request,
    sides: &Sides,
    systems: &[String],
    notes: &mut Vec<String>,
    context: &Context,
) -> anyhow::Result<Option<Rebuilds>> {
    let (Some(forge), Some(commit)) = (&sides.forge, &sides.subject.commit) else {
        return Ok(None);
    };
    let github = GitHub::new(context.client()?);
    // Archives are given to accounts only; a base of the user's own is not the one that was evaluated.
    if !request.attributes.is_empty() || request.base.is_some() || !github.has_token() {
        return Ok(None);
    }
    let _task = context
        .progress()
        .start("asking for the forge's evaluation", None);
    let bytes = match github.artifact_file(forge, commit, ARTIFACT.0, ARTIFACT.1) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            notes.push(
                "the forge keeps no evaluation of this commit: it was evaluated here".to_owned(),
            );
            return Ok(None);
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            if kind_of(&error) == error::Kind::Interrupted {
                return Err(error);
            }
            notes.push(format!("the forge's evaluation could not be had: {error}"));
            return Ok(None);
        }
    };
    let Ok(comparison) = Comparison::parse(&bytes) else {
        notes.push(
            "the forge's evaluation is not what nixpkgs' CI writes: it was evaluated here"
                .to_owned(),
        );
        return Ok(None);
    };
    let lacks = |system: &&String| !comparison.rebuilds_by_platform.contains_key(*system);
    if let Some(system) = systems.iter().find(lacks) {
        notes.push(format!(
            "the forge evaluated nothing for {system}: it was evaluated here"
        ));
        return Ok(None);
    }
    let mut found = comparison.rebuilds(systems);
    found.why = format!("{}, of the base as it was then", found.why);
    if !comparison.tells_kinds() {
        tell_kinds(&mut found, request, sides, context)?;
    }
    Ok(Some(found))
}

/// What the base does not have is new.
fn tell_kinds(
    found: &mut Rebuilds,
    request: &Request,
    sides: &Sides,
    context: &Context,
) -> anyhow::Result<()> {
    for (system, rebuilt) in &mut found.per_system {
        let names: Vec<&str> = rebuilt.iter().map(|one| one.attribute.as_str()).collect();
        let base = Instantiating {
            root: &sides.base,
            system,
            config: Config::default(),
            settings: &request.settings,
            context,
        };
        let base = base.all(&names)?;
        for one in rebuilt {
            if !base.get(&one.attribute).is_some_and(Result::is_ok) {
                one.kind = Kind::Added;
            }
        }
    }
    Ok(())
}
