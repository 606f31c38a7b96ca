//! One download: redirects, attempts, resuming, limits, and at its end a file with its hashes.

use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use nixsmith_store::hash::Hash;
use tempfile::NamedTempFile;
use ureq::Body;
use ureq::http::Response;
use url::Url;

use super::response::{
    Again, Failure, PROGRESS_BYTES, Refusal, content_range, dripping, header, next_page,
    redirect_target, status_failure, transport_failure,
};
use super::retry::{self, MOST_ATTEMPTS, MOST_CONNECTS};
use super::{Client, Expected, hashing};
use crate::error::FetchError;
use crate::progress::Task;
use crate::request::FileRequest;

/// How many redirects one request follows.
const MOST_REDIRECTS: usize = 10;

/// A complete download that has one of the expected hashes.
pub(super) struct Download {
    /// The address that was asked.
    pub(super) asked: Url,
    /// The address that answered.
    pub(super) url: Url,
    pub(super) file: NamedTempFile,
    pub(super) size_bytes: u64,
    pub(super) sha256: Hash,
    /// The hash of the expected algorithm, if that is not SHA-256.
    pub(super) other: Option<Hash>,
    /// Whether the service said how long the body is, so that its end is known to be its end.
    pub(super) is_complete: bool,
    pub(super) next_page: Option<Url>,
    pub(super) requests: u32,
}

/// Downloads `url`, or says why not; ends within the client's time limit.
pub(super) fn download(
    client: &Client,
    request: &FileRequest,
    url: &Url,
) -> Result<Download, FetchError> {
    Transfer::new(client, request, url)?.run()
}

struct Transfer<'a> {
    client: &'a Client,
    request: &'a FileRequest,
    asked: &'a Url,
    expected: Expected,
    file: NamedTempFile,
    received_bytes: u64,
    hashers: hashing::Hashers,
    /// The strong entity tag, or the date, of the version that the received bytes belong to.
    validator: Option<String>,
    was_resumed: bool,
    /// Pieces did not fit together, so there must be one piece only.
    must_be_whole: bool,
    task: Box<dyn Task>,
    shown_bytes: u64,
    requests: u32,
    attempts: u32,
    /// Failures since the last progress, all and those without a connection.
    failures: u32,
    connects: u32,
    last_progress: Instant,
    counted_bytes: u64,
    /// How far the best attempt came. An attempt that comes less far has brought nothing.
    furthest_bytes: u64,
}

/// The end of a body.
struct End {
    url: Url,
    is_complete: bool,
    next_page: Option<Url>,
}

impl<'a> Transfer<'a> {
    fn new(
        client: &'a Client,
        request: &'a FileRequest,
        asked: &'a Url,
    ) -> Result<Self, FetchError> {
        let expected = hashing::strongest(&request.expected);
        Ok(Self {
            client,
            request,
            asked,
            file: client.cache.temporary()?,
            received_bytes: 0,
            hashers: hashing::Hashers::new(&expected),
            expected,
            validator: None,
            was_resumed: false,
            must_be_whole: false,
            task: client
                .options
                .progress
                .start(&format!("fetching `{}`", short_name(asked)), None),
            shown_bytes: 0,
            requests: 0,
            attempts: 0,
            failures: 0,
            connects: 0,
            last_progress: Instant::now(),
            counted_bytes: 0,
            furthest_bytes: 0,
        })
    }

    fn run(mut self) -> Result<Download, FetchError> {
        loop {
            self.attempts += 1;
            let end = match self.attempt() {
                Ok(end) => end,
                Err(failure) => {
                    self.pause_or_give_up(failure)?;
                    continue;
                }
            };
            self.made_progress();
            match self.judge() {
                Ok((sha256, other)) => return Ok(self.done(end, sha256, other)),
                // The pieces may be of two versions: once more, in one piece.
                Err(_) if self.was_resumed => {
                    self.must_be_whole = true;
                    self.restart().map_err(|failure| failure.error)?;
                }
                Err(mismatch) => return Err(mismatch),
            }
        }
    }

