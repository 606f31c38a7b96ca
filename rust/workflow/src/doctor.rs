//! `doctor`: what is installed, which versions, what is missing and how to get it.

use std::time::Duration;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::process::{ProcessError, Program};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;

/// What was found on this machine.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The version of nixsmith.
    pub version: String,
    /// The programs that nixsmith may run.
    pub programs: Vec<ProgramFound>,
    /// The rows of the endpoint table that are replaced.
    pub endpoints: Vec<EndpointReplaced>,
    /// The folder of the download cache.
    pub cache: String,
    /// Whether a token for the forge was found; never the token.
    pub github_token: bool,
}

/// One program, found or not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgramFound {
    /// Its name, or the path that the environment gave.
    pub program: String,
    /// What its `--version` says, first line; absent if it could not be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it could not be run, a sentence; absent if it could or is not there at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What needs it.
    pub needed_for: String,
    /// Whether nixsmith is of little use without it.
    pub required: bool,
    /// How to get it; present when it is missing or too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// One row of the endpoint table that points elsewhere.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EndpointReplaced {
    /// The name of the row.
    pub name: String,
    /// Where it points now.
    pub url: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "doctor";

    fn has_findings(&self) -> bool {
        self.programs
            .iter()
            .any(|program| program.required && program.hint.is_some())
    }
}

struct Wanted {
    program: &'static str,
    needed_for: &'static str,
    required: bool,
    hint: &'static str,
}

const WANTED: &[Wanted] = &[
    Wanted {
        program: "nix",
        needed_for: "building and evaluating; hashes, prefetch and package new work without it",
        required: false,
        hint: "install Nix 2.24 or later, or name the program in NIXSMITH_NIX",
    },
    Wanted {
        program: "git",
        needed_for: "git sources, submodules and everything that makes a commit",
        required: true,
        hint: "install git",
    },
    Wanted {
        program: "git-lfs",
        needed_for: "sources whose large files lie in git LFS",
        required: false,
        hint: "install git-lfs",
    },
    Wanted {
        program: "hg",
        needed_for: "prefetch with fetchhg",
        required: false,
        hint: "install mercurial",
    },
    Wanted {
        program: "svn",
        needed_for: "prefetch with fetchsvn",
        required: false,
        hint: "install subversion",
    },
];

/// The oldest Nix whose command line nixsmith uses.
const NIX_MINIMUM: (u32, u32) = (2, 24);

/// Runs every program's `--version` and reads the settings of this run.
///
/// # Errors
/// When the run was interrupted.
pub fn run(context: &Context) -> anyhow::Result<Report> {
    let programs = WANTED
        .iter()
        .map(|wanted| look_at(wanted, context))
        .collect::<anyhow::Result<_>>()?;
    let endpoints = Endpoint::all()
        .filter(|endpoint| context.endpoints().is_overridden(*endpoint))
        .map(|endpoint| EndpointReplaced {
            name: endpoint.to_string(),
            url: context.endpoints().url(endpoint).to_string(),
        })
        .collect();
    Ok(Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        programs,
        endpoints,
        cache: context
            .client_options
            .cache_dir
            .join("nixsmith")
            .display()
            .to_string(),
        github_token: context.client_options.tokens.has(Endpoint::GithubApi),
    })
}

fn look_at(wanted: &Wanted, context: &Context) -> anyhow::Result<ProgramFound> {
    let program = if wanted.program == "nix" {
        context.nix_program.clone()
    } else {
        wanted.program.into()
    };
    context.interrupt().check()?;
    let answer = Program::new(&program)
        .arg("--version")
        .inherit(&context.client_options.environment)
        .inherit_names(
            &context.client_options.environment,
            &["NIX_CONF_DIR", "NIX_USER_CONF_FILES"],
        )
        .time_limit(Duration::from_secs(10))
        .interrupt(context.interrupt())
        .run();
    let (version, problem) = match answer {
        Ok(output) => match output.text().lines().next().map(str::trim) {
            Some(line) if !line.is_empty() => (Some(line.to_owned()), None),
            _ => (None, Some("it does not say its version".to_owned())),
        },
        Err(ProcessError::NotFound { .. }) => (None, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let usable = version
        .as_deref()
        .is_some_and(|version| wanted.program != "nix" || is_recent_nix(version));
    Ok(ProgramFound {
        program: program.to_string_lossy().into_owned(),
        version,
        problem,
        needed_for: wanted.needed_for.to_owned(),
        required: wanted.required,
        hint: (!usable).then(|| wanted.hint.to_owned()),
    })
}

/// Whether `nix (Nix) 2.34.1` or `nix (Determinate Nix 3.1.0) 2.26.3` is recent enough.
fn is_recent_nix(version: &str) -> bool {
    let number = version.rsplit(' ').next().unwrap_or_default();
    let mut parts = number
        .split(|character: char| !character.is_ascii_digit())
        .map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= NIX_MINIMUM,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_recent_nix;

    #[test]
    fn nix_versions() {
        for recent in [
            "nix (Nix) 2.24.0",
            "nix (Nix) 2.34.1+1",
            "nix (Determinate Nix 3.1.0) 2.26.3",
            "nix (Nix) 3.0pre20270101",
        ] {
            assert!(is_recent_nix(recent), "{recent}");
        }
        for old in ["nix (Nix) 2.8.0", "nix (Lix, like Nix) 2.9", "nix", ""] {
            assert!(!is_recent_nix(old), "{old}");
        }
    }
}
