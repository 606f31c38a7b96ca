//! Hydra, replayed: the examples of its `hydra-api.yaml`, the document of its own test of `/build/ID`, and what is no document at all.

mod faults;

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::testing::{Reply, TestServer};

struct Setup {
    server: TestServer,
    client: Client,
    _folder: TempDir,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start();
        let client = server.client(folder.path());
        Self {
            server,
            client,
            _folder: folder,
        }
    }

    fn hydra(&self) -> Hydra<'_> {
        Hydra::new(&self.client)
    }

    fn on(&self, target: &str, value: &Value) {
        self.server.on(target, Reply::ok(value.to_string()));
    }
}

/// `build-success` of the specification.
fn build() -> Value {
    json!({
        "buildproducts": {"1": {
            "filesize": null, "defaultpath": "", "name": "hello-2.10", "type": "nix-build", "sha256hash": null, "subtype": "",
            "path": "/nix/store/y26qxcq1gg2hrqpxdc58b2fghv2bhxjg-hello-2.10"
        }},
        "id": 1, "buildstatus": 0, "nixname": "hello-2.10", "finished": 1, "jobsetevals": [1], "stoptime": 1_588_365_711,
        "system": "x86_64-linux",
        "drvpath": "/nix/store/ab9zv2y5gm8hr6g318p0s6kaclwj4slr-hello-2.10.drv",
        "buildoutputs": {"out": {"path": "/nix/store/y26qxcq1gg2hrqpxdc58b2fghv2bhxjg-hello-2.10"}},
        "job": "hello", "jobset": "hello", "buildmetrics": {}, "priority": 100, "project": "example-hello",
        "starttime": 1_588_365_711, "timestamp": 1_588_365_711
    })
}

fn listed(id: u64, status: u32) -> Value {
    json!({
        "id": id, "project": "nixpkgs", "jobset": "trunk", "job": "hello.x86_64-linux", "system": "x86_64-linux",
        "nixname": "hello-2.10", "finished": 1, "timestamp": 1_588_365_711, "buildstatus": status
    })
}

fn trunk() -> Jobset {
    "nixpkgs/trunk".parse().unwrap()
}

const LATEST: &str = "/api/latestbuilds?nr=2&project=nixpkgs&jobset=trunk&job=hello.x86_64-linux";

#[test]
fn the_examples_of_the_specification_are_read() {
    let setup = Setup::new();
    setup.on("/build/1", &build());
    let found = setup.hydra().build(1, None).unwrap();
    assert_eq!(found.status(), Some(Status::Succeeded));
    assert_eq!(found.first_evaluation(), Some(1));
    let outputs: Vec<_> = found.outputs().collect();
    assert_eq!(
        outputs,
        [(
            "out",
            "/nix/store/y26qxcq1gg2hrqpxdc58b2fghv2bhxjg-hello-2.10"
        )]
    );
    let eval = json!({
        "builds": [2], "id": 2, "hasnewbuilds": 1,
        "jobsetevalinputs": {
            "hydra": {
                "revision": "84a3aecb1d976366060d0f0fd4df7d67b0855f5e", "uri": "https://example.org/hydra", "type": "git",
                "value": null, "dependency": null
            },
            "nixpkgs": {
                "dependency": null, "value": null, "uri": "https://example.org/nixpkgs-channels", "type": "git",
                "revision": "ab3adfe1c769c22b6629e59ea0ef88ec8ee4563f"
            }
        }
    });
    setup.on(
        "/jobset/nixpkgs/trunk/evals",
        &json!({"last": "?page=1", "evals": [eval], "first": "?page=1"}),
    );
    setup.on("/eval/2", &eval);
    let evals = setup.hydra().evaluations(&trunk()).unwrap();
    assert_eq!(evals.len(), 1);
    let revision = "ab3adfe1c769c22b6629e59ea0ef88ec8ee4563f";
    assert_eq!(evals[0].nixpkgs_revision(), Some(revision));
    assert_eq!(
        setup.hydra().evaluation(2).unwrap().nixpkgs_revision(),
        Some(revision)
    );
}

