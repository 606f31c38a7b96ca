//! Where and with what an operation runs: the folder, the network, the programs, the person.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use nixsmith_fetch::client::{Client, ClientOptions};
use nixsmith_fetch::endpoints::Endpoints;
use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_fetch::progress::Progress;
use nixsmith_fetch::{Fetch, FetchError};

use crate::ask::Ask;
use crate::files::{self, Change};

/// Everything an operation may use besides its request. Made once, by `cli` or a test.
pub struct Context {
    /// The folder that relative paths of the request mean.
    pub directory: PathBuf,
    /// Whether changes are only to be shown.
    pub dry_run: bool,
    /// Whether questions count as answered with yes.
    pub yes: bool,
    /// How many threads hashing may use, at least one.
    pub threads: usize,
    /// The nix program; a bare name is looked up on PATH.
    pub nix_program: OsString,
    /// The user's folder for state, `$XDG_STATE_HOME/nixsmith`.
    pub state: PathBuf,
    /// The person to ask; `None` without a terminal.
    pub person: Option<Box<dyn Ask>>,
    /// How the network is reached; the client is made at its first use.
    pub client_options: ClientOptions,
    client: OnceLock<Client>,
}

/// What [`Context::new`] needs; see the fields of [`Context`] of the same name.
#[expect(
    missing_docs,
    reason = "each field is described at the field of Context that it becomes"
)]
pub struct Settings {
    pub directory: PathBuf,
    pub dry_run: bool,
    pub yes: bool,
    pub threads: usize,
    pub nix_program: OsString,
    pub state: PathBuf,
    pub person: Option<Box<dyn Ask>>,
    pub client_options: ClientOptions,
}

impl Context {
    /// A context with these settings and no connection yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            directory: settings.directory,
            dry_run: settings.dry_run,
            yes: settings.yes,
            threads: settings.threads.max(1),
            nix_program: settings.nix_program,
            state: settings.state,
            person: settings.person,
            client_options: settings.client_options,
            client: OnceLock::new(),
        }
    }

    /// The network.
    ///
    /// # Errors
    /// When a proxy is no address.
    pub fn fetch(&self) -> Result<&dyn Fetch, FetchError> {
        Ok(self.client()?)
    }

    /// The network with more than files and git: for registries and forges.
    ///
    /// # Errors
    /// As [`Context::fetch`].
    pub fn client(&self) -> Result<&Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::new(self.client_options.clone())?;
        Ok(self.client.get_or_init(|| client))
    }

    /// The table of public services with the user's replacements.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.client_options.endpoints
    }

    /// Whether the network is off limits.
    #[must_use]
    pub fn offline(&self) -> bool {
        self.client_options.offline
    }

    /// Where progress is told.
    #[must_use]
    pub fn progress(&self) -> &Arc<dyn Progress> {
        &self.client_options.progress
    }

    /// Raised when the user wants the run to stop.
    #[must_use]
    pub fn interrupt(&self) -> &Interrupt {
        &self.client_options.interrupt
    }

    /// A path of the request, relative to [`Context::directory`].
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// Writes all changes or none; with `--dry-run` nothing.
    ///
    /// # Errors
    /// As [`files::write`].
    pub fn write(&self, changes: &[Change]) -> anyhow::Result<()> {
        if self.dry_run {
            Ok(())
        } else {
            files::write(changes, &self.state, self.interrupt())
        }
    }
}
