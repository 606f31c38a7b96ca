//! Everything that goes wrong ends, says what it was about, and leaves nothing behind.

use super::*;

#[test]
fn what_does_not_exist_is_asked_once() {
    let setup = Setup::new();
    let error = setup.get("/missing").unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        format!(
            "`{}` does not exist (status 404)",
            setup.server.url("/missing")
        )
    );
    assert_eq!(setup.server.received().len(), 1);
}

#[test]
fn an_error_that_passes_is_survived() {
    let setup = Setup::new();
    setup.server.sequence(
        "/a",
        [
            Reply::status(503),
            Reply::status(500),
            Reply::status(408),
            Reply::ok("x"),
        ],
    );
    assert_eq!(setup.get("/a").unwrap().requests, 4);
}

#[test]
fn a_permanent_error_ends_with_its_message() {
    let setup = Setup::new();
    let reply = Reply::json(&serde_json::json!({"message": "down for\u{1b}[1m repair"}));
    setup.server.on("/a", reply.with_status(500));
    let error = setup.get("/a").unwrap_err().to_string();
    let attempts = setup.server.received().len();
    assert_eq!(
        error,
        format!(
            "`{}` answered with status 500 ({attempts} attempts): down for[1m repair",
            setup.server.url("/a")
        )
    );
    assert!((2..=8).contains(&attempts), "{attempts}");
    assert!(setup.cached().is_empty());
}

#[test]
fn a_permanent_error_ends_within_the_budget() {
    let setup = Setup::with(|options| ClientOptions {
        timeout: Duration::from_millis(50),
        retry_base: Duration::from_secs(3600),
        ..options
    });
    setup.server.on("/a", Reply::status(500));
    assert!(matches!(
        setup.get("/a"),
        Err(FetchError::Status { status: 500, .. })
    ));
}

#[test]
fn a_wish_to_wait_is_granted_within_the_budget_only() {
    let setup = Setup::new();
    setup.server.sequence(
        "/short",
        [
            Reply::status(429).header("Retry-After", "0"),
            Reply::ok("x"),
        ],
    );
    assert_eq!(setup.get("/short").unwrap().requests, 2);
    setup
        .server
        .on("/long", Reply::status(429).header("Retry-After", "3600"));
    let error = setup.get("/long").unwrap_err().to_string();
    let url = setup.server.url("/long");
    assert_eq!(
        error,
        format!("`{url}` limits the rate of requests (status 429) and asks to wait 3600 seconds")
    );
    setup.server.on(
        "/date",
        Reply::status(503).header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),
    );
    assert!(matches!(
        setup.get("/date"),
        Err(FetchError::Status {
            status: 503,
            attempts: 1,
            ..
        })
    ));
}

#[test]
fn a_rate_limit_without_a_wish_ends_too() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::status(429));
    assert!(matches!(
        setup.get("/a"),
        Err(FetchError::RateLimited {
            status: 429,
            retry_after: None,
            ..
        })
    ));
    assert!(setup.server.received().len() <= 8);
}

#[test]
fn a_forges_403_is_told_from_a_refusal() {
    let setup = Setup::new();
    let limit =
        Reply::json(&serde_json::json!({"message": "You have exceeded a secondary rate limit."}));
    setup.server.on(
        "/limit",
        limit.with_status(403).header("Retry-After", "3600"),
    );
    setup
        .server
        .on("/refused", Reply::status(403).body("no entry"));
    let error = setup.get("/limit").unwrap_err();
    assert!(
        matches!(&error, FetchError::RateLimited { status: 403, .. }),
        "{error}"
    );
    let expected = format!(
        "access to `{}` was refused (status 403): no entry",
        setup.server.url("/refused")
    );
    assert_eq!(message(setup.get("/refused")), expected);
}

#[test]
fn a_cut_body_that_stays_cut_is_an_error() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("0123456789").cut_after(4));
    let error = message(setup.client.file(&setup.request("/a").immutable()));
    let expected = format!(
        "the body of `{}` is cut: 4 of 10 bytes arrived",
        setup.server.url("/a")
    );
    assert!(error.starts_with(&expected), "{error}");
    assert!(setup.cached().is_empty());
}

#[test]
fn a_large_body_that_stays_cut_is_an_error() {
    // Each attempt brings more than counts as progress, but none brings more than the one before.
    let body = "0123456789".repeat(10_000);
    let setup = Setup::new();
    let cut = Reply::ok(body.as_str()).cut_after(50_000);
    setup.server.on("/plain", cut.clone());
    setup.server.on("/chunked", cut.clone().chunked());
    let wrong = Reply::status(206)
        .header("Content-Range", "bytes 10-99999/100000")
        .body(body.as_str());
    let tagged = cut.header("ETag", "\"v\"");
    let replies: Vec<Reply> = (0..40)
        .flat_map(|_| [tagged.clone(), wrong.clone()])
        .collect();
    setup.server.sequence("/wrong-range", replies);
    for path in ["/plain", "/chunked", "/wrong-range"] {
        assert!(setup.get(path).is_err(), "{path}");
        let asked = setup.server.targets();
        let attempts = asked.iter().filter(|target| *target == path).count();
        assert_eq!(attempts, 8, "{path}");
    }
    assert!(setup.cached().is_empty());
}