#[test]
fn json_is_asked_for_with_a_contact() {
    let setup = Setup::new();
    setup.on(LATEST, &json!([listed(7, 1), listed(6, 0)]));
    let builds = setup
        .hydra()
        .latest_builds(&trunk(), "hello.x86_64-linux", 2)
        .unwrap();
    let statuses: Vec<_> = builds.iter().filter_map(ListedBuild::status).collect();
    assert_eq!(statuses, [Status::Failed, Status::Succeeded]);
    let received = setup.server.received();
    assert_eq!(received[0].headers["accept"], "application/json");
    let agent = &received[0].headers["user-agent"];
    assert!(
        agent.starts_with("nixsmith/") && agent.contains("(+https://"),
        "{agent}"
    );
}

#[test]
fn what_is_finished_is_asked_for_once() {
    let setup = Setup::new();
    setup.on("/build/1", &build());
    let hydra = setup.hydra();
    hydra.build(1, Some(Status::Succeeded)).unwrap();
    hydra.build(1, Some(Status::Succeeded)).unwrap();
    assert_eq!(setup.server.targets().len(), 1);
    // Started again since: the kept answer says something else than the list.
    let mut again = build();
    again["buildstatus"] = json!(1);
    setup.on("/build/1", &again);
    assert_eq!(
        hydra.build(1, Some(Status::Failed)).unwrap().status(),
        Some(Status::Failed)
    );
    assert_eq!(setup.server.targets().len(), 2);
    // Without a list nothing tells whether what was kept still holds.
    hydra.build(1, None).unwrap();
    assert_eq!(setup.server.targets().len(), 3);
}

#[test]
fn what_is_queued_is_never_kept() {
    let setup = Setup::new();
    let mut queued = build();
    for (key, value) in [
        ("finished", json!(0)),
        ("buildstatus", json!(null)),
        ("starttime", json!(null)),
    ] {
        queued[key] = value;
    }
    setup.on("/build/1", &queued);
    for _ in 0..2 {
        let found = setup.hydra().build(1, Some(Status::Succeeded)).unwrap();
        assert_eq!((found.status(), found.is_running()), (None, false));
    }
    assert_eq!(setup.server.targets().len(), 2);
}

#[test]
fn junk_with_status_200_is_an_error_and_not_kept() {
    let mut other = build();
    other["id"] = json!(2);
    let mut shape = build();
    shape["finished"] = json!("yes");
    let whole = build().to_string();
    for (junk, reason) in [
        (String::new(), "it is empty"),
        (
            "<!DOCTYPE html><html>sign in</html>".to_owned(),
            "it is a page, not JSON",
        ),
        ("\n <html>".to_owned(), "it is a page, not JSON"),
        (
            whole.chars().take(whole.len() / 2).collect(),
            "it ends too early",
        ),
        (
            "null".to_owned(),
            "it has another shape: invalid type: null, expected struct Build at line 1 column 4",
        ),
        (
            "[]".to_owned(),
            "it has another shape: invalid length 0, expected struct Build with 14 elements at line 1 column 2",
        ),
        (
            json!({"error": "database is \u{1b}[31mdown"}).to_string(),
            "it says `database is [31mdown`",
        ),
        (
            "Service Unavailable".to_owned(),
            "it is no JSON: expected value at line 1 column 1",
        ),
        (other.to_string(), "it is the build 2"),
        (
            shape.to_string(),
            "it has another shape: data did not match any variant of untagged enum Flag",
        ),
    ] {
        let setup = Setup::new();
        setup.server.on("/build/1", Reply::ok(junk));
        let error = setup.hydra().build(1, Some(Status::Succeeded)).unwrap_err();
        let expected = format!(
            "`{}` gave an answer that cannot be read: {reason}",
            setup.server.url("build/1")
        );
        assert!(
            error.to_string().starts_with(&expected),
            "{error}\n{expected}"
        );
        setup.on("/build/1", &build());
        setup.hydra().build(1, Some(Status::Succeeded)).unwrap();
    }
}

