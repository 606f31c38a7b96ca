//! Hash texts and store paths compared with real Nix.

#![expect(clippy::string_slice, reason = "tests may stop where they are wrong")]

mod support;

use std::collections::BTreeSet;

use nixsmith_store::hash::{Algorithm, Hash, Notation, hash_bytes};
use nixsmith_store::store_path::{FixedMethod, FixedOutput, StoreDir, check_name};
use nixsmith_store::tree::{Contents, Node, Tree};
use support::{Random, nix_program, run, skip};

const FLAGS: [&str; 2] = ["--extra-experimental-features", "nix-command blake3-hashes"];

/// Hash texts, right and wrong, with the algorithm that is given beside them.
fn texts() -> Vec<(Option<Algorithm>, String)> {
    let mut texts = Vec::new();
    for algorithm in Algorithm::ALL {
        let hash = hash_bytes(algorithm, algorithm.name().as_bytes());
        let sri = hash.to_text(Notation::Sri);
        for notation in Notation::ALL {
            let bare = hash.to_text(notation);
            texts.push((Some(algorithm), bare.clone()));
            texts.push((Some(algorithm), bare.to_uppercase()));
            texts.push((None, bare.clone()));
            texts.push((None, format!("{algorithm}:{bare}")));
            texts.push((None, format!("{algorithm}-{bare}")));
            texts.push((Some(Algorithm::Sha256), format!("{algorithm}:{bare}")));
            texts.push((Some(algorithm), format!("{bare} ")));
            texts.push((Some(algorithm), bare[1..].to_owned()));
            texts.push((Some(algorithm), format!("z{}", &bare[1..])));
            texts.push((Some(algorithm), format!("{}!", &bare[..bare.len() - 1])));
        }
        texts.push((None, sri.trim_end_matches('=').to_owned()));
        texts.push((None, format!("{sri}=")));
        texts.push((None, format!("{sri}trailing")));
        texts.push((None, format!("{sri}?option")));
        texts.push((None, sri.to_uppercase()));
        texts.push((None, format!("{algorithm}-")));
        texts.push((None, format!("{algorithm}:")));
        texts.push((None, algorithm.name().to_owned()));
    }
    for text in [
        "",
        "-",
        ":",
        "sha256",
        "sha3-AAAA",
        "sha256--",
        "sha256::",
        "a:b-c",
    ] {
        texts.push((None, text.to_owned()));
    }
    texts
}

#[test]
fn hash_texts_read_as_with_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let nix = nix.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for (index, (algorithm, text)) in texts().into_iter().enumerate() {
        let to = Notation::ALL[index % Notation::ALL.len()];
        let mut arguments = FLAGS.to_vec();
        arguments.extend(["hash", "convert", "--to", to.name()]);
        if let Some(algorithm) = algorithm {
            arguments.extend(["--hash-algo", algorithm.name()]);
        }
        arguments.extend(["--", &text]);
        let real = run(nix, &arguments, folder.path());
        match (real.success, Hash::parse(&text, algorithm)) {
            (true, Ok(hash)) => {
                accepted += 1;
                let expected = String::from_utf8(real.stdout).unwrap();
                assert_eq!(
                    hash.to_text(to),
                    expected.trim_end(),
                    "`{text}` {algorithm:?}"
                );
            }
            (false, Err(_)) => refused += 1,
            (true, Err(error)) => panic!("only we refuse `{text}` {algorithm:?}: {error}"),
            (false, Ok(_)) => panic!("only nix refuses `{text}` {algorithm:?}: {}", real.stderr),
        }
    }
    assert!(
        accepted >= 80 && refused >= 80,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn names_are_valid_as_with_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let long = "x".repeat(211);
    let longer = "x".repeat(212);
    let names = [
        "a", ".a", "...", "-", ".", "..", ".-x", "..-x", ".--", "...-x", "a b", "a/b", "é", "a+b",
        "a=b", "a?b", "a_b", "A.Z", "0", "a~", "a@b", "a:b", "a\nb", "", &long, &longer,
    ];
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let expression = "{ name }: builtins.toFile name \"\"";
        let arguments = [
            "--eval",
            "--readonly-mode",
            "-E",
            expression,
            "--argstr",
            "name",
            name,
        ];
        let instantiate = nix.with_file_name("nix-instantiate");
        let real = run(instantiate.to_str().unwrap(), &arguments, folder.path());
        let ours = check_name(name);
        assert_eq!(
            ours.is_ok(),
            real.success,
            "`{name}`: {ours:?}, {}",
            real.stderr
        );
    }
}

