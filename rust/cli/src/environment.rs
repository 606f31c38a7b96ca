//! The environment and the configuration file, read once, and the [`Context`] made from them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use nixsmith_fetch::client::{ClientOptions, Token, Tokens};
use nixsmith_fetch::endpoints::{Endpoint, Endpoints};
use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_fetch::process::{self, Program};
use nixsmith_workflow::Problem;
use nixsmith_workflow::context::{Context, Settings};
use nixsmith_workflow::files;
use nixsmith_workflow::operations::Operation;
use serde::Deserialize;
use url::Url;

use crate::globals::Globals;
use crate::terminal;

/// The prefix of the variables that replace one row of the endpoint table.
const ENDPOINT_PREFIX: &str = "NIXSMITH_ENDPOINT_";

/// The environment as it was at the start.
pub(crate) struct Environment {
    /// NO_COLOR is set and not empty.
    pub(crate) no_color: bool,
    variables: process::Environment,
    /// The variables that replace a row of the endpoint table.
    endpoints: Vec<(String, OsString)>,
}

impl Environment {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub(crate) fn read() -> Self {
        let variables = process::Environment::from_pairs(std::env::vars_os());
        let endpoints = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            // An empty variable is one that is not set, as everywhere.
            .filter(|(name, value)| name.starts_with(ENDPOINT_PREFIX) && !value.is_empty());
        Self {
            no_color: variables.text("NO_COLOR").is_some(),
            endpoints: endpoints.collect(),
            variables,
        }
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).filter(|value| !value.is_empty())
    }

    /// An XDG base folder: the variable if it is an absolute path, else `fallback` below HOME or, where HOME is not set, as for
    /// a service, below the folder that the system knows for the user.
    fn base_folder(&self, name: &str, fallback: &str) -> anyhow::Result<PathBuf> {
        let set = self
            .get(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        match (set, std::env::home_dir().filter(|it| it.is_absolute())) {
            (Some(path), _) => Ok(path),
            (None, Some(home)) => Ok(home.join(fallback)),
            (None, None) => Err(Problem::user(format!(
                "neither `{name}` nor `HOME` is an absolute path"
            ))
            .hint("set one of them")
            .into()),
        }
    }
}

/// `$XDG_CONFIG_HOME/nixsmith/config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    #[serde(default)]
    endpoint: BTreeMap<String, String>,
}

fn configuration(environment: &Environment) -> anyhow::Result<Configuration> {
    let path = environment
        .base_folder("XDG_CONFIG_HOME", ".config")?
        .join("nixsmith/config.toml");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if files::says_absent(&error) => return Ok(Configuration::default()),
        Err(error) => {
            return Err(
                Problem::user(format!("could not read `{}`", path.display()))
                    .source(error)
                    .into(),
            );
        }
    };
    toml::from_str(&text).map_err(|error| {
        Problem::user(format!(
            "`{}` is not a configuration: {}",
            path.display(),
            error.message()
        ))
        .into()
    })
}

fn endpoints(environment: &Environment) -> anyhow::Result<Endpoints> {
    let mut overrides = BTreeMap::new();
    for (name, value) in configuration(environment)?.endpoint {
        let key = format!("endpoint.{name}");
        overrides.insert(endpoint(&name, &key)?, endpoint_url(&key, &value)?);
    }
    for (variable, value) in &environment.endpoints {
        let Some(name) = variable.strip_prefix(ENDPOINT_PREFIX) else {
            continue;
        };
        let Some(value) = value.to_str() else {
            return Err(Problem::usage(format!("`{variable}` is not UTF-8")).into());
        };
        overrides.insert(endpoint(name, variable)?, endpoint_url(variable, value)?);
    }
    Endpoints::new(overrides).map_err(|error| Problem::usage(error.to_string()).into())
}

/// The row called `name`; `setting` is where that stands.
fn endpoint(name: &str, setting: &str) -> anyhow::Result<Endpoint> {
    name.parse().map_err(|_| {
        let names: Vec<String> = Endpoint::all()
            .map(|endpoint| endpoint.to_string())
            .collect();
        Problem::usage(format!("`{setting}` names no endpoint"))
            .hint(format!("endpoints: {}", names.join(", ")))
            .into()
    })
}

