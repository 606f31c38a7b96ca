//! `nixsmith hydra status`

use std::io::Write as _;

use clap::Args;
use nixsmith_fetch::calendar::date;
use nixsmith_fetch::hydra::Jobset;
use nixsmith_workflow::context::Context;
use nixsmith_workflow::hydra::status::{
    BuildRow, JobStatus, MOST_BUILDS, Point, Report, Request, Verdict, run,
};

use crate::commands::Operation;
use crate::output::{Output, visible};

#[derive(Debug, Args)]
#[command(
    after_help = "Ends with 1 where the newest build fails, or where there is no build on any system. Builds that were aborted or cancelled judge nothing."
)]
pub(crate) struct Arguments {
    /// Attribute paths: packages (`hello`), NixOS tests (`nixosTests.login`), or names of jobs
    #[arg(value_name = "ATTR", required = true)]
    attributes: Vec<String>,
    /// Where they are built [default: nixpkgs/trunk, for tests nixos/trunk-combined]
    #[arg(long, value_name = "PROJECT/JOBSET")]
    jobset: Option<Jobset>,
    /// Systems, separated by commas [default: those that the jobset builds for]
    #[arg(long, value_name = "SYSTEM", value_delimiter = ',')]
    systems: Vec<String>,
    /// How many builds to list for each
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=MOST_BUILDS as i64))]
    limit: u16,
    /// Look for builds that are queued or running, too: takes a list of some megabytes
    #[arg(long)]
    queued: bool,
}

impl Operation for Arguments {
    type Report = Report;

    fn run(self, context: &Context, _output: &mut Output) -> anyhow::Result<Report> {
        run(
            &Request {
                attributes: self.attributes,
                jobset: self.jobset,
                systems: self.systems,
                limit: usize::from(self.limit),
                queued: self.queued,
            },
            context,
        )
    }

    fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
        let mut last = None;
        for job in &report.jobs {
            let head = (&job.attribute, &job.jobset);
            if last != Some(head) {
                writeln!(output, "{} in {}", visible(&job.attribute), job.jobset)?;
            }
            last = Some(head);
            print(job, output)?;
        }
        Ok(())
    }
}

fn print(job: &JobStatus, output: &mut Output) -> anyhow::Result<()> {
    let verdict = match job.verdict {
        Verdict::Succeeds => "succeeds",
        Verdict::Fails => "fails",
        Verdict::Unjudged => "no build judges it",
        Verdict::NoBuilds => "no finished build",
    };
    writeln!(output, "  {}: {verdict}", job.system)?;
    for build in &job.builds {
        writeln!(output, "    {}", row(build))?;
    }
    if let Some(dependency) = &job.failed_dependency {
        writeln!(
            output,
            "    failed dependency: {}",
            visible(&dependency.name)
        )?;
    }
    if let Some(failure) = &job.first_failure {
        let bound = if job.first_failure_is_exact == Some(false) {
            ", or an earlier one"
        } else {
            ""
        };
        writeln!(output, "    first failure: {}{bound}", point(failure))?;
    }
    match &job.last_success {
        Some(success) => writeln!(output, "    last success: {}", point(success))?,
        None if job.verdict == Verdict::Fails => writeln!(output, "    last success: none")?,
        None => {}
    }
    if let Some(queued) = &job.queued {
        let what = if queued.running { "running" } else { "queued" };
        writeln!(
            output,
            "    {what}: {}, evaluation {}",
            queued.url, queued.evaluation
        )?;
    }
    Ok(())
}

fn row(build: &BuildRow) -> String {
    format!(
        "{}  {}  {}  {}",
        date(build.timestamp.cast_signed()),
        build.status,
        visible(&build.name),
        build.url
    )
}

fn point(point: &Point) -> String {
    let build = &point.build;
    let mut text = format!(
        "build {}, {}",
        build.build,
        date(build.timestamp.cast_signed())
    );
    if let Some(evaluation) = point.evaluation {
        text.push_str(&format!(", evaluation {evaluation}"));
    }
    if let Some(revision) = &point.revision {
        let short: String = revision.chars().take(12).collect();
        text.push_str(&format!(", nixpkgs {short}"));
    }
    text
}
