//! `nixsmith man`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches as _};
use nixsmith_workflow::files::{self, Change};

use crate::commands::{Invocation, command_line};
use crate::output::{Output, STATUS_DONE};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder to write the pages to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub(crate) fn run(matches: &ArgMatches, invocation: &Invocation) -> anyhow::Result<u8> {
    let arguments = Arguments::from_arg_matches(matches)?;
    let context = invocation.context()?;
    let folder = context.directory.join(arguments.output);
    let mut pages = Vec::new();
    collect(command_line(), "nixsmith", &mut pages)?;
    let changes = pages
        .into_iter()
        .map(|(name, contents)| Change::replace(folder.join(name), contents))
        .collect::<anyhow::Result<Vec<_>>>()?;
    if context.dry_run {
        let plan = files::diff(&changes, &context.directory);
        Output::new().answer(|output| Ok(output.write_all(plan.as_bytes())?))?;
    }
    context.write(&changes)?;
    Ok(STATUS_DONE)
}

/// One page for the command and one for each below it, named as git names its own: `nixsmith-hash-convert.1`.
fn collect(
    command: Command,
    name: &str,
    pages: &mut Vec<(String, Vec<u8>)>,
) -> std::io::Result<()> {
    // The version is for the foot of the page; some commands have a `--version` of their own.
    let command = command
        .name(name.to_owned())
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(name != "nixsmith");
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    for inner in command.get_subcommands() {
        collect(
            inner.clone(),
            &format!("{name}-{}", inner.get_name()),
            pages,
        )?;
    }
    Ok(())
}
