use std::collections::BTreeMap;

use super::*;

const COMMIT: &str = "89abcdef0123456789abcdef0123456789abcdef";

fn base(forge: Endpoint) -> &'static str {
    forge.public_url()
}

fn host(forge: Endpoint) -> &'static str {
    public_host(forge).unwrap()
}

fn archive(text: &str) -> Result<String, String> {
    let url = Url::parse(text).unwrap();
    assert!(is_git(&url), "{text}");
    match archive_url(&url) {
        Ok(url) => Ok(url.into()),
        Err(problem) => Err(problem.of("lock", "x").to_string()),
    }
}

#[test]
fn the_forges_that_nixpkgs_knows() {
    let github = host(Endpoint::Github);
    let archives = download_host(base(Endpoint::Github));
    let expected = Ok(format!("{archives}/o/p/tar.gz/{COMMIT}"));
    for scheme in ["git", "git+ssh", "git+https", "ssh"] {
        assert_eq!(
            archive(&format!("{scheme}://git@{github}/o/p.git#{COMMIT}")),
            expected
        );
    }
    assert_eq!(
        archive(&format!("git+https://{github}/o/p/tree/{COMMIT}")),
        expected
    );
    let (bitbucket, sourcehut) = (base(Endpoint::Bitbucket), base(Endpoint::Sourcehut));
    assert_eq!(
        archive(&format!(
            "git+ssh://{}/o/p.git#main",
            host(Endpoint::Bitbucket)
        )),
        Ok(format!("{bitbucket}/o/p/get/main.tar.gz"))
    );
    assert_eq!(
        archive(&format!(
            "git+ssh://{}/~o/p#main",
            host(Endpoint::Sourcehut)
        )),
        Ok(format!("{sourcehut}/~o/p/archive/main.tar.gz"))
    );
}

#[test]
fn other_hosts_and_forms_are_refused() {
    let unknown = "`lock`: package `x`: its git address is of a host or form that nixpkgs' prefetch-npm-deps does not know";
    let github = host(Endpoint::Github);
    for text in [
        format!("git+ssh://{}/o/p.git#{COMMIT}", host(Endpoint::Gitlab)),
        format!("git+ssh://example.org/o/p.git#{COMMIT}"),
        format!("git+ssh://{github}/o#{COMMIT}"),
        format!("git+ssh://{github}/o/p/blob/{COMMIT}"),
        format!("git+ssh://{}/o/p/get/x.tar.gz", host(Endpoint::Bitbucket)),
        format!(
            "git+ssh://{}/o/p/archive/x.tar.gz",
            host(Endpoint::Sourcehut)
        ),
        "ssh:nothing".to_owned(),
    ] {
        assert_eq!(archive(&text), Err(unknown.to_owned()), "{text}");
    }
    assert_eq!(
        archive(&format!("git+ssh://git@{github}/o/p.git")),
        Err("`lock`: package `x`: its git address has no commit".to_owned())
    );
    assert!(!is_git(&Url::parse("git+http://example.org/a").unwrap()));
}

#[test]
fn a_full_commit_is_immutable_and_a_replaced_forge_serves_it_from_its_pages() {
    let archives = download_host(base(Endpoint::Github));
    let url = Url::parse(&format!("{archives}/o/p/tar.gz/{COMMIT}")).unwrap();
    let plain = archive_request(&url, &Endpoints::default());
    assert!(plain.immutable);
    assert_eq!(plain.url, url);
    let replacement = Url::parse("http://127.0.0.1:9/forge").unwrap();
    let endpoints = Endpoints::new(BTreeMap::from([(Endpoint::Github, replacement)])).unwrap();
    let replaced = archive_request(&url, &endpoints).url;
    assert_eq!(
        replaced.as_str(),
        format!("{}/o/p/archive/{COMMIT}.tar.gz", base(Endpoint::Github))
    );
    assert!(
        endpoints
            .rewrite(&replaced)
            .as_str()
            .starts_with("http://127.0.0.1:9/forge/o/p/")
    );
    let branch = Url::parse(&format!("{archives}/o/p/tar.gz/main")).unwrap();
    assert!(!archive_request(&branch, &Endpoints::default()).immutable);
}

#[test]
fn scripts_that_npm_would_run() {
    use nixsmith_store::tree::{Contents, Node};
    let script = |manifest: &str| {
        let mut tree = Tree::new();
        let contents = Contents::from_bytes(manifest.as_bytes().to_vec());
        tree.insert(b"package.json", Node::file(contents)).unwrap();
        install_script(&tree).map_err(|problem| problem.of("lock", "x").to_string())
    };
    assert_eq!(script("{}"), Ok(None));
    assert_eq!(script(r#"{"scripts": {"test": "x"}}"#), Ok(None));
    assert_eq!(
        script(r#"{"scripts": {"prepare": "x", "build": "y"}}"#),
        Ok(Some("build"))
    );
    assert_eq!(
        script("[]"),
        Err("`lock`: package `x`: its `package.json` is no object".to_owned())
    );
    assert_eq!(
        script("{"),
        Err("`lock`: package `x`: could not read its `package.json`".to_owned())
    );
    let missing =
        install_script(&Tree::new()).map_err(|problem| problem.of("lock", "x").to_string());
    assert_eq!(
        missing,
        Err("`lock`: package `x`: its repository has no `package.json`".to_owned())
    );
}
