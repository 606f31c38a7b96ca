//! `store path`: the store path Nix would give to something.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use nixsmith_store::hash::{Algorithm, Hash, hash_reader};
use nixsmith_store::nar;
use nixsmith_store::store_path::{FixedMethod, FixedOutput, StoreDir, StorePath};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::Problem;

/// How Nix would take the thing into its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// As a tree, like `nix store add`.
    Nar,
    /// As the bytes of one file, like `nix-store --add-fixed sha256`.
    Flat,
    /// As text, like `builtins.toFile`.
    Text,
}

impl Method {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Nar, "nar"),
        (Self::Flat, "flat"),
        (Self::Text, "text"),
    ];
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(method, _)| method == self);
        formatter.pad(name.map_or("", |(_, name)| name))
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        found
            .map(|(method, _)| *method)
            .ok_or_else(|| format!("unknown method `{text}`, expected nar, flat or text"))
    }
}

/// What is to be put into which store, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file or folder. A link is taken as it is by `nar`, and refused by the others, as by Nix.
    pub path: PathBuf,
    /// The name after the digits; absent: the path's last part.
    pub name: Option<String>,
    /// How it is taken.
    pub method: Method,
    /// The store paths it refers to, whole; not with `flat`.
    pub references: Vec<String>,
    /// The store's folder; absent: what `NIX_STORE_DIR` says, else `/nix/store`.
    pub store_directory: Option<String>,
}

/// A store path and what it was computed from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The whole store path.
    pub path: String,
    /// The name in it.
    pub name: String,
    /// `nar`, `flat` or `text`.
    pub method: String,
    /// The hash of the content, as SRI.
    pub hash: String,
    /// The store paths it refers to, sorted, each once.
    pub references: Vec<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "store.path";
}

/// Computes the store path.
///
/// # Errors
/// When the thing cannot be read, the name or a reference is none, or the method cannot take it.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let store = store_directory(request, context)?;
    let name = name(request, context)?;
    let references = references(request, &store)?;
    let hash = hash(request, context)?;
    let path = match request.method {
        Method::Text => store.text(&name, &hash, &references),
        Method::Nar | Method::Flat => store.fixed_output(&FixedOutput {
            name: &name,
            method: match request.method {
                Method::Flat => FixedMethod::Flat,
                Method::Nar | Method::Text => FixedMethod::Nar,
            },
            hash: &hash,
            references: &references,
        }),
    };
    let path = path.map_err(|error| {
        Problem::user(format!("`{}` has no store path", request.path.display())).source(error)
    })?;
    Ok(Report {
        path: store.join(&path),
        name,
        method: request.method.to_string(),
        hash: hash.to_string(),
        references: references.iter().map(|it| store.join(it)).collect(),
    })
}

fn store_directory(request: &Request, context: &Context) -> Result<StoreDir, Problem> {
    let environment = &context.client_options.environment;
    let set = environment
        .text("NIX_STORE_DIR")
        .filter(|text| !text.is_empty());
    let Some(path) = request.store_directory.as_deref().or(set) else {
        return Ok(StoreDir::default());
    };
    StoreDir::new(path)
        .map_err(|error| Problem::usage("the store directory is not valid").source(error))
}

fn name(request: &Request, context: &Context) -> Result<String, Problem> {
    if let Some(name) = &request.name {
        return Ok(name.clone());
    }
    let place = context.path(&request.path);
    let last = place.file_name().and_then(|name| name.to_str());
    last.map(ToOwned::to_owned).ok_or_else(|| {
        Problem::usage(format!("`{}` gives no name", request.path.display()))
            .hint("name the store path with `--name`")
    })
}

fn references(request: &Request, store: &StoreDir) -> Result<BTreeSet<StorePath>, Problem> {
    let parsed = request.references.iter().map(|text| {
        store
            .parse(text)
            .map_err(|error| Problem::user(format!("`{text}` cannot be a reference")).source(error))
    });
    parsed.collect()
}

fn hash(request: &Request, context: &Context) -> Result<Hash, Problem> {
    let place = context.path(&request.path);
    let failed = || Problem::user(format!("could not hash `{}`", request.path.display()));
    if request.method == Method::Nar {
        let hashed = nar::hash_path(&place, Algorithm::Sha256, context.threads);
        return hashed
            .map(|hashed| hashed.hash)
            .map_err(|error| failed().source(error));
    }
    check_regular(&place, request.method).map_err(|reason| match reason {
        Reason::Unreadable(error) => failed().source(error),
        Reason::NotAFile(text) => failed().source(text).hint("`--method nar` takes it"),
    })?;
    let mut file = std::fs::File::open(&place).map_err(|error| failed().source(error))?;
    let (hash, _) =
        hash_reader(Algorithm::Sha256, &mut file).map_err(|error| failed().source(error))?;
    Ok(hash)
}

enum Reason {
    Unreadable(std::io::Error),
    NotAFile(String),
}

fn check_regular(place: &Path, method: Method) -> Result<(), Reason> {
    let metadata = std::fs::symlink_metadata(place).map_err(Reason::Unreadable)?;
    if metadata.is_file() {
        return Ok(());
    }
    let text = format!("the method `{method}` takes only a regular file");
    Err(Reason::NotAFile(text))
}
