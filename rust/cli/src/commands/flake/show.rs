//! `nixsmith flake show`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::flake::Kind;
use nixsmith_workflow::flake::show::{self, Report, Request, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "An output that does not evaluate hides none of the others: it is shown with the reason, and the status is 1. Nothing is built, also not to be imported."
)]
pub(crate) struct Arguments {
    /// A flake reference [default: the flake of this folder]
    #[arg(value_name = "FLAKE")]
    reference: Option<String>,
    /// Look at the outputs of all systems [default: only this machine's]
    #[arg(long)]
    all_systems: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                reference: self.reference,
                all_systems: self.all_systems,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        let mut before: &[String] = &[];
        for one in &report.outputs {
            let common = before
                .iter()
                .zip(&one.path)
                .take_while(|(left, right)| left == right)
                .count();
            for (depth, name) in one.path.iter().enumerate().skip(common) {
                let indentation = "  ".repeat(depth);
                let is_last = depth + 1 == one.path.len();
                let said = if is_last { said(one) } else { String::new() };
                writeln!(output, "{indentation}{}{}", visible(name), visible(&said))?;
            }
            before = &one.path;
        }
        Ok(())
    }
}

/// `: hello-2.12, Program that greets`.
fn said(one: &show::Output) -> String {
    if let Some(problem) = &one.problem {
        return format!(": error: {problem}");
    }
    let kind = match one.kind {
        Kind::Module => Some("module"),
        Kind::Overlay => Some("overlay"),
        Kind::Template => Some("template"),
        Kind::App => Some("app"),
        Kind::Derivation | Kind::Nixos | Kind::Darwin | Kind::Home | Kind::Other => None,
    };
    let name = one.name.as_deref().filter(|_| one.kind != Kind::App);
    let parts: Vec<&str> = [kind, name, one.description.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(": {}", parts.join(", ")),
    }
}
