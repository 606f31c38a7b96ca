//! One file per operation, and the table that joins each row of the operation table with its arguments.

mod building;
mod completions;
mod doctor;
mod explain;
mod flake;
mod fmt;
mod hash;
mod hydra;
mod lint;
mod man;
mod nar;
mod nixpkgs;
mod package;
mod prefetch;
mod schema;
mod shell;
mod store;
mod vendor_hash;

use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, FromArgMatches as _};
use nixsmith_workflow::context::Context;
use nixsmith_workflow::operations::{self, GROUPS};
use nixsmith_workflow::report;

use crate::environment::{self, Environment};
use crate::globals::Globals;
use crate::output::{self, Output, STATUS_DONE, STATUS_FINDINGS, STATUS_USAGE};

/// The command-line side of one operation: its flags, its run, its text.
pub(crate) trait Operation: Args {
    type Report: report::Report;

    /// Turns the arguments into a request and runs it. `output` is for answers that are bytes, not a report; with `--json`
    /// they go nowhere.
    fn run(self, context: &Context, output: &mut Output) -> anyhow::Result<Self::Report>;

    /// Writes the report as text.
    fn print(report: &Self::Report, output: &mut Output) -> anyhow::Result<()>;
}

type Run = fn(&ArgMatches, &Invocation) -> anyhow::Result<u8>;

/// One command: its name as in the operation table, its arguments, its run.
struct Entry {
    command: &'static str,
    augment: fn(Command) -> Command,
    run: Run,
}

impl Entry {
    const fn operation<O: Operation>(command: &'static str) -> Self {
        Self {
            command,
            augment: O::augment_args,
            run: run_operation::<O>,
        }
    }

    const fn plain<A: Args>(command: &'static str, run: Run) -> Self {
        Self {
            command,
            augment: A::augment_args,
            run,
        }
    }
}

/// Every command, in the order of the operation table.
const ENTRIES: &[Entry] = &[
    Entry::operation::<hash::path::Arguments>("hash path"),
    Entry::operation::<hash::convert::Arguments>("hash convert"),
    Entry::operation::<store::path::Arguments>("store path"),
    Entry::operation::<nar::dump::Arguments>("nar dump"),
    Entry::operation::<nar::restore::Arguments>("nar restore"),
    Entry::operation::<nar::ls::Arguments>("nar ls"),
    Entry::operation::<nar::cat::Arguments>("nar cat"),
    Entry::operation::<nar::verify::Arguments>("nar verify"),
    Entry::operation::<prefetch::Arguments>("prefetch"),
    Entry::operation::<vendor_hash::Arguments>("vendor-hash"),
    Entry::operation::<package::new::Arguments>("package new"),
    Entry::operation::<package::update::Arguments>("package update"),
    Entry::operation::<nixpkgs::fork::Arguments>("nixpkgs fork"),
    Entry::operation::<nixpkgs::lint::Arguments>("nixpkgs lint"),
    Entry::operation::<nixpkgs::test::Arguments>("nixpkgs test"),
    Entry::operation::<nixpkgs::review::Arguments>("nixpkgs review"),
    Entry::operation::<nixpkgs::pr::Arguments>("nixpkgs pr"),
    Entry::operation::<nixpkgs::apply_review::Arguments>("nixpkgs apply-review"),
    Entry::operation::<nixpkgs::backport::Arguments>("nixpkgs backport"),
    Entry::operation::<hydra::status::Arguments>("hydra status"),
    Entry::operation::<hydra::log::Arguments>("hydra log"),
    Entry::operation::<flake::init::Arguments>("flake init"),
    Entry::operation::<flake::template::Arguments>("flake template"),
    Entry::operation::<flake::show::Arguments>("flake show"),
    Entry::operation::<flake::check::Arguments>("flake check"),
    Entry::operation::<flake::add_input::Arguments>("flake add-input"),
    Entry::operation::<flake::update::Arguments>("flake update"),
    Entry::operation::<shell::init::Arguments>("shell init"),
    Entry::operation::<lint::Arguments>("lint"),
    Entry::operation::<fmt::Arguments>("fmt"),
    Entry::operation::<explain::Arguments>("explain"),
    Entry::operation::<doctor::Arguments>("doctor"),
    Entry::plain::<completions::Arguments>("completions", completions::run),
    Entry::plain::<man::Arguments>("man", man::run),
    Entry::plain::<schema::Arguments>("schema", schema::run),
];

/// What every command gets besides its own arguments.
pub(crate) struct Invocation {
    operation: &'static operations::Operation,
    pub(crate) globals: Globals,
    pub(crate) environment: Environment,
}

