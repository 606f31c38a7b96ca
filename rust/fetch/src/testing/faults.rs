//! What services do instead of answering, and what a client has to make of it: one row for each fault, one column for each kind of request.
//!
//! [`check`] runs one request against every row. Each cell says how the request ends, how often it was sent, that the message names the
//! address and holds no secret and no control character, and that nothing secret left the origin. Time is bounded by the client's own limits.

use std::error::Error;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::{Reply, TestServer};
use crate::client::{ClientOptions, Token, Tokens};
use crate::endpoints::{Endpoint, Endpoints};

/// The token that every client of a cell has.
const TOKEN: &str = "secret-of-the-cell";

/// How long a connection may be silent, and how long a request may go on, where a service is slow.
const IDLE: Duration = Duration::from_millis(50);
const BUDGET: Duration = Duration::from_millis(250);

/// What a request does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It reads: may be sent again.
    Read,
    /// It names a state to be reached: may be sent again, but leaves its origin never.
    Replace,
    /// It makes something: is not sent again unless the service certainly did nothing.
    Create,
}

/// How a request ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// With the good answer.
    Answer,
    /// With an error that says one of these.
    Error(&'static [&'static str]),
}

/// An end, and how many requests it takes.
type Expected = (End, RangeInclusive<usize>);

/// A row of the matrix.
struct Row {
    name: String,
    replies: Vec<Reply>,
    /// Whether the good answer comes after the replies; otherwise the last of them for ever.
    passes: bool,
    is_slow: bool,
    /// What reading makes of it.
    read: Expected,
    /// What replacing makes of it.
    replace: Expected,
    /// What creating makes of it.
    create: Expected,
    kind: Kind,
}

/// What rows have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The service says that there is no such thing.
    Absent,
    /// An answer with status 200 that is no answer.
    Junk,
    /// It leads to another host.
    Elsewhere,
    /// An answer that really has 100 MB.
    Large,
    /// An error that really has 100 MB.
    LargeError,
    Other,
}

/// A request that is tried against every row.
pub struct Cell<'a> {
    /// What it is, for messages.
    pub name: &'a str,
    /// Path and query that are asked.
    pub target: &'a str,
    /// What is answered where nothing goes wrong.
    pub good: Reply,
    /// What it does there.
    pub access: Access,
    /// What the error says where the service knows no such thing; `None`: that is an answer.
    pub absent: Option<&'static [&'static str]>,
    /// What the error says where the answer is no answer; `None`: any bytes are one, as those of a log are.
    pub junk: Option<&'static [&'static str]>,
    /// Whether 100 MB are really sent.
    pub with_large: bool,
    /// What else the service knows.
    pub others: Vec<(String, Reply)>,
    /// Makes the request; the error with all its causes.
    pub request: &'a (dyn Fn(ClientOptions) -> Result<(), String> + Sync),
}

/// An error and its causes, as people see them.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Writing to a string does not fail.
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

