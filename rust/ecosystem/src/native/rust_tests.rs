use super::{ROWS, needs};
use crate::cargo::CargoLock;
use crate::manifest::cargo::closure::{Selection, active};
use crate::manifest::cargo::{Manifest, parse};
use crate::native::Need;

/// A root that depends on crates given as manifests; `build` of them as build dependencies.
fn needs_of(crates: &[&str], build: &[&str]) -> crate::native::Needs {
    let parsed: Vec<Manifest> = crates
        .iter()
        .map(|text| parse(text, "Cargo.toml", None).unwrap())
        .collect();
    let mut root = "[package]\nname = \"root\"\nversion = \"1.0.0\"\n".to_owned();
    let mut lock = String::new();
    for manifest in &parsed {
        let table = if build.contains(&manifest.name.as_str()) {
            "build-dependencies"
        } else {
            "dependencies"
        };
        root.push_str(&format!("[{table}.{}]\nversion = \"*\"\n", manifest.name));
        lock.push_str(&format!("[[package]]\nname = \"{}\"\nversion = \"{}\"\nsource = \"registry+https://registry.test/index\"\n", manifest.name, manifest.version));
    }
    let names: Vec<String> = parsed
        .iter()
        .map(|manifest| format!("\"{}\"", manifest.name))
        .collect();
    let lock = format!(
        "version = 4\n[[package]]\nname = \"root\"\nversion = \"1.0.0\"\ndependencies = [{}]\n{lock}",
        names.join(", ")
    );
    let lock = CargoLock::parse("Cargo.lock", lock.as_bytes()).unwrap();
    let mut manifests = vec![parse(&root, "Cargo.toml", None).unwrap()];
    manifests.extend(parsed);
    let manifest = |index: usize| manifests.get(index);
    let active = active(&lock, &[0], &Selection::default(), &manifest);
    needs(&lock, &active, &manifest)
}

fn attributes(needs: &[Need]) -> Vec<&str> {
    needs.iter().map(|need| need.attribute.as_str()).collect()
}

#[test]
fn a_table_row_and_its_conditions() {
    let vendored = needs_of(
        &[
            "[package]\nname = \"openssl-sys\"\nversion = \"0.9.109\"\n[features]\ndefault = [\"vendored\"]\nvendored = []\n",
        ],
        &[],
    );
    assert_eq!(attributes(&vendored.native_build_inputs), ["pkg-config"]);
    assert_eq!(attributes(&vendored.build_inputs), ["openssl"]);
    assert_eq!(
        attributes(&vendored.environment),
        ["OPENSSL_NO_VENDOR=true"]
    );
    assert_eq!(
        vendored.build_inputs[0].evidence,
        "Cargo.lock openssl-sys 0.9.109"
    );

    let plain = needs_of(
        &["[package]\nname = \"openssl-sys\"\nversion = \"0.9.109\"\n"],
        &[],
    );
    assert!(plain.environment.is_empty());

    let libgit2 = |version: &str| {
        needs_of(
            &[&format!(
                "[package]\nname = \"libgit2-sys\"\nversion = \"{version}\"\n"
            )],
            &[],
        )
    };
    let bundled = libgit2("0.18.1+1.9.0");
    assert!(bundled.build_inputs.is_empty());
    assert_eq!(
        bundled.notes,
        [
            "Cargo.lock libgit2-sys 0.18.1+1.9.0 compiles its own copy of a library that nixpkgs has: libgit2, LIBGIT2_NO_VENDOR=true"
        ]
    );
    assert!(libgit2("0.16.2+1.7.2").notes.is_empty());
}

#[test]
fn modules_of_system_deps_without_what_is_propagated() {
    let gtk = "[package]\nname = \"gtk4-sys\"\nversion = \"0.9.0\"\n[package.metadata.system-deps.gtk4]\nname = \"gtk4\"\nversion = \"4\"\n\
               [package.metadata.system-deps.unheard-of]\nname = \"unheard-of-1.0\"\n[package.metadata.system-deps.off]\nfeature = \"off\"\n";
    let pango = "[package]\nname = \"pango-sys\"\nversion = \"0.20.0\"\n[package.metadata.system-deps]\npango = \"1.40\"\n";
    let needs = needs_of(&[gtk, pango], &[]);
    assert_eq!(attributes(&needs.build_inputs), ["gtk4"]);
    assert_eq!(
        attributes(&needs.native_build_inputs),
        ["pkg-config", "wrapGAppsHook4"]
    );
    assert_eq!(
        needs.notes,
        [
            "Cargo.lock gtk4-sys 0.9.0 looks for the pkg-config module `unheard-of-1.0`, which has no known attribute"
        ]
    );
}

#[test]
fn generators_count_only_as_build_dependencies() {
    let prost = "[package]\nname = \"prost-build\"\nversion = \"0.13.0\"\n";
    let own = "[package]\nname = \"protoc-bin-vendored\"\nversion = \"3.0.0\"\n";
    assert_eq!(
        attributes(&needs_of(&[prost], &["prost-build"]).native_build_inputs),
        ["protobuf"]
    );
    assert!(needs_of(&[prost], &[]).native_build_inputs.is_empty());
    let capnpc = "[package]\nname = \"capnpc\"\nversion = \"0.26.0\"\n";
    assert_eq!(
        attributes(&needs_of(&[capnpc], &["capnpc"]).native_build_inputs),
        ["capnproto"]
    );
    assert!(needs_of(&[capnpc], &[]).native_build_inputs.is_empty());
    assert!(
        needs_of(&[prost, own], &["prost-build", "protoc-bin-vendored"])
            .native_build_inputs
            .is_empty()
    );
}

#[test]
fn the_table_is_sorted_and_whole() {
    assert!(ROWS.len() > 100);
    for pair in ROWS.windows(2) {
        assert!(
            pair[0].name <= pair[1].name,
            "{} stands before {}",
            pair[0].name,
            pair[1].name
        );
    }
    for row in ROWS.iter() {
        assert!(
            row.conditions
                .iter()
                .all(|condition| condition.starts_with(['+', '-', '@'])),
            "{}",
            row.name
        );
        assert!(
            row.variables.iter().all(|variable| variable.contains('=')),
            "{}",
            row.name
        );
    }
}
