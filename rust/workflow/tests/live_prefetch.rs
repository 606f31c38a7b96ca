//! Hashes of released packages against the hashes that nixpkgs records. Asks the public registries, so it runs only with
//! `NIXSMITH_LIVE=1`.

mod support;

use nixsmith_workflow::source::{Options, Source, resolve};

#[test]
fn released_packages_have_the_hashes_that_nixpkgs_records() {
    if support::variable("NIXSMITH_LIVE").as_deref() != Some("1") {
        support::skip("NIXSMITH_LIVE is not 1");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let context = support::public_context(folder.path());
    let rows = include_str!("data/live-prefetch.tsv");
    let mut equal = 0;
    let mut differences = Vec::new();
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [text, fetcher, recorded, _] = fields.as_slice() else {
            panic!("a row with four fields: {row}")
        };
        let options = Options {
            fetcher: Some(fetcher.parse().expect("a fetcher")),
            ..Options::default()
        };
        let found =
            Source::parse(text, &options, &context).and_then(|source| resolve(&source, &context));
        match found {
            Ok(found) if found.hash.to_string() == *recorded => equal += 1,
            Ok(found) => differences.push(format!("{text}: {} instead of {recorded}", found.hash)),
            Err(error) => differences.push(format!("{text}: {error:#}")),
        }
    }
    assert!(
        differences.is_empty(),
        "{equal} equal, these not:\n{}",
        differences.join("\n")
    );
    assert!(equal >= 30, "{equal} packages");
}
