//! `nixsmith fmt`

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use nixsmith_workflow::Problem;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::fmt::{Report, Request, run};

use crate::commands::Operation;
use crate::findings;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files and folders; - is standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; say which files are not formatted
    #[arg(long)]
    check: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let is_input = |path: &PathBuf| path.as_path() == Path::new("-");
        let standard_input = match self.paths.iter().filter(|path| is_input(path)).count() {
            0 => None,
            1 if self.paths.len() == 1 => {
                let mut text = String::new();
                std::io::stdin()
                    .read_to_string(&mut text)
                    .map_err(|error| {
                        Problem::user("could not read standard input").source(error)
                    })?;
                Some(text)
            }
            _ => {
                return Err(Problem::usage("`-` stands for the only input or for none").into());
            }
        };
        run(
            &Request {
                paths: self.paths,
                check: self.check,
                standard_input,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if let Some(text) = &report.text {
            write!(output, "{text}")?;
        }
        match &report.diff {
            Some(diff) => write!(output, "{diff}")?,
            None => {
                let said = |path: &&String| {
                    let mut findings = report.findings.iter();
                    !findings.any(|finding| finding.path.as_ref() == Some(*path))
                };
                for path in report.changed.iter().filter(said) {
                    writeln!(output, "{}", crate::output::visible(path))?;
                }
            }
        }
        findings::print(&report.findings, output)
    }
}