fn endpoint_url(setting: &str, value: &str) -> anyhow::Result<Url> {
    // What stands before an at sign may be a password.
    let shown = if value.contains('@') {
        String::new()
    } else {
        format!(": `{value}`")
    };
    let url = Url::parse(value).map_err(|error| {
        Problem::usage(format!("`{setting}` is not a URL{shown}")).source(error)
    })?;
    if matches!(url.scheme(), "https" | "http") && url.host().is_some() {
        Ok(url)
    } else {
        Err(Problem::usage(format!("`{setting}` is not an http or https URL{shown}")).into())
    }
}

/// The context of a run of `operation`. Finishes what an earlier, crashed run had staged.
pub(crate) fn context(
    operation: &Operation,
    globals: &Globals,
    environment: &Environment,
) -> anyhow::Result<Context> {
    let progress = terminal::progress(globals);
    let state = environment
        .base_folder("XDG_STATE_HOME", ".local/state")?
        .join("nixsmith");
    for path in files::recover(&state)? {
        progress.note(&format!(
            "finished writing `{}` of an interrupted run",
            path.display()
        ));
    }
    let interrupt = interrupt()?;
    let asks_gh = operation.network && !globals.offline;
    let client_options = ClientOptions {
        endpoints: endpoints(environment)?,
        cache_dir: environment.base_folder("XDG_CACHE_HOME", ".cache")?,
        offline: globals.offline,
        timeout: Duration::from_secs(globals.timeout),
        tokens: tokens(environment, asks_gh, &interrupt),
        interrupt,
        progress,
        ..ClientOptions::from_environment(&environment.variables)
    };
    Ok(Context::new(Settings {
        directory: directory(globals)?,
        dry_run: globals.dry_run,
        yes: globals.yes,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        nix_program: environment
            .get("NIXSMITH_NIX")
            .unwrap_or(OsStr::new("nix"))
            .to_owned(),
        state,
        person: if globals.yes {
            None
        } else {
            terminal::person()
        },
        client_options,
    }))
}

/// The forge's token: from the environment, else, if the network is wanted, from the forge's own program.
fn tokens(environment: &Environment, asks_gh: bool, interrupt: &Interrupt) -> Tokens {
    let set = ["GITHUB_TOKEN", "GH_TOKEN"]
        .iter()
        .find_map(|name| Token::new(environment.variables.text(name)?));
    let asked = || {
        let program = environment
            .variables
            .find_program("gh")
            .filter(|_| asks_gh)?;
        let output = Program::new(program)
            .args(["auth", "token"])
            .inherit(&environment.variables)
            .time_limit(Duration::from_secs(5))
            .interrupt(interrupt)
            .run()
            .ok()?;
        Token::new(&output.text())
    };
    match set.or_else(asked) {
        Some(token) => Tokens::default()
            .with(Endpoint::GithubApi, token.clone())
            .with(Endpoint::Github, token),
        None => Tokens::default(),
    }
}

fn directory(globals: &Globals) -> anyhow::Result<PathBuf> {
    let current = std::env::current_dir()
        .map_err(|error| Problem::user("the current folder is gone").source(error))?;
    let Some(directory) = &globals.directory else {
        return Ok(current);
    };
    let directory = current.join(directory);
    if directory.is_dir() {
        Ok(directory)
    } else {
        Err(Problem::usage(format!("`{}` is not a folder", directory.display())).into())
    }
}

/// How long an interrupted run may take to remove its temporary folders: two trees of nixpkgs are 100,000 files.
const LONGEST_REMOVAL: Duration = Duration::from_secs(30);

/// Ctrl-C and SIGTERM raise the flag; who does not look at it within a second is stopped hard, unless it still removes folders.
fn interrupt() -> anyhow::Result<Interrupt> {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    ctrlc::set_handler(move || {
        raised.raise();
        std::thread::sleep(Duration::from_secs(1));
        let end = std::time::Instant::now() + LONGEST_REMOVAL;
        while files::has_temporary_folders() && std::time::Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        files::abandon();
        let _ = writeln!(io::stderr(), "error: interrupted");
        #[expect(
            clippy::exit,
            clippy::disallowed_methods,
            reason = "a blocked read can be left in no other way"
        )]
        std::process::exit(130);
    })
    .map_err(|error| Problem::bug("could not set the signal handler").source(error))?;
    Ok(interrupt)
}
