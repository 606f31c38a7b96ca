//! `hash path`: the hash of a path's NAR, or of a file's bytes.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_store::hash::{Algorithm, Hash, Hasher, Notation};
use nixsmith_store::nar;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::Problem;

/// Which paths, hashed how, written how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files, folders or links, at least one.
    pub paths: Vec<PathBuf>,
    /// Whether to hash the bytes of a file, as `nix hash file`, and not the NAR.
    pub flat: bool,
    /// The hash function.
    pub algorithm: Algorithm,
    /// The notation to write.
    pub to: Notation,
}

/// The hashes, in the order of the request.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// One row for each path asked for.
    pub hashes: Vec<Hashed>,
}

/// One path and its hash.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Hashed {
    /// The path as given.
    pub path: String,
    /// What was hashed: `nar` or `flat`.
    pub method: String,
    /// The algorithm: `md5`, `sha1`, `sha256`, `sha512` or `blake3`.
    pub algorithm: String,
    /// The hash in the notation asked for.
    pub hash: String,
    /// The length in bytes of what was hashed.
    pub size: u64,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "hash.path";
}

/// Hashes every path of the request.
///
/// # Errors
/// When a path cannot be read, or holds something that Nix does not take into a NAR.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let hashes = request
        .paths
        .iter()
        .map(|path| hash(path, request, context))
        .collect::<anyhow::Result<_>>()?;
    Ok(Report { hashes })
}

fn hash(path: &Path, request: &Request, context: &Context) -> anyhow::Result<Hashed> {
    let place = context.path(path);
    let mut output = Hashing {
        hasher: Hasher::new(request.algorithm),
        size: 0,
        interrupt: context.interrupt(),
    };
    let hashed = if request.flat {
        read_flat(&place, &mut output).map_err(Into::into)
    } else {
        nar::dump(&place, &mut output, context.threads).map_err(anyhow::Error::from)
    };
    if let Err(error) = hashed {
        context.interrupt().check()?;
        let message = format!("could not hash `{}`", path.display());
        return Err(Problem::user(message)
            .source(Box::<dyn std::error::Error + Send + Sync>::from(error))
            .into());
    }
    let (hash, size) = output.finish();
    Ok(Hashed {
        path: path.display().to_string(),
        method: if request.flat { "flat" } else { "nar" }.to_owned(),
        algorithm: request.algorithm.to_string(),
        hash: hash.to_text(request.to),
        size,
    })
}

fn read_flat(path: &Path, output: &mut Hashing<'_>) -> io::Result<()> {
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        output.write_all(buffer.get(..count).unwrap_or_default())?;
    }
}

/// Takes bytes into a hash, as long as the user wants.
struct Hashing<'context> {
    hasher: Hasher,
    size: u64,
    interrupt: &'context Interrupt,
}

impl Hashing<'_> {
    fn finish(self) -> (Hash, u64) {
        (self.hasher.finish(), self.size)
    }
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
