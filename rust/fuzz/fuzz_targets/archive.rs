//! Archives: unpacked within the limits or refused, and what is unpacked can be written as a NAR or says why not.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use nixsmith_store::archive::{self, Compression, Kind, Limits};
use nixsmith_store::hash::Algorithm;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        unpacked_bytes: 1 << 20,
        entries: 1000,
        ..Limits::default()
    };
    let named = archive::detect("x.tar.br", bytes);
    let kinds = [Kind::Tar(Compression::None), Kind::Zip];
    for kind in kinds.into_iter().chain(named) {
        let Ok(tree) = archive::unpack(Cursor::new(bytes), kind, &limits) else {
            continue;
        };
        if let Ok(hash) = tree.nar_hash(Algorithm::Sha256) {
            let mut nar = Vec::new();
            tree.write_nar(&mut nar).unwrap();
            assert_eq!(hash.size_bytes, nar.len() as u64);
            nixsmith_store::nar::verify(&nar[..], Algorithm::Sha256).unwrap();
        }
        for (path, node) in tree.walk() {
            assert!(tree.get_bytes(&path).is_some());
            assert!(!path.split(|&it| it == b'/').any(|part| part == b".."));
            let _ = node;
        }
        let _ = tree.resolve(b"a/b");
        let _ = tree.strip_root();
    }
});
