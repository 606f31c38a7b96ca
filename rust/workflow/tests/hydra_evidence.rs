//! What a cache and Hydra prove of an output, replayed.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_workflow::Context;
use nixsmith_workflow::hydra::evidence::{Before, Evidence, Question, evidence, evidence_of};
use serde_json::{Value, json};
use tempfile::TempDir;

const DIGEST: &str = "syd87l2rxw8cbsxmxl853h0r6pdwhwjr";
const OTHER: &str = "0jqd0rlxzra1rs38rdxl43yh6rxchgc6";
const LIST: &str = "/api/latestbuilds?nr=5&project=nixpkgs&jobset=trunk&job=hello.x86_64-linux";

struct Setup {
    server: TestServer,
    context: Context,
    _folder: TempDir,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start();
        let context = support::context(folder.path(), server.options(folder.path()));
        Self {
            server,
            context,
            _folder: folder,
        }
    }

    /// A build of this status with this output, and the list that has it.
    fn builds(&self, builds: &[(u64, u32, &str)]) {
        let listed: Vec<Value> = builds
            .iter()
            .map(|(id, status, _)| {
                json!({
                    "id": id, "project": "nixpkgs", "jobset": "trunk", "job": "hello.x86_64-linux", "system": "x86_64-linux",
                    "nixname": "hello-1", "finished": 1, "timestamp": 1, "buildstatus": status
                })
            })
            .collect();
        self.server
            .on(LIST, Reply::ok(Value::from(listed).to_string()));
        for (id, status, digest) in builds {
            let build = json!({
                "id": id, "project": "nixpkgs", "jobset": "trunk", "job": "hello.x86_64-linux", "system": "x86_64-linux",
                "nixname": "hello-1", "finished": 1, "timestamp": 1, "buildstatus": status, "jobsetevals": [1],
                "drvpath": "/nix/store/x.drv", "buildoutputs": {"out": {"path": format!("/nix/store/{digest}-hello-1")}}
            });
            self.server
                .on(&format!("/build/{id}"), Reply::ok(build.to_string()));
        }
    }

    fn ask(&self) -> Evidence {
        let path = format!("/nix/store/{DIGEST}-hello-1");
        evidence("hello", "x86_64-linux", &path, &self.context).unwrap()
    }
}

#[test]
fn a_cached_path_was_built_and_hydra_is_not_asked() {
    let setup = Setup::new();
    let narinfo = format!(
        "StorePath: /nix/store/{DIGEST}-hello-1\nURL: nar/x.nar.xz\n\
         NarHash: sha256:1b4sb93wp679q4zx9k1ignby1yna3z7c4c2ri3wphylbc2dwsys0\nNarSize: 1\n"
    );
    setup
        .server
        .on(&format!("/{DIGEST}.narinfo"), Reply::ok(narinfo));
    let found = setup.ask();
    assert_eq!((found.before, found.cached), (Before::Built, Some(true)));
    assert_eq!(setup.server.targets().len(), 1);
}

#[test]
fn the_same_output_is_proof_and_another_a_hint() {
    for (builds, before, id) in [
        (vec![(9, 1, DIGEST)], Before::Failed, 9),
        (vec![(9, 0, DIGEST)], Before::Built, 9),
        (vec![(9, 0, OTHER), (8, 1, DIGEST)], Before::Failed, 8),
        (vec![(9, 0, OTHER), (8, 1, OTHER)], Before::ProbablyBuilt, 9),
        (
            vec![(9, 4, OTHER), (8, 2, OTHER)],
            Before::ProbablyFailed,
            8,
        ),
    ] {
        let setup = Setup::new();
        setup.builds(&builds);
        let found = setup.ask();
        assert_eq!(
            (found.before, found.cached),
            (before, Some(false)),
            "{builds:?}"
        );
        let build = found.build.unwrap();
        assert_eq!(build.build, id);
        assert_eq!(
            build.same_output,
            matches!(before, Before::Failed | Before::Built)
        );
        assert!(found.notes.is_empty());
    }
}

#[test]
fn what_cannot_be_asked_proves_nothing() {
    let setup = Setup::new();
    for target in [format!("/{DIGEST}.narinfo"), LIST.to_owned()] {
        setup.server.on(&target, Reply::ok("<html>sign in</html>"));
    }
    let found = setup.ask();
    assert_eq!(
        (found.before, found.cached, found.build),
        (Before::Unknown, None, None)
    );
    assert_eq!(found.notes.len(), 2);
    assert!(found.notes[0].starts_with("the binary cache could not be asked: "));
    assert!(found.notes[1].ends_with("it is a page, not JSON"));
    setup.server.on(LIST, Reply::ok("[]"));
    assert_eq!(setup.ask().before, Before::Unknown);
}

#[test]
fn many_are_answered_in_their_order() {
    let setup = Setup::new();
    setup.builds(&[(9, 1, DIGEST)]);
    let question = |digest: &str| Question {
        attribute: "hello".to_owned(),
        system: "x86_64-linux".to_owned(),
        store_path: format!("{digest}-hello-1"),
    };
    let found = evidence_of(&[question(DIGEST), question(OTHER)], &setup.context).unwrap();
    let answers: Vec<Before> = found.iter().map(|found| found.before).collect();
    assert_eq!(answers, [Before::Failed, Before::ProbablyFailed]);
    assert!(evidence("hello", "x86_64-linux", "/nix/store/x", &setup.context).is_err());
    assert!(
        evidence(
            "a b",
            "x86_64-linux",
            &format!("{DIGEST}-a"),
            &setup.context
        )
        .is_err()
    );
}
