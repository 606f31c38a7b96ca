//! Tar archives as GNU tar reads them: v7, ustar, GNU and pax headers; sparse and multi-volume archives are refused.

use std::io::{self, Read};

use super::builder::{Builder, Place, place, shown_name};
use super::compression::StreamError;
use super::{ArchiveError, Compression};
use crate::tree::{Node, shown};

const BLOCK_BYTES: usize = 512;

/// Long names and pax records are read into memory; beyond this they are no honest archive's.
const EXTENSION_BYTES_LIMIT: u64 = 1 << 20;

const FORMAT: &str = "tar archive";

type Block = [u8; BLOCK_BYTES];

/// Whether these first bytes are a tar header: its checksum is right.
pub(super) fn is_header(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK_BYTES>()
        .is_some_and(|block| block.iter().any(|&it| it != 0) && checksum_holds(block))
}

/// Unpacks a tar stream, then reads on to the end of the compressed stream so that its checksums are checked.
pub(super) fn unpack(
    stream: impl Read,
    compression: Compression,
    builder: &mut Builder,
) -> Result<(), ArchiveError> {
    let mut unpacker = Unpacker {
        stream,
        offset: 0,
        global: Overrides::default(),
        builder,
    };
    while let Some(header) = unpacker.next_header()? {
        unpacker.entry(&header)?;
    }
    if compression != Compression::None {
        unpacker.drain()?;
    }
    Ok(())
}

/// What extension headers say about the next entry.
#[derive(Clone, Default)]
struct Overrides {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

/// One entry with its extensions applied.
struct Header {
    /// Where its first header block begins.
    offset: u64,
    name: Vec<u8>,
    link: Vec<u8>,
    kind: u8,
    executable: bool,
    length_bytes: u64,
}

struct Unpacker<'builder, R> {
    stream: R,
    offset: u64,
    global: Overrides,
    builder: &'builder mut Builder,
}

