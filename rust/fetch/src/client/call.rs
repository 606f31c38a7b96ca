//! One call of a REST interface: a method, a JSON body, an answer.
//!
//! What may be repeated is decided by what the service can have done. A refusal (a rate limit) and a connection that did not come about
//! mean that nothing was done, so every method is sent again. Anything else repeats only methods that do no more the second time
//! (RFC 9110, section 9.2.2); for `POST` it ends in [`FetchError::Unclear`], and the caller looks before asking again.

use std::io;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Body;
use ureq::http::{Request, Response};
use url::Url;

use super::Client;
use super::names::PrivateAddress;
use super::response::{
    Again, Failure, Refusal, header, next_page, read_body, redirect_target, status_failure,
    transport_failure,
};
use super::retry::{self, MOST_ATTEMPTS, MOST_CONNECTS};
use crate::error::FetchError;
use crate::request::DOCUMENT_LIMIT_BYTES;

/// How many redirects one call follows.
const MOST_REDIRECTS: usize = 10;

/// What is to be done at the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create, or act.
    Post,
    /// Change in part, with a body that names the state to be reached.
    Patch,
    /// Put there, as a whole.
    Put,
    /// Remove.
    Delete,
}

impl Method {
    /// The method as HTTP spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether doing it twice is doing it once. Bodies of our `PATCH` calls name a state, not a step.
    fn is_repeatable(self) -> bool {
        self != Self::Post
    }
}

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is to be done.
    pub method: Method,
    /// The public address; a replacement in the endpoint table is applied by the client.
    pub url: Url,
    /// The `Accept` header.
    pub accept: &'static str,
    /// The document that is sent along.
    pub body: Option<Value>,
}

/// What a service answered with a status of success.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 200 to 299.
    pub status: u16,
    /// The document; null where there is none (status 204).
    pub body: Value,
    /// The next page of a list.
    pub next_page: Option<Url>,
    /// The address that answered, after redirects.
    pub url: Url,
}

impl Client {
    /// Makes a call and reads its answer, at most 64 MiB of JSON.
    ///
    /// # Errors
    /// As for files; [`FetchError::Unclear`] where a `POST` may have had its effect although no answer came.
    pub fn call(&self, call: &Call) -> Result<Answer, FetchError> {
        self.options.interrupt.check()?;
        let url = self.effective_url(&call.url)?;
        if self.options.offline {
            return Err(FetchError::Offline {
                url: call.url.to_string(),
            });
        }
        let (started, mut connects) = (Instant::now(), 0);
        for attempt in 1.. {
            let failure = match self.call_once(call, &url, attempt) {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let wait = match failure.again {
                Again::Never => return Err(failure.error),
                Again::Connect => {
                    connects += 1;
                    self.agents.forget_names();
                    None
                }
                Again::Service(wait) => wait,
            };
            let pause = retry::pause(self.options.retry_base, attempt - 1);
            let pause = pause.max(wait.unwrap_or_default());
            let is_late = started.elapsed().saturating_add(pause) >= self.options.timeout;
            if is_late || attempt >= MOST_ATTEMPTS || connects >= MOST_CONNECTS {
                return Err(failure.error);
            }
            self.options.interrupt.sleep(pause)?;
        }
        Err(FetchError::Interrupted)
    }

    /// One request with its redirects.
    fn call_once(&self, call: &Call, asked: &Url, attempt: u32) -> Result<Answer, Failure> {
        let (endpoints, tokens) = (&self.options.endpoints, &self.options.tokens);
        let mut url = asked.clone();
        let mut authorization = tokens.header_for(&url, endpoints);
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send_call(call, &url, authorization.as_deref(), attempt)?;
            let status = response.status().as_u16();
            match status {
                200..=299 => return read(call, url, (response, attempt), self.options.timeout),
                301 | 302 | 303 | 307 | 308 => {
                    let target = redirect_target(&url, response.headers(), endpoints, tokens)
                        .map_err(Failure::never)?;
                    let is_near = target.origin() == url.origin();
                    // Only 307 and 308 keep the method (RFC 9110, section 15.4); what changes something does not leave its origin.
                    if call.method != Method::Get && (!is_near || !matches!(status, 307 | 308)) {
                        let reason = "only reading follows a redirect like that";
                        return Err(Failure::never(FetchError::Redirect {
                            url: url.into(),
                            target: tokens.masked(target.as_str()),
                            reason,
                        }));
                    }
                    authorization = authorization.filter(|_| is_near);
                    url = target;
                }
                _ => {
                    let options = &self.options;
                    let failure = status_failure(Refusal {
                        url: &url,
                        response,
                        attempts: attempt,
                        budget: options.idle_timeout.min(options.timeout),
                        tokens: &options.tokens,
                    });
                    let is_refusal = matches!(failure.error, FetchError::RateLimited { .. });
                    let is_unclear = matches!(failure.again, Again::Service(_)) && !is_refusal;
                    return Err(judged(call, &url, failure, is_unclear));
                }
            }
        }
        Err(Failure::never(FetchError::Redirect {
            url: asked.clone().into(),
            target: url.into(),
            reason: "there are more than 10 redirects",
        }))
    }

