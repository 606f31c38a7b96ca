//! The report as Markdown for the forge.
//!
//! Whatever comes from outside (titles, attributes, logs) stands in code: no backtick, mention, HTML or fence in it means anything.

use super::{Report, Row, System, Verdict};
use crate::nix::{plain, short_name};

/// The longest text that the forge takes as a comment is 65,536 characters.
const COMMENT_BYTES: usize = 60_000;

/// How much of a report is shown.
#[derive(Clone, Copy)]
struct Measure {
    /// How many attributes of each verdict.
    rows: usize,
    /// How many logs.
    logs: usize,
}

/// All of it.
pub(super) fn whole(report: &Report) -> String {
    render(
        report,
        Measure {
            rows: usize::MAX,
            logs: usize::MAX,
        },
    )
}

/// As much as fits into a comment.
pub(super) fn comment(report: &Report) -> String {
    let mut text = whole(report);
    for (rows, logs) in [(2000, 20), (1000, 5), (400, 0), (50, 0), (5, 0)] {
        if text.len() <= COMMENT_BYTES {
            break;
        }
        text = render(report, Measure { rows, logs });
    }
    text
}

fn render(report: &Report, measure: Measure) -> String {
    let subject = &report.subject;
    let mut text = String::from("## Review by `nixsmith nixpkgs review`\n\n");
    if let (Some(number), Some(title)) = (subject.pull_request, &subject.title) {
        text.push_str(&format!("- Pull request {number}: {}\n", code(title)));
    }
    let what = match &subject.commit {
        Some(commit) => format!("- Commit {}", code(commit)),
        None => "- The work tree".to_owned(),
    };
    let how = match subject.is_merged {
        true => "merged into",
        false => "compared with",
    };
    text.push_str(&format!(
        "{what}, {how} {} ({})\n",
        code(&subject.base_name),
        code(&subject.base)
    ));
    text.push_str(&format!("- Rebuild set: {}\n", set(report)));
    for system in &report.systems {
        text.push_str(&format!("\n---\n### {}\n\n", code(&system.system)));
        if system.rows.is_empty() {
            text.push_str("Nothing is rebuilt.\n");
        }
        for verdict in Verdict::ALL {
            section(system, verdict, measure, &mut text);
        }
        logs(system, measure.logs, &mut text);
    }
    if !report.notes.is_empty() {
        text.push_str("\n---\n");
    }
    for note in &report.notes {
        text.push_str(&format!("- note: {}\n", code(note)));
    }
    text
}

/// How the set was found, one sentence.
pub(super) fn set(report: &Report) -> String {
    let set = &report.set;
    let bound = match set.is_exact {
        true => "exact",
        false => "**a lower bound, there may be more**",
    };
    let selection = match report.is_complete || !set.is_exact {
        true => "",
        false => "; not everything of it was built",
    };
    format!("{bound} (`{}`: {}){selection}", set.how, code(&set.why))
}

/// The headline of a verdict.
pub(super) fn headline(verdict: Verdict, count: usize) -> String {
    let (mark, one, many) = match verdict {
        Verdict::NewFailure => ("❌", "package newly fails", "packages newly fail"),
        Verdict::Fails => (
            "❌",
            "package fails, and the base is not known",
            "packages fail, and the base is not known",
        ),
        Verdict::StillFailing => (
            "⚠️",
            "package fails as in the base",
            "packages fail as in the base",
        ),
        Verdict::Fixed => (
            "🎉",
            "package is fixed: it fails in the base",
            "packages are fixed: they fail in the base",
        ),
        Verdict::Built => ("✅", "package built", "packages built"),
        Verdict::Skipped => ("⏩", "package skipped", "packages skipped"),
        Verdict::Removed => ("🗑️", "package removed", "packages removed"),
    };
    let noun = if count == 1 { one } else { many };
    format!("{mark} {count} {noun}")
}

fn section(system: &System, verdict: Verdict, measure: Measure, text: &mut String) {
    let rows: Vec<&Row> = system
        .rows
        .iter()
        .filter(|row| row.verdict == verdict)
        .collect();
    if rows.is_empty() {
        return;
    }
    // An empty line behind the summary: the forge reads Markdown only there.
    let headline = headline(verdict, rows.len());
    text.push_str(&format!("<details>\n<summary>{headline}:</summary>\n\n"));
    for row in rows.iter().take(measure.rows) {
        text.push_str(&format!("- {}", code(&row.attribute)));
        if !row.aliases.is_empty() {
            let names: Vec<String> = row.aliases.iter().map(|name| code(name)).collect();
            text.push_str(&format!(" ({})", names.join(", ")));
        }
        if let Some(change) = row.change.as_deref().filter(|change| *change == "added") {
            text.push_str(&format!(" *{change}*"));
        }
        if !row.reason.is_empty() {
            text.push_str(&format!(": {}", code(&row.reason)));
        }
        if let Some(base) = &row.base {
            text.push_str(&format!("; base: {}", code(&base.how)));
        }
        text.push('\n');
    }
    match rows.len().saturating_sub(measure.rows) {
        0 => {}
        more => text.push_str(&format!("- … and {more} more\n")),
    }
    text.push_str("\n</details>\n");
}

fn logs(system: &System, most: usize, text: &mut String) {
    let rows = system.rows.iter().filter(|row| !row.log.is_empty());
    for row in rows.take(most) {
        let log = row
            .log
            .iter()
            .map(|line| plain(line))
            .collect::<Vec<_>>()
            .join("\n");
        let fence = "`".repeat(longest_run(&log).max(2) + 1);
        let name = row.derivation.as_deref().map(short_name);
        let name = name.unwrap_or_else(|| row.attribute.clone());
        text.push_str(&format!(
            "<details>\n<summary>The end of the log of <code>{}</code></summary>\n\n{fence}text\n{log}\n{fence}\n\n</details>\n",
            super::html::escaped(&name)
        ));
    }
}

/// Text in a code span that it cannot leave.
pub(super) fn code(text: &str) -> String {
    let text = super::subject::one_line(text);
    if text.is_empty() {
        return "` `".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = match text.starts_with('`') || text.ends_with('`') {
        true => " ",
        false => "",
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|letter| letter != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_in_its_code_span() {
        for (text, expected) in [
            ("hello", "`hello`"),
            ("a`b", "``a`b``"),
            ("`a``b`", "``` `a``b` ```"),
            ("", "` `"),
            ("@team\n# big\u{1b}[31m\u{202e}", "`@team # big`"),
            ("</details><img src=x>", "`</details><img src=x>`"),
        ] {
            assert_eq!(code(text), expected);
        }
    }
}
