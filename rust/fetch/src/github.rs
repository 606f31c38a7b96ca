//! GitHub as a place to contribute to: forks, pull requests, comments, over its REST interface.
//!
//! What others see is changed by `POST`, `PATCH` and `PUT`, each by a caller that has asked a person. Everything read here is outside text.

mod artifact;
mod pull_request;

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};
use url::Url;

use crate::client::{Answer, Call, Client, Method};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;

pub use pull_request::{
    Comment, NewPullRequest, PullRequest, PullRequestSearch, ReviewComment, Side, State,
};

/// The media type of the interface.
const ACCEPT: &str = "application/vnd.github+json";

/// How many pages of a list are read; 100 entries are on one.
const MOST_PAGES: usize = 100;

/// `owner/name` of a repository. Both parts are letters, digits, `-`, `_` and `.`, and no part is `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepositoryName {
    /// The user or organisation.
    pub owner: String,
    /// The repository.
    pub name: String,
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

/// A text that names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a repository of the form `owner/name`", .0.escape_debug())]
pub struct NoRepositoryName(pub String);

impl FromStr for RepositoryName {
    type Err = NoRepositoryName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |part: &str| {
            let is_letter =
                |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
            !part.is_empty()
                && part.len() <= 100
                && !matches!(part, "." | "..")
                && !part.starts_with('-')
                && part.chars().all(is_letter)
        };
        match text.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(NoRepositoryName(text.to_owned())),
        }
    }
}

/// A repository as the forge describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// Its name now; another one than was asked for where it has moved.
    pub name: RepositoryName,
    /// Where git gets it over https.
    pub clone_url: Url,
    /// Where git gets it over ssh: `git@host:owner/name.git`.
    pub ssh_url: String,
    /// The branch that a clone checks out.
    pub default_branch: String,
    /// What it was forked from.
    pub parent: Option<RepositoryName>,
    /// Whether we may push to it; `None`: the forge does not say.
    pub may_push: Option<bool>,
}

/// The REST interface, asked through a client and its token.
#[derive(Clone, Copy)]
pub struct GitHub<'a> {
    client: &'a Client,
}

impl<'a> GitHub<'a> {
    /// The interface at the endpoint `GITHUB_API`.
    #[must_use]
    pub fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Whether there is a token. Without one nothing can be changed.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.client.options.tokens.has(Endpoint::GithubApi)
    }

    /// The account that the token belongs to.
    ///
    /// # Errors
    /// [`FetchError::Forbidden`] without a token or with one that is not valid.
    pub fn user(&self) -> Result<String, FetchError> {
        let answer = self.get("user")?;
        let login = text(&answer.body, "/login").filter(|login| is_login(login));
        login.ok_or_else(|| malformed(&answer.url, "it names no account"))
    }

    /// What the forge says of a repository.
    ///
    /// # Errors
    /// [`FetchError::NotFound`] where there is none, or none that we may see.
    pub fn repository(&self, name: &RepositoryName) -> Result<RepositoryFacts, FetchError> {
        let answer = self.get(&path(name, ""))?;
        facts(&answer)
    }

    /// Asks for a fork below the account of the token, under `name`. The forge says yes (202) before the fork is there; an existing
    /// fork is the answer where there is one.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub fn create_fork(
        &self,
        of: &RepositoryName,
        name: &str,
    ) -> Result<RepositoryFacts, FetchError> {
        let body = json!({ "name": name, "default_branch_only": true });
        let answer = self.send(Method::Post, &path(of, "/forks"), Some(body))?;
        facts(&answer).map_err(|error| made(&answer, error))
    }

    pub(self) fn get(&self, path: &str) -> Result<Answer, FetchError> {
        self.send(Method::Get, path, None)
    }

    pub(self) fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, FetchError> {
        let url = format!("{}/{path}", Endpoint::GithubApi.public_url());
        let url = Url::parse(&url).map_err(|error| FetchError::Refused {
            url,
            reason: error.to_string(),
        })?;
        self.client.call(&Call {
            method,
            url,
            accept: ACCEPT,
            body,
        })
    }

    /// All entries of a list over all its pages.
    pub(self) fn list(&self, path: &str) -> Result<Vec<Value>, FetchError> {
        let mut answer = self.get(path)?;
        let mut entries = Vec::new();
        for _ in 0..MOST_PAGES {
            let Value::Array(found) = answer.body.take() else {
                return Err(malformed(&answer.url, "it is no list"));
            };
            entries.extend(found);
            let Some(url) = answer.next_page else {
                return Ok(entries);
            };
            answer = self.client.call(&Call {
                method: Method::Get,
                url,
                accept: ACCEPT,
                body: None,
            })?;
        }
        Err(malformed(&answer.url, "the list has no end"))
    }
}

/// `repos/OWNER/NAME` and what follows it.
fn path(name: &RepositoryName, rest: &str) -> String {
    format!(
        "repos/{}/{}{rest}",
        segment(&name.owner),
        segment(&name.name)
    )
}

/// Accounts are letters, digits and single hyphens; those of apps and of enterprises may hold `_` and `[bot]`.
fn is_login(login: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_[]".contains(letter);
    !login.starts_with('-') && login.len() <= 100 && login.chars().all(is_letter)
}

fn facts(answer: &Answer) -> Result<RepositoryFacts, FetchError> {
    let missing = |what| malformed(&answer.url, &format!("it has no {what}"));
    let value = &answer.body;
    let name = |place| text(value, place)?.parse().ok();
    let url = text(value, "/clone_url").and_then(|url| Url::parse(&url).ok());
    Ok(RepositoryFacts {
        name: name("/full_name").ok_or_else(|| missing("full_name"))?,
        clone_url: url.ok_or_else(|| missing("clone_url"))?,
        ssh_url: text(value, "/ssh_url").unwrap_or_default(),
        default_branch: text(value, "/default_branch").ok_or_else(|| missing("default_branch"))?,
        parent: name("/parent/full_name"),
        may_push: value.pointer("/permissions/push").and_then(Value::as_bool),
    })
}

fn malformed(url: &Url, reason: &str) -> FetchError {
    FetchError::Malformed {
        url: url.clone().into(),
        reason: reason.to_owned(),
    }
}

/// The failure of a `POST` that was answered with success, but not with what it should have made: it may be there.
fn made(answer: &Answer, error: FetchError) -> FetchError {
    FetchError::Unclear {
        method: Method::Post.name(),
        url: answer.url.clone().into(),
        source: Box::new(error),
    }
}

/// A text that is there and not empty.
fn text(value: &Value, place: &str) -> Option<String> {
    let text = value.pointer(place)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
