//! The branch that is to be sent: where it lies, where it goes, and where it began.

use nixsmith_fetch::github::PullRequest;

use super::super::branches::{self, Type};
use super::{Request, body};
use crate::context::Context;
use crate::error::Problem;
use crate::repository::Repository;
use crate::repository::remote::{is_same, repository_of, without_secret};

/// A branch of a fork.
pub(super) struct Branch {
    pub(super) repository: Repository,
    /// Its name.
    pub(super) name: String,
    /// Its newest commit.
    pub(super) head: String,
    /// The remote that it is pushed to.
    pub(super) remote: String,
    /// Whose repository that is.
    pub(super) owner: String,
    /// The remote that is upstream.
    pub(super) upstream: String,
    /// The branch of upstream that it goes to.
    pub(super) base: String,
    /// The commit of that branch.
    pub(super) base_commit: String,
}

/// Looks at the clone.
pub(super) fn look(
    repository: Repository,
    request: &Request,
    context: &Context,
    notes: &mut Vec<String>,
) -> anyhow::Result<Branch> {
    repository.require_nothing_begun()?;
    let name = repository.attached_branch()?;
    repository.check_branch_name(&name).map_err(|error| {
        Problem::user("the branch that is checked out cannot be sent")
            .hint("give it another name: `git branch --move NAME`")
            .source(error)
    })?;
    let kind = branches::classify(&name).kind;
    if kind != Type::Wip {
        return Err(
            Problem::user(format!("`{name}` is a branch of nixpkgs itself"))
                .hint("put the change on a branch of its own: `git switch --create NAME`")
                .into(),
        );
    }
    repository.require_history()?;
    if repository.is_dirty()? {
        notes.push(
            "the work tree has changes that are not committed: they are not part of it".to_owned(),
        );
    }
    let head = repository.head()?;
    let remotes = repository.remotes()?;
    let is_upstream =
        |url: &str| repository_of(url).is_some_and(|found| is_same(&found, &request.upstream));
    let upstream = remotes.iter().find(|remote| is_upstream(&remote.url));
    let Some(upstream) = upstream else {
        return Err(
            Problem::user(format!("no remote is `{}`", request.upstream))
                .hint("`nixsmith nixpkgs fork` sets a clone up")
                .into(),
        );
    };
    let keys = [
        format!("branch.{name}.pushRemote"),
        "remote.pushDefault".to_owned(),
    ];
    let mut wanted = Vec::new();
    for key in &keys {
        wanted.extend(repository.configured(key)?);
    }
    wanted.push("origin".to_owned());
    let fork = wanted
        .iter()
        .find_map(|wanted| remotes.iter().find(|remote| remote.name == *wanted));
    let Some(fork) = fork else {
        return Err(Problem::user("no remote is a fork that could be pushed to")
            .hint("`nixsmith nixpkgs fork` makes one")
            .into());
    };
    let Some(found) = repository_of(&fork.push_url) else {
        let sentence = format!(
            "the remote `{}` is no repository of the forge: {}",
            fork.name,
            without_secret(&fork.push_url)
        );
        return Err(Problem::user(sentence)
            .hint("`git config remote.pushDefault NAME` says which remote is the fork")
            .into());
    };
    let (remote, upstream, owner) = (fork.name.clone(), upstream.name.clone(), found.owner);
    context.interrupt().check()?;
    Ok(Branch {
        repository,
        name,
        head,
        remote,
        owner,
        upstream,
        base: String::new(),
        base_commit: String::new(),
    })
}

impl Branch {
    /// The base as this clone names it: `upstream/master`.
    pub(super) fn tracked_base(&self) -> String {
        format!("{}/{}", self.upstream, self.base)
    }

    /// Finds the branch that it goes to, and fetches it.
    pub(super) fn choose_base(
        &mut self,
        request: &Request,
        existing: Option<&PullRequest>,
        context: &Context,
    ) -> anyhow::Result<()> {
        self.base = match (&request.base, existing) {
            (Some(base), _) => base.clone(),
            (None, Some(found)) => found.base.clone(),
            (None, None) => self.nearest()?,
        };
        let base = self.base.clone();
        self.fetch_base(&base, context)
    }

    /// Fetches a branch of upstream and makes it the base.
    pub(super) fn fetch_base(&mut self, base: &str, context: &Context) -> anyhow::Result<()> {
        self.repository.check_branch_name(base)?;
        let tracked = format!("refs/remotes/{}/{base}", self.upstream);
        let refspec = format!("+refs/heads/{base}:{tracked}");
        self.repository
            .fetch_from(&self.upstream, &[refspec], context)?;
        base.clone_into(&mut self.base);
        let found = self.repository.commit(&tracked)?;
        self.base_commit =
            found.ok_or_else(|| Problem::user(format!("upstream has no branch `{base}`")))?;
        Ok(())
    }

    /// The branch that it most likely began at, by what this clone knows of upstream.
    fn nearest(&self) -> anyhow::Result<String> {
        let prefix = format!("refs/remotes/{}/", self.upstream);
        let known = self.repository.branches(&prefix)?;
        let ahead = |name: &str| {
            if known.iter().any(|known| known == name) {
                let full = format!("{prefix}{name}");
                self.repository
                    .ahead(&full, &self.head, branches::MOST_COMMITS)
            } else {
                Ok(branches::MOST_COMMITS)
            }
        };
        Ok(branches::origin("master", &known, ahead)?.branch)
    }

    /// The messages of its commits, the oldest first.
    pub(super) fn messages(&self) -> anyhow::Result<Vec<String>> {
        let range = format!("{}..{}", self.base_commit, self.head);
        let arguments = [
            "log",
            "--reverse",
            "--no-merges",
            "-z",
            "--format=%B",
            &range,
            "--",
        ];
        let output = self.repository.run(&arguments, "read the commits")?;
        let text = String::from_utf8_lossy(&output);
        let messages = text
            .split('\0')
            .filter(|message| !message.trim().is_empty());
        Ok(messages.map(str::to_owned).collect())
    }

    /// The pull request template of its newest commit; empty where there is none.
    pub(super) fn template(&self) -> anyhow::Result<String> {
        for path in body::TEMPLATES {
            let object = format!("{}:{path}", self.head);
            if let Ok(bytes) = self
                .repository
                .run(&["cat-file", "blob", &object], "read the template")
            {
                return Ok(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(String::new())
    }
}
