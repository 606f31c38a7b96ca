//! Pull requests and what is said below them.

use serde_json::{Value, json};
use url::Url;

use super::{GitHub, RepositoryName, made, malformed, path, text};
use crate::client::{Answer, Method};
use crate::endpoints::segment;
use crate::error::FetchError;

/// Whether a pull request is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Open,
    /// It was closed without its changes, or with them ([`PullRequest::merged`]).
    Closed,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Open or closed.
    pub state: State,
    /// Whether its changes are in the base branch.
    pub merged: bool,
    /// Whether it is not meant to be merged yet.
    pub draft: bool,
    /// Its title: outside text.
    pub title: String,
    /// Its text: outside text.
    pub body: String,
    /// The branch it goes to.
    pub base: String,
    /// The commit of that branch when it was last looked at.
    pub base_commit: String,
    /// The branch it comes from.
    pub head: String,
    /// The newest commit of that branch.
    pub head_commit: String,
    /// The repository it comes from; `None`: it is gone.
    pub head_repository: Option<RepositoryName>,
    /// The commit that merged it, once it is merged.
    pub merge_commit: Option<String>,
    /// Whether the maintainers may push to its branch.
    pub maintainer_can_modify: bool,
    /// The names of its labels.
    pub labels: Vec<String>,
}

/// Which pull requests are asked for.
#[derive(Debug, Clone)]
pub struct PullRequestSearch<'a> {
    /// The account whose branch they come from.
    pub owner: &'a str,
    /// That branch.
    pub branch: &'a str,
    /// Closed ones too.
    pub closed: bool,
}

/// What a pull request is made of.
#[derive(Debug, Clone)]
pub struct NewPullRequest<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
    /// The account whose branch it comes from.
    pub owner: &'a str,
    /// That branch.
    pub branch: &'a str,
    /// The branch it goes to.
    pub base: &'a str,
    /// Whether it is not meant to be merged yet.
    pub draft: bool,
}

/// A comment below a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// Its text: outside text.
    pub body: String,
    /// Its page.
    pub url: String,
}

/// The side of a diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What was.
    Left,
    /// What is to be.
    Right,
}

/// A comment at lines of the diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewComment {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// The number of that account.
    pub author_id: Option<u64>,
    /// Its text: outside text.
    pub body: String,
    /// Its page.
    pub url: String,
    /// The file.
    pub path: String,
    /// The first line, from 1; `None` for one line.
    pub start_line: Option<u64>,
    /// The last line, from 1; `None`: the diff has gone on and the comment is outdated.
    pub line: Option<u64>,
    /// The side that the lines are of.
    pub side: Side,
    /// The commit that the lines are of.
    pub commit: String,
    /// The comment that it answers.
    pub reply_to: Option<u64>,
}

impl GitHub<'_> {
    /// One pull request.
    ///
    /// # Errors
    /// [`FetchError::NotFound`] where there is none.
    pub fn pull_request(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<PullRequest, FetchError> {
        let answer = self.get(&path(repository, &format!("/pulls/{number}")))?;
        one(&answer)
    }

    /// The pull requests that come from one branch, the newest first.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn pull_requests_from(
        &self,
        repository: &RepositoryName,
        search: &PullRequestSearch<'_>,
    ) -> Result<Vec<PullRequest>, FetchError> {
        let state = if search.closed { "all" } else { "open" };
        let head = segment(&format!("{}:{}", search.owner, search.branch));
        let rest = format!("/pulls?state={state}&head={head}&per_page=100");
        let found = self.list(&path(repository, &rest))?;
        // The forge ignores a `head` that it does not understand and lists everything.
        let is_from = |found: &PullRequest| {
            let owner = found.head_repository.as_ref().map(|name| &name.owner);
            found.head == search.branch
                && owner.is_none_or(|owner| owner.eq_ignore_ascii_case(search.owner))
        };
        Ok(found.iter().filter_map(read).filter(is_from).collect())
    }

    /// The open pull requests with all of these words in their title, at most 100: number, title, page.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn open_pull_requests_titled(
        &self,
        repository: &RepositoryName,
        words: &str,
    ) -> Result<Vec<(u64, String, String)>, FetchError> {
        let words: String = words.chars().filter(|it| !it.is_control()).collect();
        let quoted = format!("\"{}\"", words.replace(['"', '\\'], " "));
        let query = format!("repo:{repository} is:pr is:open in:title {quoted}");
        let answer = self.get(&format!("search/issues?q={}&per_page=100", segment(&query)))?;
        let items = answer.body.pointer("/items").and_then(Value::as_array);
        let items = items.ok_or_else(|| malformed(&answer.url, "it has no `items`"))?;
        let item = |item: &Value| {
            let number = item.pointer("/number")?.as_u64()?;
            Some((number, text(item, "/title")?, text(item, "/html_url")?))
        };
        Ok(items.iter().filter_map(item).collect())
    }

    /// Makes a pull request.
    ///
    /// # Errors
    /// [`FetchError::Status`] 422 where there is one from this branch already; [`FetchError::Unclear`] where it may have been made.
    pub fn create_pull_request(
        &self,
        repository: &RepositoryName,
        new: &NewPullRequest<'_>,
    ) -> Result<PullRequest, FetchError> {
        let body = json!({
            "title": new.title,
            "body": new.body,
            "head": format!("{}:{}", new.owner, new.branch),
            "base": new.base,
            "draft": new.draft,
            "maintainer_can_modify": true,
        });
        let answer = self.send(Method::Post, &path(repository, "/pulls"), Some(body))?;
        one(&answer).map_err(|error| made(&answer, error))
    }

    /// Changes the title, the text or the base of a pull request; `None` leaves it.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn update_pull_request(
        &self,
        repository: &RepositoryName,
        number: u64,
        [title, body, base]: [Option<&str>; 3],
    ) -> Result<PullRequest, FetchError> {
        let fields = [("title", title), ("body", body), ("base", base)];
        let fields = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
        let place = path(repository, &format!("/pulls/{number}"));
        one(&self.send(Method::Patch, &place, Some(fields.collect()))?)
    }

    /// The commits of a pull request, the oldest first.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn pull_request_commits(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Vec<String>, FetchError> {
        let rest = format!("/pulls/{number}/commits?per_page=100");
        let found = self.list(&path(repository, &rest))?;
        Ok(found
            .iter()
            .filter_map(|commit| commit_id(commit, "/sha"))
            .collect())
    }

    /// The comments at lines of a pull request's diff, in the order in which they were written.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn review_comments(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Vec<ReviewComment>, FetchError> {
        let rest = format!("/pulls/{number}/comments?per_page=100");
        let found = self.list(&path(repository, &rest))?;
        Ok(found.iter().filter_map(read_review_comment).collect())
    }

    /// The comments below a pull request, in the order in which they were written.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn comments(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Vec<Comment>, FetchError> {
        let rest = format!("/issues/{number}/comments?per_page=100");
        let found = self.list(&path(repository, &rest))?;
        Ok(found.iter().filter_map(read_comment).collect())
    }

    /// Writes a comment below a pull request.
    ///
    /// # Errors
    /// [`FetchError::Unclear`] where it may have been written.
    pub fn create_comment(
        &self,
        repository: &RepositoryName,
        number: u64,
        body: &str,
    ) -> Result<Comment, FetchError> {
        let place = path(repository, &format!("/issues/{number}/comments"));
        let answer = self.send(Method::Post, &place, Some(json!({ "body": body })))?;
        read_comment(&answer.body)
            .ok_or_else(|| made(&answer, malformed(&answer.url, "it is no comment")))
    }

    /// Writes a comment anew.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn update_comment(
        &self,
        repository: &RepositoryName,
        id: u64,
        body: &str,
    ) -> Result<Comment, FetchError> {
        let place = path(repository, &format!("/issues/comments/{id}"));
        let answer = self.send(Method::Patch, &place, Some(json!({ "body": body })))?;
        read_comment(&answer.body).ok_or_else(|| malformed(&answer.url, "it is no comment"))
    }
}

