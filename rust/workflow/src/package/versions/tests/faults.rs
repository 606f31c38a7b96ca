//! Every source against everything that a service does instead of answering.

use nixsmith_fetch::testing::faults::{Access, Cell, UNREADABLE, check};

use super::*;

/// A source: its address, the target that is asked, the good answer, and what is said of junk.
struct Entry {
    url: String,
    target: &'static str,
    good: Reply,
    others: Vec<(&'static str, Reply)>,
    junk: &'static [&'static str],
}

impl Entry {
    fn new(url: impl Into<String>, target: &'static str, good: Reply) -> Self {
        Self {
            url: url.into(),
            target,
            good,
            others: Vec::new(),
            junk: UNREADABLE,
        }
    }

    fn json(url: impl Into<String>, target: &'static str, good: &serde_json::Value) -> Self {
        Self::new(url, target, Reply::json(good))
    }

    fn with(mut self, target: &'static str, reply: &serde_json::Value) -> Self {
        self.others.push((target, Reply::json(reply)));
        self
    }

    /// A list of text, in which a page for people is a list without versions.
    fn text(self) -> Self {
        Self {
            junk: &["cannot be read", "names a version"],
            ..self
        }
    }
}

fn forges() -> Vec<Entry> {
    let tags = json!([{ "name": "v1.1", "commit": { "sha": id("1"), "id": id("1") } }]);
    let release = json!([{ "tag_name": "v1.1" }]);
    let github = at(Endpoint::Github, "o/r/archive/v1.0.tar.gz");
    let file = at(Endpoint::Github, "o/r/releases/download/v1.0/r-1.0.tar.gz");
    vec![
        Entry::json(github, "/repos/o/r/tags?per_page=100", &tags)
            .with("/repos/o/r/releases?per_page=100", &json!([])),
        Entry::json(file, "/repos/o/r/releases?per_page=100", &release)
            .with("/repos/o/r/tags?per_page=100", &tags),
        Entry::json(
            at(Endpoint::Gitlab, "o/r/-/archive/v1.0/r-v1.0.tar.gz"),
            "/api/v4/projects/o%2Fr/repository/tags?per_page=100",
            &tags,
        )
        .with("/api/v4/projects/o%2Fr/releases?per_page=100", &json!([])),
        Entry::json(
            at(Endpoint::Codeberg, "o/r/archive/v1.0.tar.gz"),
            "/api/v1/repos/o/r/tags?limit=50",
            &tags,
        )
        .with("/api/v1/repos/o/r/releases?limit=50", &json!([])),
        Entry::json(
            at(Endpoint::Bitbucket, "o/r/get/v1.0.tar.gz"),
            "/2.0/repositories/o/r/refs/tags?pagelen=100",
            &json!({ "values": [{ "name": "v1.1" }] }),
        ),
    ]
}

