use super::*;

fn sample() -> Tree {
    let mut tree = Tree::new();
    let file = |text: &str| Node::file(Contents::from_bytes(text.as_bytes()));
    tree.insert(b"b/c", file("see")).unwrap();
    tree.insert(b"b.txt", file("dot")).unwrap();
    tree.insert(b"a", file("ay")).unwrap();
    let link = |target: &str| Node::Symlink {
        target: target.into(),
    };
    tree.insert(b"b/up", link("../a")).unwrap();
    tree.insert(b"out", link("../x")).unwrap();
    tree.insert(b"loop", link("loop")).unwrap();
    tree
}

#[test]
fn walk_goes_by_the_bytes_of_names() {
    let names: Vec<String> = sample().walk().map(|(path, _)| shown(&path)).collect();
    assert_eq!(names, ["a", "b", "b/c", "b/up", "b.txt", "loop", "out"]);
}

#[test]
fn links_are_followed_inside_only() {
    let tree = sample();
    assert_eq!(tree.read("b/up", 10).unwrap(), Some(b"ay".to_vec()));
    assert_eq!(tree.read("b/../b/./c", 10).unwrap(), Some(b"see".to_vec()));
    assert_eq!(tree.read("out", 10).unwrap(), None);
    assert_eq!(tree.read("b", 10).unwrap(), None);
    assert_eq!(tree.read("../a", 10).unwrap(), None);
    assert!(matches!(
        tree.read("loop", 10),
        Err(TreeError::LinkLoop { .. })
    ));
    assert!(matches!(
        tree.read("b/c", 2),
        Err(TreeError::TooLarge { .. })
    ));
    assert!(tree.get("b/up/x").is_none());
    assert!(matches!(tree.get("b/up"), Some(Node::Symlink { .. })));
}

#[test]
fn names_no_tree_can_hold_are_refused() {
    let mut tree = sample();
    for path in ["", "/", "/a", "a/", "x//y", ".", "x/..", "x/./y", "x\0y"] {
        let refused = tree.insert(path.as_bytes(), Node::directory());
        assert!(
            matches!(refused, Err(TreeError::InvalidPath { .. })),
            "{path}"
        );
    }
    assert!(matches!(
        tree.insert(b"a/x", Node::directory()),
        Err(TreeError::NotADirectory { .. })
    ));
    let deep = vec!["d"; DEPTH_LIMIT + 2].join("/");
    assert!(matches!(
        tree.insert(deep.as_bytes(), Node::directory()),
        Err(TreeError::TooDeep { .. })
    ));
}

#[test]
fn one_top_directory_is_stripped() {
    let mut tree = Tree::new();
    tree.insert(b"top/a", Node::directory()).unwrap();
    assert!(tree.clone().strip_root().unwrap().get("a").is_some());
    tree.insert(b"other", Node::directory()).unwrap();
    let error = tree.strip_root().err().unwrap();
    assert_eq!(
        error.to_string(),
        "expected exactly one directory at the top, found 2 entries"
    );
}

#[test]
fn a_node_can_be_taken_out() {
    let mut tree = sample();
    assert!(tree.remove(b"b/c").is_some());
    assert!(tree.remove(b"b/c").is_none());
    assert!(tree.remove(b"a/c").is_none());
    assert!(tree.remove(b"").is_none());
}

#[test]
fn the_nar_hash_is_that_of_nix() {
    // mkdir t t/d; printf hello >t/f; chmod 755 t/f; ln -s f t/l; nix hash path t (Nix 2.34); size from `nix nar pack`.
    let mut tree = Tree::new();
    tree.insert(
        b"f",
        Node::File {
            executable: true,
            contents: Contents::from_bytes(*b"hello"),
        },
    )
    .unwrap();
    tree.insert(
        b"l",
        Node::Symlink {
            target: b"f".into(),
        },
    )
    .unwrap();
    tree.insert(b"d", Node::directory()).unwrap();
    let mut nar = Vec::new();
    tree.write_nar(&mut nar).unwrap();
    let oracle = nar_of_oracle();
    assert_eq!(nar, oracle);
    let hash = tree.nar_hash(Algorithm::Sha256).unwrap();
    assert_eq!(hash.size_bytes, nar.len() as u64);
    assert_eq!(hash.hash, crate::hash::hash_bytes(Algorithm::Sha256, &nar));
}

/// The same tree as laid out on disk, packed by the nix-nar crate.
fn nar_of_oracle() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("t");
    std::fs::create_dir_all(root.join("d")).unwrap();
    write(&root.join("f"), "hello");
    set_mode(&root.join("f"), 0o755);
    std::os::unix::fs::symlink("f", root.join("l")).unwrap();
    let mut nar = Vec::new();
    io::Read::read_to_end(&mut nix_nar::Encoder::new(&root).unwrap(), &mut nar).unwrap();

    let lazy = Tree::from_directory(&root).unwrap();
    let mut again = Vec::new();
    lazy.write_nar(&mut again).unwrap();
    assert_eq!(again, nar);
    nar
}

#[test]
fn a_file_that_changed_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    write(&path, "12345");
    for announced in [4, 6] {
        let mut tree = Tree::new();
        tree.insert(
            b"f",
            Node::file(Contents::from_path(path.clone(), announced)),
        )
        .unwrap();
        assert!(tree.nar_hash(Algorithm::Sha256).is_err(), "{announced}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test lays out its own folder")]
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
