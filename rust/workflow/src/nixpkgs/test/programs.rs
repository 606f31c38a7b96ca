//! Whether the programs of a package start.
//!
//! Each is run with `--version` and, if that ends badly, with `--help`: without input, with an environment of nothing but an empty HOME,
//! under a time limit. What it prints is not judged; how it ends is.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nixsmith_fetch::process::{ProcessError, Program};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::nix::plain;

/// How long a program may take to say its version.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How much it may print.
const OUTPUT_BYTES: u64 = 4 << 20;

/// The most programs of one package that are started.
const MOST: usize = 100;

/// The longest line that is shown of what a program prints, in characters.
const LINE_CHARACTERS: usize = 200;

/// One program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgramRun {
    /// Its path in the store.
    pub path: String,
    /// The arguments of the run that counts.
    pub arguments: Vec<String>,
    /// How it went.
    #[serde(flatten)]
    pub start: Start,
    /// The first line that it printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

/// How a program went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "start", rename_all = "kebab-case")]
pub enum Start {
    /// It ran and ended with 0.
    Starts,
    /// It ran and ended with another status, for both arguments.
    Exits {
        /// The status.
        status: i32,
    },
    /// It was still running at the end of the time limit.
    KeepsRunning,
    /// A signal ended it.
    Crashes {
        /// The number of the signal.
        signal: i32,
    },
    /// What its first line, or its header, says to run it with is not there.
    MissingInterpreter {
        /// The interpreter, if the file says it.
        interpreter: String,
    },
    /// The system would not run it.
    CannotRun {
        /// Why.
        reason: String,
    },
}

impl Start {
    /// Whether the program is sound as far as starting it can tell.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        matches!(self, Self::Starts | Self::Exits { .. } | Self::KeepsRunning)
    }

    /// One phrase for people.
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            Self::Starts => "starts".to_owned(),
            Self::Exits { status } => format!("exits with {status}"),
            Self::KeepsRunning => "keeps running".to_owned(),
            Self::Crashes { signal } => format!("is ended by signal {signal}"),
            Self::MissingInterpreter { interpreter } if interpreter.is_empty() => {
                "its interpreter is missing".to_owned()
            }
            Self::MissingInterpreter { interpreter } => {
                format!("its interpreter `{interpreter}` is missing")
            }
            Self::CannotRun { reason } => format!("cannot be run: {reason}"),
        }
    }
}

/// The programs in `bin` of these outputs, sorted, and how many more there are than are started.
pub(super) fn find(outputs: &[PathBuf]) -> (Vec<PathBuf>, usize) {
    let mut found: Vec<PathBuf> = outputs
        .iter()
        .filter_map(|output| fs::read_dir(output.join("bin")).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_program(path))
        .collect();
    found.sort();
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    (found, more)
}

fn is_program(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    // A link to nothing is one, too: it cannot be started.
    let Ok(metadata) = path.metadata() else {
        return !hidden;
    };
    !hidden && metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

/// Starts a program in an empty HOME below `folder`.
pub(super) fn start(path: &Path, folder: &Path, context: &Context) -> anyhow::Result<ProgramRun> {
    let mut first: Option<ProgramRun> = None;
    for argument in ["--version", "--help"] {
        let run = start_with(path, argument, folder, context)?;
        match run.start {
            Start::Exits { .. } if first.is_none() => first = Some(run),
            Start::Starts => return Ok(run),
            // A program that crashes for one of both is named with it, whatever the first said.
            ref start if !start.is_sound() => return Ok(run),
            _ => return Ok(first.unwrap_or(run)),
        }
    }
    first.ok_or_else(|| anyhow::anyhow!("no run of `{}`", path.display()))
}

fn start_with(
    path: &Path,
    argument: &str,
    folder: &Path,
    context: &Context,
) -> anyhow::Result<ProgramRun> {
    let home = tempfile::tempdir_in(folder)?;
    let output = Program::new(path)
        .arg(argument)
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .directory(home.path())
        .time_limit(TIME_LIMIT)
        .output_limit_bytes(OUTPUT_BYTES)
        .interrupt(context.interrupt())
        .run_any_status();
    let mut said = None;
    let start = match output {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            let line = text.lines().chain(errors.lines()).map(plain);
            let mut lines = line.filter(|line| !line.trim().is_empty());
            said = lines
                .next()
                .map(|line| line.chars().take(LINE_CHARACTERS).collect());
            match (output.status.code(), output.status.signal()) {
                (Some(0), _) => Start::Starts,
                // `env` and shells end with it for a program that is not there.
                (Some(127), _) if missing_interpreter(path).is_some() => missing(path),
                (Some(status), _) => Start::Exits { status },
                (None, signal) => Start::Crashes {
                    signal: signal.unwrap_or_default(),
                },
            }
        }
        Err(ProcessError::NotFound { .. }) => missing(path),
        Err(ProcessError::TimedOut { .. }) => Start::KeepsRunning,
        Err(ProcessError::TooMuchOutput { .. }) => Start::Starts,
        Err(error @ ProcessError::Interrupted) => return Err(error.into()),
        Err(ProcessError::Start { source, .. }) => Start::CannotRun {
            reason: source.to_string(),
        },
        Err(other) => Start::CannotRun {
            reason: other.to_string(),
        },
    };
    Ok(ProgramRun {
        path: path.display().to_string(),
        arguments: vec![argument.to_owned()],
        start,
        said,
    })
}

fn missing(path: &Path) -> Start {
    match path.exists() {
        true => Start::MissingInterpreter {
            interpreter: missing_interpreter(path).unwrap_or_default(),
        },
        false => Start::CannotRun {
            reason: "it is a link to nothing".to_owned(),
        },
    }
}

/// What a script's first line names and is not there: the interpreter, or the program that `env` is to find.
fn missing_interpreter(path: &Path) -> Option<String> {
    let mut start = vec![0; 512];
    let length = fs::File::open(path).ok()?.read(&mut start).ok()?;
    start.truncate(length);
    let line = start.split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line.strip_prefix(b"#!")?).into_owned();
    let mut words = line.split_whitespace();
    let interpreter = words.next()?;
    if interpreter.ends_with("/env") && Path::new(interpreter).exists() {
        let program = words.find(|word| !word.starts_with('-'))?;
        return Some(format!("{interpreter} {program}"));
    }
    (!Path::new(interpreter).exists()).then(|| interpreter.to_owned())
}
