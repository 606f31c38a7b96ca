use std::path::Path;

use super::*;
use crate::hash::{Algorithm, hash_bytes};
use crate::tree::{Contents, Node, Tree};

fn string(bytes: &[u8]) -> Vec<u8> {
    let mut out = (bytes.len() as u64).to_le_bytes().to_vec();
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(8), 0);
    out
}

fn words(words: &[&str]) -> Vec<u8> {
    words.iter().flat_map(|it| string(it.as_bytes())).collect()
}

fn nar(node: &[u8]) -> Vec<u8> {
    [&string(b"nix-archive-1")[..], node].concat()
}

fn file(text: &str) -> Vec<u8> {
    words(&["(", "type", "regular", "contents", text, ")"])
}

fn directory(entries: &[(&[u8], Vec<u8>)]) -> Vec<u8> {
    let mut out = words(&["(", "type", "directory"]);
    for (name, node) in entries {
        out.extend(words(&["entry", "(", "name"]));
        out.extend(string(name));
        out.extend(words(&["node"]));
        out.extend(node);
        out.extend(words(&[")"]));
    }
    out.extend(words(&[")"]));
    out
}

fn nested(depth: usize, leaf: Vec<u8>) -> Vec<u8> {
    (0..depth).fold(leaf, |inner, _| directory(&[(b"d", inner)]))
}

fn sample() -> Vec<u8> {
    let link = words(&["(", "type", "symlink", "target", "a", ")"]);
    let script = words(&[
        "(",
        "type",
        "regular",
        "executable",
        "",
        "contents",
        "hi",
        ")",
    ]);
    let inner = directory(&[(b"x", file("12345")), (b"z", directory(&[]))]);
    nar(&directory(&[
        (b"a\n", script),
        (b"b", link),
        (b"d", inner),
        (b"d\xc3\xa9", file("")),
    ]))
}

fn restored(nar: &[u8]) -> Result<Vec<u8>, NarError> {
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("out");
    let result = restore(nar, &destination);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    match result {
        Err(error) => {
            assert_eq!(left, 0, "something is left after: {error}");
            Err(error)
        }
        Ok(()) => {
            assert_eq!(left, 1);
            let mut again = Vec::new();
            dump(&destination, &mut again, 2)?;
            Ok(again)
        }
    }
}

fn refusal(nar: &[u8]) -> String {
    let verified = verify(nar, Algorithm::Sha256)
        .err()
        .map(|it| it.to_string());
    let restored = restored(nar).err().map(|it| it.to_string());
    assert_eq!(verified, restored);
    restored.unwrap_or_default()
}

#[test]
fn a_nar_comes_back_as_it_was() {
    assert_eq!(restored(&sample()).unwrap(), sample());
    for root in [
        file("abc"),
        words(&["(", "type", "symlink", "target", "t", ")"]),
    ] {
        assert_eq!(restored(&nar(&root)).unwrap(), nar(&root));
    }
    let followed = [&sample()[..], b"trailing"].concat();
    assert_eq!(restored(&followed).unwrap(), sample());
    let verified = verify(&followed[..], Algorithm::Sha256).unwrap();
    assert_eq!(verified.hash, hash_bytes(Algorithm::Sha256, &sample()));
    assert_eq!(verified.size_bytes, sample().len() as u64);
    assert_eq!(
        (verified.files, verified.directories, verified.links),
        (3, 3, 1)
    );
    assert_eq!(verified.trailing_bytes, 8);
}