/// Tries each request against every row, the requests at the same time.
pub fn check(cells: &[Cell<'_>]) {
    let failures: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = cells
            .iter()
            .map(|cell| scope.spawn(|| cell.failures()))
            .collect();
        let ended = running.into_iter().map(|it| it.join());
        ended
            .flat_map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

impl Cell<'_> {
    fn failures(&self) -> Vec<String> {
        let rows = rows(&self.good);
        let wanted = rows
            .iter()
            .filter(|row| self.with_large || !matches!(row.kind, Kind::Large | Kind::LargeError));
        wanted.filter_map(|row| self.failure(row)).collect()
    }

    /// What this request makes of a row otherwise than it should.
    fn failure(&self, row: &Row) -> Option<String> {
        let (server, elsewhere) = (TestServer::start(), TestServer::start());
        for (target, reply) in &self.others {
            server.on(target, reply.clone());
        }
        elsewhere.on(self.target, self.good.clone());
        let lead = |reply: &Reply| {
            reply
                .clone()
                .leading_to(elsewhere.url(self.target).as_str())
        };
        let replies: Vec<Reply> = row.replies.iter().map(lead).collect();
        if row.passes {
            server.on(self.target, self.good.clone());
            server.sequence_then_pass(self.target, replies);
        } else {
            server.sequence(self.target, replies);
        }
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let result = (self.request)(options(&server, &elsewhere, row, folder.path()));
        let asked = server.targets();
        let asked = asked.iter().filter(|it| *it == self.target).count();
        let (end, requests) = self.expected(row);
        let problem = if requests.contains(&asked) {
            self.problem(&result, &end, &server)
        } else {
            Some(format!("it was asked {asked} times, not {requests:?}"))
        };
        let problem = problem.or_else(|| left(&elsewhere, row, self.access));
        problem.map(|problem| format!("{}, {}: {problem}: {result:?}", self.name, row.name))
    }

    fn expected(&self, row: &Row) -> Expected {
        let fine = (End::Answer, 1..=1);
        match (row.kind, self.access) {
            (Kind::Absent, _) => match self.absent {
                None => fine,
                Some(said) => (End::Error(said), 1..=1),
            },
            (Kind::Junk | Kind::Large, Access::Read) if self.junk.is_none() => fine,
            (Kind::Junk, Access::Read | Access::Replace) => {
                (End::Error(self.junk.unwrap_or(UNREADABLE)), 1..=1)
            }
            (_, Access::Read) => row.read.clone(),
            (_, Access::Replace) => row.replace.clone(),
            (_, Access::Create) => row.create.clone(),
        }
    }

    fn problem(
        &self,
        result: &Result<(), String>,
        end: &End,
        server: &TestServer,
    ) -> Option<String> {
        match (result, end) {
            (Ok(()), End::Answer) => None,
            (Ok(()), End::Error(said)) => Some(format!("it is no error that says {said:?}")),
            (Err(_), End::Answer) => Some("it is an error".to_owned()),
            (Err(error), End::Error(said)) => {
                let is_told = said.iter().any(|said| error.contains(said));
                // That there is no such thing is said of the thing.
                let names = error.contains(&server.host())
                    || is_public(error)
                    || self.absent.is_some_and(|absent| absent == *said);
                if !is_told {
                    return Some(format!("it says none of {said:?}"));
                }
                if !names {
                    return Some("it does not name the address".to_owned());
                }
                hidden(error)
            }
        }
    }
}

/// Whether the message names a public address, which stands for the server of the test.
fn is_public(error: &str) -> bool {
    Endpoint::all().any(|row| error.contains(row.public_url()) || error.contains(row.second_url()))
}

/// What a message must not hold.
fn hidden(error: &str) -> Option<String> {
    if error.contains(TOKEN) {
        return Some("it shows the token".to_owned());
    }
    let is_harmful = |letter: char| {
        (letter.is_control() && letter != '\n') || matches!(letter, '\u{202a}'..='\u{202e}')
    };
    error
        .contains(is_harmful)
        .then(|| "it holds control characters".to_owned())
}

/// What the other host got that it should not have.
fn left(elsewhere: &TestServer, row: &Row, access: Access) -> Option<String> {
    let received = elsewhere.received();
    if received
        .iter()
        .any(|it| format!("{:?}", it.headers).contains(TOKEN))
    {
        return Some("the token went to another host".to_owned());
    }
    let wanted = usize::from(row.kind == Kind::Elsewhere && access == Access::Read);
    (received.len() != wanted).then(|| format!("another host was asked: {received:?}"))
}

fn options(server: &TestServer, elsewhere: &TestServer, row: &Row, folder: &Path) -> ClientOptions {
    let place = |endpoint| match endpoint {
        Endpoint::Cachix => elsewhere.url(""),
        _ => server.url(""),
    };
    let replaced = Endpoint::all().map(|endpoint| (endpoint, place(endpoint)));
    let token = Token::new(TOKEN).expect("the token is one");
    let mut options = ClientOptions {
        endpoints: Endpoints::new(replaced.collect()).expect("loopback can replace a row"),
        tokens: Tokens::default().with(Endpoint::GithubApi, token),
        retry_base: Duration::ZERO,
        ..server.options(&folder.join("cache"))
    };
    if row.is_slow {
        (options.idle_timeout, options.timeout) = (IDLE, BUDGET);
    }
    options
}

const UNCLEAR: &[&str] = &["it is not known whether `POST "];
/// What is said of what the service does not know.
pub const ABSENT: &[&str] = &["does not exist (status 4"];
/// What is said of an answer that is none.
pub const UNREADABLE: &[&str] = &["cannot be read"];
const NO_CONNECTION: &[&str] = &["could not fetch", "is cut: "];
const LIMITED: &[&str] = &["limits the rate of requests"];
const TOO_LARGE: &[&str] = &["is larger than the limit"];

impl Row {
    /// The same end and the same number of requests, whatever the request does there.
    fn same(name: impl Into<String>, reply: Reply, end: End, requests: usize) -> Self {
        let expected = (end, requests..=requests);
        Self {
            name: name.into(),
            replies: vec![reply],
            passes: false,
            is_slow: false,
            read: expected.clone(),
            replace: expected.clone(),
            create: expected,
            kind: Kind::Other,
        }
    }

    fn refused(name: impl Into<String>, reply: Reply, said: &'static [&'static str]) -> Self {
        Self::same(name, reply, End::Error(said), 1)
    }

    /// The service may have done what was asked: what makes something is sent once.
    fn unclear(self) -> Self {
        Self {
            create: (End::Error(UNCLEAR), 1..=1),
            ..self
        }
    }

    /// It lasts, and is tried as often as the client tries.
    fn lasting(name: impl Into<String>, reply: Reply, said: &'static [&'static str]) -> Self {
        Self::same(name, reply, End::Error(said), 8).unclear()
    }

    /// It happens once.
    fn passing(name: impl Into<String>, reply: Reply) -> Self {
        Self {
            passes: true,
            ..Self::same(name, reply, End::Answer, 2)
        }
    }

    fn slow(name: &str, reply: Reply, said: &'static [&'static str]) -> Self {
        let some = (End::Error(said), 1..=8);
        Self {
            is_slow: true,
            read: some.clone(),
            replace: some,
            ..Self::lasting(name, reply, said)
        }
    }

    fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

