//! What an answer means: its redirect, its range, its failure, and whether asking again makes sense.

use std::error::Error as StdError;
use std::io::{self, Read as _};
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Response};
use ureq::{Body, Timeout};
use url::Url;

use super::address;
use super::names::PrivateAddress;
use super::options::Tokens;
use super::retry;
use crate::endpoints::Endpoints;
use crate::error::FetchError;

/// How much of an error's body is read, and how much of it is shown.
const ERROR_BODY_BYTES: u64 = 16 << 10;
const ERROR_MESSAGE_LETTERS: usize = 200;

/// A failed attempt.
pub(super) struct Failure {
    pub(super) error: FetchError,
    pub(super) again: Again,
}

/// Whether another attempt makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It would end the same way.
    Never,
    /// There was no connection at all.
    Connect,
    /// The service is in trouble, or broke off; it may have said how long to wait.
    Service(Option<Duration>),
}

impl Failure {
    pub(super) fn never(error: FetchError) -> Self {
        Self {
            error,
            again: Again::Never,
        }
    }

    pub(super) fn service(error: FetchError) -> Self {
        Self {
            error,
            again: Again::Service(None),
        }
    }
}

/// A header's value, if it is there once and text.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Where a redirect leads, judged: at most the same secrecy, nothing local, no credentials.
pub(super) fn redirect_target(
    from: &Url,
    headers: &HeaderMap,
    endpoints: &Endpoints,
    tokens: &Tokens,
) -> Result<Url, FetchError> {
    let location = header(headers, "location").unwrap_or_default();
    let refused = |reason| FetchError::Redirect {
        url: from.clone().into(),
        target: tokens.masked(&cleaned(location)),
        reason,
    };
    if location.is_empty() {
        return Err(refused("it does not say where to"));
    }
    let target = from
        .join(location)
        .map_err(|_| refused("that is no address"))?;
    let mut target = endpoints.rewrite(&target);
    target.set_fragment(None);
    if from.scheme() == "https" && target.scheme() != "https" && !endpoints.allows_private(&target)
    {
        return Err(refused("it leaves https"));
    }
    address::check(&target, endpoints).map_err(|_| refused("such an address is not asked"))?;
    Ok(target)
}

/// The first byte and the whole length that a `Content-Range: bytes 5-9/10` speaks of; a `*` for the length is `None`.
pub(super) fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (range, total) = header(headers, "content-range")?
        .strip_prefix("bytes ")?
        .split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok()?, total.trim().parse().ok()))
}

/// The address that a `Link: <…>; rel="next"` header names, if it has the origin of its page (RFC 8288).
pub(super) fn next_page(from: &Url, headers: &HeaderMap) -> Option<Url> {
    let link = header(headers, "link")?.split(',').find(|link| {
        let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
        link.split(';').skip(1).any(is_next)
    })?;
    let target = link
        .split(';')
        .next()?
        .trim()
        .strip_prefix('<')?
        .strip_suffix('>')?;
    from.join(target)
        .ok()
        .filter(|target| target.origin() == from.origin())
}

/// Fewer bytes than this are no progress: a service that drips does not keep us for ever.
pub(super) const PROGRESS_BYTES: u64 = 1024;

/// The body to its end, at most `limit_bytes` of it. Without progress for `budget` it is an error; what came before it is in `bytes`.
pub(super) fn read_body(
    body: Body,
    limit_bytes: u64,
    budget: Duration,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    let mut body = body.into_reader().take(limit_bytes);
    let mut buffer = vec![0; 16 << 10];
    let (mut last_progress, mut counted_bytes) = (Instant::now(), 0);
    loop {
        let length = match body.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
        let received_bytes = bytes.len() as u64;
        if received_bytes >= counted_bytes + PROGRESS_BYTES {
            (last_progress, counted_bytes) = (Instant::now(), received_bytes);
        } else if last_progress.elapsed() > budget {
            return Err(dripping());
        }
    }
}

/// The failure of a service that sends next to nothing for too long.
pub(super) fn dripping() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "it sends next to nothing")
}

/// An answer that is to be told as a failure.
pub(super) struct Refusal<'a> {
    pub(super) url: &'a Url,
    pub(super) response: Response<Body>,
    /// How often it was asked.
    pub(super) attempts: u32,
    /// How long its body may take.
    pub(super) budget: Duration,
    /// What the service must not make us show.
    pub(super) tokens: &'a Tokens,
}

