//! Running other programs: the only place where a process is started.
//!
//! A program gets an environment that was put together for it, never the whole of ours; its output is read up to a limit; it ends with
//! its time limit or with an interruption, together with the processes it started. A failure is told as a command line that can
//! be retyped, the status and the end of stderr.

mod run;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use crate::interrupt::Interrupt;

/// How much of a program's standard output is kept unless told otherwise.
const OUTPUT_LIMIT_BYTES: u64 = 256 << 20;

/// The end of stderr that an error carries.
const STDERR_TAIL_BYTES: usize = 4096;

/// The variables that programs get from the user's environment without asking: to find their files, to reach the network, to speak the
/// user's language.
const INHERITED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TMPDIR",
    "TZ",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LOCALE_ARCHIVE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_DIRS",
    "SSH_AUTH_SOCK",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "ftp_proxy",
];

/// Environment variables by name, as `cli` read them or as a test made them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// An environment of these pairs; a later one wins.
    pub fn from_pairs<K: Into<OsString>, V: Into<OsString>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self {
            variables: variables.collect(),
        }
    }

    /// The value of `name`, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    /// The value of `name` if it is set, not empty and UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// Sets `name`.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.insert(name.into(), value.into());
    }

    /// The names that are set, in order; one that is not UTF-8 is left out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().filter_map(|name| name.to_str())
    }

    /// The part that every program gets (see [`Program::inherit`]) and those of `names` that are set.
    #[must_use]
    pub fn inherited(&self, names: &[&str]) -> Self {
        let wanted = INHERITED.iter().chain(names);
        Self::from_pairs(wanted.filter_map(|name| Some((*name, self.get(name)?))))
    }

    /// The first file called `program` that can be run on `PATH`; a `program` with a slash is itself.
    #[must_use]
    pub fn find_program(&self, program: &str) -> Option<PathBuf> {
        if program.contains('/') {
            return is_executable(Path::new(program)).then(|| PathBuf::from(program));
        }
        let path = self.get("PATH")?;
        std::env::split_paths(path)
            .map(|folder| folder.join(program))
            .find(|candidate| is_executable(candidate))
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.variables.keys())
            .finish()
    }
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Receives each line that the program writes to stderr, without its end; `\r` ends a line as well, as progress bars use it.
pub type LineListener = Arc<dyn Fn(&str) + Send + Sync>;

/// A command to be run. Starts with an empty environment: see [`inherit`](Self::inherit).
#[derive(Clone)]
pub struct Program {
    name: OsString,
    arguments: Vec<OsString>,
    environment: Environment,
    directory: Option<PathBuf>,
    input: Option<Vec<u8>>,
    time_limit: Option<Duration>,
    idle_limit: Option<Duration>,
    growing: Option<PathBuf>,
    output_limit_bytes: u64,
    interrupt: Interrupt,
    error_lines: Option<LineListener>,
}

