use super::*;

fn written(address: &str, fetcher: Option<Fetcher>) -> String {
    let source = match fetcher {
        Some(fetcher) => forge::parse(address)
            .filter(|found| fits(fetcher, found))
            .or_else(|| by_fetcher(fetcher, address)),
        None => forge::parse(address),
    };
    let call = repository_call(
        &source.expect("it is a repository"),
        &Options {
            fetcher,
            ..Options::default()
        },
    );
    call.render().expect("it can be written")
}

#[test]
fn each_forge_has_its_own_arguments() {
    let at = |endpoint: Endpoint, path: &str| format!("{}/{path}", endpoint.public_url());
    for (address, fetcher, expected) in [
        (
            at(Endpoint::Github, "o/r"),
            None,
            "fetchFromGitHub {\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            at(Endpoint::Gitlab, "g/s/o/r"),
            None,
            "fetchFromGitLab {\n  group = \"g/s\";\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            at(Endpoint::Codeberg, "o/r"),
            None,
            "fetchFromCodeberg {\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            at(Endpoint::Sourcehut, "~o/r"),
            None,
            "fetchFromSourcehut {\n  owner = \"~o\";\n  repo = \"r\";\n}\n",
        ),
        (
            at(Endpoint::Bitbucket, "o/r"),
            None,
            "fetchFromBitbucket {\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            "https://git.example.org/o/r.git".to_owned(),
            Some(Fetcher::FetchFromGitea),
            "fetchFromGitea {\n  domain = \"git.example.org\";\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            "https://git.example.org/o/r".to_owned(),
            Some(Fetcher::FetchFromForgejo),
            "fetchFromForgejo {\n  domain = \"git.example.org\";\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            "https://git.example.org/g/o/r".to_owned(),
            Some(Fetcher::FetchFromGitLab),
            "fetchFromGitLab {\n  domain = \"git.example.org\";\n  group = \"g\";\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            "https://git.example.org/o/r".to_owned(),
            Some(Fetcher::FetchFromGitHub),
            "fetchFromGitHub {\n  githubBase = \"git.example.org\";\n  owner = \"o\";\n  repo = \"r\";\n}\n",
        ),
        (
            at(Endpoint::RepoOrCz, "a/b.git"),
            None,
            "fetchFromRepoOrCz {\n  repo = \"a/b\";\n}\n",
        ),
        (
            "https://git.example.org/a/b/c".to_owned(),
            Some(Fetcher::FetchFromGitiles),
            "fetchFromGitiles {\n  url = \"https://git.example.org/a/b/c\";\n}\n",
        ),
    ] {
        assert_eq!(written(&address, fetcher), expected, "{address}");
    }
}

#[test]
fn a_host_that_no_fetcher_could_mean_is_none() {
    for address in [
        "http://git.example.org/o/r",
        "https://git.example.org/o",
        "https://git.example.org/o/r/extra",
        "https://git.example.org/o/r?x=1",
        "https://git.example.org/o/r%2f..",
    ] {
        assert_eq!(
            by_fetcher(Fetcher::FetchFromGitea, address),
            None,
            "{address}"
        );
    }
}
