//! The pieces every NAR is made of, and a whole NAR of a tree in memory.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use crate::tree::{Node, TreeError, shown};

use super::{DEPTH_LIMIT, is_name};

const FLUSH_BYTES: usize = 64 * 1024;

macro_rules! token {
    ($text:literal) => {{
        const LENGTH: usize = $text.len();
        const PADDED: usize = 8 + LENGTH.next_multiple_of(8);
        const TOKEN: [u8; PADDED] = $crate::nar::encode::padded::<PADDED>($text);
        TOKEN
    }};
}

/// A string of the format as a constant.
#[expect(clippy::indexing_slicing, reason = "runs at compile time only")]
pub(crate) const fn padded<const SIZE: usize>(text: &str) -> [u8; SIZE] {
    let mut token = [0; SIZE];
    token[0] = text.len() as u8;
    let mut index = 0;
    while index < text.len() {
        token[8 + index] = text.as_bytes()[index];
        index += 1;
    }
    token
}

/// Starts the archive.
pub(crate) fn magic(out: &mut Vec<u8>) {
    out.extend_from_slice(&token!("nix-archive-1"));
}

/// Starts a regular file; its bytes and [`end_file`] follow.
pub(crate) fn begin_file(out: &mut Vec<u8>, executable: bool, length_bytes: u64) {
    out.extend_from_slice(&token!("("));
    out.extend_from_slice(&token!("type"));
    out.extend_from_slice(&token!("regular"));
    if executable {
        out.extend_from_slice(&token!("executable"));
        out.extend_from_slice(&token!(""));
    }
    out.extend_from_slice(&token!("contents"));
    out.extend_from_slice(&length_bytes.to_le_bytes());
}

/// Pads the bytes of a regular file and ends it.
pub(crate) fn end_file(out: &mut Vec<u8>, length_bytes: u64) {
    pad(out, length_bytes);
    out.extend_from_slice(&token!(")"));
}

/// A whole symbolic link.
pub(crate) fn symlink(out: &mut Vec<u8>, target: &[u8]) {
    out.extend_from_slice(&token!("("));
    out.extend_from_slice(&token!("type"));
    out.extend_from_slice(&token!("symlink"));
    out.extend_from_slice(&token!("target"));
    string(out, target);
    out.extend_from_slice(&token!(")"));
}

/// Starts a directory; entries and [`end_directory`] follow.
pub(crate) fn begin_directory(out: &mut Vec<u8>) {
    out.extend_from_slice(&token!("("));
    out.extend_from_slice(&token!("type"));
    out.extend_from_slice(&token!("directory"));
}

/// Ends a directory.
pub(crate) fn end_directory(out: &mut Vec<u8>) {
    out.extend_from_slice(&token!(")"));
}

/// Starts an entry of a directory; its node and [`end_entry`] follow.
pub(crate) fn begin_entry(out: &mut Vec<u8>, name: &[u8]) {
    out.extend_from_slice(&token!("entry"));
    out.extend_from_slice(&token!("("));
    out.extend_from_slice(&token!("name"));
    string(out, name);
    out.extend_from_slice(&token!("node"));
}

/// Ends an entry.
pub(crate) fn end_entry(out: &mut Vec<u8>) {
    out.extend_from_slice(&token!(")"));
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
    pad(out, bytes.len() as u64);
}

fn pad(out: &mut Vec<u8>, length_bytes: u64) {
    let zeroes = (8 - length_bytes % 8) % 8;
    out.extend((0..zeroes).map(|_| 0));
}

/// Counts what passes through to the writer within.
pub(crate) struct Counter<W> {
    inner: W,
    length_bytes: u64,
}

impl<W: Write> Counter<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self {
            inner,
            length_bytes: 0,
        }
    }

    pub(crate) fn into_parts(self) -> (W, u64) {
        (self.inner, self.length_bytes)
    }
}

impl<W: Write> Write for Counter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.length_bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes the NAR of a tree in memory. Err names what could not be read, or a name no NAR can hold.
pub(crate) fn tree(root: &Node, writer: &mut impl Write) -> Result<(), TreeError> {
    let mut encoder = TreeEncoder {
        out: Vec::with_capacity(2 * FLUSH_BYTES),
        path: Vec::new(),
        depth: 0,
        writer,
    };
    magic(&mut encoder.out);
    encoder.node(root)?;
    encoder.flush()
}

struct TreeEncoder<'writer, W> {
    out: Vec<u8>,
    path: Vec<u8>,
    depth: usize,
    writer: &'writer mut W,
}

impl<W: Write> TreeEncoder<'_, W> {
    fn node(&mut self, node: &Node) -> Result<(), TreeError> {
        match node {
            Node::Symlink { target } => symlink(&mut self.out, target),
            Node::File {
                executable,
                contents,
            } => {
                let length_bytes = contents.len_bytes();
                begin_file(&mut self.out, *executable, length_bytes);
                let mut reader = contents.reader().map_err(|it| self.read_error(it))?;
                self.copy(&mut reader, length_bytes)?;
                end_file(&mut self.out, length_bytes);
            }
            Node::Directory(entries) => {
                begin_directory(&mut self.out);
                for (name, inner) in entries {
                    self.entry(name, inner)?;
                }
                end_directory(&mut self.out);
            }
        }
        if self.out.len() >= FLUSH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn entry(&mut self, name: &[u8], inner: &Node) -> Result<(), TreeError> {
        let length = self.path.len();
        if length > 0 {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
        if !is_name(name) {
            return Err(TreeError::InvalidPath {
                path: shown(&self.path),
            });
        }
        self.depth += 1;
        if self.depth >= DEPTH_LIMIT {
            return Err(TreeError::TooDeepForNar {
                path: shown(&self.path),
            });
        }
        begin_entry(&mut self.out, name);
        self.node(inner)?;
        end_entry(&mut self.out);
        self.depth -= 1;
        self.path.truncate(length);
        Ok(())
    }

    /// Copies a file's bytes by way of the buffer, which never grows beyond twice its flush size.
    fn copy(&mut self, reader: &mut dyn Read, length_bytes: u64) -> Result<(), TreeError> {
        let mut left_bytes = length_bytes;
        while left_bytes > 0 {
            let chunk = left_bytes.min(FLUSH_BYTES as u64);
            let count = reader
                .take(chunk)
                .read_to_end(&mut self.out)
                .map_err(|it| self.read_error(it))?;
            if count == 0 {
                return Err(self.read_error(io::ErrorKind::UnexpectedEof.into()));
            }
            left_bytes -= count as u64;
            if self.out.len() >= FLUSH_BYTES {
                self.flush()?;
            }
        }
        // A longer source is noticed by the reader itself, at its end.
        let extra = reader.read(&mut [0; 1]).map_err(|it| self.read_error(it))?;
        match extra {
            0 => Ok(()),
            _ => Err(self.read_error(io::Error::other("more bytes than announced"))),
        }
    }

    fn flush(&mut self) -> Result<(), TreeError> {
        let written = self.writer.write_all(&self.out);
        self.out.clear();
        written.map_err(|source| TreeError::Write { source })
    }

    fn read_error(&self, source: io::Error) -> TreeError {
        TreeError::Read {
            path: PathBuf::from(shown(&self.path)),
            source,
        }
    }
}
