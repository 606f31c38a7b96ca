use std::io::{Cursor, Write};

use super::*;
use crate::tree::{Node, shown};

fn tar_with(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn compressed(bytes: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => bytes.to_vec(),
        Compression::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap()
        }
        Compression::Bzip2 => {
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap()
        }
        Compression::Xz => {
            let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 1);
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap()
        }
        Compression::Lzma => {
            let options = liblzma::stream::LzmaOptions::new_preset(1).unwrap();
            let stream = liblzma::stream::Stream::new_lzma_encoder(&options).unwrap();
            let mut writer = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap()
        }
        Compression::Zstd => zstd::encode_all(bytes, 1).unwrap(),
        Compression::Brotli => {
            let mut out = Vec::new();
            brotli::CompressorWriter::new(&mut out, 4096, 5, 22)
                .write_all(bytes)
                .unwrap();
            out
        }
    }
}

const COMPRESSIONS: [(Compression, &str); 7] = [
    (Compression::None, "a.tar"),
    (Compression::Gzip, "a.tar.gz"),
    (Compression::Bzip2, "a.tar.bz2"),
    (Compression::Xz, "a.tar.xz"),
    (Compression::Zstd, "a.tar.zst"),
    (Compression::Brotli, "a.tar.br"),
    (Compression::Lzma, "a.tar.lzma"),
];

fn unpacked(bytes: &[u8], kind: Kind) -> Result<Tree, ArchiveError> {
    unpack(Cursor::new(bytes), kind, &Limits::default())
}

fn names(tree: &Tree) -> Vec<String> {
    tree.walk().map(|(path, _)| shown(&path)).collect()
}

#[test]
fn every_compression_is_detected_and_unpacked() {
    let long = vec![b'x'; 300_000];
    let tar = tar_with(&[("d/a", b"first"), ("d/long", &long)]);
    for (compression, name) in COMPRESSIONS {
        let bytes = compressed(&tar, compression);
        let kind = detect(name, &bytes[..bytes.len().min(512)]);
        assert_eq!(kind, Some(Kind::Tar(compression)), "{name}");
        let tree = unpacked(&bytes, kind.unwrap()).unwrap();
        assert_eq!(names(&tree), ["d", "d/a", "d/long"]);
        assert_eq!(tree.read("d/a", 10).unwrap(), Some(b"first".to_vec()));
        assert_eq!(tree.read("d/long", 1 << 20).unwrap(), Some(long.clone()));
    }
    assert_eq!(detect("a.tar.gz", b"<html>not found</html>"), None);
    assert_eq!(detect("a", b"PK\x03\x04"), Some(Kind::Zip));
    assert_eq!(detect("a.tar", &[0; 512]), None);
}

#[test]
fn every_cut_stream_is_refused() {
    let noise: Vec<u8> = (0..40_000_u32)
        .flat_map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let tar = tar_with(&[("a", &noise)]);
    for (compression, name) in COMPRESSIONS {
        let bytes = compressed(&tar, compression);
        for part in [3, 5, 9] {
            // The last kibibyte of a tar archive is only its end marker.
            let cut = &bytes[..(bytes.len() - 1024) * part / 10];
            let error = unpacked(cut, Kind::Tar(compression)).err().unwrap();
            assert!(
                matches!(error, ArchiveError::Truncated { .. }),
                "{name} cut to {part}/10: {error}"
            );
        }
    }
}

#[test]
fn bytes_after_a_stream_are_refused() {
    let tar = tar_with(&[("a", b"x")]);
    for (compression, name) in COMPRESSIONS {
        let mut bytes = compressed(&tar, compression);
        let length = bytes.len() as u64;
        bytes.extend(b"<!-- injected -->");
        match (compression, unpacked(&bytes, Kind::Tar(compression))) {
            // GNU tar never reads past the end marker of a plain archive.
            (Compression::None, Ok(_)) => {}
            (_, Err(ArchiveError::TrailingBytes { offset, .. })) => {
                assert_eq!(offset, length, "{name}")
            }
            (_, Err(error)) => panic!("{name}: {error}"),
            (_, Ok(_)) => panic!("{name} was accepted"),
        }
    }
}

#[test]
fn several_members_are_one_stream() {
    let tar = tar_with(&[("a", b"x"), ("b", b"y")]);
    let (head, tail) = tar.split_at(700);
    for compression in [
        Compression::Gzip,
        Compression::Bzip2,
        Compression::Xz,
        Compression::Zstd,
    ] {
        let bytes = [compressed(head, compression), compressed(tail, compression)].concat();
        let tree = unpacked(&bytes, Kind::Tar(compression)).unwrap();
        assert_eq!(names(&tree), ["a", "b"], "{compression:?}");
    }
}

#[test]
fn a_flipped_bit_is_noticed() {
    let noise: Vec<u8> = (0..9000_u32)
        .flat_map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let tar = tar_with(&[("a", &noise)]);
    for compression in [Compression::Gzip, Compression::Bzip2, Compression::Xz] {
        let mut bytes = compressed(&tar, compression);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        assert!(
            unpacked(&bytes, Kind::Tar(compression)).is_err(),
            "{compression:?}"
        );
    }
}

