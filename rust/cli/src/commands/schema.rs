//! `nixsmith schema`

use clap::{ArgMatches, Args, FromArgMatches as _};
use nixsmith_workflow::Problem;
use nixsmith_workflow::operations::{self, OPERATIONS, Operation};
use serde_json::{Value, json};

use crate::commands::Invocation;
use crate::output::{Output, STATUS_DONE};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The operation, as typed: `hash convert`
    #[arg(value_name = "COMMAND", num_args = 1..=2, required_unless_present = "operations")]
    command: Vec<String>,
    /// List every operation as JSON instead
    #[arg(long, conflicts_with = "command")]
    operations: bool,
}

pub(crate) fn run(matches: &ArgMatches, _invocation: &Invocation) -> anyhow::Result<u8> {
    let arguments = Arguments::from_arg_matches(matches)?;
    let value = if arguments.operations {
        list()
    } else {
        schema(&arguments.command.join(" "))?
    };
    Output::new().answer_json(&value)?;
    Ok(STATUS_DONE)
}

fn list() -> Value {
    let row = |operation: &Operation| {
        json!({
            "group": operation.group,
            "verb": operation.verb,
            "command": operation.command(),
            "app": operation.app(),
            "summary": operation.summary,
            "network": operation.network,
            "effect": operation.effect,
        })
    };
    OPERATIONS.iter().map(row).collect()
}

fn schema(command: &str) -> anyhow::Result<Value> {
    let Some(operation) = operations::find(command) else {
        return Err(Problem::usage(format!("there is no operation `{command}`"))
            .hint("`nixsmith schema --operations` lists them")
            .into());
    };
    match operation.schema {
        Some(schema) => Ok(schema()),
        None => Err(Problem::usage(format!("`{command}` has no report")).into()),
    }
}