#[test]
fn what_nix_refuses_is_refused() {
    let entry = |name: &[u8]| nar(&directory(&[(name, file("x"))]));
    let link = |target: &[u8]| {
        let mut out = words(&["(", "type", "symlink", "target"]);
        out.extend(string(target));
        out.extend(words(&[")"]));
        nar(&out)
    };
    let pair =
        |first: &[u8], second: &[u8]| nar(&directory(&[(first, file("x")), (second, file("y"))]));
    let cases = [
        (
            nar(&words(&["(", "type", "fifo", ")"])),
            "broken NAR at byte 56: unknown file type `fifo`",
        ),
        (
            nar(&words(&["(", "type", "regular", ")"])),
            "broken NAR at byte 72: expected `contents`, found `)`",
        ),
        (
            nar(&words(&[
                "(",
                "type",
                "regular",
                "executable",
                "x",
                "contents",
                "",
                ")",
            ])),
            "broken NAR at byte 96: executable marker with a value",
        ),
        (entry(b""), "broken NAR at byte 128: invalid file name ``"),
        (entry(b"."), "broken NAR at byte 128: invalid file name `.`"),
        (
            entry(b".."),
            "broken NAR at byte 128: invalid file name `..`",
        ),
        (
            entry(b"a/b"),
            "broken NAR at byte 128: invalid file name `a/b`",
        ),
        (
            entry(&[b'x'; 256]),
            "broken NAR at byte 128: name of more than 255 bytes",
        ),
        (
            link(b""),
            "broken NAR at byte 88: link target that is empty or has a NUL",
        ),
        (
            link(b"a\0b"),
            "broken NAR at byte 88: link target that is empty or has a NUL",
        ),
        (
            link(&[b'x'; 4096]),
            "broken NAR at byte 88: link target of more than 4095 bytes",
        ),
        (
            pair(b"b", b"a"),
            "broken NAR at byte 320: `a` does not come after `b`",
        ),
        (
            pair(b"a", b"a"),
            "broken NAR at byte 320: `a` does not come after `a`",
        ),
        (
            string(b"nix-archive-2"),
            "broken NAR at byte 0: it does not begin like a NAR",
        ),
        (Vec::new(), "NAR ends too early, at byte 0"),
        (
            nar(&nested(64, file(""))),
            "broken NAR at byte 8728: nodes lie 64 directories deep",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(refusal(&bytes), expected);
        assert!(ls(&bytes[..]).is_err(), "{expected}");
    }
}

#[test]
fn limits_are_met_exactly() {
    let accepted = [
        nar(&nested(63, file(""))),
        nar(&nested(63, directory(&[]))),
        nar(&directory(&[(&[b'x'; 255], file(""))])),
        nar(&directory(&[(b"...", file("")), (b"\xff", file(""))])),
    ];
    for bytes in accepted {
        assert_eq!(restored(&bytes).unwrap(), bytes);
    }
}

#[test]
fn every_cut_and_every_wrong_padding_is_refused() {
    let whole = sample();
    for length in 0..whole.len() {
        assert!(
            refusal(&whole[..length]).starts_with("NAR ends too early"),
            "{length}"
        );
    }
    let mut padded = nar(&file("hi"));
    let at = padded.windows(2).rposition(|it| it == b"hi").unwrap();
    padded[at + 5] = 1;
    assert_eq!(
        refusal(&padded),
        format!("broken NAR at byte {}: padding that is not zero", at + 2)
    );
    assert!(ls(&padded[..]).is_ok(), "nix lists it");
    let last = padded.len() - 1;
    padded[at + 5] = 0;
    padded[last] = 1;
    assert!(refusal(&padded).ends_with("padding that is not zero"));
    assert!(ls(&padded[..]).is_err());
}

#[test]
fn absurd_lengths_need_no_memory() {
    for length in [1 << 40, 1 << 62, u64::MAX] {
        let mut bytes = nar(&words(&["(", "type", "regular", "contents"]));
        bytes.extend(length.to_le_bytes());
        bytes.extend(b"xxxx");
        assert_eq!(
            refusal(&bytes),
            format!("NAR ends too early, at byte {}", bytes.len())
        );
        let mut bytes = string(b"nix-archive-1");
        bytes.extend(length.to_le_bytes());
        assert!(refusal(&bytes).ends_with("a string is too long to be a word of the format"));
    }
}

#[test]
fn a_listing_is_that_of_nix() {
    // nix nar ls -R -l FILE '' and nix nar ls --json -R FILE '' (Nix 2.34.8)
    let listing = ls(&sample()[..]).unwrap();
    let mut text = Vec::new();
    listing.write_text(&mut text).unwrap();
    let expected = "-r-xr-xr-x                    2 ./a\n\n\
        lrwxrwxrwx                    0 ./b -> a\n\
        dr-xr-xr-x                    0 ./d\n\
        -r--r--r--                    5 ./d/x\n\
        dr-xr-xr-x                    0 ./d/z\n\
        -r--r--r--                    0 ./dé\n";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    let json = serde_json::to_string(&listing).unwrap();
    assert_eq!(
        json,
        "{\"entries\":{\"a\\n\":{\"executable\":true,\"narOffset\":264,\"size\":2,\"type\":\"regular\"},\
         \"b\":{\"target\":\"a\",\"type\":\"symlink\"},\
         \"d\":{\"entries\":{\"x\":{\"narOffset\":784,\"size\":5,\"type\":\"regular\"},\
         \"z\":{\"entries\":{},\"type\":\"directory\"}},\"type\":\"directory\"},\
         \"dé\":{\"narOffset\":1176,\"size\":0,\"type\":\"regular\"}},\"type\":\"directory\"}"
    );
    let odd = ls(&nar(&directory(&[(b"\xff", file(""))]))[..]).unwrap();
    assert!(serde_json::to_string(&odd).is_err());
    assert_eq!(
        odd.check_utf8().unwrap_err().to_string(),
        "`\u{fffd}` is not UTF-8, which JSON cannot hold"
    );
}

#[test]
fn one_file_comes_out() {
    let taken = |path: &str| {
        let mut out = Vec::new();
        cat(&sample()[..], path.as_bytes(), &mut out).map(|_| String::from_utf8(out).unwrap())
    };
    assert_eq!(taken("d/x").unwrap(), "12345");
    assert_eq!(taken("/d/./x").unwrap(), "12345");
    assert_eq!(taken("dé").unwrap(), "");
    assert_eq!(
        taken("d/y").unwrap_err().to_string(),
        "`d/y` does not exist in the NAR"
    );
    assert_eq!(
        taken("x").unwrap_err().to_string(),
        "`x` does not exist in the NAR"
    );
    for path in ["d", "b", "/", "d/z"] {
        let error = taken(path).unwrap_err().to_string();
        assert_eq!(error, format!("`{path}` is not a regular file in the NAR"));
    }
    let whole = sample();
    let mut out = Vec::new();
    assert!(cat(&whole[..whole.len() - 8], b"d/x", &mut out).is_err());
    assert!(out.is_empty(), "nothing comes out of a broken NAR");
}

#[test]
fn nothing_is_restored_over_something() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("directory")).unwrap();
    std::os::unix::fs::symlink("/nonexistent", at("link")).unwrap();
    for name in ["directory", "link", "directory/", "."] {
        let refused = restore(&sample()[..], &at(name));
        assert!(matches!(refused, Err(NarError::Exists { .. })), "{name}");
    }
    let refused = restore(&sample()[..], &at("missing/out"));
    assert!(matches!(refused, Err(NarError::Create { .. })));
    assert!(matches!(
        restore(&sample()[..], Path::new("/")),
        Err(NarError::Exists { .. })
    ));
}

