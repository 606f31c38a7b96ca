//! `flake show`: what a flake has, also where parts of it do not evaluate.

use schemars::JsonSchema;
use serde::Serialize;

use super::outputs::{Entry, Kind, Looking};
use crate::context::Context;
use crate::nixpkgs::test::systems;

/// Which flake, and for which systems.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A flake reference; the flake of the folder, if absent.
    pub reference: Option<String>,
    /// Whether the outputs of all systems are looked at, not only of the machine's.
    pub all_systems: bool,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Output {
    /// The names that lead to it: `packages`, `x86_64-linux`, `default`.
    pub path: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// The name of the derivation, the program of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it says of itself, one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why it does not evaluate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What it has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The flake reference that was evaluated.
    pub reference: String,
    /// The outputs, in the order of their names.
    pub outputs: Vec<Output>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "flake.show";

    fn has_findings(&self) -> bool {
        self.outputs.iter().any(|output| output.problem.is_some())
    }
}

/// Looks.
///
/// # Errors
/// Without nix or a flake, and when the flake as a whole does not evaluate. What is wrong with one output stands there.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let looking = Looking::at(request.reference.as_deref(), false, context)?;
    let _task = context.progress().start("looking at the flake", None);
    let systems = match request.all_systems {
        true => None,
        false => Some(systems(&[], context)?),
    };
    let entries = looking.list(systems.as_deref())?;
    let entries: Vec<&Entry> = entries.iter().collect();
    let facts = looking.look(&entries)?;
    let outputs = entries.iter().zip(facts).map(|(entry, facts)| {
        let problem = facts.as_ref().err().cloned();
        let facts = facts.unwrap_or_default();
        Output {
            path: entry.path.clone(),
            kind: entry.kind,
            name: facts.name,
            description: facts.description.map(|text| one_line(&text)),
            problem,
        }
    });
    Ok(Report {
        outputs: outputs.collect(),
        reference: looking.reference,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
