//! `nixsmith explain`

use std::io::Write as _;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::explain::{Explained, Report, Request, run};

use crate::commands::Operation;
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The code of a finding, or a family of rules; without it all rules are listed
    #[arg(value_name = "RULE")]
    code: Option<String>,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(&Request { code: self.code }, context)
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        if let [only] = report.rules.as_slice() {
            return print_one(only, output);
        }
        let width = report.rules.iter().map(|rule| rule.code.len()).max();
        let width = width.unwrap_or_default();
        let mut family = None;
        let mut rules: Vec<&Explained> = report.rules.iter().collect();
        rules.sort_by_key(|rule| (&rule.family, &rule.code));
        for rule in rules {
            if family != Some(&rule.family) {
                let lead = if family.is_some() { "\n" } else { "" };
                writeln!(
                    output,
                    "{lead}{}",
                    rule.family.as_deref().unwrap_or("other")
                )?;
                family = Some(&rule.family);
            }
            let marks = [
                rule.fix.map(|fix| format!("{fix} fix")),
                (!rule.default).then(|| "optional".to_owned()),
            ];
            let marks: Vec<String> = marks.into_iter().flatten().collect();
            let marks = match marks.is_empty() {
                true => String::new(),
                false => format!(" ({})", marks.join(", ")),
            };
            writeln!(
                output,
                "  {:width$}  {:7}  {}{marks}",
                rule.code, rule.level, rule.summary
            )?;
        }
        Ok(())
    }
}

fn print_one(rule: &Explained, output: &mut Output) -> anyhow::Result<()> {
    write!(output, "{} ({}", rule.code, rule.level)?;
    if let Some(family) = &rule.family {
        write!(output, ", {family}")?;
    }
    if let Some(fix) = rule.fix {
        write!(output, ", {fix} fix")?;
    }
    if !rule.default {
        write!(output, ", optional")?;
    }
    write!(output, ")\n\n{}", rule.explanation)?;
    Ok(())
}
