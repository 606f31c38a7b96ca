//! Unpacking compared with the real programs: generated tar archives with GNU tar, zip archives with Info-ZIP's unzip.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop where they are wrong"
)]

mod support;

use std::io::Cursor;
use std::path::Path;

use nixsmith_store::archive::{self, ArchiveError, Compression, Kind, Limits};
use nixsmith_store::hash::Algorithm;
use nixsmith_store::tree::{NarHash, Tree};
use support::{Random, run, skip};

const TAR_CASES: u64 = 600;
const ZIP_CASES: u64 = 250;

const NAMES: [&str; 12] = [
    "a", "b", "c", "./a", "a/", "a/b", "a/b/", "a/../x", "/a", "b/./c", "l/x", "a//b/c",
];
const TARGETS: [&str; 9] = ["a", "b", ".", "a/b", "l", "../a", "/etc", "./b", "missing"];

struct Entry {
    name: Vec<u8>,
    kind: u8,
    link: Vec<u8>,
    mode: u32,
    bytes: Vec<u8>,
}

fn entry(random: &mut Random) -> Entry {
    let kind = *random.pick(&[b'0', b'0', b'0', b'5', b'2', b'2', b'1', b'7', 0, b'Z']);
    let mut name: Vec<u8> = random.pick(&NAMES).as_bytes().to_vec();
    match random.below(12) {
        0 => name.splice(..0, *b"l/").for_each(drop),
        1 => name = b"l".to_vec(),
        2 => name.extend_from_slice(&[0xff, b'.', 0xe9]),
        3 => name.extend(std::iter::repeat_n(b"/dir".as_slice(), 40).flatten()),
        4 => name = b"m/n".to_vec(),
        _ => {}
    }
    let has_bytes = matches!(kind, b'0' | b'7' | 0 | b'Z') && !name.ends_with(b"/");
    let length = if has_bytes { random.below(1200) } else { 0 };
    Entry {
        name,
        kind,
        link: match kind {
            b'1' | b'2' => random.pick(&TARGETS).as_bytes().to_vec(),
            _ => Vec::new(),
        },
        mode: *random.pick(&[0o644, 0o755, 0o654, 0o600, 0o444, 0o700, 0o111, 0o200]),
        bytes: random.bytes(length),
    }
}

fn header(entry: &Entry, gnu: bool) -> Vec<u8> {
    let (name, link, mode, length) = (&entry.name, &entry.link, entry.mode, entry.bytes.len());
    let mut block = vec![0_u8; 512];
    let mut put =
        |start: usize, bytes: &[u8]| block[start..start + bytes.len()].copy_from_slice(bytes);
    put(0, &name[..name.len().min(100)]);
    put(100, format!("{mode:07o}\0").as_bytes());
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{length:011o}\0").as_bytes());
    put(136, b"00000000001\0");
    put(148, b"        ");
    put(156, &[entry.kind]);
    put(157, &link[..link.len().min(100)]);
    put(257, if gnu { b"ustar  \0" } else { b"ustar\x0000" });
    let sum: u32 = block.iter().map(|&it| u32::from(it)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

impl Entry {
    fn extension(name: &[u8], kind: u8, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_vec(),
            kind,
            link: Vec::new(),
            mode: 0o644,
            bytes,
        }
    }
}

fn block(entry: &Entry, gnu: bool) -> Vec<u8> {
    [header(entry, gnu), padded(&entry.bytes)].concat()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(512), 0);
    padded
}

fn pax_record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

fn tar_of(entries: &[Entry], gnu: bool, ended: bool) -> Vec<u8> {
    let mut tar = Vec::new();
    for entry in entries {
        if entry.name.len() > 100 && gnu {
            let long = [&entry.name[..], b"\0"].concat();
            tar.extend(block(&Entry::extension(b"././@LongLink", b'L', long), gnu));
        } else if entry.name.len() > 100 {
            let records = pax_record("path", &entry.name);
            tar.extend(block(&Entry::extension(b"PaxHeaders", b'x', records), gnu));
        }
        tar.extend(block(entry, gnu));
    }
    if ended {
        tar.extend([0; 1024]);
    }
    tar
}

