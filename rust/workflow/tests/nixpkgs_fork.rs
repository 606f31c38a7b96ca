//! `nixpkgs fork` where the forge takes its time, says something else, or nothing: one fork is asked for, and looked for until it is there.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::time::Duration;

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::client::{Token, Tokens};
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::testing::{Fault, Reply, TestForge, TestServer};
use nixsmith_workflow::Context;
use nixsmith_workflow::error::hints_of;
use nixsmith_workflow::nixpkgs::fork::{Report, Request, run};
use serde_json::json;
use tempfile::TempDir;

/// A forge with a small upstream, and an empty folder of Ada's.
struct Setup {
    folder: TempDir,
    forge: TestForge,
    context: Context,
}

impl Setup {
    fn new() -> Self {
        Self::with(|options| options)
    }

    /// One that has little patience; a new fork is waited for five times as long as a request.
    fn hasty() -> Self {
        Self::with(|options| ClientOptions {
            timeout: Duration::from_millis(400),
            idle_timeout: Duration::from_millis(200),
            ..options
        })
    }

    fn with(change: impl FnOnce(ClientOptions) -> ClientOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let forge = TestForge::start(&folder.path().join("forge"));
        forge.account("ada", "secret-of-ada");
        let upstream = forge.repository("NixOS/nixpkgs").display().to_string();
        let seed = folder.path().join("seed");
        support::repository(&seed, &[("pkgs/top-level/all-packages.nix", "{ }\n")]);
        let push = ["push", "-q", &upstream, "main:master"];
        support::run(&seed, "git", &push);
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let mut environment = support::environment(&home);
        environment.set("GIT_CONFIG_NOSYSTEM", "1");
        let token = Token::new("secret-of-ada").unwrap();
        let options = ClientOptions {
            environment,
            tokens: Tokens::default().with(Endpoint::GithubApi, token),
            ..forge.server.options(&folder.path().join("cache"))
        };
        let mut context = support::context(&home, change(options));
        context.state = folder.path().join("state");
        context.yes = true;
        Self {
            folder,
            forge,
            context,
        }
    }

    fn run(&self) -> anyhow::Result<Report> {
        let request = Request {
            upstream: "NixOS/nixpkgs".parse().unwrap(),
            name: None,
            folder: None,
            ssh: false,
        };
        run(&request, &self.context)
    }

    /// How often a fork was asked for.
    fn asked(&self) -> usize {
        let received = self.forge.server.received().into_iter();
        received
            .filter(|it| it.method == "POST" && it.target.ends_with("/forks"))
            .count()
    }

    fn has_clone(&self) -> bool {
        self.folder.path().join("home/nixpkgs").exists()
    }
}

/// An error with its causes and its hints.
fn told(error: &anyhow::Error) -> String {
    format!("{error:#}\n{}", hints_of(error).join("\n"))
}

const FORK: &str = "/repos/ada/nixpkgs";

#[test]
fn what_comes_instead_of_yes() {
    let accepted = |body: &str| Reply::ok(body).with_status(202);
    let waiting = Reply::status(429).header("Retry-After", "0");
    for (name, fault, asked) in [
        ("no body", Fault::Loses(accepted("")), 1),
        ("another document", Fault::Loses(accepted("{}")), 1),
        ("a page", Fault::Loses(accepted("<html>soon</html>")), 1),
        ("a cut", Fault::Loses(accepted("{}").announce(9)), 1),
        ("an outage", Fault::Loses(Reply::status(502)), 1),
        ("silence", Fault::Loses(Reply::silence()), 1),
        ("not so fast", Fault::Refuses(waiting), 2),
    ] {
        let setup = if name == "silence" {
            Setup::hasty()
        } else {
            Setup::new()
        };
        setup.forge.fault("POST", "/forks", fault);
        let report = setup.run().map_err(|error| told(&error));
        let changes = report.map(|report| report.changes);
        let first = changes.as_ref().map(|changes| changes.first().cloned());
        assert_eq!(
            first,
            Ok(Some("created the fork `ada/nixpkgs`".to_owned())),
            "{name}"
        );
        assert_eq!(setup.asked(), asked, "{name}");
        assert!(setup.has_clone(), "{name}");
    }
}

#[test]
fn what_comes_instead_of_a_fork_leaves_nothing() {
    let elsewhere = TestServer::start();
    let no = json!({ "message": "Validation Failed", "errors": [{ "message": "you have too many\u{1b}[31m" }] });
    let away = Reply::redirect(elsewhere.url("forks").as_str());
    let long = Reply::status(403).header("Retry-After", "86400");
    for (reply, said) in [
        (Reply::status(401), "GITHUB_TOKEN"),
        (Reply::status(403), "the token needs the scope"),
        (Reply::status(404), "does not exist (status 404)"),
        (Reply::status(409), "status 409"),
        (
            Reply::json(&no).with_status(422),
            "Validation Failed: you have too many[31m",
        ),
        (long, "try again later"),
        (away, "redirects to"),
    ] {
        let setup = Setup::new();
        setup.forge.fault("POST", "/forks", Fault::Refuses(reply));
        let error = told(&setup.run().unwrap_err());
        assert!(error.contains(said), "{said}: {error}");
        assert!(
            !error.contains("secret-of-ada") && !error.contains('\u{1b}'),
            "{error}"
        );
        assert_eq!(setup.asked(), 1, "{said}");
        assert!(!setup.has_clone(), "{said}");
    }
    assert_eq!(elsewhere.received(), []);
}

#[test]
fn a_fork_is_looked_for_until_it_is_there() {
    for passing in [
        vec![Reply::status(404); 6],
        vec![Reply::status(404), Reply::status(500), Reply::status(404)],
        vec![
            Reply::status(404),
            Reply::status(429).header("Retry-After", "0"),
        ],
        vec![Reply::status(404), Reply::hang_up()],
    ] {
        let setup = Setup::new();
        setup.forge.server.sequence_then_pass(FORK, passing);
        let report = setup.run().map_err(|error| told(&error));
        assert!(report.is_ok(), "{report:?}");
        assert_eq!(setup.asked(), 1);
    }
    for (lasting, said) in [
        (
            vec![Reply::status(404)],
            "the fork `ada/nixpkgs` was asked for and is not there yet",
        ),
        (
            vec![Reply::status(404), Reply::status(500)],
            "could not ask the forge about `ada/nixpkgs`",
        ),
        (
            vec![Reply::status(404), Reply::ok("<html>")],
            "cannot be read",
        ),
        (vec![Reply::status(404), Reply::status(401)], "GITHUB_TOKEN"),
    ] {
        let setup = Setup::hasty();
        setup.forge.server.sequence(FORK, lasting);
        let error = told(&setup.run().unwrap_err());
        assert!(error.contains(said), "{said}: {error}");
        assert_eq!(setup.asked(), 1, "{said}");
        assert!(!setup.has_clone(), "{said}");
    }
}