#[test]
fn bombs_are_refused() {
    let zeroes = vec![0; 3 << 20];
    let tar = tar_with(&[("a", &zeroes)]);
    let bytes = compressed(&tar, Compression::Zstd);
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits {
            ratio_free_bytes: 1 << 20,
            ..Limits::default()
        };
        change(&mut limits);
        unpack(Cursor::new(&bytes), Kind::Tar(Compression::Zstd), &limits)
            .err()
            .map(|it| it.to_string())
    };
    assert_eq!(
        limits(|_| {}).unwrap(),
        "archive becomes too large: more than 1500 times its own size"
    );
    assert_eq!(
        limits(|it| it.unpacked_bytes = 1000).unwrap(),
        "archive becomes too large: more than 1000 bytes"
    );
    assert_eq!(
        limits(|it| it.entries = 0).unwrap(),
        "archive becomes too large: more than 0 entries"
    );
    assert_eq!(limits(|it| it.ratio_free_bytes = 8 << 20), None);
}

#[test]
fn hostile_entries_are_named() {
    let mut bytes = tar_with(&[("ok", b"x"), ("ab/secret", b"y")]);
    // The second header begins after the first and its one block of bytes.
    bytes[1024..1033].copy_from_slice(b"../secret");
    let sum: u32 = bytes[1024..1536]
        .iter()
        .enumerate()
        .map(|(index, &byte)| match index {
            148..156 => 32,
            _ => u32::from(byte),
        })
        .sum();
    bytes[1172..1180].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let error = unpacked(&bytes, Kind::Tar(Compression::None))
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "entry `../secret` at byte 1024: name contains `..`"
    );
}

#[test]
fn a_zip_is_unpacked_and_its_faults_are_named() {
    use ::zip::write::SimpleFileOptions;
    let mut zip = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("d/script", options.unix_permissions(0o755))
        .unwrap();
    zip.write_all(&[b'x'; 5000]).unwrap();
    zip.add_symlink("d/link", "script", options).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let tree = unpacked(&bytes, Kind::Zip).unwrap();
    assert!(matches!(
        tree.get("d/script"),
        Some(Node::File {
            executable: true,
            ..
        })
    ));
    assert_eq!(tree.read("d/link", 5000).unwrap(), Some(vec![b'x'; 5000]));

    let refusal = |bytes: &[u8]| unpacked(bytes, Kind::Zip).err().unwrap().to_string();
    let length = bytes.len();
    assert_eq!(
        refusal(&[&bytes[..], b"more"].concat()),
        format!("zip archive is followed by other bytes, from byte {length} on")
    );
    assert_eq!(
        refusal(&bytes[..length - 1]),
        format!("zip archive ends too early, at byte {}", length - 1)
    );
    assert_eq!(
        refusal(&[b"MZ", &bytes[..]].concat()),
        "broken zip archive at byte 0: other bytes come before the first entry"
    );
    let mut lying = bytes.clone();
    let stored = lying.windows(4).position(|it| it == b"scri").unwrap();
    lying[stored + 12] ^= 0xff;
    assert!(unpacked(&lying, Kind::Zip).is_err());
}

/// A tar archive of one entry whose header the closure changes before its checksum is made.
fn tar_of_one(bytes: &[u8], change: impl Fn(&mut ::tar::Header)) -> Vec<u8> {
    let mut header = ::tar::Header::new_ustar();
    header.set_path("entry").unwrap();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    change(&mut header);
    header.set_cksum();
    let mut tar = header.as_bytes().to_vec();
    tar.extend(bytes);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    tar
}

#[test]
fn entries_no_nar_can_hold_are_refused() {
    use ::tar::EntryType;
    let known = [
        (EntryType::Char, "is a device"),
        (EntryType::Block, "is a device"),
        (EntryType::Fifo, "is a named pipe"),
        (
            EntryType::GNUSparse,
            "is a sparse file, which is not supported",
        ),
        (EntryType::new(b'M'), "continues from another volume"),
        (
            EntryType::Symlink,
            "is a symbolic link with an impossible target",
        ),
        (EntryType::Link, "links to the folder itself"),
    ];
    for (kind, reason) in known {
        let tar = tar_of_one(b"", |header| header.set_entry_type(kind));
        let error = unpacked(&tar, Kind::Tar(Compression::None)).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("entry `entry` at byte 0: {reason}")
        );
    }
}

#[test]
fn a_size_may_be_written_in_base_256() {
    let tar = tar_of_one(b"hello", |header| {
        header.as_old_mut().size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];
    });
    let tree = unpacked(&tar, Kind::Tar(Compression::None)).unwrap();
    assert_eq!(tree.read("entry", 9).unwrap(), Some(b"hello".to_vec()));
    for size in [[0xff; 12], *b"12345678901x"] {
        let tar = tar_of_one(b"hello", |header| header.as_old_mut().size = size);
        let error = unpacked(&tar, Kind::Tar(Compression::None)).err().unwrap();
        assert_eq!(
            error.to_string(),
            "broken tar archive at byte 0: header with an impossible size"
        );
    }
}

#[test]
fn pax_records_of_sparse_files_are_refused() {
    let mut tar = ::tar::Builder::new(Vec::new());
    tar.append_pax_extensions([("GNU.sparse.major", &b"1"[..])])
        .unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_size(0);
    tar.append_data(&mut header, "sparse", &b""[..]).unwrap();
    let error = unpacked(&tar.into_inner().unwrap(), Kind::Tar(Compression::None))
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .ends_with("is a sparse file, which is not supported"),
        "{error}"
    );
}

#[test]
fn what_follows_a_broken_header_is_not_guessed() {
    let mut tar = tar_with(&[("a", b"x"), ("b", b"y")]);
    tar[1030] ^= 1;
    let error = unpacked(&tar, Kind::Tar(Compression::None)).err().unwrap();
    assert_eq!(
        error.to_string(),
        "broken tar archive at byte 1024: no header with a valid checksum"
    );
}