#[test]
fn builds_of_other_jobs_are_refused() {
    let setup = Setup::new();
    let mut other = listed(7, 0);
    other["job"] = json!("other.x86_64-linux");
    setup.on(LATEST, &json!([other]));
    let error = setup
        .hydra()
        .latest_builds(&trunk(), "hello.x86_64-linux", 2)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it lists a build of another job, `other.x86_64-linux`"),
        "{error}"
    );
    setup.on("/eval/9/job/hello.x86_64-linux", &build());
    let error = setup.hydra().build_in(9, "hello.x86_64-linux").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it is a build of another job, `hello`"),
        "{error}"
    );
}

#[test]
fn redirects_lead_to_builds_and_404_to_none() {
    let setup = Setup::new();
    let mut found = build();
    found["job"] = json!("hello.x86_64-linux");
    setup.on("/build/1", &found);
    let target = setup.server.url("build/1").to_string();
    for place in [
        "/job/nixpkgs/trunk/hello.x86_64-linux/latest",
        "/eval/9/job/hello.x86_64-linux",
    ] {
        setup
            .server
            .on(place, Reply::status(302).header("location", &target));
    }
    let hydra = setup.hydra();
    assert_eq!(
        hydra
            .latest_success(&trunk(), "hello.x86_64-linux")
            .unwrap()
            .unwrap()
            .id,
        1
    );
    assert_eq!(
        hydra.build_in(9, "hello.x86_64-linux").unwrap().unwrap().id,
        1
    );
    assert!(
        hydra
            .latest_success(&trunk(), "absent.x86_64-linux")
            .unwrap()
            .is_none()
    );
    assert!(hydra.build_in(9, "absent").unwrap().is_none());
    assert!(hydra.build(404, None).unwrap_err().is_not_found());
}

#[test]
fn steps_are_counted_until_there_is_none() {
    let setup = Setup::new();
    let step = |number: u64| {
        json!({
            "stepnr": number, "drvpath": format!("/nix/store/{number}.drv"), "machine": "", "system": "x86_64-linux",
            "starttime": 1, "resolveddrvpath": null, "build": 5
        })
    };
    setup.on("/build/5/step/1", &step(1));
    setup.on("/build/5/step/2", &step(2));
    let steps = setup.hydra().steps(5).unwrap().unwrap();
    assert_eq!(
        steps.iter().map(|step| step.number).collect::<Vec<_>>(),
        [1, 2]
    );
    assert!(setup.hydra().steps(6).unwrap().is_none());
    for number in 1..=100 {
        setup.on(&format!("/build/7/step/{number}"), &step(number));
    }
    assert!(setup.hydra().steps(7).unwrap().is_none());
}

#[test]
fn two_requests_run_at_once_and_no_more() {
    let setup = Setup::new();
    let hydra = setup.hydra();
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let turn = hydra.turn();
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                }
            });
        }
    });
    assert!((1..=AT_ONCE).contains(&most.load(Ordering::SeqCst)));
}

#[test]
fn every_number_has_a_name() {
    let names: Vec<String> = (0..14)
        .map(|number| Status::from_number(number).to_string())
        .collect();
    assert_eq!(
        names,
        [
            "succeeded",
            "failed",
            "dependency failed",
            "aborted",
            "cancelled",
            "failed (status 5)",
            "failed with output",
            "timed out",
            "cached failure",
            "unsupported system",
            "log limit exceeded",
            "output limit exceeded",
            "not deterministic",
            "failed (status 13)",
        ]
    );
}

#[test]
fn jobsets_are_judged() {
    assert_eq!(trunk().to_string(), "nixpkgs/trunk");
    for text in [
        "",
        "nixpkgs",
        "/",
        "a/",
        "a/b/c",
        "a/../b",
        "a/b?c",
        "a/b c",
        "-a/b",
        "a/\u{1b}b",
    ] {
        assert!(text.parse::<Jobset>().is_err(), "{text}");
    }
}
