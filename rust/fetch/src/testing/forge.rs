//! A forge with GitHub's interface, as far as contributing needs it: accounts, forks, pull requests, comments, and git itself.
//!
//! Shapes and statuses are those of GitHub's REST documentation (version 2022-11-28). A fork is asked for with 202 and is there only
//! after it was looked for; a second pull request from the same branch is refused with 422; lists have pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{Received, Reply, TestServer, environment, locked};
use crate::endpoints::Endpoint;
use crate::process::Program;

/// How many entries are on a page, whatever was asked for: tests see more than one.
const PAGE: usize = 2;

/// How often a new fork is not there yet.
const POLLS: u32 = 2;

/// The forge, its server, and the folder of its repositories: `OWNER/NAME.git`, bare.
pub struct TestForge {
    /// The server; more replies can be scripted.
    pub server: TestServer,
    /// The folder of the repositories.
    pub repositories: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    folder: PathBuf,
    /// Token to account.
    accounts: BTreeMap<String, String>,
    /// Fork to its parent.
    parents: BTreeMap<String, String>,
    /// Forks that are being made, and how often they will not be there yet.
    pending: BTreeMap<String, u32>,
    pull_requests: Vec<Value>,
    comments: Vec<(u64, Value)>,
    review_comments: Vec<(u64, Value)>,
    /// Method, end of the path, what happens.
    faults: Vec<(String, String, Fault)>,
    next_id: u64,
}

/// What goes wrong once.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The forge answers this and does nothing.
    Refuses(Reply),
    /// The forge does what was asked, and this answer comes instead of its own.
    Loses(Reply),
}

