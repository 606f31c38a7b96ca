//! What `builtins.fetchGit` gets: the files of a commit byte for byte as git keeps them, without those that are marked
//! `export-ignore`.
//!
//! Other attributes (`eol`, `ident`, `filter`) do not apply, unlike in a checkout; Git LFS pointers stay pointers. Source: the
//! Nix manual on `builtins.fetchGit`, and `src/libfetchers/git-utils.cc` of Nix 2.34.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::client::check_for_program;
use nixsmith_store::tree::{Node, Tree};
use tempfile::TempDir;
use url::Url;

use super::git::Named;
use super::{Artifact, Options, Resolved, git, shown};
use crate::context::Context;
use crate::error::Problem;
use crate::process::{ProcessError, Program};

/// Attributes that change contents, all switched off; `$GIT_DIR/info/attributes` wins over what the commit says.
const NO_ATTRIBUTES: &[u8] = b"* -text !eol -ident !filter !working-tree-encoding\n";

/// A repository of our own, and what it takes to run git in it.
struct Repository<'a> {
    folder: TempDir,
    url: &'a str,
    context: &'a Context,
}

/// `builtins.fetchGit { url; rev; narHash; }`.
pub(super) fn resolve(
    url: &str,
    named: &Named,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    if options.submodules == Some(true) || options.lfs || !options.sparse.is_empty() {
        return Err(Problem::user("`builtins.fetchGit` is computed without submodules, Git LFS and sparse checkouts alone")
            .hint("`--fetcher fetchgit` can do these")
            .into());
    }
    if let Ok(address) = Url::parse(url) {
        check_for_program(&address, context.endpoints())?;
    }
    if context.offline() && !git::is_local(url) {
        return Err(Problem::user(format!("`{}` is not at hand", shown(url)))
            .hint("run again without `--offline`")
            .into());
    }
    let repository = Repository::new(url, context)?;
    let commit = repository.fetch(named)?;
    let tree = repository.tree(&commit)?;
    let call = FetcherCall::new("builtins.fetchGit")
        .argument("url", url)
        .argument("rev", commit.as_str());
    let artifact = Artifact::Temporary {
        tree: tree.clone(),
        _folder: Arc::new(repository.folder),
    };
    let resolved = Resolved::of_tree(url, &tree, artifact)?;
    let tag = match named {
        Named::Tag(tag) => Some(tag.clone()),
        Named::Commit(_) => None,
    };
    Ok(Resolved {
        commit: Some(commit),
        tag,
        requests: u64::from(!git::is_local(url)),
        ..resolved.called_with(call, "narHash")
    })
}

