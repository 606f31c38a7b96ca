//! A tree as GNU tar packs it with `--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu`.
//!
//! nixpkgs packs git dependencies of npm projects this way, and the packed bytes are hashed. Checked against GNU tar 1.34.

use std::io::{self, Read, Write};

use nixsmith_store::tree::{Node, Tree};

const BLOCK: usize = 512;
/// The archive's length is a multiple of this.
const RECORD: usize = 20 * BLOCK;
/// Longer names and link targets get an entry of their own.
const NAME_MAX: usize = 100;
/// Eleven octal digits. Longer files would need another notation.
const FILE_BYTES_MAX: u64 = 0o777_7777_7777;

/// Writes the tree as the folder `top`. Err: `output` failed, a file could not be read, or is longer than 8 GiB.
pub(super) fn write(top: &[u8], tree: &Tree, output: &mut dyn Write) -> io::Result<()> {
    let mut archive = Archive { output, written: 0 };
    archive.entry(top, &tree.root)?;
    for (path, node) in tree.walk() {
        archive.entry(&[top, &path].join(&b'/'), node)?;
    }
    // Two empty blocks end an archive.
    let rest = RECORD - (archive.written + 2 * BLOCK) % RECORD;
    archive.write(&vec![0; 2 * BLOCK + rest % RECORD])
}

struct Archive<'a> {
    output: &'a mut dyn Write,
    /// Bytes so far, modulo the record.
    written: usize,
}

impl Archive<'_> {
    fn entry(&mut self, path: &[u8], node: &Node) -> io::Result<()> {
        match node {
            Node::Directory(_) => {
                let path = [path, b"/"].concat();
                self.header(
                    &path,
                    Header {
                        kind: b'5',
                        mode: 0o755,
                        length: 0,
                        target: b"",
                    },
                )
            }
            Node::Symlink { target } => self.header(
                path,
                Header {
                    kind: b'2',
                    mode: 0o777,
                    length: 0,
                    target,
                },
            ),
            Node::File {
                executable,
                contents,
            } => {
                let mode = if *executable { 0o755 } else { 0o644 };
                let length = contents.len_bytes();
                self.header(
                    path,
                    Header {
                        kind: b'0',
                        mode,
                        length,
                        target: b"",
                    },
                )?;
                self.copy(&mut contents.reader()?)
            }
        }
    }

    fn header(&mut self, path: &[u8], header: Header<'_>) -> io::Result<()> {
        if header.length > FILE_BYTES_MAX {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "a file has more than 8 GiB",
            ));
        }
        if header.target.len() > NAME_MAX {
            self.long(b'K', header.target)?;
        }
        if path.len() > NAME_MAX {
            self.long(b'L', path)?;
        }
        self.write(&header.block(path))
    }

    /// An entry that only carries a name or target too long for its field, with a final NUL.
    fn long(&mut self, kind: u8, text: &[u8]) -> io::Result<()> {
        let length = text.len() as u64 + 1;
        self.write(
            &Header {
                kind,
                mode: 0o644,
                length,
                target: b"",
            }
            .block(b"././@LongLink"),
        )?;
        self.copy(&mut text.chain(&[0][..]))
    }

    fn copy(&mut self, reader: &mut dyn Read) -> io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.write(buffer.get(..count).unwrap_or_default())?;
        }
        let rest = (BLOCK - self.written % BLOCK) % BLOCK;
        self.write([0; BLOCK].get(..rest).unwrap_or_default())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written = (self.written + bytes.len()) % RECORD;
        self.output.write_all(bytes)
    }
}

struct Header<'a> {
    kind: u8,
    mode: u32,
    length: u64,
    target: &'a [u8],
}

impl Header<'_> {
    /// The block of an entry: name 100, mode 8, owner 8, group 8, length 12, time 12, sum 8, kind 1, target 100, magic 8, zeros.
    fn block(&self, path: &[u8]) -> Vec<u8> {
        let mut before = field(path, NAME_MAX);
        before.extend(
            format!(
                "{:07o}\0{:07o}\0{:07o}\0{:011o}\0{:011o}\0",
                self.mode, 0, 0, self.length, 0
            )
            .bytes(),
        );
        let mut after = vec![self.kind];
        after.extend(field(self.target, NAME_MAX));
        after.extend(b"ustar  \0");
        // The sum counts its own field as spaces.
        let sum: u32 = before
            .iter()
            .chain(&after)
            .map(|byte| u32::from(*byte))
            .sum::<u32>()
            + 8 * u32::from(b' ');
        let mut block = before;
        block.extend(format!("{sum:06o}\0 ").bytes());
        block.extend(after);
        block.resize(BLOCK, 0);
        block
    }
}

/// `text` cut or filled with NUL to `length`.
fn field(text: &[u8], length: usize) -> Vec<u8> {
    let mut field = text.get(..length).unwrap_or(text).to_vec();
    field.resize(length, 0);
    field
}

#[cfg(test)]
mod tests;
