//! Reading NARs compared with real Nix: the verdict on hostile and mutated ones, listings, single files, restored trees.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may stop where they are wrong"
)]

mod support;

use std::path::Path;

use nixsmith_store::hash::Algorithm;
use nixsmith_store::nar;
use nixsmith_store::tree::{Contents, Node, Tree};
use support::{Random, nix_program, run, run_with_input, skip};

const MUTATED: u64 = 320;

fn string(bytes: &[u8]) -> Vec<u8> {
    let mut out = (bytes.len() as u64).to_le_bytes().to_vec();
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(8), 0);
    out
}

fn words(words: &[&str]) -> Vec<u8> {
    words.iter().flat_map(|it| string(it.as_bytes())).collect()
}

fn nar_of(node: &[u8]) -> Vec<u8> {
    [&string(b"nix-archive-1")[..], node].concat()
}

fn file(text: &str) -> Vec<u8> {
    words(&["(", "type", "regular", "contents", text, ")"])
}

fn link(target: &[u8]) -> Vec<u8> {
    let mut out = words(&["(", "type", "symlink", "target"]);
    out.extend(string(target));
    out.extend(string(b")"));
    out
}

fn directory(entries: &[(&[u8], Vec<u8>)]) -> Vec<u8> {
    let mut out = words(&["(", "type", "directory"]);
    for (name, node) in entries {
        out.extend(words(&["entry", "(", "name"]));
        out.extend(string(name));
        out.extend(string(b"node"));
        out.extend(node);
        out.extend(string(b")"));
    }
    out.extend(string(b")"));
    out
}

fn nested(depth: usize, leaf: Vec<u8>) -> Vec<u8> {
    (0..depth).fold(leaf, |inner, _| directory(&[(b"d", inner)]))
}

/// Nodes with wrong words, or entries in a wrong order.
fn odd_nodes() -> Vec<Vec<u8>> {
    vec![
        words(&["(", "type", "regular", ")"]),
        words(&["(", "type", "regular", ")", ")"]),
        words(&["(", "type", "regular", "executable", "", ")"]),
        words(&[
            "(",
            "type",
            "regular",
            "executable",
            "x",
            "contents",
            "hi",
            ")",
        ]),
        words(&[
            "(",
            "type",
            "regular",
            "executable",
            "",
            "executable",
            "",
            "contents",
            "hi",
            ")",
        ]),
        words(&[
            "(",
            "type",
            "regular",
            "contents",
            "hi",
            "executable",
            "",
            ")",
        ]),
        words(&[
            "(", "type", "regular", "contents", "hi", "contents", "hi", ")",
        ]),
        words(&[
            "(", "type", "regular", "type", "regular", "contents", "hi", ")",
        ]),
        words(&["(", "type", "fifo", ")"]),
        words(&["(", "type", "", ")"]),
        words(&["(", "contents", "x", ")"]),
        words(&[
            "(",
            "type",
            "directory",
            "entry",
            "(",
            "name",
            "a",
            ")",
            ")",
        ]),
        words(&["(", "type", "directory", "entry", "(", "node"]),
        words(&["(", "type", "directory", "entry", "(", ")", ")"]),
        words(&["(", "type", "directory", "x", ")"]),
        words(&["(", "type", "symlink", ")"]),
        words(&["(", "type", "symlink", "target", "a", "target", "b", ")"]),
        words(&["(", "type", &"x".repeat(40_000), ")"]),
        directory(&[(b"b", file("")), (b"a", file(""))]),
        directory(&[(b"a", file("")), (b"a", file(""))]),
        directory(&[(b"a", directory(&[])), (b"a", file(""))]),
        directory(&[(b"a", link(b"/tmp")), (b"a/b", file(""))]),
        directory(&[
            (b"a", link(b"/tmp")),
            (b"a", directory(&[(b"b", file(""))])),
        ]),
        directory(&[(b"A", file("")), (b"a", file(""))]),
        directory(&[(b"a", file("")), (b"a-b", file("")), (b"aa", file(""))]),
        directory(&[(b"z", file("")), (b"\xc3\xa9", file(""))]),
        directory(&[(b"\xc3\xa9", file("")), (b"z", file(""))]),
    ]
}

