//! `prefetch`: the fetcher call for a source, with its hash.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::Problem;
use crate::source::{self, HashMode, Options, Source};

/// A source, and what is said about it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The source as typed.
    pub source: String,
    /// Revision, fetcher and the like.
    pub options: Options,
    /// Whether the text rendering is the JSON document as well.
    pub as_json: bool,
}

/// A fetcher call and what it stands for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The function: `fetchFromGitHub`, `builtins.fetchGit`.
    pub fetcher: String,
    /// The arguments in order, `hash` (or the name that this fetcher has for it) included.
    pub args: Map<String, Value>,
    /// The hash in SRI notation.
    pub hash: String,
    /// What the hash covers: `flat`, the bytes of a file, or `nar`, a file tree.
    pub mode: HashMode,
    /// The address of the artifact.
    pub url: String,
    /// The name of the package or repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version that the registry or the tag names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// How large the artifact is: the file, or the NAR of the tree.
    pub bytes: u64,
    /// How many requests were made; 0: everything was in the cache.
    pub requests: u64,
    /// What a person should know.
    pub notes: Vec<String>,
    /// The call as formatted Nix.
    pub nix: String,
    /// Whether the text rendering is the JSON document as well.
    #[serde(skip)]
    pub as_json: bool,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "prefetch";
}

/// Gets what the fetcher would get and hashes it.
///
/// # Errors
/// A text that is no source, a source that does not come, a folder that no fetcher takes.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let source = Source::parse(&request.source, &request.options, context)?;
    if let source::Location::Directory(path) = source.location() {
        return Err(Problem::user(format!(
            "`{}` is a folder, which no fetcher takes",
            path.display()
        ))
        .hint("`nixsmith hash path` prints its hash")
        .into());
    }
    let resolved = source::resolve(&source, context)?;
    let call = resolved
        .call
        .ok_or_else(|| Problem::bug(format!("no fetcher for `{}`", request.source)))?;
    let Value::Object(mut object) = call.to_json() else {
        return Err(Problem::bug("a fetcher call is no JSON object").into());
    };
    let args = match object.remove("args") {
        Some(Value::Object(args)) => args,
        _ => return Err(Problem::bug("the arguments of a fetcher call are no JSON object").into()),
    };
    for note in &resolved.notes {
        context.progress().note(note);
    }
    Ok(Report {
        fetcher: call.function.clone(),
        args,
        hash: resolved.hash.to_string(),
        mode: resolved.mode,
        url: resolved.url,
        name: resolved.name,
        version: resolved.version,
        commit: resolved.commit,
        bytes: resolved.bytes,
        requests: resolved.requests,
        notes: resolved.notes,
        nix: call.render()?,
        as_json: request.as_json,
    })
}
