//! What others wrote and what others may do: titles, names of branches, no right to push. And the commands for real where clones are
//! unusual.

use std::fs;
use std::path::Path;

use nixsmith_fetch::client::{Client, ClientOptions, Token, Tokens};
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::{GitHub, NewPullRequest};
use nixsmith_fetch::testing::{Reply, TestServer};
use serde_json::{Value, json};

use crate::states::{PACKAGE, ground};
use crate::world::{World, skip};

/// Something that no terminal should get: colours, a title of the window, a turned direction.
const HOSTILE: &str = "hello: \u{1b}[31mred\u{1b}]0;owned\u{7}\u{202e}txt.exe\r";

/// What the forge's own page would do, as Ada.
fn on_the_page<T>(world: &World, act: impl FnOnce(&GitHub<'_>) -> T) -> T {
    let token = Token::new("secret-of-ada").unwrap();
    let client = Client::new(ClientOptions {
        tokens: Tokens::default().with(Endpoint::GithubApi, token),
        ..world.forge.server.options(&world.path("page"))
    });
    act(&GitHub::new(&client.unwrap()))
}

/// Asserts that a terminal may get this.
fn assert_harmless(text: &str) {
    let is_harmful = |letter: char| {
        (letter.is_control() && letter != '\n') || matches!(letter, '\u{202a}'..='\u{202e}')
    };
    assert!(!text.contains(is_harmful), "{text:?}");
}

/// Another pull request with that title, of a branch with these names.
fn another(world: &World, branch: &str, base: &str) -> u64 {
    let made = on_the_page(world, |it| {
        let upstream = "NixOS/nixpkgs".parse().unwrap();
        let new = NewPullRequest {
            title: HOSTILE,
            body: HOSTILE,
            owner: "ada",
            branch,
            base,
            draft: false,
        };
        it.create_pull_request(&upstream, &new).unwrap()
    });
    made.number
}

/// A branch of the fork with a name that no git would make by itself.
fn branch_of_fork(world: &World, name: &str) {
    let fork = world.forge.repositories.join("ada/nixpkgs.git");
    let full = format!("refs/heads/{name}");
    world.git(&fork, &["update-ref", &full, "refs/heads/update"]);
}

#[test]
fn titles_with_escape_codes() {
    let (world, clone, own) = ground();
    branch_of_fork(&world, "theirs");
    let number = another(&world, "theirs", "master");
    let run = world.run(
        &clone,
        &["nixpkgs", "pr", "--yes", "--title", "hello: say it"],
    );
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let page = format!("/pull/{number} (hello: ");
    assert!(run.stderr.contains(&page), "{}", run.stderr);
    assert_harmless(&run.stderr);
    assert_harmless(&run.stdout);
    // The own one, changed on its page.
    on_the_page(&world, |it| {
        let upstream = "NixOS/nixpkgs".parse().unwrap();
        let texts = [Some(HOSTILE), Some(HOSTILE), None];
        it.update_pull_request(&upstream, own, texts).unwrap();
    });
    for arguments in [
        ["nixpkgs", "pr", "--dry-run"].as_slice(),
        &["nixpkgs", "pr", "--yes", "--json"],
        &["nixpkgs", "pr", "--yes"],
    ] {
        let run = world.run(&clone, arguments);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert_harmless(&run.stderr);
        if arguments.contains(&"--json") {
            let report: Value = serde_json::from_str(&run.stdout).unwrap();
            assert_eq!(report["title"], HOSTILE);
        } else {
            assert_harmless(&run.stdout);
        }
    }
}

#[test]
fn a_review_of_a_title_with_escape_codes() {
    if std::env::var_os("NIXSMITH_TEST_NIX").is_none() {
        skip("no NIXSMITH_TEST_NIX to evaluate with");
        return;
    }
    let (world, clone, _) = ground();
    branch_of_fork(&world, "theirs");
    let number = another(&world, "theirs", "master").to_string();
    let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
    let to = upstream.display().to_string();
    let head = format!("update:refs/pull/{number}/head");
    world.git(&clone, &["push", "-q", &to, &head]);
    let output = world.path("report");
    let folder = output.display().to_string();
    let arguments = [
        "nixpkgs",
        "review",
        &number,
        "--no-build",
        "--output",
        &folder,
    ];
    let run = world.run(&clone, &arguments);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("hello: "), "{}", run.stdout);
    assert_harmless(&run.stdout);
    assert_harmless(&run.stderr);
    for name in ["report.md", "report.html", "report.json"] {
        assert_harmless(&fs::read_to_string(output.join(name)).unwrap());
    }
}

