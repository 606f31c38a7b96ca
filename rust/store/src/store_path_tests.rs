use super::*;

fn none() -> BTreeSet<StorePath> {
    BTreeSet::new()
}

/// `nix-instantiate --eval` of derivations with these outputHash attributes, name `n-1.0` (Nix 2.34.8).
#[test]
fn fixed_outputs_have_the_paths_of_nix() {
    let known = [
        (
            Algorithm::Sha256,
            FixedMethod::Flat,
            "ga388qli6wip5da79vw5x50aa7i483w4",
        ),
        (
            Algorithm::Sha1,
            FixedMethod::Flat,
            "df501mkfcfb5hj8894awdr7ybfvznimh",
        ),
        (
            Algorithm::Sha256,
            FixedMethod::Nar,
            "2nx30dhk4fh3y4sv4iv33ran223hbkl1",
        ),
        (
            Algorithm::Sha1,
            FixedMethod::Nar,
            "nlv574l0jrcsk04j8s9zap2bk4gxh3zx",
        ),
    ];
    for (algorithm, method, digest) in known {
        let path = StoreDir::default().fixed_output(&FixedOutput {
            name: "n-1.0",
            method,
            hash: &hash_bytes(algorithm, b"hello\n"),
            references: &none(),
        });
        assert_eq!(path.unwrap().digest(), digest, "{algorithm} {method:?}");
    }
}

/// `builtins.toFile` of three texts, the third with the paths of the others in it (Nix 2.34.8).
#[test]
fn texts_have_the_paths_of_nix() {
    let store = StoreDir::default();
    let text = |name: &str, text: &str, references: &BTreeSet<StorePath>| {
        let hash = hash_bytes(Algorithm::Sha256, text.as_bytes());
        store.text(name, &hash, references).unwrap()
    };
    let a = text("a", "hello\n", &none());
    let b = text("b", "x", &none());
    assert_eq!(
        store.join(&a),
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs-a"
    );
    assert_eq!(
        store.join(&b),
        "/nix/store/w320iz5b4848q2l7a7x8mw2vymm22ddg-b"
    );
    let both = format!("{} {} {}\n", store.join(&a), store.join(&b), store.join(&a));
    let c = text("c", &both, &BTreeSet::from([b, a]));
    assert_eq!(
        store.join(&c),
        "/nix/store/11frykb6r3jwgf7nnx5pa0dk2s5c1qji-c"
    );
}

#[test]
fn only_a_nar_by_sha256_has_references() {
    let reference = StorePath::parse("fk8dcgmnha5fzimiscxwaysc3h4js3xs-a").unwrap();
    let references = BTreeSet::from([reference]);
    let refused = |method, algorithm| {
        let hash = hash_bytes(algorithm, b"");
        let output = FixedOutput {
            name: "n",
            method,
            hash: &hash,
            references: &references,
        };
        StoreDir::default().fixed_output(&output).is_err()
    };
    assert!(refused(FixedMethod::Flat, Algorithm::Sha256));
    assert!(refused(FixedMethod::Nar, Algorithm::Sha512));
    assert!(!refused(FixedMethod::Nar, Algorithm::Sha256));
    let sha1 = hash_bytes(Algorithm::Sha1, b"");
    assert!(StoreDir::default().text("n", &sha1, &none()).is_err());
}

#[test]
fn paths_are_read_whole_and_in_their_store_only() {
    let store = StoreDir::default();
    let whole = "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs-a";
    assert_eq!(store.join(&store.parse(whole).unwrap()), whole);
    for wrong in [
        "",
        "/nix/store",
        "/nix/store/",
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs",
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs-",
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3x-a",
        "/nix/store/ek8dcgmnha5fzimiscxwaysc3h4js3xs-a",
        "/nix/store/FK8DCGMNHA5FZIMISCXWAYSC3H4JS3XS-a",
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs-a/bin",
        "/nix/store/fk8dcgmnha5fzimiscxwaysc3h4js3xs-..",
        "/nix/stores/fk8dcgmnha5fzimiscxwaysc3h4js3xs-a",
        "/nix/store/éééééééééééééééé-a",
    ] {
        assert!(store.parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_store_has_a_plain_absolute_folder() {
    for path in [
        "/nix/store",
        "/a",
        "/home/u/.local/share/nix/root/nix/store",
    ] {
        assert_eq!(StoreDir::new(path).unwrap().path(), path);
    }
    for (path, folded) in [
        ("/nix/store/", "/nix/store"),
        ("//nix//store", "/nix/store"),
        ("/nix/../store", "/store"),
        ("/../nix/./store/.", "/nix/store"),
    ] {
        assert_eq!(StoreDir::new(path).unwrap().path(), folded);
    }
    for path in ["", "/", "//", "/a/..", "nix/store", "./nix/store", "/a\0"] {
        assert!(StoreDir::new(path).is_err(), "{path}");
    }
}
