//! How git is called: an environment in which only what we chose has a say.
//!
//! The user's and the system's configuration are switched off, since they can run programs and change what a checkout contains. What
//! is needed to reach a repository at all is taken over by name ([`KEPT`]): credential helpers, so that the user's own way to a
//! private repository keeps working; the ssh command; proxies and certificates; trusted folders. It travels in the environment, not in
//! arguments or files, because a value may be a secret. Nothing may ask on the terminal.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::url::GitUrl;
use crate::client::{Client, retry};
use crate::error::FetchError;
use crate::process::{Environment, LineListener, Output, ProcessError, Program};
use crate::progress::Task;

/// Which keys of the user's and the system's configuration are kept.
const KEPT: &str = r"^(credential\..*|core\.sshcommand|ssh\.variant|safe\.directory|http\.(.*\.)?(proxy|proxyauthmethod|noproxy|sslcainfo|sslcapath|sslcert|sslkey|sslverify|extraheader|cookiefile|emptyauth|delegation))$";

/// Variables of the user's that say how repositories are reached.
const INHERITED: &[&str] = &[
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_PROXY_COMMAND",
    "NETRC",
    "SSH_AGENT_PID",
];

/// What every call is configured with.
const FIXED: &[(&str, &str)] = &[
    ("advice.detachedHead", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.autocrlf", "false"),
    ("core.excludesFile", "/dev/null"),
    ("core.fileMode", "true"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.quotePath", "false"),
    ("core.symlinks", "true"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("gc.autoDetach", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "30"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
];

/// Attempts of one operation on the network.
const MOST_ATTEMPTS: u32 = 4;

/// What git or curl say when the same attempt may work a moment later.
const TRANSIENT: &[&str] = &[
    "Could not resolve host",
    "Couldn't resolve host",
    "Connection refused",
    "Connection reset",
    "Connection timed out",
    "Failed to connect",
    "Operation too slow",
    "early EOF",
    "unexpected disconnect",
    "The requested URL returned error: 429",
    "The requested URL returned error: 5",
    "RPC failed",
    "remote end hung up",
    "GnuTLS recv error",
    "SSL_ERROR_SYSCALL",
    "Empty reply from server",
];

/// git, ready for one repository.
pub(super) struct Git<'a> {
    pub(super) client: &'a Client,
    pub(super) url: &'a GitUrl,
    environment: Environment,
    requests: AtomicU64,
}

impl<'a> Git<'a> {
    pub(super) fn new(client: &'a Client, url: &'a GitUrl) -> Result<Self, FetchError> {
        let kept = kept_configuration(client)?;
        let environment = environment(client, url, kept);
        Ok(Self {
            client,
            url,
            environment,
            requests: AtomicU64::new(0),
        })
    }

    /// The same with more configuration.
    pub(super) fn with_configuration(mut self, pairs: &[(&str, &str)]) -> Self {
        for (key, value) in pairs {
            add_configuration(&mut self.environment, key, value);
        }
        self
    }

    /// How many times a remote repository was asked. A local one does not count.
    pub(super) fn requests(&self) -> u32 {
        u32::try_from(self.requests.load(Ordering::SeqCst)).unwrap_or(u32::MAX)
    }

    /// A call that stays on this machine.
    pub(super) fn program(&self) -> Program {
        let names: Vec<&str> = self.environment_names();
        Program::new("git")
            .inherit_names(&self.environment, &names)
            .interrupt(&self.client.options.interrupt)
    }

    fn environment_names(&self) -> Vec<&str> {
        self.environment.names().collect()
    }

    /// Runs a call that stays on this machine, in `folder`.
    pub(super) fn run(
        &self,
        folder: &Path,
        arguments: &[&str],
        action: &str,
    ) -> Result<Output, FetchError> {
        let program = self.program().directory(folder).args(arguments);
        program.run().map_err(|error| self.error(action, error))
    }

    /// Runs a call that asks `remotes` remote repositories, in `folder`, again if the network fails.
    pub(super) fn run_remote(&self, call: &RemoteCall<'_>) -> Result<Output, FetchError> {
        let options = &self.client.options;
        let started = Instant::now();
        let mut attempt = 0;
        loop {
            if !self.url.is_local() {
                self.requests.fetch_add(call.remotes, Ordering::SeqCst);
            }
            let task: Arc<dyn Task> = Arc::from(options.progress.start(&call.what, None));
            let program = self
                .program()
                .directory(call.folder)
                .args(call.arguments)
                .idle_limit(options.timeout)
                // git-lfs says nothing while it downloads.
                .growing(call.growing)
                .on_error_line(show_progress(task));
            let error = match program.run() {
                Ok(output) => return Ok(output),
                Err(error) => error,
            };
            attempt += 1;
            let pause = retry::pause(options.retry_base, attempt);
            let is_late = started.elapsed().saturating_add(pause) >= options.timeout;
            if !is_transient(&error) || attempt >= MOST_ATTEMPTS || is_late {
                return Err(self.error(&call.action, error));
            }
            options.interrupt.sleep(pause)?;
        }
    }

    /// Whether a remote call failed in a way that another question to the same server may not: not by the network or the user.
    pub(super) fn may_ask_otherwise(error: &FetchError) -> bool {
        match error {
            FetchError::Git { source, .. } => {
                matches!(**source, ProcessError::Failed { .. }) && !is_transient(source)
            }
            _ => false,
        }
    }

    /// Whether a remote call failed because the server only hands out files, and knows nothing of git.
    pub(super) fn is_dumb(error: &FetchError) -> bool {
        match error {
            FetchError::Git { source, .. } => {
                matches!(&**source, ProcessError::Failed { stderr, .. } if stderr.contains("dumb http transport"))
            }
            _ => false,
        }
    }

    pub(super) fn error(&self, action: &str, error: ProcessError) -> FetchError {
        match error {
            ProcessError::Interrupted => FetchError::Interrupted,
            source => FetchError::Git {
                action: action.to_owned(),
                url: self.url.as_str().to_owned(),
                source: Box::new(source),
            },
        }
    }
}

/// One call over the network.
#[derive(Clone)]
pub(super) struct RemoteCall<'a> {
    pub(super) folder: &'a Path,
    /// The folder that grows while something arrives.
    pub(super) growing: &'a Path,
    pub(super) arguments: &'a [&'a str],
    /// For errors: `fetch commit …`.
    pub(super) action: String,
    /// For progress: ``fetching `https://…` ``.
    pub(super) what: String,
    pub(super) remotes: u64,
}

fn is_transient(error: &ProcessError) -> bool {
    match error {
        ProcessError::Failed { stderr, .. } => TRANSIENT.iter().any(|words| stderr.contains(words)),
        _ => false,
    }
}

/// Follows git's `Receiving objects:  45% (123/456)`.
fn show_progress(task: Arc<dyn Task>) -> LineListener {
    let shown = AtomicU64::new(0);
    Arc::new(move |line| {
        let Some((done, total)) = received_objects(line) else {
            return;
        };
        task.set_total(total);
        let before = shown.fetch_max(done, Ordering::SeqCst);
        task.advance(done.saturating_sub(before));
    })
}

fn received_objects(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.strip_prefix("Receiving objects:")?.split_once('(')?;
    let (done, total) = rest.split_once(')')?.0.split_once('/')?;
    Some((done.parse().ok()?, total.parse().ok()?))
}

/// What the user's and the system's configuration say about reaching repositories; nothing if there is no `git` to ask.
fn kept_configuration(client: &Client) -> Result<Vec<(String, String)>, FetchError> {
    let folder = client.cache.temporary_folder()?;
    let parent = folder.path().parent().unwrap_or(folder.path());
    let environment = &client.options.environment;
    let names = [
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    ];
    let program = Program::new("git")
        .args(["config", "--includes", "-z", "--get-regexp", KEPT])
        .inherit(environment)
        .inherit_names(environment, &names)
        // A cache below a repository must not bring in that repository's configuration.
        .env("GIT_CEILING_DIRECTORIES", parent)
        .directory(folder.path())
        .time_limit(Duration::from_secs(10))
        .interrupt(&client.options.interrupt);
    let output = match program.run_any_status() {
        Ok(output) => output,
        Err(ProcessError::Interrupted) => return Err(FetchError::Interrupted),
        Err(source) => {
            let (action, url) = ("read the configuration".to_owned(), "git".to_owned());
            return Err(FetchError::Git {
                action,
                url,
                source: Box::new(source),
            });
        }
    };
    // Status 1 says that no key matches; a configuration that git cannot read is the user's to mend when git is used.
    let text = String::from_utf8_lossy(&output.stdout);
    let pairs = text.split('\0').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('\n').unwrap_or((pair, "true")));
    Ok(pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect())
}