    fn done(self, end: End, sha256: Hash, other: Option<Hash>) -> Download {
        Download {
            asked: self.asked.clone(),
            url: end.url,
            file: self.file,
            size_bytes: self.received_bytes,
            sha256,
            other,
            is_complete: end.is_complete,
            next_page: end.next_page,
            requests: self.requests,
        }
    }

    /// The hashes of what arrived; an error if the caller expects others.
    fn judge(&mut self) -> Result<(Hash, Option<Hash>), FetchError> {
        let fresh = hashing::Hashers::new(&self.expected);
        let (sha256, other) = std::mem::replace(&mut self.hashers, fresh).finish();
        let got = other.as_ref().unwrap_or(&sha256);
        if self.expected.is_empty() || self.expected.contains(got) {
            return Ok((sha256, other));
        }
        Err(FetchError::HashMismatch {
            url: self.asked.clone().into(),
            expected: self.expected.clone(),
            got: got.clone(),
        })
    }

    /// One request with its redirects, to the end of the body.
    fn attempt(&mut self) -> Result<End, Failure> {
        let options = &self.client.options;
        let (endpoints, tokens) = (&options.endpoints, &options.tokens);
        let mut url = self.asked.clone();
        let mut authorization = tokens.header_for(&url, endpoints);
        for _ in 0..=MOST_REDIRECTS {
            self.interrupted()?;
            let response = self.send(&url, authorization.take())?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => {
                    url = redirect_target(&url, response.headers(), endpoints, tokens)
                        .map_err(Failure::never)?;
                }
                200 => {
                    self.restart()?;
                    return self.receive(url, response);
                }
                206 => {
                    self.check_range(&url, &response)?;
                    self.was_resumed = true;
                    return self.receive(url, response);
                }
                416 if self.received_bytes > 0 => {
                    self.restart()?;
                    return Err(self.refused(&url, response).into_service());
                }
                _ => return Err(self.refused(&url, response)),
            }
        }
        let reason = "there are more than 10 redirects";
        Err(Failure::never(FetchError::Redirect {
            url: self.asked.clone().into(),
            target: url.into(),
            reason,
        }))
    }

    fn refused(&self, url: &Url, response: Response<Body>) -> Failure {
        let options = &self.client.options;
        status_failure(Refusal {
            url,
            response,
            attempts: self.attempts,
            budget: options.idle_timeout.min(options.timeout),
            tokens: &options.tokens,
        })
    }

    fn send(
        &mut self,
        url: &Url,
        authorization: Option<String>,
    ) -> Result<Response<Body>, Failure> {
        let agent = self.client.agents.for_url(url).map_err(Failure::never)?;
        self.requests = self.requests.saturating_add(1);
        let mut call = agent.get(url.as_str());
        if let Some(accept) = &self.request.accept {
            call = call
                .header("Accept", accept)
                .header("Accept-Encoding", "gzip");
        }
        if let Some(authorization) = authorization {
            call = call.header("Authorization", authorization);
        }
        if let Some(validator) = self.validator.as_ref().filter(|_| self.received_bytes > 0) {
            call = call
                .header("Range", format!("bytes={}-", self.received_bytes))
                .header("If-Range", validator);
        }
        let sent = call.call();
        self.interrupted()?;
        sent.map_err(|error| transport_failure(url, error, self.attempts))
    }

    fn check_range(&mut self, url: &Url, response: &Response<Body>) -> Result<(), Failure> {
        if content_range(response.headers()).is_some_and(|(start, _)| start == self.received_bytes)
        {
            return Ok(());
        }
        self.restart()?;
        let reason = "it sent another part of the file than was asked for".to_owned();
        Err(Failure::service(FetchError::Malformed {
            url: url.clone().into(),
            reason,
        }))
    }

    /// Reads the body to its end, into the file.
    fn receive(&mut self, url: Url, response: Response<Body>) -> Result<End, Failure> {
        let headers = response.headers();
        let is_compressed = match header(headers, "content-encoding") {
            None | Some("" | "identity") => false,
            Some("gzip" | "x-gzip") if self.request.accept.is_some() => true,
            // A file that the server stores compressed and announces so is taken as it is stored.
            Some(_) if self.request.accept.is_none() => false,
            Some(other) => {
                let reason = format!("the encoding `{other}` was not asked for");
                return Err(Failure::never(FetchError::Malformed {
                    url: url.into(),
                    reason,
                }));
            }
        };
        let is_chunked =
            header(headers, "transfer-encoding").is_some_and(|value| value.contains("chunked"));
        let announced =
            header(headers, "content-length").and_then(|value| value.trim().parse::<u64>().ok());
        let total = announced
            .filter(|_| !is_compressed && !is_chunked)
            .map(|length| length.saturating_add(self.received_bytes));
        self.validator = if is_compressed || self.must_be_whole {
            None
        } else {
            validator(headers)
        };
        if let Some(total) = total {
            self.check_size(total)?;
            self.task.set_total(total);
        }
        let is_complete = is_chunked || announced.is_some();
        let next_page = next_page(&url, headers);
        let body = response.into_body().into_reader();
        let copied = if is_compressed {
            self.copy(&url, MultiGzDecoder::new(body))
        } else {
            self.copy(&url, body)
        };
        copied.map_err(|failure| self.cut(&url, total, failure))?;
        match total {
            Some(total) if total != self.received_bytes => {
                let failure = Failure::service(FetchError::Interrupted);
                Err(self.cut(&url, Some(total), failure))
            }
            _ => Ok(End {
                url,
                is_complete,
                next_page,
            }),
        }
    }

    /// The failure of a body that ended early: a cut, if its length was announced.
    fn cut(&self, url: &Url, total: Option<u64>, failure: Failure) -> Failure {
        match (failure.again, total) {
            (Again::Service(_), Some(announced_bytes))
                if announced_bytes != self.received_bytes =>
            {
                let (got_bytes, attempts) = (self.received_bytes, self.attempts);
                Failure::service(FetchError::Cut {
                    url: url.clone().into(),
                    announced_bytes,
                    got_bytes,
                    attempts,
                })
            }
            _ => failure,
        }
    }

    fn copy(&mut self, url: &Url, mut body: impl Read) -> Result<(), Failure> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            self.interrupted()?;
            let length = match body.read(&mut buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.interrupted()?;
                    return Err(self.broken(url, error));
                }
            };
            let bytes = buffer.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            self.take(bytes)?;
            if self.last_progress.elapsed() > self.client.options.timeout {
                return Err(Failure::never(self.transport(url, dripping())));
            }
        }
    }

    /// The failure of a read; a body that was announced compressed and is not is the service's fault, and stays so.
    fn broken(&self, url: &Url, error: io::Error) -> Failure {
        let is_garbled = error.kind() == io::ErrorKind::InvalidInput
            || error.kind() == io::ErrorKind::InvalidData;
        if is_garbled && self.request.accept.is_some() {
            return Failure::never(FetchError::Malformed {
                url: url.clone().into(),
                reason: error.to_string(),
            });
        }
        Failure::service(self.transport(url, error))
    }

    fn transport(&self, url: &Url, error: io::Error) -> FetchError {
        FetchError::Transport {
            url: url.clone().into(),
            attempts: self.attempts,
            source: error.into(),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let length = bytes.len() as u64;
        self.check_size(self.received_bytes.saturating_add(length))?;
        self.file
            .write_all(bytes)
            .map_err(|error| self.unwritable(error))?;
        self.hashers.update(bytes);
        self.received_bytes += length;
        if self.received_bytes > self.shown_bytes {
            self.task.advance(self.received_bytes - self.shown_bytes);
            self.shown_bytes = self.received_bytes;
        }
        if self.received_bytes >= self.counted_bytes.saturating_add(PROGRESS_BYTES) {
            self.made_progress();
        }
        Ok(())
    }

    fn made_progress(&mut self) {
        self.counted_bytes = self.received_bytes;
        self.last_progress = Instant::now();
        self.connects = 0;
        if self.received_bytes >= self.furthest_bytes.saturating_add(PROGRESS_BYTES) {
            self.furthest_bytes = self.received_bytes;
            self.failures = 0;
        }
        self.client.set_stalled(None);
    }

    fn check_size(&self, size_bytes: u64) -> Result<(), Failure> {
        let limit_bytes = self.request.limit_bytes;
        if size_bytes <= limit_bytes {
            return Ok(());
        }
        Err(Failure::never(FetchError::TooLarge {
            url: self.asked.clone().into(),
            limit_bytes,
        }))
    }

    /// Forgets what was received.
    fn restart(&mut self) -> Result<(), Failure> {
        self.hashers = hashing::Hashers::new(&self.expected);
        (self.received_bytes, self.counted_bytes) = (0, 0);
        (self.validator, self.was_resumed) = (None, false);
        let file = self.file.as_file_mut();
        let emptied = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        emptied.map(drop).map_err(|error| self.unwritable(error))
    }

    fn unwritable(&self, source: io::Error) -> Failure {
        Failure::never(FetchError::Cache {
            path: self.file.path().to_owned(),
            source,
        })
    }

    fn interrupted(&self) -> Result<(), Failure> {
        self.client
            .options
            .interrupt
            .check()
            .map_err(|error| Failure::never(error.into()))
    }

    /// Waits before the next attempt, unless there must not be one.
    fn pause_or_give_up(&mut self, failure: Failure) -> Result<(), FetchError> {
        let options = &self.client.options;
        options.interrupt.check()?;
        self.furthest_bytes = self.furthest_bytes.max(self.received_bytes);
        let asked_wait = match failure.again {
            Again::Never => return Err(failure.error),
            Again::Connect => {
                self.connects += 1;
                self.client.agents.forget_names();
                None
            }
            Again::Service(wait) => wait,
        };
        self.failures += 1;
        if self.failures >= MOST_ATTEMPTS || self.connects >= MOST_CONNECTS {
            return Err(failure.error);
        }
        let pause =
            retry::pause(options.retry_base, self.failures - 1).max(asked_wait.unwrap_or_default());
        let stalled = self
            .client
            .set_stalled(Some(Instant::now()))
            .max(self.last_progress.elapsed());
        if stalled.saturating_add(pause) >= options.timeout {
            return Err(failure.error);
        }
        if asked_wait.is_some_and(|wait| wait >= Duration::from_secs(2)) {
            let host = self.asked.host_str().unwrap_or_default();
            options.progress.note(&format!(
                "`{host}` asks to wait {} seconds",
                pause.as_secs()
            ));
        }
        Ok(options.interrupt.sleep(pause)?)
    }
}

