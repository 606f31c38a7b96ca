//! Every source against a server on loopback that answers as the service documents.

mod failures;
mod faults;
mod folders;
mod forges;
mod git;
mod registries;

use std::collections::BTreeMap;
use std::path::Path;

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::endpoints::{Endpoint, Endpoints};
use nixsmith_fetch::testing::{Reply, TestServer};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::context::Settings;

struct Setup {
    server: TestServer,
    folder: TempDir,
}

impl Setup {
    fn new() -> Self {
        Self {
            server: TestServer::start(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn context(&self) -> Context {
        context(self.folder.path(), self.server.options(self.folder.path()))
    }

    /// A context for which the server is a host like any other, not the replacement of every service.
    fn host_context(&self) -> Context {
        let elsewhere = BTreeMap::from([(Endpoint::Cachix, self.server.url("cachix"))]);
        let options = ClientOptions {
            endpoints: Endpoints::new(elsewhere).unwrap(),
            ..self.server.options(self.folder.path())
        };
        context(self.folder.path(), options)
    }

    fn json(&self, target: &str, value: &serde_json::Value) {
        self.server.on(target, Reply::json(value));
    }

    fn newest(&self, query: &Query) -> Candidate {
        newest(query, &self.context())
            .unwrap_or_else(|error| panic!("{error:#}"))
            .unwrap_or_else(|| panic!("nothing is newer: {:?}", self.server.targets()))
    }

    fn none(&self, query: &Query) -> Answer {
        let answer = look(query, &self.context()).unwrap_or_else(|error| panic!("{error:#}"));
        assert_eq!(answer.candidate, None);
        answer
    }

    /// The whole error, as people see it.
    fn error(&self, query: &Query) -> String {
        format!("{:#}", newest(query, &self.context()).unwrap_err())
    }
}

fn context(folder: &Path, options: ClientOptions) -> Context {
    Context::new(Settings {
        directory: folder.to_owned(),
        dry_run: false,
        yes: false,
        threads: 1,
        nix_program: "nix".into(),
        state: folder.join("state"),
        person: None,
        client_options: options,
    })
}

fn query(current: &str, url: &str) -> Query {
    Query {
        pname: "foo".to_owned(),
        current: current.to_owned(),
        urls: vec![url.to_owned()],
        ..Query::default()
    }
}

fn at(endpoint: Endpoint, path: &str) -> String {
    format!("{}/{path}", endpoint.public_url())
}

fn id(digit: &str) -> String {
    digit.repeat(40)
}

fn skipped(name: &str, reason: &str) -> Skipped {
    Skipped {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}