/// NARs whose names, link targets and depths lie around the limits.
fn at_limits() -> Vec<Vec<u8>> {
    let mut nodes = Vec::new();
    for name in [
        &b""[..],
        b".",
        b"..",
        b"...",
        b"a/b",
        b"/",
        b"a\0b",
        b"\xff",
        b" ",
        &[b'x'; 255],
        &[b'x'; 256],
        &[b'x'; 300],
    ] {
        nodes.push(directory(&[(name, file("x"))]));
    }
    for target in [
        &b""[..],
        b"a\0b",
        b"/",
        b"../../..",
        b"\xff",
        &[b'x'; 4095],
        &[b'x'; 4096],
        &[b'x'; 9000],
    ] {
        nodes.push(link(target));
        nodes.push(directory(&[(b"l", link(target))]));
    }
    for depth in 62..67 {
        nodes.push(nested(depth, file("x")));
        nodes.push(nested(depth, directory(&[])));
        nodes.push(nested(depth, link(b"x")));
    }
    nodes
}

/// NARs that each break, or just keep, one rule.
fn crafted() -> Vec<Vec<u8>> {
    let nodes = odd_nodes().into_iter().chain(at_limits());
    let mut nars: Vec<Vec<u8>> = nodes.map(|node| nar_of(&node)).collect();
    for length in [
        3,
        1 << 32,
        1 << 40,
        1 << 62,
        (1 << 63) - 1,
        1 << 63,
        u64::MAX - 7,
        u64::MAX,
    ] {
        let head = nar_of(&words(&["(", "type", "regular", "contents"]));
        nars.push([&head[..], &u64::to_le_bytes(length), b"xxxx"].concat());
        nars.push(
            [
                &string(b"nix-archive-1")[..],
                &u64::to_le_bytes(length),
                b"(\0\0\0\0\0\0\0",
            ]
            .concat(),
        );
    }
    nars.push(Vec::new());
    nars.push(string(b"nix-archive-2"));
    nars.push([&nar_of(&file("x"))[..], b"trailing"].concat());
    nars.push([&nar_of(&file("x"))[..], &nar_of(&file("x"))].concat());
    nars
}

