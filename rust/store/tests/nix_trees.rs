//! `hash path` and NAR bytes compared with real Nix, on generated trees.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop where they are wrong"
)]

mod support;

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nixsmith_store::hash::{Algorithm, Notation};
use nixsmith_store::nar;
use nixsmith_store::tree::Tree;
use support::{Random, nix_program, run, skip};

const TREES: u64 = 2100;

/// Names that sort differently by bytes, by locale and without case.
const NAMES: [&[u8]; 22] = [
    b"a",
    b"A",
    b"B",
    b"b",
    b"a-b",
    b"a.b",
    b"aa",
    b"a b",
    b".hidden",
    b"...",
    b"1.10.0",
    b"1.9.0",
    b"\xc3\xa9",
    b"z",
    b"\xff",
    b"~",
    b"a\nb",
    b"-",
    b"Cargo.lock",
    b"node_modules",
    b"_",
    b"\x01",
];
const MODES: [u32; 9] = [
    0o644, 0o755, 0o654, 0o600, 0o700, 0o744, 0o645, 0o111, 0o444,
];
const LENGTHS: [usize; 14] = [
    0, 1, 7, 8, 9, 15, 16, 100, 511, 4096, 4097, 65_536, 131_072, 131_073,
];

fn name(random: &mut Random) -> Vec<u8> {
    match random.below(20) {
        0 => vec![b'x'; 255],
        1 => vec![b'y'; 1 + random.below(254)],
        _ => random.pick(&NAMES).to_vec(),
    }
}

fn node(random: &mut Random, path: &Path, depth: usize) {
    match random.below(if depth > 5 { 6 } else { 10 }) {
        0 => {
            let target = match random.below(5) {
                0 => vec![b't'; 4095],
                1 => vec![b't'; 1 + random.below(3000)],
                2 => b"/nowhere/\xff".to_vec(),
                _ => random.pick(&NAMES).to_vec(),
            };
            std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(&target), path).unwrap();
        }
        1..=5 => {
            // The largest only now and then: they make the whole slow.
            let choices = if random.below(40) == 0 {
                LENGTHS.len()
            } else {
                11
            };
            let length = LENGTHS[random.below(choices)];
            support::write(path, &random.bytes(length));
            let mode = std::fs::Permissions::from_mode(*random.pick(&MODES));
            std::fs::set_permissions(path, mode).unwrap();
        }
        _ => {
            std::fs::create_dir(path).unwrap();
            let count = match random.below(12) {
                0 => 40,
                _ => random.below(6),
            };
            for index in 0..count {
                let mut name = name(random);
                if count > 6 {
                    name = [&name[..name.len().min(200)], index.to_string().as_bytes()].concat();
                }
                let inner = path.join(std::ffi::OsStr::from_bytes(&name));
                if std::fs::symlink_metadata(&inner).is_err() {
                    node(random, &inner, depth + if count > 6 { 4 } else { 1 });
                }
            }
        }
    }
}

#[test]
fn trees_hash_and_dump_as_with_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let nix = nix.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("trees");
    std::fs::create_dir(&root).unwrap();
    let names: Vec<String> = (0..TREES).map(|seed| format!("{seed:04}")).collect();
    for (seed, name) in (0..TREES).zip(&names) {
        node(&mut Random::new(seed), &root.join(name), 2);
    }
    // All with the algorithm that matters, some with the others.
    for (algorithm, count) in [
        ("sha256", names.len()),
        ("sha512", 100),
        ("sha1", 100),
        ("md5", 100),
    ] {
        let names = &names[..count];
        let mut arguments = vec![
            "--extra-experimental-features",
            "nix-command",
            "hash",
            "path",
        ];
        arguments.extend(["--format", "base16", "--algo", algorithm]);
        arguments.extend(names.iter().map(String::as_str));
        let real = run(nix, &arguments, &root);
        assert!(real.success, "{}", real.stderr);
        let real = String::from_utf8(real.stdout).unwrap();
        let real: Vec<&str> = real.lines().collect();
        assert_eq!(real.len(), names.len());
        let algorithm: Algorithm = algorithm.parse().unwrap();
        for ((name, expected), threads) in names.iter().zip(real).zip([1, 2, 3].into_iter().cycle())
        {
            let path = root.join(name);
            let ours = nar::hash_path(&path, algorithm, threads).unwrap();
            assert_eq!(ours.hash.to_text(Notation::Base16), expected, "tree {name}");
            let tree = Tree::from_directory(&path).unwrap();
            assert_eq!(tree.nar_hash(algorithm).unwrap(), ours, "tree {name}");
        }
    }
    // All trees in one NAR, byte by byte; then with other numbers of threads.
    let pack = [
        "--extra-experimental-features",
        "nix-command",
        "nar",
        "pack",
        ".",
    ];
    let real = run(nix, &pack, &root);
    assert!(real.success, "{}", real.stderr);
    for threads in [1, 2, 8] {
        let mut ours = Vec::new();
        nar::dump(&root, &mut ours, threads).unwrap();
        assert!(ours == real.stdout, "NARs differ with {threads} threads");
    }
}

/// What Nix does with trees that are too deep, or hold what no NAR can.
#[test]
fn verdicts_on_odd_trees_are_those_of_nix() {
    let Some(nix) = nix_program() else {
        return skip("NIXSMITH_TEST_NIX does not name a nix program");
    };
    let nix = nix.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut cases = Vec::new();
    for depth in 61..=66 {
        for leaf in ["file", "directory", "none"] {
            let name = format!("deep-{depth}-{leaf}");
            let mut path = folder.path().join(&name);
            path.extend(std::iter::repeat_n("d", depth));
            std::fs::create_dir_all(&path).unwrap();
            match leaf {
                "file" => support::write(&path.join("f"), b"x"),
                "directory" => std::fs::create_dir(path.join("e")).unwrap(),
                _ => {}
            }
            cases.push(name);
        }
    }
    let socket = folder.path().join("socket");
    std::fs::create_dir(&socket).unwrap();
    std::os::unix::net::UnixListener::bind(socket.join("s")).unwrap();
    cases.extend([
        "socket".to_owned(),
        "socket/s".to_owned(),
        "missing".to_owned(),
    ]);
    let (mut accepted, mut refused) = (0, 0);
    for case in cases {
        let arguments = [
            "--extra-experimental-features",
            "nix-command",
            "hash",
            "path",
            &case,
        ];
        let real = run(nix, &arguments, folder.path());
        let ours = nar::hash_path(&folder.path().join(&case), Algorithm::Sha256, 2);
        let tree = Tree::from_directory(&folder.path().join(&case));
        let in_memory = tree.and_then(|it| it.nar_hash(Algorithm::Sha256));
        match (real.success, ours) {
            (true, Ok(hash)) => {
                accepted += 1;
                assert_eq!(
                    hash.hash.to_string(),
                    String::from_utf8_lossy(&real.stdout).trim(),
                    "{case}"
                );
                assert_eq!(in_memory.unwrap(), hash, "{case}");
            }
            (false, Err(_)) => {
                refused += 1;
                assert!(in_memory.is_err(), "{case}");
            }
            (true, Err(error)) => panic!("{case}: only we refuse: {error}"),
            (false, Ok(_)) => panic!("{case}: only nix refuses: {}", real.stderr),
        }
    }
    assert!(
        accepted >= 7 && refused >= 9,
        "{accepted} accepted, {refused} refused"
    );
}
