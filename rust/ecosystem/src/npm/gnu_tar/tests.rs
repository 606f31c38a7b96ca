use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};
use nixsmith_store::tree::{Contents, Node, Tree};

use super::write;

fn file(bytes: impl Into<Vec<u8>>) -> Node {
    Node::file(Contents::from_bytes(bytes.into()))
}

fn link(target: Vec<u8>) -> Node {
    Node::Symlink { target }
}

/// Names and targets below, at and above the length of their fields, an executable, empty and full blocks, a name that is no UTF-8.
fn tree() -> Tree {
    let long = |letter: u8, length: usize| vec![letter; length];
    let mut tree = Tree::new();
    let mut put = |path: &[u8], node: Node| tree.insert(path, node).unwrap();
    put(
        b"a",
        Node::File {
            executable: true,
            contents: Contents::from_bytes(b"hi\n".to_vec()),
        },
    );
    put(b"a-b", file(b"1"));
    put(b"a.d/x", file(b""));
    put(b"az/y", file(b"2"));
    put(
        &[long(b'd', 60), long(b'e', 60), b"f".to_vec()].join(&b'/'),
        file(long(b'x', 700)),
    );
    for length in [91, 92, 93, 100] {
        put(&long(b'n', length), file(b"n"));
        put(format!("s{length}").as_bytes(), link(long(b't', length)));
    }
    put(&long(b'z', 91), Node::directory());
    put(&long(b'y', 92), Node::directory());
    put(&long(b'k', 120), link(long(b'q', 160)));
    put(b"empty", Node::directory());
    put(b"\xff\xfe", file(b"bytes".repeat(200)));
    put(b"block", file(long(b'b', 512)));
    tree
}

/// SHA-256 of `tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu --create package`, GNU tar 1.34.
const KNOWN: &str = "ae0197f347f2de948518d33b3cb202a5f274d6f10aa659ffe297401b85e8ea7c";

#[test]
fn the_bytes_are_those_of_gnu_tar() {
    let mut packed = Vec::new();
    write(b"package", &tree(), &mut packed).unwrap();
    assert_eq!(packed.len(), 30_720);
    let hash = hash_bytes(Algorithm::Sha256, &packed).to_text(Notation::Base16);
    assert_eq!(hash, KNOWN);
}

#[test]
fn the_archive_ends_at_a_record() {
    // A folder, a header, the contents and two empty blocks; a record has 20.
    for (blocks, length) in [(16, 10_240), (17, 20_480)] {
        let mut tree = Tree::new();
        tree.insert(b"f", file(vec![b'f'; blocks * 512])).unwrap();
        let mut packed = Vec::new();
        write(b"package", &tree, &mut packed).unwrap();
        assert_eq!(packed.len(), length, "{blocks}");
    }
}
