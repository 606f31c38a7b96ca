use nixsmith_fetch::endpoints::{Endpoint, Endpoints};

use super::*;

fn query(pname: &str, current: &str, url: &str) -> Query {
    Query {
        pname: pname.to_owned(),
        current: current.to_owned(),
        urls: vec![url.to_owned()],
        ..Query::default()
    }
}

fn only(pname: &str, current: &str, url: &str) -> (Option<Place>, Option<String>) {
    let (places, tag) = places(&query(pname, current, url), &Endpoints::default());
    assert!(places.len() <= 1, "{places:?}");
    (places.into_iter().next(), tag)
}

fn at(endpoint: Endpoint, path: &str) -> String {
    format!("{}/{path}", endpoint.public_url())
}

#[test]
fn registries_are_known_by_their_addresses() {
    let own = |name: &str| name.to_owned();
    let pypi = |name: &str, wheel| Place::Pypi {
        name: name.to_owned(),
        wheel,
    };
    for (url, current, expected) in [
        (
            at(Endpoint::Crates, "crates/just/1.42.4/download"),
            "1.42.4",
            Place::Crates(own("just")),
        ),
        (
            "mirror://pypi/z/zope-interface/zope-interface-7.2.tar.gz".to_owned(),
            "7.2",
            pypi("zope-interface", false),
        ),
        (
            at(
                Endpoint::PypiFiles,
                "packages/ab/cd/0123/foo_bar-1.0-py3-none-any.whl",
            ),
            "1.0",
            pypi("foo_bar", true),
        ),
        (
            at(Endpoint::Pypi, "packages/source/f/foo/foo-1.0rc1.tar.gz"),
            "1.0.0-rc.1",
            pypi("foo", false),
        ),
        (
            at(Endpoint::Npm, "left-pad/-/left-pad-1.3.0.tgz"),
            "1.3.0",
            Place::Npm(own("left-pad")),
        ),
        (
            at(Endpoint::Npm, "@types/node/-/node-20.0.0.tgz"),
            "20.0.0",
            Place::Npm(own("@types/node")),
        ),
        (
            at(Endpoint::Npm, "@types%2fnode"),
            "20.0.0",
            Place::Npm(own("@types/node")),
        ),
        (
            at(Endpoint::Rubygems, "gems/nokogiri-1.16.0.gem"),
            "1.16.0",
            Place::Rubygems(own("nokogiri")),
        ),
        (
            at(
                Endpoint::GoProxy,
                "example.org/!burnt!sushi/toml/@v/v1.0.0.zip",
            ),
            "1.0.0",
            Place::Go(own("example.org/BurntSushi/toml")),
        ),
        (
            at(Endpoint::Packagist, "p2/psr/log.json"),
            "3.0.0",
            Place::Packagist(own("psr/log")),
        ),
        (
            at(Endpoint::Hex, "tarballs/jason-1.4.4.tar"),
            "1.4.4",
            Place::Hex(own("jason")),
        ),
    ] {
        assert_eq!(only("x", current, &url), (Some(expected), None), "{url}");
    }
}

#[test]
fn archives_are_known_by_their_addresses() {
    let own = |name: &str| name.to_owned();
    for (url, current, expected) in [
        (
            "mirror://hackage/aeson-2.2.0.0.tar.gz".to_owned(),
            "2.2.0.0",
            Place::Hackage(own("aeson")),
        ),
        (
            "mirror://hackage/text-icu-0.8.tar.gz".to_owned(),
            "0.8",
            Place::Hackage(own("text-icu")),
        ),
        (
            "mirror://cran/data.table_1.15.0.tar.gz".to_owned(),
            "1.15.0",
            Place::Cran(own("data.table")),
        ),
        (
            "mirror://cpan/authors/id/E/ET/ETHER/Moose-2.2206.tar.gz".to_owned(),
            "2.2206",
            Place::Cpan(own("Moose")),
        ),
        (
            "mirror://gnome/sources/gnome-maps/46/gnome-maps-46.1.tar.xz".to_owned(),
            "46.1",
            Place::Gnome(own("gnome-maps")),
        ),
        (
            "mirror://maven/org/example/thing/1.2/thing-1.2.jar".to_owned(),
            "1.2",
            Place::Maven {
                group: own("org.example"),
                artifact: own("thing"),
            },
        ),
        (
            "mirror://sourceforge/project/zsh/zsh/5.9/zsh-5.9.tar.xz".to_owned(),
            "5.9",
            Place::Sourceforge {
                project: own("zsh"),
                path: own("zsh/5.9/zsh-5.9.tar.xz"),
            },
        ),
    ] {
        assert_eq!(only("x", current, &url), (Some(expected), None), "{url}");
    }
}

