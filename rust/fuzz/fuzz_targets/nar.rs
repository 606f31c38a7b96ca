//! NARs: every reader gives a verdict, the verdicts agree, and a sound NAR is exactly what its listing and tree say.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nixsmith_store::hash::{Algorithm, hash_bytes};
use nixsmith_store::nar::{self, Event, Reader};
use nixsmith_store::tree::{Contents, Node, Tree};

/// The tree a NAR holds, put together from its events.
fn tree(bytes: &[u8]) -> Option<Tree> {
    let mut reader = Reader::new(bytes);
    let mut tree: Option<Tree> = None;
    let mut path: Vec<Vec<u8>> = Vec::new();
    while let Some(event) = reader.next_event().ok()? {
        let node = match event {
            Event::Entry { name } => {
                path.push(name);
                continue;
            }
            Event::EndDirectory => {
                path.pop();
                continue;
            }
            Event::Directory => Node::directory(),
            Event::Symlink { target } => Node::Symlink { target },
            Event::File { executable, .. } => {
                let (mut contents, mut buffer) = (Vec::new(), [0; 999]);
                loop {
                    match reader.read_contents(&mut buffer).ok()? {
                        0 => break,
                        count => contents.extend_from_slice(&buffer[..count]),
                    }
                }
                Node::File {
                    executable,
                    contents: Contents::from_bytes(contents),
                }
            }
        };
        let is_directory = matches!(node, Node::Directory(_));
        match &mut tree {
            None => tree = Some(Tree { root: node }),
            Some(tree) => tree.insert(&path.join(&b'/'), node).unwrap(),
        }
        if !is_directory {
            path.pop();
        }
    }
    tree
}

fuzz_target!(|bytes: &[u8]| {
    let verified = nar::verify(bytes, Algorithm::Sha256);
    let listing = nar::ls(bytes);
    let tree = tree(bytes);
    assert_eq!(verified.is_ok(), tree.is_some());
    let mut sink = std::io::sink();
    let _ = nar::cat(bytes, b"a", &mut sink);
    if let Ok(mut input) = nar::decompressed("x.nar.br", bytes) {
        // Small, so that a bomb does not stop the run.
        let _ = nar::verify(std::io::Read::take(&mut input, 1 << 20), Algorithm::Sha256);
    }
    let (Ok(verified), Some(tree)) = (verified, tree) else {
        return;
    };
    let listing = listing.expect("what can be restored can be listed");
    listing.write_text(&mut sink).unwrap();
    // There is one NAR for one tree, so writing gives back what was read.
    let mut again = Vec::new();
    tree.write_nar(&mut again).unwrap();
    assert!(bytes.starts_with(&again));
    assert_eq!(verified.size_bytes, again.len() as u64);
    assert_eq!(verified.hash, hash_bytes(Algorithm::Sha256, &again));
});
