//! Zip archives as Info-ZIP's `unzip -qq` unpacks them on Unix.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use zip::System;
use zip::result::ZipError;

use super::ArchiveError;
use super::builder::{Builder, place, shown_name};
use crate::nar::TARGET_BYTES_LIMIT;
use crate::tree::Node;

const FORMAT: &str = "zip archive";

/// File types of Unix in the upper half of the external attributes.
const TYPE_MASK: u32 = 0o170_000;
const TYPE_LINK: u32 = 0o120_000;

/// The record at the end of every zip archive: its signature, its length without comment, the longest comment.
const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: u64 = 22;
const COMMENT_BYTES_LIMIT: u64 = 0xffff;

/// Unpacks a zip archive. Links are made last, as unzip does, so nothing is written through them.
pub(super) fn unpack(
    mut file: impl BufRead + Seek,
    file_bytes: u64,
    builder: &mut Builder,
) -> Result<(), ArchiveError> {
    check_end(&mut file, file_bytes)?;
    let mut archive = zip::ZipArchive::new(file).map_err(|it| zip_error(it, file_bytes))?;
    if archive.offset() != 0 {
        return Err(broken(0, "other bytes come before the first entry"));
    }
    if archive.has_duplicate_names() {
        let start = archive.central_directory_start();
        let mut file = archive.into_inner();
        check_duplicates(&mut file, start)?;
        archive = zip::ZipArchive::new(file).map_err(|it| zip_error(it, file_bytes))?;
    }
    if archive.is_empty() {
        return Err(broken(0, "it has no entries"));
    }
    let mut links = Vec::new();
    for index in 0..archive.len() {
        builder.count_entry()?;
        let mut entry = archive
            .by_index(index)
            .map_err(|it| zip_error(it, file_bytes))?;
        let name = entry.name_raw().to_vec();
        let offset = entry.header_start();
        let refuse = |reason: String| ArchiveError::Entry {
            entry: shown_name(&name),
            offset,
            reason,
        };
        check_name(&name, entry.system()).map_err(refuse)?;
        let place = place(&name).map_err(refuse)?;
        let mode = unix_mode(entry.system(), entry.external_attributes(), &name);
        if name.ends_with(b"/") {
            builder.put_directory(&place).map_err(refuse)?;
            continue;
        }
        if mode & TYPE_MASK == TYPE_LINK {
            let target = link_target(&mut entry).map_err(refuse)?;
            builder.put(&place, Node::directory()).map_err(refuse)?;
            links.push((place, target, name, offset));
            continue;
        }
        let length_bytes = entry.size();
        // One byte more than announced, so that a lying size is noticed.
        let wanted = length_bytes.saturating_add(1);
        let contents = builder.keep(&mut entry, wanted, |it| refuse(read_reason(&it)))?;
        if contents.len_bytes() != length_bytes {
            return Err(refuse("has another length than announced".to_owned()));
        }
        if builder.contains(&place) {
            return Err(refuse("is there twice, where unzip would ask".to_owned()));
        }
        let executable = mode & 0o100 != 0;
        let node = Node::File {
            executable,
            contents,
        };
        builder.put(&place, node).map_err(refuse)?;
    }
    for (place, target, name, offset) in links {
        let put = builder.put(&place, Node::Symlink { target });
        put.map_err(|reason| ArchiveError::Entry {
            entry: shown_name(&name),
            offset,
            reason,
        })?;
    }
    Ok(())
}

/// Refuses a second file of one name, for which unzip would ask; the library keeps only the last. A directory may be there
/// twice.
fn check_duplicates(file: &mut (impl Read + Seek), start: u64) -> Result<(), ArchiveError> {
    // After the signature.
    const HEADER_BYTES: usize = 42;
    let read = |source| ArchiveError::Read { source };
    let mut seen = std::collections::BTreeSet::new();
    let mut offset = start;
    file.seek(SeekFrom::Start(start)).map_err(read)?;
    loop {
        let mut signature = [0; 4];
        file.read_exact(&mut signature).map_err(read)?;
        if &signature != b"PK\x01\x02" {
            return Ok(());
        }
        let mut header = [0; HEADER_BYTES];
        file.read_exact(&mut header).map_err(read)?;
        let length_at = |index: usize| match header.get(index..index + 2) {
            Some([low, high]) => u16::from_le_bytes([*low, *high]),
            _ => 0,
        };
        let mut name = vec![0; usize::from(length_at(24))];
        file.read_exact(&mut name).map_err(read)?;
        let rest = i64::from(length_at(26)) + i64::from(length_at(28));
        file.seek(SeekFrom::Current(rest)).map_err(read)?;
        if !name.ends_with(b"/") && !seen.insert(name.clone()) {
            return Err(ArchiveError::Entry {
                entry: shown_name(&name),
                offset,
                reason: "is there twice, where unzip would ask".to_owned(),
            });
        }
        offset = file.stream_position().map_err(read)?;
    }
}

