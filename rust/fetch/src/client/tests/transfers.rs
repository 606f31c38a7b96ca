//! What arrives, and what is kept of it.

use super::*;

#[test]
fn a_file_arrives_and_is_temporary_unless_it_may_be_kept() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    let file = setup.get("/a").unwrap();
    assert_eq!(file.bytes().unwrap(), b"content");
    assert_eq!(
        (file.size_bytes, file.sha256.clone(), file.requests),
        (7, sha256(b"content"), 1)
    );
    assert!(file.is_temporary());
    drop(file);
    assert!(setup.cached().is_empty(), "{}", setup.cached().join(" "));
}

#[test]
fn an_expected_file_is_kept_and_then_needs_no_request() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    let request = setup.request("/a").expect(sha256(b"content"));
    assert_eq!(setup.client.file(&request).unwrap().requests, 1);
    let again = setup.client.file(&request).unwrap();
    assert_eq!(
        (again.requests, again.bytes().unwrap().as_slice()),
        (0, &b"content"[..])
    );
    // The same content at another address is the same content.
    let elsewhere = setup.request("/b").expect(sha256(b"content"));
    assert_eq!(setup.client.file(&elsewhere).unwrap().requests, 0);
    assert_eq!(setup.server.targets(), ["/a"]);
}

#[test]
fn every_algorithm_finds_the_kept_file() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    for algorithm in [Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5] {
        let request = setup
            .request("/a")
            .expect(hash_bytes(algorithm, b"content"));
        assert_eq!(setup.client.file(&request).unwrap().requests, 1);
        assert_eq!(setup.client.file(&request).unwrap().requests, 0);
    }
}

#[test]
fn an_immutable_file_is_kept_by_its_address_alone() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::ok("content"));
    let request = setup.request("/a").immutable();
    assert_eq!(setup.client.file(&request).unwrap().requests, 1);
    assert_eq!(setup.client.file(&request).unwrap().requests, 0);
    assert_eq!(setup.get("/a").unwrap().requests, 1);
}

#[test]
fn a_body_of_unknown_length_is_not_kept_by_its_address() {
    let setup = Setup::new();
    setup
        .server
        .on("/open", Reply::ok("content").without_length());
    setup.server.on("/chunked", Reply::ok("content").chunked());
    for (path, requests) in [("/open", 1), ("/chunked", 0)] {
        let request = setup.request(path).immutable();
        assert_eq!(
            setup.client.file(&request).unwrap().bytes().unwrap(),
            b"content"
        );
        assert_eq!(
            setup.client.file(&request).unwrap().requests,
            requests,
            "{path}"
        );
    }
}

#[test]
fn a_cut_body_is_resumed_where_it_ended() {
    let setup = Setup::new();
    let reply = Reply::ok("0123456789").ranges("\"v1\"");
    setup.server.sequence(
        "/a",
        [
            reply.clone().cut_after(4),
            reply.clone().cut_after(3),
            reply,
        ],
    );
    let file = setup
        .client
        .file(&setup.request("/a").expect(sha256(b"0123456789")))
        .unwrap();
    assert_eq!(file.bytes().unwrap(), b"0123456789");
    let ranges: Vec<_> = setup
        .server
        .received()
        .iter()
        .map(|request| request.headers.get("range").cloned())
        .collect();
    assert_eq!(
        ranges,
        [
            None,
            Some("bytes=4-".to_owned()),
            Some("bytes=7-".to_owned())
        ]
    );
    assert_eq!(setup.server.received()[1].headers["if-range"], "\"v1\"");
    assert_eq!(file.requests, 3);
}

#[test]
fn a_file_that_changed_meanwhile_comes_from_its_start() {
    let setup = Setup::new();
    let (old, new) = (
        Reply::ok("0123456789").ranges("\"v1\""),
        Reply::ok("abcdefghij").ranges("\"v2\""),
    );
    setup.server.sequence("/a", [old.cut_after(4), new]);
    assert_eq!(setup.get("/a").unwrap().bytes().unwrap(), b"abcdefghij");
}

#[test]
fn a_server_without_ranges_starts_again() {
    let setup = Setup::new();
    setup.server.sequence(
        "/a",
        [
            Reply::ok("0123456789").cut_after(4),
            Reply::ok("0123456789"),
        ],
    );
    assert_eq!(setup.get("/a").unwrap().bytes().unwrap(), b"0123456789");
    assert!(
        setup
            .server
            .received()
            .iter()
            .all(|request| !request.headers.contains_key("range"))
    );
}

#[test]
fn pieces_of_two_versions_are_noticed_and_fetched_again() {
    let setup = Setup::new();
    let first = Reply::ok("0123456789").ranges("\"same\"").cut_after(4);
    let other = Reply::ok("abcdefghij").ranges("\"same\"");
    setup.server.sequence("/a", [first, other.clone(), other]);
    let file = setup
        .client
        .file(&setup.request("/a").expect(sha256(b"abcdefghij")))
        .unwrap();
    assert_eq!(
        (file.bytes().unwrap().as_slice(), file.requests),
        (&b"abcdefghij"[..], 3)
    );
}

