//! What the user's git repository has to do with others: fetching, and asking what a remote has.
//!
//! The user's own way in (credential helper, ssh, netrc) comes first. Behind it stands the forge's token, offered through the environment
//! to the forge's own origin alone: it is in no argument, no file and no URL.

use std::path::Path;

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::RepositoryName;
use nixsmith_fetch::process::Program;

use super::{Repository, could_not};
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Before, Change};

/// The variable that brings the token to our credential helper.
const TOKEN: &str = "NIXSMITH_GIT_TOKEN";

/// A credential helper, as git runs one: prints what the environment holds.
const HELPER: &str = "!f() { test \"$1\" = get && printf 'username=x-access-token\\npassword=%s\\n' \"$NIXSMITH_GIT_TOKEN\"; }; f";

impl Repository {
    /// git that reaches remotes: replaced endpoints apply to their URLs.
    pub(super) fn networked(&self, arguments: &[&str], context: &Context) -> Program {
        with_network(self.writing(arguments), context)
    }

    /// Fetches these refspecs from a remote (its name or a URL).
    ///
    /// # Errors
    /// Offline, and when git fails.
    pub fn fetch_from(
        &self,
        remote: &str,
        refspecs: &[String],
        context: &Context,
    ) -> anyhow::Result<()> {
        let action = format!("fetch from `{remote}`");
        online(&action, context)?;
        let mut arguments = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--",
        ];
        arguments.push(remote);
        arguments.extend(refspecs.iter().map(String::as_str));
        could_not(&action, self.networked(&arguments, context).run())?;
        Ok(())
    }

    /// The commit that a branch of a remote (its name or a URL) has now; `None`: there is no such branch.
    ///
    /// # Errors
    /// Offline, and when git fails.
    pub fn remote_branch(
        &self,
        remote: &str,
        branch: &str,
        context: &Context,
    ) -> anyhow::Result<Option<String>> {
        let action = format!("ask `{remote}` for its branch `{branch}`");
        online(&action, context)?;
        let reference = format!("refs/heads/{branch}");
        let arguments = ["ls-remote", "--", remote, &reference];
        let output = could_not(&action, self.networked(&arguments, context).run())?;
        let text = output.text();
        let mut lines = text.lines().filter_map(|line| line.split_once('\t'));
        let found = lines.find(|(_, name)| *name == reference);
        Ok(found.map(|(commit, _)| commit.to_owned()))
    }

    /// A new, empty repository in `folder`, which is made.
    ///
    /// # Errors
    /// When git fails.
    pub fn init(folder: &Path, branch: &str, context: &Context) -> anyhow::Result<Self> {
        let action = format!("make a repository at `{}`", folder.display());
        let parent = Self::unopened(&context.directory, context);
        let program = parent
            .writing(&["init", "--quiet", "--initial-branch", branch, "--"])
            .arg(folder);
        could_not(&action, program.run())?;
        Self::open_at(folder, context)
    }

    /// Keeps a file of ours out of `git status`, where the repository does not ignore it by itself.
    ///
    /// # Errors
    /// When git fails or its list of ignored files cannot be written.
    pub fn exclude(&self, file: &str, context: &Context) -> anyhow::Result<()> {
        let arguments = ["check-ignore", "--quiet", "--", file];
        let output = could_not(
            "ask git what it ignores",
            self.program(&arguments).run_any_status(),
        )?;
        if output.status.success() {
            return Ok(());
        }
        let place = self.line(&["rev-parse", "--git-path", "info/exclude"])?;
        let path = self.root.join(place.unwrap_or_default());
        let before = files::read_before(&path)?;
        let mut contents = match &before {
            Before::Contents(bytes) => bytes.clone(),
            Before::Absent => Vec::new(),
        };
        if !contents.is_empty() && !contents.ends_with(b"\n") {
            contents.push(b'\n');
        }
        contents.extend(format!("/{file}\n").into_bytes());
        context.write(&[Change {
            path,
            before,
            contents,
        }])
    }

    /// Removes a value from the clone's own configuration.
    ///
    /// # Errors
    /// When git fails.
    pub fn forget_setting(&self, key: &str) -> anyhow::Result<()> {
        let arguments = ["config", "--local", "--unset-all", key];
        could_not(&format!("remove `{key}`"), self.writing(&arguments).run())?;
        Ok(())
    }

    /// Whether a commit was the newest of a local branch at some time, as its reflog says, or is an ancestor of what it is now.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn has_commit_of_branch(&self, commit: &str, branch: &str) -> anyhow::Result<bool> {
        if self.commit(commit)?.is_none() {
            return Ok(false);
        }
        let full = format!("refs/heads/{branch}");
        let ancestor = ["merge-base", "--is-ancestor", commit, &full];
        let output = could_not("compare commits", self.program(&ancestor).run_any_status())?;
        if output.status.success() {
            return Ok(true);
        }
        let arguments = ["reflog", "show", "--format=%H", &full, "--"];
        let output = could_not("read the reflog", self.program(&arguments).run_any_status())?;
        Ok(output.text().lines().any(|known| known == commit))
    }

    /// A value of the configuration, wherever it is set.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn configured(&self, key: &str) -> anyhow::Result<Option<String>> {
        self.line(&["config", "--get", key])
    }

    /// Sets a value in the clone's own configuration.
    ///
    /// # Errors
    /// When git fails.
    pub fn configure(&self, key: &str, value: &str) -> anyhow::Result<()> {
        let arguments = ["config", "--local", key, value];
        could_not(&format!("set `{key}`"), self.writing(&arguments).run())?;
        Ok(())
    }

    /// Adds a remote.
    ///
    /// # Errors
    /// When there is one of this name, and when git fails.
    pub fn add_remote(&self, name: &str, url: &str) -> anyhow::Result<()> {
        let arguments = ["remote", "add", "--", name, url];
        could_not(
            &format!("add the remote `{name}`"),
            self.writing(&arguments).run(),
        )?;
        Ok(())
    }

    /// Gives a remote another name; its branches and what tracks them go along.
    ///
    /// # Errors
    /// When git fails.
    pub fn rename_remote(&self, old: &str, new: &str) -> anyhow::Result<()> {
        let arguments = ["remote", "rename", "--", old, new];
        could_not(
            &format!("rename the remote `{old}`"),
            self.writing(&arguments).run(),
        )?;
        Ok(())
    }

    /// The whole answer of git where it reaches a remote, for `action`.
    ///
    /// # Errors
    /// Offline, and when git fails.
    pub(crate) fn run_networked(
        &self,
        arguments: &[&str],
        action: &str,
        context: &Context,
    ) -> anyhow::Result<()> {
        online(action, context)?;
        could_not(action, self.networked(arguments, context).run())?;
        Ok(())
    }
}

