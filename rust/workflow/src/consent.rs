//! A person's yes before anything leaves the machine.

use crate::context::Context;
use crate::error::Problem;

/// Whether somebody could agree at all; looked at before any work is done.
///
/// # Errors
/// Without a terminal, `--yes` and `--dry-run`: wrong usage.
pub(crate) fn require_someone(what: &str, context: &Context) -> anyhow::Result<()> {
    if context.yes || context.dry_run || context.person.is_some() {
        return Ok(());
    }
    Err(nobody(what).into())
}

fn nobody(what: &str) -> Problem {
    Problem::usage(format!("nobody is there to confirm: {what}"))
        .hint("`--yes` confirms it, `--dry-run` shows what would happen")
}

/// Asks before something is changed that others see; `what` is what will happen, without a final mark: ``create the fork `a/b` ``.
///
/// # Errors
/// Without a terminal and without `--yes` (wrong usage, before anything happens), and when the person says no.
pub(crate) fn ask(what: &str, context: &Context) -> anyhow::Result<()> {
    if context.yes {
        return Ok(());
    }
    let Some(person) = &context.person else {
        return Err(nobody(what).into());
    };
    let question = format!("{}?", capitalised(what));
    if person.confirm(&question, false)? {
        Ok(())
    } else {
        Err(Problem::user(format!("not confirmed: {what}")).into())
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