impl Invocation {
    pub(crate) fn context(&self) -> anyhow::Result<Context> {
        environment::context(self.operation, &self.globals, &self.environment)
    }
}

fn run_operation<O: Operation>(
    matches: &ArgMatches,
    invocation: &Invocation,
) -> anyhow::Result<u8> {
    let arguments = O::from_arg_matches(matches)?;
    let context = invocation.context()?;
    let mut output = Output::new();
    let report = if invocation.globals.json {
        arguments.run(&context, &mut Output::nowhere())?
    } else {
        arguments.run(&context, &mut output)?
    };
    if invocation.globals.json {
        output.answer_json(&report::document(&report)?)?;
    } else {
        output.answer(|output| O::print(&report, output))?;
    }
    Ok(if report::Report::has_findings(&report) {
        STATUS_FINDINGS
    } else {
        STATUS_DONE
    })
}

/// The whole command line, made from the operation table.
pub(crate) fn command_line() -> Command {
    let root = Command::new("nixsmith")
        .version(env!("CARGO_PKG_VERSION"))
        .about("From an idea to a merged nixpkgs change: one exact, fast, honest tool")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(100);
    let root = Globals::augment_args(root);
    let root = GROUPS.iter().fold(root, |root, (group, about)| {
        let commands = ENTRIES.iter().filter(|entry| {
            entry
                .command
                .split_once(' ')
                .is_some_and(|(first, _)| first == *group)
        });
        let group = Command::new(*group)
            .about(*about)
            .subcommand_required(true)
            .arg_required_else_help(true);
        root.subcommand(commands.fold(group, |group, entry| group.subcommand(subcommand(entry))))
    });
    ENTRIES
        .iter()
        .filter(|entry| !entry.command.contains(' '))
        .fold(root, |root, entry| root.subcommand(subcommand(entry)))
}

fn subcommand(entry: &Entry) -> Command {
    let verb = entry.command.rsplit(' ').next().unwrap_or(entry.command);
    let command = (entry.augment)(Command::new(verb));
    match operations::find(entry.command) {
        Some(operation) => command.about(operation.summary).long_about(None),
        None => command,
    }
}

/// Parses, runs, reports; returns the exit status.
pub(crate) fn main() -> u8 {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = match command_line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let status = if error.use_stderr() {
                STATUS_USAGE
            } else {
                STATUS_DONE
            };
            // A closed stdout is no failure of `--help`.
            let _ = error.print();
            return status;
        }
    };
    let environment = Environment::read();
    let (no_color, color) = (
        environment.no_color,
        Globals::from_arg_matches(&matches)
            .map_or(crate::globals::Color::Auto, |globals| globals.color),
    );
    match dispatch(&matches, environment) {
        Ok(status) => status,
        Err(error) if output::is_broken_pipe(&error) => STATUS_DONE,
        Err(error) => output::report_error(&error, color, no_color),
    }
}

fn dispatch(matches: &ArgMatches, environment: Environment) -> anyhow::Result<u8> {
    let (mut command, mut inner) = (String::new(), matches);
    while let Some((name, next)) = inner.subcommand() {
        if !command.is_empty() {
            command.push(' ');
        }
        command.push_str(name);
        inner = next;
    }
    let entry = ENTRIES
        .iter()
        .find(|entry| entry.command == command)
        .zip(operations::find(&command));
    let Some((entry, operation)) = entry else {
        return Err(
            nixsmith_workflow::Problem::bug(format!("no operation runs `{command}`")).into(),
        );
    };
    let globals = Globals::from_arg_matches(inner)?;
    // What `schema` prints is JSON at any rate.
    if globals.json && operation.schema.is_none() && command != "schema" {
        let sentence = format!("`{command}` has no report that `--json` could print");
        return Err(nixsmith_workflow::Problem::usage(sentence).into());
    }
    (entry.run)(
        inner,
        &Invocation {
            operation,
            globals,
            environment,
        },
    )
}

#[cfg(test)]
mod tests {
    use nixsmith_workflow::operations::OPERATIONS;

    use super::*;

    #[test]
    fn every_operation_has_its_command_in_the_same_order() {
        let table: Vec<String> = OPERATIONS
            .iter()
            .map(operations::Operation::command)
            .collect();
        let commands: Vec<&str> = ENTRIES.iter().map(|entry| entry.command).collect();
        assert_eq!(commands, table);
    }

    #[test]
    fn every_group_of_the_table_is_described() {
        for operation in OPERATIONS
            .iter()
            .filter(|operation| !operation.group.is_empty())
        {
            assert!(
                GROUPS.iter().any(|(group, _)| *group == operation.group),
                "{}",
                operation.group
            );
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        command_line().debug_assert();
    }
}