fn one(answer: &Answer) -> Result<PullRequest, FetchError> {
    read(&answer.body).ok_or_else(|| malformed(&answer.url, "it is no pull request"))
}

fn read(value: &Value) -> Option<PullRequest> {
    let state = match text(value, "/state")?.as_str() {
        "open" => State::Open,
        _ => State::Closed,
    };
    let flag = |place| value.pointer(place).and_then(Value::as_bool);
    let labels = value.pointer("/labels").and_then(Value::as_array);
    let merged_at = value.pointer("/merged_at").is_some_and(|at| !at.is_null());
    let merged = flag("/merged").unwrap_or(merged_at);
    Some(PullRequest {
        number: value.pointer("/number")?.as_u64()?,
        url: web_url(value)?,
        state,
        merged,
        draft: flag("/draft").unwrap_or(false),
        title: text(value, "/title").unwrap_or_default(),
        body: text(value, "/body").unwrap_or_default(),
        base: text(value, "/base/ref")?,
        base_commit: commit_id(value, "/base/sha")?,
        head: text(value, "/head/ref")?,
        head_commit: commit_id(value, "/head/sha")?,
        head_repository: text(value, "/head/repo/full_name").and_then(|name| name.parse().ok()),
        merge_commit: commit_id(value, "/merge_commit_sha").filter(|_| merged),
        maintainer_can_modify: flag("/maintainer_can_modify").unwrap_or(false),
        labels: labels
            .into_iter()
            .flatten()
            .filter_map(|label| text(label, "/name"))
            .collect(),
    })
}

fn read_comment(value: &Value) -> Option<Comment> {
    Some(Comment {
        id: value.pointer("/id")?.as_u64()?,
        author: text(value, "/user/login").unwrap_or_default(),
        body: text(value, "/body").unwrap_or_default(),
        url: web_url(value)?,
    })
}

fn read_review_comment(value: &Value) -> Option<ReviewComment> {
    let number = |place| value.pointer(place).and_then(Value::as_u64);
    let side = match text(value, "/side").as_deref() {
        Some("LEFT") => Side::Left,
        _ => Side::Right,
    };
    Some(ReviewComment {
        id: number("/id")?,
        author: text(value, "/user/login").unwrap_or_default(),
        author_id: number("/user/id"),
        body: text(value, "/body").unwrap_or_default(),
        url: web_url(value)?,
        path: text(value, "/path")?,
        start_line: number("/start_line"),
        line: number("/line"),
        side,
        commit: commit_id(value, "/commit_id")?,
        reply_to: number("/in_reply_to_id"),
    })
}

/// The page, if it is an address that can be shown.
fn web_url(value: &Value) -> Option<String> {
    let url = Url::parse(&text(value, "/html_url")?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// A full commit id: nothing else of the kind reaches a command line.
fn commit_id(value: &Value, place: &str) -> Option<String> {
    let id = text(value, place)?;
    let is_id = matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(id)
}