#[test]
fn pieces_of_two_versions_are_fetched_whole_but_once() {
    let setup = Setup::new();
    let cut = Reply::ok("0123456789").ranges("\"same\"").cut_after(4);
    let other = Reply::ok("abcdefghij").ranges("\"same\"");
    let replies: Vec<Reply> = (0..40).flat_map(|_| [cut.clone(), other.clone()]).collect();
    setup.server.sequence("/a", replies);
    let request = setup.request("/a").expect(sha256(b"0123456789"));
    let error = setup.client.file(&request).unwrap_err();
    assert!(matches!(error, FetchError::HashMismatch { .. }), "{error}");
    assert_eq!(setup.server.received().len(), 4);
}

#[test]
fn a_cut_chunked_body_is_an_error() {
    let setup = Setup::new();
    setup
        .server
        .on("/a", Reply::ok("0123456789").chunked().cut_after(4));
    let error = setup
        .client
        .file(&setup.request("/a").immutable())
        .unwrap_err();
    assert!(matches!(error, FetchError::Transport { .. }), "{error}");
    assert!(setup.cached().is_empty());
}

#[test]
fn a_length_that_lies_is_an_error() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("0123").announce(10));
    assert!(matches!(
        setup.get("/a"),
        Err(FetchError::Cut {
            announced_bytes: 10,
            got_bytes: 4,
            ..
        })
    ));
}

#[test]
fn a_wrong_hash_names_both_and_keeps_nothing() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("<html>junk"));
    let request = setup.request("/a").expect(sha256(b"content")).immutable();
    let error = message(setup.client.file(&request));
    let (url, expected, got) = (
        setup.server.url("/a"),
        sha256(b"content"),
        sha256(b"<html>junk"),
    );
    assert_eq!(
        error,
        format!("hash mismatch for `{url}`\n  expected: {expected}\n  got:      {got}")
    );
    assert!(setup.cached().is_empty(), "{}", setup.cached().join(" "));
    setup.server.on("/a", Reply::ok("content"));
    assert_eq!(setup.client.file(&request).unwrap().requests, 1);
}

#[test]
fn a_weaker_hash_does_not_vouch_for_a_wrong_strong_one() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("junk"));
    let request = setup
        .request("/a")
        .expect(hash_bytes(Algorithm::Sha1, b"junk"))
        .expect(hash_bytes(Algorithm::Sha512, b"content"));
    assert!(matches!(
        setup.client.file(&request),
        Err(FetchError::HashMismatch { .. })
    ));
    let either = setup
        .request("/a")
        .expect(sha256(b"other"))
        .expect(sha256(b"junk"));
    assert_eq!(
        setup.client.file(&either).unwrap().bytes().unwrap(),
        b"junk"
    );
}

#[test]
fn a_file_over_the_limit_is_refused_announced_or_not() {
    let setup = Setup::new();
    setup.server.on("/told", Reply::ok("0123456789"));
    setup
        .server
        .on("/untold", Reply::ok("0123456789").without_length());
    setup
        .server
        .on("/chunked", Reply::ok("0123456789").chunked());
    for path in ["/told", "/untold", "/chunked"] {
        let error = message(setup.client.file(&setup.request(path).limit_bytes(9)));
        assert_eq!(
            error,
            format!(
                "`{}` is larger than the limit of 9 bytes",
                setup.server.url(path)
            )
        );
        assert!(
            setup
                .client
                .file(&setup.request(path).limit_bytes(10))
                .is_ok()
        );
    }
    assert!(setup.cached().is_empty());
}

#[test]
fn a_compressed_bomb_is_refused_while_it_unfolds() {
    use std::io::Write as _;
    let setup = Setup::new();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 4 << 20]).unwrap();
    setup.server.on(
        "/a",
        Reply::ok(encoder.finish().unwrap()).header("Content-Encoding", "gzip"),
    );
    let document =
        FileRequest::document(setup.server.url("/a"), "application/json").limit_bytes(1 << 20);
    assert!(matches!(
        setup.client.file(&document),
        Err(FetchError::TooLarge { .. })
    ));
}

#[test]
fn silence_ends_by_the_idle_limit() {
    let setup = Setup::with(|options| ClientOptions {
        idle_timeout: Duration::from_millis(30),
        timeout: Duration::from_millis(200),
        ..options
    });
    setup
        .server
        .on("/head", Reply::ok("0123456789").stall_after(0));
    setup
        .server
        .on("/body", Reply::ok("0123456789").stall_after(5));
    for path in ["/head", "/body"] {
        let error = setup.get(path).unwrap_err();
        assert!(
            matches!(error, FetchError::Cut { .. } | FetchError::Transport { .. }),
            "{path}: {error}"
        );
    }
}

