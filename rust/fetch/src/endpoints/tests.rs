use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn with(endpoint: Endpoint, replacement: &str) -> Endpoints {
    Endpoints::new(BTreeMap::from([(endpoint, url(replacement))])).unwrap()
}

#[test]
fn every_row_is_a_bare_https_base_with_a_name_of_its_own() {
    let endpoints = Endpoints::default();
    let mut names = std::collections::BTreeSet::new();
    for endpoint in Endpoint::all() {
        assert_eq!(endpoints.url(endpoint).scheme(), "https");
        assert!(!endpoint.public_url().ends_with('/'));
        assert_eq!(endpoint.name().parse(), Ok(endpoint));
        assert!(names.insert(endpoint.name()));
    }
    assert_eq!(names.len(), 34);
}

#[test]
fn a_public_address_moves_to_its_replacement_and_only_there() {
    let endpoints = with(Endpoint::Github, "http://127.0.0.1:8080/mirror/");
    let github = Endpoint::Github.public_url();
    for (from, to) in [
        (
            "/a/b/archive/v1.tar.gz?x=1",
            "http://127.0.0.1:8080/mirror/a/b/archive/v1.tar.gz?x=1",
        ),
        ("", "http://127.0.0.1:8080/mirror/"),
    ] {
        assert_eq!(
            endpoints.rewrite(&url(&format!("{github}{from}"))).as_str(),
            to
        );
    }
    for other in [
        "https://github.com.example.org/a",
        "https://example.org/a",
        "http://github.com/a",
    ] {
        assert_eq!(endpoints.rewrite(&url(other)).as_str(), other);
    }
}

#[test]
fn a_second_public_base_moves_too() {
    let endpoints = with(Endpoint::Bitbucket, "http://127.0.0.1:8080");
    let second = Endpoint::Bitbucket.row().3[0];
    let moved = endpoints.rewrite(&url(&format!("{second}/2.0/repositories/a/b")));
    assert_eq!(moved.as_str(), "http://127.0.0.1:8080/2.0/repositories/a/b");
}

#[test]
fn private_addresses_are_allowed_by_exact_origin() {
    let endpoints = with(Endpoint::Npm, "http://127.0.0.1:8080/npm");
    assert!(endpoints.allows_private(&url("http://127.0.0.1:8080/elsewhere")));
    for other in [
        "http://127.0.0.1:8081/npm",
        "https://127.0.0.1:8080/npm",
        "http://localhost:8080/npm",
    ] {
        assert!(!endpoints.allows_private(&url(other)), "{other}");
    }
    assert!(!Endpoints::default().allows_private(&url("http://127.0.0.1:8080/")));
}

#[test]
fn a_replacement_that_is_no_base_is_refused() {
    let refuse =
        |text: &str| Endpoints::new(BTreeMap::from([(Endpoint::Npm, url(text))])).unwrap_err();
    assert!(matches!(refuse("file:///etc"), EndpointError::NotHttp(..)));
    assert!(matches!(
        refuse("data:text/plain,x"),
        EndpointError::NotHttp(..)
    ));
    assert!(matches!(
        refuse("https://user:pass@example.org"),
        EndpointError::Credentials(_)
    ));
    assert!(matches!(
        refuse("https://example.org/?a=b"),
        EndpointError::NotABase(_)
    ));
}

#[test]
fn join_puts_one_slash_between() {
    let endpoints = with(Endpoint::Npm, "http://127.0.0.1:8080/npm/");
    assert_eq!(
        endpoints.join(Endpoint::Npm, "a%2fb").as_str(),
        "http://127.0.0.1:8080/npm/a%2fb"
    );
    assert_eq!(
        endpoints.join(Endpoint::Npm, "/a?b=c").as_str(),
        "http://127.0.0.1:8080/npm/a?b=c"
    );
}

#[test]
fn a_segment_never_leaves_its_place() {
    assert_eq!(segment("a/../b"), "a%2F..%2Fb");
    let joined = Endpoints::default().join(Endpoint::Npm, &format!("a/{}/b", segment("..")));
    assert_eq!(joined.path(), "/a/%252E%252E/b");
    assert_eq!(segment("1.0+git~1?x#y"), "1.0+git~1%3Fx%23y");
}

#[test]
fn mirrors_resolve_to_their_first_address() {
    let resolved = resolve_mirror(&url("mirror://gnu/hello/hello-2.12.tar.gz")).unwrap();
    assert!(resolved.as_str().ends_with("/hello/hello-2.12.tar.gz"));
    assert_eq!(resolve_mirror(&url("mirror://nowhere/x")), None);
    assert_eq!(resolve_mirror(&url("https://example.org/x")), None);
}

#[test]
fn an_address_is_located_at_its_service() {
    let located = |endpoints: &Endpoints, text: &str| endpoints.locate(&url(text));
    let public = Endpoints::default();
    for endpoint in Endpoint::all() {
        for base in std::iter::once(endpoint.row().2).chain(endpoint.row().3.iter().copied()) {
            assert_eq!(
                located(&public, &format!("{base}/a/b?c=d")),
                Some((endpoint, "a/b?c=d".to_owned())),
                "{base}"
            );
        }
    }
    assert_eq!(located(&public, "https://example.org/a"), None);
    let replaced = with(Endpoint::Gnu, "http://127.0.0.1:8080/mirror");
    assert_eq!(
        located(&replaced, "http://127.0.0.1:8080/mirror/hello/"),
        Some((Endpoint::Gnu, "hello/".to_owned()))
    );
}
