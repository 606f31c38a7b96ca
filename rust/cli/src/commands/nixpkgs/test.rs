//! `nixsmith nixpkgs test`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::lint::summary;
use nixsmith_workflow::nix::build::Rebuilt;
use nixsmith_workflow::nixpkgs::test::{Package, Report, Request, Start, Verdict, run};

use crate::commands::Operation;
use crate::commands::building::Building;
use crate::findings;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Builds every output and passthru.tests, starts the programs with --version and --help in an empty HOME, and judges meta, \
                  references and the package's file. What is found is kept for the commit, if the work tree is exactly one. Ends with 1 \
                  where something has the level error or warning."
)]
pub(crate) struct Arguments {
    /// Attribute paths: hello, python3Packages.requests
    #[arg(value_name = "ATTR", required = true)]
    attributes: Vec<String>,
    /// Look at the programs and references of every output, not only of those that are installed
    #[arg(long)]
    all_outputs: bool,
    /// Systems to test for [default: this machine's]
    #[arg(long, value_name = "SYSTEM", value_delimiter = ',')]
    systems: Vec<String>,
    /// File of the package set [default: the nixpkgs that the folder lies in]
    #[arg(long, value_name = "FILE", conflicts_with = "flake")]
    file: Option<PathBuf>,
    /// Flake with the packages, instead of a file
    #[arg(long, value_name = "FLAKE")]
    flake: Option<String>,
    /// Build each package twice and compare
    #[arg(long)]
    check: bool,
    /// Start no program
    #[arg(long)]
    no_run: bool,
    #[command(flatten)]
    building: Building,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                attributes: self.attributes,
                systems: self.systems,
                file: self.file,
                flake: self.flake,
                all_outputs: self.all_outputs,
                check: self.check,
                skip_programs: self.no_run,
                settings: self.building.settings(),
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        for package in &report.packages {
            print_package(package, output)?;
        }
        for note in &report.notes {
            writeln!(output, "note: {}", visible(note))?;
        }
        if let Some(commit) = &report.commit {
            writeln!(output, "kept for commit {commit}")?;
        }
        let found = report.packages.iter().flat_map(|package| &package.findings);
        let found: Vec<_> = found.cloned().collect();
        if !found.is_empty() {
            writeln!(output, "found: {}", summary(&found))?;
        }
        Ok(())
    }
}

/// One line of the table.
fn row(label: &str, text: &str, output: &mut Output) -> anyhow::Result<()> {
    writeln!(output, "  {label:<10} {}", visible(text))?;
    Ok(())
}

fn print_package(package: &Package, output: &mut Output) -> anyhow::Result<()> {
    writeln!(
        output,
        "{} ({})",
        visible(&package.attribute),
        visible(&package.system)
    )?;
    if let Some(built) = &package.build {
        row("build", &built.outcome.phrase(), output)?;
        for (name, path) in &built.outputs {
            row("", &format!("{name} {path}"), output)?;
        }
        for line in &built.log {
            row("", &format!("| {line}"), output)?;
        }
    }
    for test in &package.tests {
        let verdict = match &test.verdict {
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed { reason } => format!("FAILED: {reason}"),
            Verdict::Skipped { reason } => format!("skipped: {reason}"),
        };
        row("test", &format!("{} {verdict}", test.name), output)?;
        for line in &test.log {
            row("", &format!("| {line}"), output)?;
        }
    }
    for run in &package.programs {
        let name = run.path.rsplit('/').next().unwrap_or_default();
        let said = match (&run.start, &run.said) {
            (Start::Starts, Some(said)) => format!(": {said}"),
            _ => String::new(),
        };
        let arguments = run.arguments.join(" ");
        row(
            "program",
            &format!("{name} {arguments} {}{said}", run.start.phrase()),
            output,
        )?;
    }
    match &package.check {
        Some(Rebuilt::Same) => row("check", "a second build made the same", output)?,
        Some(_) => row("check", "a second build did not make the same", output)?,
        None => {}
    }
    if let Some(command) = &package.update_script {
        row(
            "update",
            &format!("script evaluates, not run: {}", command.join(" ")),
            output,
        )?;
    }
    for note in &package.notes {
        row("note", note, output)?;
    }
    writeln!(output)?;
    findings::print(&package.findings, output)
}