impl<'a> Repository<'a> {
    fn new(url: &'a str, context: &'a Context) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("nixsmith-")
            .tempdir()
            .context("could not make a temporary folder")?;
        let repository = Self {
            folder,
            url,
            context,
        };
        repository.git(&["init", "-q", "--template="])?;
        let info = repository.path().join(".git/info");
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&info)?;
            let mut file = tempfile::NamedTempFile::new_in(&info)?;
            file.write_all(NO_ATTRIBUTES)?;
            file.persist(info.join("attributes"))?;
            Ok(())
        };
        write().with_context(|| format!("could not write below `{}`", info.display()))?;
        Ok(repository)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fetches the revision alone, or, where the server does not allow that, everything; returns the commit.
    fn fetch(&self, named: &Named) -> anyhow::Result<String> {
        let wanted = match named {
            Named::Tag(tag) => format!("refs/tags/{tag}"),
            Named::Commit(commit) => commit.clone(),
        };
        let fetch = ["fetch", "-q", "--no-tags", "--no-recurse-submodules"];
        let shallow = [&fetch[..], &["--depth=1", "--", self.url, &wanted]].concat();
        let whole = [&fetch[..], &["--", self.url, "+refs/*:refs/fetched/*"]].concat();
        let failed = || format!("could not fetch `{}`", shown(self.url));
        match self.program(&shallow).run() {
            Ok(_) => return self.commit("FETCH_HEAD"),
            // The server answers, but does not give a commit alone.
            Err(ProcessError::Failed { .. }) => self.git(&whole).with_context(failed)?,
            Err(error) => return Err(error).with_context(failed),
        };
        match named {
            Named::Tag(tag) => self.commit(&format!("refs/fetched/tags/{tag}")),
            Named::Commit(commit) => self.commit(commit),
        }
    }

    fn commit(&self, revision: &str) -> anyhow::Result<String> {
        let commit = format!("{revision}^{{commit}}");
        let output = self
            .git(&[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
            .with_context(|| format!("`{}` has no such commit", shown(self.url)))?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    fn tree(&self, commit: &str) -> anyhow::Result<Tree> {
        self.git(&[
            "checkout",
            "-q",
            "--force",
            "--no-recurse-submodules",
            "--detach",
            commit,
        ])?;
        let mut tree = Tree::from_directory(self.path())
            .with_context(|| format!("could not read the files of `{}`", shown(self.url)))?;
        tree.remove(b".git");
        for path in self.ignored(&tree)? {
            tree.remove(&path);
        }
        Ok(tree)
    }

    /// The paths that `export-ignore` leaves out.
    fn ignored(&self, tree: &Tree) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut paths = Vec::new();
        for (path, node) in tree.walk().filter(|(path, _)| !path.is_empty()) {
            paths.extend_from_slice(&path);
            if matches!(node, Node::Directory(_)) {
                paths.push(b'/');
            }
            paths.push(0);
        }
        let answer = self
            .program(&["check-attr", "--cached", "-z", "--stdin", "export-ignore"])
            .input(paths)
            .run()?
            .stdout;
        let fields: Vec<&[u8]> = answer.split(|byte| *byte == 0).collect();
        Ok(fields
            .chunks_exact(3)
            .filter_map(|row| match row {
                [path, _, b"set"] => Some(path.strip_suffix(b"/").unwrap_or(path).to_vec()),
                _ => None,
            })
            .collect())
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
        Ok(self.program(arguments).run()?.stdout)
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let settings = self.settings();
        let mut program = Program::new("git")
            .inherit(&self.context.client_options.environment)
            .env("GIT_CONFIG_COUNT", settings.len().to_string());
        for (index, (key, value)) in settings.into_iter().enumerate() {
            program = program
                .env(format!("GIT_CONFIG_KEY_{index}"), key)
                .env(format!("GIT_CONFIG_VALUE_{index}"), value);
        }
        if let Some(file) = &self.context.client_options.certificate_file {
            program = program.env("GIT_SSL_CAINFO", file);
        }
        program
            .args(arguments.iter().copied())
            .directory(PathBuf::from(self.path()))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
            .idle_limit(self.context.client_options.timeout)
            .growing(self.path())
            .interrupt(self.context.interrupt())
    }

    /// What git is configured with; in the environment, so that a failed command stays readable.
    fn settings(&self) -> Vec<(String, String)> {
        let mut settings: Vec<(String, String)> = [
            ("protocol.allow", "never"),
            ("protocol.https.allow", "always"),
            ("protocol.http.allow", "always"),
            ("protocol.ssh.allow", "always"),
            ("protocol.git.allow", "always"),
            ("core.attributesFile", "/dev/null"),
            ("core.hooksPath", "/dev/null"),
            ("core.fsmonitor", "false"),
            ("core.autocrlf", "false"),
            ("core.symlinks", "true"),
            ("core.filemode", "true"),
            ("safe.directory", "*"),
            ("maintenance.auto", "false"),
            ("advice.detachedHead", "false"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
        if git::is_local(self.url) {
            settings.push(("protocol.file.allow".to_owned(), "always".to_owned()));
        }
        for (public, replacement) in self.context.endpoints().rewrites() {
            let base = replacement.as_str().trim_end_matches('/');
            settings.push((format!("url.{base}/.insteadOf"), format!("{public}/")));
        }
        settings
    }
}