    fn send_call(
        &self,
        call: &Call,
        url: &Url,
        authorization: Option<&str>,
        attempt: u32,
    ) -> Result<Response<Body>, Failure> {
        let check = || self.options.interrupt.check();
        check().map_err(|error| Failure::never(error.into()))?;
        let agent = self.agents.for_url(url).map_err(Failure::never)?;
        let mut request = Request::builder()
            .method(call.method.name())
            .uri(url.as_str())
            .header("Accept", call.accept);
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        let invalid = |error: ureq::http::Error| {
            Failure::never(FetchError::Refused {
                url: url.to_string(),
                reason: error.to_string(),
            })
        };
        let sent = match &call.body {
            Some(body) => {
                let request = request
                    .header("Content-Type", "application/json")
                    .body(body.to_string())
                    .map_err(invalid)?;
                agent.run(request)
            }
            None => agent.run(request.body(()).map_err(invalid)?),
        };
        check().map_err(|error| Failure::never(error.into()))?;
        sent.map_err(|error| {
            let is_unclear = !is_unsent(&error);
            judged(
                call,
                url,
                transport_failure(url, error, attempt),
                is_unclear,
            )
        })
    }
}

/// Whether a failure came before the first byte of the request.
fn is_unsent(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_) => true,
        ureq::Error::Other(inner) => inner.is::<PrivateAddress>(),
        ureq::Error::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::HostUnreachable
        ),
        _ => false,
    }
}

/// The failure, or that it is unknown what the service did.
fn judged(call: &Call, url: &Url, failure: Failure, is_unclear: bool) -> Failure {
    if !is_unclear || call.method.is_repeatable() {
        return failure;
    }
    Failure::never(FetchError::Unclear {
        method: call.method.name(),
        url: url.clone().into(),
        source: Box::new(failure.error),
    })
}

/// The document of an answer with a status of success; `budget` is how long it may come without progress.
fn read(
    call: &Call,
    url: Url,
    (response, attempt): (Response<Body>, u32),
    budget: Duration,
) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let next_page = next_page(&url, response.headers());
    let announced: Option<u64> =
        header(response.headers(), "content-length").and_then(|value| value.trim().parse().ok());
    let too_large = || {
        Failure::never(FetchError::TooLarge {
            url: url.clone().into(),
            limit_bytes: DOCUMENT_LIMIT_BYTES,
        })
    };
    let fail = |failure: Failure| judged(call, &url, failure, true);
    if announced.is_some_and(|length| length > DOCUMENT_LIMIT_BYTES) {
        return Err(fail(too_large()));
    }
    let mut bytes = Vec::new();
    let body = response.into_body();
    if let Err(error) = read_body(body, DOCUMENT_LIMIT_BYTES + 1, budget, &mut bytes) {
        let failure = Failure::service(FetchError::Transport {
            url: url.clone().into(),
            attempts: attempt,
            source: error.into(),
        });
        return Err(fail(failure));
    }
    if bytes.len() as u64 > DOCUMENT_LIMIT_BYTES {
        return Err(fail(too_large()));
    }
    let body = match bytes.iter().all(u8::is_ascii_whitespace) {
        true if matches!(status, 202 | 204 | 205) => Value::Null,
        _ => serde_json::from_slice(&bytes).map_err(|error| {
            fail(Failure::never(FetchError::Malformed {
                url: url.clone().into(),
                reason: error.to_string(),
            }))
        })?,
    };
    Ok(Answer {
        status,
        body,
        next_page,
        url,
    })
}
