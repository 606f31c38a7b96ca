//! Folders that a server lists, and SourceForge's feeds.

use super::*;

fn page(names: &[&str]) -> Reply {
    let links: Vec<String> = names
        .iter()
        .map(|name| format!("<a href=\"{name}\">{name}</a>"))
        .collect();
    Reply::ok(format!(
        "<html><body><a href=\"?C=M;O=A\">x</a><a href=\"../\">up</a>{}</body></html>",
        links.join("<br>")
    ))
    .header("Content-Type", "text/html")
}

#[test]
fn gnu_and_savannah_list_their_files() {
    let setup = Setup::new();
    let names = [
        "hello-2.12.tar.gz",
        "hello-2.12.tar.gz.sig",
        "hello-2.12.1.tar.gz",
        "hello-2.9.tar.gz",
        "hello-2.13-rc1.tar.gz",
        "other-9.0.tar.gz",
        "hello-2.12.2.tar.xz",
    ];
    setup.server.on("/hello/", page(&names));
    let hello = |url: &str| query("2.12", url);
    for (url, kind) in [
        ("mirror://gnu/hello/hello-2.12.tar.gz", "GNU"),
        ("mirror://savannah/hello/hello-2.12.tar.gz", "Savannah"),
    ] {
        let candidate = setup.newest(&hello(url));
        assert_eq!(
            (candidate.version.as_str(), candidate.source.kind.as_str()),
            ("2.12.2", kind)
        );
        assert_eq!(candidate.tag, None);
        assert_eq!(
            candidate.skipped,
            [skipped("2.13-rc1", "it is a prerelease")]
        );
    }
    let exactly = Query {
        wanted: Wanted::Exact("2.9".to_owned()),
        ..hello("mirror://gnu/hello/hello-2.12.tar.gz")
    };
    assert_eq!(setup.newest(&exactly).version, "2.9");
}

#[test]
fn kde_has_a_folder_for_each_version() {
    let setup = Setup::new();
    setup.server.on(
        "/stable/frameworks/",
        page(&[
            "6.4/",
            "6.5/",
            "6.6/",
            "6.10/",
            "latest/",
            "5.116/",
            "readme.txt",
        ]),
    );
    setup.server.on(
        "/stable/frameworks/6.5/",
        page(&["karchive-6.5.0.tar.xz", "karchive-6.5.1.tar.xz"]),
    );
    setup
        .server
        .on("/stable/frameworks/6.6/", page(&["karchive-6.6.0.tar.xz"]));
    setup
        .server
        .on("/stable/frameworks/6.10/", page(&["kio-6.10.0.tar.xz"]));
    let candidate = setup.newest(&query(
        "6.5.0",
        "mirror://kde/stable/frameworks/6.5/karchive-6.5.0.tar.xz",
    ));
    assert_eq!(
        (candidate.version.as_str(), candidate.source.kind.as_str()),
        ("6.6.0", "KDE")
    );
    assert!(
        !setup
            .server
            .targets()
            .iter()
            .any(|target| target.contains("6.4") || target.contains("latest"))
    );
}

#[test]
fn a_folder_may_carry_the_version_alone() {
    let setup = Setup::new();
    setup
        .server
        .on("/pub/foo/", page(&["1.2/", "1.3/", "v9/", "2.0-beta/"]));
    setup.server.on("/pub/foo/1.3/", page(&["foo.tar.gz"]));
    let url = setup.server.url("pub/foo/1.2/foo.tar.gz").to_string();
    let candidate = newest(&query("1.2", &url), &setup.host_context())
        .unwrap()
        .unwrap();
    assert_eq!(
        (candidate.version.as_str(), candidate.source.kind.as_str()),
        ("1.3", "folder")
    );
}

#[test]
fn links_to_elsewhere_are_no_files() {
    let setup = Setup::new();
    let names = [
        "https://evil.example/pub/foo-9.0.tar.gz",
        "//evil.example/pub/foo-8.0.tar.gz",
        "/other/foo-7.0.tar.gz",
        "sub/foo-6.0.tar.gz",
        "foo-5.0.tar.gz?x",
        "foo-1.1.tar.gz",
        "foo-4%1b[31m.tar.gz",
    ];
    setup.server.on("/pub/", page(&names));
    let url = setup.server.url("pub/foo-1.0.tar.gz").to_string();
    let candidate = newest(&query("1.0", &url), &setup.host_context())
        .unwrap()
        .unwrap();
    assert_eq!(candidate.version, "1.1");
    assert_eq!(candidate.skipped, []);
}

#[test]
fn a_page_that_is_no_list_is_told() {
    let setup = Setup::new();
    setup.server.on(
        "/pub/",
        Reply::ok("<html>Welcome! <a href=/buy>buy</a></html>"),
    );
    let url = setup.server.url("pub/foo-1.0.tar.gz").to_string();
    let error = newest(&query("1.0", &url), &setup.host_context()).unwrap_err();
    assert!(
        format!("{error:#}").contains("names a version"),
        "{error:#}"
    );
}

#[test]
fn sourceforge_tells_its_newest_files() {
    let setup = Setup::new();
    let item = |path: &str| {
        format!("<item><title><![CDATA[{path}]]></title><link>https://example.org/x</link></item>")
    };
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>foo</title>{}{}{}{}</channel></rss>",
        item("/foo/1.3/foo-1.3.tar.xz"),
        item("/foo/1.3/README"),
        item("/foo/2.0/foo-2.0-beta.tar.gz"),
        item("/win/foo-win-9.0.tar.gz"),
    );
    setup
        .server
        .on("/projects/foo/rss?path=%2Ffoo", Reply::ok(feed));
    let candidate = setup.newest(&query(
        "1.2",
        "mirror://sourceforge/foo/foo/1.2/foo-1.2.tar.gz",
    ));
    assert_eq!(
        (candidate.version.as_str(), candidate.source.kind.as_str()),
        ("1.3", "SourceForge")
    );
    assert_eq!(
        candidate.skipped,
        [skipped("2.0-beta", "it is a prerelease")]
    );
}
