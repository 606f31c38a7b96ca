//! The report as one page that needs nothing else: no script, no style sheet, no picture from elsewhere.

use super::markdown::headline;
use super::{Report, Row, System, Verdict};
use crate::nix::{plain, short_name};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f4;padding:.6rem;overflow-x:auto}\
summary{cursor:pointer;font-weight:600}details{margin:.6rem 0}table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#242424}}";

/// The page.
pub(super) fn page(report: &Report) -> String {
    let subject = &report.subject;
    let title = match (subject.pull_request, &subject.title) {
        (Some(number), Some(title)) => format!("Review of {number}: {title}"),
        _ => "Review".to_owned(),
    };
    let title = escaped(&title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n"
    );
    text.push_str("<table>\n");
    let commit = subject.commit.as_deref().unwrap_or("the work tree");
    let base = format!("{} ({})", subject.base_name, subject.base);
    let set = &report.set;
    let bound = match set.is_exact {
        true => "exact",
        false => "a lower bound, there may be more",
    };
    let how = format!("{bound} ({}: {})", set.how, set.why);
    for (name, value) in [
        ("Reviewed", commit),
        (
            if subject.is_merged {
                "Merged into"
            } else {
                "Compared with"
            },
            base.as_str(),
        ),
        ("Rebuild set", how.as_str()),
    ] {
        text.push_str(&format!(
            "<tr><th>{name}</th><td>{}</td></tr>\n",
            escaped(value)
        ));
    }
    text.push_str("</table>\n");
    for system in &report.systems {
        system_section(system, &mut text);
    }
    for note in &report.notes {
        text.push_str(&format!("<p>Note: {}</p>\n", escaped(note)));
    }
    text.push_str("</html>\n");
    text
}

fn system_section(system: &System, text: &mut String) {
    text.push_str(&format!("<h2>{}</h2>\n", escaped(&system.system)));
    if system.rows.is_empty() {
        text.push_str("<p>Nothing is rebuilt.</p>\n");
    }
    for verdict in Verdict::ALL {
        let rows: Vec<&Row> = system
            .rows
            .iter()
            .filter(|row| row.verdict == verdict)
            .collect();
        if rows.is_empty() {
            continue;
        }
        let open = match verdict {
            Verdict::NewFailure | Verdict::Fails => " open",
            _ => "",
        };
        text.push_str(&format!(
            "<details{open}>\n<summary>{}</summary>\n<table>\n",
            headline(verdict, rows.len())
        ));
        for row in rows {
            one(row, text);
        }
        text.push_str("</table>\n</details>\n");
    }
}

fn one(row: &Row, text: &mut String) {
    let mut name = format!("<code>{}</code>", escaped(&row.attribute));
    for alias in &row.aliases {
        name.push_str(&format!("<br><code>{}</code>", escaped(alias)));
    }
    let mut about = escaped(&row.reason);
    if let Some(base) = &row.base {
        about.push_str(&format!("<br>base: {}", escaped(&base.how)));
    }
    if let Some(derivation) = &row.derivation {
        about.push_str(&format!("<br><code>{}</code>", escaped(derivation)));
    }
    for path in row.outputs.values() {
        about.push_str(&format!("<br><code>{}</code>", escaped(path)));
    }
    if !row.log.is_empty() {
        let name = row
            .derivation
            .as_deref()
            .map(short_name)
            .unwrap_or_default();
        let log = row.log.join("\n");
        about.push_str(&format!(
            "<details><summary>log of {}</summary><pre>{}</pre></details>",
            escaped(&name),
            escaped(&log)
        ));
    }
    let change = row.change.as_deref().unwrap_or_default();
    text.push_str(&format!(
        "<tr><td>{name}</td><td>{change}</td><td>{about}</td></tr>\n"
    ));
}

/// Text that means nothing in HTML, neither as an element nor in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in plain(text).chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}
