//! What a client is told once: where, how long, as whom.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::{Origin, Url};

use crate::endpoints::{Endpoint, Endpoints};
use crate::interrupt::Interrupt;
use crate::process::Environment;
use crate::progress::{Progress, Silent};

/// The configuration of a [`Client`](super::Client). Nothing here is read from the process: `cli` fills it in.
#[derive(Clone)]
pub struct ClientOptions {
    /// The endpoint table.
    pub endpoints: Endpoints,
    /// The user's cache folder (`XDG_CACHE_HOME`); ours is `nixsmith` in it.
    pub cache_dir: PathBuf,
    /// Whether the network is off.
    pub offline: bool,
    /// How long requests may go on without progress, retries and waits included (default: 60 s).
    pub timeout: Duration,
    /// How long one connection may take to come about, TLS included (default: 10 s).
    pub connect_timeout: Duration,
    /// How long a connection may be silent (default: 30 s).
    pub idle_timeout: Duration,
    /// The first pause before a repeated request; later ones double it (default: 500 ms).
    pub retry_base: Duration,
    /// The `User-Agent` header: name, version and where we can be reached.
    pub user_agent: String,
    /// Who we are, per service.
    pub tokens: Tokens,
    /// The flag that stops everything.
    pub interrupt: Interrupt,
    /// Who hears of progress.
    pub progress: Arc<dyn Progress>,
    /// The environment that `git` and its helpers get a part of.
    pub environment: Environment,
    /// Through which proxy, if any.
    pub proxy: ProxyOptions,
    /// A PEM file of the certificate authorities to trust instead of the platform's: `NIX_SSL_CERT_FILE`, else `SSL_CERT_FILE`.
    pub certificate_file: Option<PathBuf>,
}

impl ClientOptions {
    /// The defaults, with this cache folder.
    #[must_use]
    pub fn new(cache_dir: &Path) -> Self {
        Self {
            endpoints: Endpoints::default(),
            cache_dir: cache_dir.to_owned(),
            offline: false,
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            retry_base: Duration::from_millis(500),
            user_agent: format!(
                "nixsmith/{} (+{})",
                env!("CARGO_PKG_VERSION"),
                env!("CARGO_PKG_REPOSITORY")
            ),
            tokens: Tokens::default(),
            interrupt: Interrupt::new(),
            progress: Arc::new(Silent),
            environment: Environment::default(),
            proxy: ProxyOptions::default(),
            certificate_file: None,
        }
    }

    /// The defaults, with the cache folder, proxies and certificates that `environment` names, the way curl and Nix read them:
    /// `XDG_CACHE_HOME` or `HOME/.cache`; `NIX_SSL_CERT_FILE` before `SSL_CERT_FILE`.
    #[must_use]
    pub fn from_environment(environment: &Environment) -> Self {
        let absolute = |name: &str| {
            environment
                .get(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let cache_dir =
            absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
        let certificates =
            ["NIX_SSL_CERT_FILE", "SSL_CERT_FILE"].map(|name| environment.text(name));
        Self {
            environment: environment.clone(),
            proxy: ProxyOptions::from_environment(environment),
            certificate_file: certificates.into_iter().flatten().next().map(PathBuf::from),
            ..Self::new(&cache_dir.unwrap_or_else(|| PathBuf::from("/nonexistent/cache")))
        }
    }
}

/// Proxies by the scheme of what is fetched. The library below would read the environment itself; we tell it instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyOptions {
    /// For `https` addresses.
    pub https: Option<String>,
    /// For `http` addresses.
    pub http: Option<String>,
    /// Hosts that are reached directly: a comma-separated list as curl reads it. Loopback always is.
    pub no_proxy: Option<String>,
}

impl ProxyOptions {
    /// As curl reads them: `https_proxy`, `HTTPS_PROXY`, `http_proxy` (lower case alone, since a CGI server sets the other),
    /// `all_proxy`, `ALL_PROXY`, `no_proxy`, `NO_PROXY`.
    #[must_use]
    pub fn from_environment(environment: &Environment) -> Self {
        let first = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| environment.text(name))
                .map(str::to_owned)
        };
        Self {
            https: first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            http: first(&["http_proxy", "all_proxy", "ALL_PROXY"]),
            no_proxy: first(&["no_proxy", "NO_PROXY"]),
        }
    }
}

/// A secret that shows in no output.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token, trimmed; `None` if it is empty or could not stand in a header.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_fine = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_fine.then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// One token per service, sent as `Authorization: Bearer`.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    tokens: Vec<(Endpoint, Token)>,
}

impl Tokens {
    /// The same with a token for this service; a later one replaces an earlier one.
    #[must_use]
    pub fn with(mut self, endpoint: Endpoint, token: Token) -> Self {
        self.tokens.retain(|(known, _)| *known != endpoint);
        self.tokens.push((endpoint, token));
        self
    }

    /// Whether there is a token for this service.
    #[must_use]
    pub fn has(&self, endpoint: Endpoint) -> bool {
        self.tokens.iter().any(|(known, _)| *known == endpoint)
    }

    /// The token of this service, for the environment of a program that speaks to its origin; never for an argument or a file.
    #[must_use]
    pub fn secret(&self, endpoint: Endpoint) -> Option<&str> {
        let found = self.tokens.iter().find(|(known, _)| *known == endpoint);
        found.map(|(_, token)| token.0.as_str())
    }

    /// Outside text without any token in it: services repeat what they were sent.
    pub(super) fn masked(&self, text: &str) -> String {
        let mask = |text: String, (_, token): &(Endpoint, Token)| text.replace(&token.0, "…");
        self.tokens.iter().fold(text.to_owned(), mask)
    }

    /// The `Authorization` header for `url`: only for the very origin of the service, and only where nobody can listen.
    pub(super) fn header_for(&self, url: &Url, endpoints: &Endpoints) -> Option<String> {
        let origin = url.origin();
        if !matches!(origin, Origin::Tuple(..))
            || (url.scheme() != "https" && !super::address::is_loopback(url))
        {
            return None;
        }
        let found = self
            .tokens
            .iter()
            .find(|(endpoint, _)| endpoints.url(*endpoint).origin() == origin);
        found.map(|(_, token)| format!("Bearer {}", token.0))
    }
}
