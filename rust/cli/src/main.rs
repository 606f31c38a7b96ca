//! The command line of nixsmith: arguments, environment, terminal, exit status. No domain logic.

mod commands;
mod environment;
mod findings;
mod globals;
mod output;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(output::report_panic));
    let status = std::panic::catch_unwind(commands::main).unwrap_or(output::STATUS_BUG);
    ExitCode::from(status)
}
