//! `nixsmith nixpkgs review`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::nixpkgs::review::{Report, Request, Row, System, Target, Verdict, run};

use crate::commands::Operation;
use crate::commands::building::Building;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Lays both sides out in a temporary folder: the work tree, the index and the branches stay as they are. What fails is asked \
                  of the base, too: a cache that has it, or a build. Writes report.md, report.json and report.html. Ends with 1 where \
                  something fails that did not."
)]
pub(crate) struct Arguments {
    /// Number of a pull request of the remote `upstream`, else `origin`; it is merged into its base [default: the commit checked out]
    #[arg(value_name = "PR", conflicts_with_all = ["rev", "wip"])]
    pull_request: Option<u64>,
    /// Review this commit instead
    #[arg(
        long,
        value_name = "REF",
        conflicts_with = "wip",
        allow_hyphen_values = true
    )]
    rev: Option<String>,
    /// Review the work tree as it lies, against its commit
    #[arg(long, conflicts_with = "base")]
    wip: bool,
    /// Branch or commit to compare with [default: where the pull request goes; else the first of upstream/master, origin/master, master]
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    base: Option<String>,
    /// Systems to review for [default: this machine's]
    #[arg(long, value_name = "SYSTEM", value_delimiter = ',')]
    systems: Vec<String>,
    /// Only this attribute; may be given several times
    #[arg(long = "attribute", short = 'A', value_name = "ATTR")]
    attributes: Vec<String>,
    /// Build the base of what builds, too, to tell what is fixed
    #[arg(long)]
    fixed: bool,
    /// Build nothing: only say what would be rebuilt
    #[arg(long)]
    no_build: bool,
    /// Post the report below the pull request, after a question
    #[arg(long)]
    post: bool,
    /// Open a shell with what was built
    #[arg(long, conflicts_with = "no_build")]
    shell: bool,
    /// Folder for the report's files
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    building: Building,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        let target = match (self.pull_request, self.rev, self.wip) {
            (Some(number), _, _) => Target::PullRequest(number),
            (None, Some(rev), _) => Target::Revision(rev),
            (None, None, true) => Target::WorkTree,
            (None, None, false) => Target::Head,
        };
        run(
            &Request {
                target,
                base: self.base,
                systems: self.systems,
                attributes: self.attributes,
                skip_build: self.no_build,
                fixed: self.fixed,
                post: self.post,
                shell: self.shell,
                output: self.output,
                settings: self.building.settings(),
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        let (subject, set) = (&report.subject, &report.set);
        if let (Some(number), Some(title)) = (subject.pull_request, &subject.title) {
            writeln!(output, "pull request {number}: {}", visible(title))?;
        }
        let commit = subject.commit.as_deref().unwrap_or("the work tree");
        let how = if subject.is_merged {
            "merged into"
        } else {
            "against"
        };
        let base: String = subject.base.chars().take(12).collect();
        writeln!(
            output,
            "reviewed: {commit} {how} {} ({base})",
            visible(&subject.base_name)
        )?;
        let bound = if set.is_exact {
            "exact"
        } else {
            "a lower bound"
        };
        writeln!(
            output,
            "rebuilds: {bound}; {}: {}",
            set.how,
            visible(&set.why)
        )?;
        let heap = set.peak_heap_bytes >> 20;
        writeln!(
            output,
            "took: {:.1} s, at most {heap} MiB in one evaluation",
            set.seconds
        )?;
        for system in &report.systems {
            print_system(system, output)?;
        }
        for note in &report.notes {
            writeln!(output, "note: {}", visible(note))?;
        }
        for file in &report.files {
            writeln!(output, "report: {}", visible(file))?;
        }
        if let Some(url) = &report.posted {
            writeln!(output, "posted: {}", visible(url))?;
        }
        Ok(())
    }
}

fn print_system(system: &System, output: &mut Output) -> anyhow::Result<()> {
    writeln!(output)?;
    writeln!(output, "{}", visible(&system.system))?;
    if system.rows.is_empty() {
        writeln!(output, "  nothing is rebuilt")?;
    }
    for verdict in Verdict::ALL {
        for row in system.rows.iter().filter(|row| row.verdict == verdict) {
            print_row(row, output)?;
        }
    }
    writeln!(output)?;
    Ok(())
}

fn print_row(row: &Row, output: &mut Output) -> anyhow::Result<()> {
    let mut text = format!("  {:<13} {}", row.verdict.phrase(), row.attribute);
    if !row.aliases.is_empty() {
        text.push_str(&format!(" ({})", row.aliases.join(", ")));
    }
    if row.change.as_deref() == Some("added") {
        text.push_str(", new");
    }
    if !row.reason.is_empty() {
        text.push_str(&format!(": {}", row.reason));
    }
    if let Some(base) = &row.base {
        text.push_str(&format!("; base: {}", base.how));
    }
    writeln!(output, "{}", visible(&text))?;
    for line in &row.log {
        writeln!(output, "                | {}", visible(line))?;
    }
    Ok(())
}