#[test]
fn nobody_listening_is_an_error_that_names_the_address() {
    let setup = Setup::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = Url::parse(&format!("http://{closed}/a")).unwrap();
    let endpoints = Endpoints::new([(Endpoint::Npm, gone.clone())].into()).unwrap();
    let client = Client::new(ClientOptions {
        endpoints,
        ..setup.server.options(setup.folder.path())
    })
    .unwrap();
    let error = message(client.file(&FileRequest::new(gone.clone())));
    assert_eq!(error, format!("could not fetch `{gone}` (3 attempts)"));
}

#[test]
fn offline_answers_from_the_cache_or_names_the_address() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    let request = setup.request("/a").immutable();
    setup.client.file(&request).unwrap();
    let offline = Client::new(ClientOptions {
        offline: true,
        ..setup.server.options(setup.folder.path())
    })
    .unwrap();
    assert_eq!(offline.file(&request).unwrap().requests, 0);
    let error = message(offline.file(&setup.request("/b")));
    assert_eq!(
        error,
        format!(
            "`{}` is not in the cache and the network is off (`--offline`)",
            setup.server.url("/b")
        )
    );
    assert_eq!(setup.server.targets(), ["/a"]);
}

#[test]
fn a_corrupted_cache_entry_is_fetched_again() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    let request = setup.request("/a").expect(sha256(b"content"));
    let path = setup.client.file(&request).unwrap().path;
    let other = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
    other.persist(&path).unwrap();
    let again = setup.client.file(&request).unwrap();
    assert_eq!(
        (again.requests, again.bytes().unwrap().as_slice()),
        (1, &b"content"[..])
    );
}

#[test]
fn an_interruption_ends_a_request_that_waits() {
    let setup = Setup::with(|options| ClientOptions {
        idle_timeout: Duration::from_secs(600),
        timeout: Duration::from_secs(600),
        ..options
    });
    setup
        .server
        .on("/a", Reply::ok("0123456789").stall_after(5));
    let interrupt = setup.client.interrupt().clone();
    let fetched = std::thread::scope(|scope| {
        let fetching = scope.spawn(|| setup.get("/a"));
        while setup.server.received().is_empty() {
            std::thread::yield_now();
        }
        interrupt.raise();
        fetching.join().unwrap()
    });
    assert!(matches!(fetched, Err(FetchError::Interrupted)));
    assert!(matches!(setup.get("/a"), Err(FetchError::Interrupted)));
    assert!(setup.cached().is_empty());
}

/// Runs itself again with a small limit on the size of files, as a full disk behaves.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the outer run tells the inner one"
)]
fn a_full_disk_is_an_error_that_names_the_file() {
    const INNER: &str = "NIXSMITH_TEST_FULL_DISK";
    if std::env::vars_os().any(|(name, _)| name == INNER) {
        let setup = Setup::new();
        setup.server.on("/a", Reply::ok(vec![b'x'; 1 << 20]));
        let error = setup.get("/a").unwrap_err();
        let FetchError::Cache { path, source } = &error else {
            panic!("{error}");
        };
        assert!(
            path.starts_with(setup.folder.path().join("nixsmith")),
            "{error}"
        );
        assert_eq!(source.kind(), std::io::ErrorKind::FileTooLarge);
        assert!(setup.cached().is_empty());
        return;
    }
    let this = std::env::current_exe().unwrap();
    let name = "client::tests::failures::a_full_disk_is_an_error_that_names_the_file";
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" --exact \"$1\" --nocapture";
    let program = Program::new("bash")
        .args(["-c", script])
        .arg(this)
        .arg(name)
        .inherit(&environment())
        .env(INNER, "1");
    let output = program.run().unwrap().text();
    assert!(output.contains("1 passed"), "{output}");
}

#[test]
fn certificates_that_cannot_be_read_stop_what_needs_them() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing.pem");
    let setup = |file: &Path| {
        Setup::with(|options| ClientOptions {
            certificate_file: Some(file.to_owned()),
            ..options
        })
    };
    let secure = FileRequest::new(Url::parse("https://registry.invalid/a").unwrap());
    let without = setup(&missing);
    let error = message(without.client.file(&secure));
    let expected = format!(
        "could not set up the HTTP client: certificates in `{}`: ",
        missing.display()
    );
    assert!(error.starts_with(&expected), "{error}");
    without.server.on("/a", Reply::ok("x"));
    assert_eq!(without.get("/a").unwrap().bytes().unwrap(), b"x");
    let empty = tempfile::NamedTempFile::new().unwrap();
    let error = message(setup(empty.path()).client.file(&secure));
    assert!(error.ends_with("there is no certificate in it"), "{error}");
}