/// Valid NARs, each with one or two small injuries.
fn mutated(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut bytes = nar_of(&directory(&[
        (b"a", file("hello")),
        (b"b", link(b"a")),
        (
            b"d",
            directory(&[(
                b"x",
                words(&[
                    "(",
                    "type",
                    "regular",
                    "executable",
                    "",
                    "contents",
                    "12345678",
                    ")",
                ]),
            )]),
        ),
        (b"e", directory(&[])),
    ]));
    for _ in 0..=random.below(2) {
        let at = random.below(bytes.len());
        match random.below(9) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = random.next().to_le_bytes()[0],
            3 => {
                let at = at / 8 * 8;
                bytes.splice(at..at, [0; 8]);
            }
            4 => {
                let at = at / 8 * 8;
                bytes.drain(at..(at + 8).min(bytes.len()));
            }
            // A letter or digit gives way to another: mostly harmless.
            5..=7 => {
                let letters: Vec<usize> = (0..bytes.len())
                    .filter(|&it| bytes[it].is_ascii_alphanumeric())
                    .collect();
                let short: Vec<usize> = letters
                    .into_iter()
                    .filter(|&it| bytes.get(it + 1) == Some(&0))
                    .collect();
                if !short.is_empty() {
                    bytes[*random.pick(&short)] = *random.pick(b"abcxyz019");
                }
            }
            _ => {
                // A padding byte, or a byte of a length.
                let zeroes: Vec<usize> = (0..bytes.len()).filter(|&it| bytes[it] == 0).collect();
                bytes[*random.pick(&zeroes)] = 1 + random.below(3) as u8;
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

struct Case<'nix> {
    nix: &'nix str,
    name: String,
    bytes: Vec<u8>,
}

impl Case<'_> {
    fn nix(&self, arguments: &[&str], folder: &Path) -> support::Ended {
        let mut all = vec!["--extra-experimental-features", "nix-command"];
        all.extend(arguments);
        let ended = run(self.nix, &all, folder);
        assert!(ended.code.is_some(), "{}: nix met a signal", self.name);
        ended
    }

    /// Compares everything there is to read; says whether both accepted.
    fn compare(&self) -> bool {
        let folder = tempfile::tempdir().unwrap();
        support::write(&folder.path().join("x.nar"), &self.bytes);
        let listed = self.compare_listing(folder.path());
        let store = Path::new(self.nix).with_file_name("nix-store");
        let real = run_with_input(
            store.to_str().unwrap(),
            &["--restore", "nix"],
            folder.path(),
            &self.bytes,
        );
        let ours = nar::restore(&self.bytes[..], &folder.path().join("ours"));
        let verified = nar::verify(&self.bytes[..], Algorithm::Sha256);
        assert_eq!(ours.is_ok(), verified.is_ok(), "{}", self.name);
        match (real.success, ours) {
            (true, Ok(())) => {
                assert!(listed, "{}: restored but not listed", self.name);
                let hash =
                    |name: &str| nar::hash_path(&folder.path().join(name), Algorithm::Sha256, 1);
                let (theirs, ours) = (hash("nix").unwrap(), hash("ours").unwrap());
                assert_eq!(theirs, ours, "{}", self.name);
                assert_eq!(ours.hash, verified.unwrap().hash, "{}", self.name);
                true
            }
            (false, Err(_)) => {
                assert!(!folder.path().join("ours").exists());
                false
            }
            (true, Err(error)) => panic!("{}: only we refuse: {error}", self.name),
            (false, Ok(())) => panic!("{}: only nix refuses: {}", self.name, real.stderr),
        }
    }

    fn compare_listing(&self, folder: &Path) -> bool {
        let text = self.nix(&["nar", "ls", "-R", "-l", "x.nar", ""], folder);
        let json = self.nix(&["nar", "ls", "--json", "-R", "x.nar", ""], folder);
        let listing = match (text.success, nar::ls(&self.bytes[..])) {
            (true, Ok(listing)) => listing,
            (false, Err(_)) => return false,
            (true, Err(error)) => panic!("{}: only we refuse to list: {error}", self.name),
            (false, Ok(_)) => panic!("{}: only nix refuses to list: {}", self.name, text.stderr),
        };
        let mut ours = Vec::new();
        listing.write_text(&mut ours).unwrap();
        assert!(ours == text.stdout, "{}: listings differ", self.name);
        assert_eq!(json.success, listing.check_utf8().is_ok(), "{}", self.name);
        if json.success {
            let ours = serde_json::to_string(&listing).unwrap();
            assert_eq!(
                ours,
                String::from_utf8(json.stdout).unwrap().trim_end(),
                "{}",
                self.name
            );
        }
        true
    }
}

#[test]
fn verdicts_on_hostile_nars_are_those_of_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let nix = nix.to_str().unwrap();
    let crafted = crafted()
        .into_iter()
        .enumerate()
        .map(|(index, it)| (format!("crafted {index}"), it));
    let mutated = (0..MUTATED).map(|seed| (format!("mutated {seed}"), mutated(seed)));
    let (mut accepted, mut refused) = (0, 0);
    for (name, bytes) in crafted.chain(mutated) {
        match (Case { nix, name, bytes }).compare() {
            true => accepted += 1,
            false => refused += 1,
        }
    }
    assert!(
        accepted >= 25 && refused >= 250,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn single_files_come_out_as_with_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let mut tree = Tree::new();
    let text = |it: &str| Node::file(Contents::from_bytes(it.as_bytes()));
    tree.insert(b"d/x", text("12345")).unwrap();
    tree.insert(b"d/e", Node::directory()).unwrap();
    tree.insert(b"y", text("")).unwrap();
    let target = b"y".to_vec();
    tree.insert(b"l", Node::Symlink { target }).unwrap();
    let mut bytes = Vec::new();
    tree.write_nar(&mut bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    support::write(&folder.path().join("x.nar"), &bytes);
    let case = Case {
        nix: nix.to_str().unwrap(),
        name: "cat".to_owned(),
        bytes,
    };
    for path in [
        "d/x", "/d/x", "/d//x", "/d/./x", "/d/../y", "y", "l", "d", "d/e", "/", "missing", "y/x",
    ] {
        let real = case.nix(&["nar", "cat", "x.nar", path], folder.path());
        let mut ours = Vec::new();
        let result = nar::cat(&case.bytes[..], path.as_bytes(), &mut ours);
        assert_eq!(result.is_ok(), real.success, "{path}: {}", real.stderr);
        assert!(ours == real.stdout, "{path}");
    }
}
