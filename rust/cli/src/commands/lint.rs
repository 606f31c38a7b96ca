//! `nixsmith lint`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use nixsmith_workflow::context::Context;
use nixsmith_workflow::lint::{FixClass, Level, Report, Request, run, sarif, summary};

use crate::commands::Operation;
use crate::findings;
use crate::output::Output;

/// Which fixes to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fix {
    /// Those that change no value and no derivation.
    Safe,
    /// Those that may, as well.
    Unsafe,
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files and folders [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Mend what can be mended: only safely, or with `=unsafe` whatever can be
    #[arg(
        long,
        value_name = "CLASS",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "safe"
    )]
    fix: Option<Fix>,
    /// Only these rules or families, `default` or `all`
    #[arg(long = "rule", value_name = "RULE", value_delimiter = ',')]
    rules: Vec<String>,
    /// Not these rules or families
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Only findings that weigh at least this much: help, note, warning or error
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// The configuration instead of the nearest `nixsmith.toml`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Hold back the findings that this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Only what is new since the last commit in common with this one, uncommitted changes included
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    /// Make every finding known: write the file of known findings
    #[arg(long, conflicts_with_all = ["fix", "base"])]
    write_baseline: bool,
    /// Print SARIF 2.1.0 instead of text
    #[arg(long)]
    sarif: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                paths: self.paths,
                fix: self.fix.map(|fix| match fix {
                    Fix::Safe => FixClass::Safe,
                    Fix::Unsafe => FixClass::Unsafe,
                }),
                rules: self.rules,
                ignore: self.ignore,
                level: self.level,
                configuration: self.config,
                baseline: self.baseline,
                base: self.base,
                write_baseline: self.write_baseline,
                as_sarif: self.sarif,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if report.as_sarif {
            serde_json::to_writer_pretty(&mut *output, &sarif::log(&report.findings))?;
            writeln!(output)?;
            return Ok(());
        }
        if let Some(diff) = &report.diff {
            write!(output, "{diff}")?;
        }
        findings::print(&report.findings, output)?;
        let fixes: usize = report.mended.iter().map(|file| file.rules.len()).sum();
        if fixes > 0 {
            let files = findings::count(report.mended.len(), "file");
            writeln!(
                output,
                "mended: {} in {files}",
                findings::count(fixes, "finding")
            )?;
        }
        if report.known > 0 {
            writeln!(
                output,
                "known: {}",
                findings::count(report.known, "finding")
            )?;
        }
        if !report.findings.is_empty() {
            writeln!(output, "found: {}", summary(&report.findings))?;
        }
        Ok(())
    }
}