/// Whether a link that GNU tar makes only at its end (absolute, or with `..`) gives way to another entry. Then its result
/// depends on whether the file system gives the new file the number of the old one.
fn overwrites_delayed_link(entries: &[Entry]) -> bool {
    let parts = |entry: &Entry| -> Vec<Vec<u8>> {
        let parts = entry.name.split(|&it| it == b'/');
        parts
            .filter(|it| !matches!(*it, b"" | b"."))
            .map(<[u8]>::to_vec)
            .collect()
    };
    let is_delayed = |entry: &Entry| {
        entry.kind == b'2' && (entry.link.starts_with(b"/") || entry.link.starts_with(b".."))
    };
    entries.iter().enumerate().any(|(index, first)| {
        is_delayed(first)
            && entries
                .iter()
                .skip(index + 1)
                .any(|later| parts(later).last() == parts(first).last())
    })
}

/// The NAR hash of what is in the folder, writable again so that it can be read and removed.
fn hash_of_folder(folder: &Path) -> NarHash {
    Tree::from_directory(folder)
        .unwrap()
        .nar_hash(Algorithm::Sha256)
        .unwrap()
}

fn unpacked(bytes: &[u8], kind: Kind) -> Result<NarHash, ArchiveError> {
    let tree = archive::unpack(Cursor::new(bytes), kind, &Limits::default())?;
    Ok(tree.nar_hash(Algorithm::Sha256).unwrap())
}

#[test]
fn tar_archives_unpack_as_with_gnu_tar() {
    if !support::is_program("tar", "GNU tar") {
        return skip("no GNU tar on PATH");
    }
    let mut accepted = 0;
    for seed in 0..TAR_CASES {
        let mut random = Random::new(seed);
        let entries: Vec<Entry> = (0..=random.below(6)).map(|_| entry(&mut random)).collect();
        if overwrites_delayed_link(&entries) {
            continue;
        }
        let gnu = random.below(2) == 0;
        let mut bytes = tar_of(&entries, gnu, random.below(8) != 0);
        let cut = random.below(10) == 0;
        if cut {
            bytes.truncate(random.below(bytes.len() + 1));
        }
        let folder = tempfile::tempdir().unwrap();
        let (archive, out) = (folder.path().join("a.tar"), folder.path().join("out"));
        support::write(&archive, &bytes);
        std::fs::create_dir(&out).unwrap();
        let real = run("tar", &["xf", "../a.tar", "--mode=+w"], &out);
        let ours = unpacked(&bytes, Kind::Tar(Compression::None));
        let described: Vec<String> = entries
            .iter()
            .map(|it| {
                let (name, link) = (
                    String::from_utf8_lossy(&it.name),
                    String::from_utf8_lossy(&it.link),
                );
                format!("{} {name} {link} {:o}", it.kind as char, it.mode)
            })
            .collect();
        match (real.success, ours) {
            (true, Ok(hash)) => {
                accepted += 1;
                assert_eq!(hash, hash_of_folder(&out), "seed {seed}: {described:#?}");
            }
            (false, Err(_)) => {}
            // A last block that is cut short: GNU tar is silent about it, a build should not be.
            (true, Err(ArchiveError::Truncated { .. })) if cut => {}
            (true, Err(error)) => panic!("seed {seed}: only we refuse: {error}: {described:#?}"),
            (false, Ok(_)) => panic!(
                "seed {seed}: only tar refuses: {}{described:#?}",
                real.stderr
            ),
        }
    }
    assert!(accepted > 100, "only {accepted} archives were accepted");
}

/// One stored entry of a zip archive; `made_by` is the system, 3 for Unix and 0 for DOS.
struct ZipEntry {
    name: Vec<u8>,
    made_by: u8,
    attributes: u32,
    bytes: Vec<u8>,
}