/// An error's body that should not be shown as it is.
fn hostile(status: u16) -> Reply {
    let text = format!("No\u{1b}[31m\u{202e} entry for {TOKEN}\r\n\u{7}");
    Reply::json(&json!({ "message": text })).with_status(status)
}

fn rows(good: &Reply) -> Vec<Row> {
    let mut rows = refusals();
    rows.extend(limits());
    rows.extend(redirects());
    rows.extend(outages());
    rows.extend(slowness(good));
    rows.extend(broken(good));
    rows
}

fn refusals() -> Vec<Row> {
    let refused = |status: u16, said| Row::refused(status.to_string(), hostile(status), said);
    let absent = |status, said| refused(status, said).kind(Kind::Absent);
    vec![
        refused(304, &["status 304"]),
        refused(400, &["status 400"]),
        refused(401, &["was refused (status 401)"]),
        refused(403, &["was refused (status 403)"]),
        absent(404, ABSENT),
        refused(405, &["status 405"]),
        refused(409, &["status 409"]),
        absent(410, ABSENT),
        refused(422, &["status 422"]),
        refused(451, &["status 451"]),
    ]
}

fn limits() -> Vec<Row> {
    let secondary =
        json!({ "message": format!("You have exceeded a secondary rate limit, {TOKEN}\u{1b}[2J") });
    let secondary = Reply::json(&secondary).with_status(403);
    let soon = |reply: Reply| reply.header("Retry-After", "0");
    let late = |reply: Reply| reply.header("Retry-After", "86400");
    let spent = Reply::status(403)
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "32503680000");
    vec![
        Row::passing("403 secondary, once", soon(secondary.clone())),
        Row::passing("429, once", soon(Reply::status(429))),
        Row::refused("403 secondary, long", late(secondary), LIMITED),
        Row::refused("403 spent", spent, LIMITED),
        Row::refused("429, long", late(hostile(429)), LIMITED),
        Row::same("429, for ever", hostile(429), End::Error(LIMITED), 8),
    ]
}

