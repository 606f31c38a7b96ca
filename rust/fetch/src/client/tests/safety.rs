//! Where a request may go, and what it may carry.

use super::*;

fn token_setup() -> (Setup, TestServer) {
    let other = TestServer::start();
    let token = Token::new("secret-token").unwrap();
    let other_url = other.url("");
    let setup = Setup::with(move |options| ClientOptions {
        tokens: Tokens::default().with(Endpoint::GithubApi, token),
        endpoints: Endpoints::new(
            Endpoint::all()
                .map(|row| {
                    let github = matches!(row, Endpoint::Github | Endpoint::GithubApi);
                    (
                        row,
                        if github {
                            options.endpoints.url(row).clone()
                        } else {
                            other_url.clone()
                        },
                    )
                })
                .collect(),
        )
        .unwrap(),
        ..options
    });
    (setup, other)
}

fn authorizations(server: &TestServer) -> Vec<Option<String>> {
    server
        .received()
        .iter()
        .map(|request| request.headers.get("authorization").cloned())
        .collect()
}

#[test]
fn a_token_goes_to_its_origin_and_not_across_a_redirect() {
    let (setup, other) = token_setup();
    setup
        .server
        .on("/elsewhere", Reply::redirect(other.url("/b").as_str()));
    setup.server.on("/near", Reply::redirect("/c"));
    setup.server.on("/c", Reply::ok("c"));
    other.on("/b", Reply::ok("b"));
    other.on("/back", Reply::redirect(setup.server.url("/c").as_str()));
    setup.get("/elsewhere").unwrap();
    setup.get("/near").unwrap();
    setup
        .client
        .file(&FileRequest::new(other.url("/back")))
        .unwrap();
    let sent = Some("Bearer secret-token".to_owned());
    assert_eq!(
        authorizations(&setup.server),
        [sent.clone(), sent, None, None]
    );
    assert_eq!(authorizations(&other), [None, None]);
}

#[test]
fn a_token_is_sent_again_with_a_repeated_request() {
    let (setup, _other) = token_setup();
    setup
        .server
        .sequence("/a", [Reply::status(500), Reply::ok("x")]);
    setup.get("/a").unwrap();
    assert!(authorizations(&setup.server).iter().all(Option::is_some));
}

#[test]
fn a_token_shows_in_no_text() {
    let (setup, _other) = token_setup();
    let shown = format!("{:?}", setup.client.options.tokens);
    assert!(!shown.contains("secret"), "{shown}");
    assert!(Token::new("two words").is_none());
    assert!(Token::new(" \n").is_none());
    assert_eq!(Token::new(" a\n"), Token::new("a"));
}

#[test]
fn loopback_is_refused_unless_it_is_an_endpoint() {
    let setup = Setup::new();
    let stranger = TestServer::start();
    stranger.on("/a", Reply::ok("x"));
    let error = message(setup.client.file(&FileRequest::new(stranger.url("/a"))));
    assert!(
        error.contains("is refused: a loopback or private address"),
        "{error}"
    );
    setup
        .server
        .on("/a", Reply::redirect(stranger.url("/a").as_str()));
    let error = message(setup.get("/a"));
    let (from, to) = (setup.server.url("/a"), stranger.url("/a"));
    assert_eq!(
        error,
        format!("`{from}` redirects to `{to}`: such an address is not asked")
    );
    assert!(stranger.received().is_empty());
}

#[test]
fn redirects_have_an_end() {
    let setup = Setup::new();
    setup.server.on("/a", Reply::redirect("/a"));
    let error = message(setup.get("/a"));
    assert!(
        error.ends_with("there are more than 10 redirects"),
        "{error}"
    );
    assert_eq!(setup.server.received().len(), 11);
}

#[test]
fn a_redirect_to_a_public_address_of_a_replaced_row_stays_with_the_replacement() {
    let setup = Setup::new();
    setup.server.on(
        "/a",
        Reply::redirect(&format!("{}/b", Endpoint::Github.public_url())),
    );
    setup.server.on("/b", Reply::ok("content"));
    assert_eq!(setup.get("/a").unwrap().url, setup.server.url("/b"));
}

#[test]
fn public_addresses_move_to_their_replacement() {
    let setup = Setup::new();
    setup
        .server
        .on("/crates/just/1.0/download", Reply::ok("content"));
    let public = Url::parse(&format!(
        "{}/crates/just/1.0/download",
        Endpoint::Crates.public_url()
    ))
    .unwrap();
    assert_eq!(
        setup
            .client
            .file(&FileRequest::new(public))
            .unwrap()
            .bytes()
            .unwrap(),
        b"content"
    );
}

#[test]
fn other_schemes_are_refused() {
    let setup = Setup::new();
    for text in [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "https://user:pw@example.org/a",
    ] {
        let error = message(
            setup
                .client
                .file(&FileRequest::new(Url::parse(text).unwrap())),
        );
        assert!(error.contains(" is refused: "), "{error}");
    }
}

#[test]
fn a_proxy_is_used_for_what_is_not_this_machine() {
    let proxy = TestServer::start();
    let address = format!("http://{}", proxy.host());
    let setup = Setup::with(|options| ClientOptions {
        proxy: ProxyOptions {
            http: Some(address.clone()),
            https: Some(address.clone()),
            no_proxy: None,
        },
        ..options
    });
    setup.server.on("/a", Reply::ok("x"));
    setup.get("/a").unwrap();
    assert!(proxy.received().is_empty());
    let error = setup
        .client
        .file(&FileRequest::new(
            Url::parse("https://registry.test/a").unwrap(),
        ))
        .unwrap_err();
    assert!(matches!(error, FetchError::Transport { .. }), "{error}");
    assert_eq!(
        proxy.targets().first().map(String::as_str),
        Some("registry.test:443")
    );
}

#[test]
fn proxies_are_read_as_curl_reads_them() {
    let read = |pairs: &[(&str, &str)]| {
        ProxyOptions::from_environment(&crate::process::Environment::from_pairs(
            pairs.iter().copied(),
        ))
    };
    let options = read(&[
        ("HTTPS_PROXY", "http://a"),
        ("https_proxy", "http://b"),
        ("HTTP_PROXY", "http://evil"),
        ("no_proxy", "x,y"),
    ]);
    assert_eq!(
        options,
        ProxyOptions {
            https: Some("http://b".into()),
            http: None,
            no_proxy: Some("x,y".into())
        }
    );
    let all = read(&[("ALL_PROXY", "http://c")]);
    assert_eq!(
        (all.https.as_deref(), all.http.as_deref()),
        (Some("http://c"), Some("http://c"))
    );
    let folder = TempDir::new().unwrap();
    let socks = ProxyOptions {
        https: Some("socks5://user:secret@h".into()),
        ..ProxyOptions::default()
    };
    let error = Client::new(ClientOptions {
        proxy: socks,
        ..ClientOptions::new(folder.path())
    })
    .err()
    .unwrap()
    .to_string();
    assert_eq!(
        error,
        "could not set up the HTTP client: the proxy setting has the scheme `socks5`, but only http and https are supported"
    );
}
