//! What stopped an operation, in the form a person reads: what was tried, why it failed, what helps.

use std::fmt;

use nixsmith_fetch::FetchError;
use nixsmith_fetch::interrupt::Interrupted;
use nixsmith_fetch::process::ProcessError;

/// Who can mend a failure; decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input, the network, the machine: exit status 1.
    User,
    /// The command line itself: exit status 2.
    Usage,
    /// Stopped by a signal: exit status 130.
    Interrupted,
    /// A broken promise of ours: exit status 255.
    Bug,
}

impl Kind {
    /// The process exit status that stands for this kind.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::User => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
            Self::Bug => 255,
        }
    }
}

/// A failure with its kind, an optional cause and an optional hint. Converts into [`anyhow::Error`].
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    /// A failure that the user can mend.
    pub fn user(message: impl Into<String>) -> Self {
        Self::new(Kind::User, message)
    }

    /// A command line that cannot be meant.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A failure that is nixsmith's own fault.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(Kind::Bug, message)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// The same failure with what the user can do about it, shown as `hint: …`.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure with its cause, shown as `caused by: …`.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Who can mend it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the user can do, if that is known.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| source.as_ref() as &(dyn std::error::Error + 'static))
    }
}

/// The kind of a whole error chain: the first [`Problem`] in it decides, an interruption anywhere wins.
#[must_use]
pub fn kind_of(error: &anyhow::Error) -> Kind {
    if error.chain().any(is_interruption) {
        return Kind::Interrupted;
    }
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Problem>().map(Problem::kind))
        .unwrap_or(Kind::User)
}

fn is_interruption(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<Interrupted>()
        || matches!(cause.downcast_ref(), Some(FetchError::Interrupted))
        || matches!(cause.downcast_ref(), Some(ProcessError::Interrupted))
}

/// Every hint in an error chain, outermost first.
#[must_use]
pub fn hints_of(error: &anyhow::Error) -> Vec<String> {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Problem>().and_then(Problem::hint_text))
        .map(ToOwned::to_owned)
        .collect()
}