#[test]
fn compressed_nars_are_recognised() {
    use std::io::{Read, Write};
    let plain = sample();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(&plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&plain).unwrap();
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 5, 22)
        .write_all(&plain)
        .unwrap();
    let files = [
        ("-", plain.clone()),
        ("x.nar.gz", gzip.finish().unwrap()),
        ("-", xz.finish().unwrap()),
        ("x.nar.bz2", bzip2.finish().unwrap()),
        ("-", zstd::encode_all(&plain[..], 1).unwrap()),
        ("x.nar.br", brotli),
    ];
    for (name, bytes) in files {
        let mut out = Vec::new();
        decompressed(name, &bytes[..])
            .unwrap()
            .read_to_end(&mut out)
            .unwrap();
        assert!(out == plain, "{name}");
        if bytes == plain {
            continue;
        }
        let cut = &bytes[..bytes.len() / 2];
        let error = verify(decompressed(name, cut).unwrap(), Algorithm::Sha256).unwrap_err();
        assert!(
            error.to_string().contains("stream ends too early, at byte"),
            "{name}: {error}"
        );
        let followed = [&bytes[..], b"garbage"].concat();
        let input = decompressed(name, &followed[..]).unwrap();
        assert!(verify(input, Algorithm::Sha256).is_err(), "{name}");
    }
}

#[test]
fn threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let mut tree = Tree::new();
    for directory in 0..40 {
        for index in 0..50 {
            let path = format!("{directory}/{}/{index}", index % 3);
            let length = if index == 7 { 200_000 } else { index * 37 };
            let bytes = vec![index as u8; length];
            tree.insert(path.as_bytes(), Node::file(Contents::from_bytes(bytes)))
                .unwrap();
        }
    }
    let long = vec![7_u8; 5 << 20];
    tree.insert(b"long", Node::file(Contents::from_bytes(long)))
        .unwrap();
    let mut nar = Vec::new();
    tree.write_nar(&mut nar).unwrap();
    restore(&nar[..], &root).unwrap();
    let expected = tree.nar_hash(Algorithm::Sha256).unwrap();
    for threads in [0, 1, 2, 4, 16] {
        assert_eq!(
            hash_path(&root, Algorithm::Sha256, threads).unwrap(),
            expected,
            "{threads}"
        );
    }
}

#[test]
fn the_first_failure_in_order_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        let socket = folder.path().join(name).join("socket");
        std::os::unix::net::UnixListener::bind(&socket).unwrap();
    }
    for threads in [1, 4] {
        let error = hash_path(folder.path(), Algorithm::Sha256, threads).unwrap_err();
        let first = folder.path().join("a/socket");
        let expected = format!(
            "`{}` is neither a file, a directory nor a symbolic link",
            first.display()
        );
        assert_eq!(error.to_string(), expected);
    }
    let missing = folder.path().join("missing");
    let error = hash_path(&missing, Algorithm::Sha256, 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not read `{}`", missing.display())
    );
}

#[test]
fn an_output_that_fails_ends_the_dump() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    restore(&nar(&file(&"x".repeat(9 << 20)))[..], &root).unwrap();
    for threads in [1, 2] {
        let failed = dump(&root, &mut Full, threads);
        assert!(matches!(failed, Err(NarError::Output { .. })), "{threads}");
    }
}