impl<R: Read> Unpacker<'_, R> {
    /// The next real entry. None: two blocks of zeroes, or the end of the stream between entries.
    fn next_header(&mut self) -> Result<Option<Header>, ArchiveError> {
        let offset = self.offset;
        let mut overrides = self.global.clone();
        let mut extended = false;
        let mut zero_blocks = 0;
        loop {
            let Some(block) = self.block()? else {
                return match extended {
                    true => Err(self.truncated()),
                    false => Ok(None),
                };
            };
            if block.iter().all(|&it| it == 0) {
                zero_blocks += 1;
                if zero_blocks == 2 {
                    return Ok(None);
                }
                continue;
            }
            zero_blocks = 0;
            let at = self.offset - BLOCK_BYTES as u64;
            if !checksum_holds(&block) {
                return Err(broken(at, "no header with a valid checksum"));
            }
            let kind = field::<156, 1>(&block)[0];
            let length_bytes = number(&field::<124, 12>(&block))
                .ok_or_else(|| broken(at, "header with an impossible size"))?;
            match kind {
                b'L' => overrides.path = Some(self.extension(length_bytes)?),
                b'K' => overrides.link = Some(self.extension(length_bytes)?),
                b'x' | b'X' => {
                    let records = self.extension_bytes(length_bytes)?;
                    pax(&records, at, &mut overrides)?;
                }
                b'g' => {
                    let records = self.extension_bytes(length_bytes)?;
                    pax(&records, at, &mut self.global)?;
                    overrides = self.global.clone();
                }
                // A volume's label.
                b'V' => self.skip(length_bytes)?,
                _ => return Ok(Some(header(&block, offset, kind, length_bytes, overrides))),
            }
            extended = matches!(kind, b'L' | b'K' | b'x' | b'X');
            self.builder.count_entry()?;
        }
    }

    fn entry(&mut self, header: &Header) -> Result<(), ArchiveError> {
        self.builder.count_entry()?;
        let refuse = |reason: String| ArchiveError::Entry {
            entry: shown_name(&header.name),
            offset: header.offset,
            reason,
        };
        let place = place(&header.name).map_err(refuse)?;
        let is_directory = header.name.is_empty() || header.name.ends_with(b"/");
        match header.kind {
            b'5' | b'D' => {
                self.skip(header.length_bytes)?;
                self.builder.put_directory(&place)
            }
            b'1' => self.hard_link(header, &place),
            b'2' => {
                let target = header.link.clone();
                self.builder.put(&place, Node::Symlink { target })
            }
            b'3' | b'4' => Err("is a device".to_owned()),
            b'6' => Err("is a named pipe".to_owned()),
            b'S' => Err("is a sparse file, which is not supported".to_owned()),
            b'M' => Err("continues from another volume".to_owned()),
            // A file whose name ends in a slash is how the oldest tar programs wrote a directory.
            b'0' | b'7' | 0 if is_directory => {
                self.skip(header.length_bytes)?;
                self.builder.put_directory(&place)
            }
            _ => {
                let node = self.file(header)?;
                self.builder.put(&place, node)
            }
        }
        .map_err(refuse)
    }

    fn file(&mut self, header: &Header) -> Result<Node, ArchiveError> {
        let offset = self.offset;
        let contents = self
            .builder
            .keep(&mut self.stream, header.length_bytes, |it| {
                read_error(it, offset)
            })?;
        self.offset += contents.len_bytes();
        if contents.len_bytes() < header.length_bytes {
            return Err(self.truncated());
        }
        self.skip_padding(header.length_bytes)?;
        Ok(Node::File {
            executable: header.executable,
            contents,
        })
    }

    fn hard_link(&mut self, header: &Header, at: &Place) -> Result<(), String> {
        let target = place(after_last_parent(&header.link))?;
        if &target == at && self.builder.contains(at) {
            return Ok(());
        }
        let node = self.builder.linked(&target)?;
        self.builder.put(at, node)
    }

    /// The text of a GNU extension header: up to its NUL.
    fn extension(&mut self, length_bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut text = self.extension_bytes(length_bytes)?;
        text.truncate(text.iter().position(|&it| it == 0).unwrap_or(text.len()));
        Ok(text)
    }

    fn extension_bytes(&mut self, length_bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        if length_bytes > EXTENSION_BYTES_LIMIT {
            return Err(broken(self.offset, "extension header of absurd length"));
        }
        let mut bytes = Vec::new();
        let offset = self.offset;
        let count = (&mut self.stream)
            .take(length_bytes)
            .read_to_end(&mut bytes)
            .map_err(|it| read_error(it, offset))? as u64;
        self.advance(count)?;
        if count < length_bytes {
            return Err(self.truncated());
        }
        self.skip_padding(length_bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, length_bytes: u64) -> Result<(), ArchiveError> {
        self.skip_bytes(length_bytes)?;
        self.skip_padding(length_bytes)
    }

    fn skip_padding(&mut self, length_bytes: u64) -> Result<(), ArchiveError> {
        let block = BLOCK_BYTES as u64;
        self.skip_bytes((block - length_bytes % block) % block)
    }

    fn skip_bytes(&mut self, length_bytes: u64) -> Result<(), ArchiveError> {
        let mut left_bytes = length_bytes;
        while left_bytes > 0 {
            let chunk = left_bytes.min(1 << 16);
            let offset = self.offset;
            let count = io::copy(&mut (&mut self.stream).take(chunk), &mut io::sink())
                .map_err(|it| read_error(it, offset))?;
            self.advance(count)?;
            if count == 0 {
                return Err(self.truncated());
            }
            left_bytes -= count;
        }
        Ok(())
    }

    /// Reads what follows the end marker, as GNU tar does: it is ignored, but it has to decompress.
    fn drain(&mut self) -> Result<(), ArchiveError> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let offset = self.offset;
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => self.advance(count as u64)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(error, offset)),
            }
        }
    }

    /// The next block. None: the stream ends here.
    fn block(&mut self) -> Result<Option<Block>, ArchiveError> {
        let mut block = [0; BLOCK_BYTES];
        let mut filled = 0;
        while filled < BLOCK_BYTES {
            let rest = block.get_mut(filled..).unwrap_or_default();
            match self.stream.read(rest) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => {
                    self.advance(filled as u64)?;
                    return Err(self.truncated());
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(error, self.offset)),
            }
        }
        self.advance(BLOCK_BYTES as u64)?;
        Ok(Some(block))
    }

    fn advance(&mut self, count: u64) -> Result<(), ArchiveError> {
        self.offset += count;
        self.builder.count_bytes(count)
    }

    fn truncated(&self) -> ArchiveError {
        ArchiveError::Truncated {
            format: FORMAT,
            offset: self.offset,
        }
    }
}

fn broken(offset: u64, reason: &str) -> ArchiveError {
    ArchiveError::Broken {
        format: FORMAT,
        offset,
        reason: reason.to_owned(),
    }
}

/// A failed read as an error of the archive; the decompressor's own complaints say where they are.
fn read_error(source: io::Error, _offset: u64) -> ArchiveError {
    let wrong = source
        .get_ref()
        .and_then(|it| it.downcast_ref::<StreamError>());
    match wrong {
        None => ArchiveError::Read { source },
        Some(StreamError::Truncated { format, offset }) => ArchiveError::Truncated {
            format,
            offset: *offset,
        },
        Some(StreamError::TrailingBytes { format, offset }) => ArchiveError::TrailingBytes {
            format,
            offset: *offset,
        },
        Some(StreamError::Broken {
            format,
            offset,
            reason,
        }) => ArchiveError::Broken {
            format,
            offset: *offset,
            reason: reason.clone(),
        },
    }
}

