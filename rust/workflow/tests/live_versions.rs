//! The newest versions of released packages against the versions that nixpkgs has. Asks the public registries, so it runs only with
//! `NIXSMITH_LIVE=1`.

mod support;

use nixsmith_expr::version;
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_workflow::package::versions::{Query, Wanted, newest};

/// An address of the package `name` at its registry.
fn address(registry: &str, name: &str) -> Option<String> {
    let at = |endpoint: Endpoint, path: String| Some(format!("{}/{path}", endpoint.public_url()));
    match registry {
        "crates" => at(Endpoint::Crates, format!("crates/{name}/0/download")),
        "pypi" => at(Endpoint::Pypi, format!("project/{name}/")),
        "npm" => at(Endpoint::Npm, name.to_owned()),
        _ => None,
    }
}

#[test]
fn what_nixpkgs_has_is_known_and_never_newer() {
    if support::variable("NIXSMITH_LIVE").as_deref() != Some("1") {
        support::skip("NIXSMITH_LIVE is not 1");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let context = support::public_context(folder.path());
    let rows = include_str!("data/live-prefetch.tsv");
    let mut count = 0;
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let package = row.split('\t').next().expect("a row has a package");
        let (registry, rest) = package.split_once(':').expect("a registry");
        let (name, recorded) = rest.rsplit_once('@').expect("a version");
        // A year is not taken for a version after one that is no year.
        let is_year = recorded
            .split('.')
            .next()
            .is_some_and(|first| first.len() == 4);
        let query = Query {
            pname: name.to_owned(),
            current: if is_year { "2000" } else { "0" }.to_owned(),
            urls: vec![address(registry, name).expect("a registry that is known")],
            ..Query::default()
        };
        let found = newest(&query, &context).unwrap_or_else(|error| panic!("{package}: {error:#}"));
        let found = found.unwrap_or_else(|| panic!("{package}: nothing is newer"));
        assert!(
            version::compare(&found.version, recorded).is_ge(),
            "{package}: {}",
            found.version
        );
        let exactly = Query {
            wanted: Wanted::Exact(recorded.to_owned()),
            ..query
        };
        let exact =
            newest(&exactly, &context).unwrap_or_else(|error| panic!("{package}: {error:#}"));
        assert_eq!(
            exact.map(|found| found.version).as_deref(),
            Some(recorded),
            "{package}"
        );
        count += 1;
    }
    assert!(count >= 30, "{count} packages");
}