/// Branches of the forge that read as options: refused wherever git would see them.
#[test]
fn names_of_branches_that_read_as_options() {
    let (world, clone, own) = ground();
    let option = "--upload-pack=touch${IFS}owned";
    let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
    let full = format!("refs/heads/{option}");
    world.git(&upstream, &["update-ref", &full, "refs/heads/master"]);
    on_the_page(&world, |it| {
        let name = "NixOS/nixpkgs".parse().unwrap();
        it.update_pull_request(&name, own, [None, None, Some(option)])
            .unwrap();
    });
    let number = own.to_string();
    let before = world.state(&clone);
    for arguments in [
        ["nixpkgs", "pr", "--yes"].as_slice(),
        &["nixpkgs", "review", &number, "--no-build"],
        &["nixpkgs", "pr", "--yes", "--base", option],
        &["nixpkgs", "review", "--no-build", "--base", option],
        &["nixpkgs", "review", "--no-build", "--rev", option],
        &["nixpkgs", "backport", "--to", "release-25.05", "--", option],
        &["nixpkgs", "backport", "HEAD", "--to", option],
    ] {
        let run = world.run(&clone, arguments);
        assert!(
            matches!(run.status, Some(1 | 2)),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains("is no name of a branch")
                || run.stderr.contains("is no commit of this repository"),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    assert_eq!(world.state(&clone), before);
    assert!(!clone.join("owned").exists());
    assert_eq!(world.forge.pull_request_count(), 1);
}

#[test]
fn suggestions_without_the_right_to_push_are_kept_and_pushed_later() {
    let (world, clone, number) = ground();
    let fork = world.forge.repositories.join("ada/nixpkgs.git");
    let branch = |folder: &Path| world.git(folder, &["rev-parse", "refs/heads/update"]);
    let before = branch(&fork);
    world.git(&fork, &["config", "http.receivepack", "false"]);
    let number = number.to_string();
    let arguments = ["nixpkgs", "apply-review", &number, "--push", "--yes"];
    let run = world.run(&clone, &arguments);
    assert_eq!(run.status, Some(1), "{}", run.stdout);
    assert!(
        run.stderr
            .contains("could not push to `update` of `origin`"),
        "{}",
        run.stderr
    );
    assert_eq!(branch(&fork), before);
    assert_eq!(
        world.git(
            &clone,
            &["rev-list", "--count", &format!("{before}..update")]
        ),
        "1"
    );
    world.git(&fork, &["config", "http.receivepack", "true"]);
    let run = world.run(&clone, &arguments);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(branch(&fork), branch(&clone));
    assert_eq!(
        world.git(
            &clone,
            &["rev-list", "--count", &format!("{before}..update")]
        ),
        "1"
    );
    assert_eq!(
        world.files_with("secret-of-ada"),
        Vec::<std::path::PathBuf>::new()
    );
}

/// A locked index keeps nobody from sending what is committed.
#[test]
fn a_locked_index_and_a_new_commit() {
    let (world, clone, _) = ground();
    world.git(
        &clone,
        &["commit", "-q", "--allow-empty", "-m", "hello: say nothing"],
    );
    fs::write(clone.join(".git/index.lock"), "").unwrap();
    let run = world.run(&clone, &["nixpkgs", "pr", "--yes"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let head = world.git(&clone, &["rev-parse", "HEAD"]);
    assert_eq!(world.forge.pull_requests()[0]["head"]["sha"], json!(head));
    assert!(clone.join(".git/index.lock").exists());
}

/// Where git refuses the commit itself, files, index and branch are as they were.
#[test]
fn a_branch_that_is_locked() {
    let (world, clone, number) = ground();
    let lock = clone.join(".git/refs/heads/update.lock");
    fs::write(&lock, "").unwrap();
    let before = (world.state(&clone), world.git(&clone, &["diff", "HEAD"]));
    let number = number.to_string();
    let mut commands = vec![vec!["nixpkgs", "apply-review", &number]];
    if std::env::var_os("NIXSMITH_TEST_NIX").is_some() {
        commands.push(vec!["package", "update", "greet", "--commit"]);
    }
    for arguments in commands {
        let run = world.run(&clone, &arguments);
        assert_eq!(run.status, Some(1), "{arguments:?}: {}", run.stdout);
        assert!(
            run.stderr.contains("error: could not commit") && run.stderr.contains("update.lock"),
            "{arguments:?}: {}",
            run.stderr
        );
        let after = (world.state(&clone), world.git(&clone, &["diff", "HEAD"]));
        assert_eq!(after, before);
    }
    fs::remove_file(lock).unwrap();
    let run = world.run(&clone, &["nixpkgs", "apply-review", &number]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let notes = world.path(".local/state/nixsmith/apply-review");
    assert_eq!(fs::read_dir(notes).unwrap().count(), 0);
}

#[test]
fn all_of_it_in_a_work_tree_of_another_repository() {
    let (world, clone, number) = ground();
    world.git(&clone, &["switch", "-q", "--detach"]);
    world.git(&clone, &["worktree", "add", "-q", "../beside", "update"]);
    let beside = world.path("beside");
    let main = |what: &[&str]| world.git(&clone, what);
    let before = [
        main(&["rev-parse", "HEAD"]),
        main(&["status", "--porcelain"]),
    ];
    let number = number.to_string();
    let mut commands = vec![
        vec!["nixpkgs", "apply-review", &number, "--autosquash"],
        vec!["nixpkgs", "backport", "HEAD", "--to", "release-25.05"],
        vec!["nixpkgs", "pr", "--yes"],
    ];
    if std::env::var_os("NIXSMITH_TEST_NIX").is_some() {
        commands.push(vec!["package", "update", "greet", "--commit"]);
    }
    for arguments in commands {
        let run = world.run(&beside, &arguments);
        assert_eq!(run.status, Some(0), "{arguments:?}: {}", run.stderr);
    }
    let text = fs::read_to_string(beside.join(PACKAGE)).unwrap();
    assert!(text.starts_with("# update, said\n"), "{text}");
    assert_eq!(world.git(&beside, &["status", "--porcelain"]), "");
    let after = [
        main(&["rev-parse", "HEAD"]),
        main(&["status", "--porcelain"]),
    ];
    assert_eq!(after, before);
    assert_eq!(world.forge.pull_request_count(), 1);
}

/// What git is offered as a password goes to the forge, and not to where the forge leads.
#[test]
fn the_token_stays_where_git_is_asked_for_it() {
    let (world, clone, _) = ground();
    let elsewhere = TestServer::start();
    let place = "/ada/nixpkgs.git/info/refs?service=git-receive-pack";
    let locked = || Reply::status(401).header("WWW-Authenticate", "Basic realm=\"forge\"");
    elsewhere.on(place, locked());
    let away = Reply::redirect(elsewhere.url(place).as_str());
    world.forge.server.sequence(place, [locked(), away]);
    world.git(
        &clone,
        &["commit", "-q", "--allow-empty", "-m", "hello: say nothing"],
    );
    let run = world.run(&clone, &["nixpkgs", "pr", "--yes"]);
    assert_eq!(run.status, Some(1), "{}", run.stdout);
    assert!(
        run.stderr
            .contains("could not push to `update` of `origin`")
    );
    let offered = |server: &TestServer| {
        let received = server.received().into_iter();
        let asked = received.filter(|it| it.target == place);
        let headers = asked.map(|it| it.headers.get("authorization").cloned());
        headers.collect::<Vec<_>>()
    };
    let basic = offered(&world.forge.server).into_iter().flatten();
    assert!(basic.count() > 0, "the forge is offered the token");
    let theirs = offered(&elsewhere);
    assert!(
        !theirs.is_empty() && theirs.iter().all(Option::is_none),
        "{theirs:?}"
    );
    assert!(!run.stderr.contains("secret-of-ada"), "{}", run.stderr);
}
