//! The person at the terminal: progress bars and questions, both on stderr.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use nixsmith_fetch::interrupt::Interrupted;
use nixsmith_fetch::progress::{Progress, Silent, Task};
use nixsmith_workflow::ask::Ask;

use crate::globals::Globals;
use crate::output::visible;

/// Progress for this run: bars on a terminal, plain notes elsewhere, nothing with `--quiet`.
pub(crate) fn progress(globals: &Globals) -> Arc<dyn Progress> {
    if globals.quiet {
        Arc::new(Silent)
    } else if io::stderr().is_terminal() {
        Arc::new(Bars(MultiProgress::with_draw_target(
            ProgressDrawTarget::stderr_with_hz(10),
        )))
    } else {
        Arc::new(Notes)
    }
}

/// Someone to ask, if both ends are a terminal.
pub(crate) fn person() -> Option<Box<dyn Ask>> {
    (io::stdin().is_terminal() && io::stderr().is_terminal())
        .then(|| Box::new(Person) as Box<dyn Ask>)
}

struct Bars(MultiProgress);

impl Progress for Bars {
    fn start(&self, what: &str, total: Option<u64>) -> Box<dyn Task> {
        let bar = self
            .0
            .add(ProgressBar::no_length().with_message(visible(what)));
        let bar = Bar(bar);
        match total {
            Some(total) => bar.set_total(total),
            None => bar.0.set_style(style("{spinner} {msg} {bytes}")),
        }
        Box::new(bar)
    }

    fn note(&self, text: &str) {
        // A terminal that cannot be written to has no reader.
        let _ = self.0.println(visible(text));
    }
}

struct Bar(ProgressBar);

impl Task for Bar {
    fn advance(&self, amount: u64) {
        self.0.inc(amount);
    }

    fn set_total(&self, total: u64) {
        self.0.set_style(style("{msg} [{bar:30}] {percent}%"));
        self.0.set_length(total);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Without a terminal only notes are shown, a line each.
struct Notes;

impl Progress for Notes {
    fn start(&self, what: &str, total: Option<u64>) -> Box<dyn Task> {
        Silent.start(what, total)
    }

    fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", visible(text));
    }
}

struct Person;

impl Ask for Person {
    fn confirm(&self, question: &str, default: bool) -> anyhow::Result<bool> {
        dialoguer::Confirm::new()
            .with_prompt(visible(question))
            .default(default)
            .interact()
            .map_err(unanswered)
    }

    fn text(&self, question: &str, default: &str) -> anyhow::Result<String> {
        dialoguer::Input::<String>::new()
            .with_prompt(visible(question))
            .default(default.to_owned())
            .allow_empty(true)
            .interact_text()
            .map_err(unanswered)
    }

    fn choose(&self, question: &str, choices: &[String], default: usize) -> anyhow::Result<usize> {
        let shown: Vec<String> = choices.iter().map(|choice| visible(choice)).collect();
        dialoguer::Select::new()
            .with_prompt(visible(question))
            .items(&shown)
            .default(default)
            .interact()
            .map_err(unanswered)
    }
}

/// Why a question has no answer: Ctrl-C at the prompt reaches the program as an error of reading.
fn unanswered(error: dialoguer::Error) -> anyhow::Error {
    let dialoguer::Error::IO(error) = error;
    if error.kind() == io::ErrorKind::Interrupted {
        Interrupted.into()
    } else {
        anyhow::Error::new(error).context("could not read from the terminal")
    }
}

#[cfg(test)]
mod tests {
    use nixsmith_workflow::error::{Kind, kind_of};

    use super::*;

    #[test]
    fn ctrl_c_at_a_prompt_is_an_interruption() {
        let stopped = |kind| unanswered(dialoguer::Error::IO(io::Error::from(kind)));
        assert_eq!(
            kind_of(&stopped(io::ErrorKind::Interrupted)),
            Kind::Interrupted
        );
        let closed = stopped(io::ErrorKind::UnexpectedEof);
        assert_eq!(kind_of(&closed), Kind::User);
        assert_eq!(closed.to_string(), "could not read from the terminal");
    }
}
