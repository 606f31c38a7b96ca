use proptest::prelude::*;

use super::*;

// printf 'hello\n' | sha256sum; … | openssl dgst -sha256 -binary | base64
const SRI: &str = "sha256-WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM=";
const BASE16: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

#[test]
fn every_notation_reads_and_writes() {
    let hash = hash_bytes(Algorithm::Sha256, b"hello\n");
    assert_eq!(hash.to_string(), SRI);
    assert_eq!(hash.to_text(Notation::Base16), BASE16);
    for text in [
        SRI.to_owned(),
        format!("sha256:{BASE16}"),
        format!("sha256:{}", BASE16.to_uppercase()),
        format!("sha256:{}", hash.to_text(Notation::Nix32)),
        format!("sha256:{}", hash.to_text(Notation::Base64)),
        SRI.trim_end_matches('=').to_owned(),
    ] {
        assert_eq!(Hash::parse(&text, None), Ok(hash.clone()), "{text}");
    }
    assert_eq!(Hash::parse(BASE16, Some(Algorithm::Sha256)), Ok(hash));
}

#[test]
fn wrong_texts_are_refused() {
    let nix32 = hash_bytes(Algorithm::Sha256, b"hello\n").to_text(Notation::Nix32);
    for text in [
        String::new(),
        ":".to_owned(),
        "-".to_owned(),
        "sha256:".to_owned(),
        "sha256-".to_owned(),
        BASE16.to_owned(),
        format!("sha257:{BASE16}"),
        format!("SHA256:{BASE16}"),
        format!("sha256-{BASE16}"),
        format!("sha256:{}", nix32.to_uppercase()),
        format!("sha256:z{}", nix32.get(1..).unwrap()),
        format!("sha256:{} ", BASE16),
        format!("sha512:{BASE16}"),
        format!("sha256:{SRI}"),
    ] {
        assert!(Hash::parse(&text, None).is_err(), "{text}");
    }
    assert!(matches!(
        Hash::parse(SRI, Some(Algorithm::Sha512)),
        Err(HashError::OtherAlgorithm { .. })
    ));
}

#[test]
fn nix32_of_a_known_digest() {
    // The empty NAR-less string: nix hash file --type sha256 --base32 /dev/null
    let hash = hash_bytes(Algorithm::Sha256, b"");
    assert_eq!(
        hash.to_text(Notation::Nix32),
        "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
    );
}

#[test]
fn known_digests_of_abc() {
    let known = [
        (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            Algorithm::Blake3,
            "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
        ),
    ];
    for (algorithm, digest) in known {
        let hash = hash_bytes(algorithm, b"abc");
        assert_eq!(hash.to_text(Notation::Base16), digest, "{algorithm}");
    }
}

#[test]
fn a_digest_is_folded_as_for_store_paths() {
    let hash = Hash::new(
        Algorithm::Md5,
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    );
    assert_eq!(
        hash.unwrap().compress(5),
        [
            1 ^ 6 ^ 11 ^ 16,
            2 ^ 7 ^ 12,
            3 ^ 8 ^ 13,
            4 ^ 9 ^ 14,
            5 ^ 10 ^ 15
        ]
    );
}

fn any_hash() -> impl Strategy<Value = Hash> {
    (
        0..Algorithm::ALL.len(),
        proptest::collection::vec(any::<u8>(), 64),
    )
        .prop_map(|(index, bytes)| {
            let algorithm = Algorithm::ALL[index];
            Hash::new(algorithm, &bytes[..algorithm.digest_bytes()]).unwrap()
        })
}

proptest! {
    #[test]
    fn every_hash_survives_every_notation(hash in any_hash()) {
        for notation in Notation::ALL {
            let text = hash.to_text(notation);
            prop_assert_eq!(
                Hash::parse_with_notation(&text, Some(hash.algorithm())),
                Ok((hash.clone(), notation))
            );
        }
        let json = serde_json::to_string(&hash).unwrap();
        prop_assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(md5|sha1|sha256|sha512|blake3|)[-:]?[0-9a-zA-Z+/=\n]{0,130}") {
        for algorithm in Algorithm::ALL {
            if let Ok((hash, notation)) = Hash::parse_with_notation(&text, Some(algorithm)) {
                let again = Hash::parse(&hash.to_text(notation), Some(algorithm));
                prop_assert_eq!(again, Ok(hash));
            }
        }
    }

    #[test]
    fn nix32_without_overflow_is_one_to_one(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
        prop_assert_eq!(nix32::decode(nix32::encode(&bytes).as_bytes()), Some(bytes));
    }
}
