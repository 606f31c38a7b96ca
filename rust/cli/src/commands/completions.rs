//! `nixsmith completions`

use std::io::Write as _;

use clap::{ArgMatches, Args, FromArgMatches as _};
use clap_complete::Shell;

use crate::commands::{Invocation, command_line};
use crate::output::{Output, STATUS_DONE};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell that will read the script
    shell: Shell,
}

pub(crate) fn run(matches: &ArgMatches, _invocation: &Invocation) -> anyhow::Result<u8> {
    let arguments = Arguments::from_arg_matches(matches)?;
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut command_line(),
        "nixsmith",
        &mut script,
    );
    Output::new().answer(|output| Ok(output.write_all(&script)?))?;
    Ok(STATUS_DONE)
}
