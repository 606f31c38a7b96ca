//! The group `nar`, and how its operations read an archive.

pub mod cat;
pub mod dump;
pub mod ls;
pub mod restore;
pub mod verify;

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_store::nar::{self, NarError};

use crate::context::Context;
use crate::error::Problem;

/// A NAR to be read, plain or compressed by xz, zstd, bzip2, gzip or brotli.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archive {
    /// What comes on standard input. Brotli cannot be recognised there.
    StandardInput,
    /// A file.
    File(PathBuf),
}

impl From<PathBuf> for Archive {
    /// `-` is standard input.
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Self::StandardInput
        } else {
            Self::File(path)
        }
    }
}

impl Archive {
    /// The name in messages and reports.
    fn name(&self) -> String {
        match self {
            Self::StandardInput => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The uncompressed NAR, which ends in an error once the user wants to stop.
    fn open<'context>(
        &self,
        context: &'context Context,
    ) -> Result<Box<dyn Read + 'context>, Problem> {
        let name = self.name();
        let failed =
            |error: io::Error| Problem::user(format!("could not read `{name}`")).source(error);
        let file: Box<dyn Read> = match self {
            Self::StandardInput => Box::new(io::stdin().lock()),
            Self::File(path) => Box::new(File::open(context.path(path)).map_err(failed)?),
        };
        let file = Interruptible {
            inner: file,
            interrupt: context.interrupt(),
        };
        nar::decompressed(&name, BufReader::with_capacity(128 * 1024, file)).map_err(failed)
    }

    /// What a failed operation says of the archive: `could not list `x.nar``.
    fn problem(&self, verb: &str, error: NarError, context: &Context) -> anyhow::Error {
        if let Err(interrupted) = context.interrupt().check() {
            return interrupted.into();
        }
        let problem = Problem::user(format!("could not {verb} `{}`", self.name()));
        problem.source(error).into()
    }
}

/// Reads or writes until the user wants to stop.
struct Interruptible<'context, T> {
    inner: T,
    interrupt: &'context Interrupt,
}

impl<T: Read> Read for Interruptible<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        self.inner.read(buffer)
    }
}

impl<T: Write> Write for Interruptible<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