impl TestForge {
    /// Starts one without accounts and repositories; `folder` is where it keeps them.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let server = TestServer::start();
        let state = Arc::new(Mutex::new(State {
            folder: folder.to_owned(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        server.handle(move |request| locked(&shared).answer(request));
        server.serve_git("", folder);
        Self {
            server,
            repositories: folder.to_owned(),
            state,
        }
    }

    /// An account and its token.
    pub fn account(&self, login: &str, token: &str) {
        let (login, token) = (login.to_owned(), token.to_owned());
        locked(&self.state).accounts.insert(token, login);
    }

    /// An empty repository that accepts pushes; its folder.
    #[must_use]
    pub fn repository(&self, name: &str) -> PathBuf {
        create(&self.repositories, name, None)
    }

    /// Goes wrong once, at the next request with this method whose path ends so.
    pub fn fault(&self, method: &str, end: &str, fault: Fault) {
        let fault = (method.to_owned(), end.to_owned(), fault);
        locked(&self.state).faults.push(fault);
    }

    /// Calls `listener` twice for each request of the interface: when it came, and when it was done but not answered.
    pub fn before_answer(&self, listener: impl Fn() + Send + Sync + 'static) {
        let shared = Arc::clone(&self.state);
        self.server.handle(move |request| {
            listener();
            let reply = locked(&shared).answer(request);
            listener();
            reply
        });
    }

    /// Every pull request as the interface shows it.
    #[must_use]
    pub fn pull_requests(&self) -> Vec<Value> {
        let state = locked(&self.state);
        state
            .pull_requests
            .iter()
            .map(|it| state.current(it))
            .collect()
    }

    /// How many pull requests there are.
    #[must_use]
    pub fn pull_request_count(&self) -> usize {
        locked(&self.state).pull_requests.len()
    }

    /// Every comment below a pull request: the number and the text.
    #[must_use]
    pub fn comments(&self) -> Vec<(u64, String)> {
        let text = |comment: &Value| comment["body"].as_str().unwrap_or_default().to_owned();
        let state = locked(&self.state);
        state
            .comments
            .iter()
            .map(|(number, it)| (*number, text(it)))
            .collect()
    }

    /// Closes a pull request; with `merge`, as merged by this commit.
    pub fn close(&self, number: u64, merge: Option<&str>) {
        let mut state = locked(&self.state);
        let now = state
            .find(number)
            .cloned()
            .map(|found| state.current(&found));
        if let (Some(found), Some(now)) = (state.find(number), now) {
            *found = now;
            found["state"] = json!("closed");
            found["merged"] = json!(merge.is_some());
            found["merged_at"] = json!(merge.map(|_| "2026-01-02T03:04:05Z"));
            found["merge_commit_sha"] = json!(merge);
        }
    }

    /// Puts a comment at lines of a pull request's diff; `fields` are those of the interface besides id, page and author.
    pub fn review_comment(&self, number: u64, author: &str, mut fields: Value) {
        let mut state = locked(&self.state);
        let id = state.id();
        fields["id"] = json!(id);
        fields["user"] = json!({ "login": author });
        let host = Endpoint::Github.public_url();
        fields["html_url"] = json!(format!("{host}/pull/{number}#discussion_r{id}"));
        state.review_comments.push((number, fields));
    }
}

impl State {
    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn answer(&mut self, request: &Received) -> Option<Reply> {
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let is_api = path == "/user" || path.starts_with("/repos/") || path.starts_with("/search/");
        if !is_api {
            return None;
        }
        let fault = self
            .faults
            .iter()
            .position(|(method, end, _)| *method == request.method && path.ends_with(end.as_str()))
            .map(|index| self.faults.remove(index).2);
        if let Some(Fault::Refuses(reply)) = fault {
            return Some(reply);
        }
        let token = request.headers.get("authorization");
        let token = token.and_then(|value| value.strip_prefix("Bearer "));
        let account = token.and_then(|token| self.accounts.get(token)).cloned();
        let reply = self.api(request, path, query, account.as_deref());
        Some(match fault {
            Some(Fault::Loses(lost)) => lost,
            _ => reply,
        })
    }

    fn api(&mut self, request: &Received, path: &str, query: &str, account: Option<&str>) -> Reply {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some(account) = account.map(str::to_owned) else {
            let message = json!({ "message": "Requires authentication" });
            return Reply::json(&message).with_status(401);
        };
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["user"]) => Reply::json(&json!({ "login": account })),
            ("GET", ["search", "issues"]) => self.search(query),
            ("GET", ["repos", owner, name]) => {
                self.repository(&format!("{owner}/{name}"), &account)
            }
            ("POST", ["repos", owner, name, "forks"]) => {
                self.fork(&format!("{owner}/{name}"), &account, &body)
            }
            ("GET", ["repos", owner, name, "pulls"]) => {
                self.pulls(&format!("{owner}/{name}"), query, request)
            }
            ("POST", ["repos", owner, name, "pulls"]) => {
                self.create(&format!("{owner}/{name}"), &account, &body)
            }
            (method, ["repos", _, _, "pulls", number]) => {
                let number = number.parse().unwrap_or(0);
                self.pull(method, number, &body)
            }
            ("GET", ["repos", _, _, "pulls", number, "commits"]) => {
                let found = self.commits(number.parse().unwrap_or(0));
                page(&found, query, request)
            }
            ("GET", ["repos", _, _, "pulls", number, "comments"]) => {
                page(&of(&self.review_comments, number), query, request)
            }
            ("GET", ["repos", _, _, "issues", number, "comments"]) => {
                page(&of(&self.comments, number), query, request)
            }
            ("POST", ["repos", _, _, "issues", number, "comments"]) => {
                let number: u64 = number.parse().unwrap_or(0);
                let (id, host) = (self.id(), Endpoint::Github.public_url());
                let comment = json!({
                    "id": id,
                    "user": { "login": account },
                    "body": body["body"],
                    "html_url": format!("{host}/pull/{number}#issuecomment-{id}"),
                });
                self.comments.push((number, comment.clone()));
                Reply::json(&comment).with_status(201)
            }
            ("PATCH", ["repos", _, _, "issues", "comments", id]) => {
                let id: u64 = id.parse().unwrap_or(0);
                let found = self
                    .comments
                    .iter_mut()
                    .find(|(_, it)| it["id"] == json!(id));
                found.map_or_else(missing, |(_, comment)| {
                    comment["body"] = body["body"].clone();
                    Reply::json(comment)
                })
            }
            _ => missing(),
        }
    }

    fn facts(&self, name: &str, account: &str) -> Value {
        let host = Endpoint::Github.public_url();
        let owner = name.split('/').next().unwrap_or_default();
        json!({
            "full_name": name,
            "name": name.split('/').nth(1),
            "fork": self.parents.contains_key(name),
            "parent": self.parents.get(name).map(|parent| json!({ "full_name": parent })),
            "clone_url": format!("{host}/{name}.git"),
            "ssh_url": format!("git@{}:{name}.git", host.trim_start_matches("https://")),
            "default_branch": "master",
            "permissions": { "push": owner == account },
        })
    }

    fn repository(&mut self, name: &str, account: &str) -> Reply {
        if let Some(left) = self.pending.get_mut(name) {
            if *left > 0 {
                *left -= 1;
                return missing();
            }
            self.pending.remove(name);
            let parent = self.parents.get(name).map(String::as_str);
            drop(create(&self.folder, name, parent));
        }
        if !self.folder.join(format!("{name}.git")).is_dir() {
            return missing();
        }
        Reply::json(&self.facts(name, account))
    }

    fn fork(&mut self, of: &str, account: &str, body: &Value) -> Reply {
        let default = of.split('/').nth(1).unwrap_or_default();
        let name = body["name"].as_str().unwrap_or(default);
        let fork = format!("{account}/{name}");
        if !self.parents.contains_key(&fork) {
            self.parents.insert(fork.clone(), of.to_owned());
            self.pending.insert(fork.clone(), POLLS);
        }
        Reply::json(&self.facts(&fork, account)).with_status(202)
    }

    fn find(&mut self, number: u64) -> Option<&mut Value> {
        let wanted = json!(number);
        self.pull_requests
            .iter_mut()
            .find(|it| it["number"] == wanted)
    }

    /// The pull request with the commits that its branches have now.
    fn current(&self, pull_request: &Value) -> Value {
        let mut value = pull_request.clone();
        if value["state"] == "open" {
            for side in ["base", "head"] {
                let place = &pull_request[side];
                let name = place["repo"]["full_name"].as_str().unwrap_or_default();
                let branch = place["ref"].as_str().unwrap_or_default();
                let reference = format!("refs/heads/{branch}");
                let commit = self.git(name, &["rev-parse", "--verify", "-q", &reference]);
                value[side]["sha"] = json!(commit.trim());
            }
        }
        value
    }

    fn git(&self, name: &str, arguments: &[&str]) -> String {
        let folder = self.folder.join(format!("{name}.git"));
        let program = Program::new("git").args(arguments.iter().copied());
        let program = program.inherit(&environment()).directory(folder);
        program
            .run_any_status()
            .map(|output| output.text())
            .unwrap_or_default()
    }

    fn pulls(&mut self, base: &str, query: &str, request: &Received) -> Reply {
        let wanted = parameter(query, "head").unwrap_or_default();
        let all = parameter(query, "state").as_deref() == Some("all");
        let found: Vec<Value> = self
            .pull_requests
            .iter()
            .rev()
            .filter(|it| it["base"]["repo"]["full_name"] == base)
            .filter(|it| all || it["state"] == "open")
            .filter(|it| wanted.is_empty() || it["head"]["label"] == wanted.as_str())
            .map(|it| self.current(it))
            .collect();
        page(&found, query, request)
    }

    fn create(&mut self, base: &str, account: &str, body: &Value) -> Reply {
        let label = body["head"].as_str().unwrap_or_default().to_owned();
        let (owner, branch) = label.split_once(':').unwrap_or((account, &label));
        let repository = base.split('/').nth(1).unwrap_or_default();
        let head = format!("{owner}/{repository}");
        let reference = format!("refs/heads/{branch}");
        let commit = self.git(&head, &["rev-parse", "--verify", "-q", &reference]);
        let is_open = |it: &Value| it["state"] == "open" && it["head"]["label"] == label.as_str();
        let invalid = |message: &str| {
            let errors = json!([{ "resource": "PullRequest", "message": message }]);
            let body = json!({ "message": "Validation Failed", "errors": errors });
            Reply::json(&body).with_status(422)
        };
        if commit.trim().is_empty() {
            return invalid("head is invalid");
        }
        if self.pull_requests.iter().any(is_open) {
            return invalid(&format!("A pull request already exists for {label}."));
        }
        let number = self.id();
        let host = Endpoint::Github.public_url();
        let pull_request = json!({
            "number": number,
            "state": "open",
            "merged": false,
            "merged_at": null,
            "merge_commit_sha": null,
            "draft": body["draft"],
            "title": body["title"],
            "body": body["body"],
            "maintainer_can_modify": body["maintainer_can_modify"],
            "labels": [],
            "html_url": format!("{host}/{base}/pull/{number}"),
            "base": { "ref": body["base"], "sha": "", "repo": { "full_name": base } },
            "head": { "ref": branch, "label": label, "sha": "", "repo": { "full_name": head } },
        });
        self.pull_requests.push(pull_request.clone());
        Reply::json(&self.current(&pull_request)).with_status(201)
    }

    fn pull(&mut self, method: &str, number: u64, body: &Value) -> Reply {
        let Some(found) = self.find(number) else {
            return missing();
        };
        if method == "PATCH" {
            for field in ["title", "body", "state", "draft"] {
                if let Some(value) = body.get(field) {
                    found[field] = value.clone();
                }
            }
            if let Some(base) = body.get("base") {
                found["base"]["ref"] = base.clone();
            }
        }
        let found = found.clone();
        Reply::json(&self.current(&found))
    }

    fn commits(&mut self, number: u64) -> Vec<Value> {
        let Some(found) = self.find(number).cloned() else {
            return Vec::new();
        };
        let found = self.current(&found);
        let text = |place: &str| {
            let value = found.pointer(place).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let (base, head) = (text("/base/repo/full_name"), text("/head/repo/full_name"));
        let alternate = self.folder.join(format!("{base}.git/objects"));
        let folder = self.folder.join(format!("{head}.git"));
        let range = format!("{}..{}", text("/base/sha"), text("/head/sha"));
        let program = Program::new("git")
            .args(["rev-list", "--reverse", &range])
            .inherit(&environment())
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", alternate)
            .directory(folder);
        let listed = program.run_any_status().map(|output| output.text());
        let listed = listed.unwrap_or_default();
        listed
            .lines()
            .map(|commit| json!({ "sha": commit }))
            .collect()
    }

    fn search(&self, query: &str) -> Reply {
        let wanted = parameter(query, "q").unwrap_or_default();
        let words = wanted.split('"').nth(1).unwrap_or_default().to_owned();
        let is_wanted = |it: &&Value| {
            it["state"] == "open"
                && it["title"]
                    .as_str()
                    .is_some_and(|title| title.contains(&words))
        };
        let items: Vec<&Value> = self.pull_requests.iter().filter(is_wanted).collect();
        Reply::json(&json!({ "total_count": items.len(), "items": items }))
    }
}

fn missing() -> Reply {
    Reply::json(&json!({ "message": "Not Found" })).with_status(404)
}

fn of(all: &[(u64, Value)], number: &str) -> Vec<Value> {
    let number: u64 = number.parse().unwrap_or(0);
    let found = all.iter().filter(|(known, _)| *known == number);
    found.map(|(_, value)| value.clone()).collect()
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// One page of a list, with the `Link` to the next.
fn page(all: &[Value], query: &str, request: &Received) -> Reply {
    let number: usize = parameter(query, "page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(1);
    let start = PAGE * (number - 1);
    let entries: Vec<&Value> = all.iter().skip(start).take(PAGE).collect();
    let reply = Reply::json(&json!(entries));
    if start + PAGE >= all.len() {
        return reply;
    }
    let host = request.headers.get("host").cloned().unwrap_or_default();
    let path = request.target.split('?').next().unwrap_or_default();
    let others: String = query
        .split('&')
        .filter(|pair| !pair.starts_with("page="))
        .map(|pair| format!("{pair}&"))
        .collect();
    let next = format!("http://{host}{path}?{others}page={}", number + 1);
    reply.header("Link", &format!("<{next}>; rel=\"next\""))
}

/// A bare repository that accepts pushes; a copy of `parent`.
fn create(folder: &Path, name: &str, parent: Option<&str>) -> PathBuf {
    let path = folder.join(format!("{name}.git"));
    fs::create_dir_all(&path).expect("the folder of a test can be written");
    let git = |arguments: &[&str]| {
        let program = Program::new("git").args(arguments.iter().copied());
        let program = program.inherit(&environment()).directory(&path);
        program.run().expect("git can make a repository");
    };
    git(&["init", "-q", "--bare", "-b", "master"]);
    git(&["config", "http.receivepack", "true"]);
    git(&["config", "uploadpack.allowFilter", "true"]);
    git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let parent = parent.map(|parent| folder.join(format!("{parent}.git")));
    if let Some(parent) = parent.filter(|parent| parent.join("refs/heads/master").exists()) {
        let branch = "refs/heads/master:refs/heads/master";
        git(&["fetch", "-q", &parent.display().to_string(), branch]);
    }
    path
}
