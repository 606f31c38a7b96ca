//! For tests, here and in other crates: a scriptable HTTP server on loopback, and a client that is pointed at it.
//!
//! Only with the feature `test-server`. Nothing here is for real use: it panics where a test should fail.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot set up its server must fail, and at the line that says why"
)]

mod connection;
pub mod faults;
#[expect(
    clippy::indexing_slicing,
    reason = "JSON by name, which answers null for what is not there"
)]
mod forge;
mod git_backend;
mod reply;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use url::Url;

use crate::client::{Client, ClientOptions};
use crate::endpoints::{Endpoint, Endpoints};
use crate::process::Environment;

pub use forge::{Fault, TestForge};
pub use reply::Reply;

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// Header values by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A server on a free port of 127.0.0.1 that answers what it was told to, and 404 to everything else. Ends when dropped.
pub struct TestServer {
    address: SocketAddr,
    script: Arc<Script>,
}

/// Answers a request, or leaves it to the scripted replies.
type Handler = dyn Fn(&Received) -> Option<Reply> + Send + Sync;

/// What the connections share.
#[derive(Default)]
struct Script {
    replies: Mutex<BTreeMap<String, Vec<Reply>>>,
    /// Replies before those, and before git answers.
    first_replies: Mutex<BTreeMap<String, Vec<Reply>>>,
    git_folders: Mutex<BTreeMap<String, git_backend::GitFolder>>,
    handler: Mutex<Option<Arc<Handler>>>,
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no connection panics while it holds a lock")
}

impl Script {
    /// The reply for a target: the first of those left, the last for ever.
    fn next_reply(&self, target: &str) -> Option<Reply> {
        if let Some(first) = locked(&self.first_replies)
            .get_mut(target)
            .filter(|left| !left.is_empty())
        {
            return Some(first.remove(0));
        }
        let mut replies = locked(&self.replies);
        let left = replies.get_mut(target)?;
        if left.len() > 1 {
            Some(left.remove(0))
        } else {
            left.first().cloned()
        }
    }
}

impl TestServer {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let script = Arc::new(Script::default());
        let shared = Arc::clone(&script);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.stopped.load(Ordering::SeqCst) {
                    break;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let script = Arc::clone(&shared);
                thread::spawn(move || connection::serve(&stream, &script));
            }
        });
        Self { address, script }
    }

    /// Its address with this path (and query).
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        let text = format!("http://{}/{}", self.address, path.trim_start_matches('/'));
        Url::parse(&text).expect("a test's path makes a URL")
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Answers requests for `target` (path and query, with leading slash) with `reply`, always.
    pub fn on(&self, target: &str, reply: Reply) {
        self.sequence(target, [reply]);
    }

    /// Answers requests for `target` with these replies in turn, then with the last one for ever.
    pub fn sequence(&self, target: &str, replies: impl IntoIterator<Item = Reply>) {
        locked(&self.script.replies).insert(target.to_owned(), replies.into_iter().collect());
    }

    /// Answers requests for `target` with these replies in turn, and from then on as if they had never been.
    pub fn sequence_then_pass(&self, target: &str, replies: impl IntoIterator<Item = Reply>) {
        locked(&self.script.first_replies).insert(target.to_owned(), replies.into_iter().collect());
    }

    /// Serves the git repositories in `folder` below `prefix` (such as `/git`) through `git http-backend`.
    pub fn serve_git(&self, prefix: &str, folder: &Path) {
        let folder = git_backend::GitFolder {
            path: folder.to_owned(),
            environment: environment(),
        };
        locked(&self.script.git_folders).insert(prefix.to_owned(), folder);
    }

    /// Asks `handler` for every request that no reply was scripted for, before git.
    pub fn handle(&self, handler: impl Fn(&Received) -> Option<Reply> + Send + Sync + 'static) {
        *locked(&self.script.handler) = Some(Arc::new(handler));
    }

    /// Every request so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        locked(&self.script.received).clone()
    }

    /// The targets of every request so far.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        locked(&self.script.received)
            .iter()
            .map(|request| request.target.clone())
            .collect()
    }

    /// How many connections were opened so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.script.connections.load(Ordering::SeqCst)
    }

    /// The endpoint table with every row replaced by this server.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        let overrides = Endpoint::all().map(|endpoint| (endpoint, self.url("")));
        Endpoints::new(overrides.collect()).expect("a loopback address can replace a row")
    }

    /// Options for a client of this server: every endpoint is this server, retries come at once, limits are short, the cache
    /// lies in `cache_dir`.
    #[must_use]
    pub fn options(&self, cache_dir: &Path) -> ClientOptions {
        ClientOptions {
            endpoints: self.endpoints(),
            environment: environment(),
            retry_base: Duration::from_millis(1),
            timeout: Duration::from_secs(20),
            ..ClientOptions::new(cache_dir)
        }
    }

    /// A client with those options.
    #[must_use]
    pub fn client(&self, cache_dir: &Path) -> Client {
        Client::new(self.options(cache_dir)).expect("the options of a test are valid")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.script.stopped.store(true, Ordering::SeqCst);
        // Wakes `accept`; it does not matter whether it still listens.
        drop(TcpStream::connect(self.address));
    }
}

/// An environment with `PATH` alone, for programs that tests start.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no context that could bring it"
)]
pub fn environment() -> Environment {
    Environment::from_pairs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
}
