//! The library below, set up: TLS, proxies, limits.

use std::fs;
use std::sync::Arc;

use ureq::config::Config;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy, ProxyProtocol};
use url::Url;

use super::address;
use super::direct::DirectHosts;
use super::names::{JudgingResolver, Names};
use super::options::ClientOptions;
use crate::error::FetchError;

/// How many idle connections are kept, in all and per host: as many as downloads usually run at a time.
const IDLE_CONNECTIONS: usize = 32;

/// One agent per kind of route; clones share their connections.
#[derive(Clone)]
pub(super) struct Agents {
    direct: Agent,
    https: Option<Agent>,
    http: Option<Agent>,
    direct_hosts: DirectHosts,
    /// Why nothing can be asked with TLS: the certificates that were named cannot be read.
    tls_problem: Option<String>,
    names: Names,
}

impl Agents {
    pub(super) fn new(options: &ClientOptions) -> Result<Self, FetchError> {
        let (tls, tls_problem) = match tls(options) {
            Ok(tls) => (tls, None),
            Err(problem) => (TlsConfig::default(), Some(problem)),
        };
        let names = Names::default();
        let proxy = |text: &Option<String>| text.as_deref().map(proxy).transpose();
        let through =
            |proxy: Option<Proxy>| proxy.map(|proxy| agent(options, &tls, &names, Some(proxy)));
        Ok(Self {
            direct: agent(options, &tls, &names, None),
            https: through(proxy(&options.proxy.https)?),
            http: through(proxy(&options.proxy.http)?),
            direct_hosts: DirectHosts::parse(options.proxy.no_proxy.as_deref().unwrap_or_default()),
            tls_problem,
            names: names.clone(),
        })
    }

    /// The agent for `url`. This machine is never reached through a proxy.
    ///
    /// # Errors
    /// [`FetchError::Setup`] for an `https` address where the certificates cannot be read. What needs none of them goes on: shells
    /// without a network point at a file that does not exist.
    pub(super) fn for_url(&self, url: &Url) -> Result<&Agent, FetchError> {
        if let Some(problem) = self
            .tls_problem
            .as_ref()
            .filter(|_| url.scheme() == "https")
        {
            return Err(FetchError::Setup(problem.clone()));
        }
        let through = if url.scheme() == "https" {
            &self.https
        } else {
            &self.http
        };
        let through = through
            .as_ref()
            .filter(|_| !address::is_loopback(url) && !self.direct_hosts.contains(url));
        Ok(through.unwrap_or(&self.direct))
    }

    /// Asks for every address anew from now on.
    pub(super) fn forget_names(&self) {
        self.names.forget();
    }

    /// Ends every request now and for ever.
    pub(super) fn shutdown(&self) {
        let agents = [Some(&self.direct), self.https.as_ref(), self.http.as_ref()];
        for agent in agents.into_iter().flatten() {
            agent.clone().shutdown();
        }
    }
}

fn agent(options: &ClientOptions, tls: &TlsConfig, names: &Names, proxy: Option<Proxy>) -> Agent {
    // No single wait may be longer than the whole.
    let connect = options.connect_timeout.min(options.timeout);
    let idle = options.idle_timeout.min(options.timeout);
    let proxy_host = proxy.as_ref().map(|proxy| proxy.host().to_owned());
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .tls_config(tls.clone())
        .proxy(proxy)
        .user_agent(options.user_agent.as_str())
        .accept_encoding("identity")
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS)
        .timeout_resolve(Some(connect))
        .timeout_connect(Some(connect))
        .timeout_per_read(Some(idle))
        .timeout_per_write(Some(idle))
        .timeout_recv_response(Some(idle))
        .build();
    let resolver = JudgingResolver {
        names: names.clone(),
        endpoints: options.endpoints.clone(),
        proxy_host,
        inner: DefaultResolver::default(),
    };
    Agent::with_parts(config, DefaultConnector::new(), resolver)
}

/// The trusted authorities: those of the given file alone, as curl and Nix do, else the platform's.
fn tls(options: &ClientOptions) -> Result<TlsConfig, String> {
    let roots = match &options.certificate_file {
        None => RootCerts::PlatformVerifier,
        Some(file) => {
            let problem =
                |reason: String| format!("certificates in `{}`: {reason}", file.display());
            let pem = fs::read(file).map_err(|error| problem(error.to_string()))?;
            let certificates = certificates(&pem);
            if certificates.is_empty() {
                return Err(problem("there is no certificate in it".to_owned()));
            }
            RootCerts::new_with_certs(&certificates)
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build())
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let certificate = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    };
    parse_pem(pem).filter_map(certificate).collect()
}

fn proxy(text: &str) -> Result<Proxy, FetchError> {
    // Without a scheme it is an HTTP proxy, as for curl.
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    // The URL may hold a password: it is not repeated in messages.
    let invalid = |reason: &str| FetchError::Setup(format!("the proxy setting {reason}"));
    let url = Url::parse(&text).map_err(|_| invalid("is not a URL"))?;
    let (protocol, default_port) = match url.scheme() {
        "http" => (ProxyProtocol::Http, 80),
        "https" => (ProxyProtocol::Https, 443),
        other => {
            return Err(invalid(&format!(
                "has the scheme `{other}`, but only http and https are supported"
            )));
        }
    };
    let host = url.host_str().ok_or_else(|| invalid("has no host"))?;
    let mut builder = Proxy::builder(protocol)
        .host(host)
        .port(url.port().unwrap_or(default_port));
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    if !url.username().is_empty() {
        builder = builder.username(&decode(url.username()));
    }
    if let Some(password) = url.password() {
        builder = builder.password(&decode(password));
    }
    builder.build().map_err(|_| invalid("cannot be used"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ProxyOptions;

    #[test]
    fn hosts_below_those_of_the_list_are_reached_directly() {
        let agents = Agents::new(&ClientOptions {
            proxy: ProxyOptions {
                https: Some("http://proxy.test:3128".to_owned()),
                http: None,
                no_proxy: Some("corp.test".to_owned()),
            },
            ..ClientOptions::new(std::path::Path::new("/nonexistent"))
        })
        .unwrap();
        for (url, is_direct) in [
            ("https://registry.test/a", false),
            ("https://git.corp.test/a", true),
            ("http://registry.test/a", true),
            ("https://localhost/a", true),
        ] {
            let agent = agents.for_url(&Url::parse(url).unwrap()).unwrap();
            assert_eq!(std::ptr::eq(agent, &agents.direct), is_direct, "{url}");
        }
    }
}