fn environment(client: &Client, url: &GitUrl, kept: Vec<(String, String)>) -> Environment {
    let options = &client.options;
    let mut environment = options.environment.inherited(INHERITED);
    let has_ssh = ["GIT_SSH", "GIT_SSH_COMMAND"]
        .iter()
        .any(|name| environment.get(name).is_some())
        || kept.iter().any(|(key, _)| key == "core.sshcommand");
    if !has_ssh {
        let seconds = options.connect_timeout.as_secs().max(1);
        environment.set(
            "GIT_SSH_COMMAND",
            format!("ssh -oBatchMode=yes -oConnectTimeout={seconds}"),
        );
    }
    if let Some(file) = &options.certificate_file {
        environment.set("GIT_SSL_CAINFO", file);
    }
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ASKPASS", ""),
        ("SSH_ASKPASS", ""),
        ("SSH_ASKPASS_REQUIRE", "never"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("LC_ALL", "C"),
        ("LANGUAGE", ""),
    ] {
        environment.set(name, value);
    }
    environment.set("GIT_ALLOW_PROTOCOL", allowed_protocols(client, url));
    for (key, value) in FIXED {
        add_configuration(&mut environment, key, value);
    }
    for (public, replacement) in options.endpoints.rewrites() {
        let base = replacement.as_str().trim_end_matches('/');
        add_configuration(
            &mut environment,
            &format!("url.{base}/.insteadOf"),
            &format!("{public}/"),
        );
    }
    for (key, value) in kept {
        add_configuration(&mut environment, &key, &value);
    }
    environment
}