/// The program with what reaching a remote takes besides the user's own configuration.
pub(crate) fn with_network(mut program: Program, context: &Context) -> Program {
    let options = &context.client_options;
    // A remote that has gone silent does not keep us.
    let mut pairs: Vec<(String, String)> = vec![
        ("http.lowSpeedLimit".to_owned(), "1000".to_owned()),
        ("http.lowSpeedTime".to_owned(), "60".to_owned()),
    ];
    for (public, replacement) in options.endpoints.rewrites() {
        let base = replacement.as_str().trim_end_matches('/');
        pairs.push((format!("url.{base}/.insteadOf"), format!("{public}/")));
    }
    let is_replaced = |endpoint| options.endpoints.is_overridden(endpoint);
    // A mirror of the pages is not the forge that the token is for.
    let is_whole = is_replaced(Endpoint::Github) == is_replaced(Endpoint::GithubApi);
    if let Some(token) = options.tokens.secret(Endpoint::Github).filter(|_| is_whole) {
        let origin = options.endpoints.url(Endpoint::Github).origin();
        let key = format!("credential.{}.helper", origin.ascii_serialization());
        pairs.push((key, HELPER.to_owned()));
        program = program.env(TOKEN, token);
    }
    program = program.env("GIT_CONFIG_COUNT", pairs.len().to_string());
    for (index, (key, value)) in pairs.into_iter().enumerate() {
        program = program
            .env(format!("GIT_CONFIG_KEY_{index}"), key)
            .env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    program
}

fn online(action: &str, context: &Context) -> anyhow::Result<()> {
    if context.offline() {
        return Err(Problem::user(format!("could not {action}: the network is off")).into());
    }
    Ok(())
}

/// The repository on the forge that a URL of a remote means: the last two parts of its path, whatever the protocol.
#[must_use]
pub fn repository_of(url: &str) -> Option<RepositoryName> {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    let (rest, name) = url.rsplit_once('/')?;
    let owner = rest.rsplit(['/', ':']).next()?;
    format!("{owner}/{name}").parse().ok()
}

/// Whether two names mean the same repository: the forge does not tell letters of different case apart.
#[must_use]
pub fn is_same(left: &RepositoryName, right: &RepositoryName) -> bool {
    left.owner.eq_ignore_ascii_case(&right.owner) && left.name.eq_ignore_ascii_case(&right.name)
}

/// A URL of a remote as it may be shown: without the name and password that some people keep in it.
#[must_use]
pub fn without_secret(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or_default();
            let keeps_user = scheme.ends_with("ssh");
            let host = if keeps_user { authority } else { host };
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_of_a_url() {
        let name = |url| repository_of(url).map(|name| name.to_string());
        for url in [
            "https://forge.example/ada/nixpkgs.git",
            "https://forge.example/ada/nixpkgs/",
            "git@forge.example:ada/nixpkgs.git",
            "ssh://git@forge.example:22/ada/nixpkgs",
            "http://127.0.0.1:80/ada/nixpkgs.git",
        ] {
            assert_eq!(name(url).as_deref(), Some("ada/nixpkgs"), "{url}");
        }
        assert_eq!(
            without_secret("https://ada:secret@forge.example/ada/nixpkgs.git"),
            "https://forge.example/ada/nixpkgs.git"
        );
        assert_eq!(name("nixpkgs"), None);
        assert_eq!(name("--upload-pack=touch x"), None);
    }
}