fn zip_entry(random: &mut Random) -> ZipEntry {
    let made_by = *random.pick(&[3, 3, 3, 0, 0, 11]);
    let mode: u32 = *random.pick(&[
        0o100_644, 0o100_755, 0o100_654, 0o644, 0o755, 0, 0o120_777, 0o120_777, 0o100_600,
        0o100_500,
    ]);
    let name = *random.pick(&[
        "a", "b", "c/d", "c/", "c/e/", "./f", "c//g", "h", "l/x", "l", "m/n/o", "c\\p", "/q",
        "r\u{e9}",
    ]);
    let is_link = mode & 0o170_000 == 0o120_000;
    ZipEntry {
        name: name.into(),
        made_by,
        attributes: mode << 16 | *random.pick(&[0, 0, 1, 0x10, 0x20]),
        bytes: match (name.ends_with('/'), is_link) {
            (true, _) => Vec::new(),
            (_, true) => random
                .pick(&["a", "../a", "/etc", "missing"])
                .as_bytes()
                .to_vec(),
            _ => {
                let length = random.below(300);
                random.bytes(length)
            }
        },
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn zip_of(entries: &[ZipEntry]) -> Vec<u8> {
    let (mut zip, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let length = (entry.bytes.len() as u32).to_le_bytes();
        let name_length = (entry.name.len() as u16).to_le_bytes();
        // Flag 11: the name is UTF-8. Stored, 1980-01-01.
        let mut shared = vec![0x00, 0x08, 0, 0, 0, 0, 0x21, 0];
        shared.extend(crc32(&entry.bytes).to_le_bytes());
        shared.extend(length);
        shared.extend(length);
        shared.extend(name_length);
        shared.extend([0, 0]);
        let offset = (zip.len() as u32).to_le_bytes();
        zip.extend(b"PK\x03\x04\x14\x00");
        zip.extend(&shared);
        zip.extend(&entry.name);
        zip.extend(&entry.bytes);
        central.extend(b"PK\x01\x02\x14");
        central.push(entry.made_by);
        central.extend(b"\x14\x00");
        central.extend(&shared);
        central.extend([0; 6]);
        central.extend(entry.attributes.to_le_bytes());
        central.extend(offset);
        central.extend(&entry.name);
    }
    let (start, length) = (zip.len() as u32, central.len() as u32);
    let count = (entries.len() as u16).to_le_bytes();
    zip.extend(central);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(count);
    zip.extend(count);
    zip.extend(length.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[test]
fn zip_archives_unpack_as_with_unzip() {
    if !support::is_program("unzip", "Info-ZIP") {
        return skip("no Info-ZIP unzip on PATH");
    }
    let mut accepted = 0;
    for seed in 0..ZIP_CASES {
        let mut random = Random::new(seed);
        let entries: Vec<ZipEntry> = (0..=random.below(4))
            .map(|_| zip_entry(&mut random))
            .collect();
        // unzip writes such names in a code page that depends on how it was built; we refuse them.
        if entries
            .iter()
            .any(|it| it.made_by != 3 && !it.name.is_ascii())
        {
            continue;
        }
        let bytes = zip_of(&entries);
        let folder = tempfile::tempdir().unwrap();
        let (archive, out) = (folder.path().join("a.zip"), folder.path().join("out"));
        support::write(&archive, &bytes);
        std::fs::create_dir(&out).unwrap();
        let real = run("unzip", &["-qq", "-DD", "../a.zip"], &out);
        let ours = unpacked(&bytes, Kind::Zip);
        let described: Vec<String> = entries
            .iter()
            .map(|it| {
                let name = String::from_utf8_lossy(&it.name);
                format!(
                    "{name} by {} {:o} {:x}",
                    it.made_by,
                    it.attributes >> 16,
                    it.attributes & 0xffff
                )
            })
            .collect();
        match (real.success, ours) {
            (true, Ok(hash)) => {
                accepted += 1;
                assert_eq!(hash, hash_of_folder(&out), "seed {seed}: {described:#?}");
            }
            (false, Err(_)) => {}
            (true, Err(error)) => panic!("seed {seed}: only we refuse: {error}: {described:#?}"),
            (false, Ok(_)) => panic!(
                "seed {seed}: only unzip refuses: {}{described:#?}",
                real.stderr
            ),
        }
    }
    assert!(accepted > 50, "only {accepted} archives were accepted");
}
