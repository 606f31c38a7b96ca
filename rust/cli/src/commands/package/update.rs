//! `nixsmith package update`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::test::Verdict;
use nixsmith_workflow::package::update::{How, Report, Request, Wanted, run};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Without `--file` or `--flake` the attribute is looked for in the nixpkgs around the folder, else in its `default.nix`, else in its `flake.nix`. No file is changed unless the new version and every hash hold."
)]
pub(crate) struct Arguments {
    /// Attribute of the package, such as `just` or `python3Packages.requests`
    attribute: String,
    /// A version, which may be older, or `stable`, `unstable`, `branch`, `branch=NAME` [default: stable]
    #[arg(long, value_name = "VERSION", value_parser = wanted)]
    version: Option<Wanted>,
    /// What a tag or version has to match from its start; its groups, joined by dots, are the version
    #[arg(long, value_name = "REGEX")]
    version_regex: Option<String>,
    /// Nix file that has the attribute
    #[arg(long, value_name = "PATH", conflicts_with = "flake")]
    file: Option<PathBuf>,
    /// The attribute is one of the flake's packages
    #[arg(long)]
    flake: bool,
    /// Commit the change as `ATTRIBUTE: OLD -> NEW`, nothing else with it
    #[arg(long)]
    commit: bool,
    /// Build the package and its tests before anything is changed
    #[arg(long)]
    test: bool,
    /// System to evaluate for [default: this machine's]
    #[arg(long, value_name = "SYSTEM")]
    system: Option<String>,
}

fn wanted(text: &str) -> Result<Wanted, String> {
    match text {
        "" => Err("no version".to_owned()),
        "stable" => Ok(Wanted::Stable),
        "unstable" => Ok(Wanted::Unstable),
        "branch" => Ok(Wanted::Branch(None)),
        _ => Ok(match text.strip_prefix("branch=") {
            Some("") => return Err("no branch".to_owned()),
            Some(name) => Wanted::Branch(Some(name.to_owned())),
            None => Wanted::Exact(text.to_owned()),
        }),
    }
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let report = run(
            &Request {
                attribute: self.attribute,
                wanted: self.version.unwrap_or_default(),
                pattern: self.version_regex,
                file: self.file,
                flake: self.flake,
                commit: self.commit,
                test: self.test,
                system: self.system,
            },
            context,
        )?;
        for note in &report.notes {
            context.progress().note(&format!("note: {note}"));
        }
        for skipped in &report.skipped {
            let (name, reason) = (visible(&skipped.name), visible(&skipped.reason));
            context
                .progress()
                .note(&format!("note: not `{name}`: {reason}"));
        }
        Ok(report)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if let Some(diff) = &report.diff {
            write!(output, "{diff}")?;
            return Ok(());
        }
        if report.files.is_empty() {
            writeln!(
                output,
                "{} {}: nothing newer",
                visible(&report.attr),
                visible(&report.old)
            )?;
            return Ok(());
        }
        writeln!(
            output,
            "{}: {} -> {}",
            visible(&report.attr),
            visible(&report.old),
            visible(&report.new)
        )?;
        for change in &report.hashes {
            let how = match change.how {
                How::Computed => "computed",
                How::Built => "built",
            };
            let attribute = visible(&change.attribute);
            writeln!(output, "{attribute}: {} ({how})", change.new)?;
        }
        print_tested(report, output)?;
        let links = [
            ("changelog", &report.changelog),
            ("compare", &report.compare),
            ("commit", &report.commit),
        ];
        for (name, value) in links {
            if let Some(value) = value {
                writeln!(output, "{name}: {}", visible(value))?;
            }
        }
        for file in &report.files {
            writeln!(output, "changed: {}", visible(file))?;
        }
        Ok(())
    }
}

/// What was built with `--test`.
fn print_tested(report: &Report, output: &mut Output) -> anyhow::Result<()> {
    let Some(tested) = &report.tested else {
        return Ok(());
    };
    writeln!(output, "package: {}", tested.build.outcome.phrase())?;
    for test in &tested.tests {
        let verdict = match &test.verdict {
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed { reason } => format!("failed: {reason}"),
            Verdict::Skipped { reason } => format!("skipped: {reason}"),
        };
        writeln!(
            output,
            "test {}: {}",
            visible(&test.name),
            visible(&verdict)
        )?;
    }
    Ok(())
}