/// The protocols that git may speak, for submodules and redirects as well. Plain http is reached only by its own URL or an endpoint's.
fn allowed_protocols(client: &Client, url: &GitUrl) -> String {
    let has_http_endpoint = client
        .options
        .endpoints
        .rewrites()
        .any(|(_, replacement)| replacement.scheme() == "http");
    let mut protocols = vec!["https", "ssh", "git"];
    if url.is_http() || has_http_endpoint {
        protocols.push("http");
    }
    if url.is_local() {
        protocols.push("file");
    }
    protocols.join(":")
}

/// One more `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n`.
fn add_configuration(environment: &mut Environment, key: &str, value: &str) {
    let count: usize = environment
        .text("GIT_CONFIG_COUNT")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    environment.set(format!("GIT_CONFIG_KEY_{count}"), key);
    environment.set(format!("GIT_CONFIG_VALUE_{count}"), value);
    environment.set("GIT_CONFIG_COUNT", (count + 1).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines_are_read() {
        assert_eq!(
            received_objects("Receiving objects:  45% (123/456), 1.00 MiB | 2 MiB/s"),
            Some((123, 456))
        );
        assert_eq!(
            received_objects("remote: Counting objects: 100% (3/3)"),
            None
        );
    }

    #[test]
    fn configuration_is_counted() {
        let mut environment = Environment::default();
        add_configuration(&mut environment, "a.b", "1");
        add_configuration(&mut environment, "c.d", "x\ny");
        assert_eq!(environment.text("GIT_CONFIG_COUNT"), Some("2"));
        assert_eq!(environment.text("GIT_CONFIG_KEY_1"), Some("c.d"));
        assert_eq!(environment.text("GIT_CONFIG_VALUE_1"), Some("x\ny"));
    }
}
