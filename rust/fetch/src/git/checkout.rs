//! One commit onto the disk: from the cache, or fetched as little as the server allows.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nixsmith_store::tree::{Tree, TreeError};

use super::command::{Git, RemoteCall};
use super::references::{Target, describe, resolve};
use super::url::{GitUrl, is_commit_id};
use super::{cache, lfs, submodules};
use crate::client::Client;
use crate::error::FetchError;
use crate::request::{Checkout, GitRequest, GitTree, Revision};

pub(super) fn run(client: &Client, request: &GitRequest) -> Result<GitTree, FetchError> {
    client.options.interrupt.check()?;
    check_request(request)?;
    let url = GitUrl::parse(&request.url, request.local, &client.options.endpoints)?;
    let is_offline = client.options.offline && !url.is_local();
    if let Revision::Commit(commit) = &request.revision
        && is_commit_id(commit)
        && let Some(tree) = cache::find(client, &url, request, commit)?
    {
        return Ok(tree);
    }
    if is_offline {
        return Err(FetchError::Offline {
            url: request.url.clone(),
        });
    }
    let mut git = Git::new(client, &url)?;
    if request.lfs {
        lfs::check_program(&git)?;
        git = git.with_configuration(lfs::CONFIGURATION);
    }
    let target = resolve(&git, &request.revision)?;
    if target.reference.is_some()
        && let Some(tree) = cache::find(client, &url, request, &target.commit)?
    {
        return Ok(GitTree {
            requests: git.requests(),
            ..tree
        });
    }
    let asked = target.commit.clone();
    let tree = Work::new(&git, request, target)?.run()?;
    cache::store(client, &url, request, &asked, &tree)?;
    Ok(tree)
}

fn check_request(request: &GitRequest) -> Result<(), FetchError> {
    if request.leave_dot_git {
        let text = "`leaveDotGit` cannot be hashed ahead: what `.git` contains depends on the version of git and on the server";
        return Err(FetchError::Unsupported(text.to_owned()));
    }
    let is_bad = |path: &String| {
        path.is_empty() || path.starts_with('-') || path.chars().any(char::is_control)
    };
    match request.sparse.iter().find(|path| is_bad(path)) {
        None => Ok(()),
        Some(path) => Err(FetchError::Unsupported(format!(
            "`{}` cannot be checked out sparsely",
            path.escape_debug()
        ))),
    }
}

/// A repository in a temporary folder: `tree`, and `git` for what is usually `.git`.
struct Work<'a> {
    git: &'a Git<'a>,
    request: &'a GitRequest,
    target: Target,
    folder: tempfile::TempDir,
    tree: PathBuf,
}

impl<'a> Work<'a> {
    fn new(git: &'a Git<'a>, request: &'a GitRequest, target: Target) -> Result<Self, FetchError> {
        let folder = git.client.cache.temporary_folder()?;
        let tree = folder.path().join("tree");
        Ok(Self {
            git,
            request,
            target,
            folder,
            tree,
        })
    }

    fn run(mut self) -> Result<GitTree, FetchError> {
        self.initialize()?;
        self.fetch()?;
        self.check_out()?;
        if self.request.submodules {
            submodules::check_out(self.git, &self.tree, self.folder.path())?;
        }
        let commit_time_seconds = self.commit_time()?;
        remove_links_to_git(&self.tree).map_err(|source| self.unreadable(source.into()))?;
        let tree =
            Tree::from_directory(&self.tree).map_err(|source| self.unreadable_tree(source))?;
        let lfs_pointers = lfs::count_pointers(&tree);
        let checkout = Checkout {
            path: self.tree,
            folder: Arc::new(self.folder),
        };
        let requests = self.git.requests();
        Ok(GitTree {
            commit: self.target.commit,
            tree,
            commit_time_seconds,
            requests,
            lfs_pointers,
            checkout,
        })
    }

    fn initialize(&self) -> Result<(), FetchError> {
        let git_folder = self.folder.path().join("git");
        let (git_folder, tree) = (git_folder.to_string_lossy(), self.tree.to_string_lossy());
        let format = if self.target.commit.len() == 64 {
            "--object-format=sha256"
        } else {
            "--object-format=sha1"
        };
        let separate = format!("--separate-git-dir={git_folder}");
        let arguments = [
            "init",
            "--quiet",
            "--template=",
            "--initial-branch=fetchgit",
            format,
            &separate,
            "--",
            &tree,
        ];
        self.git
            .run(self.folder.path(), &arguments, "prepare a checkout")?;
        for (key, value) in [
            ("remote.origin.url", self.git.url.as_str()),
            ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ] {
            self.git
                .run(&self.tree, &["config", key, value], "prepare a checkout")?;
        }
        if !self.request.sparse.is_empty() {
            let program = self.git.program().directory(&self.tree);
            let program = program
                .args(["sparse-checkout", "set", "--cone", "--stdin"])
                .input(self.request.sparse.join("\n"));
            program
                .run()
                .map_err(|error| self.git.error("prepare a sparse checkout", error))?;
        }
        Ok(())
    }