#[test]
fn store_paths_are_those_of_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let instantiate = nix.with_file_name("nix-instantiate");
    let store = StoreDir::default();
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(5);
    // Text with references, by way of toFile; each file refers to some of those before it.
    let mut expression = "let ".to_owned();
    let mut expected = Vec::new();
    let mut paths = Vec::new();
    for index in 0..40 {
        let (mut nix_text, mut text) = (format!("text {index}"), format!("text {index}"));
        let mut references = BTreeSet::new();
        for _ in 0..random.below(4).min(paths.len()) {
            let earlier = random.below(paths.len());
            nix_text.push_str(&format!(" ${{f{earlier}}}"));
            text.push_str(&format!(" {}", store.join(&paths[earlier])));
            references.insert(paths[earlier].clone());
        }
        let name = format!("file-{index}.txt");
        let hash = hash_bytes(Algorithm::Sha256, text.as_bytes());
        let path = store.text(&name, &hash, &references).unwrap();
        expected.push(store.join(&path));
        paths.push(path);
        expression.push_str(&format!(
            "f{index} = builtins.toFile \"{name}\" \"{nix_text}\"; "
        ));
    }
    expression.push_str("in toString [ ");
    (0..40).for_each(|index| expression.push_str(&format!("f{index} ")));
    expression.push(']');
    let arguments = ["--eval", "--readonly-mode", "--json", "-E", &expression];
    let real = run(instantiate.to_str().unwrap(), &arguments, folder.path());
    assert!(real.success, "{}", real.stderr);
    let real: String = serde_json::from_slice(&real.stdout).unwrap();
    assert_eq!(real.split(' ').collect::<Vec<_>>(), expected);

    // Fixed outputs of every algorithm, flat and as NAR.
    for algorithm in [
        Algorithm::Md5,
        Algorithm::Sha1,
        Algorithm::Sha256,
        Algorithm::Sha512,
    ] {
        for (method, mode) in [(FixedMethod::Flat, "flat"), (FixedMethod::Nar, "recursive")] {
            let hash = hash_bytes(algorithm, mode.as_bytes());
            let output = FixedOutput {
                name: "some-name-1.0",
                method,
                hash: &hash,
                references: &BTreeSet::new(),
            };
            let digest = hash.to_text(Notation::Base16);
            let expression = format!(
                "(derivation {{ name = \"some-name-1.0\"; system = \"x\"; builder = \"x\"; outputHash = \"{digest}\"; \
                 outputHashAlgo = \"{algorithm}\"; outputHashMode = \"{mode}\"; }}).outPath"
            );
            let arguments = ["--eval", "--readonly-mode", "--json", "-E", &expression];
            let real = run(instantiate.to_str().unwrap(), &arguments, folder.path());
            let real: String = serde_json::from_slice(&real.stdout).unwrap();
            assert_eq!(
                store.join(&store.fixed_output(&output).unwrap()),
                real,
                "{algorithm} {mode}"
            );
        }
    }
}

#[test]
fn added_files_get_the_paths_of_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let folder = tempfile::tempdir().unwrap();
    let store = StoreDir::default();
    let none = BTreeSet::new();
    for (index, executable) in [false, true].into_iter().enumerate() {
        let bytes = format!("nixsmith test {index}");
        let name = format!("added-{index}.sh");
        let path = folder.path().join(&name);
        support::write(&path, bytes.as_bytes());
        if executable {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let contents = Contents::from_bytes(bytes.as_bytes());
        let tree = Tree {
            root: Node::File {
                executable,
                contents,
            },
        };
        let nar = tree.nar_hash(Algorithm::Sha256).unwrap().hash;
        let flat = hash_bytes(Algorithm::Sha256, bytes.as_bytes());
        for (mode, method, hash) in [
            ("flat", FixedMethod::Flat, &flat),
            ("nar", FixedMethod::Nar, &nar),
        ] {
            let mut arguments = FLAGS.to_vec();
            arguments.extend(["store", "add", "--mode", mode, "--dry-run", &name]);
            let real = run(nix.to_str().unwrap(), &arguments, folder.path());
            assert!(real.success, "{}", real.stderr);
            let output = FixedOutput {
                name: &name,
                method,
                hash,
                references: &none,
            };
            let ours = store.join(&store.fixed_output(&output).unwrap());
            assert_eq!(
                ours,
                String::from_utf8(real.stdout).unwrap().trim_end(),
                "{mode} {name}"
            );
        }
    }
}