fn header(block: &Block, offset: u64, kind: u8, length_bytes: u64, overrides: Overrides) -> Header {
    let name = overrides.path.unwrap_or_else(|| header_name(block));
    let link = overrides
        .link
        .unwrap_or_else(|| text(&field::<157, 100>(block)));
    let mode = number(&field::<100, 8>(block)).unwrap_or(0);
    // GNU tar looks for no bytes after links, devices and directories, whatever the field says.
    let length_bytes = match kind {
        b'1'..=b'6' => 0,
        _ => overrides.size.unwrap_or(length_bytes),
    };
    Header {
        offset,
        name,
        link,
        kind,
        executable: mode & 0o100 != 0,
        length_bytes,
    }
}

/// The part of a hard link's target that GNU tar uses: what follows the last `..`.
fn after_last_parent(target: &[u8]) -> &[u8] {
    let mut rest = target;
    let mut kept = target;
    loop {
        let slash = rest.iter().position(|&it| it == b'/').unwrap_or(rest.len());
        let (name, after) = rest.split_at(slash);
        let after = after.strip_prefix(b"/").unwrap_or(after);
        if name == b".." {
            kept = after;
        }
        if after.is_empty() {
            return kept;
        }
        rest = after;
    }
}

fn header_name(block: &Block) -> Vec<u8> {
    let name = text(&field::<0, 100>(block));
    let prefix = text(&field::<345, 155>(block));
    // The old GNU format keeps times where ustar keeps the prefix; its magic is `ustar  `.
    if &field::<257, 6>(block) != b"ustar\0" || prefix.is_empty() {
        return name;
    }
    let mut full = prefix;
    full.push(b'/');
    full.extend_from_slice(&name);
    full
}

/// The bytes of a header's field.
fn field<const START: usize, const LENGTH: usize>(block: &Block) -> [u8; LENGTH] {
    let mut field = [0; LENGTH];
    for (target, source) in field.iter_mut().zip(block.iter().skip(START)) {
        *target = *source;
    }
    field
}

/// A field's bytes up to its first NUL.
fn text(field: &[u8]) -> Vec<u8> {
    field.iter().copied().take_while(|&it| it != 0).collect()
}

/// A field's number: octal digits among spaces, or base 256 where the first bit is set. None: neither, or negative.
fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first == 0x80 {
        return rest.iter().try_fold(0_u64, |value, &byte| {
            value.checked_mul(256)?.checked_add(u64::from(byte))
        });
    }
    let digits: Vec<u8> = field
        .iter()
        .copied()
        .skip_while(|&it| it == b' ' || it == 0)
        .take_while(|&it| it != b' ' && it != 0)
        .collect();
    digits.iter().try_fold(0_u64, |value, &digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

fn checksum_holds(block: &Block) -> bool {
    let Some(stated) = number(&field::<148, 8>(block)) else {
        return false;
    };
    let counted = |index: usize, byte: u8| match index {
        148..156 => b' ',
        _ => byte,
    };
    let bytes = || {
        block
            .iter()
            .enumerate()
            .map(|(index, &byte)| counted(index, byte))
    };
    let unsigned: u64 = bytes().map(u64::from).sum();
    // Some old programs summed signed characters.
    let signed: i64 = bytes().map(|it| i64::from(it.cast_signed())).sum();
    stated == unsigned || i64::try_from(stated) == Ok(signed)
}

/// Reads pax records, `LENGTH KEY=VALUE\n` each.
fn pax(records: &[u8], offset: u64, overrides: &mut Overrides) -> Result<(), ArchiveError> {
    let mut rest = records;
    while !rest.is_empty() && rest.first() != Some(&0) {
        let (key, value, after) =
            pax_record(rest).ok_or_else(|| broken(offset, "malformed pax record"))?;
        rest = after;
        match key {
            b"path" => overrides.path = Some(value.to_vec()),
            b"linkpath" => overrides.link = Some(value.to_vec()),
            b"size" => {
                let size = std::str::from_utf8(value)
                    .ok()
                    .and_then(|it| it.parse().ok());
                overrides.size =
                    Some(size.ok_or_else(|| broken(offset, "pax record with an impossible size"))?);
            }
            _ if key.starts_with(b"GNU.sparse.") => {
                let name = overrides.path.clone().unwrap_or_default();
                return Err(ArchiveError::Entry {
                    entry: shown(&name),
                    offset,
                    reason: "is a sparse file, which is not supported".to_owned(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

fn pax_record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = records.iter().position(|&it| it == b' ')?;
    let length: usize = std::str::from_utf8(records.get(..space)?)
        .ok()?
        .parse()
        .ok()?;
    let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&it| it == b'=')?;
    let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
    Some((key, value, records.get(length..)?))
}
