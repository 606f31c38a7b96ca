//! Findings as people read them: the sentence, the place, the line with the place marked.

use std::io::Write as _;

use nixsmith_workflow::finding::{Excerpt, Finding};

use crate::output::{Output, visible};

/// Prints every finding, an empty line behind each.
pub(crate) fn print(findings: &[Finding], output: &mut Output) -> anyhow::Result<()> {
    for finding in findings {
        print_one(finding, output)?;
    }
    Ok(())
}

fn print_one(finding: &Finding, output: &mut Output) -> anyhow::Result<()> {
    let message = visible(&finding.message);
    writeln!(output, "{}[{}]: {message}", finding.level, finding.code)?;
    if let Some(commit) = &finding.commit {
        writeln!(output, "  --> commit {commit}")?;
    }
    let number = finding.line.map(|line| line.to_string());
    let number = number.as_deref().unwrap_or_default();
    // Where there is no number the arrow stands as under one of one figure.
    let width = number.len().max(1);
    if let Some(path) = &finding.path {
        let mut place = visible(path);
        for part in [finding.line, finding.column].into_iter().flatten() {
            place.push_str(&format!(":{part}"));
        }
        writeln!(output, "{:width$}--> {place}", "")?;
    }
    let help = finding
        .fix
        .as_ref()
        .map(|fix| format!("{} ({})", fix.description, fix.class));
    if let Some(excerpt) = &finding.excerpt {
        writeln!(output, "{:width$} |", "")?;
        writeln!(output, "{number} | {}", shown(&excerpt.line))?;
        writeln!(output, "{:width$} | {}", "", marks(excerpt))?;
        if let Some(help) = &help {
            writeln!(output, "{:width$} = fix: {}", "", visible(help))?;
        }
    } else if let Some(help) = &help {
        writeln!(output, "{:width$} = fix: {}", "", visible(help))?;
    }
    if finding.in_base == Some(true) {
        writeln!(output, "{:width$} = the base has it already", "")?;
    }
    writeln!(output)?;
    Ok(())
}

/// A line with its control characters made harmless, one character for one, so that marks below it fit.
fn shown(line: &str) -> String {
    line.chars()
        .map(
            |character| match visible(&character.to_string()).chars().count() {
                1 => character,
                _ => '\u{fffd}',
            },
        )
        .collect()
}

/// Marks below the place; tabs stay tabs, so that both lines are indented alike.
fn marks(excerpt: &Excerpt) -> String {
    let before = excerpt.line.chars().take(excerpt.column.saturating_sub(1));
    let before: String = before
        .map(|character| if character == '\t' { '\t' } else { ' ' })
        .collect();
    format!("{before}{}", "^".repeat(excerpt.marked))
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
