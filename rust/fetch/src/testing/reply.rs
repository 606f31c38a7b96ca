//! What the server answers.

use std::time::Duration;

/// Stands for an address that is not known yet.
const AWAY: &str = "away";

/// One scripted answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) announced_bytes: Option<u64>,
    pub(super) sent_bytes: Option<usize>,
    pub(super) stalls: bool,
    pub(super) ranges: bool,
    pub(super) chunked: bool,
    pub(super) without_length: bool,
    pub(super) rounds: usize,
    pub(super) is_silent: bool,
    pub(super) drip: Option<Duration>,
}

impl Reply {
    /// Status 200 with this body and its true length.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..Self::status(200)
        }
    }

    /// This status with an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            announced_bytes: None,
            sent_bytes: None,
            stalls: false,
            ranges: false,
            chunked: false,
            without_length: false,
            rounds: 1,
            is_silent: false,
            drip: None,
        }
    }

    /// Status 200 with a JSON document.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self::ok(value.to_string()).header("Content-Type", "application/json")
    }

    /// Status 302 to this address.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::status(302).header("Location", location)
    }

    /// The same with this status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Closes the connection after this many bytes of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.sent_bytes = Some(bytes);
        self
    }

    /// Sends this many bytes of the body, then nothing, and keeps the connection open until the client leaves.
    #[must_use]
    pub fn stall_after(mut self, bytes: usize) -> Self {
        self.sent_bytes = Some(bytes);
        self.stalls = true;
        self
    }

    /// Announces this length whatever the body is.
    #[must_use]
    pub fn announce(mut self, length_bytes: u64) -> Self {
        self.announced_bytes = Some(length_bytes);
        self
    }

    /// Understands `Range: bytes=N-`, with `If-Range` against this entity tag (quotes included).
    #[must_use]
    pub fn ranges(mut self, entity_tag: &str) -> Self {
        self.ranges = true;
        self.header("ETag", entity_tag)
    }

    /// Sends the body in chunks, without a length.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Sends the body without any length; its end is the end of the connection.
    #[must_use]
    pub fn without_length(mut self) -> Self {
        self.without_length = true;
        self
    }

    /// Sends the body so many times in a row, without any length.
    #[must_use]
    pub fn rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self.without_length()
    }

    /// Closes the connection without a word.
    #[must_use]
    pub fn hang_up() -> Self {
        Self {
            is_silent: true,
            ..Self::status(200)
        }
    }

    /// Says nothing at all, and keeps the connection open until the client leaves.
    #[must_use]
    pub fn silence() -> Self {
        Self {
            stalls: true,
            ..Self::hang_up()
        }
    }

    /// Sends the body byte by byte with a pause before each, and after its end one space after the other.
    #[must_use]
    pub fn drip(mut self, pause: Duration) -> Self {
        self.drip = Some(pause);
        self.without_length()
    }

    /// Leads to another host, which the matrix of faults knows.
    pub(super) fn away(self) -> Self {
        self.header("Location", AWAY)
    }

    /// The same with the address of that host.
    pub(super) fn leading_to(mut self, address: &str) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(_, value)| value == AWAY) {
            address.clone_into(value);
        }
        self
    }

    pub(super) fn header_value(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