/// What a status that is neither success nor redirect means.
pub(super) fn status_failure(refusal: Refusal<'_>) -> Failure {
    let Refusal {
        url,
        response,
        attempts,
        budget,
        tokens,
    } = refusal;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let url = url.clone();
    let message = message(response.into_body(), budget).map(|text| tokens.masked(&text));
    let wait = rate_limit(status, &headers, message.as_deref());
    match status {
        404 | 410 => Failure::never(FetchError::NotFound {
            url: url.into(),
            status,
        }),
        _ if wait.is_limited => {
            let error = FetchError::RateLimited {
                url: url.into(),
                status,
                retry_after: wait.time,
                message,
            };
            Failure {
                error,
                again: Again::Service(wait.time),
            }
        }
        401 | 403 => Failure::never(FetchError::Forbidden {
            url: url.into(),
            status,
            message,
        }),
        _ => {
            let error = FetchError::Status {
                url: url.into(),
                status,
                attempts,
                message,
            };
            let again = if status == 408 || status == 425 || status >= 500 {
                Again::Service(wait.time)
            } else {
                Again::Never
            };
            Failure { error, again }
        }
    }
}

struct Wait {
    is_limited: bool,
    time: Option<Duration>,
}

/// Whether the service limits our rate. GitHub says so with 403 too: with no requests left, or in words ("secondary rate limit").
fn rate_limit(status: u16, headers: &HeaderMap, message: Option<&str>) -> Wait {
    let retry_after = header(headers, "retry-after").and_then(retry::retry_after);
    let is_spent = header(headers, "x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    let in_words =
        message.is_some_and(|message| message.to_ascii_lowercase().contains("rate limit"));
    let is_limited =
        status == 429 || (status == 403 && (is_spent || in_words || retry_after.is_some()));
    let reset = header(headers, "x-ratelimit-reset")
        .and_then(retry::until_reset)
        .filter(|_| is_spent);
    Wait {
        is_limited,
        time: retry_after.or(reset),
    }
}

/// What the body of an error says, if it is JSON with a message or a line of plain text.
fn message(body: Body, budget: Duration) -> Option<String> {
    let mut bytes = Vec::new();
    // A body that breaks off has said enough.
    read_body(body, ERROR_BODY_BYTES, budget, &mut bytes).ok();
    let text = String::from_utf8_lossy(&bytes);
    let said = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => json_message(&value)?,
        Err(_) => text
            .lines()
            .find(|line| !line.trim().is_empty())
            .filter(|line| !line.contains('<'))?
            .to_owned(),
    };
    let said = cleaned(said.trim());
    (!said.is_empty()).then_some(said)
}

fn json_message(value: &serde_json::Value) -> Option<String> {
    let places = [
        "/message",
        "/error/message",
        "/error",
        "/errors/0/detail",
        "/detail",
        "/reason",
    ];
    let text = |place: &str| value.pointer(place).and_then(serde_json::Value::as_str);
    let said = places.iter().copied().find_map(text)?;
    // GitHub says "Validation Failed", and below it what failed.
    match text("/errors/0/message") {
        Some(detail) => Some(format!("{said}: {detail}")),
        None => Some(said.to_owned()),
    }
}

/// One line of outside text, short and harmless on a terminal: nothing that controls it or turns the direction of writing.
fn cleaned(text: &str) -> String {
    let is_harmful = |letter: &char| {
        letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let letters = text.chars().filter(|letter| !is_harmful(letter));
    letters.take(ERROR_MESSAGE_LETTERS).collect()
}

/// What a failure below HTTP means.
pub(super) fn transport_failure(url: &Url, error: ureq::Error, attempts: u32) -> Failure {
    let again = match &error {
        ureq::Error::Other(inner) if inner.is::<PrivateAddress>() => {
            let reason = address::PRIVATE.to_owned();
            return Failure::never(FetchError::Refused {
                url: url.to_string(),
                reason,
            });
        }
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_) => Again::Connect,
        ureq::Error::Io(error) => io_again(error),
        ureq::Error::Timeout(_) | ureq::Error::Protocol(_) | ureq::Error::BodyStalled => {
            Again::Service(None)
        }
        _ => Again::Never,
    };
    let source: Box<dyn StdError + Send + Sync> = match error {
        ureq::Error::Io(error) => error.into(),
        other => other.into(),
    };
    Failure {
        error: FetchError::Transport {
            url: url.clone().into(),
            attempts,
            source,
        },
        again,
    }
}