impl Client {
    /// Notes that requests fail since `at` (unless they already do), or that they do not; for how long they have been failing.
    fn set_stalled(&self, at: Option<Instant>) -> Duration {
        let Ok(mut since) = self.stalled_since.lock() else {
            return Duration::ZERO;
        };
        *since = at.map(|at| since.unwrap_or(at));
        since.map(|since| since.elapsed()).unwrap_or_default()
    }
}

impl Failure {
    fn into_service(self) -> Self {
        Self {
            again: Again::Service(None),
            ..self
        }
    }
}

/// What `If-Range` may be compared with: an entity tag that is not weak, else the date of the last change.
fn validator(headers: &ureq::http::HeaderMap) -> Option<String> {
    let tag = header(headers, "etag").filter(|tag| tag.starts_with('"'));
    tag.or_else(|| header(headers, "last-modified"))
        .map(str::to_owned)
}

/// The last part of the path, for people.
fn short_name(url: &Url) -> String {
    let mut parts = url
        .path_segments()
        .into_iter()
        .flatten()
        .rev()
        .filter(|part| !part.is_empty());
    let name = match (parts.next(), parts.next(), parts.next()) {
        // Downloads of released crates all end in the same word.
        (Some("download"), Some(version), Some(name)) => format!("{name} {version}"),
        (Some(name), ..) => name.to_owned(),
        _ => url.host_str().unwrap_or_default().to_owned(),
    };
    percent_encoding::percent_decode_str(&name)
        .decode_utf8_lossy()
        .chars()
        .filter(|letter| !letter.is_control())
        .collect()
}
