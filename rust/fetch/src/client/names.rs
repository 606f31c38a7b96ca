//! From names to addresses: asked once per host and some minutes, judged every time.
//!
//! The library below asks for the address of every request, even when a connection is open. With hundreds of small files that is most
//! of the traffic, and a name server that loses one packet costs five seconds.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::Url;

use super::address;
use crate::endpoints::Endpoints;

/// How long an answer is used.
const LIFETIME: Duration = Duration::from_secs(300);

/// The answer for one host and port; the lock is held while it is asked for, so that it is asked for once.
type Answer = Arc<Mutex<Option<(Instant, Vec<SocketAddr>)>>>;

/// Answers that all routes share.
#[derive(Clone, Default)]
pub(super) struct Names {
    answers: Arc<Mutex<HashMap<String, Answer>>>,
}

impl Names {
    fn answer(&self, authority: &str) -> Answer {
        match self.answers.lock() {
            Ok(mut answers) => Arc::clone(answers.entry(authority.to_owned()).or_default()),
            Err(_) => Answer::default(),
        }
    }

    /// Forgets all answers: a connection failed, so one of them may be out of date.
    pub(super) fn forget(&self) {
        if let Ok(mut answers) = self.answers.lock() {
            answers.clear();
        }
    }
}

/// Resolves names and drops every private address, so that a public name cannot lead inside either.
pub(super) struct JudgingResolver {
    pub(super) names: Names,
    pub(super) endpoints: Endpoints,
    /// The host of the proxy, which may be private.
    pub(super) proxy_host: Option<String>,
    pub(super) inner: DefaultResolver,
}

/// A name that has private addresses only.
#[derive(Debug, thiserror::Error)]
#[error("{}", address::PRIVATE)]
pub(super) struct PrivateAddress;

impl JudgingResolver {
    fn resolve_once(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<Vec<SocketAddr>, ureq::Error> {
        let key = format!(
            "{}://{}",
            uri.scheme_str().unwrap_or_default(),
            uri.authority().map_or("", |authority| authority.as_str())
        );
        let answer = self.names.answer(&key);
        let mut answer = answer.lock().map_err(|_| ureq::Error::HostNotFound)?;
        if let Some((_, addresses)) = answer.as_ref().filter(|(at, _)| at.elapsed() < LIFETIME) {
            return Ok(addresses.clone());
        }
        let found = self.inner.resolve(uri, config, timeout)?;
        let addresses: Vec<SocketAddr> = found.iter().copied().collect();
        *answer = Some((Instant::now(), addresses.clone()));
        Ok(addresses)
    }
}

impl Resolver for JudgingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolve_once(uri, config, timeout)?;
        let is_endpoint =
            Url::parse(&uri.to_string()).is_ok_and(|url| self.endpoints.allows_private(&url));
        let is_proxy = self.proxy_host.is_some() && uri.host() == self.proxy_host.as_deref();
        let mut allowed = self.empty();
        for address in found
            .iter()
            .filter(|address| is_endpoint || is_proxy || !address::is_private(address.ip()))
        {
            allowed.push(*address);
        }
        if allowed.is_empty() {
            Err(ureq::Error::Other(Box::new(PrivateAddress)))
        } else {
            Ok(allowed)
        }
    }
}

impl fmt::Debug for JudgingResolver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JudgingResolver")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolver(endpoints: Endpoints, proxy_host: Option<&str>) -> JudgingResolver {
        let proxy_host = proxy_host.map(str::to_owned);
        JudgingResolver {
            names: Names::default(),
            endpoints,
            proxy_host,
            inner: DefaultResolver::default(),
        }
    }

    fn resolve(resolver: &JudgingResolver, uri: &'static str) -> Result<usize, String> {
        let (after, reason) = (Duration::from_secs(60).into(), ureq::Timeout::Resolve);
        let timeout = NextTimeout {
            after,
            reason,
            ..NextTimeout::default()
        };
        let found = resolver.resolve(&uri.parse().unwrap(), &Config::default(), timeout);
        found
            .map(|found| found.len())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_with_private_addresses_only_is_refused_when_it_is_resolved() {
        let refused = resolve(&resolver(Endpoints::default(), None), "http://localhost:4/");
        assert_eq!(refused, Err(format!("other: {}", address::PRIVATE)));
        let own = Url::parse("http://localhost:4").unwrap();
        let endpoints = Endpoints::new([(crate::endpoints::Endpoint::Npm, own)].into()).unwrap();
        assert!(resolve(&resolver(endpoints, None), "http://localhost:4/").is_ok());
        assert!(
            resolve(
                &resolver(Endpoints::default(), Some("localhost")),
                "http://localhost:4/"
            )
            .is_ok()
        );
    }

    #[test]
    fn an_answer_is_used_until_it_is_forgotten() {
        let resolver = resolver(Endpoints::default(), None);
        let known = "203.0.113.7:80".parse().unwrap();
        *resolver
            .names
            .answer("http://registry.test")
            .lock()
            .unwrap() = Some((Instant::now(), vec![known]));
        assert_eq!(resolve(&resolver, "http://registry.test/a"), Ok(1));
        *resolver
            .names
            .answer("http://registry.test")
            .lock()
            .unwrap() = Some((Instant::now(), vec!["127.0.0.1:80".parse().unwrap()]));
        assert!(resolve(&resolver, "http://registry.test/a").is_err());
        resolver.names.forget();
        assert!(
            resolver
                .names
                .answer("http://registry.test")
                .lock()
                .unwrap()
                .is_none()
        );
    }
}