#[test]
fn a_range_that_was_not_asked_for_is_not_glued_on() {
    let setup = Setup::new();
    let whole = Reply::ok("0123456789").ranges("\"v\"");
    let wrong = Reply::status(206)
        .header("Content-Range", "bytes 2-9/10")
        .body("23456789");
    setup
        .server
        .sequence("/a", [whole.clone().cut_after(4), wrong, whole]);
    assert_eq!(setup.get("/a").unwrap().bytes().unwrap(), b"0123456789");
}

#[test]
fn documents_may_travel_compressed_and_files_may_not() {
    use std::io::Write as _;
    let setup = Setup::new();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"{}").unwrap();
    let packed = encoder.finish().unwrap();
    setup.server.on(
        "/a",
        Reply::ok(packed.clone()).header("Content-Encoding", "gzip"),
    );
    let document = FileRequest::document(setup.server.url("/a"), "application/json");
    assert_eq!(
        setup.client.file(&document).unwrap().bytes().unwrap(),
        b"{}"
    );
    assert_eq!(setup.get("/a").unwrap().bytes().unwrap(), packed);
    let sent: Vec<String> = setup
        .server
        .received()
        .iter()
        .map(|request| request.headers["accept-encoding"].clone())
        .collect();
    assert_eq!(sent, ["gzip", "identity"]);
}

#[test]
fn garbled_compression_is_an_error() {
    let setup = Setup::new();
    setup.server.on(
        "/a",
        Reply::ok(vec![b'j'; 100]).header("Content-Encoding", "gzip"),
    );
    let document = FileRequest::document(setup.server.url("/a"), "application/json");
    let error = setup.client.file(&document).unwrap_err();
    assert!(matches!(error, FetchError::Malformed { .. }), "{error}");
}

#[test]
fn redirects_are_followed_and_the_last_address_is_told() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::redirect("b?x=1#frag"));
    setup.server.on("/b?x=1", Reply::ok("content"));
    let file = setup.get("/a").unwrap();
    assert_eq!((file.url, file.requests), (setup.server.url("/b?x=1"), 2));
}

#[test]
fn the_next_page_is_told() {
    let setup = Setup::new();
    setup.server.on(
        "/a",
        Reply::ok("[]").header("Link", "</a?page=2>; rel=\"next\""),
    );
    assert_eq!(
        setup.get("/a").unwrap().next_page,
        Some(setup.server.url("/a?page=2"))
    );
}

#[test]
fn connections_are_used_again_from_many_threads() {
    let setup = Setup::new();
    for number in 0..40 {
        setup
            .server
            .on(&format!("/{number}"), Reply::ok(vec![b'x'; 1000 * number]));
    }
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let setup = &setup;
            scope.spawn(move || {
                for number in (thread..40).step_by(4) {
                    let body = vec![b'x'; 1000 * number];
                    let request = setup.request(&format!("/{number}")).expect(sha256(&body));
                    assert_eq!(
                        setup.client.file(&request).unwrap().size_bytes,
                        body.len() as u64
                    );
                }
            });
        }
    });
    assert_eq!(setup.server.received().len(), 40);
    assert!(
        setup.server.connections() <= 8,
        "{} connections",
        setup.server.connections()
    );
}

#[test]
fn progress_hears_of_every_byte_once() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);
    struct Bar(Arc<Heard>);
    impl Task for Bar {
        fn advance(&self, amount: u64) {
            self.0.0.lock().unwrap().push(format!("+{amount}"));
        }
        fn set_total(&self, total: u64) {
            self.0.0.lock().unwrap().push(format!("of {total}"));
        }
    }
    struct Listener(Arc<Heard>);
    impl Progress for Listener {
        fn start(&self, what: &str, _: Option<u64>) -> Box<dyn Task> {
            self.0.0.lock().unwrap().push(what.to_owned());
            Box::new(Bar(Arc::clone(&self.0)))
        }
        fn note(&self, _: &str) {}
    }
    let heard = Arc::new(Heard::default());
    let listener = Arc::new(Listener(Arc::clone(&heard)));
    let setup = Setup::with(|options| ClientOptions {
        progress: listener,
        ..options
    });
    setup.server.sequence(
        "/crates/just/1.0/download",
        [
            Reply::ok("0123456789").cut_after(4),
            Reply::ok("0123456789"),
        ],
    );
    setup.get("/crates/just/1.0/download").unwrap();
    let heard = heard.0.lock().unwrap();
    assert_eq!(heard.first().unwrap(), "fetching `just 1.0`");
    let sum: u64 = heard
        .iter()
        .filter_map(|line| line.strip_prefix('+')?.parse::<u64>().ok())
        .sum();
    assert_eq!(sum, 10);
}
