//! Hash texts and store paths: read or refused, and what is read survives every notation.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nixsmith_store::hash::{Algorithm, Hash, Notation};
use nixsmith_store::store_path::{StoreDir, StorePath};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for algorithm in Algorithm::ALL.into_iter().map(Some).chain([None]) {
        let Ok((hash, notation)) = Hash::parse_with_notation(text, algorithm) else {
            continue;
        };
        assert!(algorithm.is_none_or(|it| it == hash.algorithm()));
        if matches!(notation, Notation::Nix32) {
            assert!(text.ends_with(&hash.to_text(notation)));
        }
        for notation in Notation::ALL {
            let again = Hash::parse(&hash.to_text(notation), Some(hash.algorithm()));
            assert_eq!(again.as_ref(), Ok(&hash));
        }
    }
    if let Ok(path) = StorePath::parse(text) {
        assert_eq!(path.to_string(), text);
        let store = StoreDir::default();
        assert_eq!(store.parse(&store.join(&path)), Ok(path));
    }
    let _ = StoreDir::new(text).map(|store| store.parse(text));
});
