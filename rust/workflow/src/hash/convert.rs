//! `hash convert`: one hash in another of Nix's notations.

use nixsmith_store::hash::{Algorithm, Hash, HashError, Notation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::Problem;

/// Which hashes, read how, written how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The hashes as text, at least one.
    pub hashes: Vec<String>,
    /// The notation that all of them must be in; any, if absent.
    pub from: Option<Notation>,
    /// The algorithm of hashes that do not name their own.
    pub algorithm: Option<Algorithm>,
    /// The notation to write.
    pub to: Notation,
}

/// The converted hashes, in the order of the request.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One row for each hash asked for.
    pub hashes: Vec<Converted>,
}

/// One hash, before and after.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Converted {
    /// The text that was given.
    pub input: String,
    /// The algorithm: `md5`, `sha1`, `sha256`, `sha512` or `blake3`.
    pub algorithm: String,
    /// The notation of `hash`: `sri`, `nix32`, `base16` or `base64`.
    pub notation: String,
    /// The same hash in the notation asked for.
    pub hash: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "hash.convert";
}

/// Converts every hash of the request.
///
/// # Errors
/// When a text is not a hash, is not in the notation that `from` names, or its algorithm is unknown.
pub fn run(request: &Request, _context: &Context) -> anyhow::Result<Report> {
    let hashes = request
        .hashes
        .iter()
        .map(|text| convert(text, request))
        .collect::<anyhow::Result<_>>()?;
    Ok(Report { hashes })
}

fn convert(text: &str, request: &Request) -> anyhow::Result<Converted> {
    let (hash, notation) = Hash::parse_with_notation(text, request.algorithm)
        .map_err(|error| not_a_hash(text, request, error))?;
    if request.from.is_some_and(|from| from != notation) {
        let message = format!("`{text}` is in the notation `{notation}`, not in the one asked for");
        return Err(Problem::user(message).into());
    }
    Ok(Converted {
        input: text.to_owned(),
        algorithm: hash.algorithm().to_string(),
        notation: request.to.to_string(),
        hash: hash.to_text(request.to),
    })
}

fn not_a_hash(text: &str, request: &Request, error: HashError) -> Problem {
    let problem = Problem::user(format!("`{text}` is not a hash")).source(error);
    if request.algorithm.is_none() && !text.contains([':', '-']) {
        return problem.hint("name the algorithm of a bare hash, as in `--algo sha256`");
    }
    problem
}