#[test]
fn forges_tell_their_tag() {
    let github = |path: &str| at(Endpoint::Github, path);
    for (url, tag, files) in [
        (
            github("o/r/archive/refs/tags/v1.2.tar.gz"),
            Some("v1.2"),
            false,
        ),
        (github("o/r/archive/v1.2.tar.gz"), Some("v1.2"), false),
        (
            github("o/r/releases/download/foo%2Fv1.2/foo.tar.gz"),
            Some("foo/v1.2"),
            true,
        ),
        (
            github("o/r/releases/download/foo/v1.2/foo.tar.gz"),
            Some("foo/v1.2"),
            true,
        ),
        (
            github(&format!("o/r/archive/{}.tar.gz", "a".repeat(40))),
            None,
            false,
        ),
        (github("o/r.git"), None, false),
    ] {
        let (place, found) = only("r", "1.2", &url);
        match place {
            Some(Place::Forge {
                source,
                files: found,
            }) => {
                assert_eq!((source.slug(), found), ("o/r".to_owned(), files), "{url}");
            }
            other => panic!("{url}: {other:?}"),
        }
        assert_eq!(found.as_deref(), tag, "{url}");
    }
    let gitlab = at(
        Endpoint::Gitlab,
        "api/v4/projects/g%2Fh%2Fr/repository/archive.tar.gz?sha=refs%2Ftags%2Fv1.2",
    );
    let (place, tag) = only("r", "1.2", &gitlab);
    assert!(matches!(place, Some(Place::Forge { source, .. }) if source.slug() == "g/h/r"));
    assert_eq!(tag.as_deref(), Some("v1.2"));
}

#[test]
fn other_hosts_are_git_or_folders() {
    let git = |url: &str| Some(Place::Git(url.to_owned()));
    assert_eq!(
        only("x", "1.2", "https://example.org/x.git").0,
        git("https://example.org/x.git")
    );
    assert_eq!(
        only("x", "1.2", "git://example.org/x").0,
        git("git://example.org/x")
    );
    assert_eq!(
        only("x", "1.2", "git+https://example.org/x").0,
        git("https://example.org/x")
    );
    let folder = |url: &str| Some(Place::Folder(Url::parse(url).unwrap()));
    let plain = "https://example.org/pub/x-1.2.tar.gz";
    assert_eq!(only("x", "1.2", plain).0, folder(plain));
    let gnu = at(Endpoint::Gnu, "hello/hello-2.12.tar.gz");
    assert_eq!(
        only("hello", "2.12", "mirror://gnu/hello/hello-2.12.tar.gz").0,
        folder(&gnu)
    );
    for nothing in [
        "",
        "file:///etc/passwd",
        "ftp://example.org/x-1.2.tar.gz",
        "https://example.org/",
        "https://example.org/about",
        "nonsense",
    ] {
        assert_eq!(only("x", "1.2", nothing).0, None, "{nothing}");
    }
    let mut with_tag = query("x", "1.2", "https://git.example.org/x");
    with_tag.tag = Some("v1.2".to_owned());
    let (places, tag) = places(&with_tag, &Endpoints::default());
    assert_eq!(places, [Place::Git("https://git.example.org/x".to_owned())]);
    assert_eq!(tag.as_deref(), Some("v1.2"));
}

#[test]
fn the_likeliest_place_is_asked_first() {
    let query = Query {
        homepage: Some(at(Endpoint::Github, "o/r")),
        urls: vec![
            "https://cgit.example.org/cgit/x.git/snapshot/x-v1.2.tar.gz".to_owned(),
            "https://cgit.example.org/git/x.git".to_owned(),
            "https://cgit.example.org/git/x.git".to_owned(),
        ],
        ..query("x", "1.2", "")
    };
    let (places, _) = places(&query, &Endpoints::default());
    assert!(
        matches!(
            places.as_slice(),
            [Place::Git(_), Place::Folder(_), Place::Forge { .. }]
        ),
        "{places:?}"
    );
}
