//! Sources that are neither files nor git: `fetchsvn`, `fetchhg`, and local folders.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::client::check_for_program;
use nixsmith_store::tree::Tree;
use tempfile::TempDir;
use url::Url;

use super::{Artifact, Options, Resolved, shown};
use crate::context::Context;
use crate::error::Problem;
use crate::process::{ProcessError, Program};

/// `fetchsvn`: what `svn export` leaves, keywords expanded and externals followed as the fetcher does.
pub(super) fn subversion(
    url: &Url,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    require_network(url, context)?;
    let folder = temporary_folder()?;
    let svn = |arguments: &[&str]| {
        Program::new("svn")
            .args(["--non-interactive", "--config-dir"])
            .arg(folder.path().join("config"))
            .args(arguments.iter().copied())
            .inherit(&context.client_options.environment)
            .env("LC_ALL", "C.UTF-8")
            // `$Date$` is expanded in local time, and a build knows of no other.
            .env("TZ", "UTC")
            .idle_limit(context.client_options.timeout)
            .growing(folder.path())
            .interrupt(context.interrupt())
    };
    let failed = |error| could_not_fetch(url, "svn", "Subversion", error);
    let revision = match &options.revision {
        Some(revision) => revision.clone(),
        None => svn(&["info", "--show-item", "revision", "--", url.as_str()])
            .run()
            .map_err(failed)?
            .text()
            .trim()
            .to_owned(),
    };
    if revision.is_empty() || !revision.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(
            Problem::user(format!("`{}` is no Subversion revision", shown(&revision)))
                .hint("a revision is a number")
                .into(),
        );
    }
    let out = folder.path().join("out");
    let Some(out_text) = out.to_str() else {
        anyhow::bail!("the temporary folder is not UTF-8")
    };
    svn(&[
        "export",
        "-q",
        "-r",
        &revision,
        "--",
        url.as_str(),
        out_text,
    ])
    .run()
    .map_err(failed)?;
    let call = FetcherCall::new("fetchsvn")
        .argument("url", url.as_str())
        .argument("rev", revision);
    exported(url, folder, &out, call)
}

/// `fetchhg`: what `hg archive` leaves, without its note about the archive.
pub(super) fn mercurial(
    url: &Url,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    require_network(url, context)?;
    let folder = temporary_folder()?;
    let hg = |arguments: &[&str]| {
        Program::new("hg")
            .args(arguments.iter().copied())
            .inherit(&context.client_options.environment)
            .env("HGPLAIN", "1")
            .env("HGRCPATH", "")
            .env("LC_ALL", "C.UTF-8")
            .directory(folder.path())
            .idle_limit(context.client_options.timeout)
            .growing(folder.path())
            .interrupt(context.interrupt())
    };
    let failed = |error| could_not_fetch(url, "hg", "Mercurial", error);
    hg(&["clone", "-q", "--noupdate", "--", url.as_str(), "clone"])
        .run()
        .map_err(failed)?;
    let asked = options.revision.as_deref().unwrap_or("default");
    // Mercurial reads the escapes itself.
    let template = r"{node}\n{join(tags, '\n')}\n";
    let log = hg(&[
        "--cwd",
        "clone",
        "log",
        "-r",
        &format!("'{asked}'"),
        "-T",
        template,
    ])
    .run()
    .map_err(failed)?
    .text();
    let mut lines = log.lines();
    let node = lines.next().unwrap_or_default().to_owned();
    let is_tag = asked != "tip" && lines.any(|tag| tag == asked);
    let mut archive = vec!["--cwd", "clone", "archive", "-q", "-y", "-r", &node];
    if options.submodules == Some(true) {
        archive.push("-S");
    }
    archive.extend(["--", "../out"]);
    hg(&archive).run().map_err(failed)?;
    let revision = if is_tag { asked } else { &node };
    let mut call = FetcherCall::new("fetchhg")
        .argument("url", url.as_str())
        .argument("rev", revision);
    if options.submodules == Some(true) {
        call = call.argument("fetchSubrepos", true);
    }
    let resolved = exported(url, folder, Path::new("out"), call)?;
    Ok(Resolved {
        commit: Some(node),
        ..resolved
    })
}

/// A local folder as it lies there. No fetcher takes it.
pub(super) fn directory(path: &Path) -> anyhow::Result<Resolved> {
    let shown_path = path.display().to_string();
    let tree = Tree::from_directory(path)
        .with_context(|| format!("could not read `{}`", shown(&shown_path)))?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    Ok(Resolved {
        name,
        ..Resolved::of_tree(shown_path, &tree, Artifact::Tree(tree.clone()))?
    })
}

fn exported(url: &Url, folder: TempDir, out: &Path, call: FetcherCall) -> anyhow::Result<Resolved> {
    let out = folder.path().join(out);
    let mut tree = Tree::from_directory(&out)
        .with_context(|| format!("could not read the files of `{}`", shown(url.as_str())))?;
    if call.function == "fetchhg" {
        tree.remove(b".hg_archival.txt");
    }
    let name = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()))
        .map(ToOwned::to_owned);
    let artifact = Artifact::Temporary {
        tree: tree.clone(),
        _folder: Arc::new(folder),
    };
    Ok(Resolved {
        name,
        ..Resolved::of_tree(url.as_str(), &tree, artifact)?.called(call)
    })
}

fn temporary_folder() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("nixsmith-")
        .tempdir()
        .context("could not make a temporary folder")
}

fn require_network(url: &Url, context: &Context) -> anyhow::Result<()> {
    check_for_program(url, context.endpoints())?;
    if context.offline() && url.scheme() != "file" {
        return Err(
            Problem::user(format!("`{}` is not at hand", shown(url.as_str())))
                .hint("run again without `--offline`")
                .into(),
        );
    }
    Ok(())
}

fn could_not_fetch(url: &Url, program: &str, system: &str, error: ProcessError) -> Problem {
    let problem = Problem::user(format!("could not fetch `{}`", shown(url.as_str())));
    let problem = match &error {
        ProcessError::NotFound { .. } => problem.hint(format!(
            "{system} repositories need the program `{program}`"
        )),
        _ => problem,
    };
    problem.source(error)
}