/// Refuses bytes after the end record, which must be there.
fn check_end(file: &mut (impl Read + Seek), file_bytes: u64) -> Result<(), ArchiveError> {
    let read = |source| ArchiveError::Read { source };
    let tail_bytes = file_bytes.min(END_BYTES + COMMENT_BYTES_LIMIT);
    let start = file_bytes - tail_bytes;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(read)?;
    file.read_to_end(&mut tail).map_err(read)?;
    file.rewind().map_err(read)?;
    let mut trailing_from = None;
    for (index, window) in tail.windows(END_BYTES as usize).enumerate().rev() {
        if !window.starts_with(END_SIGNATURE) {
            continue;
        }
        let comment_bytes = match window {
            [.., low, high] => u64::from(u16::from_le_bytes([*low, *high])),
            _ => 0,
        };
        let end = start + index as u64 + END_BYTES + comment_bytes;
        if end == file_bytes {
            return Ok(());
        }
        trailing_from = (end < file_bytes).then_some(end).or(trailing_from);
    }
    Err(match trailing_from {
        Some(offset) => ArchiveError::TrailingBytes {
            format: FORMAT,
            offset,
        },
        None => ArchiveError::Truncated {
            format: FORMAT,
            offset: file_bytes,
        },
    })
}

/// What unzip warns about and thereby fails the build.
fn check_name(name: &[u8], system: System) -> Result<(), String> {
    if name.starts_with(b"/") {
        return Err("name is an absolute path".to_owned());
    }
    if matches!(system, System::Dos) && name.contains(&b'\\') {
        return Err("name has backslashes as path separators".to_owned());
    }
    // unzip translates these from a code page, also where they are marked as UTF-8, and by way of the locale.
    if !matches!(system, System::Unix) && !name.is_ascii() {
        return Err(
            "name is not ASCII and was not written on Unix, so its characters are unknown"
                .to_owned(),
        );
    }
    Ok(())
}

/// The mode that unzip gives the file (`mapattr` in its `unix/unix.c`).
fn unix_mode(system: System, attributes: u32, name: &[u8]) -> u32 {
    let upper = attributes >> 16;
    if matches!(system, System::Unix) {
        return upper;
    }
    // Other systems: the read-only and directory bits of DOS decide; a stored Unix mode counts where it agrees.
    let directory = u32::from(attributes & 0x10 != 0 || name.ends_with(b"/"));
    let writable = u32::from(attributes & 1 == 0);
    let bits = writable << 1 | directory;
    if upper & 0o700 == 0o400 | bits << 6 {
        // Links exist only in archives made on Unix.
        return upper & !TYPE_MASK;
    }
    0o444 | bits << 6 | bits << 3 | bits
}

fn link_target(entry: &mut impl Read) -> Result<Vec<u8>, String> {
    let mut target = Vec::new();
    entry
        .take(TARGET_BYTES_LIMIT as u64 + 1)
        .read_to_end(&mut target)
        .map_err(|it| read_reason(&it))?;
    Ok(target)
}

fn read_reason(error: &io::Error) -> String {
    format!("could not be unpacked: {error}")
}

fn broken(offset: u64, reason: &str) -> ArchiveError {
    ArchiveError::Broken {
        format: FORMAT,
        offset,
        reason: reason.to_owned(),
    }
}

fn zip_error(error: ZipError, file_bytes: u64) -> ArchiveError {
    match error {
        ZipError::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
            ArchiveError::Truncated {
                format: FORMAT,
                offset: file_bytes,
            }
        }
        ZipError::Io(source) => ArchiveError::Read { source },
        other => broken(file_bytes, &other.to_string()),
    }
}