    /// Brings the commit here: alone if the server gives it alone; else with all branches and tags, without old contents if the
    /// server can leave them out.
    fn fetch(&mut self) -> Result<(), FetchError> {
        let wanted = self.target.reference.clone();
        let wanted = wanted.unwrap_or_else(|| self.target.commit.clone());
        let (filter, depth) = ("--filter=blob:none", "--depth=1");
        let alone = if self.request.sparse.is_empty() {
            vec![depth]
        } else {
            vec![depth, filter]
        };
        let all = [
            "+refs/heads/*:refs/remotes/origin/*",
            "+refs/tags/*:refs/tags/*",
        ];
        if let Err(first) = self.fetch_call(&alone, &[&wanted]) {
            // A server of plain files must not be taken for one that can leave contents out: git would ask it for them for ever.
            let options: &[&str] = if Git::is_dumb(&first) { &[] } else { &[filter] };
            // The first failure is the one to tell if the server does not answer this either.
            if !Git::may_ask_otherwise(&first) || self.fetch_call(options, &all).is_err() {
                return Err(first);
            }
        }
        self.find_commit()
    }

    fn fetch_call(&self, options: &[&str], references: &[&str]) -> Result<(), FetchError> {
        let mut arguments = vec!["fetch", "--no-tags", "--progress"];
        arguments.extend(options);
        arguments.extend(["--", "origin"]);
        arguments.extend(references);
        let call = RemoteCall {
            folder: &self.tree,
            growing: self.folder.path(),
            arguments: &arguments,
            action: format!("fetch {}", describe(&self.request.revision)),
            what: format!("fetching `{}`", self.git.url.as_str()),
            remotes: 1,
        };
        self.git.run_remote(&call).map(drop)
    }

    /// Makes sure that what came is the commit; an id of a tag object becomes that of its commit.
    fn find_commit(&mut self) -> Result<(), FetchError> {
        let wanted = format!("{}^{{commit}}", self.target.commit);
        let program = self.git.program().directory(&self.tree).args([
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &wanted,
        ]);
        let output = program
            .run_any_status()
            .map_err(|error| self.git.error("read the commit", error))?;
        let commit = output.text().trim().to_owned();
        if !output.status.success() || !is_commit_id(&commit) {
            let (url, what) = (
                self.git.url.as_str().to_owned(),
                describe(&self.request.revision),
            );
            return Err(FetchError::NoSuchRevision { url, what });
        }
        self.target.commit = commit;
        Ok(())
    }

    /// Contents that were left out come now, so this asks the server as well where something was.
    fn check_out(&self) -> Result<(), FetchError> {
        let is_partial = self
            .git
            .run(
                &self.tree,
                &["config", "--get-regexp", r"^remote\.origin\.promisor$"],
                "check",
            )
            .is_ok();
        let call = RemoteCall {
            folder: &self.tree,
            growing: self.folder.path(),
            arguments: &[
                "checkout",
                "--force",
                "--detach",
                "--progress",
                &self.target.commit,
                "--",
            ],
            action: format!("check out {}", describe(&self.request.revision)),
            what: format!("checking out `{}`", self.git.url.as_str()),
            remotes: u64::from(is_partial),
        };
        self.git.run_remote(&call).map(drop)
    }

    fn commit_time(&self) -> Result<i64, FetchError> {
        let arguments = [
            "show",
            "--no-patch",
            "--no-show-signature",
            "--format=%ct",
            "--end-of-options",
            &self.target.commit,
        ];
        let output = self
            .git
            .run(&self.tree, &arguments, "read the commit time")?;
        output
            .text()
            .trim()
            .parse()
            .map_err(|_| self.unreadable("the commit has no readable time".into()))
    }

    fn unreadable(&self, source: Box<dyn std::error::Error + Send + Sync>) -> FetchError {
        FetchError::Tree {
            url: self.git.url.as_str().to_owned(),
            source,
        }
    }

    fn unreadable_tree(&self, source: TreeError) -> FetchError {
        self.unreadable(Box::new(source))
    }
}

/// Removes every `.git` in the checkout; with the repository elsewhere they are small files.
fn remove_links_to_git(tree: &Path) -> std::io::Result<()> {
    let mut left = vec![tree.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if entry.file_name() == ".git" && !kind.is_dir() {
                fs::remove_file(entry.path())?;
            } else if kind.is_dir() {
                left.push(entry.path());
            }
        }
    }
    Ok(())
}
