//! What the forge says instead, at each request of `nixpkgs pr`: it is told with what helps, and leaves what there is.

use nixsmith_fetch::testing::{Fault, Reply, TestServer};
use serde_json::json;

use crate::pr::{change, forked};
use crate::world::World;

/// Status, the answer, what is said and what is shown as a way out.
type Row = (&'static str, Reply, &'static str, &'static str);

fn told(status: u16) -> Reply {
    let text = "No\u{1b}[31m to secret-of-ada";
    let errors = json!([{ "message": "No commits between them" }]);
    Reply::json(&json!({ "message": text, "errors": errors })).with_status(status)
}

fn rows(elsewhere: &TestServer) -> Vec<Row> {
    let away = elsewhere.url("away").to_string();
    let late = |reply: Reply| reply.header("Retry-After", "86400");
    vec![
        ("401", told(401), "was refused (status 401)", "GITHUB_TOKEN"),
        ("403", told(403), "was refused (status 403)", "GITHUB_TOKEN"),
        ("404", told(404), "does not exist (status 404)", ""),
        ("409", told(409), "status 409", ""),
        ("410", told(410), "does not exist (status 410)", ""),
        ("422", told(422), "No commits between them", ""),
        ("429", late(told(429)), "limits the rate", "try again later"),
        (
            "403, limited",
            late(told(403)),
            "limits the rate",
            "try again later",
        ),
        ("302", Reply::redirect(&away), "redirects to", ""),
    ]
}

/// Runs `nixpkgs pr` once for each row, which the forge answers to requests like these.
fn refused(world: &World, place: (&str, &str), arguments: &[&str], more: &[Row]) {
    let elsewhere = TestServer::start();
    let clone = world.path("nixpkgs");
    let (method, end) = place;
    let sent = || {
        let received = world.forge.server.received().into_iter();
        received
            .filter(|it| it.method == method && it.target.ends_with(end))
            .count()
    };
    for (name, reply, said, hint) in rows(&elsewhere).iter().chain(more) {
        // A conflict may mean that it is there: it is looked for with pauses, which are not this test's.
        if (method, *name) == ("POST", "409") {
            continue;
        }
        let fault = Fault::Refuses(reply.clone());
        world.forge.fault(method, end, fault);
        let before = (world.state(&clone), world.forge.pull_requests(), sent());
        let run = world.run(&clone, arguments);
        let text = format!("{method} {name}: {}", run.stderr);
        assert_eq!(run.status, Some(1), "{text}");
        assert!(run.stderr.contains(said), "{text}");
        let mut hints = run.stderr.lines().filter(|line| line.starts_with("hint: "));
        assert!(
            hint.is_empty() || hints.any(|line| line.contains(hint)),
            "{text}"
        );
        assert!(run.stderr.contains(&world.forge.server.host()), "{text}");
        assert!(!run.stderr.contains("secret-of-ada"), "{text}");
        assert!(!run.stderr.contains('\u{1b}'), "{text}");
        if method != "GET" {
            assert_eq!(sent(), before.2 + 1, "{text}");
        }
        let after = (world.state(&clone), world.forge.pull_requests());
        assert_eq!(after, (before.0, before.1), "{text}");
    }
    assert_eq!(elsewhere.received(), []);
}

#[test]
fn every_request_of_a_pull_request_refused() {
    let world = World::new();
    let clone = forked(&world);
    change(&world, &clone, "update");
    let page = Reply::ok("<html>sign in</html>");
    let junk = [("a page", page, "cannot be read", "")];
    let fork = world.forge.repositories.join("ada/nixpkgs.git");
    let branches = || world.git(&fork, &["for-each-ref", "--format=%(refname)"]);
    let before = branches();
    // Before anything has left.
    refused(
        &world,
        ("GET", "/pulls"),
        &["nixpkgs", "pr", "--yes"],
        &junk,
    );
    assert_eq!(branches(), before);
    // What it pushes, it pushes once, and the references that the clone keeps of it are known from then on.
    world
        .forge
        .fault("POST", "/pulls", Fault::Refuses(told(422)));
    assert_eq!(
        world.run(&clone, &["nixpkgs", "pr", "--yes"]).status,
        Some(1)
    );
    refused(&world, ("POST", "/pulls"), &["nixpkgs", "pr", "--yes"], &[]);
    assert_eq!(world.forge.pull_requests(), Vec::<serde_json::Value>::new());
    let made = world.run(&clone, &["nixpkgs", "pr", "--yes"]);
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    let number = world.forge.pull_requests()[0]["number"].to_string();
    let renamed = ["nixpkgs", "pr", "--yes", "--title", "hello: say it better"];
    let place = format!("/pulls/{number}");
    refused(&world, ("PATCH", &place), &renamed, &junk);
    assert_eq!(world.run(&clone, &renamed).status, Some(0));
    let made = world.forge.pull_requests();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["title"], "hello: say it better");
}