fn languages() -> Vec<Entry> {
    let line = json!({
        "name": "foo", "vers": "1.1", "cksum": "00", "deps": [], "features": {}, "yanked": false
    });
    let file = json!({
        "filename": "foo-1.1.tar.gz", "url": "foo-1.1.tar.gz", "hashes": { "sha256": "0" }, "yanked": false
    });
    vec![
        Entry::json(
            at(Endpoint::Crates, "crates/foo/1.0/download"),
            "/3/f/foo",
            &line,
        )
        .text(),
        Entry::json(
            "mirror://pypi/f/foo/foo-1.0.tar.gz",
            "/simple/foo/",
            &json!({ "name": "foo", "files": [file] }),
        ),
        Entry::json(
            at(Endpoint::Npm, "foo/-/foo-1.0.tgz"),
            "/foo",
            &json!({ "dist-tags": { "latest": "1.1" }, "versions": { "1.1": {} } }),
        ),
        Entry::json(
            at(Endpoint::Rubygems, "gems/foo-1.0.gem"),
            "/api/v1/versions/foo.json",
            &json!([{ "number": "1.1", "prerelease": false, "platform": "ruby" }]),
        ),
        Entry::new(
            at(Endpoint::GoProxy, "example.org/m/@v/v1.0.0.zip"),
            "/example.org/m/@v/list",
            Reply::ok("v1.0.0\nv1.1.0\n"),
        )
        .with("/example.org/m/@v/v1.1.0.mod", &json!("module example.org/m"))
        .text(),
        Entry::json(
            at(Endpoint::Packagist, "p2/v/foo.json"),
            "/p2/v/foo.json",
            &json!({ "packages": { "v/foo": [{ "version": "1.1" }] } }),
        ),
        Entry::json(
            at(Endpoint::Hex, "tarballs/foo-1.0.tar"),
            "/api/packages/foo",
            &json!({ "releases": [{ "version": "1.1" }] }),
        ),
        Entry::json(
            "mirror://hackage/foo-1.0.tar.gz",
            "/package/foo/preferred.json",
            &json!({ "normal-version": ["1.1"] }),
        ),
        Entry::new(
            "mirror://maven/org/foo/1.0/foo-1.0.jar",
            "/org/foo/maven-metadata.xml",
            Reply::ok("<metadata><versioning><versions><version>1.1</version></versions></versioning></metadata>"),
        )
        .text(),
    ]
}

fn folders() -> Vec<Entry> {
    let page = "<html><body><a href=\"foo-1.0.tar.gz\">a</a> <a href=\"foo-1.1.tar.gz\">b</a></body></html>";
    vec![
        Entry::new(
            "mirror://cran/foo_1.0.tar.gz",
            "/web/packages/foo/DESCRIPTION",
            Reply::ok("Package: foo\nVersion: 1.1\n"),
        )
        .text(),
        Entry::json(
            "mirror://cpan/authors/id/A/AB/ABC/foo-1.0.tar.gz",
            "/v1/release/foo",
            &json!({ "distribution": "foo", "version": "1.1" }),
        ),
        Entry::json(
            "mirror://gnome/sources/foo/1/foo-1.0.tar.xz",
            "/sources/foo/cache.json",
            &json!([4, { "foo": { "1.2": { "tar.xz": "1/foo-1.2.tar.xz" } } }, { "foo": ["1.2"] }, {}]),
        ),
        Entry::new("mirror://gnu/foo/foo-1.0.tar.gz", "/foo/", Reply::ok(page)).text(),
        Entry::new(
            "mirror://sourceforge/foo/foo/1.0/foo-1.0.tar.gz",
            "/projects/foo/rss?path=%2Ffoo",
            Reply::ok("<rss><channel><item><title><![CDATA[/foo/1.1/foo-1.1.tar.gz]]></title></item></channel></rss>"),
        )
        .text(),
    ]
}

/// The whole error of a question, as people see it.
fn asked(url: &str, options: ClientOptions) -> Result<(), String> {
    let folder = options.cache_dir.parent().unwrap().to_owned();
    let found = newest(&query("1.0", url), &context(&folder, options));
    let found = found.map_err(|error| format!("{error:#}"))?;
    found.map(drop).ok_or_else(|| "nothing is newer".to_owned())
}

#[test]
fn every_source_against_every_fault() {
    let entries: Vec<Entry> = [forges(), languages(), folders()]
        .into_iter()
        .flatten()
        .collect();
    let requests: Vec<_> = entries
        .iter()
        .map(|entry| move |options| asked(&entry.url, options))
        .collect();
    let cells: Vec<Cell<'_>> = entries
        .iter()
        .zip(&requests)
        .map(|(entry, request)| Cell {
            name: &entry.url,
            target: entry.target,
            good: entry.good.clone(),
            access: Access::Read,
            absent: Some(&["does not exist (status 4", "there is no ", " has no "]),
            junk: Some(entry.junk),
            with_large: entry.target == "/simple/foo/" || entry.target == "/foo/",
            others: entry
                .others
                .iter()
                .map(|(target, reply)| ((*target).to_owned(), reply.clone()))
                .collect(),
            request,
        })
        .collect();
    check(&cells);
}
