use super::{Manifest, matches_component, parse, read};
use crate::manifest::testing::tree;

fn binaries(manifest: &Manifest) -> Vec<String> {
    manifest
        .binaries
        .iter()
        .map(|binary| format!("{} ({})", binary.name, binary.evidence))
        .collect()
}

#[test]
fn fields_and_inheritance() {
    let root = "[workspace]\nmembers = [\"crates/*\", \"tool\"]\nexclude = [\"crates/no\"]\n\
                [workspace.package]\nversion = \"2.1.0\"\nlicense = \"MIT\"\n\
                [workspace.dependencies]\nopenssl = { version = \"0.10\", features = [\"vendored\"] }\n";
    let member = "[package]\nname = \"one\"\nversion.workspace = true\nlicense = { workspace = true }\n\
                  description = \"  does things \"\nhomepage = \"\"\n[dependencies]\n\
                  openssl = { workspace = true, optional = true, features = [\"v3\"] }\n";
    let tree = tree(&[
        ("Cargo.toml", root),
        ("crates/one/Cargo.toml", member),
        ("crates/no/Cargo.toml", "[package]\nname = \"no\"\n"),
        ("crates/data/x.txt", ""),
        ("tool/Cargo.toml", "[package]\nname = \"tool\"\n"),
    ]);
    let workspace = read(&tree, "").unwrap().unwrap();
    assert!(!workspace.is_package);
    assert_eq!(workspace.members, ["crates/one", "tool"]);

    let one = read(&tree, "crates/one").unwrap().unwrap();
    assert_eq!((one.name.as_str(), one.version.as_str()), ("one", "2.1.0"));
    assert_eq!(one.license.as_deref(), Some("MIT"));
    assert_eq!(one.description.as_deref(), Some("does things"));
    assert_eq!(one.homepage, None);
    let [openssl] = one.dependencies.as_slice() else {
        panic!("one dependency")
    };
    assert!(openssl.optional);
    assert_eq!(openssl.requirement.as_deref(), Some("0.10"));
    assert_eq!(openssl.features, ["vendored", "v3"]);
    assert!(read(&tree, "nowhere").unwrap().is_none());
}

#[test]
fn binaries_explicit_and_discovered() {
    let files: &[(&str, &str)] = &[
        ("src/main.rs", ""),
        ("src/bin/helper.rs", ""),
        ("src/bin/big/main.rs", ""),
        ("src/bin/notes.txt", ""),
    ];
    let with = |manifest: &'static str| {
        let mut all = files.to_vec();
        all.push(("Cargo.toml", manifest));
        read(&tree(&all), "").unwrap().unwrap()
    };
    assert_eq!(
        binaries(&with("[package]\nname = \"p\"\n")),
        [
            "p (src/main.rs)",
            "big (src/bin/big/main.rs)",
            "helper (src/bin/helper.rs)"
        ]
    );
    assert_eq!(
        binaries(&with(
            "[package]\nname = \"p\"\n[[bin]]\nname = \"q\"\npath = \"src/main.rs\"\n"
        )),
        [
            "q (Cargo.toml [[bin]])",
            "big (src/bin/big/main.rs)",
            "helper (src/bin/helper.rs)"
        ]
    );
    assert_eq!(
        binaries(&with(
            "[package]\nname = \"p\"\nautobins = false\n[[bin]]\nname = \"q\"\n"
        )),
        ["q (Cargo.toml [[bin]])"]
    );
}

#[test]
fn the_folder_that_was_released() {
    let folder = |text: &str| super::released_folder(&tree(&[(".cargo_vcs_info.json", text)]));
    assert_eq!(
        folder(r#"{"git": {"sha1": "00"}, "path_in_vcs": "crates/x"}"#).as_deref(),
        Some("crates/x")
    );
    assert_eq!(folder(r#"{"path_in_vcs": ""}"#).as_deref(), Some(""));
    assert_eq!(folder(r#"{"path_in_vcs": "../x"}"#), None);
    assert_eq!(folder("[[["), None);
    assert_eq!(super::released_folder(&tree(&[])), None);
}

#[test]
fn junk_is_named() {
    let message = |text: &str| parse(text, "x/Cargo.toml", None).unwrap_err().to_string();
    assert_eq!(
        message("[package]\n"),
        "`x/Cargo.toml` lacks `package.name`"
    );
    assert!(message("[package").starts_with("could not understand `x/Cargo.toml`: "));
    assert!(parse(&"a=[".repeat(100_000), "x", None).is_err());
    assert!(parse(&format!("a={}", "[".repeat(100_000)), "x", None).is_err());
}

#[test]
fn patterns_of_members() {
    for (pattern, name, expected) in [
        ("*", "anything", true),
        ("a*", "abc", true),
        ("a*c", "abc", true),
        ("a*d", "abc", false),
        ("*-sys", "x-sys", true),
        ("plain", "plain", true),
        ("plain", "plainer", false),
        ("a*b*c", "axbyc", true),
    ] {
        assert_eq!(
            matches_component(pattern, name),
            expected,
            "{pattern} {name}"
        );
    }
}