fn io_again(error: &io::Error) -> Again {
    use io::ErrorKind as Kind;
    match error.kind() {
        // TLS: a certificate that is not trusted, a protocol that is not spoken.
        Kind::InvalidData | Kind::InvalidInput | Kind::Unsupported | Kind::PermissionDenied => {
            Again::Never
        }
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::UnexpectedEof
        | Kind::TimedOut => Again::Service(None),
        _ => Again::Connect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn target(from: &str, location: &'static str) -> Result<String, String> {
        let from = Url::parse(from).unwrap();
        let found = redirect_target(
            &from,
            &headers(&[("location", location)]),
            &Endpoints::default(),
            &Tokens::default(),
        );
        found.map(String::from).map_err(|error| error.to_string())
    }

    #[test]
    fn redirects_are_judged() {
        assert_eq!(
            target("https://example.org/a/b", "../c?d#e"),
            Ok("https://example.org/c?d".to_owned())
        );
        assert_eq!(
            target("http://example.org/", "https://example.net/"),
            Ok("https://example.net/".to_owned())
        );
        for (location, reason) in [
            ("http://example.org/x", "it leaves https"),
            ("https://127.0.0.1/x", "such an address is not asked"),
            (
                "https://169.254.169.254/latest/meta-data",
                "such an address is not asked",
            ),
            ("file:///etc/passwd", "it leaves https"),
            (
                "https://user:secret@example.org/",
                "such an address is not asked",
            ),
            ("", "it does not say where to"),
        ] {
            let expected = format!("`https://example.org/` redirects to `{location}`: {reason}");
            assert_eq!(target("https://example.org/", location), Err(expected));
        }
    }

    #[test]
    fn ranges_are_read() {
        let range = |value| content_range(&headers(&[("content-range", value)]));
        assert_eq!(range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(range("bytes */10"), None);
        assert_eq!(range("items 5-9/10"), None);
    }

    #[test]
    fn the_next_page_is_found_at_the_same_origin_only() {
        let next = |value| {
            next_page(
                &Url::parse("https://example.org/a?page=1").unwrap(),
                &headers(&[("link", value)]),
            )
            .map(String::from)
        };
        let value = "<https://example.org/a?page=1>; rel=\"prev\", <https://example.org/a?page=3>; rel=\"next\", </a?page=9>; rel=\"last\"";
        assert_eq!(next(value).as_deref(), Some("https://example.org/a?page=3"));
        assert_eq!(
            next("</a?page=2>; rel=\"next\"").as_deref(),
            Some("https://example.org/a?page=2")
        );
        assert_eq!(next("<https://example.net/a?page=2>; rel=\"next\""), None);
        assert_eq!(next("<https://example.org/a?page=2>; rel=\"last\""), None);
    }

    #[test]
    fn what_failed_is_told() {
        let said = |text: &str| json_message(&serde_json::from_str(text).unwrap());
        let invalid = r#"{"message": "Validation Failed", "errors": [{"code": "custom", "message": "No commits between a and b"}]}"#;
        assert_eq!(
            said(invalid).as_deref(),
            Some("Validation Failed: No commits between a and b")
        );
        assert_eq!(
            said(r#"{"message": "no", "errors": []}"#).as_deref(),
            Some("no")
        );
        assert_eq!(said(r#"{"errors": [{"message": "no"}]}"#), None);
        assert_eq!(said("[7]"), None);
    }

    #[test]
    fn forges_say_rate_limit_in_three_ways() {
        let limited = |status, pairs: &[(&'static str, &'static str)], message| {
            rate_limit(status, &headers(pairs), message).is_limited
        };
        assert!(limited(429, &[], None));
        assert!(limited(403, &[("x-ratelimit-remaining", "0")], None));
        assert!(limited(
            403,
            &[],
            Some("You have exceeded a secondary rate limit")
        ));
        assert!(!limited(
            403,
            &[("x-ratelimit-remaining", "59")],
            Some("Resource not accessible")
        ));
        assert!(!limited(404, &[("x-ratelimit-remaining", "0")], None));
    }
}