fn redirects() -> Vec<Row> {
    let away = |status: u16| {
        let refused = (End::Error(&["only reading follows a redirect"]), 1..=1);
        Row {
            read: (End::Answer, 1..=1),
            replace: refused.clone(),
            create: refused,
            kind: Kind::Elsewhere,
            ..Row::refused(
                format!("{status} to another host"),
                Reply::status(status).away(),
                &[],
            )
        }
    };
    let to = |place: &str| Reply::redirect(place);
    let private = "http://127.0.0.1:9/private";
    let hostile = format!("http://127.0.0.1:9/{TOKEN}");
    let mut rows: Vec<Row> = [301, 302, 303, 307, 308].map(away).into();
    rows.extend([
        Row::refused(
            "302 to a private address",
            to(private),
            &["redirects to", "only reading"],
        ),
        Row::refused(
            "302 with the token",
            to(&hostile),
            &["redirects to", "only reading"],
        ),
        Row::refused(
            "302 to a file",
            to("file:///etc/passwd"),
            &["redirects to", "only reading"],
        ),
        Row::refused(
            "302 without a target",
            Reply::status(302),
            &["does not say where to"],
        ),
        Row::refused(
            "307 to a private address",
            to(private).with_status(307),
            &["redirects to"],
        ),
    ]);
    rows
}

fn outages() -> Vec<Row> {
    let mut rows = Vec::new();
    for status in [408, 425, 500, 502, 503, 504] {
        rows.push(Row::passing(format!("{status}, once"), hostile(status)).unclear());
    }
    for (status, said) in [
        (500, &["status 500"]),
        (502, &["status 502"]),
        (503, &["status 503"]),
    ] {
        rows.push(Row::lasting(
            format!("{status}, for ever"),
            hostile(status),
            said,
        ));
    }
    let late = hostile(503).header("Retry-After", "86400");
    rows.push(Row::refused("503, long", late, &["status 503"]).unclear());
    let page = "<html>".repeat(1 << 17);
    let large = Reply::status(500).body(page).rounds(130);
    rows.push(Row::lasting("500 with 100 MB", large, &["status 500"]).kind(Kind::LargeError));
    rows
}

fn slowness(good: &Reply) -> Vec<Row> {
    let drip = Duration::from_millis(5);
    let half = good.body.len() / 2;
    let spaces = Reply::ok(" ");
    vec![
        Row::slow("no answer", Reply::silence(), NO_CONNECTION),
        Row::slow(
            "a head alone",
            good.clone().with_status(200).stall_after(0),
            NO_CONNECTION,
        ),
        Row::slow(
            "half a body",
            good.clone().with_status(200).stall_after(half),
            NO_CONNECTION,
        ),
        Row::slow("a body in drops", spaces.clone().drip(drip), NO_CONNECTION),
        Row::slow(
            "an error in drops",
            spaces.with_status(500).drip(drip),
            &["status 500", "could not fetch"],
        ),
    ]
}

fn broken(good: &Reply) -> Vec<Row> {
    let half = good.clone().cut_after(good.body.len() / 2);
    let mut rows = vec![
        Row::passing("cut, once", half.clone()).unclear(),
        Row::passing("hung up, once", Reply::hang_up()).unclear(),
        Row::lasting("cut, for ever", half.clone(), NO_CONNECTION),
        Row::lasting("cut in a chunk", half.chunked(), NO_CONNECTION),
        Row::lasting("hung up, for ever", Reply::hang_up(), NO_CONNECTION),
    ];
    let terabyte = Reply::ok("{").announce(1 << 40);
    rows.push(Row::refused("1 TiB announced", terabyte, TOO_LARGE).unclear());
    let junk = [
        (
            "a page",
            "<!DOCTYPE html><html>sign in\u{1b}[31m</html>".into(),
        ),
        ("nothing", String::new()),
        ("half a document", "{\"id\": 1, \"number\": [".into()),
        ("null", "null".into()),
        ("a number", "7".into()),
        (
            "another document",
            json!({ "message": format!("\u{1b}[2J{TOKEN}") }).to_string(),
        ),
        ("nesting", "[".repeat(100_000)),
        ("NUL", "\0\0\0".into()),
    ];
    for (name, body) in junk {
        let row = Row::refused(format!("200 with {name}"), Reply::ok(body), UNREADABLE);
        rows.push(row.unclear().kind(Kind::Junk));
    }
    let binary = Row::refused("200 with no UTF-8", Reply::ok(vec![0xff; 64]), UNREADABLE);
    rows.push(binary.unclear().kind(Kind::Junk));
    let large = Reply::ok(vec![b' '; 1 << 20]).rounds(100);
    rows.push(
        Row::refused("200 with 100 MB", large, TOO_LARGE)
            .unclear()
            .kind(Kind::Large),
    );
    rows
}