impl Program {
    /// The program `name`: a path, or a name looked up on the `PATH` given to it.
    pub fn new(name: impl Into<OsString>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
            environment: Environment::default(),
            directory: None,
            input: None,
            time_limit: None,
            idle_limit: None,
            growing: None,
            output_limit_bytes: OUTPUT_LIMIT_BYTES,
            interrupt: Interrupt::new(),
            error_lines: None,
        }
    }

    /// One more argument. Secrets do not belong here: other users see argument lists.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets one variable, secrets included: they show in no message.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.set(name, value);
        self
    }

    /// Takes the harmless, needed variables (`PATH`, `HOME`, locale, XDG folders, certificates, proxies) from `environment`.
    #[must_use]
    pub fn inherit(self, environment: &Environment) -> Self {
        self.inherit_names(environment, INHERITED)
    }

    /// Takes the variables `names` from `environment`, where they are set.
    #[must_use]
    pub fn inherit_names(mut self, environment: &Environment, names: &[&str]) -> Self {
        for name in names {
            if let Some(value) = environment.get(name) {
                self.environment.set(*name, value);
            }
        }
        self
    }

    /// Where the program starts; ours otherwise.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// What it reads on standard input; nothing otherwise.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Ends it after this time.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Ends it when it has written nothing, on stdout or stderr, for this time.
    #[must_use]
    pub fn idle_limit(mut self, limit: Duration) -> Self {
        self.idle_limit = Some(limit);
        self
    }

    /// Takes it for a sign of life, too, when the files below `folder` have grown since the idle limit last ran out. For programs that
    /// download without a word.
    #[must_use]
    pub fn growing(mut self, folder: impl Into<PathBuf>) -> Self {
        self.growing = Some(folder.into());
        self
    }

    /// How much standard output it may write (default: 256 MiB); more ends it with an error.
    #[must_use]
    pub fn output_limit_bytes(mut self, limit: u64) -> Self {
        self.output_limit_bytes = limit;
        self
    }

    /// Ends it when this flag rises.
    #[must_use]
    pub fn interrupt(mut self, interrupt: &Interrupt) -> Self {
        self.interrupt = interrupt.clone();
        self
    }

    /// Who hears each line of stderr while it runs.
    #[must_use]
    pub fn on_error_line(mut self, listener: LineListener) -> Self {
        self.error_lines = Some(listener);
        self
    }

    /// The command as a person would type it in a POSIX shell; no environment.
    #[must_use]
    pub fn command_line(&self) -> String {
        let words = std::iter::once(&self.name).chain(&self.arguments);
        words
            .map(|word| shell_word(&word.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Runs it to its end. A status other than 0 is an error.
    pub fn run(&self) -> Result<Output, ProcessError> {
        let output = self.run_any_status()?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(self.failed(&output))
        }
    }

    /// Runs it to its end, whatever its status.
    pub fn run_any_status(&self) -> Result<Output, ProcessError> {
        run::run(self)
    }

    /// Runs it on our own terminal: it reads our stdin and writes our stdout and stderr, in our process group, so that Ctrl-C reaches it.
    pub fn run_in_foreground(&self) -> Result<ExitStatus, ProcessError> {
        run::run_in_foreground(self)
    }

    /// The error for an output that the caller finds wrong.
    #[must_use]
    pub fn failed(&self, output: &Output) -> ProcessError {
        let stderr = output.stderr_tail();
        ProcessError::Failed {
            command: self.command_line(),
            status: output.status,
            stderr,
        }
    }

    fn program_name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }
}

/// What a finished program left.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// All of its standard output.
    pub stdout: Vec<u8>,
    /// The last 64 KiB of its standard error.
    pub stderr: Vec<u8>,
}

impl Output {
    /// Standard output as text; bytes that are no UTF-8 become U+FFFD.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The end of standard error, at most 4 KiB, whole lines where it was cut, no control characters.
    #[must_use]
    pub fn stderr_tail(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let text = text.trim_end();
        let start = text.len().saturating_sub(STDERR_TAIL_BYTES);
        let start = (start..=text.len())
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        let tail = text.get(start..).unwrap_or_default();
        let tail = if start == 0 {
            tail
        } else {
            tail.split_once('\n').map_or(tail, |(_, rest)| rest)
        };
        tail.chars()
            .filter(|&letter| letter == '\n' || letter == '\t' || !letter.is_control())
            .collect()
    }
}

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// No such program on the `PATH` it was given.
    #[error("program `{program}` is not installed or not on PATH")]
    NotFound {
        /// The name that was looked up.
        program: String,
    },
    /// The system would not start it.
    #[error("could not start `{command}`")]
    Start {
        /// The command line.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended with a status other than 0, or by a signal.
    #[error("`{command}` failed with {status}{}", indented(stderr))]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of its stderr.
        stderr: String,
    },
    /// It ran, or was silent, for longer than allowed, and was ended.
    #[error("`{command}` {what} {} seconds and was ended{}", limit.as_secs_f64(), indented(stderr))]
    TimedOut {
        /// The command line.
        command: String,
        /// ``ran for`` or ``was silent for``.
        what: &'static str,
        /// The limit.
        limit: Duration,
        /// The end of its stderr.
        stderr: String,
    },
    /// It wrote more than allowed.
    #[error("`{command}` wrote more than {limit_bytes} bytes")]
    TooMuchOutput {
        /// The command line.
        command: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
}

fn indented(stderr: &str) -> String {
    stderr.lines().map(|line| format!("\n  {line}")).collect()
}

/// `word` as a POSIX shell reads it back.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
