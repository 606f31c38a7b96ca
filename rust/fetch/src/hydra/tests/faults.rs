//! Every document of the build farm against everything that a service does instead of answering.

use std::error::Error;

use super::*;
use crate::client::ClientOptions;
use crate::testing::faults::{ABSENT, Access, Cell, UNREADABLE, chain, check};

type Request = fn(&Hydra<'_>) -> Result<(), FetchError>;

/// Target, the good answer, whether there may be none, and the request.
type Entry = (&'static str, Value, bool, Request);

const JOB: &str = "hello.x86_64-linux";

/// An evaluation without anything that is not read.
fn evaluation() -> Value {
    json!({ "builds": [1], "id": 2, "hasnewbuilds": 1, "jobsetevalinputs": {} })
}

fn of_job() -> Value {
    let mut found = build();
    found["job"] = json!(JOB);
    found
}

fn entries() -> Vec<Entry> {
    let step = json!({
        "stepnr": 1, "drvpath": "/nix/store/1.drv", "machine": "", "system": "x86_64-linux", "starttime": 1,
        "resolveddrvpath": null, "build": 5
    });
    vec![
        (LATEST, json!([listed(7, 1)]), false, |it| {
            it.latest_builds(&trunk(), JOB, 2).map(drop)
        }),
        (
            "/job/nixpkgs/trunk/hello.x86_64-linux/latest",
            of_job(),
            true,
            |it| it.latest_success(&trunk(), JOB).map(drop),
        ),
        ("/eval/9/job/hello.x86_64-linux", of_job(), true, |it| {
            it.build_in(9, JOB).map(drop)
        }),
        ("/build/1", build(), false, |it| it.build(1, None).map(drop)),
        ("/eval/2", evaluation(), false, |it| {
            it.evaluation(2).map(drop)
        }),
        (
            "/jobset/nixpkgs/trunk/evals",
            json!({ "evals": [evaluation()] }),
            false,
            |it| it.evaluations(&trunk()).map(drop),
        ),
        ("/build/5/step/1", step, true, |it| it.steps(5).map(drop)),
        ("/build/1/log/raw", json!("a log"), false, |it| {
            it.log(1, None).map(drop)
        }),
    ]
}

fn asked(options: ClientOptions, request: Request) -> Result<(), String> {
    let said = |error: FetchError| chain(&error as &(dyn Error + 'static));
    let client = Client::new(options).map_err(said)?;
    request(&Hydra::new(&client)).map_err(said)
}

#[test]
fn every_document_against_every_fault() {
    let entries = entries();
    let requests: Vec<_> = entries
        .iter()
        .map(|(.., request)| move |options| asked(options, *request))
        .collect();
    let cells: Vec<Cell<'_>> = entries
        .iter()
        .zip(&requests)
        .map(|((target, good, may_be_absent, _), request)| {
            let is_log = target.ends_with("/log/raw");
            Cell {
                name: target,
                target,
                good: Reply::json(good),
                access: Access::Read,
                absent: (!may_be_absent).then_some(ABSENT),
                junk: (!is_log).then_some(UNREADABLE),
                with_large: is_log || *target == "/build/1",
                others: Vec::new(),
                request,
            }
        })
        .collect();
    check(&cells);
}
